"""The clock that leases are measured by."""

import time
from datetime import UTC, datetime, timedelta

from django.db import connection
from django.utils import timezone


def database_now() -> datetime:
    """The database's clock, now: one clock for all workers, however wrong the clock of a worker's machine may be.

    SQLite has no clock of its own; there all processes share one machine.
    """
    if connection.vendor != "postgresql":
        return timezone.now()
    with connection.cursor() as cursor:
        cursor.execute("SELECT clock_timestamp()")
        return cursor.fetchone()[0].astimezone(UTC)


class SteadyClock:
    """The database's clock without a query each time: asked every few seconds, and carried on by seconds counted here.

    What counts the seconds goes on while the machine sleeps and does not follow its wall clock, so a wrong clock of the
    machine, or one that is put right in the middle of a round, changes nothing.
    """

    TRUSTED_SECONDS = 5

    def __init__(self, ask=database_now):
        self.ask = ask
        self.read_at = None

    def __call__(self) -> datetime:
        """Now, by the database."""
        seconds = time.clock_gettime(time.CLOCK_BOOTTIME)
        if self.read_at is None or seconds - self.read_at >= self.TRUSTED_SECONDS:
            self.answer, self.read_at = self.ask(), seconds
        return self.answer + timedelta(seconds=seconds - self.read_at)
