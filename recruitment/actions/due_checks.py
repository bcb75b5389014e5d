"""Dues compared with the facts they follow from, for many candidates at a time; a difference is a fault and is mended."""

from dataclasses import dataclass

from django.db import transaction

from recruitment.actions.roads import recompute
from recruitment.models import Candidate


@dataclass
class Tally:
    """How many candidates were looked at, how many had dues that differ from their facts, and how."""

    candidates: int = 0
    differing: int = 0
    opened: int = 0
    changed: int = 0
    settled: int = 0

    def add(self, looked_at, found):
        """Add what :func:`recompute` found among ``looked_at`` candidates."""
        self.candidates += looked_at
        self.differing += len(found)
        for difference in found.values():
            self.opened += len(difference.opened)
            self.changed += len(difference.changed)
            self.settled += len(difference.settled)


def check(ids, *, now, tally):
    """Compare the dues of the candidates ``ids`` with their facts as of ``now``; nothing is written. Ids that differ."""
    candidates = list(Candidate.objects.filter(pk__in=ids).select_related("person", "unit"))
    found = recompute(candidates, now=now, dry_run=True)
    tally.add(len(candidates), found)
    return list(found)


def mend(ids, *, now):
    """Bring the dues of the candidates ``ids`` in line with their facts, each judged again under its lock.

    A verb that ran between check and mend has then had its say, and nothing it settled is opened anew.
    """
    with transaction.atomic():
        locked = Candidate.objects.select_for_update(of=("self",)).filter(pk__in=ids).order_by("pk")
        recompute(locked.select_related("person", "unit"), now=now)
