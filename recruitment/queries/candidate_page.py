"""One person's page: who it is, the road so far, what comes next and from when, who accompanies."""

from dataclasses import dataclass, field
from datetime import date

from django.db.models import Exists, F, OuterRef, Subquery
from django.urls import reverse
from django.utils import timezone

from branches.offices import Office
from recruitment import rules
from recruitment.facts import Facts
from recruitment.links import link_to
from recruitment.models import Candidate, Due, EmergencyAccess, LedgerVerification
from recruitment.queries.candidate_list import age_on, states_of, track_for
from recruitment.queries.facts import beside_records, calendar_in_force, facts_for
from recruitment.queries.timeline import OFFICE, may_settle, timeline_of, waits_for_a_day
from recruitment.stages import RoadState, Stage
from recruitment.steps import step as step_row
from recruitment.track import State, StepState, slips_of


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
    beside = beside_records([candidate.pk])
    facts = facts_for([candidate], beside=beside)[candidate.pk]
    road = rules.road(facts, today=today, calendar=calendar_in_force())
    dues = list(
        Due.objects.open().filter(candidate=candidate).select_related("owed_by_person").order_by("due_on", "pk")
    )
    for due in dues:
        due.candidate = candidate
    may_branch = user.has_perm("recruitment.record_branch_step", candidate)
    may_office = user.has_perm("recruitment.record_committee_step", candidate)
    timeline, ahead = timeline_of(
        candidate.code, facts, road, dues, today, user=user, may_branch=may_branch, may_office=may_office
    )
    return CandidatePage(
        candidate=candidate,
        facts=facts,
        road=road,
        dues=dues,
        head=head_of(candidate, dues, today),
        strip=strip_of(candidate, road, dues, today),
        acts=acts_of(candidate, road, dues, today, user=user, may_branch=may_branch, may_office=may_office),
        ties=ties_of(beside.companions, facts),
        rest_text=rest_text(candidate),
        chain=chain_of(candidate),
        may_record=may_branch,
        timeline=timeline,
        ahead=ahead,
    )


def with_verification(candidates):
    """Candidates with the length of their chain, the last verification of the ledger and whether there was an emergency."""
    last = LedgerVerification.objects.order_by("-verified_at")
    return candidates.annotate(
        chain_length=F("ledger_head__n"),
        verified_at=Subquery(last.values("verified_at")[:1]),
        is_intact=Subquery(last.values("is_intact")[:1]),
        had_emergency=Exists(EmergencyAccess.objects.filter(candidate=OuterRef("pk"), was_approved=True)),
    )


def chain_of(candidate):
    """The badge of the ledger: how many entries, and what the last verification said."""
    entries = f"{candidate.chain_length or 0} 条记录"
    if candidate.verified_at is None:
        return {"is_ok": True, "label": "台账", "is_new": True, "text": f"{entries}，尚未校验"}
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


def acts_of(candidate, road, dues, today, *, user, may_branch, may_office):
    """Open dues first, then the steps that may be taken or from when they may."""
    found, named = [], set()
    for due in dues:
        office = step_row(due.step).recorded_by == OFFICE if due.step else due.owed_by == Office.PARTY_OFFICE
        may = may_settle(due, user, may_office if office else may_branch)
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


def _note(due, may, office):
    parts = [due.article] if due.article else []
    if due.is_provisional:
        parts.append("暂算")
    if due.owed_by_person_id:
        parts.append(f"由{due.owed_by_person.name}办理")
    elif office and not may:
        parts.append("由党办办理")
    return "　".join(parts)


def ties_of(companions, facts):
    """Mentors, designated contacts and recommenders; ``companions`` are those of recruitment.queries.facts."""
    people = {"mentor": [], "contact": []}
    for row in companions:
        if row.kind in people:
            note = (row.person.position if row.kind == "contact" else "") or row.person.title
            people[row.kind].append(TiePerson(row.person.name, note, f"{row.starts_on} 起"))
    recommenders = tuple(TiePerson(person.name, "正式党员", "") for person in facts.recommenders)
    return (
        Tie("培养联系人", tuple(people["mentor"]), "尚未指定（第 5 步）"),
        Tie("定向联系", tuple(people["contact"]), "尚未指定"),
        Tie("入党介绍人", recommenders, "尚未确定（第 9 步）"),
    )


def rest_text(candidate):
    """Why the road rests, "" while it goes on."""
    if candidate.state in (RoadState.ACTIVE, RoadState.CLOSED):
        return ""
    return f"{candidate.get_state_display()}。提醒已全部停止，记录保留。"
