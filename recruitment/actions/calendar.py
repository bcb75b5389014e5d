"""Changing the official calendar: every limit that counts workdays is judged anew in the same act (rules.md §8)."""

from django.db import transaction

from branches.actions.calendar import load_workdays
from branches.models import CalendarYear, Workday
from branches.models.calendar import DayKind
from branches.offices import Office
from recruitment.actions.limits import rejudge
from recruitment.actions.refusals import NotYours, refuse
from recruitment.calendar import CalendarFileError, read_calendar_rows
from recruitment.scope import scope_of

SATURDAY = 5


@transaction.atomic
def load_calendar(*, by, text, now):
    """Take over a calendar file (CSV: date, kind, name, source); what the office corrected before stays.

    Refused with the line and what is wrong with it. Returns (days added, years added, people whose dues changed).
    """
    _check(by)
    try:
        rows = read_calendar_rows(text)
    except CalendarFileError as error:
        refuse("calendar_file", str(error), field="file")
    loaded = load_workdays(days=rows)
    return loaded.days, loaded.years, rejudge(None, now=now)


@transaction.atomic
def set_day(*, by, day, kind, name, source, now):
    """Say that ``day`` is off (a weekday) or worked (a weekend day), on the strength of ``source``.

    ``kind`` "" takes the exception back. Returns how many people's dues changed.
    """
    _check(by)
    known = Workday.objects.select_for_update().filter(day=day).first()
    if kind == "":
        if known is None:
            refuse("ordinary_day", f"{day} 没有特别安排，按普通工作日或周末计算。", field="day")
        known.delete()
        return rejudge(None, now=now)
    weekend = day.weekday() >= SATURDAY
    if kind == DayKind.OFF and weekend:
        refuse("already_off", f"{day} 是周末，本来就不上班，不需登记放假。", field="day")
    if kind == DayKind.WORK and not weekend:
        refuse("already_worked", f"{day} 不是周末，本来就上班，不需登记补班。", field="day")
    if not source.strip():
        refuse("source_required", "请写明依据：哪份通知。", field="source")
    row = known or Workday(day=day)
    row.kind, row.name, row.source = kind, name.strip(), source.strip()
    row.save()
    return rejudge(None, now=now)


@transaction.atomic
def announce_year(*, by, year, source, now):
    """Say that the arrangement of ``year`` is complete: results reaching into it are no longer 暂算."""
    _check(by)
    if not Workday.objects.filter(day__year=year).exists():
        refuse("empty_year", f"{year} 年还没有登记任何放假安排，请先逐日登记或上传文件。", field="year")
    CalendarYear.objects.update_or_create(year=year, defaults={"source": source.strip()})
    return rejudge(None, now=now)


def _check(by):
    if not scope_of(by).holds_at_the_top(Office.PARTY_OFFICE):
        raise NotYours
