"""Whether a step may be recorded as proposed: the one question that forms, imports and the road command ask."""

from dataclasses import replace
from datetime import date

from recruitment.calendar import Calendar
from recruitment.facts import Facts, StepFact
from recruitment.rules.contents import listing_on
from recruitment.rules.objection import BLOCKED, Objection
from recruitment.rules.walking import judge, still_to_come, walk
from recruitment.rulesets import reading
from recruitment.stages import SituationKind
from recruitment.steps import LAST_STEP, step

_DATES = {
    "publicity_from_on": "公示开始日期",
    "publicity_until_on": "公示结束日期",
    "listed_on": "列为发展对象的日期",
    "starts_on": "培训开始日期",
    "ends_on": "培训结束日期",
}


def objections(facts: Facts, proposal: StepFact, *, today: date, calendar: Calendar) -> tuple[Objection, ...]:
    """Why ``proposal`` may not be recorded; empty when it may.

    It is judged by what is on file up to its own ``decided_on``, so nothing recorded for a later day makes a refusal
    lawful afterwards. "late" and "unclear" objections vanish once ``late_reason``, ``exception_reason`` or ``rule_set``
    answer them; "blocked" ones refuse. What blocks comes first.
    """
    number, on = proposal.step, proposal.decided_on
    if not 1 <= number <= LAST_STEP:
        return (Objection("unknown_step", f"没有第 {number} 步，发展过程共 25 步。", field="step"),)
    article = step(number).citation(reading(on, proposal.rule_set))
    if on > today:
        return (still_to_come(proposal, today),)
    standing = walk(facts, calendar, until=on)
    found = _later(facts, proposal, article)
    found += _future_dates(proposal, today, article)
    if number == 1:
        found += _member(facts, proposal, article)
    elif number == 8 and proposal.listed_on is None:
        found += _listing_to_come(listing_on(standing, proposal, calendar), today, article)
    found += judge(standing, proposal, calendar, live=True)
    found.sort(key=lambda objection: objection.level != BLOCKED)
    return tuple(found)


def _later(facts: Facts, proposal: StepFact, article: str) -> list[Objection]:
    """What is on file for later days and forbids a record of this day."""
    reopened = [
        fact.on for fact in facts.situations if fact.kind == SituationKind.REOPENED and fact.on > proposal.decided_on
    ]
    if reopened:
        day = max(reopened)
        message = f"本人于 {day} 重新提出申请，此前的步骤不再计入。日期应不早于 {day}。"
        return [Objection("before_restart", message, article, day, "decided_on")]
    later = [
        fact.decided_on for fact in facts.steps if fact.step == proposal.step and fact.decided_on > proposal.decided_on
    ]
    if later:
        message = f"第 {proposal.step} 步已有 {min(later)} 的记录，不能再补记更早的。如原记录有误，请更正原记录。"
        return [Objection("later_record", message, article, None, "decided_on")]
    return []


def _future_dates(proposal: StepFact, today: date, article: str) -> list[Objection]:
    found = []
    for name, words in _DATES.items():
        day = getattr(proposal, name)
        if day is not None and day > today:
            message = f"{words} {day} 在今天（{today}）之后。请在该日之后再记录。"
            found.append(Objection("future_date", message, article, day, name))
    return found


def _listing_to_come(day: date, today: date, article: str) -> list[Objection]:
    """The step is complete when the person may be listed, not while the notice still hangs."""
    if day <= today:
        return []
    message = f"公示期满后 {day} 起方可列为发展对象，今天是 {today}。请在该日以后记录。"
    return [Objection("future_date", message, article, day, "listed_on")]


def _member(facts: Facts, proposal: StepFact, article: str) -> list[Objection]:
    """Nobody applies who is a member: unless the membership is the outcome of this very road."""
    admitted = any(fact.step >= 15 and fact.decided_on <= proposal.decided_on for fact in facts.steps)
    if facts.person.standing not in ("full", "probationary") or admitted:
        return []
    message = f"{facts.person.name or '本人'}已是{'正式' if facts.person.standing == 'full' else '预备'}党员，不需再申请入党。"
    return [Objection("already_member", message, article)]


def with_step(facts: Facts, fact: StepFact) -> Facts:
    """The facts with one more step on file; its persons become the mentors (step 5) or recommenders (step 9) of today."""
    changes = {"steps": (*facts.steps, fact)}
    if fact.step == 5 and fact.persons:
        changes["mentors"] = fact.persons
    if fact.step == 9 and fact.persons:
        changes["recommenders"] = fact.persons
    return replace(facts, **changes)
