"""Deciding designated contacts."""

from django import forms

from committee.queries.contacts import leader_label
from recruitment.forms.steps import DATE_ERRORS, Envelope


class ContactForm(Envelope):
    """Who looks after somebody from which day on, and why."""

    leader = forms.ModelChoiceField(
        label="联系人",
        queryset=None,
        to_field_name="code",
        empty_label="请选择",
        error_messages={"required": "请选择联系人。", "invalid_choice": "此人不在可选范围内，请重新选择。"},
    )
    decided_on = forms.DateField(label="决定日期", error_messages=DATE_ERRORS)
    reason = forms.CharField(
        label="依据或原因",
        max_length=150,
        help_text="如“11 月 10 日党委会研究”。",
        error_messages={"required": "请写明依据或原因。"},
    )
    exception_reason = forms.CharField(
        label="联系第三人的理由", max_length=100, required=False, help_text="每人联系一至两人；确需增加时填写。"
    )

    def __init__(self, *args, leaders, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["leader"].queryset = leaders
        self.fields["leader"].label_from_instance = leader_label

    def proposal(self):
        """What assign_contact and change_contact are to be called with."""
        names = ("version", "leader", "decided_on", "reason", "exception_reason")
        return {name: self.cleaned_data[name] for name in names}


class ContactEndForm(Envelope):
    """The end of a contact is a decision, too."""

    decided_on = forms.DateField(label="结束日期", error_messages=DATE_ERRORS, help_text="从这一天起不再联系。")
    reason = forms.CharField(label="原因", max_length=150, error_messages={"required": "请写明原因。"})

    def proposal(self):
        """What end_contact is to be called with."""
        return {name: self.cleaned_data[name] for name in ("version", "decided_on", "reason")}
