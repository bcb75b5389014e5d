"""How near a last day is: the day before, the day, the day after each border."""

from datetime import date, timedelta

import pytest

from branches.urgency import Urgency, urgency

TODAY = date(2026, 11, 18)


@pytest.mark.parametrize(
    ("days", "level", "text"),
    [
        (-78, "overdue", "逾期 78 天"),
        (-1, "overdue", "逾期 1 天"),
        (0, "soon", "今天到期"),
        (1, "soon", "还有 1 天"),
        (7, "soon", "还有 7 天"),
        (8, "later", "还有 8 天"),
    ],
)
def test_the_due_day_itself_is_in_time_and_a_week_is_soon(days, level, text):
    assert urgency(TODAY + timedelta(days=days), TODAY) == Urgency(level, text)


def test_what_the_committee_owes_waits_until_it_is_late():
    assert urgency(TODAY + timedelta(days=3), TODAY, waiting=True) == Urgency("wait", "党委剩余 3 天")
    assert urgency(TODAY - timedelta(days=3), TODAY, waiting=True).level == "overdue"


def test_without_a_last_day_nothing_presses():
    assert urgency(None, TODAY).level == "wait"
