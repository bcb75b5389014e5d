"""What a person has set about being told."""

from committee.models import CalendarFeed, Digest, Snooze


def my_reminders(*, user, today):
    """Frequency, feed, running pauses and the last digests of the user."""
    return {
        "frequency": user.digest_frequency,
        "feed": CalendarFeed.objects.filter(user=user).first(),
        "snoozes": list(
            Snooze.objects.on(today)
            .filter(asked_by=user)
            .visible_to(user)
            .select_related("due__candidate__person", "due__unit")
        ),
        "digests": list(Digest.objects.filter(recipient=user).defer("body")[:14]),
    }
