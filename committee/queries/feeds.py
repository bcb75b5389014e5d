"""What stands in a person's private calendar: what they owe, masked, without anything of a talk."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings

from committee.models import CalendarFeed
from committee.queries.roll_call import call_the_roll
from committee.rules.feeds import hash_of
from committee.rules.masking import masked
from committee.rules.reminders import Tier


@dataclass(frozen=True, slots=True)
class Entry:
    """One day in the calendar."""

    due_id: int
    on: date
    summary: str
    description: str


def feed_of(*, secret):
    """The feed that ``secret`` opens, of a login that is still active; CalendarFeed.DoesNotExist for any other."""
    return CalendarFeed.objects.select_related("user__person").get(secret_hash=hash_of(secret), user__is_active=True)


def entries_of(*, user, today):
    """What the user owes in the reach of this moment, by last day; names masked unless the office wants them in mails."""
    roll = call_the_roll(today, only=[user])
    entries = []
    for telling in roll.tellings.get(user.pk, ()):
        if telling.tier is not Tier.OWES:
            continue
        due = telling.due
        name = due.candidate.name if due.candidate else ""
        who = (masked(name) if settings.YINLING_MASK_NAMES_IN_MAIL else name) or due.unit_name
        entries.append(Entry(due.pk, due.due_on, f"{due.title}（{who}）", due.article))
    return entries
