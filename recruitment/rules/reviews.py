"""Whether a periodic review may be recorded, and which window it covers (Art. 10, 11, 30, 31)."""

from datetime import date

from recruitment.calendar import Calendar
from recruitment.facts import Facts, ReviewFact
from recruitment.rules.objection import Objection, late
from recruitment.rules.standing import Standing
from recruitment.rules.walking import walk
from recruitment.rules.windows import Window, uncovered, windows
from recruitment.rulesets import reading
from recruitment.stages import RoadState
from recruitment.steps import step


def window_of(facts: Facts, review: ReviewFact, *, calendar: Calendar | None = None) -> int:
    """The number of the window that a review covers: its own, else the first uncovered one begun by its date.

    An additional review belongs to the window its date lies in; where no interval is in force reviews are counted.
    """
    if review.window:
        return review.window
    standing = walk(facts, calendar or Calendar(), until=review.reviewed_on)
    return _window_of(standing, review).number


def _window_of(standing: Standing, review: ReviewFact) -> Window:
    begun = last = None
    for window in windows(standing, review.kind, during_probation=review.during_probation):
        if window.from_on > review.reviewed_on or (window.from_on == review.reviewed_on and window.number > 1):
            break
        last = window
    if last is not None:
        open_ = uncovered(standing, review.kind, during_probation=review.during_probation, until=review.reviewed_on)
        begun = next((window for window in open_ if window.number <= last.number), None)
        return begun or last
    before = standing.reviews(review.kind, during_probation=review.during_probation, until=review.reviewed_on)
    return Window(len(before) + 1, review.reviewed_on, review.reviewed_on, "")


def review_objections(facts: Facts, proposal: ReviewFact, *, today: date, calendar: Calendar) -> tuple[Objection, ...]:
    """Why a review may not be recorded as proposed; empty when it may (Art. 10, 11; during probation Art. 30, 31 / 31, 32).

    Refused: a future date, somebody who is no activist (or probationary member) on that day, a window that has not begun
    or is covered. A review after the end of its window asks for ``late_reason``.
    """
    day = proposal.reviewed_on
    rule_set = reading(day)
    article = (step(21) if proposal.during_probation else step(6)).citation(rule_set)
    if day > today:
        return (
            Objection(
                "future_date",
                f"考察日期 {day} 在今天（{today}）之后。请在考察之后再记录。",
                article,
                day,
                "reviewed_on",
            ),
        )
    standing = walk(facts, calendar, until=day)
    if standing.state != RoadState.ACTIVE:
        label = RoadState(standing.state).label
        return (
            Objection(
                "road_stopped",
                f"发展过程已停止（{label}，{standing.stopped_on}），不再记录考察。",
                article,
                field="reviewed_on",
            ),
        )
    if proposal.during_probation:
        if not standing.has(17) or standing.has(24):
            return (
                Objection(
                    "not_probationary",
                    f"{day} 不是预备党员，不能记录预备期考察。请核对日期。",
                    article,
                    field="reviewed_on",
                ),
            )
    elif not standing.has(3) or standing.has(17) or standing.cultivation_from_on is None:
        message = f"{day} 不是入党积极分子或发展对象，不能记录半年考察。请先记录确定为入党积极分子，或核对日期。"
        return (Objection("not_an_activist", message, article, field="reviewed_on"),)
    window = _window_of(standing, proposal)
    if proposal.window:
        wanted = next(
            (
                row
                for row in windows(standing, proposal.kind, during_probation=proposal.during_probation)
                if row.number == proposal.window
            ),
            None,
        )
        if wanted is None or wanted.from_on > day:
            from_on = wanted.from_on if wanted else None
            when = f"，{from_on} 起方可记录" if from_on else ""
            message = f"第 {proposal.window} 次考察的期间还没有开始{when}。请核对第几次和日期。"
            return (Objection("window_not_started", message, article, from_on, "window"),)
        open_ = {
            row.number
            for row in _covering(
                uncovered(standing, proposal.kind, during_probation=proposal.during_probation), proposal.window
            )
        }
        if proposal.window not in open_:
            message = f"第 {proposal.window} 次考察已有记录。如原记录有误，请更正原记录。"
            return (Objection("window_already_reviewed", message, article, field="window"),)
        window = wanted
    if window.article and day > window.until_on and not proposal.late_reason.strip():
        message = f"第 {window.number} 次考察应于 {window.until_on} 前完成，{day} 已超过期限。请写明迟办原因。"
        return (late("review_late", message, window.article),)
    return ()


def _covering(found, number: int):
    """The windows up to ``number`` out of an endless row."""
    for window in found:
        if window.number > number:
            return
        yield window
