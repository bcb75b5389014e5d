"""What the passing of time asks for: the digests of a day are created once, and a day without them is noticed."""

import logging
from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from committee.actions import digests as verbs
from committee.queries.digest_preview import who_is_told
from committee.queries.recipients import hours_entered, hours_in_use
from recruitment.queries.facts import calendar_in_force

log = logging.getLogger(__name__)

KEPT_FOR = timedelta(days=90)


def create_due(now, *, anyway=False):
    """Create the digests whose hour has come on the local day of ``now``; returns how many, 0 when there is nothing to do.

    Correct whoever calls it, however often and however late: an hour of a day is entered once. A few quick queries when
    there is nothing to create. Before the hour, on days off and late in the evening nothing is created, except ``anyway``.
    """
    local = timezone.localtime(now)
    today, hour = local.date(), local.hour
    entered = hours_entered(today)
    pending = sorted(h for h in hours_in_use() if (anyway or h <= hour) and h not in entered)
    if not pending:
        return 0
    calendar = calendar_in_force()
    if not calendar.is_workday(today) and not anyway:
        return 0
    if not entered:
        verbs.purge(before=today - KEPT_FOR)
    if hour >= settings.YINLING_DIGEST_LAST_HOUR and not anyway:
        log.warning("The digests of %s for %s o'clock are skipped: it is too late in the day.", today, pending)
        verbs.create_digests(recipients=[], local_date=today, hours=pending, now=now, skipped=True)
        return 0
    to_mail, to_notify = who_is_told(today, calendar=calendar, hours=pending)
    notices = [
        (user_id, f"digest:{today}", f"今天有 {count} 项提醒", reverse("todo"))
        for user_id, count in sorted(to_notify.items())
    ]
    return verbs.create_digests(recipients=to_mail, local_date=today, hours=pending, now=now, notices=notices) or 0
