"""Which posts somebody holds, and over which units they reach, for the pages of this app."""

from branches.models import Posting
from branches.offices import Office


def posts_held(user, today):
    """Postings of ``user`` on ``today`` with their units, oldest first; none for a login without a person."""
    if not user.is_authenticated or not user.is_active or user.person_id is None:
        return []
    return list(Posting.objects.on(today).filter(person_id=user.person_id).select_related("unit").order_by("starts_on"))


def offices_over(user, unit_path, today):
    """Offices that ``user`` holds in the unit at ``unit_path`` or above it; posts without a unit reach everywhere."""
    return {
        posting.office
        for posting in posts_held(user, today)
        if posting.unit is None or unit_path.startswith(posting.unit.path)
    }


def offices_at_the_top(user, today):
    """Offices that ``user`` holds in the topmost unit, or without any unit: what concerns no unit is theirs."""
    return {
        posting.office for posting in posts_held(user, today) if posting.unit is None or posting.unit.parent_id is None
    }


def is_system_administrator(user, today):
    """True for the one kind of user who may open the Django admin."""
    return any(posting.office == Office.SYSTEM_ADMINISTRATOR for posting in posts_held(user, today))
