"""What a person has set about being told."""

from datetime import timedelta

from committee.models import CalendarFeed, Digest, Snooze
from committee.queries.roll_call import call_the_roll
from committee.rules.reminders import Tier

# Pauses are for what is near; what lies further ahead is not reminded of yet.
NEAR = timedelta(days=31)


def my_reminders(*, user, today):
    """Frequency, feed, running pauses and the last digests of the user on ``today``."""
    return {
        "today": today,
        "frequency": user.digest_frequency,
        "feed": CalendarFeed.objects.filter(user=user).first(),
        "snoozes": list(
            Snooze.objects.on(today)
            .filter(asked_by=user)
            .visible_to(user)
            .select_related("due__candidate__person", "due__unit")
        ),
        "near": near_dues(user, today),
        "digests": list(Digest.objects.filter(recipient=user).defer("body")[:14]),
    }


def near_dues(user, today):
    """What the user owes within a month or is late with and is reminded of, soonest first."""
    roll = call_the_roll(today, only=[user])
    return [
        telling.due
        for telling in roll.tellings.get(user.pk, ())
        if telling.tier is Tier.OWES
        and telling.is_named
        and telling.due.due_on <= today + NEAR
        and not telling.due.rests(today)
    ]
