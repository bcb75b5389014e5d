"""How the road flows: who ever came how far, how long it took, and how many a month; grouped in SQL on either database."""

from collections import Counter, defaultdict
from datetime import date

from django.db.models import Count, DurationField, ExpressionWrapper, F, IntegerField, Value

from committee.charts import Drawing, Duration, FunnelRow, Series, funnel, median_bars, trend
from recruitment.calendar import add_months
from recruitment.models import Candidate
from recruitment.stages import Stage

MONTHS = 12
# Dates are told as spans since this day, so that both kinds of numbers fit into one query on either database.
EPOCH = date(2000, 1, 1)
TRENDS = 100
DAYS_A_MONTH = 30.44
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
    """({stage: {days taken: people}}, {column: {first of the month: people}}) within reach, in one query."""
    people = Candidate.objects.visible_to(user).order_by()
    parts = [
        _grouped(people, stage, F(last) - F(first), **{f"{first}__isnull": False, f"{last}__isnull": False})
        for stage, (first, last) in STRETCHES.items()
    ]
    since_on = first_month(today)
    parts += [
        _grouped(
            people,
            TRENDS + i,
            F(column) - Value(EPOCH),
            **{f"{column}__gte": since_on, f"{column}__lte": today},
        )
        for i, (column, _) in enumerate(NEWCOMERS)
    ]
    first, *others = parts
    taken, monthly = defaultdict(Counter), defaultdict(Counter)
    for series, span, count in first.union(*others, all=True):
        if series >= TRENDS:
            monthly[NEWCOMERS[series - TRENDS][0]][(EPOCH + span).replace(day=1)] += count
        else:
            taken[Stage(series)][span.days] += count
    return taken, monthly


def _grouped(people, series, span, **where):
    return (
        people.filter(**where)
        .annotate(
            series=Value(int(series), output_field=IntegerField()),
            span=ExpressionWrapper(span, output_field=DurationField()),
        )
        .values_list("series", "span")
        .annotate(people=Count("pk"))
    )


def first_month(today: date) -> date:
    """The first day of the month eleven months back."""
    return add_months(today.replace(day=1), 1 - MONTHS)


def quantile(histogram: Counter, share: float) -> int | None:
    """The smallest value that at least ``share`` of all reach; None of nothing. 0.5 is the median."""
    wanted, seen = sum(histogram.values()) * share, 0
    for value in sorted(histogram):
        seen += histogram[value]
        if seen >= wanted:
            return value
    return None


def funnel_of(outside_total, counts, taken) -> Drawing:
    """The funnel: everybody who ever came so far, who stays there, and the median time."""
    rows = [FunnelRow("副高级以上党外科技骨干", outside_total)]
    for stage, label in FUNNEL_LABELS.items():
        reached = sum(count for other, count in counts.reached.items() if other >= stage)
        staying = counts.staying[stage] if stage < Stage.FULL_MEMBER else None
        days = quantile(taken[stage], 0.5) if stage in taken else None
        rows.append(FunnelRow(label, reached, staying, "" if days is None else months_words(days)))
    return funnel(rows)


def months_words(days: int) -> str:
    """A number of days in months, as one says it."""
    return f"{round(days / DAYS_A_MONTH)} 个月" if days >= DAYS_A_MONTH else f"{days} 天"


def durations_of(taken) -> Drawing | None:
    """How long the stretches of the road took: the median and the middle half, in days; None before anybody came so far."""
    rows = [
        Duration(
            FUNNEL_LABELS[stage],
            *(quantile(histogram, share) for share in (0.5, 0.25, 0.75)),
            sum(histogram.values()),
        )
        for stage, histogram in sorted(taken.items())
        if histogram
    ]
    return median_bars(rows) if rows else None


def trend_of(monthly, today) -> Drawing:
    """Twelve months of newcomers at four points of the road, this month last."""
    months = [add_months(first_month(today), i) for i in range(MONTHS)]
    series = [
        Series(label, tuple(monthly[column][month] for month in months), column == "probation_from_on")
        for column, label in NEWCOMERS
    ]
    return trend([str(month.month) for month in months], series)
