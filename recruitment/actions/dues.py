"""Opening and settling dues that are not derived from the road: talks, problems, plans (notice R9)."""

from django.db import IntegrityError, transaction

from recruitment.models import Due


def open_due(
    *,
    candidate,
    unit,
    kind,
    key,
    title,
    article,
    opens_on,
    due_on,
    owed_by,
    now,
    owed_by_person=None,
    step=None,
    window=0,
    is_binding=True,
):
    """Open the due ``key`` of ``candidate`` (or of ``unit`` when None), or move it to the new dates if it is open.

    ``opens_on`` and ``due_on`` are dates, the due day still in time; ``owed_by`` an Office; ``is_binding`` False where
    the day is only advised. Returns the Due.
    """
    existing = Due.objects.open().filter(candidate=candidate, unit=unit, key=key).select_for_update().first()
    values = {
        "kind": kind,
        "title": title,
        "article": article,
        "opens_on": opens_on,
        "due_on": due_on,
        "owed_by": owed_by,
        "owed_by_person": owed_by_person,
        "step": step,
        "window": window,
        "is_binding": is_binding,
    }
    if existing:
        for name, value in values.items():
            setattr(existing, name, value)
        existing.save()
        return existing
    try:
        with transaction.atomic():
            return Due.objects.create(
                candidate=candidate, unit=unit, unit_path=unit.path, key=key, opened_at=now, **values
            )
    except IntegrityError:
        # another transaction opened the same due first: a due is a level, one is enough
        mine = Due.objects.open().filter(candidate=candidate, key=key)
        return mine.get() if candidate is not None else mine.get(unit=unit)


def settle_due(*, key, settled_on, now, candidate=None, unit=None, done=True):
    """Settle the open due ``key``; ``done`` False means it is no longer owed. Returns how many were settled (0 or 1)."""
    dues = Due.objects.open().filter(key=key, candidate=candidate)
    if unit is not None:
        dues = dues.filter(unit=unit)
    return dues.update(settled_at=now, settled_on=settled_on, was_done=done)
