"""The private calendar address; whoever knows the secret reads, so it is long, kept as a digest, and can be revoked."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from committee.actions.reminders import feed_read
from committee.delivery.calendars import calendar_of
from committee.queries.feeds import entries_of, feed_of
from committee.views.acting import found


@login_not_required
@never_cache
@require_safe
def calendar_feed_view(request, secret):
    """What the owner of the address owes, as iCalendar; 404 for any other address."""
    feed = found(feed_of, secret=secret)
    now = timezone.now()
    feed_read(feed=feed, now=now)
    entries = entries_of(user=feed.user, today=timezone.localdate(now))
    return HttpResponse(
        calendar_of(entries, now=now),
        content_type="text/calendar; charset=utf-8",
        headers={"Content-Disposition": 'inline; filename="yinling.ics"', "Referrer-Policy": "no-referrer"},
    )
