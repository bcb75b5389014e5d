"""Which candidates have dues that follow from their road."""

import random

from django.db.models import Exists, OuterRef, Q

from recruitment.models import Candidate, Due
from recruitment.stages import RoadState


def ids_to_check():
    """Ids of all candidates who can owe something: whose road goes on, and who still have an open due; ascending."""
    open_dues = Due.objects.open().filter(candidate=OuterRef("pk"))
    return list(
        Candidate.objects.filter(Q(state=RoadState.ACTIVE) | Exists(open_dues)).order_by("pk").values_list("pk", flat=True)
    )


def sample_of(ids, size):
    """``size`` of the ids at random, ascending; all of them when there are no more."""
    return sorted(random.sample(ids, size)) if size and size < len(ids) else ids  # a sample, no secret


def in_chunks(ids, size=1000):
    """The ids in lists of ``size``, so that memory does not grow with the institute."""
    for start in range(0, len(ids), size):
        yield ids[start : start + size]
