"""Moving a unit with its candidates and what is owed for them."""

from django.db import transaction

from branches.actions import units
from recruitment.actions.roads import recompute
from recruitment.models import Candidate, Due


@transaction.atomic
def move_unit(*, by, unit, parent, now):
    """Put ``unit`` under ``parent``; the paths of candidates and dues follow, and dues are judged by the new committee.

    Returns how many candidates moved along.
    """
    moved = units.move_unit(by=by, unit=unit, parent=parent, now=now)
    count = 0
    for old, new in moved.items():
        # The path is derived from the unit and left out of the history, so no history is lost by the bulk change.
        count += Candidate.objects.filter(unit_path=old).update(unit_path=new)
        Due.objects.filter(unit_path=old).update(unit_path=new)
    within = Candidate.objects.filter(unit_path__in=moved.values()).on_the_road().select_related("person", "unit")
    recompute(within, now=now)
    return count


@transaction.atomic
def change_unit(*, by, unit, now, parent=None, **values):
    """Change what ``unit`` is called and may do, and put it under ``parent`` if that is another; returns the Unit."""
    changed = units.change_unit(by=by, unit=unit, now=now, **values)
    if parent is not None and parent.pk != changed.parent_id:
        move_unit(by=by, unit=changed, parent=parent, now=now)
    return changed
