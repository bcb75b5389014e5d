"""Deciding who is on the focus list, and the criteria."""

from django import forms

from branches.forms.plain_words import offer_plainly
from committee.models import CriterionKind, FocusCriterion, FocusLevel
from recruitment.forms.steps import DATE_ERRORS, Envelope


class ListingForm(Envelope):
    """One decision: for what, how closely, until when."""

    purpose = forms.CharField(
        label="用途",
        max_length=120,
        initial="了解思想动向，安排联系",
        help_text="只写为什么联系，不写对本人的评价。",
        error_messages={"required": "请写明列入名单的用途。"},
    )
    level = forms.ChoiceField(
        label="联系层次", choices=FocusLevel.choices, initial=FocusLevel.GENERAL, widget=forms.RadioSelect
    )
    ends_on = forms.DateField(
        label="到期日", error_messages=DATE_ERRORS, help_text="一般六个月，最长一年，到期由党办决定是否续列。"
    )
    next_step = forms.CharField(
        label="下一步", max_length=120, required=False, help_text="如“请支部书记 12 月前谈心”。"
    )

    def proposal(self):
        """What the verbs are to be called with."""
        return {name: self.cleaned_data[name] for name in ("purpose", "level", "ends_on", "next_step")}


class NewListingForm(ListingForm):
    """The first decision about somebody also names the branch."""

    unit = forms.ModelChoiceField(
        label="负责联系的党支部",
        queryset=None,
        to_field_name="code",
        empty_label="请选择",
        error_messages={"required": "请选择党支部。"},
    )
    starts_on = forms.DateField(label="列入日期", error_messages=DATE_ERRORS)

    field_order = ["version", "form_token", "unit", "starts_on", "ends_on", "purpose", "level", "next_step"]

    def __init__(self, *args, branches, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = branches
        self.fields["unit"].label_from_instance = lambda unit: unit.name

    def proposal(self):
        return super().proposal() | {name: self.cleaned_data[name] for name in ("unit", "starts_on")}


class CriterionForm(forms.ModelForm):
    """One condition, as data."""

    class Meta:
        model = FocusCriterion
        fields = ("name", "kind", "low", "high", "words", "is_active")
        error_messages = {"name": {"unique": "已有同名的条件，请换一个名称，或修改原来的条件。"}}
        help_texts = {"low": "职称级别填 1 初级、2 中级、3 副高级、4 正高级；年龄填周岁。", "high": "年龄填周岁；海外回国填回国几年以内。"}

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        offer_plainly(self)

    def clean(self):
        cleaned = super().clean()
        low, high, kind = cleaned.get("low"), cleaned.get("high"), cleaned.get("kind")
        if kind == CriterionKind.TITLE_RANK and (low is None or not 0 <= low <= 4):
            self.add_error("low", "职称级别填 1（初级）至 4（正高级）。")
        if kind == CriterionKind.AGE and low is None and high is None:
            self.add_error("high", "年龄至少填一个界限。")
        if low is not None and high is not None and low > high:
            self.add_error("high", "上限不能小于下限。")
        return cleaned
