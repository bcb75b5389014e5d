"""Ten-day periods, what a campaign may ask, what a report must say, how a unit stands (notice T1–T5)."""

from datetime import date, timedelta

import pytest

from committee.campaigning import Audience, TenDays, last_day, term_text
from committee.rules.campaigns import (
    NOTICE,
    Account,
    account_objections,
    milestone_objections,
    place_of,
)

DAY = timedelta(days=1)


@pytest.mark.parametrize(
    ("ten_days", "year", "month", "day"),
    [
        (TenDays.FIRST, 2026, 11, 10),
        (TenDays.SECOND, 2026, 11, 20),
        (TenDays.THIRD, 2026, 11, 30),
        (TenDays.THIRD, 2026, 12, 31),
        (TenDays.THIRD, 2027, 2, 28),
        (TenDays.THIRD, 2028, 2, 29),
    ],
)
def test_ten_days_end_on_the_tenth_the_twentieth_and_the_last_of_the_month(ten_days, year, month, day):
    assert last_day(year, month, ten_days) == date(year, month, day)


def test_a_last_day_is_told_as_it_was_set():
    assert term_text(date(2026, 11, 10), TenDays.FIRST) == "11 月上旬（11 月 10 日）"
    assert term_text(date(2026, 11, 10), "") == "11 月 10 日"


def test_the_timetable_of_the_notice():
    assert [(draft.title, draft.due_on(2018)) for draft in NOTICE] == [
        ("传达学习", date(2018, 11, 10)),
        ("制定工作计划", date(2018, 11, 20)),
        ("摸清底数", date(2018, 11, 30)),
        ("检查考核", date(2018, 12, 31)),
    ]
    assert [draft.audience for draft in NOTICE] == [Audience.BRANCHES] * 3 + [Audience.COMMITTEES]


def codes_of(objections):
    return [(objection.code, objection.field) for objection in objections]


@pytest.mark.parametrize(
    ("title", "opens_on", "due_on", "code"),
    [
        ("学习", date(2026, 11, 1), date(2026, 11, 1), None),
        ("学习", date(2026, 10, 31), date(2026, 10, 31), "due_before_beginning"),
        ("学习", date(2026, 11, 1), date(2027, 12, 1), None),
        ("学习", date(2026, 11, 1), date(2027, 12, 2), "due_too_far"),
        ("学习", date(2026, 11, 11), date(2026, 11, 10), "opens_after_due"),
        ("  ", date(2026, 11, 1), date(2026, 11, 10), "title_required"),
    ],
)
def test_a_milestone_lies_within_the_time_of_its_campaign(title, opens_on, due_on, code):
    found = milestone_objections(title=title, begins_on=date(2026, 11, 1), opens_on=opens_on, due_on=due_on)
    assert [objection.code for objection in found] == ([code] if code else [])


ORDINARY = {"done_on": date(2026, 11, 6), "summary": "学习通知全文", "eligible": 20, "present": 18}
JUDGED = {"begins_on": date(2026, 11, 1), "due_on": date(2026, 11, 10), "today": date(2026, 11, 20)}


@pytest.mark.parametrize(
    ("changes", "found"),
    [
        ({}, []),
        ({"done_on": date(2026, 11, 10)}, []),
        ({"done_on": date(2026, 11, 11)}, [("campaign_late", "late_reason")]),
        ({"done_on": date(2026, 11, 11), "late_reason": "书记出差"}, []),
        ({"done_on": date(2026, 11, 20), "late_reason": "书记出差"}, []),
        ({"done_on": date(2026, 11, 21)}, [("future_date", "done_on")]),
        ({"done_on": date(2026, 11, 1)}, []),
        ({"done_on": date(2026, 10, 31)}, [("before_beginning", "done_on")]),
        ({"summary": " "}, [("summary_required", "summary")]),
        ({"present": 20}, []),
        ({"present": 21}, [("attendance_impossible", "present")]),
        ({"present": 0}, [("attendance_impossible", "present")]),
        ({"eligible": 0, "present": 0}, [("attendance_impossible", "eligible")]),
        ({"eligible": 10000}, [("attendance_impossible", "eligible")]),
        ({"present": None}, [("attendance_missing", "present")]),
        ({"eligible": None}, [("attendance_missing", "eligible")]),
        ({"eligible": None, "present": None}, [("attendance_missing", "eligible")]),
        ({"summary": "", "present": 21}, [("summary_required", "summary"), ("attendance_impossible", "present")]),
    ],
)
def test_a_report_is_possible_and_says_something(changes, found):
    account = Account(**ORDINARY | changes)
    assert codes_of(account_objections(account, asks_attendance=True, **JUDGED)) == found


def test_attendance_is_asked_only_where_there_was_a_meeting():
    account = Account(**ORDINARY | {"eligible": None, "present": None})
    assert not account_objections(account, asks_attendance=False, **JUDGED)
    account = Account(**ORDINARY | {"eligible": 3, "present": 4})
    assert codes_of(account_objections(account, asks_attendance=False, **JUDGED)) == [
        ("attendance_impossible", "present")
    ]


def place(today, *, done_on=None, ended_on=None):
    return place_of(
        due_on=date(2026, 11, 20), opens_on=date(2026, 11, 5), done_on=done_on, ended_on=ended_on, today=today
    )


def test_how_a_unit_stands_is_said_in_words_and_by_a_mark():
    due_on = date(2026, 11, 20)
    assert (place(date(2026, 11, 4)).level, place(date(2026, 11, 4)).text) == ("later", "11-05 起可办")
    assert place(date(2026, 11, 5)).text == "还有 15 天"
    assert (place(due_on).level, place(due_on).text, place(due_on).is_late) == ("soon", "今天到期", False)
    late = place(due_on + DAY)
    assert (late.level, late.text, late.is_late, late.is_done) == ("overdue", "逾期 1 天", True, False)
    assert place(due_on + DAY, done_on=due_on).text == "11-20 完成"
    done_late = place(due_on + DAY, done_on=due_on + DAY)
    assert (done_late.text, done_late.is_late, done_late.is_done) == ("11-21，迟 1 天", True, True)


def test_after_the_end_nothing_grows_later():
    ended = place(date(2027, 5, 1), ended_on=date(2026, 12, 1))
    assert (ended.level, ended.text, ended.is_late) == ("none", "未办", True)
    assert not place(date(2027, 5, 1), ended_on=date(2026, 11, 20)).is_late
