"""Which criteria of the focus list a person meets: each is met or not, nothing is added up (notice F1, R6)."""

from dataclasses import dataclass
from datetime import date

from recruitment.calendar import add_months
from recruitment.rules.objection import Objection

LISTING_MONTHS = 6
LONGEST_LISTING_MONTHS = 12
REMIND_DAYS = 30


@dataclass(frozen=True, slots=True)
class RosterFact:
    """What the roster says of one person."""

    title_rank: int = 0
    title: str = ""
    position: str = ""
    birth_on: date | None = None
    talent_programme: str = ""
    overseas_experience: str = ""
    returned_on: date | None = None


@dataclass(frozen=True, slots=True)
class Criterion:
    """One condition as the office set it; ``kind`` is one of committee.models.CriterionKind."""

    name: str
    kind: str
    low: int | None = None
    high: int | None = None
    words: tuple[str, ...] = ()


def criteria_met(person: RosterFact, criteria: tuple[Criterion, ...], *, today: date) -> tuple[str, ...]:
    """Names of the criteria that ``person`` meets on ``today``, in the office's order."""
    return tuple(criterion.name for criterion in criteria if meets(person, criterion, today=today))


def meets(person: RosterFact, criterion: Criterion, *, today: date) -> bool:
    """True when ``person`` meets ``criterion``; what is not on the roster counts as not met."""
    if criterion.kind == "title_rank":
        return person.title_rank >= (criterion.low or 0)
    if criterion.kind == "age":
        return person.birth_on is not None and _within(age_on(person.birth_on, today), criterion)
    if criterion.kind == "programme":
        return _says(person.talent_programme, criterion.words)
    if criterion.kind == "returned":
        if criterion.high is None:
            return bool(person.overseas_experience or person.returned_on)
        return person.returned_on is not None and person.returned_on > add_months(today, -12 * criterion.high)
    if criterion.kind == "title":
        return _says(person.title, criterion.words)
    if criterion.kind == "position":
        return _says(person.position, criterion.words)
    return False


def age_on(birth_on: date, today: date) -> int:
    """Full years."""
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


def default_end(starts_on: date) -> date:
    """Six months after the day of listing, by the calendar."""
    return add_months(starts_on, LISTING_MONTHS)


def latest_end(starts_on: date) -> date:
    """No listing runs longer than a year without a new decision."""
    return add_months(starts_on, LONGEST_LISTING_MONTHS)


def _within(value, criterion):
    return (criterion.low is None or value >= criterion.low) and (criterion.high is None or value <= criterion.high)


def _says(text, words):
    return any(word in text for word in words) if words else bool(text)


def listing_objections(*, starts_on: date, ends_on: date, purpose: str, today: date) -> list[Objection]:
    """Why somebody cannot be listed so: every listing has a purpose and an end within a year."""
    found = []
    if starts_on > today:
        found.append(_no("listing_in_future", f"列入日期不能晚于今天（{today}）。", "starts_on"))
    if ends_on <= max(starts_on, today):
        found.append(_no("listing_without_term", "到期日应晚于今天。", "ends_on"))
    elif ends_on > latest_end(max(starts_on, today)):
        found.append(_no("listing_too_long", "一次列入最长一年，到期由党办决定是否续列。", "ends_on"))
    if not purpose.strip():
        found.append(_no("purpose_required", "请写明列入名单的用途，如了解思想动向、安排党委委员联系。", "purpose"))
    return found


def _no(code, message, field):
    return Objection(code=code, message=message, article="通知 三（二）", field=field)
