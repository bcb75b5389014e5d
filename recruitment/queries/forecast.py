"""时间推算: the whole road ahead, for a person on file or for a bare application date."""

from dataclasses import dataclass
from datetime import date

from recruitment import rules
from recruitment.facts import Facts, PersonFact, StepFact
from recruitment.queries.facts import calendar_in_force
from recruitment.queries.timeline import what_is_missing
from recruitment.road_chart import RoadRow, road_chart
from recruitment.rulesets import reading
from recruitment.stages import Body, Conclusion
from recruitment.steps import step as step_row

STATES = {"done": "已办结", "allowed": "可办", "blocked": "未到", "late": "逾期"}


@dataclass(frozen=True, slots=True)
class ForecastRow:
    """One step of the table: its state in words and its days, actual ones where they are on record."""

    number: int
    name: str
    law: str
    state: str
    state_text: str
    decided_on: date | None
    earliest_on: date | None
    due_on: date | None
    latest_on: date | None
    planned_on: date | None
    is_binding: bool
    is_provisional: bool
    is_milestone: bool
    reason: str


@dataclass(frozen=True, slots=True)
class Forecast:
    """The table and the picture of one road on one day."""

    today: date
    rows: tuple[ForecastRow, ...]
    chart: object
    is_provisional: bool
    is_planned: bool = False


def forecast_of(road, today):
    """A judged road (rules.Road) as table and picture."""
    rows = tuple(_row(row, today) for row in road.steps)
    chart = road_chart(
        [
            RoadRow(
                step=row.number,
                name=step_row(row.number).short_name,
                earliest_on=row.earliest_on,
                latest_on=row.latest_on or (row.due_on if row.is_binding else None),
                decided_on=row.decided_on,
                planned_on=row.planned_on,
                is_milestone=row.is_milestone,
            )
            for row in rows
        ],
        today,
    )
    return Forecast(
        today=today,
        rows=rows,
        chart=chart,
        is_provisional=any(row.is_provisional for row in rows),
        is_planned=any(row.planned_on for row in rows),
    )


def _row(row, today):
    step = step_row(row.step)
    return ForecastRow(
        number=row.step,
        name=step.name,
        law=step.citation(reading(row.decided_on or today)),
        state=row.state,
        state_text=STATES[row.state],
        decided_on=row.decided_on,
        earliest_on=row.earliest_on,
        due_on=row.due_on,
        latest_on=row.latest_on,
        planned_on=row.planned_on,
        is_binding=row.binding,
        is_provisional=row.provisional,
        is_milestone=step.is_milestone,
        reason=what_is_missing(row.objections) if row.state in ("blocked", "late") else "",
    )


def forecast_from_date(*, applied_on, birth_on, today):
    """The road of somebody who hands in an application on ``applied_on`` and is on no file; one query.

    Returns (Forecast, ()) or (None, the objections to the application itself).
    """
    calendar = calendar_in_force()
    person = PersonFact(key="nobody", birth_on=birth_on)
    application = StepFact(step=1, decided_on=applied_on, body=Body.APPLICANT, conclusion=Conclusion.DONE)
    facts = Facts(person=person)
    day = max(today, applied_on)
    found = rules.objections(facts, application, today=day, calendar=calendar)
    if found:
        return None, found
    road = rules.road(rules.with_step(facts, application), today=day, calendar=calendar)
    return forecast_of(road, day), ()
