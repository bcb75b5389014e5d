"""The official calendar is taken over once, and what the office corrected stays."""

from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from branches.models import CalendarYear, Workday

pytestmark = pytest.mark.django_db


def load(*arguments):
    said = StringIO()
    call_command("load_workdays", *arguments, stdout=said)
    return said.getvalue()


def test_the_seed_is_loaded_with_history_and_only_once():
    assert "新增" in load()
    days = Workday.objects.count()
    assert days > 500
    assert CalendarYear.objects.filter(year=2026).exists()
    assert Workday.history.count() == days
    assert "新增 0 天、0 个年份" in load()


def test_a_corrected_day_stays_corrected():
    load()
    day = Workday.objects.get(day="2026-10-01")
    day.name = "国庆（更正）"
    day.save()
    load()
    day.refresh_from_db()
    assert day.name == "国庆（更正）"


def test_a_wrong_file_is_named_by_its_line(tmp_path):
    file = tmp_path / "days.csv"
    file.write_text("date,kind,name,source\n2027-01-01,off,元旦,通知\n2027-13-01,off,错,通知\n", encoding="utf-8")
    with pytest.raises(CommandError, match="第 3 行"):
        load(str(file))
    assert not Workday.objects.exists()
