"""Proposals to take up an application again, as the party office sees them."""

from branches.offices import Office
from recruitment.models import Reopening
from recruitment.scope import scope_of

ROWS = 50


def reopenings(*, user):
    """The latest proposals, those waiting for a second person first; they do not tell whether there was a no."""
    rows = Reopening.objects.select_related("person__unit", "proposed_by__person", "approved_by__person")
    within = [
        row
        for row in rows.order_by("approved_at", "-proposed_at")[:ROWS]
        if row.person.unit_id is None or Office.PARTY_OFFICE in scope_of(user).offices_over(row.person.unit.path)
    ]
    waiting = [row for row in within if row.approved_at is None]
    return waiting, [row for row in within if row.approved_at is not None]
