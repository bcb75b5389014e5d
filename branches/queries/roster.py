"""The roster as its keepers see it: HR and the party office, each within their part of the tree."""

from django.db.models import Q

from branches.models import Department, Person, Unit
from branches.offices import Office
from branches.queries.posts import posts_held

ROSTER_OFFICES = frozenset((Office.HR_LIAISON, Office.PARTY_OFFICE, Office.SYSTEM_ADMINISTRATOR))


def roster_for(user, today):
    """Persons on the roster that ``user`` keeps; a post at the top of the tree reaches those without a unit too."""
    within = Q(pk__in=())
    for posting in posts_held(user, today):
        if posting.office not in ROSTER_OFFICES:
            continue
        if posting.unit is None or posting.unit.parent_id is None:
            within |= Q(pk__isnull=False)
        else:
            within |= Q(unit__path__startswith=posting.unit.path)
    return Person.objects.filter(within).select_related("unit", "department")


def version_of(person):
    """What the roster said last about ``person``: the number of the newest line of their history (0 without one)."""
    return person.history.order_by("-history_id").values_list("history_id", flat=True).first() or 0


def choices_for(user, today):
    """(branches, departments) that the roster's forms and filters offer to ``user``."""
    within = Q(pk__in=())
    for posting in posts_held(user, today):
        if posting.office in ROSTER_OFFICES:
            within |= Q(path__startswith=posting.unit.path if posting.unit else "")
    return Unit.objects.active().branches().filter(within), Department.objects.all()


def narrowed(people, *, text="", department=None, unit=None, category="", left=False):
    """``people`` (of :func:`roster_for`) narrowed by the filter bar; those who left only when asked for."""
    if text:
        people = people.search(text)
    if department:
        people = people.filter(department=department)
    if unit:
        people = people.filter(unit=unit)
    if category:
        people = people.filter(category=category)
    return people.filter(left_on__isnull=not left)


def knows_party_matters(user, today):
    """True for the party office: it alone sees and sets what concerns standing within the Party."""
    return any(posting.office == Office.PARTY_OFFICE for posting in posts_held(user, today))


def keeps_roster(user, today):
    """True for HR and the party office; the system administrator enters persons in the admin only."""
    kept_by = (Office.HR_LIAISON, Office.PARTY_OFFICE)
    return any(posting.office in kept_by for posting in posts_held(user, today))
