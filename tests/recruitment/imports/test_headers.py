"""Finding the header wherever it stands, and telling what each column means."""

import pytest

from recruitment.imports.cells import Sheet, read_workbook
from recruitment.imports.fields import BY_KEY, Kind
from recruitment.imports.headers import find_header
from tests.recruitment.imports import ledgers

PERSON = ["1", "冰冻圈科学党支部", "罗汉松"]


def meanings(header):
    """{heading: key} of what is imported."""
    return {
        column.label: column.key
        for column in header.columns
        if column.key and BY_KEY[column.key].kind is not Kind.IGNORED
    }


@pytest.mark.parametrize("row", range(20))
def test_the_header_is_found_in_any_of_the_first_twenty_rows(row):
    sheet = Sheet("名册", [[]] * row + [["序号", "所在党支部", "姓名", "工号"], PERSON])
    header = find_header(sheet)
    assert (header.top, header.bottom) == (row, row)
    assert "name" in meanings(header).values()


def test_no_header_is_found_further_down_or_without_a_name():
    assert find_header(Sheet("名册", [[]] * 20 + [["姓名", "工号"], ["罗汉松", "1"]])) is None
    assert find_header(Sheet("名册", [["性别", "民族"], ["男", "汉族"]])) is None
    assert find_header(Sheet("名册", [["姓名"], ["罗汉松"]])) is None
    assert find_header(Sheet("名册", [[], ["x", "y"]])) is None


@pytest.mark.parametrize("merged", [[0, 0, 30, 3], [0, 3, 30, 3], [0, 0, 1, 3]])
def test_a_merge_that_reaches_into_the_people_takes_none_of_them_into_the_header(merged):
    sheet = Sheet("名册", [["序号", "所在党支部", "姓名", "工号"], *([*PERSON, f"T{n}"] for n in range(30))], [merged])
    header = find_header(sheet)
    assert (header.top, header.bottom) == (0, 0)


def test_the_published_roll_has_its_header_in_rows_four_and_five():
    content = ledgers.xlsx(
        ledgers.activist_roll([{"姓名": "罗汉松"}]),
        merged=["A2:T2", "L4:M4", *(f"{c}4:{c}5" for c in "ABCDEFGHIJKNOPQRST")],
    )
    sheet = read_workbook(content).sheets[0]
    header = find_header(sheet)
    assert (header.top, header.bottom) == (3, 4)
    found = meanings(header)
    assert found["培养联系人·1"] == "mentor_1"
    assert found["培养联系人·2"] == "mentor_2"
    assert found["学号/职工号"] == "staff_number"
    assert found["二级党委备案情况"] == "activist_filed_on"
    assert header.titles[0] == "附件6:"


def test_what_is_filled_in_above_the_header_is_no_part_of_it():
    rows = [
        ["入党积极分子名册"],
        ["入党积极分子所在党委（盖章）：研究院党委", "", "", "填报日期：2026年6月30日", ""],
        ["序号", "所在党支部", "姓名", "工号", "出生日期"],
    ]
    for merged in (["A1:E1", "A2:C2", "D2:E2"], []):
        header = find_header(read_workbook(ledgers.xlsx([*rows, PERSON], merged=merged)).sheets[0])
        assert (header.top, header.bottom) == (2, 2)
        assert [column.label for column in header.columns] == rows[2]
        assert [column.memory_key for column in header.columns] == rows[2]


def test_a_subdivided_header_is_found_without_merged_cells_too():
    rows = [[str(cell) for cell in row] for row in ledgers.activist_roll([{"所在党支部": "一支部", "姓名": "罗汉松"}])]
    header = find_header(Sheet("CSV", rows))
    assert (header.top, header.bottom) == (3, 4)
    assert [column.key for column in header.columns if column.label.startswith("培养联系人")] == [
        "mentor_1",
        "mentor_2",
    ]


# What of each layout is imported, and as what.
LAYOUTS = {
    "three rolls, activists": (
        ledgers.ROLL_ACTIVISTS,
        "学号（职工号） = staff_number; 派人谈话时间 = talked_on; "
        "党支部研究确定入党积极分子时间 = activist_on; 党委备案时间 = activist_filed_on; "
        "培养联系人 = mentors",
    ),
    "three rolls, probationers": (
        ledgers.ROLL_PROBATIONERS,
        "派入谈话时间 = talked_on; 列为发展对象时间 = target_on; 发展对象培训时间 = trained; "
        "党支部党员大会接收预备党员时间 = meeting_on; 上级党组织谈话时间 = approval_talked_on; "
        "上级党组织谈话人 = approval_talker; 上级党委审批时间 = approved_on; 志愿书编号 = form_number",
    ),
    "three rolls, members": (
        ledgers.ROLL_MEMBERS,
        "预备期支部讨论时间 = meeting_on; 上级党委审批时间 = approved_on; 转正支部大会时间 = conversion_on; "
        "转正上级党委审批时间 = conversion_approved_on",
    ),
    "record class": (
        ledgers.RECORD_CLASS,
        "学号 = staff_number; 公示起止时间 = activist_publicity; 第一联系人 = mentor_1; "
        "第二联系人 = mentor_2; 支部通过时间 = meeting_on; 转正时间 = conversion_on; "
        "讨论意见 = conversion_result",
    ),
    "college sheet": (
        ledgers.COLLEGE_SHEET,
        "学号 = staff_number; 申请入党时间 = applied_on; 列为积极分子时间 = activist_on; 联系人 = mentors; "
        "志愿书编号 = form_number",
    ),
    "enterprise sheet": (
        ledgers.ENTERPRISE_SHEET,
        "第一次申请入党时间 = applied_on; 入党介绍人 = recommenders; 隶属支部 = unit; 电话 = phone; 职称 = title",
    ),
    "PartyOps": (
        ledgers.PARTY_OPS,
        "提交入党申请时间 = applied_on; 谈话时间 = talked_on; 公示开始时间 = publicity_from_on; "
        "集中培训完成时间 = trained; 政治审查完成时间 = reviewed_on; 预审通过时间 = pre_examined_on; "
        "支部大会接收时间 = meeting_on; 党委审批时间 = approved_on; 入党宣誓时间 = oath_on; "
        "转正申请时间 = conversion_applied_on; 转正支部大会时间 = conversion_on; "
        "转正审批时间 = conversion_approved_on",
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_published_layout_is_understood_as_it_stands(name):
    names, expected = LAYOUTS[name]
    header = find_header(Sheet("名册", [[f"{name}一览表"], list(names), ["1"]]))
    found = meanings(header)
    assert ledgers.pairs(expected).items() <= found.items()
    unknown = [column.label for column in header.columns if not column.key]
    assert set(unknown) <= {"列为预备党员时间", "预备党员转正时间"}  # said once already, by the meeting's own column
    assert all(column.is_sure for column in header.columns if column.key)


UNION = {
    "谈话时间": ["talked_on", "approval_talked_on"], "谈话人": ["talker", "approval_talker"], "确定时间": ["activist_on"],
    "备案时间": ["activist_filed_on", "filed_upward_on"], "培训时间": ["activist_trained", "trained"], "同意/备案时间": ["agreed_on"],
    "公示起": ["publicity_from_on"], "公示止": ["publicity_until_on"], "介绍人1": ["recommender_1"], "政审结论": ["review_result"],
    "支部大会时间": ["meeting_on", "conversion_on"], "应到": ["eligible"], "审批时间": ["approved_on", "conversion_approved_on"],
    "结果(按期/延长/取消)": ["conversion_result"], "延长至": ["extended_until_on"],
}  # fmt: skip


def in_order(header):
    found = {}
    for column in header.columns:
        found.setdefault(column.label.split("·")[-1], []).append(column.key)
    return found


def test_the_union_of_all_layouts_is_told_apart_by_the_order_of_its_columns():
    assert UNION.items() <= in_order(find_header(Sheet("台账", [ledgers.UNION]))).items()


def test_the_union_is_told_apart_by_the_bands_above_it():
    bands = [
        band if place == 0 else ""
        for band, names in ledgers.UNION_BANDS.items()
        for place in range(len(ledgers.columns(names)))
    ]
    merged, start = [], 0
    for names in ledgers.UNION_BANDS.values():
        width = len(ledgers.columns(names))
        merged.append([0, start, 0, start + width - 1])
        start += width
    header = find_header(Sheet("台账", [bands, ledgers.UNION, PERSON], merged))
    assert (header.top, header.bottom) == (0, 1)
    assert UNION.items() <= in_order(header).items()
    assert UNION.items() <= in_order(find_header(Sheet("CSV", [bands, ledgers.UNION, PERSON]))).items()


def test_columns_in_another_order_are_told_apart_by_their_bands():
    bands = ["基本情况", "", "转正", "", "积极分子", ""]
    names = ["姓名", "工号", "支部大会时间", "审批时间", "确定时间", "备案时间"]
    header = find_header(Sheet("台账", [bands, names, ["罗汉松"]], [[0, 0, 0, 1], [0, 2, 0, 3], [0, 4, 0, 5]]))
    assert [column.key for column in header.columns][2:] == [
        "conversion_on",
        "conversion_approved_on",
        "activist_on",
        "activist_filed_on",
    ]


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("*姓 名", "name"), ("姓名（必填）", "name"), ("工　号", "staff_number"), ("ＩＤ", ""), ("出生\n年月", "birth_on"), ("出生年月（岁）", "birth_on"),
        ("何时递交入党申请书时间", "applied_on"), ("确定为积极分子的时间", "activist_on"), ("派人谈话日期", "talked_on"),
        ("转正党委批准时间", "conversion_approved_on"),
        ("入党志愿书编号码", "form_number"), ("身份证件号", "identity"), ("政治审查结束时间", "reviewed_on"), ("兴趣爱好", ""),
    ],
)  # fmt: skip
def test_what_resembles_a_known_name_is_guessed(label, key):
    names = ["序号", "性别", "民族" if key == "name" else "姓名", "籍贯" if key == "staff_number" else "工号", label]
    sheet = read_workbook(ledgers.xlsx([names, ["1", "男", "罗汉松", "1", "x"]])).sheets[0]
    assert find_header(sheet).columns[-1].key == key


def test_a_ledger_of_contacts_tells_of_no_steps():
    names = ledgers.columns(
        "序号, 联系领导, 职务, 联系对象, 部门, 职称, 政治面貌, 谈话时间, 方式, 地点, 思想动向, 办理结果, 下次联系时间"
    )
    header = find_header(Sheet("台账", [names]))
    assert meanings(header) == {
        "联系对象": "name",
        "部门": "department",
        "职称": "title",
        "政治面貌": "political_status",
    }
    names = ledgers.columns("序号, 联系领导, 姓名, 职务, 申请入党时间, 谈话时间")
    found = meanings(find_header(Sheet("台账", [names])))
    assert found == {"姓名": "name", "职务": "position", "申请入党时间": "applied_on", "谈话时间": "talked_on"}


def test_particulars_of_somebody_else_are_not_the_persons():
    bands = {
        "谈话人": "姓名 谈话时间", "第一培养联系人": "姓名 职务 联系电话", "培养联系人2": "姓名 单位", "入党介绍人(1)": "姓名 工号",
        "入党介绍人二": "姓名 政治面貌", "党支部书记": "姓名 电话", "导师": "姓名 职称", "家庭成员": "姓名 出生年月 职务",
    }  # fmt: skip
    top, below = ["序号", "姓名", "申请入党时间"], ["", "", ""]
    for band, names in bands.items():
        top += [band] + [""] * names.count(" ")
        below += names.split(" ")
    merged = [[0, place, 1, place] for place in range(3)]
    for place, band in enumerate(top):
        if place > 2 and band:
            merged.append([0, place, 0, place + bands[band].count(" ")])
    for areas in (merged, []):
        header = find_header(Sheet("名册", [top, below, PERSON], areas))
        assert (header.top, header.bottom) == (0, 1)
        assert meanings(header) == {
            "姓名": "name",
            "申请入党时间": "applied_on",
            "第一培养联系人·姓名": "mentor_1",
            "培养联系人2·姓名": "mentor_2",
            "入党介绍人(1)·姓名": "recommender_1",
            "入党介绍人二·姓名": "recommender_2",
            "谈话人·姓名": "talker",
            "谈话人·谈话时间": "talked_on",
        }


def test_a_guess_is_marked_as_one():
    header = find_header(Sheet("名册", [["姓名", "工号", "确定为积极分子的时间"]]))
    assert [column.is_sure for column in header.columns] == [True, True, False]


def test_a_repeated_name_is_remembered_apart():
    header = find_header(Sheet("名册", [["姓名", "工号", "备案时间", "备案时间"]]))
    assert [column.memory_key for column in header.columns][2:] == ["备案时间", "备案时间#2"]
