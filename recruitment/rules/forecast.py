"""The road ahead (时间推算): for every step its state, the earliest and the last lawful day, the due day and the plan's."""

from dataclasses import dataclass, replace
from datetime import date, timedelta

from recruitment.calendar import Calendar, add_months, publicity
from recruitment.facts import Facts, LocalLimit, PersonFact, StepFact
from recruitment.rules.contents import READINGS
from recruitment.rules.deadlines import PROBATION_END, anchor_of, owed
from recruitment.rules.dues import DueFact, dues_of
from recruitment.rules.limits import Deadline, first_lawful, strictest, workdays_needed
from recruitment.rules.objection import BLOCKED, UNCLEAR, Objection
from recruitment.rules.order import DEPENDENTS, review_valid_until, state_objections, turn_objections
from recruitment.rules.standing import PROBATION_MONTHS, Standing
from recruitment.rules.walking import company_objections, still_to_come, walk
from recruitment.rules.windows import first_open
from recruitment.rulesets import reading, rule_set_on
from recruitment.stages import ReviewKind, RoadState, Stage
from recruitment.steps import STEPS, Step, step

DONE, ALLOWED, STATE_BLOCKED, STATE_LATE = "done", "allowed", "blocked", "late"
_ONE_DAY = timedelta(days=1)
_WAITS = frozenset(("activist_too_early", "cultivation_too_short"))


@dataclass(frozen=True, slots=True)
class StepForecast:
    """One step of the road as it stands on a day.

    ``state``: done, allowed (may be recorded today), blocked, or late (owed and its day has passed). ``earliest_on``: the
    first lawful day; ``completes_on``: the day from which what follows may happen (step 8: the listing). ``due_on``: the last
    day in time (``binding`` False: advised only); ``latest_on``: the last day on which it is lawful at all.
    ``planned_on`` is the plan's day, ``decided_on`` the recorded one. ``provisional``: rests on a year without calendar.
    ``late``: recorded after its due day. ``gap``: recorded, but details or an earlier step are not on file.
    """

    step: int
    state: str
    earliest_on: date | None = None
    completes_on: date | None = None
    due_on: date | None = None
    latest_on: date | None = None
    planned_on: date | None = None
    decided_on: date | None = None
    provisional: bool = False
    binding: bool = False
    late: bool = False
    gap: bool = False
    objections: tuple[Objection, ...] = ()


@dataclass(frozen=True, slots=True)
class Road:
    """A whole road on one day. ``next_steps`` are those that may be recorded today; ``late_steps`` were recorded late."""

    stage: Stage
    state: RoadState
    steps: tuple[StepForecast, ...]
    next_steps: tuple[int, ...]
    dues: tuple[DueFact, ...]
    late_steps: tuple[int, ...]
    stopped_on: date | None = None
    restarted_on: date | None = None
    activist_on: date | None = None
    cultivation_from_on: date | None = None
    cultivation_full_on: date | None = None
    listed_on: date | None = None
    probation_from_on: date | None = None
    probation_ends_on: date | None = None
    is_extended: bool = False
    party_standing_from_on: date | None = None

    def step(self, number: int) -> StepForecast:
        return self.steps[number - 1]


class _Ahead:
    """What is known of each step while forecasts are chained: the day after which others may follow, and how sure it is."""

    __slots__ = ("completes_on", "provisional", "real")

    def __init__(self):
        self.completes_on: dict[int, date] = {}
        self.provisional: set[int] = set()
        self.real: set[int] = set()


def road(facts: Facts, *, today: date, calendar: Calendar) -> Road:
    """The whole road on ``today``: records dated later are shown with their objection and count for nothing.

    Forecasts of far steps chain from those of earlier ones and begin no earlier than ``today``; actual dates replace
    them. A step whose own conditions are on record keeps its lawful day even when that has passed, but what follows it
    is reckoned from ``today``.
    """
    future = {place: fact for place, fact in enumerate(facts.steps) if fact.decided_on > today}
    seen = facts
    if future:
        seen = replace(facts, steps=tuple(fact for fact in facts.steps if fact.decided_on <= today))
    standing = walk(seen, calendar)
    on_file = _objections_by_step(standing, future, today)
    ahead = _Ahead()
    rows = []
    for row in STEPS:
        found = on_file.get(row.number, ())
        record = standing.done.get(row.number)
        if record is not None:
            rows.append(_recorded(standing, row, record, found, ahead))
        elif row.number <= standing.elsewhere:
            rows.append(StepForecast(row.number, DONE))
            ahead.real.add(row.number)
        else:
            rows.append(_open(standing, row, found, ahead, today, calendar))
    return _road(standing, tuple(rows))


def road_on_record(facts: Facts, *, today: date, calendar: Calendar) -> Road:
    """What :func:`road` says of the records alone: stage, state, dates and dues, and only the steps on record.

    For writing many roads at once: forecasting the open steps is three quarters of the work, and no column holds them.
    """
    seen = replace(facts, steps=tuple(fact for fact in facts.steps if fact.decided_on <= today))
    standing = walk(seen, calendar)
    rows = [
        StepForecast(row.number, DONE, decided_on=record.decided_on if (record := standing.done.get(row.number)) else None)
        for row in STEPS
        if standing.has(row.number)
    ]
    return _road(standing, tuple(rows))


def road_from_application(
    applied_on: date, *, today: date, calendar: Calendar, local_limits: tuple[LocalLimit, ...] = ()
) -> Road:
    """The whole road ahead of somebody who applies on ``applied_on`` and of whom nothing else is known.

    An application still to come is looked at from its own day.
    """
    facts = Facts(PersonFact(), steps=(StepFact(1, applied_on),), local_limits=local_limits)
    return road(facts, today=max(today, applied_on), calendar=calendar)


def _road(standing: Standing, rows: tuple[StepForecast, ...]) -> Road:
    full_on = None
    if standing.cultivation_from_on:
        full_on, _ = first_lawful("cultivation", standing.cultivation_from_on, standing.facts.local_limits)
    return Road(
        stage=standing.stage,
        state=RoadState(standing.state),
        steps=rows,
        next_steps=tuple(
            row.step for row in rows if row.state in (ALLOWED, STATE_LATE) and not _is_blocked(row.objections)
        ),
        dues=dues_of(standing),
        late_steps=tuple(sorted(standing.late)),
        stopped_on=standing.stopped_on,
        restarted_on=standing.restarted_on,
        activist_on=standing.activist_on,
        cultivation_from_on=standing.cultivation_from_on,
        cultivation_full_on=full_on,
        listed_on=standing.listed_on,
        probation_from_on=standing.admitted_on,
        probation_ends_on=standing.probation_ends_on,
        is_extended=standing.extended,
        party_standing_from_on=standing.probation_ends_on if 24 in standing.done else None,
    )


def _objections_by_step(standing: Standing, future: dict, today: date) -> dict[int, tuple[Objection, ...]]:
    """What is wrong with the records on file, by step; of several records of one step the last one judged speaks."""
    found: dict[int, tuple[Objection, ...]] = {}
    for place, objections in standing.on_file.items():
        found[standing.facts.steps[place].step] = tuple(objections)
    for fact in future.values():
        found[fact.step] = (still_to_come(fact, today),)
    return found


def _recorded(standing: Standing, row: Step, record, found, ahead: _Ahead) -> StepForecast:
    number = row.number
    settled_on = standing.settled_on(number)
    ahead.completes_on[number] = settled_on
    ahead.real.add(number)
    if standing.listing_is_provisional and number == 8:
        ahead.provisional.add(8)
    anchor = anchor_of(standing, number)
    deadline = owed(standing, number, *anchor) if anchor else None
    return StepForecast(
        number,
        DONE,
        earliest_on=record.decided_on,
        completes_on=settled_on,
        due_on=deadline.due_on if deadline and deadline.binding else None,
        planned_on=standing.facts.plan.get(number),
        decided_on=record.decided_on,
        provisional=number in ahead.provisional,
        binding=bool(deadline and deadline.binding),
        late=number in standing.late,
        gap=number in standing.gaps,
        objections=found,
    )


def _open(standing: Standing, row: Step, found, ahead: _Ahead, today: date, calendar: Calendar) -> StepForecast:
    number = row.number
    planned_on = standing.facts.plan.get(number)
    refused = standing.refused.get(number)
    stopped = state_objections(standing, number, row.citation(reading(today)))
    if stopped or standing.state == RoadState.CLOSED:
        return StepForecast(
            number, STATE_BLOCKED, planned_on=planned_on, decided_on=refused.decided_on if refused else None,
            objections=(*found, *stopped),
        )  # fmt: skip
    # An earlier step that is missing on file may be entered for a day up to what already followed it.
    followed_on = min((standing.done[n].decided_on for n in DEPENDENTS[number] if n in standing.done), default=None)
    turn = _turn(standing, number, min(today, followed_on or today))
    earliest_on, provisional = _earliest(standing, row, ahead, today, calendar)
    # A wait that a committee has lengthened since: what was lawful before is so no more.
    waits = [objection.holds_until for objection in turn if objection.code in _WAITS and objection.holds_until]
    earliest_on = max(earliest_on, *waits) if waits else earliest_on
    # What is not on record has not happened: what follows is reckoned from today, however long ago it might have been.
    begins_on = earliest_on if followed_on else max(earliest_on, today)
    completes_on, runs_provisional = _completes(standing, number, begins_on, calendar)
    provisional |= runs_provisional
    ahead.completes_on[number] = completes_on
    if provisional:
        ahead.provisional.add(number)
    deadline, is_real = _deadline(standing, row, ahead, today)
    latest_on = followed_on or _latest(standing, number, ahead, today)
    objections = [*found, *turn]
    # A record still to come stands in the way of another: it is to be put right, not doubled.
    awaited = any(objection.code == "future_date" for objection in found)
    blocked = _is_blocked(turn) or awaited or bool(refused and _is_blocked(found))
    state = STATE_BLOCKED if blocked else ALLOWED
    overdue = is_real and deadline is not None and deadline.binding and deadline.due_on < today
    if overdue and not (latest_on is not None and latest_on < today) and not _is_blocked(found):
        state = STATE_LATE
    return StepForecast(
        number,
        state,
        earliest_on=earliest_on,
        completes_on=completes_on,
        due_on=deadline.due_on if deadline else None,
        latest_on=latest_on,
        planned_on=planned_on,
        decided_on=refused.decided_on if refused else None,
        provisional=provisional,
        binding=bool(deadline and deadline.binding),
        objections=tuple(objections),
    )


def _turn(standing: Standing, number: int, today: date) -> list[Objection]:
    """Why the step may not be taken today, as far as that does not hang on what its record would say."""
    rule_set = reading(today)
    outcome = step(number).conclusions[0]
    found = turn_objections(standing, number, today, outcome, rule_set)
    found += company_objections(standing, number, today, rule_set)
    if not rule_set_on(today) and number in READINGS and not _is_blocked(found):
        old, new = READINGS[number]
        message = f"{today} 适用哪一部细则未明确。按2014年细则：{old}；按2026年细则：{new}。记录时请选择。"
        article = step(number).citation(rule_set)
        found.append(Objection("rule_set_unclear", message, article, None, "rule_set", UNCLEAR, voids=False))
    return found


def _is_blocked(objections) -> bool:
    return any(objection.level == BLOCKED for objection in objections)


def _earliest(standing: Standing, row: Step, ahead: _Ahead, today: date, calendar: Calendar) -> tuple[date, bool]:
    """The first day on which the step is lawful, and whether that rests on a year without calendar."""
    number = row.number
    local = standing.facts.local_limits
    if number == 1:
        birth_on = standing.facts.person.birth_on
        days = [add_months(birth_on, 12 * 18) if birth_on else today, standing.restarted_on, today]
        return max(day for day in days if day is not None), False
    days = [ahead.completes_on[before] for before in row.after if before in ahead.completes_on]
    earliest_on = max(days, default=today)
    if any(before not in ahead.real for before in row.after):
        earliest_on = max(earliest_on, today)
    if number in standing.reopened:
        earliest_on = max(earliest_on, standing.reopened[number] + _ONE_DAY)
    if number == 5 and standing.transferred_on:
        earliest_on = max(earliest_on, standing.transferred_on)
    provisional = any(before in ahead.provisional for before in row.after)
    if number == 3 and 1 in ahead.completes_on:
        earliest_on = first_lawful("activist_wait", ahead.completes_on[1], local, not_before=earliest_on)[0]
    elif number == 4:
        workdays, _ = workdays_needed("activist_publicity", earliest_on, "", local)
        if workdays:
            window = publicity(calendar, ahead.completes_on.get(3, earliest_on), workdays)
            earliest_on, provisional = max(earliest_on, window.done_on), provisional or window.provisional
    elif number in (6, 7):
        from_on = standing.cultivation_from_on or ahead.completes_on.get(3)
        if from_on:
            earliest_on = first_lawful("cultivation", from_on, local, not_before=earliest_on)[0]
    elif number == 23:
        ends_on = _probation_end(standing, ahead)
        if ends_on:
            earliest_on = max(earliest_on, ends_on)
    elif number == 15 and _is_lapsed(standing, today):
        earliest_on = max(earliest_on, today)
    return earliest_on, provisional


def _completes(standing: Standing, number: int, begins_on: date, calendar: Calendar) -> tuple[date, bool]:
    """From when what follows the step may happen if it is taken on ``begins_on``."""
    if number != 8:
        return begins_on, False
    workdays, _ = workdays_needed("agreement_publicity", begins_on, "", standing.facts.local_limits)
    if not workdays:
        return begins_on, False
    window = publicity(calendar, begins_on, workdays)
    return window.done_on, window.provisional


def _probation_end(standing: Standing, ahead: _Ahead) -> date | None:
    if standing.probation_ends_on:
        return standing.probation_ends_on
    admitted_on = ahead.completes_on.get(15)
    return add_months(admitted_on, PROBATION_MONTHS) if admitted_on else None


def _deadline(standing: Standing, row: Step, ahead: _Ahead, today: date) -> tuple[Deadline | None, bool]:
    """By when the step is owed, and whether its clock runs already (True) or is only forecast, from today on (False)."""
    number = row.number
    if number == 6:
        return _review_deadline(standing)
    anchor = anchor_of(standing, number)
    if anchor is not None:
        return owed(standing, number, *anchor), True
    if number in PROBATION_END:
        anchor_on = _probation_end(standing, ahead)
    elif number == 12:
        anchor_on = max(
            (ahead.completes_on[before] for before in (9, 10, 11) if before in ahead.completes_on), default=None
        )
    else:
        anchor_on = ahead.completes_on.get(row.anchor)
    if anchor_on is None:
        return None, False
    if number not in PROBATION_END:
        anchor_on = max(anchor_on, today)
    return owed(standing, number, anchor_on), False


def _review_deadline(standing: Standing) -> tuple[Deadline | None, bool]:
    """Step 6 lasts a year; what is owed in it is the next half-yearly review."""
    if not standing.has(3) or standing.has(7):
        return None, False
    window = first_open(standing, ReviewKind.REVIEW)
    if window is None:
        return None, False
    return Deadline(window.until_on, True, window.article, f"第 {window.number} 次半年考察"), True


def _latest(standing: Standing, number: int, ahead: _Ahead, today: date) -> date | None:
    """The last day on which the step is lawful at all; None where no day is the last."""
    if number == 17:
        resolved_on = ahead.completes_on.get(15)
        if resolved_on is None:
            return None
        at_most = strictest("approval_at_most", resolved_on, "", standing.facts.local_limits)
        return add_months(resolved_on, at_most.value)
    if number in (12, 13, 15):
        valid = review_valid_until(standing, today)
        return valid[0] if valid else None
    return None


def _is_lapsed(standing: Standing, today: date) -> bool:
    resolution = standing.done.get(15)
    return resolution is not None and 17 not in standing.done and today > add_months(resolution.decided_on, 6)
