"""The party office's pictures: numbers in, geometry out; no colours, no clock, no rows of the database."""

from collections.abc import Sequence
from dataclasses import dataclass

from branches.drawing import Drawing, Sketch, Table, px, shortened, text_width

# The office wants every contact spoken to at least this often (notice R2; configurable there).
TALK_LIMIT_DAYS = 60


def percent(part: float, whole: float) -> int:
    """``part`` of ``whole`` in whole percent; 0 of nothing."""
    return round(part / whole * 100) if whole else 0


# --- The road as a funnel


@dataclass(frozen=True, slots=True)
class FunnelRow:
    """How many ever came this far, how many stay here now (None where that means nothing), and how long it took."""

    label: str
    reached: int
    staying: int | None = None
    median: str = ""


def funnel(rows: Sequence[FunnelRow], *, name: str = "funnel", width: int = 640) -> Drawing:
    """Bars as long as the number of people who came that far: solid went on, hatched stays; on the right the share."""
    left, row_height, top = 148, 38, 24
    bar = width - left - 118
    most = max((row.reached for row in rows), default=0) or 1
    sketch = Sketch()
    sketch.text(width, 12, "转化率", "t3", "end")
    sketch.text(left, 12, "累计到达（实心为已进入下一环节，斜纹为停留在本环节）", "t3")
    for i, row in enumerate(rows):
        y = top + i * row_height
        whole = bar * row.reached / most
        went_on = rows[i + 1].reached if i + 1 < len(rows) else row.reached
        solid = bar * min(went_on, row.reached) / most
        sketch.text(left - 12, y + 16, row.label, "tb" if i else "", "end")
        if i + 1 < len(rows):
            sketch.path(f"M{left} {y + 24}H{px(left + whole)}L{px(left + solid)} {y + row_height}H{left}z", "link")
        if i:
            sketch.rect(left, y, whole, 24, hatched=True)
        sketch.rect(left, y, solid if i else whole, 24, "m" if i else "s")
        sketch.text(left + whole + 8, y + 17, row.reached, "tb")
        if row.staying:
            sketch.text(left + whole + 14 + 8 * len(str(row.reached)), y + 17, f"现有 {row.staying}", "t3")
        if i and rows[i - 1].reached:
            sketch.text(width, y + 16, f"{percent(row.reached, rows[i - 1].reached)}%", "tb", "end")
            sketch.text(width - 40, y + 16, row.median, "t3", "end")
    table = Table(
        ("环节", "累计到达", "停留在本环节", "间隔中位时长"),
        tuple(
            (row.label, str(row.reached), "—" if row.staying is None else str(row.staying), row.median or "—")
            for row in rows
        ),
    )
    label = "发展漏斗：" + "，".join(f"{row.label} {row.reached} 人" for row in rows)
    return sketch.drawing(name, width, max(top + len(rows) * row_height - 10, top), label, table)


# --- Branches by stages, as a table


@dataclass(frozen=True, slots=True)
class HeatCell:
    """People of one branch in one stage; ``level`` 1 to 5 is how dark the cell is."""

    head: str
    count: int
    overdue: int
    level: int
    url: str
    is_outside: bool


@dataclass(frozen=True, slots=True)
class HeatRow:
    label: str
    cells: tuple[HeatCell, ...]
    total: int


@dataclass(frozen=True, slots=True)
class HeatMatrix:
    label: str
    heads: tuple[str, ...]
    rows: tuple[HeatRow, ...]
    totals: tuple[int, ...]
    total: int


def heat_level(count: int, most: int) -> int:
    """How dark a cell is, 1 to 5; up to five people every person counts, beyond that the share of the largest."""
    if most <= 5:
        return count
    return max(1, -(-count * 5 // most))


def heat_matrix(
    rows: Sequence[tuple[str, Sequence[tuple[int, int, str]]]],
    heads: Sequence[str],
    *,
    outside: int = 1,
    label: str = "各支部各阶段人数与逾期",
) -> HeatMatrix:
    """Branches by stages. Each row is a label and, per head, the people, the late dues and an address.

    The first ``outside`` columns are not stages of the procedure (重点关注) and stay without colour.
    """
    most = max((count for _, cells in rows for count, _, _ in cells[outside:]), default=0)
    made = tuple(
        HeatRow(
            name,
            tuple(
                HeatCell(head, count, overdue, heat_level(count, most), url, i < outside)
                for i, (head, (count, overdue, url)) in enumerate(zip(heads, cells, strict=True))
            ),
            sum(count for count, _, _ in cells),
        )
        for name, cells in rows
    )
    totals = tuple(sum(row.cells[i].count for row in made) for i in range(len(heads)))
    return HeatMatrix(label, tuple(heads), made, totals, sum(totals))


# --- Plan and fact


@dataclass(frozen=True, slots=True)
class PlanRow:
    """People of one branch: admitted, in the admission procedure, planned for the year."""

    label: str
    actual: int
    under_way: int
    planned: int


def plan_bars(rows: Sequence[PlanRow], *, name: str = "plan", width: int = 470) -> Drawing:
    """Solid is admitted, hatched under way, the upright rule the plan; what is missing stands behind it in words."""
    left, right, row_height = 56, width - 92, 28
    most = max((max(row.planned, row.actual + row.under_way) for row in rows), default=0) or 1
    unit = (right - left) / most
    sketch = Sketch()
    sketch.rect(left - 16, 4, 10, 8, "m")
    sketch.text(left, 12, "实际接收", "t3")
    sketch.rect(left + 62, 4, 10, 8, hatched=True)
    sketch.text(left + 78, 12, "在办（接收程序中）", "t3")
    sketch.line(left + 206, 3, left + 206, 13, "pl")
    sketch.text(left + 214, 12, "计划", "t3")
    for i, row in enumerate(rows):
        y = 26 + i * row_height
        sketch.text(left - 10, y + 13, row.label, "", "end")
        sketch.rect(left, y + 2, right - left, 14, "bg")
        sketch.rect(left, y + 2, row.actual * unit, 14, "m")
        sketch.rect(left + row.actual * unit, y + 2, row.under_way * unit, 14, hatched=True)
        if row.planned:
            sketch.line(left + row.planned * unit, y - 2, left + row.planned * unit, y + 20, "pl")
        sketch.text(right + 14, y + 13, f"{row.actual} / {row.planned}", "tb")
        words = plan_words(row)
        sketch.text(width, y + 13, words, "tv" if words.startswith(("缺", "超")) else "t3", "end")
    table = Table(
        ("支部", "实际", "在办", "计划", "情况"),
        tuple((row.label, str(row.actual), str(row.under_way), str(row.planned), plan_words(row)) for row in rows),
    )
    label = "各支部年度接收计划与实际：" + "，".join(
        f"{row.label}实际 {row.actual} 在办 {row.under_way} 计划 {row.planned}" for row in rows
    )
    return sketch.drawing(name, width, 26 + len(rows) * row_height, label, table)


def plan_words(row: PlanRow) -> str:
    """Where a branch stands against its number for the year (notice G1): missing, under way, done or beyond."""
    if row.actual + row.under_way > row.planned:
        return f"超 {row.actual + row.under_way - row.planned}"
    if row.actual + row.under_way < row.planned:
        return f"缺 {row.planned - row.actual - row.under_way}"
    return "完成" if row.actual == row.planned else "在办"


# --- Designated contacts


@dataclass(frozen=True, slots=True)
class ContactRow:
    """A committee member and the people looked after, each with the days since the last talk (None: never)."""

    leader: str
    contacts: tuple[tuple[str, int | None], ...]


def days_words(days: int | None) -> str:
    """Days since the last talk, as one reads them."""
    return "未谈" if days is None else f"{days} 天"


def contact_dots(
    rows: Sequence[ContactRow], *, limit: int = TALK_LIMIT_DAYS, name: str = "contacts", width: int = 470
) -> Drawing:
    """Dots along the days since the last talk, triangles beyond ``limit``; names, no ranking (notice R2)."""
    left, right, row_height, top = 60, width - 10, 38, 30
    span = limit * 1.75

    def at(days):
        return left + (right - left) * min(span if days is None else days, span) / span

    bottom = top + len(rows) * row_height
    sketch = Sketch()
    sketch.rect(at(limit), top - 8, at(None) - at(limit), len(rows) * row_height + 4, "bg")
    for days in (0, limit // 2, limit, limit * 3 // 2):
        sketch.line(at(days), top - 8, at(days), bottom - 4, "ax2" if days == limit else "ax")
        sketch.text(at(days), top - 16, f"{days} 天", "t3", "middle")
    for i, row in enumerate(rows):
        y = top + i * row_height + 12
        sketch.text(left - 12, y + 4, row.leader, "", "end")
        sketch.line(left, y, right, y, "ax")
        # From the right, so that each name knows how much room the next one has left it.
        free_until = right + 12
        for person, days in sorted(row.contacts, key=lambda contact: -at(contact[1])):
            x = at(days)
            is_late = days is None or days > limit
            words = f"{person} {'未谈' if days is None else days}"
            is_left = x + 11 + text_width(words) > free_until
            is_below = is_left and x > free_until
            if not is_below:
                free_until = x - 11 - (text_width(words) if is_left else 0)
            if is_late:
                sketch.triangle(x, y)
            else:
                sketch.circle(x, y, 5, "m")
            css, anchor = "tv hl" if is_late else "hl", "end" if is_left else "start"
            sketch.text(x + 11 if not is_left else x - 11, y + 20 if is_below else y + 4, words, css, anchor)
    spoken = tuple(
        (row.leader, "，".join(f"{person} {days_words(days)}" for person, days in row.contacts)) for row in rows
    )
    label = "定向联系，距上次谈心天数：" + "；".join(f"{leader}：{contacts or '未指定'}" for leader, contacts in spoken)
    table = Table(
        ("联系人", "联系对象，距上次谈心"), tuple((leader, contacts or "未指定") for leader, contacts in spoken)
    )
    return sketch.drawing(name, width, bottom, label, table)


def days_scale(days: int | None, *, name: str, limit: int = TALK_LIMIT_DAYS) -> Drawing:
    """The days since the last talk on a member's card, with a mark at the reminder."""
    width, span = 300, limit * 1.5

    def at(value):
        return 4 + (width - 8) * min(value, span) / span

    is_late = days is not None and days > limit
    x = at(days or 0)
    sketch = Sketch()
    sketch.rect(4, 8, width - 8, 6, "bg")
    sketch.rect(4, 8, x - 4, 6, "v" if is_late else "m")
    for value, words, css in ((limit // 2, f"{limit // 2} 天", "ax2"), (limit, f"{limit} 天提醒", "pl")):
        sketch.line(at(value), 4, at(value), 18, css)
        sketch.text(at(value), 33, words, "t3", "middle")
    if is_late:
        sketch.path(f"M{px(x)} 3l8 14h-16z", "v")
    elif days is not None:
        sketch.circle(x, 11, 6, "o")
    label = f"还没有谈心记录，{limit} 天提醒" if days is None else f"距上次谈心 {days} 天，{limit} 天提醒"
    return sketch.drawing(name, width, 38, label, Table((), ()), "chart--fix")


# --- Who they are


@dataclass(frozen=True, slots=True)
class Share:
    """People of one kind: on the road, and outside the Party altogether."""

    label: str
    on_road: int
    total: int


def composition(title: str, rows: Sequence[Share], *, name: str, width: int = 268) -> Drawing:
    """Solid is on the road, the ground all of that kind, on the right the share: white spots show (notice G2)."""
    left, right, row_height = 84, width - 86, 26
    most = max((row.total for row in rows), default=0) or 1
    unit = (right - left) / most
    sketch = Sketch()
    for i, row in enumerate(rows):
        y = 4 + i * row_height
        sketch.text(left - 8, y + 13, shortened(row.label, 76), "", "end")
        sketch.rect(left, y + 2, row.total * unit, 14, "bg")
        sketch.rect(left, y + 2, row.on_road * unit, 14, "m")
        sketch.text(width - 36, y + 13, f"{row.on_road}/{row.total}", "t3", "end")
        sketch.text(width, y + 13, f"{percent(row.on_road, row.total)}%", "tb", "end")
    label = f"{title}构成：" + "，".join(
        f"{row.label}在册 {row.on_road} 人，占同类 {row.total} 人的 {percent(row.on_road, row.total)}%" for row in rows
    )
    table = Table(
        (title, "在册", "同类", "覆盖率"),
        tuple((row.label, str(row.on_road), str(row.total), f"{percent(row.on_road, row.total)}%") for row in rows),
    )
    return sketch.drawing(name, width, 8 + len(rows) * row_height, label, table)


# --- Twelve months


@dataclass(frozen=True, slots=True)
class Series:
    """How many a month; ``is_milestone`` shows in gold."""

    label: str
    values: tuple[int, ...]
    is_milestone: bool = False


def trend(
    months: Sequence[str], series: Sequence[Series], *, name="trend", title="近 12 个月新增", width: int = 470
) -> Drawing:
    """Rows of small columns over the same months, the newest last, numbers on them, sums at the right."""
    left, right, row_height, tallest = 96, width - 44, 66, 40
    column = (right - left) / (len(months) or 1)
    most = max((value for row in series for value in row.values), default=0) or 1
    sketch = Sketch()
    for k, row in enumerate(series):
        base = 56 + k * row_height
        sketch.text(left - 12, base - 4, row.label, "", "end")
        sketch.line(left, base, right, base, "ax")
        for i, value in enumerate(row.values):
            if value:
                height = tallest * value / most
                sketch.rect(left + i * column + 5, base - height, column - 10, height, "g" if row.is_milestone else "m")
                sketch.text(left + (i + 0.5) * column, base - height - 3, value, "t3", "middle")
        sketch.text(width, base - 4, sum(row.values), "tb", "end")
    y = 18 + len(series) * row_height
    for i, month in enumerate(months):
        sketch.text(left + (i + 0.5) * column, y, month, "tb" if i == len(months) - 1 else "t3", "middle")
    sketch.text(left - 12, y, "月份", "t3", "end")
    sketch.text(width, y, "合计", "t3", "end")
    table = Table(
        ("项目", *months, "合计"), tuple((row.label, *map(str, row.values), str(sum(row.values))) for row in series)
    )
    label = f"{title}：" + "；".join(f"{row.label}合计 {sum(row.values)}" for row in series)
    return sketch.drawing(name, width, y + 6, label, table)


# --- How long steps take


@dataclass(frozen=True, slots=True)
class Duration:
    """Days that one stretch of the road took ``count`` people: median, the middle half, and the limit if any."""

    label: str
    median: int
    lower: int
    upper: int
    count: int
    limit: int | None = None


def median_bars(rows: Sequence[Duration], *, name: str = "durations", width: int = 640) -> Drawing:
    """The median as a dot on the middle half of all people, the limit as an upright rule; beyond it a triangle."""
    left, right, row_height = 132, width - 84, 30
    most = max((max(row.upper, row.limit or 0) for row in rows), default=0) or 1
    unit = (right - left) / most
    sketch = Sketch()
    sketch.text(left, 12, "中间一半的人所用天数，点为中位数，竖线为期限", "t3")
    for i, row in enumerate(rows):
        y = 22 + i * row_height
        is_late = row.limit is not None and row.median > row.limit
        sketch.text(left - 10, y + 13, row.label, "", "end")
        sketch.rect(left, y + 2, right - left, 14, "bg")
        sketch.rect(left + row.lower * unit, y + 2, (row.upper - row.lower) * unit, 14, "s")
        if row.limit is not None:
            sketch.line(left + row.limit * unit, y - 2, left + row.limit * unit, y + 20, "pl")
        if is_late:
            sketch.triangle(left + row.median * unit, y + 11)
        else:
            sketch.circle(left + row.median * unit, y + 9, 5, "m")
        sketch.text(right + 12, y + 13, f"{row.median} 天", "tv" if is_late else "tb")
        sketch.text(width, y + 13, f"{row.count} 人", "t3", "end")
    table = Table(
        ("环节", "中位天数", "四分之一", "四分之三", "人数", "期限"),
        tuple(
            (
                row.label,
                str(row.median),
                str(row.lower),
                str(row.upper),
                str(row.count),
                "—" if row.limit is None else str(row.limit),
            )
            for row in rows
        ),
    )
    label = "各环节用时：" + "，".join(f"{row.label}中位 {row.median} 天" for row in rows)
    return sketch.drawing(name, width, 22 + len(rows) * row_height, label, table)
