"""Limits turned into days: when a wait is over, when an act is due, what a number must reach, and what each rests on."""

from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache

from recruitment.calendar import Calendar, add_months
from recruitment.facts import LocalLimit
from recruitment.rulesets import LIMITS, NO_ARTICLE, SHORTER, InForce, LimitUnit, cite, limits_in_force, reading

_MONTHS, _DAYS, _WORKDAYS = LimitUnit.MONTHS, LimitUnit.DAYS, LimitUnit.WORKDAYS


def later(day: date, value: int, unit: LimitUnit) -> date:
    """The day ``value`` months (clamped), years or days after ``day``; the due day itself is in time."""
    if unit is _MONTHS:
        return add_months(day, value)
    if unit is LimitUnit.YEARS:
        return add_months(day, 12 * value)
    return day + timedelta(days=value)


@dataclass(frozen=True, slots=True)
class Deadline:
    """By when an act is owed. ``binding`` False: the rules give no number, a reminder is sensible, nothing is late."""

    due_on: date
    binding: bool
    article: str
    words: str


def basis(code: str, rule_set: str, in_force: InForce | None) -> str:
    """What a limit rests on, as the screen cites it: the committee's own setting, or the article of the rule set."""
    limit = LIMITS[code]
    if in_force is not None and in_force.local is not None:
        return local_basis(in_force.local)
    return cite(limit.articles(rule_set), rule_set) or NO_ARTICLE


def local_basis(setting: LocalLimit) -> str:
    return f"{setting.set_by or '上级党委'}规定（自 {setting.since_on} 起）"


def period_words(value: int, unit: LimitUnit) -> str:
    return f"{value} {unit.label}"


def strictest(code: str, on: date, answer: str, local_limits: tuple[LocalLimit, ...]) -> InForce | None:
    """The value of a limit counted in one unit that holds for what happens on ``on``; None where there is none."""
    found = limits_in_force(code, on, reading(on, answer), local_limits)
    if len(found) < 2:
        return found[0] if found else None
    pick = min if LIMITS[code].stricter == SHORTER else max
    return pick(found, key=lambda row: row.value)


def first_lawful(
    code: str,
    anchor_on: date,
    local_limits: tuple[LocalLimit, ...],
    *,
    not_before: date | None = None,
    answer: str = "",
) -> tuple[date, str]:
    """The first day, not earlier than ``not_before``, on which the wait ``code`` from ``anchor_on`` is over; what it rests on.

    A wait is judged by the rules in force on the day of the act that waits: a stricter one set later holds for acts
    from its day on and leaves alone what was decided before, and a shorter one ends the wait on its day.
    """
    day, rests_on = max(anchor_on, not_before or anchor_on), None
    while (in_force := strictest(code, day, answer, local_limits)) is not None:
        needed_on = later(anchor_on, in_force.value, in_force.unit)
        if needed_on <= day:
            break
        days = [each for row in local_limits if row.code == code for each in (row.since_on, row.until_on)]
        changes = (each for each in days if each is not None and day < each < needed_on)
        rests_on, day = in_force, min(changes, default=needed_on)
    return day, basis(code, reading(day, answer), rests_on or in_force)


@cache
def _advised_words(title: str, value: int, unit: LimitUnit) -> str:
    return f"{title}，细则未定期限，建议 {period_words(value, unit)}内"


@cache
def _binding_words(title: str, value: int, unit: LimitUnit, unconfirmed: bool) -> str:
    return f"{title}，{period_words(value, unit)}内{'（期限待核）' if unconfirmed else ''}"


def deadline(code: str, anchor_on: date, answer: str, local_limits: tuple[LocalLimit, ...]) -> Deadline | None:
    """By when the act of limit ``code`` is owed when its clock starts on ``anchor_on``.

    The rules in force when the clock started decide, so that a limit set later never makes late what was in time.
    """
    rule_set = reading(anchor_on, answer)
    limit = LIMITS[code]
    found = limits_in_force(code, anchor_on, rule_set, local_limits)
    if not found:
        if limit.advised is None:
            return None
        value, unit = limit.advised
        words = _advised_words(limit.title, value, unit)
        return Deadline(later(anchor_on, value, unit), False, cite(limit.articles(rule_set), rule_set), words)
    best = None
    for row in found:
        due_on = later(anchor_on, row.value, row.unit)
        if best is None or due_on < best[0]:
            best = (due_on, row)
    due_on, row = best
    words = _binding_words(limit.title, row.value, row.unit, row.local is None and rule_set in limit.unconfirmed)
    return Deadline(due_on, True, basis(code, rule_set, row), words)


def workdays_needed(code: str, on: date, answer: str, local_limits: tuple[LocalLimit, ...]) -> tuple[int, str]:
    """How many workdays of publicity the act of day ``on`` needs (0 for none), and what that rests on."""
    found = strictest(code, on, answer, local_limits)
    if found is None:
        return 0, ""
    return found.value, basis(code, reading(on, answer), found)


def is_switched_on(code: str, on: date, answer: str, local_limits: tuple[LocalLimit, ...]) -> bool:
    """Whether a yes-or-no limit says yes for what happens on ``on``."""
    found = strictest(code, on, answer, local_limits)
    return bool(found and found.value)


def is_provisional(calendar: Calendar, first: date, last: date) -> bool:
    return not calendar.covers(first, last)
