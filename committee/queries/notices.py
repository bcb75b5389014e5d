"""A person's notices."""

from django.core.paginator import Paginator

from committee.models import Notice

NOTICES_PER_PAGE = 30


def notice_list(*, user, number=1):
    """A page of the user's notices, newest first."""
    return Paginator(Notice.objects.visible_to(user), NOTICES_PER_PAGE).get_page(number)


def unread_count(*, user):
    """How many of the user's notices nobody has opened."""
    return Notice.objects.visible_to(user).unread().count()
