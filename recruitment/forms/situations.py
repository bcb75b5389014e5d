"""Forms for what else can happen to a person, and for correcting a wrong record."""

from django import forms

from recruitment.facts import SituationFact, Votes
from recruitment.forms.steps import DATE_ERRORS, Envelope, RosterForm
from recruitment.queries.choices import receiving_branches
from recruitment.stages import SituationKind, Stage

# Which situations can befall somebody at which stage; a decline has its own page.
FROM_STAGE = {
    SituationKind.TRANSFERRED: (Stage.APPLICANT, Stage.PROBATIONARY_MEMBER),
    SituationKind.MOVED_AWAY: (Stage.APPLICANT, Stage.PROBATIONARY_MEMBER),
    SituationKind.LEAVING_SOON: (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.REMOVED: (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.CANCELLED: (Stage.PROBATIONARY_MEMBER, Stage.PROBATIONARY_MEMBER),
    SituationKind.WITHDRAWN: (Stage.APPLICANT, Stage.DEVELOPMENT_TARGET),
    SituationKind.OTHER_PARTY: (Stage.PROSPECT, Stage.DEVELOPMENT_TARGET),
    SituationKind.SUPERIOR_CONSULTED: (Stage.PROSPECT, Stage.APPLICANT),
    SituationKind.RECONSIDERED: (Stage.DEVELOPMENT_TARGET, Stage.DEVELOPMENT_TARGET),
    SituationKind.REOPENED: (Stage.PROSPECT, Stage.PROBATIONARY_MEMBER),
    SituationKind.DECEASED: (Stage.PROSPECT, Stage.FULL_MEMBER),
}
# What the form of each situation asks for beside date and remark; "*" marks what must be filled in.
FIELDS = {
    SituationKind.TRANSFERRED: ("unit*", "recognised*", "recognised_by", "decided_by"),
    SituationKind.MOVED_AWAY: ("decided_by",),
    SituationKind.LEAVING_SOON: ("until_on*", "continues", "recognised_by"),
    SituationKind.REMOVED: ("decided_by*",),
    SituationKind.CANCELLED: ("decided_by*", "votes"),
    SituationKind.WITHDRAWN: (),
    SituationKind.OTHER_PARTY: (),
    SituationKind.SUPERIOR_CONSULTED: ("decided_by*",),
    SituationKind.RECONSIDERED: ("votes",),
    SituationKind.REOPENED: (),
    SituationKind.DECEASED: (),
}
HINTS = {
    SituationKind.TRANSFERRED: "转入本党委其他党支部：培养教育材料移交后，由新支部继续培养，认可的培养时间连续计算（第十二条）。",
    SituationKind.MOVED_AWAY: "离开本单位：材料转交接收单位，本单位停止办理和提醒。",
    SituationKind.LEAVING_SOON: "三个月内将离开本单位的，一般不办理接收预备党员的手续。",
    SituationKind.REMOVED: "不宜继续培养的，经支部委员会研究，取消入党积极分子资格。",
    SituationKind.CANCELLED: "不履行党员义务、不具备党员条件的，取消预备党员资格，须经支部党员大会通过并报上级党委批准。",
    SituationKind.WITHDRAWN: "入党自愿。本人撤回申请后停止办理和提醒；本人可以重新提出申请。",
    SituationKind.OTHER_PARTY: "本人参加或准备参加民主党派：停止发展党员的提醒，先与上级党委沟通。",
    SituationKind.SUPERIOR_CONSULTED: "民主党派成员、无党派人士申请入党，先征求上级党委意见。",
    SituationKind.RECONSIDERED: "决议久未审批的，由支部党员大会复议。",
    SituationKind.REOPENED: "只凭本人重新提出的申请恢复。",
    SituationKind.DECEASED: "记录保留，停止办理和提醒。",
}
VOTES = {
    "eligible": "应到会有表决权党员",
    "present": "实到会有表决权党员",
    "in_favour": "赞成",
    "against": "反对",
    "abstained": "弃权",
}


def kinds_for(candidate):
    """Situations that can befall somebody at this stage, with a sentence on each."""
    return [
        {"kind": kind.value, "label": kind.label, "hint": HINTS[kind]}
        for kind, (first, last) in FROM_STAGE.items()
        if first <= candidate.stage <= last
    ]


class SituationForm(Envelope):
    on = forms.DateField(label="日期", error_messages=DATE_ERRORS, help_text="决定或事实发生的日期。")
    unit = forms.ModelChoiceField(
        label="接收的党支部",
        queryset=None,
        to_field_name="code",
        empty_label="请选择",
        error_messages={"required": "请选择接收的党支部。"},
    )
    recognised = forms.TypedChoiceField(
        label="此前的培养教育时间",
        widget=forms.RadioSelect,
        choices=[("yes", "认可，连续计算"), ("no", "不认可，重新计算")],
        coerce=lambda value: value == "yes",
        error_messages={"required": "请选择是否认可此前的培养教育时间。"},
    )
    recognised_by = forms.CharField(label="认定依据", max_length=120, help_text="如接收单位党支部委员会会议决定。")
    until_on = forms.DateField(label="离开日期", error_messages=DATE_ERRORS)
    continues = forms.BooleanField(label="经上级党委同意，离开前继续办理接收手续")
    decided_by = forms.CharField(label="决定机构", max_length=120, error_messages={"required": "请填决定机构。"})
    remark = forms.CharField(label="说明", max_length=200, required=False, help_text="只写事实。本人可申请查阅。")

    def __init__(self, *args, kind, candidate, **kwargs):
        super().__init__(*args, candidate=candidate, **kwargs)
        self.kind = SituationKind(kind)
        asked = {name.rstrip("*"): name.endswith("*") for name in FIELDS[self.kind]}
        for name in ("unit", "recognised", "recognised_by", "until_on", "continues", "decided_by"):
            if name in asked:
                self.fields[name].required = asked[name]
            else:
                del self.fields[name]
        if "continues" in self.fields:
            self.fields["recognised_by"].label = "同意的党委和依据"
            self.fields["recognised_by"].help_text = "勾选继续办理时必填，如县级以上党委组织部门的批复。"
        if "unit" in self.fields:
            self.fields["unit"].queryset = receiving_branches(candidate)
            self.fields["unit"].label_from_instance = lambda unit: unit.name
        if "votes" in asked:
            for name, label in VOTES.items():
                self.fields[name] = forms.IntegerField(
                    label=label,
                    required=name in ("eligible", "present", "in_favour"),
                    min_value=0,
                    max_value=9999,
                    widget=forms.NumberInput(attrs={"data-vote": name}),
                    error_messages={"required": f"请填{label}。"},
                )

    def proposal(self):
        """What record_situation is to be called with."""
        data = self.cleaned_data
        votes = None
        if data.get("eligible") is not None:
            votes = Votes(**{name: data.get(name) or 0 for name in VOTES})
        fact = SituationFact(
            kind=self.kind,
            on=data["on"],
            recognised=data.get("continues") or data.get("recognised"),
            recognised_by=data.get("recognised_by", ""),
            until_on=data.get("until_on"),
            decided_by=data.get("decided_by", ""),
            votes=votes,
        )
        return {"version": data["version"], "fact": fact, "unit": data.get("unit"), "remark": data["remark"]}

    def sections(self):
        """The fields in groups as the page shows them."""
        plan = (
            ("决定", 2, ("on", "decided_by", "until_on")),
            ("转接" if "unit" in self.fields else "继续办理", 2, ("unit", "recognised", "continues", "recognised_by")),
            ("表决", 3, tuple(VOTES)),
            ("说明", 1, ("remark",)),
        )
        return [
            {"title": title, "columns": columns, "fields": fields}
            for title, columns, names in plan
            if (fields := [self[name] for name in names if name in self.fields])
        ]


class CorrectionForm(Envelope):
    reason = forms.CharField(
        label="更正原因",
        max_length=200,
        help_text="原记录保留，并注明这一原因。",
        error_messages={"required": "请写明更正原因。"},
    )

    def proposal(self):
        """What supersede is to be called with."""
        return {"version": self.cleaned_data["version"], "reason": self.cleaned_data["reason"]}


class ArrivalForm(RosterForm):
    """Somebody who arrives from another institute as an activist or as a probationary member."""

    kind = forms.ChoiceField(
        label="转入身份",
        widget=forms.RadioSelect,
        choices=[
            (SituationKind.TRANSFERRED, "入党积极分子"),
            (SituationKind.PROBATIONER_TRANSFERRED_IN, "预备党员"),
        ],
        error_messages={"required": "请选择转入身份。"},
    )
    on = forms.DateField(label="接收日期", error_messages=DATE_ERRORS)
    recognised = forms.TypedChoiceField(
        label="此前的培养教育时间",
        widget=forms.RadioSelect,
        choices=[("yes", "认可，连续计算"), ("no", "不认可，重新计算")],
        coerce=lambda value: value == "yes",
        error_messages={"required": "请选择是否认可此前的培养教育时间。"},
    )
    recognised_by = forms.CharField(
        label="认定依据", max_length=120, required=False, help_text="如接收单位党支部委员会会议决定、上级党委意见。"
    )
    counts_from_on = forms.DateField(
        label="原单位确定为入党积极分子日期", required=False, error_messages=DATE_ERRORS, help_text="转入积极分子时填。"
    )
    until_on = forms.DateField(
        label="原预备期满日期", required=False, error_messages=DATE_ERRORS, help_text="转入预备党员时填。"
    )
    remark = forms.CharField(label="说明", max_length=200, required=False, help_text="只写事实。本人可申请查阅。")

    def clean(self):
        cleaned = super().clean()
        needed = {
            SituationKind.TRANSFERRED: ("counts_from_on", "请填原单位确定为入党积极分子的日期。"),
            SituationKind.PROBATIONER_TRANSFERRED_IN: ("until_on", "请填原预备期满日期。"),
        }.get(cleaned.get("kind"))
        if needed and not cleaned.get(needed[0]) and needed[0] not in self.errors:
            self.add_error(*needed)
        return cleaned

    def proposal(self):
        """What receive is to be called with."""
        data = self.cleaned_data
        is_activist = data["kind"] == SituationKind.TRANSFERRED
        fact = SituationFact(
            kind=data["kind"],
            on=data["on"],
            recognised=data["recognised"],
            recognised_by=data["recognised_by"],
            counts_from_on=data["counts_from_on"] if is_activist else None,
            until_on=None if is_activist else data["until_on"],
        )
        return {"person": self.person, "unit": data["unit"], "fact": fact, "remark": data["remark"]}
