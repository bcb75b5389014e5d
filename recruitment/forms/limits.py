"""Forms about the rules themselves: a stricter local limit, and the date whose road is wanted."""

from django import forms
from django.core.validators import MaxValueValidator, MinValueValidator

from recruitment.calendar import FIRST_DAY, LAST_DAY
from recruitment.forms.steps import DATE_ERRORS, Envelope
from recruitment.rulesets import LOCAL_LIMITS

_OUTSIDE = f"日期应在 {FIRST_DAY.year} 至 {LAST_DAY.year} 年之间，请核对年份。"
POSSIBLE_DAYS = (MinValueValidator(FIRST_DAY, _OUTSIDE), MaxValueValidator(LAST_DAY, _OUTSIDE))


class LimitForm(Envelope):
    unit = forms.ModelChoiceField(label="党委", queryset=None, to_field_name="code", empty_label=None)
    code = forms.ChoiceField(
        label="项目", choices=[(code, f"{limit.title}（{limit.local_unit.label}）") for code, limit in LOCAL_LIMITS.items()]
    )
    value = forms.IntegerField(
        label="数值", min_value=0, max_value=999, help_text="只能比《细则》更严。", error_messages={"required": "请填数值。"}
    )
    since_on = forms.DateField(label="自何日起的事项", error_messages=DATE_ERRORS, validators=POSSIBLE_DAYS)
    basis = forms.CharField(
        label="依据", max_length=200, help_text="如某年某月某日党委会会议决定。", error_messages={"required": "请写明依据。"}
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: unit.name

    def proposal(self):
        """What set_local_limit is to be called with."""
        return {name: self.cleaned_data[name] for name in ("unit", "code", "value", "since_on", "basis")}


class ForecastForm(forms.Form):
    applied_on = forms.DateField(label="递交入党申请书日期", error_messages=DATE_ERRORS, validators=POSSIBLE_DAYS)
    birth_on = forms.DateField(
        label="出生日期", required=False, error_messages=DATE_ERRORS, help_text="填了则核对是否年满十八岁。", validators=POSSIBLE_DAYS
    )  # fmt: skip
