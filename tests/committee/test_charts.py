"""The office's pictures: geometry that follows the numbers, and the same numbers in words and as a table."""

import pytest
from django.template.loader import render_to_string

from committee.charts import (
    ContactRow,
    Duration,
    FunnelRow,
    PlanRow,
    Series,
    Share,
    composition,
    contact_dots,
    days_scale,
    funnel,
    heat_level,
    heat_matrix,
    median_bars,
    plan_bars,
    plan_words,
    trend,
)

FUNNEL = [
    FunnelRow("党外科技骨干", 200),
    FunnelRow("列入重点关注", 100, 60),
    FunnelRow("递交入党申请书", 40, None, "7 个月"),
]
EVERY_CHART = [
    funnel(FUNNEL),
    plan_bars([PlanRow("冰冻圈", 2, 1, 4)]),
    contact_dots([ContactRow("郑岚", (("沈砚舟", 47), ("方以宁", None)))]),
    composition("年龄", [Share("36–40", 4, 10)], name="age"),
    trend(["10", "11"], [Series("新递交申请", (2, 0))]),
    median_bars([Duration("派人谈话", 18, 9, 27, 40, 31)]),
    days_scale(47, name="scale"),
]


def rects(chart, css=None, hatched=False):
    return [
        shape
        for shape in chart.shapes
        if shape.kind == "rect" and shape.is_hatched == hatched and (hatched or shape.css == css)
    ]


def words(chart, css):
    return [shape.words for shape in chart.shapes if shape.kind == "text" and css in shape.css.split()]


def test_a_funnel_bar_is_as_long_as_the_people_who_came_that_far():
    solid, hatched = rects(funnel(FUNNEL), "m"), rects(funnel(FUNNEL), hatched=True)
    whole = float(rects(funnel(FUNNEL), "s")[0].width)
    assert [float(bar.width) / whole for bar in hatched] == pytest.approx([0.5, 0.2], abs=0.01)
    # the first stage's solid part are those who went on to the next
    assert float(solid[0].width) / whole == pytest.approx(0.2, abs=0.01)


def test_a_funnel_names_the_share_that_went_on():
    assert {"50%", "40%"} <= set(words(funnel(FUNNEL), "tb"))
    assert funnel(FUNNEL).table.rows[2] == ("递交入党申请书", "40", "—", "7 个月")


def test_an_empty_institute_has_pictures_too():
    assert funnel([]).table.rows == ()
    assert funnel([FunnelRow("党外科技骨干", 0), FunnelRow("列入重点关注", 0, 0)]).table.rows[1][1] == "0"
    assert heat_matrix([], ["申请人"]).total == 0
    assert composition("年龄", [Share("36–40", 0, 0)], name="age").table.rows == (("36–40", "0", "0", "0%"),)
    for empty in (plan_bars([]), contact_dots([]), trend([], []), median_bars([])):
        assert empty.table.rows == ()


@pytest.mark.parametrize(
    ("count", "most", "level"), [(1, 5, 1), (5, 5, 5), (1, 40, 1), (8, 40, 1), (9, 40, 2), (40, 40, 5)]
)
def test_a_cell_is_as_dark_as_its_share_of_the_fullest(count, most, level):
    assert heat_level(count, most) == level


def test_the_matrix_adds_up_and_leaves_focus_persons_without_colour():
    matrix = heat_matrix(
        [("甲", [(6, 0, "/a"), (2, 1, "/b")]), ("乙", [(1, 0, "/c"), (0, 0, "/d")])], ["重点关注", "申请人"]
    )
    assert [row.total for row in matrix.rows] == [8, 1]
    assert matrix.totals == (7, 2)
    assert matrix.rows[0].cells[0].is_outside
    assert not matrix.rows[0].cells[1].is_outside


def test_a_cell_leads_to_its_people_and_says_what_is_late():
    matrix = heat_matrix([("冰冻圈", [(6, 0, "/people/?stage=0"), (2, 1, "/people/?stage=1")])], ["重点关注", "申请人"])
    html = render_to_string("charts/_heat.html", {"matrix": matrix})
    assert 'href="/people/?stage=1" class="h2" aria-label="冰冻圈，申请人 2 人，逾期 1 项"' in html


@pytest.mark.parametrize(
    ("actual", "under_way", "planned", "text"),
    [(2, 1, 4, "缺 1"), (2, 2, 4, "在办"), (4, 0, 4, "完成"), (4, 1, 4, "超 1"), (0, 0, 0, "完成")],
)
def test_a_plan_is_missing_people_under_way_done_or_beyond(actual, under_way, planned, text):
    assert plan_words(PlanRow("冰冻圈", actual, under_way, planned)) == text


def test_the_plan_stands_where_its_number_of_people_ends():
    chart = plan_bars([PlanRow("冰冻圈", 1, 1, 4)])
    ground, actual = rects(chart, "bg")[0], rects(chart, "m")[-1]
    assert float(actual.width) == pytest.approx(float(ground.width) / 4)
    rule = [shape for shape in chart.shapes if shape.kind == "line"][-1]
    assert float(rule.x1) == pytest.approx(float(ground.x) + float(ground.width))


def test_the_last_day_of_the_limit_is_a_dot_and_the_next_a_triangle():
    on_time = contact_dots([ContactRow("郑岚", (("沈砚舟", 60),))])
    late = contact_dots([ContactRow("郑岚", (("沈砚舟", 61),))])
    assert [shape.kind for shape in on_time.shapes].count("path") == 0
    assert [shape.kind for shape in late.shapes].count("path") == 1
    assert words(late, "tv") == ["沈砚舟 61"]


def test_who_was_never_spoken_to_counts_as_late():
    chart = contact_dots([ContactRow("郑岚", (("方以宁", None),))])
    assert words(chart, "tv") == ["方以宁 未谈"]
    assert chart.table.rows == (("郑岚", "方以宁 未谈"),)


def test_names_of_neighbours_do_not_overlap():
    for first, second in [(6, 34), (34, 21), (96, 73), (12, 14), (100, 104), (104, 104)]:
        chart = contact_dots([ContactRow("冯砺之", (("石牧川", first), ("杜北辰", second)))])
        spans = []
        for shape in chart.shapes:
            if shape.kind == "text" and "hl" in shape.css:
                x, width = float(shape.x), 12 * 3 + 7 * 4
                spans.append((shape.y, *((x - width, x) if shape.anchor == "end" else (x, x + width))))
        (one_line, _, ends), (other_line, begins, _) = sorted(spans, key=lambda span: span[1])
        assert one_line != other_line or ends <= begins + 7, (first, second)


def test_a_member_without_contacts_is_named_as_such():
    assert "陶怀远：未指定" in contact_dots([ContactRow("陶怀远", ())]).label


def test_the_scale_shows_no_mark_for_somebody_never_spoken_to():
    assert "还没有谈心记录" in days_scale(None, name="scale").label
    assert not [shape for shape in days_scale(None, name="scale").shapes if shape.kind in ("circle", "path")]
    assert [shape.kind for shape in days_scale(61, name="scale").shapes].count("path") == 1


def test_months_without_anybody_have_no_column():
    chart = trend(["10", "11"], [Series("新递交申请", (2, 0)), Series("新接收预备党员", (0, 1), is_milestone=True)])
    assert len(rects(chart, "m")) == 1
    assert len(rects(chart, "g")) == 1
    assert chart.table.rows[0] == ("新递交申请", "2", "0", "2")


def test_a_median_beyond_its_limit_is_a_triangle():
    late = median_bars([Duration("党委审批", 96, 60, 120, 12, 92)])
    assert words(late, "tv") == ["96 天"]
    assert words(median_bars([Duration("党委审批", 92, 60, 120, 12, 92)]), "tv") == []


@pytest.mark.parametrize("chart", EVERY_CHART, ids=lambda chart: chart.name)
def test_every_picture_speaks_and_stays_within_its_frame(chart):
    assert chart.label
    html = render_to_string("charts/_chart.html", {"chart": chart})
    assert f'role="img" aria-label="{chart.label}"' in html
    for shape in chart.shapes:
        if shape.kind == "rect":
            assert float(shape.x) >= 0
            assert float(shape.x) + float(shape.width) <= float(chart.width) + 0.2
            assert float(shape.y) + float(shape.height) <= float(chart.height) + 0.2
    if chart.table.rows:
        assert all(f">{value}</td>" in html for row in chart.table.rows for value in row)


def test_names_in_a_picture_never_become_markup():
    chart = contact_dots([ContactRow("<b>郑岚</b>", (("<i>x</i>", 3),))])
    html = render_to_string("charts/_chart.html", {"chart": chart})
    assert "<b>郑岚" not in html
    assert "<i>x" not in html
