"""What falls to a user: in person, by post, and for branches whose secretary's post is vacant."""

from django.db.models import Exists, OuterRef, Q

from branches.models import Posting, Unit
from branches.offices import BRANCH_OFFICES, Office
from recruitment.models import Due, UnitGrant
from recruitment.scope import scope_of


def overdue_owed(*, user, today):
    """Number of late dues within reach that ``user`` owes in person or by post, in one query: it stands in the side bar."""
    return Due.objects.visible_to(user).overdue(today).filter(owed_by_user(user, today)).count()


def owed_by_user(user, today):
    """Q for the dues that fall to ``user``: named in person, or by a post over their unit (deputies included).

    What a branch owes that has no secretary on ``today`` falls to the party office over it as well (notice R1).
    """
    scope = scope_of(user)
    owed = Q(owed_by_person_id=scope.person_id) if scope.person_id else Q(pk__in=())
    for path in scope.granted_paths:
        owed |= Q(owed_by_person__isnull=True, owed_by__in=BRANCH_OFFICES, unit_path__startswith=path)
    for post in scope.posts:
        if post.unit_path:
            offices = BRANCH_OFFICES if post.office in BRANCH_OFFICES else (post.office,)
            owed |= Q(owed_by_person__isnull=True, owed_by__in=offices, unit_path__startswith=post.unit_path)
    return owed | escalated_to(user, today)


def escalated_to(user, today):
    """Q for the dues of branches without a secretary, which the party office ``user`` follows beside their deputies."""
    posts = scope_of(user).posts
    paths = [post.unit_path for post in posts if post.office == Office.PARTY_OFFICE and post.unit_path]
    if not paths:
        return Q(pk__in=())
    vacant = units_without_secretary(today).under(paths)
    return Q(owed_by_person__isnull=True, owed_by__in=BRANCH_OFFICES, unit__in=vacant)


def units_without_secretary(today):
    """Branches that on ``today`` have neither a secretary nor a stand-in by grant."""
    acting = Posting.objects.on(today).filter(unit=OuterRef("pk"), office=Office.SECRETARY)
    standing_in = UnitGrant.objects.filter(content_object=OuterRef("pk"), ends_on__gt=today)
    return Unit.objects.branches().filter(~Exists(acting), ~Exists(standing_in))
