"""Planned persons as rows and as facts, for the verbs and the pages of the annual plan alike (notice R5)."""

from dataclasses import dataclass
from datetime import date

from django.db.models import Count

from branches.offices import BRANCH_OFFICES, Office
from recruitment import rules
from recruitment.models import PlannedPerson, StepRecord
from recruitment.planning import NUMBER_FIELDS
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.rules.plans import PlanFact, PlannedFact
from recruitment.scope import scope_of
from recruitment.stages import Conclusion, RoadState

# How a step ends that does not bring the person further.
NOT_CARRIED_OUT = (
    Conclusion.FAILED,
    Conclusion.REFUSED,
    Conclusion.UNQUALIFIED,
    Conclusion.EXTENDED,
    Conclusion.CANCELLED,
)


@dataclass(frozen=True, slots=True)
class Planned:
    """One planned person: the row, the person's road on the day, and what the rules are told of both."""

    row: PlannedPerson
    road: rules.Road
    fact: PlannedFact


def is_of_branch(user, unit_path):
    """True for those who act for the branch: its officers and whoever stands in for them."""
    return bool(set(BRANCH_OFFICES) & scope_of(user).offices_over(unit_path))


def is_of_office(user, unit_path):
    """True for the Party office over the branch."""
    return Office.PARTY_OFFICE in scope_of(user).offices_over(unit_path)


def planned_of(plan, *, user, today, number=None):
    """Planned for the persons of ``plan`` within reach of ``user``: of version ``number``, else of the draft.

    A fixed number of queries whatever the number of persons.
    """
    rows = PlannedPerson.objects.visible_to(user).filter(plan=plan)
    rows = rows.standing() if number is None else rows.of_version(number)
    rows = list(rows.select_related("candidate__person", "candidate__unit"))
    by_pk = {row.candidate_id: row.candidate for row in rows}
    facts = facts_for(by_pk.values()) if by_pk else {}
    calendar = calendar_in_force() if by_pk else None
    roads = {pk: rules.road(fact, today=today, calendar=calendar) for pk, fact in facts.items()}
    return [Planned(row, roads[row.candidate_id], _fact(row, roads[row.candidate_id])) for row in rows]


def _fact(row, road):
    step = road.step(row.step)
    return PlannedFact(
        name=row.candidate.person.name,
        step=row.step,
        planned_on=row.planned_on,
        earliest_on=step.earliest_on,
        is_done=step.state == "done",
        has_stopped=row.candidate.state not in (RoadState.ACTIVE, RoadState.CLOSED),
        explanation=row.explanation,
    )


def numbers_of(determinations):
    """{aim: number or None} of a plan or of one of its versions."""
    return {aim: getattr(determinations, name) for name, aim in NUMBER_FIELDS.items()}


def plan_fact(plan, determinations, planned):
    """A plan with ``planned`` (Planned rows) as the rules see it; ``determinations`` is the plan or a PlanVersion."""
    return PlanFact(
        year=plan.year,
        standard=determinations.standard,
        goal=determinations.goal,
        limits=determinations.limits,
        numbers=numbers_of(determinations),
        studied_on=determinations.studied_on,
        people=tuple(it.fact for it in planned),
    )


def carried_out(unit_ids, years):
    """{(unit id, year, step): how many} of the aims as recorded, by the legal date, in one query; no file that is closed."""
    rows = (
        StepRecord.objects.standing()
        .filter(
            candidate__unit__in=list(unit_ids),
            step__in=NUMBER_FIELDS.values(),
            decided_on__gte=date(min(years), 1, 1),
            decided_on__lte=date(max(years), 12, 31),
        )
        .exclude(candidate__state=RoadState.DECLINED)
        .exclude(conclusion__in=NOT_CARRIED_OUT)
        .order_by()
        .values_list("candidate__unit_id", "decided_on__year", "step")
        .annotate(Count("candidate", distinct=True))
    )
    return {(unit_id, year, step): count for unit_id, year, step, count in rows}


def planned_days_of(candidate_ids):
    """{candidate id: {step: ISO day}} by the plans in force, the later year's where two name one step; one query."""
    found = {pk: {} for pk in candidate_ids}
    rows = PlannedPerson.objects.in_force().filter(candidate_id__in=found).order_by("plan__year", "pk")
    for pk, step, day in rows.values_list("candidate_id", "step", "planned_on"):
        found[pk][str(step)] = day.isoformat()
    return found
