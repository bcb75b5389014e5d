"""Keeping the roster: people are entered and changed by HR and the party office, and never deleted (notice R4)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.movements import report_moves
from branches.actions.refusals import NotYours, Stale, refuse
from branches.models import Department, Person
from branches.offices import Office
from branches.pinyin import pinyin_of
from branches.queries.posts import posts_held
from branches.queries.roster import roster_for, version_of
from branches.roster_rules import entry_of, flaws_of, moves_between

MAY_KEEP_ROSTER = frozenset((Office.HR_LIAISON, Office.PARTY_OFFICE, Office.SYSTEM_ADMINISTRATOR))
# What only the party office knows and sets; HR's form does not even show them.
PARTY_FIELDS = frozenset(("is_suspended", "is_influential"))


@transaction.atomic
def add_person(*, by, now, **fields):
    """Enter somebody on the roster; ``fields`` are those of Person, pinyin follows from the name. Returns the Person.

    What HR enters is reported as a movement too. Refused: a staff number already taken, dates that cannot be.
    """
    offices = _check_right(by, now, fields)
    person = _within_reach(save_person(Person(**fields), now), by, now)
    _report(None, person, offices, by, now)
    return person


@transaction.atomic
def change_person(*, by, person, now, version=None, **fields):
    """Change ``fields`` of ``person``; ``version`` is the one the form was opened with (queries.roster.version_of).

    What HR changes is reported as a movement where it is one. Raises Stale when somebody else saved meanwhile. Returns
    the Person.
    """
    today = timezone.localdate(now)
    offices = _check_right(by, now, fields)
    person = roster_for(by, today).select_for_update(of=("self",)).get(pk=person.pk)
    if version is not None and version != version_of(person):
        raise Stale(version_of(person))
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    if not changed:
        return person
    before = entry_of(person)
    for name in changed:
        setattr(person, name, fields[name])
    _within_reach(save_person(person, now), by, now)
    _report(before, person, offices, by, now)
    return person


@transaction.atomic
def open_department(*, by, name, now):
    """Enter a department; returns the Department. Refused: a name already taken."""
    _check_right(by, now, {})
    department, is_new = Department.objects.get_or_create(name=name.strip())
    if not is_new:
        refuse("name_taken", f"已有名为“{department.name}”的部门。", field="name")
    return department


def _check_right(by, now, fields):
    offices = {posting.office for posting in posts_held(by, timezone.localdate(now))}
    if not MAY_KEEP_ROSTER & offices:
        raise NotYours
    if PARTY_FIELDS & fields.keys() and Office.PARTY_OFFICE not in offices:
        raise NotYours
    return offices


def _report(before, person, offices, by, now):
    """What HR writes on the roster is news for the party office (notice R4); the office's own entries are none."""
    if Office.HR_LIAISON in offices:
        moves = moves_between(before, entry_of(person), today=timezone.localdate(now))
        report_moves([(person, move) for move in moves], by=by, now=now)


def _within_reach(person, by, now):
    """Refuses an entry that its writer could not see any more: the transaction rolls back."""
    if not roster_for(by, timezone.localdate(now)).filter(pk=person.pk).exists():
        refuse("out_of_reach", "所选党支部不在您的范围内，请另选党支部。", field="unit")
    return person


def save_person(person, now):
    """Check an entry and save it with the pinyin of its name; part of the caller's transaction. Returns the Person."""
    today = timezone.localdate(now)
    person.name = person.name.strip()
    pinyin, initials = pinyin_of(person.name)
    person.pinyin, person.initials = pinyin[:200], initials[:30]
    for flaw in flaws_of(entry_of(person), today=today):
        refuse(flaw.code, flaw.message, field=flaw.field)
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        refuse("staff_number_taken", f"工号 {person.staff_number} 已有人使用，请核对。", field="staff_number")
    return person
