"""What a file would change on the roster: pure comparison, row by row and field by field."""

from datetime import date

import pytest

from branches.offices import PoliticalStatus, TitleRank
from recruitment.imports.cells import Sheet
from recruitment.imports.headers import find_header
from recruitment.imports.snapshot import Place
from recruitment.roster.columns import BY_ROSTER_KEY, guess
from recruitment.roster.differences import PLAIN_KEYS, Known, Roster, compare
from recruitment.roster.packing import fingerprint, pack, unpack
from recruitment.roster.rows import read_rows
from recruitment.roster.states import NEW_DEPARTMENT, Answer, Outcome

TODAY = date(2026, 11, 23)
ICE = Place(7, "冰冻圈科学党支部", "冰冻圈", "000001/000007/")


def known(pk, number, name, **values):
    blank = dict.fromkeys((*PLAIN_KEYS, "department", "unit"), "")
    dates = dict.fromkeys([key for key in PLAIN_KEYS if key.endswith("_on")])
    told = {"title_rank": 0, "category": "staff", "political_status": "13", "sex": "0"}
    return Known(pk, number, blank | dates | told | {"name": name} | values, values.get("department_pk"), None)


LIU = known(
    1, "00123", "柳明", department="冰冻圈实验室", title="副研究员", title_rank=TitleRank.ASSOCIATE_SENIOR,
    birth_on=date(1985, 4, 5),
)  # fmt: skip
LIU = Known(LIU.pk, LIU.staff_number, LIU.values, 1, None)


def roster(*people, taken=(), places=(ICE,), top=True):
    return Roster(list(people), frozenset(taken), {1: "冰冻圈实验室", 2: "沙漠实验室"}, list(places), top)


def look(people, *rows, columns=("工号", "姓名"), decisions=None, is_first=False, **fields):
    """The Comparison of a sheet with the heading ``columns`` and the ``rows`` below it."""
    sheet = Sheet("名册", [list(columns), *(list(row) for row in rows)])
    header = find_header(sheet)
    mapping = guess(header, {})
    read = read_rows(sheet, header, mapping, today=TODAY)
    places = {key: index for index, key in mapping.items()}
    return compare(
        read, roster(*people, **fields), decisions=decisions or {}, places=places, is_first=is_first, today=TODAY
    )


def one(people, row, **fields):
    [finding] = look(people, row, **fields).findings
    return finding


def changes(finding):
    return {change.key: (change.old, change.new) for change in finding.changes}


def messages(finding):
    return "；".join(problem.message for problem in finding.problems)


# --- Columns


def test_the_names_that_rosters_use_are_known():
    sheet = Sheet(
        "名册",
        [["员工编号", "姓名", "所属部门", "聘任职务", "离职日期", "入党时间", "E-mail", "参加工作时间"], ["1", "甲乙"]],
    )
    assert list(guess(find_header(sheet), {}).values()) == [
        "staff_number", "name", "department", "title", "left_on", "member_since_on", "email",
    ]  # fmt: skip


def test_what_was_said_last_time_goes_before_the_name():
    sheet = Sheet("名册", [["工号", "姓名", "岗位"], ["1", "甲乙", "研究员"]])
    header = find_header(sheet)
    assert guess(header, {"岗位": "title"})[2] == "title"
    assert 2 not in guess(header, {"岗位": ""})


def test_a_header_of_two_rows_is_read_by_its_lower_one():
    rows = [
        ["职工花名册"],
        ["基本情况", "", "岗位情况", ""],
        ["工号", "姓名", "部门", "职称"],
        ["1", "甲乙", "沙漠实验室", "研究员"],
    ]
    sheet = Sheet("名册", rows, merged=[[1, 0, 1, 1], [1, 2, 1, 3]])
    assert list(guess(find_header(sheet), {}).values()) == ["staff_number", "name", "department", "title"]


# --- Rows


def test_a_row_keeps_its_number_in_excel_and_totals_are_left_out():
    found = look([LIU], ["00123", "柳明"], ["", ""], ["7", "白桦"], ["合计", "2 人"])
    assert [(finding.number, finding.outcome) for finding in found.findings] == [(2, Outcome.SAME), (4, Outcome.NEW)]


def test_a_changed_field_is_shown_with_what_stood_there():
    finding = one([LIU], ["00123", "柳明", "研究员", "沙漠实验室"], columns=("工号", "姓名", "职称", "部门"))
    assert finding.outcome == Outcome.CHANGE
    assert changes(finding) == {
        "title": ("副研究员", "研究员"),
        "title_rank": ("副高级", "正高级"),
        "department": ("冰冻圈实验室", "沙漠实验室"),
    }
    assert [str(move.kind) for move in finding.moves] == ["promoted", "transferred"]


def test_a_blank_cell_says_nothing():
    finding = one([LIU], ["00123", "柳明", "", "无"], columns=("工号", "姓名", "职称", "部门"))
    assert finding.outcome == Outcome.SAME
    assert not finding.changes


def test_whoever_is_missing_is_listed_and_nothing_else():
    other, gone = known(2, "00456", "白桦"), known(3, "00789", "胡杨", left_on=date(2025, 1, 1))
    found = look([LIU, other, gone], ["00123", "柳明"])
    assert [person.name for person in found.missing] == ["白桦"]
    assert len(found.findings) == 1


def test_a_row_in_error_does_not_make_its_person_missing():
    found = look([LIU], ["00123", "柳明", "2026.2.30"], columns=("工号", "姓名", "离所日期"))
    assert found.findings[0].outcome == Outcome.ERROR
    assert not found.missing


@pytest.mark.parametrize(
    ("column", "text", "words"),
    [
        ("到所日期", "2025.2.30", "2 月只有 28 天"),
        ("离所日期", "2026-12-01", "离所日期在今天之后"),
        ("回国日期", "2027-01-01", "回国日期不能晚于今天"),
        ("到所日期", "1985-04-05", "到所日期不能早于出生日期"),
    ],
)
def test_days_that_cannot_be_keep_the_row_out(column, text, words):
    finding = one([LIU], ["00123", "柳明", text], columns=("工号", "姓名", column))
    assert finding.outcome == Outcome.ERROR
    assert words in messages(finding)
    assert not finding.moves


def test_a_number_given_twice_keeps_both_rows_out():
    found = look([LIU], ["00123", "柳明"], ["7", "白桦"], ["00123", "柳明"])
    assert [finding.outcome for finding in found.findings] == [Outcome.ERROR, Outcome.NEW, Outcome.ERROR]
    assert "第 4 行重复" in messages(found.findings[0])
    assert "第 2 行重复" in messages(found.findings[2])


def test_a_row_without_a_number_is_told_so():
    finding = one([LIU], ["", "柳明"])
    assert finding.outcome == Outcome.ERROR
    assert "没有写工号" in messages(finding)


def test_leading_zeros_that_excel_took_are_found_again():
    finding = one([LIU], ["123", "柳明"])
    assert finding.known == LIU
    assert finding.outcome == Outcome.SAME
    assert "按 00123 读取" in messages(finding)


def test_a_number_of_somebody_out_of_reach_is_refused():
    finding = one([LIU], ["900", "某某"], taken=["900"])
    assert finding.outcome == Outcome.ERROR
    assert "范围以外" in messages(finding)


def test_whoever_keeps_some_branches_must_name_one_for_the_new():
    columns = ("工号", "姓名", "党支部")
    assert one([], ["7", "白桦", ""], columns=columns, top=False).outcome == Outcome.ERROR
    assert one([], ["7", "白桦", "别处党支部"], columns=columns, top=False).outcome == Outcome.ERROR
    finding = one([], ["7", "白桦", "冰冻圈"], columns=columns, top=False)
    assert finding.outcome == Outcome.NEW
    assert changes(finding)["unit"] == ("", "冰冻圈科学党支部")


def test_an_unknown_branch_changes_nothing_and_is_told():
    finding = one([LIU], ["00123", "柳明", "别处党支部"], columns=("工号", "姓名", "党支部"))
    assert finding.outcome == Outcome.SAME
    assert "党支部不改动" in messages(finding)


# --- Doubts


def test_another_name_under_the_same_number_is_asked_about():
    row = ["00123", "刘明"]
    assert one([LIU], row).outcome == Outcome.ASK
    same = one([LIU], row, decisions={"row:2": Answer.SAME_PERSON})
    assert same.outcome == Outcome.CHANGE
    assert changes(same) == {"name": ("柳明", "刘明")}
    assert one([LIU], row, decisions={"row:2": Answer.SKIP}).outcome == Outcome.SAME


def test_another_name_with_the_same_birth_date_is_the_same_person():
    finding = one([LIU], ["00123", "刘明", "1985.4.5"], columns=("工号", "姓名", "出生日期"))
    assert finding.outcome == Outcome.CHANGE


def test_an_unknown_department_is_offered_as_new():
    columns = ("工号", "姓名", "部门")
    rows = ["00123", "柳明", "高原大气研究室"]
    found = look([LIU], rows, ["7", "白桦", "高原大气研究室"], columns=columns)
    assert found.unknown == {"高原大气研究室": 2}
    assert {finding.outcome for finding in found.findings} == {Outcome.ASK}
    new = one([LIU], rows, columns=columns, decisions={"department:高原大气研究室": NEW_DEPARTMENT})
    assert changes(new)["department"] == ("冰冻圈实验室", "高原大气研究室（新设）")
    assert new.moves[0].summary == "冰冻圈实验室 → 高原大气研究室"
    old = one([LIU], rows, columns=columns, decisions={"department:高原大气研究室": "2"})
    assert changes(old)["department"] == ("冰冻圈实验室", "沙漠实验室")
    assert one([LIU], rows, columns=columns, decisions={"department:高原大气研究室": "99"}).outcome == Outcome.ASK


# --- What HR's file does not decide


def test_membership_is_not_taken_away_by_a_file():
    member = known(4, "5", "叶秋", political_status=PoliticalStatus.PROBATIONARY_MEMBER)
    finding = one([member], ["5", "叶秋", "群众"], columns=("工号", "姓名", "政治面貌"))
    assert finding.outcome == Outcome.SAME
    assert "党员身份由党办登记" in messages(finding)


def test_a_party_date_of_somebody_outside_is_left_out():
    finding = one([LIU], ["00123", "柳明", "2015-07-01"], columns=("工号", "姓名", "入党日期"))
    assert finding.outcome == Outcome.SAME
    assert "入党日期不写入" in messages(finding)


def test_whoever_left_does_not_come_back_by_being_listed():
    gone = known(3, "00789", "胡杨", left_on=date(2025, 1, 1))
    finding = one([gone], ["00789", "胡杨"])
    assert finding.outcome == Outcome.SAME
    assert "仍按已离所" in messages(finding)


def test_a_first_roster_brings_no_news():
    assert one([], ["7", "白桦"]).moves
    assert not one([], ["7", "白桦"], is_first=True).moves


# --- Keeping


def test_what_was_found_is_kept_word_for_word():
    found = look([LIU, known(2, "4", "红柳")], ["00123", "柳明", "研究员"], columns=("工号", "姓名", "职称"))
    kept = unpack(pack(found))
    [row] = kept.rows
    assert row.changes == [["专业技术职务", "副研究员", "研究员"], ["职称级别", "副高级", "正高级"]]
    assert row.moves == [["晋升", "2026-11-23", "副研究员 → 研究员"]]
    assert kept.missing == [[2, "4", "红柳", ""]]
    assert BY_ROSTER_KEY["title"].label == "专业技术职务"


def test_the_fingerprint_differs_with_whatever_would_be_written():
    columns = ("工号", "姓名", "职称")
    first = look([LIU], ["00123", "柳明", "研究员"], columns=columns)
    other = look([LIU], ["00123", "柳明", "副教授"], columns=columns)
    silent = look([LIU], ["00123", "柳明", "研究员"], columns=columns, is_first=True)
    again = look([LIU], ["00123", "柳明", "研究员"], columns=columns)
    prints = [fingerprint(found.findings) for found in (first, other, silent)]
    assert len(set(prints)) == 3
    assert fingerprint(again.findings) == prints[0]
