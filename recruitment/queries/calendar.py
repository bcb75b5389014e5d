"""The official calendar as the office keeps it, year by year."""

from branches.models import CalendarYear, Workday
from branches.offices import Office
from recruitment.scope import scope_of


def may_edit_calendar(user):
    """True for the party office at the top: the calendar is one for the whole institute."""
    return scope_of(user).holds_at_the_top(Office.PARTY_OFFICE)


def calendar_page(*, year):
    """The exceptional days of ``year`` with their sources, and which years are complete."""
    years = {row.year: row.source for row in CalendarYear.objects.all()}
    return {
        "year": year,
        "years": sorted({*years, year}, reverse=True),
        "is_complete": year in years,
        "source": years.get(year, ""),
        "days": Workday.objects.filter(day__year=year).order_by("day"),
    }
