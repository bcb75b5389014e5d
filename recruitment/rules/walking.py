"""Walking a road: its events in the order of their dates, each judged by what stood before it."""

from datetime import date
from typing import NamedTuple

from recruitment.calendar import Calendar, add_months
from recruitment.facts import Facts, SituationFact, StepFact
from recruitment.rules.contents import content_objections, is_no, listing_on, outcome_of
from recruitment.rules.deadlines import is_late, lateness
from recruitment.rules.objection import BLOCKED, Objection, late
from recruitment.rules.order import review_valid_until, turn_objections
from recruitment.rules.persons import mentor_objections, recommender_objections
from recruitment.rules.standing import ELSEWHERE_ACTIVIST, ELSEWHERE_PROBATIONER, PROBATION_MONTHS, Standing
from recruitment.rules.votes import has_quorum, is_passed
from recruitment.rules.windows import missed
from recruitment.rulesets import reading
from recruitment.stages import Conclusion, RoadState, SituationKind
from recruitment.steps import LAST_STEP, step

_OPENING = frozenset(
    (
        SituationKind.TRANSFERRED,
        SituationKind.PROBATIONER_TRANSFERRED_IN,
        SituationKind.LEAVING_SOON,
        SituationKind.SUPERIOR_CONSULTED,
        SituationKind.RECONSIDERED,
        SituationKind.REOPENED,
    )
)
STOPS = {
    SituationKind.MOVED_AWAY: RoadState.MOVED_AWAY,
    SituationKind.REMOVED: RoadState.REMOVED,
    SituationKind.CANCELLED: RoadState.CANCELLED,
    SituationKind.WITHDRAWN: RoadState.WITHDRAWN,
    SituationKind.DECLINED: RoadState.DECLINED,
    SituationKind.OTHER_PARTY: RoadState.OTHER_PARTY,
    SituationKind.DECEASED: RoadState.DECEASED,
    SituationKind.UNDONE: RoadState.UNDONE,
}
# Named anew when those named before can no longer serve.
_RENAMED = frozenset((5, 9))
# May be recorded once more, but need not be, when an extended probation draws to its end.
_ANEW_AFTER_EXTENSION = frozenset((21, 22))


class _Event(NamedTuple):
    """What happened on a day; on one day what opens comes before steps, what ends the road after them."""

    on: date
    rank: int
    step: int
    place: int
    fact: StepFact | SituationFact


def events(facts: Facts, until: date | None = None) -> list[_Event]:
    """The steps and situations of a road up to ``until`` (included), in order."""
    found = [
        _Event(fact.decided_on, 1, fact.step, place, fact)
        for place, fact in enumerate(facts.steps)
        if until is None or fact.decided_on <= until
    ]
    found += [
        _Event(fact.on, 0 if fact.kind in _OPENING else 2, 0, place, fact)
        for place, fact in enumerate(facts.situations)
        if until is None or fact.on <= until
    ]
    found.sort(key=lambda event: event[:4])
    return found


def walk(facts: Facts, calendar: Calendar, *, until: date | None = None) -> Standing:
    """Where the person stands after everything on file up to ``until`` (None: everything).

    A record that the rules refuse outright does not count; its objections are kept in ``on_file`` by its place in ``facts.steps``.
    """
    standing = Standing(facts)
    for event in events(facts, until):
        fact = event.fact
        if event.rank != 1:
            _situation(standing, fact)
            continue
        found = judge(standing, fact, calendar, live=False)
        if found:
            standing.on_file[event.place] = found
            if any(objection.voids and objection.level == BLOCKED for objection in found):
                standing.refused[fact.step] = fact
                continue
        _accept(standing, fact, calendar)
        if any(objection.level == BLOCKED for objection in found):
            standing.gaps.add(fact.step)
    return standing


def judge(standing: Standing, fact: StepFact, calendar: Calendar, *, live: bool) -> list[Objection]:
    """Why the record may not follow what stands; ``live`` also asks about those who mentor and recommend today."""
    number, on = fact.step, fact.decided_on
    if not 1 <= number <= LAST_STEP:
        return [Objection("unknown_step", f"没有第 {number} 步，发展过程共 25 步。", field="step")]
    rule_set = reading(on, fact.rule_set)
    outcome = outcome_of(fact)
    found = turn_objections(standing, number, on, outcome, rule_set, fact.rule_set)
    if found and found[0].code == "road_stopped":
        return found
    if number in standing.done and not _may_repeat(standing, number, on, live=live):
        day = standing.done[number].decided_on
        message = f"第 {number} 步“{step(number).name}”已于 {day} 办结。如记录有误，请更正原记录。"
        return [Objection("already_recorded", message, step(number).citation(rule_set), field="step")]
    found += content_objections(standing, fact, outcome, rule_set, calendar)
    if live:
        found += company_objections(standing, number, on, rule_set)
    if number == 7:
        found += _reviews_missing(standing, fact, rule_set)
    if not is_no(outcome):
        # The special case of Art. 25/26 is both: why it took longer, and why it may.
        special = fact.exception_reason if number == 17 else ""
        found += lateness(standing, number, on, fact.late_reason or special)
    return found


def still_to_come(fact: StepFact, today: date) -> Objection:
    """The objection to a record dated after ``today``."""
    row = step(fact.step) if 1 <= fact.step <= LAST_STEP else None
    article = row.citation(reading(fact.decided_on, fact.rule_set)) if row else ""
    message = f"日期 {fact.decided_on} 在今天（{today}）之后。请在事情发生之后再记录。"
    return Objection("future_date", message, article, fact.decided_on, "decided_on")


def company_objections(standing: Standing, number: int, on: date, rule_set: str) -> list[Objection]:
    """Those who mentor and recommend now: asked when cultivation is concluded and before the branch meeting."""
    if number in (6, 7):
        mentors = standing.mentors_now()
        article = step(5).citation(rule_set)
        if mentors == () and standing.has(5):
            message = "现在没有培养联系人。请先指定一至两名正式党员作培养联系人。"
            return [Objection("mentors_missing", message, article)]
        if mentors:
            return mentor_objections(mentors, standing.facts.person, on, article)
    if number in (12, 15):
        recommenders = standing.recommenders_now()
        if recommenders:
            return recommender_objections(recommenders, standing.facts.person, on, step(9).citation(rule_set))
    return []


def _reviews_missing(standing: Standing, fact: StepFact, rule_set: str) -> list[Objection]:
    from_windows = missed(standing, fact.decided_on)
    if not from_windows or fact.late_reason.strip():
        return []
    listed = "、".join(f"第 {window.number} 次（应于 {window.until_on} 前）" for window in from_windows)
    message = f"半年考察未做：{listed}。请先补做并记录；确实无法补做的，写明原因。"
    return [late("reviews_missing", message, from_windows[0].article)]


def _may_repeat(standing: Standing, number: int, on: date, *, live: bool) -> bool:
    """Whether a step on record may be recorded once more."""
    if number in _RENAMED and not standing.has(15):
        if not live:
            return True
        if number == 5:
            mentors = standing.mentors_now()
            return mentors == () or bool(mentors and mentor_objections(mentors, standing.facts.person, on, ""))
        recommenders = standing.recommenders_now()
        return bool(recommenders and recommender_objections(recommenders, standing.facts.person, on, ""))
    if number in _ANEW_AFTER_EXTENSION and standing.extended:
        return standing.done[number].decided_on <= standing.reopened.get(23, date.min)
    if number == 10 and 15 not in standing.done:
        valid = review_valid_until(standing, on)
        return valid is not None and on > valid[0]
    if number == 15 and 17 not in standing.done:
        return on > add_months(standing.done[15].decided_on, 6)
    return False


def _accept(standing: Standing, fact: StepFact, calendar: Calendar) -> None:
    """Let a record count: it is on file, and what follows from it follows."""
    number, on, outcome = fact.step, fact.decided_on, outcome_of(fact)
    if is_no(outcome):
        _refuse(standing, number, on)
        return
    if is_late(standing, number, on):
        standing.late.add(number)
    standing.done[number] = fact
    standing.reopened.pop(number, None)
    standing.refused.pop(number, None)
    if number == 3:
        standing.activist_on = standing.cultivation_from_on = on
    elif number == 7 and missed(standing, on):
        standing.late.add(7)
    elif number == 8:
        standing.listed_on = listing_on(standing, fact, calendar)
        standing.listing_is_provisional = fact.listed_on is None and not calendar.covers(on, standing.listed_on)
    elif number == 15:
        standing.done.pop(16, None)
        standing.admitted_on = on
        standing.probation_ends_on = add_months(on, PROBATION_MONTHS)
    elif number == 24:
        _converted(standing, fact, outcome)
    elif number == 25:
        standing.state = RoadState.CLOSED
        standing.stopped_on = on


def _converted(standing: Standing, fact: StepFact, outcome: str) -> None:
    if outcome == Conclusion.CONVERTED:
        return
    del standing.done[24]
    if outcome == Conclusion.CANCELLED:
        standing.state, standing.stopped_on = RoadState.CANCELLED, fact.decided_on
        return
    resolution = standing.done.pop(23, None)
    until_on = fact.extended_until_on or (resolution.extended_until_on if resolution else None)
    standing.extended = True
    standing.reopened[23] = standing.reopened[24] = fact.decided_on
    if until_on is not None:
        standing.probation_ends_on = until_on


def _refuse(standing: Standing, number: int, on: date) -> None:
    """A no: the step may be taken again later, and what the no undoes is undone."""
    standing.done.pop(number, None)
    standing.reopened[number] = on
    undone = {8: (7,), 17: (16, 15), 24: (23,)}.get(number, ())
    for before in undone:
        standing.done.pop(before, None)
        standing.reopened[before] = on
    if number == 17:
        standing.admitted_on = standing.probation_ends_on = None


def _situation(standing: Standing, fact: SituationFact) -> None:
    kind, on = fact.kind, fact.on
    if kind in STOPS:
        if standing.state == RoadState.CLOSED and kind != SituationKind.DECEASED:
            return
        if kind == SituationKind.CANCELLED and not _is_carried(fact):
            return
        if kind == SituationKind.OTHER_PARTY:
            standing.other_party, standing.consulted = True, False
        standing.state, standing.stopped_on = STOPS[kind], on
    elif kind == SituationKind.SUPERIOR_CONSULTED:
        standing.consulted = True
    elif kind == SituationKind.REOPENED:
        standing.begin()
        standing.restarted_on = on
    elif kind == SituationKind.LEAVING_SOON:
        standing.leaving = fact
    elif kind == SituationKind.RECONSIDERED:
        if _is_carried(fact):
            standing.reconsidered_on = on
    elif kind == SituationKind.TRANSFERRED:
        _transferred(standing, fact)
    elif kind == SituationKind.PROBATIONER_TRANSFERRED_IN:
        _probationer_in(standing, fact)


def _is_carried(fact: SituationFact) -> bool:
    """A decision of the branch meeting counts unless the votes on record say that it failed."""
    return fact.votes is None or (has_quorum(fact.votes) and is_passed(fact.votes))


def _transferred(standing: Standing, fact: SituationFact) -> None:
    """Art. 12: the file is handed over; recognised cultivation counts on, what is not recognised begins anew."""
    standing.state, standing.stopped_on = RoadState.ACTIVE, None
    standing.transferred_on = fact.on
    standing.leaving = None
    if fact.recognised:
        if fact.counts_from_on and 3 not in standing.done:
            standing.elsewhere = max(standing.elsewhere, ELSEWHERE_ACTIVIST)
            standing.activist_on = standing.cultivation_from_on = fact.counts_from_on
        return
    if standing.has(17):
        return
    for number in [number for number in standing.done if number >= 4]:
        del standing.done[number]
    standing.listed_on = standing.admitted_on = standing.probation_ends_on = None
    if standing.cultivation_from_on is not None:
        standing.cultivation_from_on = fact.on


def _probationer_in(standing: Standing, fact: SituationFact) -> None:
    """Art. 35/36: the discussion may wait; an admission that is not recognised ends the road."""
    standing.transferred_on = fact.on
    if fact.recognised is False:
        standing.state, standing.stopped_on = RoadState.CANCELLED, fact.on
        return
    standing.state, standing.stopped_on = RoadState.ACTIVE, None
    standing.delayed = True
    standing.leaving = None
    if fact.until_on and not standing.has(17):
        standing.elsewhere = ELSEWHERE_PROBATIONER
        standing.probation_ends_on = fact.until_on
