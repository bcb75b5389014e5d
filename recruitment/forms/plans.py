"""Forms of the annual plan; the verbs and rules judge what they send."""

from django import forms

from recruitment.forms.steps import DATE_ERRORS, Envelope
from recruitment.planning import NUMBER_FIELDS, PERSON_AIMS, Part, Period

MONTHS = [(month, f"{month} 月") for month in range(1, 13)]
PERIODS = [
    (period.value, period.label) for period in (Period.MONTH, Period.EARLY, Period.MIDDLE, Period.LATE, Period.DAY)
]


class ActForm(Envelope):
    """A decision that needs no words."""

    def arguments(self):
        """What the verb is to be called with besides who, which plan and when."""
        kept = ("form_token",)
        return {name: value for name, value in self.cleaned_data.items() if name not in kept}


class DeterminationsForm(ActForm):
    """The four determinations 四定 and the branch committee's meeting that studied them."""

    standard = forms.CharField(
        label="定标准",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="政治标准放在首位；写明本支部年内发展对象应达到的条件。",
    )
    goal = forms.CharField(
        label="定目标",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明年内要达到的目标，如副高级以上党员占比、重点关注人员的联系。",
    )
    limits = forms.CharField(
        label="定时限",
        max_length=1000,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写明各环节年内的时间安排；每个人选的时限在人选中填写。",
    )
    studied_on = forms.DateField(label="支委会研究日期", required=False, error_messages=DATE_ERRORS)
    present = forms.IntegerField(label="到会委员", min_value=0, max_value=99, required=False)
    in_favour = forms.IntegerField(label="同意", min_value=0, max_value=99, required=False)

    NUMBERS = tuple(NUMBER_FIELDS)
    MEETING = ("studied_on", "present", "in_favour")

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        for name, aim in NUMBER_FIELDS.items():
            self.fields[name] = forms.IntegerField(
                label=aim.label,
                min_value=0,
                max_value=999,
                required=False,
                widget=forms.NumberInput(attrs={"data-unit": "人"}),
            )

    def sections(self):
        """The fields under their headings: (title, columns, bound fields)."""
        plan = (
            ("定标准、定目标", 1, ("standard", "goal")),
            ("定人数", 3, self.NUMBERS),
            ("定时限", 1, ("limits",)),
            ("支委会研究", 3, self.MEETING),
        )
        return [(title, columns, [self[name] for name in names]) for title, columns, names in plan]

    def clean(self):
        found = super().clean()
        present, in_favour = found.get("present"), found.get("in_favour")
        if present is not None and in_favour is not None and in_favour > present:
            self.add_error("in_favour", "同意人数不能多于到会人数。")
        return found


class PersonForm(ActForm):
    """A person, what the person is to come to, and by when."""

    code = forms.ChoiceField(label="人选")
    step = forms.TypedChoiceField(
        label="拟到", coerce=int, choices=[(int(aim), words) for aim, words in PERSON_AIMS.items()]
    )
    month = forms.TypedChoiceField(label="月份", coerce=int, choices=MONTHS)
    period = forms.ChoiceField(label="旬或日", choices=PERIODS, help_text="上旬至 10 日，中旬至 20 日，下旬至月末。")
    day = forms.IntegerField(label="日", min_value=1, max_value=31, required=False, help_text="选“日”时填写。")
    explanation = forms.CharField(
        label="说明",
        max_length=200,
        required=False,
        widget=forms.Textarea(attrs={"rows": 2}),
        help_text="时限早于最早可办日期的，写明依据。",
    )

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        self.fields["code"].choices = [("", "请选择")] + [
            (str(it.code), f"{it.person.name}　{it.get_stage_display()}") for it in candidates
        ]

    def clean(self):
        found = super().clean()
        if found.get("period") == Period.DAY and not found.get("day"):
            self.add_error("day", "请填几日。")
        return found


class RemarkForm(ActForm):
    """A contribution to the consultation: about one of the four determinations, a person, or the whole."""

    part = forms.ChoiceField(label="就", choices=[(part.value, part.label) for part in Part if part != Part.PERSON])
    code = forms.ChoiceField(label="人选", required=False, help_text="只涉及一个人的，请选人选；不要写在整体意见里。")
    text = forms.CharField(label="内容", max_length=500, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, candidates, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["version"]
        self.fields["part"].initial = Part.WHOLE
        self.fields["code"].choices = [("", "不涉及单个人选")] + [(str(it.code), it.person.name) for it in candidates]

    def arguments(self):
        found = dict(self.cleaned_data)
        return found | {"code": found["code"] or None}


class AnswerForm(ActForm):
    """The answer to one contribution."""

    is_adopted = forms.TypedChoiceField(
        label="意见",
        coerce=lambda value: value == "yes",
        choices=[("yes", "采纳"), ("no", "不采纳，说明理由")],
        widget=forms.RadioSelect,
    )
    reply = forms.CharField(label="回应", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 4}))

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        del self.fields["version"]


class ReturnForm(ActForm):
    """Why a plan goes back to the branch."""

    reason = forms.CharField(label="退回原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))


class ReviewForm(ActForm):
    """On which day the committee reviewed."""

    reviewed_on = forms.DateField(label="党委会审议日期", error_messages=DATE_ERRORS)


class ReportForm(ActForm):
    """On which day, and under which number, the plan was sent upward."""

    reported_on = forms.DateField(label="报送日期", error_messages=DATE_ERRORS)
    report_number = forms.CharField(label="文号", max_length=60, required=False)


class AdjustForm(ActForm):
    """Another yearly number, and why."""

    admissions = forms.IntegerField(
        label="接收预备党员", min_value=0, max_value=999, widget=forms.NumberInput(attrs={"data-unit": "人"})
    )
    reason = forms.CharField(label="调整原因", max_length=300, widget=forms.Textarea(attrs={"rows": 3}))
