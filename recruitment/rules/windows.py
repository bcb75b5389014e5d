"""Half-year windows of cultivation and checks of probation: which are owed, covered, missed (Art. 10, 11, 30, 31)."""

from dataclasses import dataclass
from datetime import date

from recruitment.calendar import add_months
from recruitment.rules.limits import basis, strictest
from recruitment.rules.standing import Standing
from recruitment.rulesets import reading
from recruitment.stages import ReviewKind

_FAR = 240  # windows; nobody is cultivated for longer


@dataclass(frozen=True, slots=True)
class Window:
    """One window: its number, the days it runs from (excluded after the first) and to (included), and its basis."""

    number: int
    from_on: date
    until_on: date
    article: str


def cadence_of(kind: str, *, during_probation: bool) -> str:
    """The limit that says how often."""
    if during_probation:
        return "probation_check_every"
    return "report_every" if kind == ReviewKind.REPORT else "review_every"


def windows(standing: Standing, kind: str, *, during_probation: bool = False):
    """The windows of a road one after the other, from the day the person became an activist (or was admitted).

    Each is as long as the limit in force at its beginning says; where none is in force there are no windows.
    """
    begin_on = standing.admitted_on if during_probation else standing.cultivation_from_on
    if begin_on is None:
        return
    code = cadence_of(kind, during_probation=during_probation)
    local_limits = standing.facts.local_limits
    offset, from_on = 0, begin_on
    for number in range(1, _FAR):
        every = strictest(code, from_on, "", local_limits)
        if every is None:
            return
        offset += every.value
        until_on = add_months(begin_on, offset)
        if during_probation and standing.probation_ends_on and until_on > standing.probation_ends_on:
            return
        yield Window(number, from_on, until_on, basis(code, reading(from_on), every))
        from_on = until_on


def uncovered(standing: Standing, kind: str, *, during_probation: bool = False, until: date | None = None):
    """Yield the windows without a review, in order. Reviews after ``until`` do not count.

    A review with a number covers that window; one without covers the first uncovered window that has begun, so that
    a late review settles what was missed before it settles what is due.
    """
    reviews = standing.reviews(kind, during_probation=during_probation, until=until)
    numbered = {review.window for review in reviews if review.window}
    loose = [review.reviewed_on for review in reviews if not review.window]
    for window in windows(standing, kind, during_probation=during_probation):
        if window.number in numbered:
            continue
        while loose and (loose[0] < window.from_on or (loose[0] == window.from_on and window.number > 1)):
            loose.pop(0)  # another one within a window already covered settles nothing further
        if loose:
            loose.pop(0)
            continue
        yield window


def missed(standing: Standing, on: date) -> list[Window]:
    """Review windows that ended by ``on`` and have no review dated by then."""
    found = []
    for window in uncovered(standing, ReviewKind.REVIEW, until=on):
        if window.until_on > on:
            break
        found.append(window)
    return found


def first_open(standing: Standing, kind: str, *, during_probation: bool = False) -> Window | None:
    """The first window without a review: the only one that is owed, so that what is owed does not hang on today."""
    return next(uncovered(standing, kind, during_probation=during_probation), None)
