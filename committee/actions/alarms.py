"""Pulses and alarms: that the machinery is alive, and that somebody is told when it is not."""

from django.db import IntegrityError, transaction

from committee.actions.notices import tell_many
from committee.models import DeliveryAlarm, NoticeKind, Pulse


def beat(name, *, now):
    """Note that the background task ``name`` came to its end."""
    Pulse.objects.update_or_create(name=name, defaults={"beat_at": now})


def raise_alarm(*, local_date, text, paths, addresses, now):
    """Raise the alarm of a day, once; True for the caller who did, who then mails ``addresses``.

    ``paths`` is {user id: where the notice leads, "" for nowhere}.
    """
    try:
        with transaction.atomic():
            DeliveryAlarm.objects.create(
                local_date=local_date, raised_at=now, text=text[:300], mailed_to=", ".join(addresses)[:300]
            )
            tell_many(
                [(user_id, f"alarm:{local_date}", text, path) for user_id, path in paths.items()],
                kind=NoticeKind.ALARM,
                now=now,
            )
    except IntegrityError:
        return False
    return True
