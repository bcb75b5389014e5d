"""Setting the criteria of the focus list."""

from branches.offices import Office
from recruitment.actions.refusals import NotYours
from recruitment.scope import scope_of


def save_criterion(*, by, criterion):
    """Keep ``criterion`` (a FocusCriterion, already judged by its form); only the party office at the top sets criteria.

    Listings keep the criteria that were met when they were decided; the change itself is in the criterion's history.
    """
    if not scope_of(by).holds_at_the_top(Office.PARTY_OFFICE):
        raise NotYours
    criterion.save()
    return criterion
