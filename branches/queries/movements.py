"""What HR reported: its own list, which says nothing of what became of it (notice R4)."""

from dataclasses import dataclass
from datetime import date, datetime

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef

from branches.models import Posting, TalentMovement
from branches.offices import MovementKind, Office
from branches.queries.posts import posts_held
from branches.queries.roster import roster_for

PER_PAGE = 50


@dataclass(frozen=True, slots=True)
class SentMovement:
    """One movement as its sender sees it: what, when and by whom it was reported, and no more."""

    on: date
    name: str
    staff_number: str
    kind: str
    summary: str
    reported_at: datetime
    reported_by: str


def sends_movements(user, today):
    """True for HR."""
    return any(posting.office == Office.HR_LIAISON for posting in posts_held(user, today))


def sent_movements(*, user, kind, number, today):
    """A page of the movements that HR reported about people on the roster of ``user``, newest first.

    ``kind`` is a MovementKind or "" for all. Reports of the party office are not HR's and are left out.
    """
    by_hr = Posting.objects.filter(person=OuterRef("reported_by__person"), office=Office.HR_LIAISON)
    movements = TalentMovement.objects.filter(Exists(by_hr), person__in=roster_for(user, today)).select_related(
        "person", "reported_by__person"
    )
    if kind in MovementKind.values:
        movements = movements.filter(kind=kind)
    page = Paginator(movements.order_by("-reported_at", "-pk"), PER_PAGE).get_page(number)
    page.object_list = [
        SentMovement(
            on=movement.happened_on,
            name=movement.person.name,
            staff_number=movement.person.staff_number,
            kind=movement.get_kind_display(),
            summary=movement.summary,
            reported_at=movement.reported_at,
            reported_by=movement.reported_by.display_name if movement.reported_by else "",
        )
        for movement in page.object_list
    ]
    return page
