"""The roster as its keepers see it: HR and the party office, each within their part of the tree."""

from django.db.models import Q

from branches.models import Person
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
