"""What is typed about a talk or a problem."""

from django import forms

from committee.models import Solver, Topic, Way, Willingness
from recruitment.forms.steps import DATE_ERRORS, Envelope

NOT_NOW = "not_now"
WILLINGNESS_CHOICES = [
    (Willingness.UNSAID.value, "本次未谈及"),
    (Willingness.WILLING.value, "表示愿意进一步了解或申请"),
    (NOT_NOW, "表示暂不考虑（立即停止联系和提醒，本次填写的其他内容不保存）"),
]


class TalkForm(Envelope):
    """One talk; the three starred fields are enough."""

    held_on = forms.DateField(label="日期", error_messages=DATE_ERRORS)
    way = forms.ChoiceField(label="方式", choices=Way.choices, initial=Way.MEETING, widget=forms.RadioSelect)
    topics = forms.MultipleChoiceField(
        label="谈了什么",
        choices=Topic.choices,
        widget=forms.CheckboxSelectMultiple,
        error_messages={"required": "请至少选一项谈话内容。"},
    )
    place = forms.CharField(label="地点", max_length=60, required=False)
    outlook = forms.CharField(
        label="主要内容和思想状况",
        max_length=500,
        required=False,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="写事实和本人原意，不作评价性推断，500 字以内。本人可以申请查阅。",
    )
    needs = forms.CharField(
        label="困难和需求", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 2})
    )
    problem_summary = forms.CharField(
        label="需要解决的问题",
        max_length=120,
        required=False,
        help_text="只写需要解决的事项；承办人能看到这句话，看不到谈话内容。",
    )
    problem_solver = forms.ChoiceField(
        label="由谁解决", choices=Solver.choices, initial=Solver.OFFICE, required=False, widget=forms.Select
    )
    problem_due_on = forms.DateField(label="答复期限", required=False, error_messages=DATE_ERRORS)
    willingness = forms.ChoiceField(
        label="本人意愿",
        choices=WILLINGNESS_CHOICES,
        required=False,
        widget=forms.RadioSelect,
        help_text="仅在本人主动说明时选择。坚持入党自愿原则。",
    )
    is_shared_with_office = forms.BooleanField(
        label="同时给党办看", required=False, help_text="不选时，内容只有填写人、支部书记和现任培养联系人能看。"
    )
    follow_up_on = forms.DateField(label="计划下次联系", required=False, error_messages=DATE_ERRORS)

    @property
    def says_no(self):
        """True when the person said that they do not want to go on."""
        return self.data.get(self.add_prefix("willingness")) == NOT_NOW

    def proposal(self):
        """The cleaned fields as the verb takes them."""
        cleaned = dict(self.cleaned_data)
        del cleaned["version"]
        summary, solver, due_on = (cleaned.pop(f"problem_{name}") for name in ("summary", "solver", "due_on"))
        if summary.strip():
            cleaned["problems"] = [{"summary": summary, "solver": solver or Solver.OFFICE, "due_on": due_on}]
        return cleaned


class TalkCorrectionForm(TalkForm):
    """What the talk should have said, and why it did not; ``version`` is the key of the version that was opened."""

    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        help_text="更正前的内容保留，原来能查阅的人仍能查阅，并注明这一原因。",
        error_messages={"required": "请写明更正原因。"},
    )

    def proposal(self):
        """The cleaned fields as the verb takes them, with the version."""
        return super().proposal() | {"version": self.cleaned_data["version"]}


class AnswerForm(Envelope):
    """The answer to a problem."""

    answered_on = forms.DateField(label="答复日期", error_messages=DATE_ERRORS)
    answer = forms.CharField(
        label="办理结果",
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 4}),
        help_text="已解决的写怎样解决；不能解决的写原因和今后的安排。联系人据此答复本人。",
        error_messages={"required": "请写明办理结果。"},
    )

    def __init__(self, *args, is_liaison=False, **kwargs):
        """A liaison to whom the office handed the problem on is not told that somebody keeps in contact (notice R1)."""
        super().__init__(*args, **kwargs)
        if is_liaison:
            self.fields["answer"].help_text = "已解决的写怎样解决；不能解决的写原因和今后的安排。"


class ForwardForm(Envelope):
    """The office's words for whoever solves a problem outside the Party's line."""

    forwarded_text = forms.CharField(
        label="转办说明",
        max_length=120,
        help_text="对方只看到这句话、姓名和期限，看不到此人是否在培养之中。",
        error_messages={"required": "请写明需要对方解决的事项。"},
    )
