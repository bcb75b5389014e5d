"""A person's dues as an iCalendar file that calendar programs subscribe to (RFC 5545)."""

from datetime import timedelta

from django.conf import settings
from django.urls import reverse
from icalendar import Calendar, Event

from committee.actions.digests import mail_domain

# How often a program should come again; most have their own ideas.
REFRESH = timedelta(hours=4)


def calendar_of(entries, *, now) -> bytes:
    """``entries`` (committee.queries.feeds.Entry) as one all-day event each.

    The UID is the due's own, so that a day that moves moves in the reader's calendar instead of appearing twice. The events
    leave the person free, and carry no alarm: reminding is the digests' business.
    """
    calendar = Calendar()
    calendar.add("prodid", "-//Yinling//Party membership development//ZH")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    calendar.add("x-wr-calname", "发展党员待办")
    calendar.add("x-wr-timezone", "Asia/Shanghai")
    calendar.add("refresh-interval", REFRESH, parameters={"VALUE": "DURATION"})
    calendar.add("x-published-ttl", "PT4H")
    for entry in entries:
        event = Event()
        event.add("uid", f"due-{entry.due_id}@{mail_domain()}")
        event.add("dtstamp", now)
        event.add("dtstart", entry.on)
        event.add("dtend", entry.on + timedelta(days=1))
        event.add("summary", entry.summary)
        link = settings.YINLING_SITE_URL + reverse("due", args=[entry.due_id])
        event.add("description", f"{entry.description}\n办理：{link}".strip())
        event.add("url", link)
        event.add("transp", "TRANSPARENT")
        event.add("class", "PRIVATE")
        calendar.add_component(event)
    return calendar.to_ical()
