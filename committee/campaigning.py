"""What campaigns call things: ten-day periods, whose a milestone is (notice T5, R1)."""

import calendar
from datetime import date

from django.db.models import TextChoices


class TenDays(TextChoices):
    """The periods by which the notice sets its days; a month has three."""

    FIRST = "first", "上旬"
    SECOND = "second", "中旬"
    THIRD = "third", "下旬"


class Audience(TextChoices):
    """Of whom a milestone is asked."""

    BRANCHES = "branches", "各党支部"
    COMMITTEES = "committees", "各级党委（党办）"


def last_day(year: int, month: int, ten_days: str) -> date:
    """The last day of a ten-day period: the 10th, the 20th, or the last day of the month (notice T5)."""
    days = {TenDays.FIRST: 10, TenDays.SECOND: 20, TenDays.THIRD: calendar.monthrange(year, month)[1]}
    return date(year, month, days[TenDays(ten_days)])


def term_text(due_on: date, ten_days: str) -> str:
    """The last day as it was set: "11 月上旬（11 月 10 日）", or the day alone."""
    day = f"{due_on.month} 月 {due_on.day} 日"
    return f"{due_on.month} 月{TenDays(ten_days).label}（{day}）" if ten_days else day
