"""Forms of campaigns: opening one from the notice's timetable, one milestone, the end, a unit's report."""

from django import forms

from committee.actions.campaigns import Term
from committee.campaigning import Audience, TenDays
from committee.rules.campaigns import NOTICE, NOTICE_BASIS, NOTICE_TITLE, Account
from recruitment.forms.steps import DATE_ERRORS, Envelope

ON_A_DAY = "day"
MONTHS = [("", "请选择月份"), *((month, f"{month} 月") for month in range(1, 13))]
PERIODS = [*TenDays.choices, (ON_A_DAY, "指定日期")]


def draft_text(draft):
    """A ready-made milestone as a choice."""
    return f"{draft.title}　{draft.month} 月{draft.ten_days.label}，{draft.audience.label}"


class CampaignForm(Envelope):
    """A new campaign, with the milestones of the notice to choose from; each can be adjusted afterwards."""

    unit = forms.ModelChoiceField(label="党委", queryset=None, to_field_name="code", empty_label=None)
    title = forms.CharField(
        label="工作名称", max_length=60, initial=NOTICE_TITLE, error_messages={"required": "请写明工作名称。"}
    )
    year = forms.IntegerField(
        label="年度",
        min_value=2010,
        max_value=2100,
        error_messages={
            "required": "请填年度。",
            "invalid": "年度写作 2026。",
            "min_value": "年度写作 2026。",
            "max_value": "年度写作 2026。",
        },
    )
    begins_on = forms.DateField(
        label="开始日期", error_messages=DATE_ERRORS, help_text="补登已经开始的工作，填实际开始的日期。"
    )
    basis = forms.CharField(
        label="依据",
        max_length=120,
        initial=NOTICE_BASIS,
        help_text="哪份文件、哪次会议。",
        error_messages={"required": "请写明依据哪份文件或哪次会议。"},
    )
    milestones = forms.MultipleChoiceField(
        label="安排",
        choices=[(str(number), draft_text(draft)) for number, draft in enumerate(NOTICE)],
        initial=[str(number) for number in range(len(NOTICE))],
        widget=forms.CheckboxSelectMultiple,
        help_text="按通知的时间安排预先列好，部署后可逐项调整、增加或取消。",
        error_messages={"required": "请至少选择一项安排。"},
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: unit.name

    def proposal(self):
        """What open_campaign is to be called with."""
        names = ("unit", "title", "year", "basis", "begins_on", "form_token")
        drafts = [NOTICE[int(number)] for number in self.cleaned_data["milestones"]]
        return {name: self.cleaned_data[name] for name in names} | {"drafts": drafts}


class MilestoneForm(Envelope):
    """One milestone: what, of whom, by which ten days of which month or by which day."""

    title = forms.CharField(label="安排", max_length=40, error_messages={"required": "请写明是哪项安排。"})
    task = forms.CharField(label="要求", max_length=300, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    audience = forms.ChoiceField(
        label="对象", choices=Audience.choices, initial=Audience.BRANCHES, widget=forms.RadioSelect
    )
    ten_days = forms.ChoiceField(
        label="完成期限",
        choices=PERIODS,
        initial=ON_A_DAY,
        widget=forms.RadioSelect,
        help_text="上旬至 10 日，中旬至 20 日，下旬至月末。",
        error_messages={"required": "请选择期限。"},
    )
    month = forms.TypedChoiceField(
        label="月份", choices=MONTHS, coerce=int, empty_value=None, required=False, help_text="选上、中、下旬时填。"
    )
    due_on = forms.DateField(
        label="指定日期", required=False, error_messages=DATE_ERRORS, help_text="选“指定日期”时填，当日仍算按期。"
    )
    opens_on = forms.DateField(
        label="何日起可办", required=False, error_messages=DATE_ERRORS, help_text="不填为工作开始日期。"
    )
    asks_attendance = forms.BooleanField(label="须填应到和实到人数", required=False)

    def clean(self):
        cleaned = super().clean()
        if cleaned.get("ten_days") == ON_A_DAY:
            if not cleaned.get("due_on") and "due_on" not in self.errors:
                self.add_error("due_on", "请填完成期限的日期。")
        elif cleaned.get("ten_days") and not cleaned.get("month") and "month" not in self.errors:
            self.add_error("month", "请选择是哪个月的上旬、中旬或下旬。")
        return cleaned

    def proposal(self):
        """What add_milestone and change_milestone are to be called with."""
        data = self.cleaned_data
        on_a_day = data["ten_days"] == ON_A_DAY
        term = Term(
            month=None if on_a_day else data["month"],
            ten_days="" if on_a_day else data["ten_days"],
            due_on=data["due_on"] if on_a_day else None,
            opens_on=data["opens_on"],
        )
        found = {name: data[name] for name in ("title", "task", "asks_attendance")} | {"term": term}
        return found | {name: data[name] for name in ("audience", "again") if name in data}


class MilestoneChangeForm(MilestoneForm):
    """A milestone that is there already: of whom it is asked stays; who has reported may have to do it again."""

    audience = None
    again = forms.BooleanField(label="已填报的也要重新办理", required=False, help_text="原填报保留，注明已被更正。")

    @staticmethod
    def initial_of(milestone):
        """The milestone as its form shows it."""
        names = ("title", "task", "asks_attendance", "opens_on")
        found = {name: getattr(milestone, name) for name in names}
        if milestone.ten_days:
            return found | {"ten_days": milestone.ten_days, "month": milestone.due_on.month}
        return found | {"ten_days": ON_A_DAY, "due_on": milestone.due_on}


class CampaignEndForm(Envelope):
    """How a campaign comes to its end."""

    withdrawn = forms.ChoiceField(
        label="怎样结束",
        choices=[("no", "工作结束，留作记录"), ("yes", "撤销：部署有误")],
        initial="no",
        widget=forms.RadioSelect,
    )
    reason = forms.CharField(
        label="原因",
        max_length=200,
        error_messages={"required": "请写明原因，它会留在变更历史里。"},
        help_text="未办结的待办随之撤销，不再提醒。",
    )

    def proposal(self):
        """What end_campaign is to be called with."""
        return {"reason": self.cleaned_data["reason"], "withdrawn": self.cleaned_data["withdrawn"] == "yes"}


def people(label):
    """A number of people."""
    return forms.IntegerField(
        label=label,
        required=False,
        min_value=0,
        max_value=9999,
        widget=forms.NumberInput(attrs={"data-unit": "人"}),
        error_messages={
            "min_value": f"{label}不能小于 0。",
            "max_value": f"{label}不能大于 9999。",
            "invalid": f"{label}填整数。",
        },
    )


class CompletionForm(Envelope):
    """A unit's report of one milestone."""

    done_on = forms.DateField(label="完成日期", error_messages=DATE_ERRORS)
    place = forms.CharField(label="地点", max_length=60, required=False)
    eligible = people("应到人数")
    present = people("实到人数")
    summary = forms.CharField(
        label="纪要",
        max_length=1000,
        widget=forms.Textarea(attrs={"rows": 5}),
        help_text="怎样完成的：会议内容、议定事项，一两段即可。",
        error_messages={"required": "请简要写明怎样完成的，或会议纪要。"},
    )
    late_reason = forms.CharField(
        label="迟办原因", max_length=200, required=False, help_text="超过期限完成的，写明原因。"
    )
    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        error_messages={"required": "已有填报。要更正的，请写明更正原因，原填报会保留。"},
    )

    field_order = ["version", "form_token", "done_on", "place", "eligible", "present", "summary", "late_reason"]

    def __init__(self, *args, corrects, **kwargs):
        super().__init__(*args, **kwargs)
        if not corrects:
            del self.fields["reason"]

    @staticmethod
    def initial_of(completion):
        """A record as its form shows it."""
        names = ("done_on", "place", "eligible", "present", "summary", "late_reason")
        return {name: getattr(completion, name) for name in names}

    def proposal(self):
        """What record_completion is to be called with."""
        data = self.cleaned_data
        names = ("done_on", "place", "eligible", "present", "summary", "late_reason")
        account = Account(**{name: data[name] for name in names})
        return {"account": account, "form_token": data["form_token"], "reason": data.get("reason", "")}
