"""What is owed because time passes: next year's calendar, grants that run out, annual plans (notice R9, T2)."""

from datetime import date, timedelta

from django.db import transaction

from branches.models import CalendarYear, Unit
from branches.offices import Office
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.plan_dues import close_past_plans, owe_plans
from recruitment.models import CandidateGrant, Due, UnitGrant

CALENDAR_YEAR = "calendar_year"
GRANT_END = "grant_end"
# The State Council announces the arrangement of the next year in November.
ANNOUNCED = (11, 15)
WANTED = (12, 20)
GRANT_NOTICE = timedelta(days=14)


def owe_upkeep(*, today, now):
    """Open what office and branches owe by ``today`` and settle what has been done or has passed; safe to call at any time."""
    root = Unit.objects.active().filter(parent__isnull=True).order_by("path").first()
    if root is not None:
        _owe_calendar(root, today, now)
    _owe_grants(CandidateGrant, "content_object__unit", today, now)
    _owe_grants(UnitGrant, "content_object", today, now)
    owe_plans(today=today, now=now)
    close_past_plans(today=today, now=now)


def _owe_calendar(root, today, now):
    """A year without the official arrangement makes every period in it 暂算."""
    known = set(CalendarYear.objects.filter(year__gte=today.year).values_list("year", flat=True))
    wanted = {today.year: date(today.year, 1, 20)}
    if today >= date(today.year, *ANNOUNCED):
        wanted[today.year + 1] = date(today.year, *WANTED)
    for year, due_on in wanted.items():
        key = f"calendar:{year}"
        is_open = Due.objects.open().filter(key=key, unit=root).exists()
        if year in known and is_open:
            settle_due(key=key, unit=root, settled_on=today, now=now)
        elif year not in known and not is_open:
            with transaction.atomic():
                _alone(root)
                open_due(
                    candidate=None, unit=root, kind=CALENDAR_YEAR, key=key, title=f"导入 {year} 年放假和补班安排",
                    article="国务院办公厅每年公布", opens_on=today, due_on=max(due_on, today), owed_by=Office.PARTY_OFFICE, now=now,
                )  # fmt: skip


def _owe_grants(model, unit_of, today, now):
    """A grant that is about to end is prolonged for a reason or runs out; either way somebody decided it."""
    kind = model._meta.model_name
    ending = {
        grant.pk: grant
        for grant in model.objects.filter(ends_on__gt=today, ends_on__lte=today + GRANT_NOTICE).select_related(
            unit_of, "user__person"
        )
    }
    owed = dict(Due.objects.open().filter(kind=GRANT_END, key__startswith=f"{kind}:").values_list("key", "unit_id"))
    for pk, grant in ending.items():
        if f"{kind}:{pk}" not in owed:
            unit = grant.content_object.unit if kind == "candidategrant" else grant.content_object
            with transaction.atomic():
                _alone(unit)
                open_due(
                    candidate=None, unit=unit, kind=GRANT_END, key=f"{kind}:{pk}",
                    title=f"{grant.user.display_name}的授权将到期，续期或由其失效", article="", opens_on=today,
                    due_on=grant.ends_on - timedelta(days=1), owed_by=Office.PARTY_OFFICE, now=now,
                )  # fmt: skip
    for key, unit_id in owed.items():
        if int(key.rpartition(":")[2]) not in ending:
            settle_due(key=key, unit=Unit.objects.get(pk=unit_id), settled_on=today, now=now)


def _alone(unit):
    """Two workers at once must not open one due twice: a due without a candidate has no unique key to stop them."""
    Unit.objects.select_for_update(of=("self",)).get(pk=unit.pk)
