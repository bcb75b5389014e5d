"""Every usual way of writing a date, and what is no date."""

from datetime import date

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from recruitment.imports.dates import EPOCH_1904, ReadPeriod, find_date, find_period, full_date, read_date, read_period

DAY = date(2025, 1, 5)
SPELLINGS = [
    "2025-1-5", "2025-01-05", "2025/1/5", "2025.1.5", "2025. 1. 5", "2025年1月5日", "2025 年 1 月 5 日", "2025年01月05号", "20250105",
    "２０２５年１月５日", "２０２５．１．５", "２０２５－０１－０５", "2025—1—5", "2025–1–5", "2025、1、5", "2025。1。5", "2025·1·5", "1/5/25", "1/5/2025",
    "01/05/2025", "25.1.5", "25-1-5", "25/1/5", "25年1月5日", "250105", "45662", "45662.0", "45662.75",
    "5-Jan-25", "5-Jan-2025", "Jan 5, 2025", "January 5, 2025",
    "二〇二五年一月五日", "二○二五年一月五日", "2025-01-05 00:00:00", "2025/1/5 0:00", "2025-01-05T08:30:00",
    "2025年1月5日 8时30分", "2025年1月5日(星期日)", "2025年1月5日 星期日",
    " 2025-1-5 ", "2025\u00a0-1-5", "2025-1-5\n", "\u200e2025-1-5", "2025-1-5.",
]  # fmt: skip


@pytest.mark.parametrize("text", SPELLINGS)
def test_every_usual_spelling_is_read(text):
    read = read_date(text)
    assert read.value == DAY, read
    assert not read.problem
    assert not read.month_only


@pytest.mark.parametrize("text", ["", "/", "—", "--", "无", "暂无", "N/A", "  "])
def test_what_stands_for_nothing_is_nothing(text):
    assert read_date(text) == (None, "", "", False)


@pytest.mark.parametrize(
    ("text", "word"),
    [
        ("2025.2.30", "2025 年 2 月只有 28 天"),
        ("2024-02-30", "2024 年 2 月只有 29 天"),
        ("2025-04-31", "只有 30 天"),
        ("2025.13.1", "没有 13 月"),
        ("2025-00-10", "没有 0 月"),
        ("20250230", "只有 28 天"),
        ("0025-01-05", "年份"),
        ("202501?", "不是确定的日期"),
        ("约2025年1月", "不是确定的日期"),
        ("2025年底", "不是确定的日期"),
        ("2025", "请补上月和日"),
        ("1月5日", "读不成日期"),
        ("5.12", "看不出年份"),
        ("2025.1", "分不清是 1 月还是 10 月"),
        ("#REF!", "公式错误"),
        ("10:20:00", "读不成日期"),
        ("已备案", "读不成日期"),
        ("123", "读不成日期"),
        ("99999", "读不成日期"),
    ],
)
def test_what_is_no_date_is_named(text, word):
    read = full_date(read_date(text))
    assert read.value is None
    assert word in read.problem


@pytest.mark.parametrize("text", ["2025-10", "2025.10", "202510", "2025年10月", "2025/10", "二〇二五年十月"])
def test_a_month_is_a_month(text):
    read = read_date(text)
    assert (read.value, read.month_only) == (date(2025, 10, 1), True)
    assert "请补上日" in full_date(read).problem


def test_two_digit_years_up_to_this_one_are_of_this_century():
    assert read_date("26.11.22", pivot=2026).value == date(2026, 11, 22)
    assert read_date("27.11.22", pivot=2026).value == date(1927, 11, 22)
    assert read_date("850312", pivot=2026).value == date(1985, 3, 12)


def test_an_ambiguous_spelling_says_how_it_was_taken():
    assert read_date("3/5/24").value == date(2024, 3, 5)
    assert "月/日/年" in read_date("3/5/24").note
    assert read_date("15/3/2024").value == date(2024, 3, 15)
    assert "日/月/年" in read_date("15/3/2024").note
    assert not read_date("3/15/2024").note


def test_old_workbooks_count_from_1904():
    assert read_date("44200", epoch=EPOCH_1904).value == date(2025, 1, 5)


@pytest.mark.parametrize(
    ("text", "first", "last"),
    [
        ("2024.9.1-2024.9.5", date(2024, 9, 1), date(2024, 9, 5)),
        ("2024年9月1日至5日", date(2024, 9, 1), date(2024, 9, 5)),
        ("2024-09-01～09-05", date(2024, 9, 1), date(2024, 9, 5)),
        ("2024.9.1—9.5", date(2024, 9, 1), date(2024, 9, 5)),
        ("2024-9-1-2024-9-5", date(2024, 9, 1), date(2024, 9, 5)),
        ("20240901-20240905", date(2024, 9, 1), date(2024, 9, 5)),
        ("2024.12.30至2025.1.3", date(2024, 12, 30), date(2025, 1, 3)),
        ("2024.9.5", date(2024, 9, 5), date(2024, 9, 5)),
    ],
)
def test_a_period_is_read(text, first, last):
    assert read_period(text)[:3] == (first, last, "")


@pytest.mark.parametrize(
    "text",
    [
        "2024.9.1-9.5（5个工作日）", "2024年9月1日至5日（24学时）", "2024年9月1日至5日，院党校", "2024-09-01至2024-09-05,院党校",
        "2024.9.1-9.5 院党校", "院党校2024/9/1—2024/9/5举办", "2024年9月1日9:00至9月5日17:00", "20240901-20240905 线上", "（补）2024.9.1~5",
    ],
)  # fmt: skip
def test_the_period_in_a_remark_is_found(text):
    assert find_period(text) == ReadPeriod(date(2024, 9, 1), date(2024, 9, 5))


def test_one_day_in_a_remark_is_a_period_of_one_day():
    for text in ("2024年9月1日院党校", "2024.9.1（3天24学时）", "院党校第3期，2024-09-01"):
        assert find_period(text) == ReadPeriod(date(2024, 9, 1), date(2024, 9, 1))


@pytest.mark.parametrize(
    "text", ["2024.9.1、9.2、9.3", "2024年9月1日，9月2日", "2024.9.1-9.3，2024.10.8-10.9", "2024.9.5-9.1 院党校", "24学时", "2024年9月"]
)  # fmt: skip
def test_a_remark_of_more_days_is_not_read_by_its_first(text):
    read = find_period(text)
    assert (read.first, read.last) == (None, None)
    assert read.problem


def test_a_period_that_ends_before_it_begins_is_named():
    assert "早于起" in read_period("2024.9.5-9.1").problem


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("2024年3月5日院党委备案", date(2024, 3, 5)),
        ("已于2024.3.5备案", date(2024, 3, 5)),
        ("20240305备案", date(2024, 3, 5)),
        ("已备案", None),
    ],
)
def test_the_date_in_a_remark_is_found(text, day):
    assert find_date(text).value == day
    assert not find_date(text).problem


@given(st.text())
@example("年月日")
@example("2025-1-5-6-7")
@example("٢٠٢٥-١-٥")
@example("²⁰²⁵")
@example("十十年十月")
def test_no_text_breaks_the_reader(text):
    for read in (read_date(text), find_date(text)):
        assert read.value is None or not read.problem
        assert read.value is None or 1900 <= read.value.year <= 2099
    find_period(text)
    period = read_period(text)
    assert (period.first is None) == (period.last is None)
    assert period.first is None or period.first <= period.last


WAYS = [
    lambda day: day.isoformat(),
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}/{day.month:02}/{day.day:02}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
    lambda day: f"{day:%Y%m%d}",
    lambda day: str((day - date(1899, 12, 30)).days),
    lambda day: f"{day.month}/{day.day}/{day.year}",
    lambda day: "".join(chr(ord(c) + 0xFEE0) for c in day.isoformat()),
]


@given(st.dates(date(1930, 1, 1), date(2026, 11, 22)), st.sampled_from(WAYS))
def test_every_day_is_read_back_from_every_way_of_writing_it(day, way):
    assert read_date(way(day)).value == day
