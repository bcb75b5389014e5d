"""The annual development plan: what it must hold, which days it may name, what is owed on its way (notice G1, T2, T3, T5, R5)."""

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, timedelta

from recruitment.planning import (
    ARTICLE,
    FIELD_OF,
    OPEN_FOR_THE_BRANCH,
    PERSON_AIMS,
    Aim,
    Part,
    Period,
    PlanDue,
    PlanState,
)
from recruitment.rules.objection import Objection

# The plan of a year is drafted in the November before it: from the 1st, by the end of 中旬; reviewed and sent upward
# by the end of 下旬 (T2, T3).
_MONTH, _OPENS, _DRAFTED, _REVIEWED = 11, 1, 20, 30
_PLANNING_BEGINS = 10  # from October on, the year that is planned is the next one
ANSWER_DAYS = 3
_NUMBERED = "通知 一（控制总量）"


@dataclass(frozen=True, slots=True)
class PlannedFact:
    """One planned person as the rules see it.

    ``earliest_on`` is the first lawful day of ``step`` by the forecast, None where the road does not lead there any
    more; ``is_done``: the step is on record; ``has_stopped``: the road does not go on.
    """

    name: str
    step: int
    planned_on: date
    earliest_on: date | None = None
    is_done: bool = False
    has_stopped: bool = False
    explanation: str = ""

    @property
    def is_early(self) -> bool:
        """True where the planned day comes before the first lawful one, or no day is lawful."""
        if self.is_done:
            return False
        return self.has_stopped or self.earliest_on is None or self.planned_on < self.earliest_on


@dataclass(frozen=True, slots=True)
class PlanFact:
    """A plan as the rules see it; ``numbers`` holds persons per aim, None where nothing is written."""

    year: int
    standard: str = ""
    goal: str = ""
    limits: str = ""
    numbers: dict[int, int | None] = field(default_factory=dict)
    studied_on: date | None = None
    people: tuple[PlannedFact, ...] = ()


# --- Days


def planned_day(year: int, month: int, period: str, day: int | None = None) -> date:
    """The last day of a ten-day period (T5: 上旬 ends on the 10th, 中旬 on the 20th, 下旬 on the last), of a month, or ``day``.

    Raises ValueError for a day that the month does not have.
    """
    if period == Period.DAY:
        return date(year, month, day or 0)
    last = monthrange(year, month)[1]
    return date(year, month, {Period.EARLY: 10, Period.MIDDLE: 20}.get(period, last))


def planned_words(planned_on: date, period: str) -> str:
    """A planned day as it was written: 2027-06, 2027-06 上旬 or 2027-06-15."""
    if period == Period.DAY:
        return planned_on.isoformat()
    month = f"{planned_on:%Y-%m}"
    return month if period == Period.MONTH else f"{month} {Period(period).label}"


def next_period_end(today: date) -> date:
    """The first end of a ten-day period that leaves ``ANSWER_DAYS`` to act (T5)."""
    soonest = today + timedelta(days=ANSWER_DAYS)
    period = Period.EARLY if soonest.day <= 10 else Period.MIDDLE if soonest.day <= 20 else Period.LATE
    return planned_day(soonest.year, soonest.month, period)


def year_planned_on(today: date) -> int:
    """The year whose plan is of interest on ``today``: from October on the next one."""
    return today.year + (today.month >= _PLANNING_BEGINS)


def drafting_opens_on(year: int) -> date:
    """From when the draft of ``year`` is owed."""
    return date(year - 1, _MONTH, _OPENS)


def due_day(kind: str, year: int, today: date) -> date:
    """By when an act of ``kind`` on the plan of ``year`` is owed if it becomes owed on ``today``.

    The days of the notice, as long as they leave time to act; after them the next end of a ten-day period.
    """
    named = {PlanDue.DRAFT: _DRAFTED, PlanDue.REVIEW: _REVIEWED, PlanDue.REPORT: _REVIEWED}.get(kind)
    soonest = next_period_end(today)
    if named is None:
        return soonest
    day = date(year - 1, _MONTH, named)
    return day if day >= today else soonest


def owed_for(state: str, waiting: int) -> str:
    """What is owed for a plan in ``state`` with ``waiting`` remarks unanswered: a PlanDue, or "" for nothing (R9)."""
    if state in OPEN_FOR_THE_BRANCH:
        return PlanDue.DRAFT
    if state == PlanState.WITH_OFFICE:
        return PlanDue.REPLY if waiting else PlanDue.CONSULTATION
    return {PlanState.AGREED: PlanDue.REVIEW, PlanState.REVIEWED: PlanDue.REPORT}.get(state, "")


# --- What a plan must hold


def missing_parts(plan: PlanFact) -> list[Part]:
    """Which of the four determinations are not written yet (T3)."""
    texts = {Part.STANDARD: plan.standard, Part.GOAL: plan.goal, Part.LIMITS: plan.limits}
    found = [part for part, text in texts.items() if not text.strip()]
    if any(plan.numbers.get(aim) is None for aim in Aim):
        found.append(Part.NUMBERS)
    return [part for part in Part if part in found]


def submission_objections(plan: PlanFact) -> list[Objection]:
    """Why the plan may not go to the office yet (T2, T3): parts missing, more persons than the number, days, closed roads.

    Fewer persons than the number is lawful: people are named as they mature, and a missing name must tell nothing.
    """
    found = []
    for part in missing_parts(plan):
        name = "applications" if part == Part.NUMBERS else part.value
        words = "请填全五项人数，没有的填 0" if part == Part.NUMBERS else "请填写"
        found.append(Objection(f"{part.value}_missing", f"四定缺“{part.label}”，{words}。", ARTICLE, None, name))
    if plan.studied_on is None:
        message = "请填写支委会研究的日期；计划由支委会研究后报党办。"
        found.append(Objection("not_studied", message, ARTICLE, None, "studied_on"))
    for aim in PERSON_AIMS:
        number, named = plan.numbers.get(aim), sum(person.step == aim for person in plan.people)
        if number is not None and named > number:
            message = f"“{Aim(aim).label}”计划 {number} 人，已列人选 {named} 人。请调整人数或移出人选。"
            found.append(Objection("more_persons_than_number", message, ARTICLE, None, FIELD_OF[aim]))
    for person in plan.people:
        found += _person_objections(person, plan.year)
    return found


def _person_objections(person: PlannedFact, year: int) -> list[Objection]:
    if person.is_done:
        message = f"{person.name}已{PERSON_AIMS[person.step]}，请移出或改列下一步。"
        return [Objection("already_done", message, ARTICLE)]
    if person.has_stopped:
        return [Objection("road_has_ended", f"{person.name}的进程已停止，请移出。", ARTICLE)]
    if person.planned_on.year != year:
        return [Objection("other_year", f"{person.name}的时限不在 {year} 年。", ARTICLE)]
    return []


def agreement_objections(plan: PlanFact, waiting: int) -> list[Objection]:
    """Why the office may not agree yet (R5): remarks unanswered, days before the first lawful one without a reason."""
    found = []
    if waiting:
        found.append(Objection("remarks_unanswered", f"还有 {waiting} 条意见支部未回应。", "通知 三（二）"))
    found += [too_early(person) for person in plan.people if person.is_early and not person.explanation.strip()]
    return found


def too_early(person: PlannedFact) -> Objection:
    """That the planned day lies before the first lawful one, with that day."""
    if person.earliest_on is None:
        message = f"{person.name}目前不能{PERSON_AIMS[person.step]}。请支部移出或说明。"
        return Objection("planned_not_possible", message, ARTICLE)
    message = (
        f"{person.name}最早可于 {person.earliest_on} {PERSON_AIMS[person.step]}，"
        f"拟定时限 {person.planned_on} 不合规定。请支部调整或说明。"
    )
    return Objection("planned_too_early", message, ARTICLE, person.earliest_on)


def ready_first(people, today: date):
    """Planned persons in the order in which they mature (成熟的优先, R5): by the first lawful day, then by the planned one.

    An order by what the rules say of each, not a rating. ``people`` are anything with the attributes of PlannedFact.
    """
    return sorted(people, key=lambda it: (it.is_done, max(it.earliest_on or date.max, today), it.planned_on, it.name))


def beyond_number(number: int, admitted: int, year: int) -> list[Objection]:
    """Why one more admission in ``year`` is stopped: the number that the committee reviewed is used up (G1)."""
    if admitted < number:
        return []
    message = (
        f"本支部 {year} 年计划接收预备党员 {number} 人，已接收 {admitted} 人。"
        "确需增加的，请先由党办在年度计划中调整人数并写明原因。"
    )
    return [Objection("beyond_yearly_number", message, _NUMBERED, None, "decided_on")]
