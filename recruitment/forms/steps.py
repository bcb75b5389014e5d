"""The form of any of the twenty-five steps, built from its row of the table; the rules judge what it sends."""

import uuid

from django import forms
from django.core.exceptions import ValidationError

from recruitment.facts import StepFact, Votes
from recruitment.queries.choices import people_for, person_on_roster, units_that_decide
from recruitment.queries.documents import archive_choices
from recruitment.rules.objection import UNCLEAR
from recruitment.stages import Body, Conclusion, ReviewKind

VOTE_LABELS = {
    "eligible": ("应到会有表决权党员", "正式党员，不含预备党员和受停止表决权处分的党员"),
    "present": ("实到会有表决权党员", ""),
    "in_favour": ("赞成", "含书面意见"),
    "against": ("反对", ""),
    "abstained": ("弃权", ""),
    "written": ("其中书面意见", "因故不能到会、会前正式提出的书面意见，只计入票数"),
}
DATE_LABELS = {
    "publicity_from_on": "公示起",
    "publicity_until_on": "公示止",
    "listed_on": "列为发展对象日期",
    "starts_on": "培训起",
    "ends_on": "培训止",
    "extended_until_on": "预备期延长至",
}
PERSON_ROLES = {
    "talker": ("谈话人", 1, 3),
    "mentor": ("培养联系人", 1, 2),
    "recommender": ("入党介绍人", 2, 2),
}


# What the day of a step is called where nothing is decided on it.
DAY_LABELS = {
    1: "递交日期", 2: "谈话日期", 4: "备案日期", 11: "完成日期", 14: "填写日期", 16: "谈话日期", 18: "备案日期", 20: "宣誓日期", 22: "递交日期",
    25: "归档日期",
}  # fmt: skip
# A conclusion that is called otherwise in the form of one step.
CONCLUSION_LABELS = {(8, Conclusion.DONE): "已备案（2014 年细则）"}
DATE_ERRORS = {"required": "请填日期。", "invalid": "日期写作 2026-11-18。"}


class Envelope(forms.Form):
    """What every form on a candidate carries: the version it was opened with and a token that makes two clicks one."""

    # What the rules call by another name than the form does. Several choices make up the persons of a step: the first
    # carries what is wrong with them.
    called = {"decided_on": "on", "person": "staff_number", "persons": "person_1"}

    version = forms.IntegerField(widget=forms.HiddenInput, required=False)
    form_token = forms.UUIDField(widget=forms.HiddenInput, required=False)

    def __init__(self, *args, candidate=None, **kwargs):
        initial = {"version": candidate.version if candidate else 0, "form_token": uuid.uuid4()} | (
            kwargs.pop("initial", None) or {}
        )
        super().__init__(*args, initial=initial, **kwargs)

    def token(self):
        """The token that makes two clicks one act."""
        return self.cleaned_data.get("form_token")

    def reopen(self, version):
        """Carry on with what was typed, on top of the version that the person has now reached."""
        self.data = self.data.copy()
        self.data["version"] = version

    def add_objections(self, objections):
        """Show the rules' refusals beside the fields they are about, each with its article."""
        for objection in objections:
            if objection.level == UNCLEAR and "rule_set" not in self.fields:
                self.fields["rule_set"] = rule_set_field()
            names = (objection.field, self.called.get(objection.field))
            name = next((name for name in names if name in self.fields), None)
            text = objection.message
            if objection.article and objection.article not in text:
                text = f"{text}（{objection.article}）"
            if objection.holds_until:
                text = (
                    f"{text} 最早可于 {objection.holds_until} 办理。"
                    if str(objection.holds_until) not in text
                    else text
                )
            self.add_error(name, ValidationError(text, code=objection.code))


def rule_set_field():
    """Which of the two rule sets an event of the transition falls under; asked only where the date does not say."""
    return forms.ChoiceField(
        label="适用细则",
        widget=forms.RadioSelect,
        required=False,
        choices=[("2014", "2014 年细则"), ("2026", "2026 年修订的细则")],
    )


class StepForm(Envelope):
    decided_on = forms.DateField(label="日期", error_messages=DATE_ERRORS)

    def __init__(self, *args, step, candidate, user, **kwargs):
        super().__init__(*args, candidate=candidate, **kwargs)
        self.step = step
        self.fields["decided_on"].label = DAY_LABELS.get(step.number, "决定日期")
        required = set(step.required)
        if len(step.bodies) > 1:
            self.fields["body"] = forms.ChoiceField(
                label="决定机构", choices=[(body, Body(body).label) for body in step.bodies]
            )
        if "unit" in step.fields:
            self.fields["unit"] = forms.ModelChoiceField(
                label="决定的党组织",
                queryset=units_that_decide(candidate),
                to_field_name="code",
                required=False,
                empty_label="上级党委",
            )
        if len(step.conclusions) > 1:
            self.fields["conclusion"] = forms.ChoiceField(
                label="结论",
                widget=forms.RadioSelect,
                choices=[(item, CONCLUSION_LABELS.get((step.number, item), item.label)) for item in step.conclusions],
                error_messages={"required": "请选择结论。"},
            )
        if "votes" in step.fields:
            for name, (label, help_text) in VOTE_LABELS.items():
                self.fields[name] = forms.IntegerField(
                    label=label, help_text=help_text, min_value=0, max_value=9999,
                    required="votes" in required and name in ("eligible", "present", "in_favour"),
                    widget=forms.NumberInput(attrs={"data-unit": "人" if name in ("eligible", "present") else "票", "data-vote": name}),
                    error_messages={"min_value": f"{label}不能小于 0。", "invalid": f"{label}填整数。", "required": f"请填{label}。"},
                )  # fmt: skip
        if "persons" in step.fields:
            self._add_persons(candidate, user)
        for name, label in DATE_LABELS.items():
            if name in step.fields:
                self.fields[name] = forms.DateField(label=label, required=name in required, error_messages=DATE_ERRORS)
        for name, label, unit in (("days", "培训天数", "天"), ("hours", "培训学时", "学时")):
            if name in step.fields:
                self.fields[name] = forms.IntegerField(
                    label=label,
                    required=False,
                    min_value=0,
                    max_value=999,
                    widget=forms.NumberInput(attrs={"data-unit": unit}),
                )
        if "form_number" in step.fields:
            self.fields["form_number"] = forms.CharField(
                label="入党志愿书编号",
                max_length=40,
                required="form_number" in required,
                error_messages={"required": "请填入党志愿书编号。"},
            )
        if "documents" in step.fields:
            choices, uploaded = archive_choices(candidate)
            self.fields["documents"] = forms.MultipleChoiceField(
                label="归档材料",
                widget=forms.CheckboxSelectMultiple,
                required=False,
                choices=choices,
                initial=uploaded,
            )
        self.fields["document_number"] = forms.CharField(label="文号或备案号", max_length=60, required=False)
        if "exception_reason" in step.fields or step.number in (11, 17):
            self.fields["exception_reason"] = forms.CharField(
                label="例外理由", max_length=200, required=False, help_text="仅在细则允许的个别特殊情况下填写。"
            )
        self.fields["late_reason"] = forms.CharField(
            label="迟办原因", max_length=200, required=False, help_text="超过规定期限办理时必填，记入台账。"
        )
        if self.data.get("rule_set"):
            self.fields["rule_set"] = rule_set_field()
        self.fields["remark"] = forms.CharField(
            label="备注", max_length=200, required=False, help_text="只写事实。本人可申请查阅。"
        )

    def _add_persons(self, candidate, user):
        label, least, most = PERSON_ROLES[self.step.persons_role]
        queryset = people_for(self.step.persons_role, candidate, user, before_approval=self.step.number == 16)
        for number in range(1, most + 1):
            self.fields[f"person_{number}"] = forms.ModelChoiceField(
                label=f"{label}{'' if most == 1 else number}",
                queryset=queryset,
                to_field_name="code",
                required=number <= least,
                empty_label="请选择",
                error_messages={
                    "required": f"请选择{label}。",
                    "invalid_choice": "不在可选范围内：应为本单位在册的正式党员。",
                },
            )
            self.fields[f"person_{number}"].label_from_instance = person_label

    def clean(self):
        cleaned = super().clean()
        persons = self.persons()
        if len({person.pk for person in persons}) != len(persons):
            self.add_error("person_2", "同一个人不能选两次。")
        given = [name for name in ("eligible", "present", "in_favour") if cleaned.get(name) is not None]
        if given and len(given) < 3:
            for name in ("eligible", "present", "in_favour"):
                if cleaned.get(name) is None and name not in self.errors:
                    self.add_error(name, f"填了表决就要填全：请填{VOTE_LABELS[name][0]}。")
        return cleaned

    def persons(self):
        """Person rows chosen, in order."""
        return [self.cleaned_data[f"person_{n}"] for n in (1, 2, 3) if self.cleaned_data.get(f"person_{n}")]

    def fact(self):
        """The proposal as the rules see it, without persons and unit."""
        data = self.cleaned_data
        votes = None
        if data.get("eligible") is not None:
            votes = Votes(**{name: data.get(name) or 0 for name in VOTE_LABELS})
        return StepFact(
            step=self.step.number,
            decided_on=data["decided_on"],
            body=data.get("body") or (self.step.bodies[0] if self.step.bodies else ""),
            conclusion=data.get("conclusion") or self.step.conclusions[0],
            votes=votes,
            days=data.get("days"),
            hours=data.get("hours"),
            form_number=data.get("form_number", ""),
            documents=tuple(data.get("documents", ())),
            exception_reason=data.get("exception_reason", "").strip(),
            late_reason=data.get("late_reason", "").strip(),
            rule_set=data.get("rule_set", ""),
            **{name: data.get(name) for name in DATE_LABELS},
        )

    def proposal(self):
        """What record_step is to be called with."""
        data = self.cleaned_data
        return {
            "version": data["version"],
            "fact": self.fact(),
            "persons": self.persons(),
            "unit": data.get("unit"),
            "document_number": data["document_number"],
            "remark": data["remark"],
        }

    def sections(self):
        """The fields in groups as the page shows them: (heading, fields)."""
        plan = (
            ("决定", 2, ("decided_on", "body", "unit", "conclusion", "document_number", "form_number")),
            ("人员", 2, ("person_1", "person_2", "person_3")),
            ("到会和表决", 3, tuple(VOTE_LABELS)),
            ("公示和期间", 2, (*DATE_LABELS, "days", "hours")),
            ("材料", 1, ("documents",)),
            ("说明", 1, ("rule_set", "late_reason", "exception_reason", "remark")),
        )
        shown = []
        for title, columns, names in plan:
            fields = [self[name] for name in names if name in self.fields]
            if fields:
                shown.append({"title": title, "columns": columns, "fields": fields})
        return shown


def person_label(person):
    """A person as a choice: name, staff number, title."""
    load = getattr(person, "load", None)
    carries = f"，现联系 {load} 人" if load else ""
    return f"{person.name}（{person.staff_number}，{person.title or '—'}{carries}）"


class ReviewForm(Envelope):
    kind = forms.ChoiceField(choices=ReviewKind.choices, widget=forms.HiddenInput, required=False)
    reviewed_on = forms.DateField(
        label="考察日期", error_messages={"required": "请填考察日期。", "invalid": "日期写作 2026-11-18。"}
    )
    conclusion = forms.CharField(
        label="支部考察意见",
        max_length=500,
        widget=forms.Textarea(attrs={"rows": 4}),
        error_messages={"required": "请填考察意见。"},
    )
    evidence = forms.CharField(
        label="日常工作表现", max_length=500, required=False, widget=forms.Textarea(attrs={"rows": 3}),
        help_text="只写事实和承诺，不写宗教、健康、家庭等情况。本人可申请查阅。",
    )  # fmt: skip
    late_reason = forms.CharField(
        label="迟办原因", max_length=200, required=False, help_text="超过规定期限考察时必填，记入台账。"
    )

    def __init__(self, *args, kind=ReviewKind.REVIEW, **kwargs):
        super().__init__(*args, initial={"kind": kind}, **kwargs)
        self.kind = kind
        if kind == ReviewKind.REPORT:
            self.fields["reviewed_on"].label = "递交日期"
            self.fields["reviewed_on"].error_messages["required"] = "请填递交日期。"
            self.fields["conclusion"].label = "汇报要点和支部意见"
            self.fields["conclusion"].error_messages["required"] = "请填汇报要点和支部意见。"
            self.fields["late_reason"].help_text = "超过规定期限递交时必填，记入台账。"
            del self.fields["evidence"]

    def proposal(self):
        """What record_review is to be called with."""
        names = ("version", "reviewed_on", "conclusion", "evidence", "late_reason")
        return {"kind": self.kind} | {name: self.cleaned_data[name] for name in names if name in self.fields}


class RosterForm(Envelope):
    """Somebody of the roster, named by staff number and name, and the branch that takes the person in."""

    unit = forms.ModelChoiceField(label="党支部", queryset=None, to_field_name="code", empty_label=None)
    staff_number = forms.CharField(
        label="工号", max_length=30, help_text="申请人须在本单位花名册内；不在册的请先由人事或党办录入花名册。",
        error_messages={"required": "请填工号。"},
    )  # fmt: skip
    name = forms.CharField(
        label="姓名", max_length=60, help_text="与花名册核对。", error_messages={"required": "请填姓名。"}
    )

    def __init__(self, *args, units, **kwargs):
        super().__init__(*args, **kwargs)
        self.fields["unit"].queryset = units
        self.fields["unit"].label_from_instance = lambda unit: unit.name

    def clean(self):
        cleaned = super().clean()
        number, name = cleaned.get("staff_number", "").strip(), cleaned.get("name", "").strip()
        if number and name:
            self.person = person_on_roster(staff_number=number, name=name)
            if self.person is None:
                # one sentence for a wrong number and a wrong name: the form is no way to look people up
                self.add_error("staff_number", "花名册中没有这个工号和姓名的人，请核对后再填。")
        return cleaned


class ApplicantForm(RosterForm):
    called = Envelope.called | {"decided_on": "applied_on"}

    applied_on = forms.DateField(
        label="递交入党申请书日期", error_messages={"required": "请填递交日期。", "invalid": "日期写作 2026-11-18。"}
    )
    late_reason = forms.CharField(
        label="说明", max_length=200, required=False, help_text="补录以前的申请时可以说明原因。"
    )

    def proposal(self):
        """What register_applicant is to be called with."""
        return {"person": self.person} | {
            name: self.cleaned_data[name] for name in ("unit", "applied_on", "late_reason")
        }
