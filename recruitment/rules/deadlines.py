"""By when each step is owed, from what is on record or from a forecast (rules.md §1.2, column DUE)."""

from datetime import date, timedelta

from recruitment.calendar import add_months
from recruitment.rules.limits import Deadline, basis, deadline, strictest
from recruitment.rules.objection import Objection, late
from recruitment.rules.standing import Standing
from recruitment.rulesets import cite, reading
from recruitment.steps import step

# After a no these are not owed: whether and when they are tried again is for the branch to judge.
NOT_OWED_AGAIN = frozenset((7, 8, 10, 12, 13, 15))
PROBATION_END = frozenset((21, 22, 23))


def late_code(limit_code: str) -> str:
    """The code of the objection when the limit was missed."""
    return limit_code.removesuffix("_within").removesuffix("_before") + "_late"


def anchor_of(standing: Standing, number: int) -> tuple[date, str] | None:
    """The day on which the clock of step ``number`` started by what is on record, and which rule set was answered there."""
    if number == 12:
        days = [standing.done[before].decided_on for before in (9, 10, 11) if before in standing.done]
        return (max(days), "") if len(days) == 3 else None
    if number in PROBATION_END:
        if not standing.has(17) or standing.probation_ends_on is None:
            return None
        return standing.probation_ends_on, ""
    if number == 5 and standing.transferred_on:
        naming = standing.done.get(5)
        if naming is None or naming.decided_on < standing.transferred_on:
            return standing.transferred_on, ""
    anchor = step(number).anchor
    record = standing.done.get(anchor)
    if record is not None:
        return standing.settled_on(anchor), record.rule_set
    return None


def owed(standing: Standing, number: int, anchor_on: date, answer: str = "") -> Deadline | None:
    """By when step ``number`` is owed when its clock starts on ``anchor_on``; None where nothing is owed or advised."""
    local = standing.facts.local_limits
    if number == 21:
        rule_set = reading(anchor_on, answer)
        return Deadline(anchor_on, False, cite(step(21).articles(rule_set), rule_set), "预备期满前作出考察结论")
    if number == 22:
        return _application_for_conversion(anchor_on, local)
    if number == 23 and standing.delayed and not standing.extended:
        rule_set = reading(anchor_on, answer)
        found = strictest("transfer_delay", anchor_on, answer, local)
        words = f"转入的预备党员，讨论转正可推迟不超过 {found.value} 个月"
        return Deadline(add_months(anchor_on, found.value), True, basis("transfer_delay", rule_set, found), words)
    reopened_on = standing.reopened.get(number)
    if reopened_on is not None and reopened_on >= anchor_on:
        if number in NOT_OWED_AGAIN:
            return None
        found = deadline(step(number).deadline, reopened_on, answer, local)
        return found and Deadline(found.due_on, False, found.article, found.words)
    code = step(number).deadline
    return deadline(code, anchor_on, answer, local) if code else None


def _application_for_conversion(ends_on: date, local) -> Deadline:
    rule_set = reading(ends_on)
    found = strictest("conversion_application_before", ends_on, "", local)
    before = found.value if found else 0
    words = f"预备期满前 {before} 天提出转正申请" if before else "预备期满时提出转正申请"
    return Deadline(
        ends_on - timedelta(days=before), True, basis("conversion_application_before", rule_set, found), words
    )


def lateness(standing: Standing, number: int, on: date, reason: str) -> list[Objection]:
    """The objection that a limit was missed on day ``on`` and no ``reason`` is given."""
    anchor = anchor_of(standing, number)
    if anchor is None:
        return []
    found = owed(standing, number, *anchor)
    if found is None or not found.binding or on <= found.due_on or reason.strip():
        return []
    message = f"“{step(number).name}”应于 {found.due_on} 前办理（{found.words}），{on} 已超过期限。请写明迟办原因。"
    return [late(late_code(step(number).deadline), message, found.article)]


def is_late(standing: Standing, number: int, on: date) -> bool:
    """True when a binding limit was missed on day ``on``, whether or not a reason was given."""
    anchor = anchor_of(standing, number)
    found = anchor and owed(standing, number, *anchor)
    return bool(found and found.binding and on > found.due_on)
