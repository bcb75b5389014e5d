"""How the road flows: who ever came how far, how long it took, and how many a month; grouped in SQL on either database."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Case, Count, IntegerField, Value, When
from django.db.models.functions import ExtractDay, ExtractMonth, ExtractYear

from committee.charts import Drawing, FunnelRow, Series, funnel, trend
from recruitment.calendar import add_months
from recruitment.models import Candidate
from recruitment.stages import Stage

MONTHS = 12
# Column of the candidate that bears the day, and what the month's newcomers are called.
NEWCOMERS = (
    ("applied_on", "新递交申请"),
    ("activist_on", "新确定积极分子"),
    ("target_on", "新列为发展对象"),
    ("probation_from_on", "新接收预备党员"),
)
# Between which two columns a stretch of the road lies, by the stage at its end.
STRETCHES = {
    Stage.ACTIVIST: ("applied_on", "activist_on"),
    Stage.DEVELOPMENT_TARGET: ("activist_on", "target_on"),
    Stage.PROBATIONARY_MEMBER: ("target_on", "probation_from_on"),
}
FUNNEL_LABELS = {
    Stage.PROSPECT: "列入重点关注",
    Stage.APPLICANT: "递交入党申请书",
    Stage.ACTIVIST: "确定为积极分子",
    Stage.DEVELOPMENT_TARGET: "列为发展对象",
    Stage.PROBATIONARY_MEMBER: "接收为预备党员",
    Stage.FULL_MEMBER: "转为正式党员",
}


def flow_of(user, today):
    """({stage: {months taken: people}}, {column: {month: people}}) within reach, in one query; months count from year 0."""
    people = Candidate.objects.visible_to(user).order_by()
    parts = [
        _grouped(people, stage, months_between(first, last), **{f"{first}__isnull": False, f"{last}__isnull": False})
        for stage, (first, last) in STRETCHES.items()
    ]
    since_on = first_month(today)
    parts += [
        _grouped(people, 100 + i, month_of(column), **{f"{column}__gte": since_on, f"{column}__lte": today})
        for i, (column, _) in enumerate(NEWCOMERS)
    ]
    first, *others = parts
    taken, monthly = defaultdict(Counter), defaultdict(Counter)
    for series, value, count in first.union(*others, all=True):
        if series >= 100:
            monthly[NEWCOMERS[series - 100][0]][value] += count
        else:
            taken[Stage(series)][value] += count
    return taken, monthly


def _grouped(people, series, value, **where):
    return (
        people.filter(**where)
        .annotate(series=Value(int(series), output_field=IntegerField()), value=value)
        .values_list("series", "value")
        .annotate(people=Count("pk"))
    )


def month_of(column):
    """The month of a date column as one number."""
    return ExtractYear(column) * 12 + ExtractMonth(column) - 1


def months_between(first, last):
    """Full months from one date column to another."""
    not_full = Case(
        When(**{f"{first}__day__gt": ExtractDay(last)}, then=Value(1)), default=Value(0), output_field=IntegerField()
    )
    return month_of(last) - month_of(first) - not_full


def first_month(today: date) -> date:
    """The first day of the month eleven months back."""
    return add_months(today.replace(day=1), 1 - MONTHS)


def median(histogram: Counter) -> int | None:
    """The median of {value: how often}, the lower one of two; None of nothing."""
    half, seen = sum(histogram.values()) / 2, 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= half:
            return value
    return None


def funnel_of(outside_total, counts, taken) -> Drawing:
    """The funnel: everybody who ever came so far, who stays there, and the median time in whole months."""
    rows = [FunnelRow("副高级以上党外科技骨干", outside_total)]
    for stage, label in FUNNEL_LABELS.items():
        reached = sum(count for other, count in counts.reached.items() if other >= stage)
        staying = counts.staying[stage] if stage < Stage.FULL_MEMBER else None
        months = median(taken[stage]) if stage in taken else None
        rows.append(FunnelRow(label, reached, staying, "" if months is None else f"{months} 个月"))
    return funnel(rows)


def trend_of(monthly, today) -> Drawing:
    """Twelve months of newcomers at four points of the road, this month last."""
    first = first_month(today)
    numbers = [first.year * 12 + first.month - 1 + i for i in range(MONTHS)]
    series = [
        Series(label, tuple(monthly[column][number] for number in numbers), column == "probation_from_on")
        for column, label in NEWCOMERS
    ]
    return trend([str(number % 12 + 1) for number in numbers], series)
