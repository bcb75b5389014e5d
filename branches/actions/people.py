"""Keeping the roster: people are entered and changed by HR and the party office, and never deleted (notice R4)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.refusals import NotYours, Stale, refuse
from branches.models import Department, Person
from branches.offices import Office, PoliticalStatus
from branches.pinyin import pinyin_of
from branches.queries.posts import posts_held
from branches.queries.roster import roster_for, version_of

MAY_KEEP_ROSTER = frozenset((Office.HR_LIAISON, Office.PARTY_OFFICE, Office.SYSTEM_ADMINISTRATOR))
# What only the party office knows and sets; HR's form does not even show them.
PARTY_FIELDS = frozenset(("is_suspended", "is_influential"))
MEMBERS = (PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER)


@transaction.atomic
def add_person(*, by, now, **fields):
    """Enter somebody on the roster; ``fields`` are those of Person, pinyin follows from the name. Returns the Person.

    Refused: a staff number already taken, dates that cannot be.
    """
    _check_right(by, now, fields)
    return _within_reach(_save(Person(**fields), now), by, now)


@transaction.atomic
def change_person(*, by, person, now, version=None, **fields):
    """Change ``fields`` of ``person``; ``version`` is the one the form was opened with (queries.roster.version_of).

    Raises Stale when somebody else saved meanwhile. Returns the Person.
    """
    today = timezone.localdate(now)
    _check_right(by, now, fields)
    person = roster_for(by, today).select_for_update(of=("self",)).get(pk=person.pk)
    if version is not None and version != version_of(person):
        raise Stale(version_of(person))
    changed = [name for name, value in fields.items() if getattr(person, name) != value]
    if not changed:
        return person
    for name in changed:
        setattr(person, name, fields[name])
    return _within_reach(_save(person, now), by, now)


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


def _within_reach(person, by, now):
    """Refuses an entry that its writer could not see any more: the transaction rolls back."""
    if not roster_for(by, timezone.localdate(now)).filter(pk=person.pk).exists():
        refuse("out_of_reach", "所选党支部不在您的范围内，请另选党支部。", field="unit")
    return person


def _save(person, now):
    today = timezone.localdate(now)
    person.name = person.name.strip()
    pinyin, initials = pinyin_of(person.name)
    person.pinyin, person.initials = pinyin[:200], initials[:30]
    for name, label in (("birth_on", "出生日期"), ("member_since_on", "入党日期"), ("returned_on", "回国日期")):
        if (value := getattr(person, name)) and value > today:
            refuse("in_the_future", f"{label}不能晚于今天（{today}）。", field=name)
    if person.birth_on:
        for name, label in (
            ("joined_institute_on", "到所日期"),
            ("left_on", "离所日期"),
            ("member_since_on", "入党日期"),
        ):
            if (value := getattr(person, name)) and value <= person.birth_on:
                refuse("before_birth", f"{label}不能早于出生日期（{person.birth_on}）。", field=name)
    if person.left_on and person.joined_institute_on and person.left_on < person.joined_institute_on:
        refuse("left_before_joined", f"离所日期不能早于到所日期（{person.joined_institute_on}）。", field="left_on")
    if person.member_since_on and person.political_status not in MEMBERS:
        refuse("not_a_member", "填了入党日期，政治面貌应为中共党员或中共预备党员。", field="political_status")
    try:
        with transaction.atomic():
            person.save()
    except IntegrityError:
        refuse("staff_number_taken", f"工号 {person.staff_number} 已有人使用，请核对。", field="staff_number")
    return person
