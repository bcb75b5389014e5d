"""Time as the rules count it: calendar months, official workdays with make-up days, publicity windows."""

import csv
import io
from calendar import monthrange
from dataclasses import dataclass
from datetime import date, timedelta
from functools import lru_cache
from pathlib import Path

SEED_FILE = Path(__file__).resolve().parent.parent / "branches" / "data" / "workdays.csv"
OFF, WORK = "off", "work"
# What lies outside is a slip of the pen: no calendar knows it, and a road reckoned from it has no end.
FIRST_DAY, LAST_DAY = date(1900, 1, 1), date(2200, 12, 31)
_ONE_DAY = timedelta(days=1)
_SATURDAY = 5


def read_day(text: str) -> date:
    """A day written 2026-10-01, from FIRST_DAY to LAST_DAY; ValueError otherwise. For the options of commands."""
    day = date.fromisoformat(text)
    if not FIRST_DAY <= day <= LAST_DAY:
        raise ValueError(f"{text} is not between {FIRST_DAY} and {LAST_DAY}")
    return day


def add_months(day: date, months: int) -> date:
    """The same day number ``months`` (may be negative) calendar months later, clamped to the end of the month."""
    count = day.year * 12 + day.month - 1 + months
    year, month = divmod(count, 12)
    month += 1
    if day.day <= 28:
        return date(year, month, day.day)
    return date(year, month, min(day.day, monthrange(year, month)[1]))


@dataclass(frozen=True, slots=True)
class Calendar:
    """The official calendar: weekdays that are off, weekend days that are worked, and the years for which that is known.

    In a year outside ``years`` Monday to Friday count as workdays, and every result that touches it is 暂算 (provisional).
    """

    off: frozenset[date] = frozenset()
    work: frozenset[date] = frozenset()
    years: frozenset[int] = frozenset()

    def is_workday(self, day: date) -> bool:
        if day.weekday() >= _SATURDAY:
            return day in self.work
        return day not in self.off

    def covers(self, first: date, last: date) -> bool:
        """True when the official arrangement of every year from ``first`` to ``last`` is known."""
        return all(year in self.years for year in range(first.year, last.year + 1))

    def nth_workday(self, start: date, count: int) -> date:
        """The ``count``-th workday from ``start``, which counts itself if it is one; ``count`` at least 1."""
        if count < 1:
            raise ValueError("count must be at least 1")
        day = start
        while True:
            if self.is_workday(day):
                count -= 1
                if not count:
                    return day
            day += _ONE_DAY

    def workdays_between(self, first: date, last: date) -> int:
        """How many workdays lie from ``first`` to ``last``, both included; 0 when ``last`` is earlier."""
        if last < first:
            return 0
        return sum(self.is_workday(date.fromordinal(n)) for n in range(first.toordinal(), last.toordinal() + 1))


@dataclass(frozen=True, slots=True)
class Publicity:
    """A publicity window: posted on ``from_on``, its last workday ``until_on``, what follows possible from ``done_on``."""

    from_on: date
    until_on: date
    done_on: date
    provisional: bool


def publicity(calendar: Calendar, from_on: date, workdays: int) -> Publicity:
    """The window of ``workdays`` workdays that begins with posting on ``from_on`` (公示).

    The posting day counts as the first if it is a workday; listing is possible the day after the last workday.
    """
    until_on = calendar.nth_workday(from_on, workdays)
    return Publicity(from_on, until_on, until_on + _ONE_DAY, provisional=not calendar.covers(from_on, until_on))


class CalendarFileError(ValueError):
    """A calendar file that cannot be read: says the line and what is wrong with it, in Chinese."""


@dataclass(frozen=True, slots=True)
class CalendarDay:
    """One line of a calendar file: a day that differs from the plain week."""

    day: date
    kind: str
    name: str
    source: str


def read_calendar_rows(text: str) -> tuple[CalendarDay, ...]:
    """The lines of a calendar file: CSV with the columns date (ISO), kind (off or work), name, source.

    Raises CalendarFileError naming the line: missing columns, bad dates, unknown kinds, a date given twice, a day off
    that is no weekday, a make-up day that is no weekend day.
    """
    reader = csv.DictReader(io.StringIO(text.removeprefix("\ufeff")))
    columns = {"date", "kind", "name", "source"}
    if not columns <= set(reader.fieldnames or ()):
        raise CalendarFileError("第 1 行应为表头：date,kind,name,source。")
    rows, seen = [], set()
    for line, row in enumerate(reader, start=2):
        try:
            day = date.fromisoformat((row["date"] or "").strip())
        except ValueError:
            raise CalendarFileError(f"第 {line} 行：日期“{row['date']}”应写作 2026-10-01。") from None
        kind = (row["kind"] or "").strip()
        if kind not in (OFF, WORK):
            raise CalendarFileError(f"第 {line} 行：种类“{kind}”应为 off（放假）或 work（补班）。")
        if day in seen:
            raise CalendarFileError(f"第 {line} 行：{day} 重复。")
        weekend = day.weekday() >= _SATURDAY
        if kind == OFF and weekend:
            raise CalendarFileError(f"第 {line} 行：{day} 是周末，不必列为放假。")
        if kind == WORK and not weekend:
            raise CalendarFileError(f"第 {line} 行：{day} 不是周末，不能列为补班。")
        seen.add(day)
        rows.append(CalendarDay(day, kind, (row["name"] or "").strip(), (row["source"] or "").strip()))
    return tuple(rows)


def read_calendar_csv(text: str) -> Calendar:
    """The calendar that a file describes (see read_calendar_rows); it covers the years that occur in it."""
    rows = read_calendar_rows(text)
    return Calendar(
        off=frozenset(row.day for row in rows if row.kind == OFF),
        work=frozenset(row.day for row in rows if row.kind == WORK),
        years=frozenset(row.day.year for row in rows),
    )


@lru_cache(maxsize=1)
def seed_calendar() -> Calendar:
    """The official calendar that comes with the product (2004–2026)."""
    return read_calendar_csv(SEED_FILE.read_text(encoding="utf-8"))
