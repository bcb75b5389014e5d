"""Whom a digest can go to, and from which hour of the day."""

from django.conf import settings

from branches.models import Posting, Unit, User
from committee.models import DigestRun


def holders_of(offices, today):
    """Ids of the users who can log in and hold one of ``offices`` on ``today``."""
    return list(
        Posting.objects.on(today)
        .filter(office__in=offices, unit__isnull=False, person__user__is_active=True)
        .order_by("person__user")
        .values_list("person__user", flat=True)
        .distinct()
    )


def hours_of(user_ids, today):
    """{user id: hour}: the earliest among the units of the user's posts, else the site's own hour."""
    hours = {}
    rows = (
        Posting.objects.on(today)
        .filter(unit__isnull=False, person__user__isnull=False)
        .order_by()
        .values_list("person__user", "unit__digest_hour")
    )
    if len(user_ids) < 1000:
        rows = rows.filter(person__user__in=user_ids)
    for user_id, hour in rows:
        hours[user_id] = min(hour, hours.get(user_id, 23))
    return {user_id: hours.get(user_id, settings.YINLING_DIGEST_HOUR) for user_id in user_ids}


def hours_in_use():
    """The hours at which digests of any unit begin, with the site's own."""
    own = Unit.objects.active().order_by().values_list("digest_hour", flat=True).distinct()
    return {settings.YINLING_DIGEST_HOUR, *own}


def hours_entered(local_date):
    """The hours of the day whose digests have been created, or skipped."""
    return set(DigestRun.objects.filter(local_date=local_date).values_list("hour", flat=True))


def address_of(user):
    """Where mails to ``user`` go: the person's address, else the login's, else ""."""
    return (user.person.email if user.person_id else "") or user.email


def addresses_of(user_ids):
    """The addresses of users, without those who have none."""
    return [
        address
        for user in User.objects.filter(pk__in=user_ids).select_related("person")
        if (address := address_of(user))
    ]
