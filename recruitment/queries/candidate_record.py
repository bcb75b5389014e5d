"""全程纪实表: the whole process of one person on one form, every step with its day, its people and who entered it."""

from dataclasses import dataclass
from datetime import date

from django.utils import timezone

from recruitment.models import Candidate, StepRecord
from recruitment.queries.candidate_list import age_on
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.rules.walking import walk
from recruitment.rulesets import reading
from recruitment.stages import Body, Conclusion
from recruitment.steps import GROUPS, STEPS


@dataclass(frozen=True, slots=True)
class RecordLine:
    """One step on the form; the texts are empty while there is no record."""

    number: int
    name: str
    law: str
    on: date | None
    body: str
    what: str
    people: str
    papers: str
    note: str
    entered_by: str
    entered_on: date | None


@dataclass(frozen=True, slots=True)
class Record:
    """The form: who, on which day it was drawn up, and the five groups of steps with their lines."""

    candidate: Candidate
    day: date
    facts: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, tuple[RecordLine, ...]], ...]


def candidate_record(*, user, code, today):
    """The form of candidate ``code``; raises Candidate.DoesNotExist for strangers."""
    candidate = Candidate.objects.visible_to(user).select_related("person__department", "unit").get(code=code)
    standing = walk(facts_for([candidate])[candidate.pk], calendar_in_force(), until=today)
    records = {
        str(record.code): record
        for record in StepRecord.objects.standing().filter(candidate=candidate).select_related("recorded_by__person")
    }
    lines = {step.number: _line(step, standing, records, today) for step in STEPS}
    return Record(
        candidate=candidate,
        day=today,
        facts=_facts_about(candidate, today),
        groups=tuple(
            (f"{group.numeral}、{group.name}", tuple(lines[step.number] for step in STEPS if step.group == group.number))
            for group in GROUPS
        ),
    )


def _facts_about(candidate, today):
    person = candidate.person
    age = age_on(person.birth_on, today)
    born = f"{person.birth_on:%Y-%m}（{age} 岁）" if person.birth_on else ""
    schooling = "，".join(part for part in (person.education, person.degree) if part)
    return (
        ("姓名", person.name),
        ("性别", person.get_sex_display() if person.sex in "12" else ""),
        ("民族", person.ethnicity),
        ("出生年月", born),
        ("籍贯", person.native_place),
        ("学历学位", schooling),
        ("工号", person.staff_number),
        ("部门", str(person.department or "")),
        ("职务职称", "，".join(part for part in (person.position, person.title) if part)),
        ("党支部", candidate.unit.name),
        ("阶段", candidate.get_stage_display()),
        ("状态", candidate.get_state_display()),
    )


def _line(step, standing, records, today):
    fact = standing.done.get(step.number)
    record = records.get(fact.id) if fact else None
    return RecordLine(
        number=step.number,
        name=step.name,
        law=step.citation(reading(fact.decided_on if fact else today, fact.rule_set if fact else "")),
        on=fact.decided_on if fact else None,
        body=Body(fact.body).label if fact and fact.body else "",
        what=_what(fact) if fact else "",
        people="、".join(person.name for person in fact.persons) if fact else "",
        papers="、".join(paper.title for paper in step.papers),
        note=_note(record) if record else "",
        entered_by=record.recorded_by.display_name if record else "",
        entered_on=timezone.localdate(record.recorded_at) if record else None,
    )


def _what(fact):
    """The conclusion and the numbers of a record in words."""
    parts = [Conclusion(fact.conclusion).label] if fact.conclusion else []
    if fact.votes:
        votes = fact.votes
        parts.append(
            f"应到 {votes.eligible}，实到 {votes.present}，赞成 {votes.in_favour}，反对 {votes.against}，弃权 {votes.abstained}"
        )
    if fact.publicity_from_on and fact.publicity_until_on:
        parts.append(f"公示 {fact.publicity_from_on} 至 {fact.publicity_until_on}")
    if fact.listed_on:
        parts.append(f"{fact.listed_on} 列为发展对象")
    if fact.hours:
        parts.append(f"{fact.hours} 学时")
    if fact.form_number:
        parts.append(f"志愿书编号 {fact.form_number}")
    if fact.extended_until_on:
        parts.append(f"延长至 {fact.extended_until_on}")
    return "；".join(parts)


def _note(record):
    parts = []
    if record.document_number:
        parts.append(f"文号：{record.document_number}")
    if record.late_reason:
        parts.append(f"迟办：{record.late_reason}")
    if record.exception_reason:
        parts.append(f"例外：{record.exception_reason}")
    if record.remark:
        parts.append(record.remark)
    return "；".join(parts)

