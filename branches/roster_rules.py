"""What an entry of the roster may say, and which movements follow from a change: pure answers on plain values (notice R4)."""

import re
from dataclasses import dataclass
from datetime import date, timedelta

from branches.offices import MovementKind, PoliticalStatus, StaffCategory, TitleRank

MEMBERS = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)
# What lies further back was filled in on the roster, and is no news.
NEWS = timedelta(days=365)
LONGEST_SUMMARY = 200

_BETWEEN_PROGRAMMES = re.compile(r"[、，,;；\n]+")


@dataclass(frozen=True, slots=True)
class Entry:
    """What the roster says about one person, as far as dates are checked and movements follow; dates are days."""

    birth_on: date | None = None
    joined_institute_on: date | None = None
    left_on: date | None = None
    returned_on: date | None = None
    member_since_on: date | None = None
    political_status: str = PoliticalStatus.MASSES
    category: str = StaffCategory.STAFF
    title: str = ""
    title_rank: int = 0
    talent_programme: str = ""
    department: str = ""


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why an entry cannot be: a code, a sentence, and the field it is about."""

    code: str
    message: str
    field: str


@dataclass(frozen=True, slots=True)
class Move:
    """A movement that follows from a change of the roster; ``happened_on`` is never a day to come."""

    kind: MovementKind
    happened_on: date
    summary: str


def entry_of(person):
    """The entry of a Person (or of anything with its attributes)."""
    return Entry(
        birth_on=person.birth_on,
        joined_institute_on=person.joined_institute_on,
        left_on=person.left_on,
        returned_on=person.returned_on,
        member_since_on=person.member_since_on,
        political_status=person.political_status,
        category=person.category,
        title=person.title,
        title_rank=person.title_rank,
        talent_programme=person.talent_programme,
        department=person.department.name if person.department_id else "",
    )


def flaws_of(entry: Entry, *, today: date) -> list[Flaw]:
    """What is wrong with the days of ``entry``; empty when nothing is."""
    found = []
    for name, label in (("birth_on", "出生日期"), ("member_since_on", "入党日期"), ("returned_on", "回国日期")):
        if (value := getattr(entry, name)) and value > today:
            found.append(Flaw("in_the_future", f"{label}不能晚于今天（{today}）。", name))
    if entry.birth_on:
        for name, label in (
            ("joined_institute_on", "到所日期"),
            ("left_on", "离所日期"),
            ("member_since_on", "入党日期"),
        ):
            if (value := getattr(entry, name)) and value <= entry.birth_on:
                found.append(Flaw("before_birth", f"{label}不能早于出生日期（{entry.birth_on}）。", name))
    if entry.left_on and entry.joined_institute_on and entry.left_on < entry.joined_institute_on:
        message = f"离所日期不能早于到所日期（{entry.joined_institute_on}）。"
        found.append(Flaw("left_before_joined", message, "left_on"))
    if entry.member_since_on and entry.political_status not in MEMBERS:
        message = "填了入党日期，政治面貌应为中共党员或中共预备党员。"
        found.append(Flaw("not_a_member", message, "political_status"))
    return found


def moves_between(before: Entry | None, after: Entry, *, today: date) -> tuple[Move, ...]:
    """The movements that follow when the roster says ``after`` of a person of whom it said ``before``, as of ``today``.

    None for ``before`` is somebody new. What was blank and is filled in is no movement, except a programme and a recent
    return; leaving goes before everything else.
    """
    if before is None or (before.left_on and not after.left_on):
        return _joined(before, after, today)
    if after.category == StaffCategory.RETIRED and before.category != StaffCategory.RETIRED:
        return (_move(MovementKind.RETIRED, after.left_on or today, today, ""),)
    if after.left_on:
        return () if before.left_on else (_move(MovementKind.LEFT, after.left_on, today, ""),)
    found = []
    if _is_promotion(before, after):
        found.append(_move(MovementKind.PROMOTED, today, today, _titles(before, after)))
    if new := _programmes(after) - _programmes(before):
        found.append(_move(MovementKind.PROGRAMME, today, today, "、".join(sorted(new))))
    if after.returned_on and after.returned_on != before.returned_on and after.returned_on > today - NEWS:
        found.append(_move(MovementKind.RETURNED, after.returned_on, today, ""))
    if before.department and after.department and before.department != after.department:
        found.append(_move(MovementKind.TRANSFERRED, today, today, f"{before.department} → {after.department}"))
    return tuple(found)


def _joined(before, after, today):
    """Somebody new, or back again; whoever came long ago and was only missing on the roster is no news."""
    if after.left_on or after.category == StaffCategory.RETIRED:
        return ()
    joined_on = after.joined_institute_on
    if before is not None:
        came_again = joined_on if joined_on and joined_on > before.left_on else today
        return (_move(MovementKind.JOINED, came_again, today, "再次到所"),)
    if joined_on and joined_on <= today - NEWS:
        return ()
    words = "，".join(part for part in (after.title, after.talent_programme) if part)
    return (_move(MovementKind.JOINED, joined_on or today, today, words),)


def _is_promotion(before, after):
    """A higher rank; where only the rank of the same title was not known, it was filled in."""
    known = before.title_rank or before.title != after.title
    return bool(before.title and known and after.title_rank > before.title_rank)


def _titles(before, after):
    if before.title != after.title:
        return f"{before.title} → {after.title}"
    return f"{after.title}（{TitleRank(before.title_rank).label} → {TitleRank(after.title_rank).label}）"


def _move(kind, on, today, words):
    """A day to come is told in words, because a movement is what has happened."""
    if on > today:
        on, words = today, "，".join(part for part in (f"自 {on} 起", words) if part)
    return Move(kind, on, words[:LONGEST_SUMMARY])


def _programmes(entry):
    return {part.strip() for part in _BETWEEN_PROGRAMMES.split(entry.talent_programme)} - {""}
