"""Rows of text turned into values: what is wrong is named by row and column, and nothing is guessed silently."""

from datetime import date

import pytest

from branches.offices import PoliticalStatus, Sex, StaffCategory, TitleRank
from recruitment.imports.cells import Sheet, read_workbook
from recruitment.imports.choices import rank_of, read_choice
from recruitment.imports.columns import ERROR, split_names
from recruitment.imports.headers import find_header
from recruitment.imports.rows import read_rows
from recruitment.imports.text import clean
from recruitment.stages import Conclusion
from tests.recruitment.imports import ledgers

TODAY = date(2026, 11, 22)


def read(names, *people):
    """The rows of a sheet with the columns ``names``."""
    return read_sheet(names, *people)


def read_sheet(*rows):
    """The people of a sheet with these rows, its cells in one spelling as the reader of files gives them."""
    sheet = Sheet("名册", [[clean(cell) for cell in row] for row in rows])
    header = find_header(sheet)
    return read_rows(sheet, header, {column.index: column.key for column in header.columns if column.key}, today=TODAY)


def read_one(**cells):
    """The row of one person, 姓名 and 工号 given."""
    cells = {"姓名": "罗汉松", "工号": "T1"} | cells
    return read(cells.keys(), cells.values())[0]


def errors(row):
    return [(problem.label, problem.message) for problem in row.problems if problem.level == ERROR]


def notes(row):
    return [problem.message for problem in row.problems if problem.level != ERROR]


def test_a_row_knows_its_excel_number_and_a_problem_its_column():
    rows = read(["姓名", "工号", "申请入党时间"], ["罗汉松", "T1", "2025-03-10"], [], ["白桦", "T2", "2025.2.30"])
    assert [row.number for row in rows] == [2, 4]
    problem = rows[1].problems[0]
    assert (problem.column, problem.label, problem.text) == (2, "申请入党时间", "2025.2.30")
    assert "只有 28 天" in problem.message


@pytest.mark.parametrize(
    ("text", "number"),
    [
        ("12345", "12345"),
        ("12345.0", "12345"),
        ("001", "001"),
        ("Ａ１２", "A12"),
        ("N 001", "N001"),
        ("2020-3/1", "2020-3/1"),
    ],
)
def test_staff_numbers_are_text(text, number):
    sheet = Sheet("名册", [["姓名", "工号"], ["罗汉松", text.translate(str.maketrans("Ａ１２", "A12"))]])
    header = find_header(sheet)
    row = read_rows(sheet, header, {0: "name", 1: "staff_number"}, today=TODAY)[0]
    assert (row.staff_number, row.problems) == (number, [])


def test_a_staff_number_that_excel_spoiled_is_named():
    assert "科学计数" in errors(read_one(工号="6.20102E+17"))[0][1]
    assert "不像工号" in errors(read_one(工号="见备注"))[0][1]


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("罗 汉 松", "罗汉松"),
        ("罗　汉松", "罗汉松"),
        ("买买提・吐尔逊", "买买提·吐尔逊"),
        ("罗汉松(女)", "罗汉松"),
        ("罗汉松 (女)", "罗汉松"),
        ("买买提‧吐尔逊", "买买提·吐尔逊"),
        ("买买提 • 吐尔逊", "买买提·吐尔逊"),
        ("买买提.吐尔逊", "买买提·吐尔逊"),
        ("J. R. Smith", "J. R. Smith"),
        ("John Smith", "John Smith"),
    ],
)
def test_names_are_spelled_one_way(text, name):
    assert read_one(姓名=text.replace("　", " ")).name == name


def test_a_name_that_is_none_is_named():
    assert "不像姓名" in errors(read_one(姓名="13800000000"))[0][1]
    assert "没有写姓名" in errors(read(["姓名", "工号", "申请入党时间"], ["", "T1", "2025-03-10"])[0])[0][1]


@pytest.mark.parametrize(
    ("text", "names"),
    [
        ("程门雪、孟春和", ("程门雪", "孟春和")),
        ("程门雪,孟春和", ("程门雪", "孟春和")),
        ("程门雪/孟春和", ("程门雪", "孟春和")),
        ("程门雪 孟春和", ("程门雪", "孟春和")),
        ("程门雪；孟春和", ("程门雪", "孟春和")),
        ("1.程门雪 2.孟春和", ("程门雪", "孟春和")),
        ("(1)程门雪(2)孟春和", ("程门雪", "孟春和")),
        ("高 山", ("高山",)),
        ("程门雪和孟春和", ("程门雪", "孟春和")),
        ("程门雪（正式党员）", ("程门雪",)),
        ("", ()),
    ],
)
def test_a_cell_names_one_or_two_people(text, names):
    assert split_names(text) == names


def test_footers_totals_and_repeated_headers_are_no_people():
    rows = read(
        ["序号", "姓名", "工号", "申请入党时间"],
        ["1", "罗汉松", "T1", "2025-03-10"],
        ["序号", "姓名", "工号", "申请入党时间"],
        ["合计", "", "", "1"],
        ["", "合计", "1 人"],
        ["填表人：周维岳", "", "审核：程门雪"],
        ["注：本表一式两份"],
        ["示例", "张三", "001", "2025-01-01"],
    )
    assert [row.name for row in rows] == ["罗汉松"]


def test_a_department_may_be_called_like_a_footer():
    names = ["部门", "序号", "姓名", "工号"]
    people = [["审核评估处", "1", "罗汉松", "T1"], ["制表中心", "2", "水杉", "T2"], ["示例工程部", "3", "银杏", "T3"]]
    assert [row.name for row in read(names, *people)] == ["罗汉松", "水杉", "银杏"]
    assert [row.name for row in read(names, ["冰冻圈党支部:", "1", "罗汉松", "T1"])] == ["罗汉松"]


def test_signatures_and_what_every_page_repeats_are_no_people():
    heads = [
        ["序号", "所在党支部", "申请人姓名", "职工号", "申请入党时间", "培养联系人", "", "支部意见", ""],
        ["", "", "", "", "", "1", "2", "意见", "签字"],
    ]
    page = [["党支部（盖章）：冰冻圈", "", "书记：周维岳", "", "填报日期："], *heads]
    rows = read_sheet(
        *page,
        ["1", "冰冻圈", "罗汉松", "T1", "2025-03-10", "程门雪", "孟春和", "同意", ""],
        *page,
        ["2", "冰冻圈", "水杉", "T2", "2025-03-10", "程门雪", "孟春和", "同意", ""],
        ["党支部书记（签字）：", "", "周维岳", "联系电话：0931-4967111", "2026年6月30日"],
        ["", "", "填报日期：2026年6月30日"],
        ["（签章）", "", "", "周维岳", "温予安"],
    )
    assert [(row.number, row.name) for row in rows] == [(4, "罗汉松"), (8, "水杉")]


def test_the_numbers_of_the_columns_are_no_person():
    names = ["序号", "所在党支部", "姓名", "工号", "申请入党时间"]
    people = [["1", "冰川党支部", "罗汉松", "T1", "2025-03-10"]]
    assert [row.name for row in read(names, ["1", "2", "3", "4", "5"], *people)] == ["罗汉松"]


@pytest.mark.parametrize("text", ["2015.7", "2015年7月"])
def test_a_month_that_no_limit_runs_from_keeps_nobody_out(text):
    row = read_one(到所时间=text, 申请入党时间="2025-03-10")
    assert not row.has_error
    assert "joined_institute_on" not in row.profile
    assert [problem.label for problem in row.problems] == ["到所时间"]
    assert row.problems[0].message.endswith("这一项不写入，其他照常导入")


def test_a_sum_under_the_branch_is_no_person():
    rows = read(["序号", "所在党支部", "姓名", "工号"], ["1", "冰川党支部", "罗汉松", "T1"], ["", "合计", "6人", ""])
    assert [row.name for row in rows] == ["罗汉松"]


@pytest.mark.parametrize("make", [ledgers.xlsx, ledgers.xls])
def test_a_cell_merged_over_several_people_holds_for_each_of_them(make):
    rows = [
        ["序号", "所在党支部", "姓名", "工号", "申请入党时间"],
        [1, "冰川党支部", "罗汉松", "T0001", "2025-03-01"],
        [2, "", "水杉", "T0002", ""],
        [3, "", "", "", "2025-04-01"],
        [4, "荒漠党支部", "银杏", "T0004", "2025-05-01"],
        ["合计", "", "", "", "3 人"],
    ]
    areas = {
        "xlsx": ["B2:B4", "C3:C4", "D3:D4", "E2:E3", "E5:E6"],
        "xls": [(1, 3, 1, 1, "冰川党支部"), (1, 2, 4, 4, "2025-03-01"), (2, 3, 2, 2, "水杉")],
    }
    sheet = read_workbook(make(rows, merged=areas[make.__name__])).sheets[0]
    header = find_header(sheet)
    people = read_rows(
        sheet, header, {column.index: column.key for column in header.columns if column.key}, today=TODAY
    )
    assert [(row.number, row.name, row.unit, row.steps[1]["decided_on"].isoformat()) for row in people] == [
        (2, "罗汉松", "冰川党支部", "2025-03-01"),
        (3, "水杉", "冰川党支部", "2025-03-01"),
        (5, "银杏", "荒漠党支部", "2025-05-01"),
    ]


def test_a_formula_that_failed_is_named_where_it_stands():
    for name in ("姓名", "工号", "所在党支部", "出生日期", "列为积极分子时间", "二级党委备案情况", "培养联系人", "集中培训时间", "应到"):
        assert errors(read_one(**{name: "#REF!"})) == [(name, "单元格是公式错误 #REF!，请改正后再传")]
    row = read_one(籍贯="#N/A", 性别="#DIV/0!", 身份证号="#NAME?", 年龄="#VALUE!")
    assert notes(row) == ["单元格是公式错误 #N/A，不写入这一项", "单元格是公式错误 #DIV/0!，不写入这一项"]
    assert (row.profile, errors(row)) == ({}, [])


def test_formulas_drawn_down_below_the_people_are_nobody():
    names = ["序号", "姓名", "工号", "性别", "出生日期", "年龄", "籍贯"]
    rows = read(names, ["1", "罗汉松", "T1", "男"], ["2", "#N/A", "", "#VALUE!", "#VALUE!", "#NUM!", "#N/A"])
    assert [row.name for row in rows] == ["罗汉松"]


def test_a_row_that_only_names_a_branch_holds_for_the_people_below():
    rows = read(
        ["序号", "姓名", "工号"],
        ["1", "罗汉松", "T1"],
        ["一、冰冻圈科学党支部（2人）", "", ""],
        ["1", "水杉", "T2"],
        ["小计", "1"],
        ["2", "银杏", "T3"],
        ["", "沙漠与沙漠化党支部："],
        ["3", "柏木", "T4"],
        ["党支部（盖章）", "", ""],
        ["注：本表由各党支部"],
    )
    assert [(row.name, row.unit) for row in rows] == [
        ("罗汉松", ""),
        ("水杉", "冰冻圈科学党支部"),
        ("银杏", "冰冻圈科学党支部"),
        ("柏木", "沙漠与沙漠化党支部"),
    ]
    names, people = ["姓名", "工号", "所在党支部"], [["冰冻圈党支部", ""], ["罗汉松", "T1", ""], ["水杉", "T2", "沙漠党支部"]]
    assert [row.unit for row in read(names, *people)] == ["冰冻圈党支部", "沙漠党支部"]


def test_somebody_without_a_name_is_somebody():
    rows = read(["序号", "姓名", "性别", "民族", "申请入党时间"], ["1", "", "男", "汉族", "2025-03-10"])
    assert "没有写姓名" in errors(rows[0])[0][1]


def test_a_birth_month_is_kept_as_one():
    row = read_one(出生年月="1985.03")
    assert (row.birth_on, row.birth_is_month) == (date(1985, 3, 1), True)
    assert read_one(出生年月="1985年3月12日（41岁）").birth_on == date(1985, 3, 12)
    assert "在今天之后" in errors(read_one(出生年月="2027-01-01"))[0][1]


def test_an_identity_number_only_tells_the_birth_date():
    row = read_one(身份证号="620102198503121234")
    assert row.birth_on == date(1985, 3, 12)
    assert "6201" not in repr(row)
    assert read_one(出生年月="1985.03", 身份证号="620102198503121234").birth_on == date(1985, 3, 12)
    assert "与出生日期列" in notes(read_one(出生年月="1985-03-13", 身份证号="620102198503121234"))[0]
    assert read_one(身份证号="6201**********1234").birth_on is None
    assert read_one(身份证号="620102198503121234", 出生年月="1985.03").birth_on == date(1985, 3, 12)
    assert "与出生日期列" in notes(read_one(身份证号="620102198503121234", 出生年月="1985-03-13"))[0]


def test_steps_get_their_parts():
    row = read_one(
        申请入党时间="2023-01-05",
        派人谈话时间="2023-01-20",
        谈话人="周维岳",
        列为积极分子时间="2023-08-01",
        党委备案时间="2023年8月20日备案",
        培养联系人="程门雪、孟春和",
        支部确定发展对象时间="2024-10-08",
        发展对象备案时间="2024-10-20",
        列为发展对象时间="2024-10-20",
        介绍人1="程门雪",
        介绍人2="孟春和",
        政审完成时间="2024-11-01",
        政审结论="合格",
        集中培训时间="2024.11.4-2024.11.6",
        培训学时="24",
        预审时间="2024-12-01",
        入党志愿书编号="甘0001",
        支部大会接收时间="2024-12-20",
        应到="12",
        实到="11",
        赞成="11",
        反对="0",
        弃权="0",
        党委审批时间="2025-01-20",
        入党宣誓时间="2025-02-10",
    )
    assert not row.problems
    assert row.steps[2] == {"decided_on": date(2023, 1, 20), "persons": ("周维岳",)}
    assert row.steps[4] == {"decided_on": date(2023, 8, 20)}
    assert row.steps[5]["persons"] == ("程门雪", "孟春和")
    assert row.steps[5]["decided_on"] == date(2023, 8, 1)
    assert "未记日期" in row.steps[5]["borrowed"]
    assert row.steps[8] == {"decided_on": date(2024, 10, 20), "listed_on": date(2024, 10, 20)}
    assert row.steps[9]["decided_on"] == date(2024, 10, 20)
    assert row.steps[10] == {"decided_on": date(2024, 11, 1), "conclusion": Conclusion.QUALIFIED}
    assert row.steps[11] == {
        "decided_on": date(2024, 11, 6),
        "starts_on": date(2024, 11, 4),
        "ends_on": date(2024, 11, 6),
        "hours": 24,
    }
    assert row.steps[14] == {
        "form_number": "甘0001",
        "decided_on": date(2024, 12, 1),
        "borrowed": row.steps[14]["borrowed"],
    }
    assert row.steps[15]["in_favour"] == 11
    assert sorted(row.steps) == [1, 2, 3, 4, 5, 7, 8, 9, 10, 11, 13, 14, 15, 17, 20]


def test_what_has_no_date_is_not_written_and_said_so():
    row = read_one(申请入党时间="2023-01-05", 谈话人="周维岳", 培养联系人="程门雪", 政审结论="合格", 应到="12")
    assert sorted(row.steps) == [1]
    assert any("没有写谈话时间" in note for note in notes(row))
    assert any("没有写确定积极分子时间" in note for note in notes(row))
    assert any("没有写政审完成时间" in note for note in notes(row))


def test_incomplete_votes_are_left_out():
    row = read_one(支部大会接收时间="2024-12-20", 应到="12", 赞成="11")
    assert row.steps[15] == {"decided_on": date(2024, 12, 20)}
    assert any("表决情况不全" in note for note in notes(row))


def test_what_is_only_a_month_is_no_day_of_a_step():
    assert "请补上日" in errors(read_one(申请入党时间="2023-01"))[0][1]


@pytest.mark.parametrize(
    ("key", "text", "value"),
    [
        ("sex", "男", Sex.MALE),
        ("sex", "女性", Sex.FEMALE),
        ("sex", "2", Sex.FEMALE),
        ("sex", "不明", None),
        ("title_rank", "副高级", TitleRank.ASSOCIATE_SENIOR),
        ("title_rank", "正高", TitleRank.SENIOR),
        ("political_status", "九三学社", PoliticalStatus.JIU_SAN),
        ("political_status", "群众", PoliticalStatus.MASSES),
        ("political_status", "中共党员", PoliticalStatus.FULL_MEMBER),
        ("category", "教职工", StaffCategory.STAFF),
        ("category", "博士生", StaffCategory.STUDENT),
        ("category", "离退休", StaffCategory.RETIRED),
        ("review_result", "审查合格", Conclusion.QUALIFIED),
        ("review_result", "不合格", Conclusion.UNQUALIFIED),
        ("conversion_result", "按期转正", Conclusion.CONVERTED),
        ("conversion_result", "同意按期转为正式党员", Conclusion.CONVERTED),
        ("conversion_result", "延长预备期半年", Conclusion.EXTENDED),
        ("conversion_result", "取消预备党员资格", Conclusion.CANCELLED),
    ],
)
def test_words_stand_for_values(key, text, value):
    assert read_choice(key, text) == value


@pytest.mark.parametrize(
    ("title", "rank"),
    [
        ("研究员", TitleRank.SENIOR),
        ("副研究员", TitleRank.ASSOCIATE_SENIOR),
        ("助理研究员", TitleRank.INTERMEDIATE),
        ("研究实习员", TitleRank.JUNIOR),
        ("正高级工程师", TitleRank.SENIOR),
        ("高级工程师", TitleRank.ASSOCIATE_SENIOR),
        ("工程师", TitleRank.INTERMEDIATE),
        ("助理工程师", TitleRank.JUNIOR),
        ("高级实验师", TitleRank.ASSOCIATE_SENIOR),
        ("教授", TitleRank.SENIOR),
        ("副教授", TitleRank.ASSOCIATE_SENIOR),
        ("主任科员", None),
    ],
)
def test_a_title_tells_its_rank(title, rank):
    assert rank_of(title) == rank


def test_a_phone_that_is_none_is_left_out():
    row = read_one(联系电话="1234")
    assert "phone" not in row.profile
    assert "手机号" in notes(row)[0]
    assert read_one(联系电话="0931-4967111").profile["phone"] == "0931-4967111"


def test_what_was_in_another_order_is_told():
    assert "按“月/日/年”" in notes(read_one(申请入党时间="3/10/25"))[0]
