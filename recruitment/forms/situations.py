"""Forms for what else can happen to a person, and for correcting a wrong record."""

from django import forms

from recruitment.facts import SituationFact, Votes
from recruitment.forms.steps import DATE_ERRORS, Envelope
from recruitment.queries.choices import receiving_branches
from recruitment.stages import SituationKind, Stage

# Which situations can befall somebody at which stage; a decline has its own page.
FROM_STAGE = {
    SituationKind.TRANSFERRED: (Stage.APPLICANT, Stage.PROBATIONARY_MEMBER),
    SituationKind.MOVED_AWAY: (Stage.APPLICANT, Stage.PROBATIONARY_MEMBER),
    SituationKind.LEAVING_SOON: (Stage.DEVELOPMENT_TARGET, Stage.DEVELOPMENT_TARGET),
    SituationKind.PROBATIONER_TRANSFERRED_IN: (Stage.PROBATIONARY_MEMBER, Stage.PROBATIONARY_MEMBER),
    SituationKind.REMOVED: (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET),
    SituationKind.CANCELLED: (Stage.PROBATIONARY_MEMBER, Stage.PROBATIONARY_MEMBER),
    SituationKind.WITHDRAWN: (Stage.APPLICANT, Stage.DEVELOPMENT_TARGET),
    SituationKind.OTHER_PARTY: (Stage.PROSPECT, Stage.DEVELOPMENT_TARGET),
    SituationKind.SUPERIOR_CONSULTED: (Stage.PROSPECT, Stage.DEVELOPMENT_TARGET),
    SituationKind.RECONSIDERED: (Stage.DEVELOPMENT_TARGET, Stage.DEVELOPMENT_TARGET),
    SituationKind.REOPENED: (Stage.PROSPECT, Stage.PROBATIONARY_MEMBER),
    SituationKind.DECEASED: (Stage.PROSPECT, Stage.FULL_MEMBER),
}
VOTES = {
    "eligible": "应到会有表决权党员",
    "present": "实到会有表决权党员",
    "in_favour": "赞成",
    "against": "反对",
    "abstained": "弃权",
}


class SituationForm(Envelope):
    kind = forms.ChoiceField(label="情形", widget=forms.RadioSelect, error_messages={"required": "请选择情形。"})
    on = forms.DateField(label="日期", error_messages=DATE_ERRORS, help_text="决定或事实发生的日期。")
    unit = forms.ModelChoiceField(
        label="接收的党支部", queryset=None, to_field_name="code", required=False, empty_label="（转接时选择）"
    )
    recognised = forms.NullBooleanField(
        label="培养教育时间连续计算",
        required=False,
        widget=forms.Select(
            choices=[("", "（转接时填写）"), ("true", "认可，连续计算"), ("false", "不认可，重新计算")]
        ),
    )
    recognised_by = forms.CharField(
        label="认定依据", max_length=120, required=False, help_text="如接收单位党支部委员会会议决定。"
    )
    until_on = forms.DateField(label="离开日期", required=False, error_messages=DATE_ERRORS)
    decided_by = forms.CharField(label="决定机构", max_length=120, required=False)
    remark = forms.CharField(label="说明", max_length=200, required=False, help_text="只写事实。本人可申请查阅。")

    def __init__(self, *args, candidate, **kwargs):
        super().__init__(*args, candidate=candidate, **kwargs)
        self.fields["kind"].choices = [
            (kind, kind.label) for kind, (first, last) in FROM_STAGE.items() if first <= candidate.stage <= last
        ]
        self.fields["unit"].queryset = receiving_branches(candidate)
        self.fields["unit"].label_from_instance = lambda unit: unit.name
        if candidate.stage >= Stage.DEVELOPMENT_TARGET:
            for name, label in VOTES.items():
                self.fields[name] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=9999,
                    widget=forms.NumberInput(attrs={"data-vote": name}),
                )

    def proposal(self):
        """What record_situation is to be called with."""
        data = self.cleaned_data
        votes = None
        if data.get("eligible") is not None:
            votes = Votes(**{name: data.get(name) or 0 for name in VOTES})
        names = ("kind", "on", "recognised", "recognised_by", "until_on", "decided_by")
        fact = SituationFact(votes=votes, **{name: data[name] for name in names})
        return {"version": data["version"], "fact": fact, "unit": data["unit"], "remark": data["remark"]}

    def sections(self):
        """The fields in groups as the page shows them."""
        plan = (
            ("情形", 1, ("kind",)),
            ("决定", 2, ("on", "decided_by", "until_on")),
            ("转接", 2, ("unit", "recognised", "recognised_by")),
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
