"""A person's no, with everything that this tier keeps about the person (notice R6)."""

from django.db import transaction
from django.utils import timezone

from committee.models import FocusListing
from recruitment.actions import declines


@transaction.atomic
def decline(*, by, code, now):
    """Record the no (recruitment.actions.declines.decline) and end the focus listing in the same transaction.

    Raises Candidate.DoesNotExist for strangers; returns the Candidate, which nobody sees any more.
    """
    candidate = declines.decline(by=by, code=code, now=now)
    for listing in FocusListing.objects.filter(candidate=candidate, ended_on__isnull=True):
        listing.ended_on = timezone.localdate(now)
        listing.save()
    return candidate
