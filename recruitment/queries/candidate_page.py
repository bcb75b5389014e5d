"""One person's page: who it is, the road so far, what comes next and from when, who accompanies."""

import re
from dataclasses import dataclass, field
from datetime import date

from django.db.models import CharField, F, Subquery, Value
from django.urls import reverse
from django.utils import timezone

from branches.offices import Office
from recruitment import rules
from recruitment.facts import Facts
from recruitment.links import link_to
from recruitment.models import Candidate, DesignatedContact, Due, LedgerVerification, Mentorship
from recruitment.queries.candidate_list import age_on, states_of, track_for
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.rulesets import reading
from recruitment.stages import Body, RoadState, SituationKind, Stage
from recruitment.steps import GROUPS, STEPS
from recruitment.steps import step as step_row
from recruitment.track import State, StepState, slips_of

PREREQUISITE = "prerequisite_missing"
OFFICE = "office"
CULTIVATION, PROBATION = 6, 21
REVIEWED = (CULTIVATION, PROBATION)


@dataclass(frozen=True, slots=True)
class Fact:
    """A label and a value of the head."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Act:
    """Something that comes next."""

    title: str
    note: str = ""
    due_on: date | None = None
    waiting: bool = False
    opens_on: date | None = None
    action_url: str = ""
    action_label: str = "办理"


@dataclass(frozen=True, slots=True)
class TiePerson:
    """Somebody who accompanies."""

    name: str
    note: str
    since: str


@dataclass(frozen=True, slots=True)
class Tie:
    """A kind of company and its people."""

    label: str
    people: tuple[TiePerson, ...]
    empty: str


@dataclass
class CandidatePage:
    """What the head, the track and the aside show; ``road`` and ``facts`` are the rules' own, for the tabs."""

    candidate: Candidate
    facts: Facts
    road: rules.Road
    dues: list
    head: dict
    strip: dict
    acts: tuple[Act, ...]
    ties: tuple[Tie, ...]
    rest_text: str
    chain: dict
    may_record: bool
    timeline: list = field(default_factory=list)
    ahead: dict | None = None


def candidate_page(*, user, code, today):
    """The page of candidate ``code``; raises Candidate.DoesNotExist for strangers."""
    candidate = (
        with_verification(Candidate.objects.visible_to(user))
        .select_related("person__department", "unit")
        .get(code=code)
    )
    facts = facts_for([candidate])[candidate.pk]
    road = rules.road(facts, today=today, calendar=calendar_in_force())
    dues = list(
        Due.objects.open().filter(candidate=candidate).select_related("owed_by_person").order_by("due_on", "pk")
    )
    for due in dues:
        due.candidate = candidate
    may_branch = user.has_perm("recruitment.record_branch_step", candidate)
    may_office = user.has_perm("recruitment.record_committee_step", candidate)
    timeline, ahead = timeline_of(
        candidate.code, facts, road, dues, today, may_branch=may_branch, may_office=may_office
    )
    return CandidatePage(
        candidate=candidate,
        facts=facts,
        road=road,
        dues=dues,
        head=head_of(candidate, dues, today),
        strip=strip_of(candidate, road, dues, today),
        acts=acts_of(candidate, road, dues, today, may_branch=may_branch, may_office=may_office),
        ties=ties_of(candidate, facts),
        rest_text=rest_text(candidate),
        chain=chain_of(candidate),
        may_record=may_branch,
        timeline=timeline,
        ahead=ahead,
    )


def with_verification(candidates):
    """Candidates with the length of their chain and the last verification of the ledger, in the query that loads them."""
    last = LedgerVerification.objects.order_by("-verified_at")
    return candidates.annotate(
        chain_length=F("ledger_head__n"),
        verified_at=Subquery(last.values("verified_at")[:1]),
        is_intact=Subquery(last.values("is_intact")[:1]),
    )


def chain_of(candidate):
    """The badge of the ledger: how many entries, and what the last verification said."""
    entries = f"{candidate.chain_length or 0} 条记录"
    if candidate.verified_at is None:
        return {"is_ok": True, "label": "台账", "text": f"{entries}，尚未校验"}
    at = timezone.localtime(candidate.verified_at)
    label = "链校验通过" if candidate.is_intact else "链校验未通过"
    return {"is_ok": candidate.is_intact, "label": label, "text": f"{entries}，{at:%m-%d %H:%M}"}


def head_of(candidate, dues, today):
    """Name, stage and the facts beside it."""
    person = candidate.person
    values = [
        (person.get_sex_display() if person.sex in "12" else "", _born(person, today)),
        ("职称", person.title),
        ("部门", str(person.department or "")),
        ("党支部", candidate.unit.name),
        ("学历", " ".join(part for part in (person.education, person.degree) if part)),
        ("人才计划", person.talent_programme),
        ("海外经历", person.overseas_experience),
    ]
    return {
        "code": candidate.code,
        "name": person.name,
        "stage_label": candidate.get_stage_display(),
        "overdue_count": sum(due.is_overdue(today) for due in dues),
        "list_url": reverse("candidates"),
        "facts": tuple(Fact(label, value) for label, value in values if value),
    }


def _born(person, today):
    if person.birth_on is None:
        return ""
    return f"{person.birth_on.year} 年 {person.birth_on.month} 月生，{age_on(person.birth_on, today)} 岁"


def strip_of(candidate, road, dues, today):
    """The large and the small track, and in words how far the person has come."""
    states = states_of(candidate, dues, today)
    for row in road.steps:
        if row.state == "done" and states.get(row.step, StepState()).state is State.DONE:
            states[row.step] = StepState(State.DONE, on=row.decided_on)
    current = next((due for due in dues if due.step), None)
    note = ""
    if road.cultivation_from_on and candidate.stage == Stage.ACTIVIST:
        note = f"培养教育 {(today - road.cultivation_from_on).days} 天"
    return {
        "settled": sum(row.state == "done" for row in road.steps),
        "note": note,
        "stages": slips_of(states),
        "track": track_for(candidate, dues, today),
        "step_text": f"第 {current.step} 步　{step_row(current.step).name}" if current else "",
        "due_on": current.due_on if current and current.is_binding else None,
        "waiting": bool(current and current.owed_by == Office.PARTY_OFFICE),
    }


def acts_of(candidate, road, dues, today, *, may_branch, may_office):
    """Open dues first, then the steps that may be taken or from when they may."""
    found, named = [], set()
    for due in dues:
        office = step_row(due.step).recorded_by == OFFICE if due.step else due.owed_by == Office.PARTY_OFFICE
        may = may_office if office else may_branch or due.owed_by_person_id is not None
        named.add(due.step if not due.window else None)
        found.append(
            Act(
                title=due.title,
                note=_note(due, may, office),
                due_on=due.due_on if due.is_binding else None,
                waiting=office and not may_office,
                action_url=link_to(due) if may and due.opens_on <= today else "",
                opens_on=due.opens_on if due.opens_on > today else None,
            )
        )
    for row in coming(road, today):
        if row.step in named:
            continue
        step = step_row(row.step)
        office = step.recorded_by == OFFICE
        may = may_office if office else may_branch
        open_now = row.state in ("allowed", "late")
        found.append(
            Act(
                title=step.name,
                note="" if may else "由党办办理" if office else "由党支部办理",
                opens_on=None if open_now else row.earliest_on,
                action_url=reverse("step-record", args=[candidate.code, row.step]) if may and open_now else "",
            )
        )
    return tuple(found)


def coming(road, today):
    """The steps that may be recorded today and, after them, the first one that still has to wait."""
    allowed = [road.step(number) for number in road.next_steps]
    waiting = next((row for row in road.steps if row.state == "blocked"), None)
    return [*allowed, waiting] if waiting and waits_for_a_day(waiting, today) else allowed


def waits_for_a_day(row, today):
    """True when a blocked step waits for a day rather than for other steps only."""
    return bool(row.earliest_on and row.earliest_on > today and any(o.code != PREREQUISITE for o in row.objections))


def _note(due, may, office):
    parts = [due.article] if due.article else []
    if due.is_provisional:
        parts.append("暂算")
    if due.owed_by_person_id:
        parts.append(f"由{due.owed_by_person.name}办理")
    elif office and not may:
        parts.append("由党办办理")
    return "　".join(parts)


def ties_of(candidate, facts):
    """Mentors, designated contacts and recommenders, in one query."""
    mentors, contacts = (
        model.objects.open()
        .filter(candidate=candidate)
        .order_by()
        .values_list(
            Value(kind, output_field=CharField()),
            "starts_on",
            f"{person}__name",
            f"{person}__title",
            f"{person}__position",
        )
        for model, kind, person in ((Mentorship, "mentor", "party_member"), (DesignatedContact, "contact", "leader"))
    )
    people = {"mentor": [], "contact": []}
    for kind, starts_on, name, title, position in sorted(mentors.union(contacts, all=True), key=lambda row: row[:3]):
        note = position or title if kind == "contact" else title
        people[kind].append(TiePerson(name, note, f"{starts_on} 起"))
    return (
        Tie("培养联系人", tuple(people["mentor"]), "尚未指定（第 5 步）"),
        Tie("定向联系", tuple(people["contact"]), "尚未指定"),
        Tie(
            "入党介绍人",
            tuple(TiePerson(person.name, "正式党员", "") for person in facts.recommenders),
            "尚未确定（第 9 步）",
        ),
    )


def rest_text(candidate):
    """Why the road rests, "" while it goes on."""
    if candidate.state in (RoadState.ACTIVE, RoadState.CLOSED):
        return ""
    return f"{candidate.get_state_display()}。提醒已全部停止，记录保留。"


def timeline_of(code, facts, road, dues, today, *, may_branch, may_office):
    """(stages so far with their steps, stages to come folded) for the tab 过程纪实."""
    records = {}
    for fact in facts.steps:
        records.setdefault(fact.step, []).append(fact)
    reached = max(
        (row.step for row in road.steps if row.state == "done" or row.state in ("allowed", "late")), default=1
    )
    shown_groups = [group for group in GROUPS if group.number <= step_row(min(reached + 1, 25)).group]
    timeline = []
    for group in shown_groups:
        steps = [row for row in road.steps if step_row(row.step).group == group.number]
        timeline.append(
            {
                "number": group.numeral,
                "name": group.name,
                "period": _period(steps),
                "steps": [
                    _timeline_step(
                        row, records.get(row.step, []), facts, road, dues, today, may_branch, may_office, code
                    )
                    for row in steps
                ],
            }
        )
    if timeline:
        timeline[-1]["steps"][-1]["is_last"] = True
    if facts.situations:
        timeline.append(
            {"number": "", "name": "特殊情形", "period": "", "steps": situations_of(facts, code, may=may_branch)}
        )
    rest = [group for group in GROUPS if group not in shown_groups]
    ahead = None
    if rest:
        ahead = {
            "title": "，".join(f"{group.numeral}　{group.name}" for group in rest),
            "steps": [
                {
                    "number": step.number,
                    "title": step.name,
                    "law": step.citation(reading(today)),
                    "is_milestone": step.is_milestone,
                }
                for step in STEPS
                if step.group > len(shown_groups)
            ],
        }
    return timeline, ahead


def what_is_missing(objections):
    """Objections in one sentence each; steps that must come first are named together."""
    first = [objection for objection in objections if objection.code == PREREQUISITE]
    found = [objection.message for objection in objections if objection.code != PREREQUISITE]
    if first:
        numbers = "、".join(
            dict.fromkeys(number for o in first for number in re.findall(r"第 (\d+) 步", o.message)[:1])
        )
        found.append(f"须先办理第 {numbers} 步。")
    return "".join(found)


def _period(rows):
    days = [row.decided_on for row in rows if row.decided_on]
    if not days:
        return "未开始"
    if all(row.state == "done" for row in rows):
        return f"{min(days)} 至 {max(days)}"
    return f"{min(days)} 起"


def _timeline_step(row, records, facts, road, dues, today, may_branch, may_office, code):
    step = step_row(row.step)
    own = [due for due in dues if due.step == row.step]
    late = any(due.is_overdue(today) for due in own)
    state = (
        "overdue"
        if late
        else "done"
        if row.state == "done"
        else "current"
        if row.state in ("allowed", "late")
        else "todo"
    )
    office = step.recorded_by == OFFICE
    may = may_office if office else may_branch
    gate = None
    if row is next((r for r in road.steps if r.state == "blocked"), None) and waits_for_a_day(row, today):
        gate = {"on": row.earliest_on, "text": f"办理“{step.name}”。", "more": what_is_missing(row.objections)}
    return {
        "number": row.step,
        "title": step.name,
        "law": step.citation(reading(row.decided_on or today)),
        "state": state,
        "is_milestone": step.is_milestone,
        "is_last": False,
        "on": row.decided_on,
        "until_on": None,
        "note": records[0].body and _body_label(records[-1].body) if records else "",
        "facts": [sentence for record in records for sentence in sentences(record)]
        + _review_sentences(row.step, facts),
        "late_text": next((f"原因：{record.late_reason}" for record in records if record.late_reason), ""),
        "files": [],
        "dues": [
            {
                "title": due.title,
                "due_on": due.due_on if due.is_binding else None,
                "waiting": office and not may_office,
                "text": "",
                "action_url": link_to(due) if (may or due.owed_by_person_id) and due.opens_on <= today else "",
                "action_label": "办理",
                "files": [],
            }
            for due in own
        ],
        "meter": _meter(row, road, today),
        "checks": [],
        "gate": gate,
        "hint": "" if row.state == "done" else "；".join(step.conditions[:2]),
        "corrections": corrections_of(row.step, records, facts, code) if may else [],
    }


def corrections_of(step, records, facts, code):
    """Links by which the records of one step can be superseded."""
    found = [("step", record.id, "") for record in records]
    if step in REVIEWED:
        found += [
            ("review", review.id, f"第 {review.window} 次考察")
            for review in facts.reviews
            if review.during_probation == (step == PROBATION)
        ]
    many = len(found) > 1
    return [
        {"label": label if many else "", "url": reverse("record-correct", args=[code, kind, key])}
        for kind, key, label in found
    ]


def situations_of(facts, code, *, may):
    """Special situations as a stage of their own at the end of the timeline."""
    return [
        {
            "number": "",
            "title": SituationKind(fact.kind).label,
            "law": "",
            "state": "done",
            "is_last": fact is facts.situations[-1],
            "on": fact.on,
            "note": fact.decided_by,
            "facts": [text for text in (fact.unit.name if fact.unit else "", fact.recognised_by) if text],
            "corrections": [{"label": "", "url": reverse("record-correct", args=[code, "situation", fact.id])}]
            if may
            else [],
        }
        for fact in sorted(facts.situations, key=lambda fact: fact.on)
    ]


def _body_label(body):
    return Body(body).label if body in Body.values else body


def _meter(row, road, today):
    if row.step != CULTIVATION or row.state == "done" or not road.cultivation_from_on:
        return None
    days = (today - road.cultivation_from_on).days
    return {"label": "培养教育", "text": f"{days} / 365 天", "percent": min(100, round(days / 365 * 100))}


def _review_sentences(step, facts):
    if step not in REVIEWED:
        return []
    during = step == PROBATION
    return [
        f"第 {review.window} 次考察　{review.reviewed_on}"
        for review in sorted(facts.reviews, key=lambda review: review.reviewed_on)
        if review.during_probation == during
    ]


def sentences(record):
    """What a recorded step says, in one or two plain sentences."""
    found = []
    if record.persons:
        found.append("、".join(f"{person.name}" for person in record.persons))
    if record.votes:
        votes = record.votes
        found.append(
            f"应到 {votes.eligible} 人，实到 {votes.present} 人，赞成 {votes.in_favour} 票，"
            f"反对 {votes.against} 票，弃权 {votes.abstained} 票。"
        )
    if record.publicity_from_on:
        found.append(f"公示 {record.publicity_from_on} 至 {record.publicity_until_on or '—'}。")
    if record.hours or record.days:
        found.append(f"集中培训 {record.days or '—'} 天、{record.hours or '—'} 学时。")
    if record.form_number:
        found.append(f"入党志愿书编号 {record.form_number}。")
    if record.exception_reason:
        found.append(f"例外：{record.exception_reason}")
    return found
