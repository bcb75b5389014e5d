"""What the office owes because time passes: next year's calendar, grants that run out."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from branches.models import CalendarYear
from branches.offices import Office
from committee.actions.upkeep import owe_upkeep
from recruitment.models import Due
from tests.cast import grant_candidate

pytestmark = pytest.mark.django_db


def upkeep(day):
    owe_upkeep(today=day, now=timezone.now())


@pytest.fixture(autouse=True)
def known_years(cast):
    CalendarYear.objects.all().delete()
    CalendarYear.objects.create(year=2026, source="国务院办公厅")


def owed(kind):
    return Due.objects.open().filter(kind=kind)


def test_next_years_calendar_is_owed_once_it_is_announced_and_settled_by_its_import(cast):
    upkeep(date(2026, 11, 14))
    assert not owed("calendar_year").exists()
    for _ in range(2):
        upkeep(date(2026, 11, 15))
    due = owed("calendar_year").get()
    assert (due.unit, due.owed_by, due.due_on) == (cast.institute, Office.PARTY_OFFICE, date(2026, 12, 20))
    CalendarYear.objects.create(year=2027, source="国务院办公厅")
    upkeep(date(2026, 12, 1))
    assert not owed("calendar_year").exists()
    due.refresh_from_db()
    assert due.was_done


def test_a_grant_about_to_end_is_owed_a_decision_two_weeks_ahead(cast, factory, client):
    grant = grant_candidate(factory.prospect(), cast.grantee, cast.today + timedelta(days=15), by=cast.office)
    upkeep(cast.today)
    assert not owed("grant_end").filter(key=f"candidategrant:{grant.pk}").exists()
    for _ in range(2):
        upkeep(cast.today + timedelta(days=1))
    due = owed("grant_end").get(key=f"candidategrant:{grant.pk}")
    assert due.due_on == grant.ends_on - timedelta(days=1)
    assert "夏书白" in due.title
    client.force_login(cast.office)
    assert client.get(f"/dues/{due.pk}/").url == f"/dues/{due.pk}/grant/"
    assert client.get(f"/dues/{due.pk}/grant/").url == "/grants/"
    client.force_login(cast.neighbour_secretary)
    assert client.get(f"/dues/{due.pk}/grant/").status_code == 404
    # prolonged: nothing is owed any more
    grant.ends_on = cast.today + timedelta(days=60)
    grant.save()
    upkeep(cast.today + timedelta(days=2))
    assert not owed("grant_end").filter(key=due.key).exists()
