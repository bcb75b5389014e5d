"""One person's road against the calendar."""

from datetime import date

import pytest
from django.urls import reverse

from recruitment.road_chart import RoadRow, month_starts, road_chart

TODAY = date(2026, 11, 18)


def test_steps_without_any_date_are_not_drawn():
    chart = road_chart([RoadRow(1, "递交申请书", decided_on=date(2025, 5, 6)), RoadRow(2, "派人谈话")], TODAY)
    assert [row[0] for row in chart.table.rows] == ["1　递交申请书"]


def test_a_step_done_on_its_last_day_is_in_time_and_on_the_next_day_late():
    row = {"earliest_on": date(2025, 5, 6), "latest_on": date(2025, 6, 6)}
    assert not RoadRow(2, "派人谈话", **row, decided_on=date(2025, 6, 6)).is_late(TODAY)
    assert RoadRow(2, "派人谈话", **row, decided_on=date(2025, 6, 7)).is_late(TODAY)


def test_an_open_step_is_late_from_the_day_after_its_last_day():
    assert not RoadRow(7, "确定对象", latest_on=TODAY).is_late(TODAY)
    assert RoadRow(7, "确定对象", latest_on=date(2026, 11, 17)).is_late(TODAY)


def test_late_and_timely_steps_and_milestones_have_different_marks():
    chart = road_chart(
        [
            RoadRow(1, "递交申请书", decided_on=date(2025, 5, 6)),
            RoadRow(2, "派人谈话", date(2025, 5, 6), date(2025, 6, 6), date(2025, 6, 9)),
            RoadRow(3, "推荐和确定", date(2025, 6, 9), None, date(2026, 3, 1), is_milestone=True),
        ],
        TODAY,
    )
    marks = [(shape.kind, shape.css) for shape in chart.shapes if shape.kind in ("circle", "path")]
    assert marks == [("circle", "m"), ("path", "v"), ("path", "g")]
    assert chart.label == "时间进程：已办结 3 步，其中迟办或逾期 1 步"


def test_a_road_without_any_date_is_still_a_picture():
    assert road_chart([], TODAY).label == "时间进程：已办结 0 步，都在期限内"


def test_the_calendar_is_ruled_at_the_beginning_of_months():
    assert month_starts(date(2025, 11, 20), date(2026, 4, 2), 1) == [
        date(2025, 12, 1), date(2026, 1, 1), date(2026, 2, 1), date(2026, 3, 1), date(2026, 4, 1),
    ]  # fmt: skip
    assert month_starts(date(2025, 11, 20), date(2026, 12, 2), 6) == [date(2026, 1, 1), date(2026, 7, 1)]
    assert month_starts(date(2025, 1, 1), date(2027, 1, 1), 12) == [
        date(2025, 1, 1),
        date(2026, 1, 1),
        date(2027, 1, 1),
    ]


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["0001-01-01", "1899-12-31", "2201-01-01", "9999-12-31"])
@pytest.mark.parametrize("field", ["applied_on", "birth_on"])
def test_a_year_that_cannot_be_is_refused_beside_the_field(client, cast, field, day):
    client.force_login(cast.secretary)
    answer = client.get(reverse("forecast"), {"applied_on": "2026-05-06", field: day})
    assert answer.status_code == 422
    assert answer.context["form"].errors[field] == ["日期应在 1900 至 2200 年之间，请核对年份。"]


@pytest.mark.django_db
@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_outermost_days_still_have_a_road(client, cast, day):
    client.force_login(cast.secretary)
    assert client.get(reverse("forecast"), {"applied_on": day}).status_code == 200
