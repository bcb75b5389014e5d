"""What tests of reminders share: a workday morning, and dues owed at the glacier branch."""

from datetime import datetime, timedelta
from itertools import count
from zoneinfo import ZoneInfo

import pytest
from django.db import transaction

from branches.offices import Office
from committee.rules.reminders import workday_on_or_after
from recruitment.actions.dues import open_due
from recruitment.calendar import seed_calendar
from recruitment.models import Candidate
from recruitment.stages import Stage

SHANGHAI = ZoneInfo("Asia/Shanghai")
numbers = count(1)


def at(day, hour=8, minute=0):
    """An instant on ``day`` by the clock of the institute."""
    return datetime(day.year, day.month, day.day, hour, minute, tzinfo=SHANGHAI)


def next_workday(day):
    """``day`` itself if it is worked, by the calendar that the cast has on file, else the next workday."""
    return workday_on_or_after(seed_calendar(), day)


def plain_monday(day):
    """The next Monday, ``day`` included, of a week without holidays and make-up days."""
    day += timedelta(days=(7 - day.weekday()) % 7)
    worked = [True] * 5 + [False] * 2
    while [seed_calendar().is_workday(day + timedelta(days=n)) for n in range(7)] != worked:
        day += timedelta(days=7)
    return day


def day_off(day):
    """The next day, ``day`` included, that nobody works."""
    while seed_calendar().is_workday(day):
        day += timedelta(days=1)
    return day


@pytest.fixture
def today(cast):
    """A workday, the cast's today or the next one."""
    return next_workday(cast.today)


@pytest.fixture
def make_candidate(cast):
    """Rows of candidates, without a road: reminders only look at who is about whom and where."""

    def make(person=None, unit=None, stage=Stage.ACTIVIST, **fields):
        unit = unit or cast.glacier
        return Candidate.objects.create(
            person=person or cast.scientists[next(numbers) % len(cast.scientists)],
            unit=unit,
            unit_path=unit.path,
            stage=stage,
            opened_at=at(cast.today),
            **fields,
        )

    return make


@pytest.fixture
def make_due(cast, make_candidate):
    """Open dues: by default the half-year review of a candidate of the glacier branch, owed by its secretary."""

    def make(due_on, *, candidate=None, unit=None, owed_by=Office.SECRETARY, about_unit=False, **fields):
        if candidate is None and not about_unit:
            people = {c.person_id: c for c in Candidate.objects.all()}
            person = next((p for p in cast.scientists if p.pk not in people), None)
            candidate = make_candidate(person) if person else next(iter(people.values()))
        unit = unit or (candidate.unit if candidate else cast.glacier)
        values = {
            "kind": "periodic_review",
            "key": f"test:{next(numbers)}",
            "title": "半年考察（第 1 次）",
            "article": "《细则》第十一条",
            "opens_on": due_on - timedelta(days=60),
            "now": at(cast.today),
        } | fields
        with transaction.atomic():
            return open_due(candidate=candidate, unit=unit, due_on=due_on, owed_by=owed_by, **values)

    return make
