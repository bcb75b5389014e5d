"""What is typed about reminders."""

from django import forms

from branches.models.users import DigestFrequency
from committee.rules.reminders import Policy
from recruitment.forms.limits import POSSIBLE_DAYS
from recruitment.forms.steps import DATE_ERRORS


class ObjectionForm(forms.Form):
    """A form that shows a verb's refusals beside the fields they are about."""

    def add_objections(self, objections):
        for objection in objections:
            self.add_error(objection.field if objection.field in self.fields else None, objection.message)


class FrequencyForm(ObjectionForm):
    """How often one is told."""

    frequency = forms.ChoiceField(
        label="提醒邮件",
        choices=DigestFrequency.choices,
        widget=forms.RadioSelect,
        help_text="选每周一次时，提前提醒集中在每周第一个工作日；当天到期和刚逾期的事项仍在当天提醒。提醒不能关闭。",
    )


class SnoozeForm(ObjectionForm):
    """Until when reminders rest, and why."""

    until_on = forms.DateField(
        label="恢复提醒日", error_messages=DATE_ERRORS, help_text="最长 30 天；期限本身不变，逾期仍会报党办。"
    )
    reason = forms.CharField(
        label="原因", max_length=100, help_text="党办会看到。", error_messages={"required": "请写明原因，党办会看到。"}
    )


class DaysField(forms.CharField):
    """Numbers of days, as in 30、15、7、1、0."""

    def clean(self, value):
        text = super().clean(value) or ""
        for mark in "，、；;,":
            text = text.replace(mark, " ")
        try:
            return tuple(int(part) for part in text.split())
        except ValueError:
            raise forms.ValidationError("写天数，用顿号隔开，例如 15、7、1、0。") from None

    def prepare_value(self, value):
        return value if isinstance(value, str) or value is None else "、".join(str(day) for day in value)


def _day_field(label, help_text):
    return forms.IntegerField(
        label=label, required=False, help_text=help_text, error_messages={"invalid": "填整数天数，或留空。"}
    )


class RuleForm(ObjectionForm):
    """The rule for one kind of due."""

    lead_days = DaysField(label="期限前提醒", required=False, help_text="提前的天数，0 为期限当天。例如 15、7、1、0。")
    repeat_days = forms.IntegerField(
        label="逾期后每几天再提醒",
        min_value=0,
        max_value=90,
        help_text="自逾期次日起；0 为不再提醒。",
        error_messages={"required": "请填天数。"},
    )
    deputy_from = _day_field("副书记、组织委员", "自期限后第几天起也提醒；期限前用负数；留空不提醒。")
    mentor_from = _day_field("培养联系人", "自期限后第几天起也提醒；期限前用负数；留空不提醒。")
    office_from = _day_field("党办", "自期限后第几天起报党办；留空不报。")
    member_from = _day_field("分管党委委员", "自期限后第几天起请分管委员过问；留空不报。")
    by_mail = forms.BooleanField(label="发邮件", required=False)
    by_notice = forms.BooleanField(label="站内通知", required=False)
    reason = forms.CharField(
        label="修改原因", max_length=100, error_messages={"required": "请写明修改原因，它会留在变更历史里。"}
    )

    def policy(self):
        """What was typed, as the rules see it."""
        values = {name: self.cleaned_data[name] for name in Policy.__dataclass_fields__}
        return Policy(**values)

    @staticmethod
    def initial_of(policy):
        """The fields' values for a policy."""
        return {name: getattr(policy, name) for name in Policy.__dataclass_fields__}


class DayForm(forms.Form):
    """A day to look at."""

    day = forms.DateField(label="哪一天", error_messages=DATE_ERRORS, validators=POSSIBLE_DAYS)


class CourseForm(forms.Form):
    """A due that is made up to see how it would be told of."""

    kind = forms.ChoiceField(label="事项", required=False)
    unit = forms.ModelChoiceField(
        label="党支部", queryset=None, to_field_name="code", error_messages={"required": "请选择党支部。"}
    )
    due_on = forms.DateField(label="期限", error_messages=DATE_ERRORS, validators=POSSIBLE_DAYS)

    def __init__(self, *args, kinds, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["kind"].choices = list(kinds.items())
        self.fields["unit"].queryset = units
