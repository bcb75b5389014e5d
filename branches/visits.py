"""How long a login lasts, and how long it counts as fresh (pure; instants are aware datetimes)."""

from datetime import timedelta

from branches.offices import ADMINISTRATOR_OFFICES, Office

# Those who see or decide most work under the stricter rules: sooner logged out, and with a second factor.
STRICT_OFFICES = (Office.PARTY_OFFICE, *ADMINISTRATOR_OFFICES)

LONGEST = timedelta(hours=10)
IDLE = timedelta(minutes=30)
IDLE_STRICT = timedelta(minutes=15)
# Exports, grants and changes of one's own second factor ask for the password again after this time.
FRESH = timedelta(minutes=5)
# A session is written again at most this often, not with every page.
NOTED_EVERY = timedelta(minutes=1)
# Between the password and the code, or on the way to the institute's provider and back.
HALFWAY = timedelta(minutes=10)


def ends_at(begun_at, seen_at, is_strict):
    """When a login ends that began at ``begun_at`` and was last used at ``seen_at``."""
    return min(begun_at + LONGEST, seen_at + (IDLE_STRICT if is_strict else IDLE))


def is_fresh(confirmed_at, now):
    """True when who sits there proved it within the last minutes."""
    return confirmed_at is not None and now - confirmed_at < FRESH
