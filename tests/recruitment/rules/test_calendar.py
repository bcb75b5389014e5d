"""Calendar months, workdays with make-up days, publicity windows: the figures verified in the dossier, and their edges."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruitment.calendar import Calendar, CalendarFileError, add_months, publicity, read_calendar_csv, seed_calendar

OFFICIAL = seed_calendar()
DAYS = st.dates(date(2004, 1, 1), date(2026, 11, 30))
HEAD = "date,kind,name,source\n"


@pytest.mark.parametrize(
    ("start", "fifth", "naive"),
    [
        ("2026-02-12", "2026-02-25", "2026-02-18"),  # Spring Festival, with a make-up Saturday
        ("2026-04-02", "2026-04-09", "2026-04-08"),
        ("2026-04-30", "2026-05-09", "2026-05-06"),  # ends on a make-up Saturday
        ("2026-06-15", "2026-06-22", "2026-06-19"),
        ("2026-09-18", "2026-09-23", "2026-09-24"),  # a make-up Sunday shortens it
        ("2026-09-28", "2026-10-09", "2026-10-02"),  # National Day
        ("2026-12-21", "2026-12-25", "2026-12-25"),
    ],
)
def test_five_workdays_end_where_the_official_calendar_says(start, fifth, naive):
    window = publicity(OFFICIAL, date.fromisoformat(start), 5)
    assert window.until_on == date.fromisoformat(fifth)
    assert window.done_on == date.fromisoformat(fifth) + timedelta(days=1)
    assert not window.provisional
    assert publicity(Calendar(), date.fromisoformat(start), 5).until_on == date.fromisoformat(naive)


def test_a_window_that_reaches_into_a_year_without_data_is_provisional():
    assert not publicity(OFFICIAL, date(2026, 12, 25), 5).provisional
    assert publicity(OFFICIAL, date(2026, 12, 28), 5).provisional
    assert publicity(OFFICIAL, date(2027, 3, 1), 5).provisional


def test_the_window_is_reckoned_anew_when_the_year_becomes_known():
    known = Calendar(OFFICIAL.off | {date(2027, 1, 1)}, OFFICIAL.work | {date(2027, 1, 3)}, OFFICIAL.years | {2027})
    assert publicity(OFFICIAL, date(2026, 12, 30), 5).until_on == date(2027, 1, 5)
    window = publicity(known, date(2026, 12, 30), 5)
    assert (window.until_on, window.provisional) == (date(2027, 1, 5), False)
    assert publicity(known, date(2026, 12, 31), 5).until_on == date(2027, 1, 6)


def test_posting_on_a_day_off_counts_from_the_next_workday():
    assert publicity(OFFICIAL, date(2026, 10, 1), 5).until_on == date(2026, 10, 13)
    assert OFFICIAL.workdays_between(date(2026, 10, 1), date(2026, 10, 13)) == 5


def test_the_seed_knows_2004_to_2026_with_make_up_days():
    assert OFFICIAL.years == frozenset(range(2004, 2027))
    for text in ("2026-01-04", "2026-02-14", "2026-02-28", "2026-05-09", "2026-09-20", "2026-10-10"):
        assert OFFICIAL.is_workday(date.fromisoformat(text))
    for text in ("2026-01-01", "2026-01-02", "2026-02-16", "2026-02-23", "2026-04-06", "2026-06-19", "2026-10-07"):
        assert not OFFICIAL.is_workday(date.fromisoformat(text))


@pytest.mark.parametrize(
    ("start", "months", "end"),
    [
        ("2026-01-31", 1, "2026-02-28"),
        ("2028-01-31", 1, "2028-02-29"),
        ("2024-02-29", 12, "2025-02-28"),
        ("2024-02-29", 48, "2028-02-29"),
        ("2026-08-31", 6, "2027-02-28"),
        ("2026-12-31", 2, "2027-02-28"),
        ("2026-07-15", 12, "2027-07-15"),
        ("2024-12-12", 6, "2025-06-12"),
        ("2026-03-31", -1, "2026-02-28"),
        ("2026-01-15", -13, "2024-12-15"),
    ],
)
def test_months_are_calendar_months_clamped_to_the_end(start, months, end):
    assert add_months(date.fromisoformat(start), months) == date.fromisoformat(end)


@given(DAYS, st.integers(0, 60))
def test_a_month_later_is_never_earlier_and_never_in_another_month(start, months):
    end = add_months(start, months)
    assert end >= start
    assert (end.year * 12 + end.month) - (start.year * 12 + start.month) == months
    assert end.day <= start.day


@given(DAYS, st.integers(1, 12))
def test_the_nth_workday_is_a_workday_with_n_workdays_up_to_it(start, count):
    end = OFFICIAL.nth_workday(start, count)
    assert OFFICIAL.is_workday(end)
    assert OFFICIAL.workdays_between(start, end) == count


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("day,kind\n", "表头"),
        (HEAD + "2027-13-01,off,元旦,通知\n", "第 2 行"),
        (HEAD + "2027-01-01,holiday,元旦,通知\n", "off"),
        (HEAD + "2027-01-01,off,元旦,通知\n2027-01-01,off,元旦,通知\n", "重复"),
        (HEAD + "2027-01-02,off,元旦,通知\n", "周末"),
        (HEAD + "2027-01-01,work,补班,通知\n", "不是周末"),
    ],
)
def test_a_calendar_file_that_cannot_be_is_refused_with_its_line(text, words):
    with pytest.raises(CalendarFileError, match=words):
        read_calendar_csv(text)


def test_a_calendar_file_is_read_with_or_without_a_byte_order_mark():
    text = HEAD + "2027-01-01,off,元旦,通知\n2027-01-03,work,补班,通知\n"
    expected = Calendar(frozenset({date(2027, 1, 1)}), frozenset({date(2027, 1, 3)}), frozenset({2027}))
    assert read_calendar_csv(text) == expected
    assert read_calendar_csv("\ufeff" + text) == expected
