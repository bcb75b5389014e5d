"""Taking over the official calendar: what is published is added, what the office corrected stays."""

from dataclasses import dataclass

from django.db import transaction
from simple_history.utils import bulk_create_with_history

from branches.models import CalendarYear, Workday


@dataclass(frozen=True, slots=True)
class Loaded:
    """How many days and years were new."""

    days: int
    years: int


@transaction.atomic
def load_workdays(*, days):
    """Add the ``days`` (each with day, kind, name and source) that are not known yet, and the years they belong to.

    A day that is already known keeps what stands there: the office may have corrected it. Returns Loaded.
    """
    known = set(Workday.objects.values_list("day", flat=True))
    new = [
        Workday(day=row.day, kind=row.kind, name=row.name, source=row.source) for row in days if row.day not in known
    ]
    sources = {row.day.year: row.source for row in days}
    known_years = set(CalendarYear.objects.values_list("year", flat=True))
    new_years = [CalendarYear(year=year, source=sources[year]) for year in sorted(sources.keys() - known_years)]
    bulk_create_with_history(new, Workday)
    bulk_create_with_history(new_years, CalendarYear)
    return Loaded(len(new), len(new_years))
