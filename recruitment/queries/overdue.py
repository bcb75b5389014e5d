"""How many acts a user owes late: the number in the side bar."""

from django.db.models import Q

from branches.offices import BRANCH_OFFICES
from recruitment.models import Due
from recruitment.scope import scope_of


def overdue_owed(*, user, today):
    """Number of late dues within reach that ``user`` owes in person or by post, in one query."""
    return Due.objects.visible_to(user).overdue(today).filter(owed_by_user(user)).count()


def owed_by_user(user):
    """Q for the dues that fall to ``user``: named in person, or by a post over their unit (deputies included)."""
    scope = scope_of(user)
    owed = Q(owed_by_person_id=scope.person_id) if scope.person_id else Q(pk__in=())
    for path in scope.granted_paths:
        owed |= Q(owed_by_person__isnull=True, owed_by__in=BRANCH_OFFICES, unit_path__startswith=path)
    for post in scope.posts:
        if post.unit_path:
            offices = BRANCH_OFFICES if post.office in BRANCH_OFFICES else (post.office,)
            owed |= Q(owed_by_person__isnull=True, owed_by__in=offices, unit_path__startswith=post.unit_path)
    return owed
