"""One person's road against the calendar: when each step was allowed and owed, and when it was done."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from branches.drawing import Drawing, Sketch, Table

# The widest gap between two rules of the calendar, in months, for roads of so many months.
MONTHS_BETWEEN = ((14, 1), (40, 3), (80, 6))


@dataclass(frozen=True, slots=True)
class RoadRow:
    """One step on the calendar: legal from ``earliest_on``, in time until ``latest_on``, done on ``decided_on``.

    ``planned_on`` is the day of the annual plan.
    """

    step: int
    name: str
    earliest_on: date | None = None
    latest_on: date | None = None
    decided_on: date | None = None
    planned_on: date | None = None
    is_milestone: bool = False

    def is_late(self, today: date) -> bool:
        """True when the step was done after its last day, or is not done although that day has passed."""
        return self.latest_on is not None and (self.decided_on or today) > self.latest_on


def month_starts(first: date, last: date, every: int) -> list[date]:
    """The first days of every ``every``-th month between two days, counted from January."""
    starts, year, month = [], first.year, 1
    while date(year, month, 1) <= last:
        if date(year, month, 1) >= first:
            starts.append(date(year, month, 1))
        month += every
        year, month = year + (month - 1) // 12, (month - 1) % 12 + 1
    return starts


def road_chart(rows: Sequence[RoadRow], today: date, *, name: str = "road", width: int = 720) -> Drawing:
    """The steps with any date, one below the other.

    The ground is the time in which a step may be done (open at the right where it has no last day), the upright rule
    its last day, the mark when it was done: dot, diamond for a milestone, triangle when late. A ring is the plan's day. A
    dotted rule runs down at ``today``.
    """
    shown = [row for row in rows if row.earliest_on or row.latest_on or row.decided_on]
    days = [day for row in shown for day in (row.earliest_on, row.latest_on, row.decided_on, row.planned_on) if day] + [today]
    first, last = min(days) - timedelta(days=15), max(days) + timedelta(days=30)
    left, right, row_height, top = 132, width - 12, 24, 26

    def at(day):
        return left + (right - left) * (day - first).days / (last - first).days

    bottom = top + len(shown) * row_height
    sketch = Sketch()
    months = (last - first).days / 30
    every = next((step for limit, step in MONTHS_BETWEEN if months <= limit), 12)
    for start in month_starts(first, last, every):
        sketch.line(at(start), top - 6, at(start), bottom, "ax")
        words = f"{start:%Y-%m}" if start.month == 1 else f"{start.month} 月"
        sketch.text(at(start), 14, words, "t3", "middle")
    for i, row in enumerate(shown):
        y = top + i * row_height + 12
        late = row.is_late(today)
        sketch.text(left - 10, y + 4, f"{row.step}　{row.name}", "tb" if row.is_milestone else "", "end")
        if row.earliest_on:
            until = row.latest_on or row.decided_on or last
            sketch.rect(
                at(row.earliest_on),
                y - 6,
                max(at(until) - at(row.earliest_on), 2),
                12,
                "bg" if row.latest_on else "link",
            )
        if row.latest_on:
            sketch.line(at(row.latest_on), y - 9, at(row.latest_on), y + 9, "pl")
        if row.planned_on and not row.decided_on:
            sketch.circle(at(row.planned_on), y, 5, "o")
        if row.decided_on and late:
            sketch.triangle(at(row.decided_on), y + 2)
        elif row.decided_on and row.is_milestone:
            sketch.diamond(at(row.decided_on), y)
        elif row.decided_on:
            sketch.circle(at(row.decided_on), y, 5, "m")
        elif late:
            sketch.triangle(at(today), y + 2)
    sketch.line(at(today), top - 6, at(today), bottom, "ax2")
    sketch.text(at(today), bottom + 14, "今天", "t3", "middle")
    table = Table(
        ("步骤", "最早", "期限", "计划", "办结"),
        tuple(
            (f"{row.step}　{row.name}", *map(_written, (row.earliest_on, row.latest_on, row.planned_on, row.decided_on)))
            for row in shown
        ),
    )
    done = sum(row.decided_on is not None for row in shown)
    late_count = sum(row.is_late(today) for row in shown)
    label = f"时间进程：已办结 {done} 步，" + (f"其中迟办或逾期 {late_count} 步" if late_count else "都在期限内")
    return sketch.drawing(name, width, bottom + 20, label, table)


def _written(day: date | None) -> str:
    return f"{day:%Y-%m-%d}" if day else "—"
