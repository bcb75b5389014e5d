"""Links in mails, which need the site's address before them, and days beside the lines."""

from functools import cache

from django import template
from django.conf import settings
from django.urls import reverse

register = template.Library()

PLACE = 2**31 - 1


@register.filter
def due_link(due_id):
    """The whole address of the page that settles a due."""
    return _link("due", due_id)


@register.filter
def rest_link(due_id):
    """The whole address of the page that lets the reminders of a due rest."""
    return _link("due-snooze", due_id)


@register.filter
def talk_link(code):
    """The whole address of the form that records a talk with a candidate."""
    return settings.YINLING_SITE_URL + reverse("talk-record", args=[code])


@register.filter
def day_beside(day, today):
    """``day`` as short as it can be without being taken for another year's: "11-18", or "2024-05-17"."""
    return f"{day:%m-%d}" if day.year == today.year else f"{day:%Y-%m-%d}"


def _link(name, number):
    before, after = _around(name)
    return f"{settings.YINLING_SITE_URL}{before}{number}{after}"


@cache
def _around(name):
    """What stands before and after the number in an address; asked once, because a morning has fifty thousand links."""
    before, _, after = reverse(name, args=[PLACE]).partition(str(PLACE))
    return before, after
