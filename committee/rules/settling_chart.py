"""How long after (or before) their last day dues were settled, as a picture; numbers in, geometry out."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from branches.drawing import Drawing, Sketch, Table, shortened

EARLIEST, LATEST = -30, 60


@dataclass(frozen=True, slots=True)
class Settled:
    """Days from the last day to settling (negative: before it) of ``count`` dues: median, the middle half, the late ones."""

    label: str
    lower: int
    median: int
    upper: int
    count: int
    late: int


def settled(label: str, days: Mapping[int, int]) -> Settled:
    """From {days: how many dues}; there is at least one."""
    ordered = sorted(days)
    count = sum(days.values())

    def at(share):
        """The day within which ``share`` of the dues were settled."""
        seen = 0
        for day in ordered:
            seen += days[day]
            if seen >= count * share:
                return day
        return ordered[-1]

    late = sum(number for day, number in days.items() if day > 0)
    return Settled(label, at(0.25), at(0.5), at(0.75), count, late)


def settling_bars(rows: Sequence[Settled], *, name: str, width: int = 640) -> Drawing:
    """The median as a dot on the middle half, the last day as an upright rule; a triangle where the median is late."""
    left, right, row_height = 148, width - 104, 30
    unit = (right - left) / (LATEST - EARLIEST)

    def x(days):
        return left + (min(max(days, EARLIEST), LATEST) - EARLIEST) * unit

    sketch = Sketch()
    sketch.text(left, 12, f"提前 {-EARLIEST} 天", "t3")
    sketch.text(x(0), 12, "期限", "tb", "middle")
    sketch.text(right, 12, f"逾期 {LATEST} 天", "t3", "end")
    for i, row in enumerate(rows):
        y = 22 + i * row_height
        sketch.text(left - 10, y + 13, shortened(row.label, left - 14), "", "end")
        sketch.rect(left, y + 2, right - left, 14, "bg")
        sketch.rect(x(row.lower), y + 2, max(x(row.upper) - x(row.lower), 2), 14, "s")
        if row.median > 0:
            sketch.triangle(x(row.median), y + 11)
        else:
            sketch.circle(x(row.median), y + 9, 5, "m")
        sketch.text(right + 10, y + 13, _words(row.median), "tv" if row.median > 0 else "tb")
        sketch.text(width, y + 13, f"{row.count} 项", "t3", "end")
    height = 22 + len(rows) * row_height
    sketch.line(x(0), 18, x(0), height, "pl")
    table = Table(
        ("", "办结", "其中逾期", "中位", "四分之一", "四分之三"),
        tuple(
            (row.label, str(row.count), str(row.late), _words(row.median), _words(row.lower), _words(row.upper))
            for row in rows
        ),
    )
    label = "；".join(f"{row.label}，中位{_words(row.median)}，{row.count} 项" for row in rows)
    return sketch.drawing(name, width, height, label or "还没有办结的事项", table)


def _words(days):
    if days == 0:
        return "当日"
    return f"逾期 {days} 天" if days > 0 else f"提前 {-days} 天"
