"""Changing mentors, and a mentor's opinion."""

from django import forms

from recruitment.forms.steps import DATE_ERRORS, Envelope


class MentorsForm(Envelope):
    """One or two full members, with date and reason."""

    persons = forms.ModelMultipleChoiceField(
        label="培养联系人",
        queryset=None,
        to_field_name="code",
        widget=forms.CheckboxSelectMultiple,
        help_text="一至两名正式党员；支部委员、党小组长、有影响力的科学家党员排在前面。",
        error_messages={"required": "请选一至两名正式党员。", "invalid_choice": "所选人员不在可选范围内，请重新选择。"},
    )
    decided_on = forms.DateField(label="决定日期", error_messages=DATE_ERRORS)
    reason = forms.CharField(label="原因", max_length=150, error_messages={"required": "请写明原因。"})

    def __init__(self, *args, people, choices, **kwargs):
        super().__init__(*args, **kwargs)
        field = self.fields["persons"]
        field.queryset = people
        field.choices = [(choice.person.code, choice.label) for choice in choices]

    def proposal(self):
        """What change_mentors is to be called with."""
        cleaned = self.cleaned_data
        return {
            "version": cleaned["version"],
            "mentors": list(cleaned["persons"]),
            "decided_on": cleaned["decided_on"],
            "reason": cleaned["reason"],
        }


class OpinionForm(Envelope):
    """Short: a date and a few sentences."""

    mentor = forms.ModelChoiceField(
        label="培养联系人",
        queryset=None,
        to_field_name="code",
        empty_label=None,
        error_messages={"required": "请选择是谁的意见。", "invalid_choice": "此人现在不是培养联系人。"},
    )
    given_on = forms.DateField(label="日期", error_messages=DATE_ERRORS)
    opinion = forms.CharField(
        label="意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="写近期思想、工作和学习的事实，以及还要帮助什么，500 字以内。本人可以申请查阅。",
        error_messages={"required": "请写明意见。"},
    )

    def __init__(self, *args, mentors, **kwargs):
        """``mentors`` are the Persons whose opinion may be entered, None for a mentor who writes in person."""
        super().__init__(*args, **kwargs)
        if mentors is None:
            del self.fields["mentor"]
        else:
            self.fields["mentor"].queryset = mentors

    def proposal(self):
        """What record_opinion is to be called with."""
        names = ("mentor", "given_on", "opinion", "form_token")
        return {name: self.cleaned_data[name] for name in names if name in self.cleaned_data}
