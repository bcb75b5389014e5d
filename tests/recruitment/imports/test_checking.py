"""What every row would do, and what nobody may learn from it; nothing is written by checking."""

from datetime import date, timedelta

import pytest
from django.utils import timezone

from branches.models import Department, Person
from branches.offices import PoliticalStatus
from recruitment.actions.imports import decide
from recruitment.actions.refusals import NotYours
from recruitment.imports.columns import ERROR
from recruitment.imports.matching import CLOSED_DOOR
from recruitment.imports.states import Choice, Outcome
from recruitment.models import Candidate, LedgerEntry, StepRecord
from recruitment.stages import RoadState
from tests.cast import make_person
from tests.recruitment.imports import ledgers

COLUMNS = [
    "所在党支部",
    "姓名",
    "工号",
    "出生日期",
    "申请入党时间",
    "派人谈话时间",
    "谈话人",
    "列为积极分子时间",
    "党委备案时间",
    "培养联系人",
    "职称",
    "民族",
]
GLACIER, DESERT = "冰冻圈科学党支部", "沙漠与沙漠化党支部"
LUO = {"所在党支部": GLACIER, "姓名": "罗汉松", "工号": "T0001", "出生日期": "1985-04-05", "申请入党时间": "2025-03-10"}

pytestmark = pytest.mark.django_db


@pytest.fixture
def judge(sender):
    """judge(*people, by=…): {name: Kept} of a ledger with these people, and the batch at .batch."""

    def judge(*people, by=None, columns=COLUMNS, **fields):
        judge.batch = sender.check(ledgers.table(columns, people), by=by, **fields)
        return list(sender.findings(judge.batch).values())

    return judge


def of(person, **cells):
    """A row about somebody on the roster."""
    return {
        "所在党支部": GLACIER,
        "姓名": person.name,
        "工号": person.staff_number,
        "申请入党时间": "2025-03-10",
        **cells,
    }


def said(kept):
    return " ".join(problem.message for problem in kept.problems)


# --- Outcomes


def test_checking_writes_nothing(judge, cast):
    before = Person.objects.count()
    kept = judge(LUO, of(cast.scientists[0]))
    assert [it.outcome for it in kept] == [Outcome.NEW, Outcome.NEW]
    assert (Person.objects.count(), Candidate.objects.count(), LedgerEntry.objects.count()) == (before, 0, 0)


def test_rows_are_numbered_as_in_excel(judge):
    kept = judge(LUO, {}, {**LUO, "姓名": "白桦", "工号": "T0002"})
    assert [it.number for it in kept] == [2, 4]


def test_what_is_on_file_already_is_the_same(judge, cast, factory):
    candidate = factory.candidate(5)
    days = {record.step: record.decided_on for record in candidate.steprecords.all()}
    row = of(
        candidate.person,
        申请入党时间=days[1], 派人谈话时间=days[2], 列为积极分子时间=days[3], 党委备案时间=days[4],
        培养联系人="、".join(tie.party_member.name for tie in candidate.mentorships.all()),
    )  # fmt: skip
    kept = judge(row)[0]
    assert (kept.outcome, said(kept)) == (Outcome.SAME, "")


def test_what_is_not_on_file_is_added(judge, factory):
    candidate = factory.candidate(2, days_ago=200)
    days = {record.step: record.decided_on for record in candidate.steprecords.all()}
    kept = judge(
        of(candidate.person, 申请入党时间=days[1], 列为积极分子时间=days[2] + timedelta(days=150), 民族="汉族")
    )[0]
    assert kept.outcome == Outcome.CHANGE
    assert kept.trace[5:] == [3, "ethnicity"]


def test_a_recorded_date_is_never_changed(judge, factory):
    candidate = factory.candidate(2)
    recorded = candidate.steprecords.get(step=2).decided_on
    applied = candidate.steprecords.get(step=1).decided_on
    kept = judge(of(candidate.person, 申请入党时间=applied, 派人谈话时间=recorded - timedelta(days=1)))[0]
    assert kept.outcome == Outcome.SAME
    assert f"系统中第 2 步“党组织派人谈话”是 {recorded}" in said(kept)


def test_what_differs_in_a_step_of_the_same_date_is_named(judge, factory):
    candidate = factory.candidate(17)
    days = {record.step: record.decided_on for record in candidate.steprecords.all()}
    publicity = candidate.steprecords.get(step=8)
    columns = [*COLUMNS, *ledgers.columns(
        "同意/备案时间, 公示起, 公示止, 入党志愿书编号, 支部大会接收时间, 应到, 实到, 赞成, 政审时间, 政审结论, 培训学时, 集中培训时间, 党委审批时间"
    )]  # fmt: skip
    same = {
        "申请入党时间": days[1], "同意/备案时间": days[8], "公示起": publicity.publicity_from_on, "公示止": publicity.publicity_until_on,
        "入党志愿书编号": "甘A000001", "支部大会接收时间": days[15], "应到": 11, "实到": 9, "赞成": 9, "政审时间": days[10], "政审结论": "合格",
        "集中培训时间": days[11], "培训学时": 24, "党委审批时间": days[17],
    }  # fmt: skip
    other = same | {"公示止": publicity.publicity_until_on + timedelta(days=1), "入党志愿书编号": "甘A000002", "赞成": 8, "政审结论": "不合格", "培训学时": 40}
    assert said(judge(of(candidate.person, **same), columns=columns)[0]) == ""
    kept = judge(of(candidate.person, **other), columns=columns)[0]
    assert kept.outcome == Outcome.SAME
    for words in ("编号是甘A000001，文件是甘A000002", "赞成是9，文件是8", "结论是合格，文件是不合格", "学时是24，文件是40", "公示止是"):
        assert words in said(kept)


def test_a_remark_on_a_step_does_not_hide_that_its_date_differs(judge, factory):
    candidate = factory.candidate(5)
    days = {record.step: record.decided_on for record in candidate.steprecords.all()}
    row = of(candidate.person, 申请入党时间=days[1], 列为积极分子时间=days[3] + timedelta(days=1), 推荐方式="党员推荐")
    kept = judge(row, columns=[*COLUMNS, "推荐方式"])[0]
    assert f"系统中第 3 步“推荐和确定入党积极分子”是 {days[3]}" in said(kept)


def test_a_stage_is_never_lowered(judge, factory):
    candidate = factory.candidate(8)
    applied = candidate.steprecords.get(step=1).decided_on
    kept = judge(of(candidate.person, 申请入党时间=applied))[0]
    assert kept.outcome == Outcome.SAME
    assert "系统中已是发展对象，不会因这份名册降低" in said(kept)


def test_a_member_is_not_imported_as_an_activist(judge, cast):
    member = cast.full_members[0]
    kept = judge(of(member, 列为积极分子时间="2025-09-10"))[0]
    assert kept.outcome == Outcome.ERROR
    assert "已是正式党员" in said(kept)


def test_the_roster_knows_better_than_a_ledger(judge, cast):
    person = cast.scientists[0]
    kept = judge(of(person, 职称="副研究员", 出生日期="1980-01-01"))[0]
    assert kept.outcome == Outcome.NEW
    assert "名册中职称是“研究员”" in said(kept)
    assert "名册中出生日期是 1986-03-15" in said(kept)


def test_a_department_that_is_not_known_is_not_dropped_without_a_word(judge, sender, cast):
    Department.objects.create(name="冻土实验室（筹）")
    columns = [*COLUMNS, "部门"]
    known, unknown = judge({**LUO, "部门": "冻土实验室(筹)"}, {**LUO, "姓名": "白桦", "工号": "T2", "部门": "冰芯组"}, columns=columns)
    assert said(known) == ""
    assert (unknown.outcome, unknown.problems[0].text) == (Outcome.NEW, "冰芯组")
    assert "没有叫这个名称的部门" in said(unknown)
    sender.commit(judge.batch)
    assert Person.objects.get(staff_number="T0001").department.name == "冻土实验室（筹）"
    assert Person.objects.get(staff_number="T2").department is None


def test_another_spelling_is_no_difference(judge, cast):
    person = cast.scientists[0]
    person.talent_programme, person.position = "优秀青年（２０２０），百人计划", "副主任\n（主持工作）"
    person.save()
    row = of(person, 人才计划=person.talent_programme, 职务=person.position)
    kept = judge(row, columns=[*COLUMNS, "人才计划", "职务"])[0]
    assert (kept.outcome, said(kept)) == (Outcome.NEW, "")


def test_what_the_roster_says_is_told_in_words(judge, cast):
    kept = judge(of(cast.scientists[0], 性别="女", 职称级别="副高级"), columns=[*COLUMNS, "性别", "职称级别"])[0]
    assert "名册中性别是“男”" in said(kept)
    assert "名册中职称级别是“正高级”" in said(kept)
    assert [problem.text for problem in kept.problems] == ["女", "副高级"]


def test_a_wrong_date_keeps_its_row_out_and_no_other(judge):
    kept = judge({**LUO, "申请入党时间": "2025.2.30"}, {**LUO, "姓名": "白桦", "工号": "T0002"})
    assert [it.outcome for it in kept] == [Outcome.ERROR, Outcome.NEW]
    problem = kept[0].problems[0]
    assert (problem.column, problem.text, problem.level) == (4, "2025.2.30", ERROR)


def test_somebody_without_an_application_cannot_begin(judge):
    kept = judge({**LUO, "申请入党时间": ""})[0]
    assert "没有写申请入党时间" in said(kept)


def test_a_prospect_begins_with_an_application_too(judge, factory):
    prospect = factory.prospect()
    without, whole = judge(
        of(prospect.person, 申请入党时间="", 列为积极分子时间="2025-10-09"), of(factory.prospect().person, 列为积极分子时间="2025-10-09")
    )  # fmt: skip
    assert "没有写申请入党时间" in said(without)
    assert (whole.outcome, whole.trace[5:]) == (Outcome.CHANGE, [1, 3])


def test_the_rules_are_asked(judge, cast):
    kept = judge(
        {**LUO, "列为积极分子时间": "2025-03-01"},
        {**LUO, "姓名": "白桦", "工号": "T0002", "出生日期": date(cast.today.year - 17, 1, 1).isoformat()},
        {**LUO, "姓名": "云杉", "工号": "T0003", "申请入党时间": (cast.today + timedelta(days=1)).isoformat()},
        {
            **LUO,
            "姓名": "红柳",
            "工号": "T0004",
            "列为积极分子时间": "2025-10-01",
            "培养联系人": "程门雪、孟春和、俞伯牙",
        },
        {**LUO, "姓名": "沙枣", "工号": "T0005", "列为积极分子时间": "2025-10-01", "培养联系人": "查无此人"},
    )
    assert [it.outcome for it in kept] == [Outcome.ERROR] * 4 + [Outcome.NEW]
    assert "第八条" in kept[0].problems[0].article
    assert "十八" in said(kept[1])
    assert "在今天" in said(kept[2])
    assert "不超过 2 人" in said(kept[3])
    assert "第九条" in kept[3].problems[0].article
    assert "找不到" in said(kept[4])


def test_an_objection_shows_the_cell_that_it_is_about(judge, sender):
    columns = [*COLUMNS, "支部大会接收时间", "应到", "实到", "赞成"]
    named_twice = {**LUO, "列为积极分子时间": "2025-10-09", "培养联系人": "程门雪、程门雪"}
    voted = {**LUO, "姓名": "白桦", "工号": "T2", "支部大会接收时间": "2026-05-10", "应到": "10", "实到": "8", "赞成": "9"}
    shown = {
        (problem.label, problem.text)
        for kept in judge(named_twice, voted, columns=columns)
        for problem in kept.problems
        if problem.level == ERROR
    }
    assert {("培养联系人", "程门雪、程门雪"), ("赞成票", "9")} <= shown


# --- Who it is


def test_the_same_person_twice_is_written_once(judge):
    kept = judge(LUO, {**LUO, "申请入党时间": "2025-04-10"})
    assert [it.outcome for it in kept] == [Outcome.NEW, Outcome.ERROR]
    assert "与第 2 行是同一人" in said(kept[1])


def test_the_same_new_person_with_and_without_zeros_is_written_once(judge):
    kept = judge({**LUO, "工号": "00123"}, {**LUO, "工号": "123"}, {**LUO, "工号": "0123", "姓名": "白桦"})
    assert [it.outcome for it in kept] == [Outcome.NEW, Outcome.ERROR, Outcome.NEW]
    assert "与第 2 行是同一人" in said(kept[1])


def test_a_person_is_found_by_name_and_birth_date(judge, cast):
    person = cast.scientists[0]
    kept = judge(of(person, 工号="", 出生日期="1986-03-15"), of(cast.scientists[1], 工号="", 出生日期="1986年3月"))
    assert [it.outcome for it in kept] == [Outcome.NEW, Outcome.NEW]
    assert [it.trace[2] for it in kept] == [person.pk, cast.scientists[1].pk]


def test_the_zeros_that_excel_dropped_are_found(judge, cast):
    person = make_person(900, "冷杉", unit=cast.glacier)
    person.staff_number = "00042"
    person.save()
    kept = judge(of(person, 工号="42"))[0]
    assert kept.trace[2] == person.pk
    assert "开头的 0 丢了" in said(kept)


@pytest.mark.parametrize("spelled", ["买买提·吐尔逊", "买买提.吐尔逊"])
def test_a_name_is_the_same_with_every_dot(judge, cast, spelled):
    person = make_person(900, spelled, unit=cast.glacier, political_status=PoliticalStatus.FULL_MEMBER)
    person.save()
    for dot in "·.‧•":
        mentor = {**LUO, "列为积极分子时间": "2025-10-09", "培养联系人": f"买买提{dot}吐尔逊"}
        known, named, accompanied = judge(
            of(person, 姓名=f"买买提{dot}吐尔逊"), of(person, 姓名=f"买买提{dot}吐尔逊", 工号="", 出生日期="1986-03-15"), mentor
        )  # fmt: skip
        assert "已是正式党员" in said(known)
        assert "是同一人" in said(named)
        assert accompanied.trace[5:] == [1, 3, 5]


def test_a_name_that_does_not_fit_the_number_is_an_error(judge, cast):
    kept = judge(of(cast.scientists[0], 姓名="张冠李"))[0]
    assert kept.outcome == Outcome.ERROR
    assert "在名册中是吕晓明" in said(kept)


def test_nobody_is_made_up_without_a_number(judge):
    kept = judge({**LUO, "工号": ""})[0]
    assert "请补上工号" in said(kept)


def test_two_of_the_same_name_and_birth_date_are_not_told_apart(judge, cast):
    for number in (901, 902):
        make_person(number, "冷杉", unit=cast.glacier).save()
    kept = judge({**LUO, "姓名": "冷杉", "工号": "", "出生日期": "1986-03-15"})[0]
    assert "2 名同名同出生日期" in said(kept)


def test_a_doubt_is_settled_by_the_user(judge, sender, cast):
    person = cast.scientists[0]
    kept = judge(of(person, 工号="T9999", 出生日期="1986-03-15"))[0]
    assert kept.outcome == Outcome.ASK
    assert person.staff_number in said(kept)
    for choice, outcome, who in (
        (Choice.SAME_PERSON, Outcome.NEW, person.pk), (Choice.SOMEBODY_ELSE, Outcome.NEW, None), (Choice.SKIP, Outcome.SAME, None), ("", Outcome.ASK, None),
    ):  # fmt: skip
        batch = decide(by=cast.office, code=judge.batch.code, answers={kept.number: choice}, now=timezone.now())
        settled = sender.findings(batch)[kept.number]
        assert (settled.outcome, settled.trace[2]) == (outcome, who)


def test_a_file_of_another_unit_of_ones_own_reach_is_not_moved(judge, factory, cast):
    candidate = factory.candidate(1, unit=cast.desert)
    kept = judge(of(candidate.person, 申请入党时间="2025-03-10"))[0]
    assert "档案在沙漠与沙漠化党支部" in said(kept)


# --- Which branch


def test_a_branch_is_known_by_its_short_name(judge, cast):
    kept = judge(
        {**LUO, "所在党支部": "冰冻圈"},
        {**LUO, "姓名": "白桦", "工号": "T2", "所在党支部": "中共冰冻圈科学支部"},
        {**LUO, "姓名": "云杉", "工号": "T3", "所在党支部": "某某支部"},
    )
    assert [it.outcome for it in kept] == [Outcome.NEW, Outcome.NEW, Outcome.ERROR]
    assert "没有叫“某某支部”" in said(kept[2])


def test_rows_without_a_branch_go_where_the_user_says(judge, cast):
    row = {key: value for key, value in LUO.items() if key != "所在党支部"}
    assert "没有写党支部" in said(judge(row)[0])
    kept = judge(row, default=cast.desert)[0]
    assert (kept.outcome, kept.trace[4]) == (Outcome.NEW, cast.desert.pk)


# --- What a secretary may, and may not learn


def test_a_secretary_imports_their_own_people_only(judge, cast):
    own, other = judge(LUO, {**LUO, "姓名": "白桦", "工号": "T0002", "所在党支部": DESERT}, by=cast.secretary)
    assert own.outcome == Outcome.NEW
    assert other.outcome == Outcome.ERROR
    assert "别的党支部的人员" in said(other)


def test_what_the_committee_decided_is_left_to_the_office(judge, cast):
    days = {
        "申请入党时间": "2023-03-10",
        "派人谈话时间": "2023-03-20",
        "列为积极分子时间": "2023-10-10",
        "党委备案时间": "2023-10-20",
    }
    row = LUO | days | {"列为发展对象时间": "2025-01-10"}
    columns = [*COLUMNS, "列为发展对象时间"]
    secretary, office = judge(row, by=cast.secretary, columns=columns)[0], judge(row, columns=columns)[0]
    assert secretary.trace[5:] == [1, 2, 3, 4]
    assert "由党办录入" in said(secretary)
    assert office.trace[5:] == [1, 2, 3, 4, 8]


def answer_to(kept):
    return (kept.outcome, [problem.message for problem in kept.problems])


def test_the_answer_about_people_out_of_reach_is_one_and_the_same(judge, factory, cast):
    """Of another unit, with a file elsewhere, who said no, oneself: nobody can tell which, or that there is anybody."""
    elsewhere = make_person(950, "冷杉", unit=cast.desert)
    elsewhere.save()
    on_file_elsewhere = factory.candidate(3, unit=cast.desert).person
    declined = factory.declined(1).person
    rows = [of(person) for person in (elsewhere, on_file_elsewhere, declined, cast.secretary.person)]
    for kept in judge(*rows, by=cast.secretary):
        assert answer_to(kept) == (Outcome.ERROR, [CLOSED_DOOR])


def test_a_declined_person_is_answered_with_one_sentence_whatever_the_row_says(judge, factory, cast):
    declined = factory.declined(1).person
    for by in (cast.secretary, cast.office):
        kept = judge(of(declined, 申请入党时间="2025.2.30", 职称="院士", 培养联系人="谁"), by=by)[0]
        assert answer_to(kept) == (Outcome.ERROR, [CLOSED_DOOR])


def test_people_elsewhere_are_as_if_they_were_not_when_only_their_name_is_given(judge, cast, factory):
    stranger = make_person(951, "冷杉", unit=cast.desert)
    stranger.save()
    declined = factory.declined(1).person
    nobody = {**LUO, "姓名": "查无此", "工号": ""}
    answers = {
        str(answer_to(kept))
        for kept in judge(
            nobody,
            {**nobody, "姓名": stranger.name, "出生日期": stranger.birth_on.isoformat()},
            {**nobody, "姓名": declined.name, "出生日期": declined.birth_on.isoformat()},
            by=cast.secretary,
        )
    }
    assert len(answers) == 1


def test_a_namesake_elsewhere_raises_no_doubt(judge, cast):
    stranger = make_person(952, "罗汉松", unit=cast.desert, birth_on=date(1985, 4, 5))
    stranger.save()
    kept = judge(LUO, by=cast.secretary)[0]
    assert (kept.outcome, stranger.staff_number in said(kept)) == (Outcome.NEW, False)
    assert judge(LUO)[0].outcome == Outcome.ASK  # the office may know


def test_somebody_without_a_unit_can_be_taken_up_by_who_knows_name_and_number(judge, cast):
    person = make_person(953, "冷杉")
    person.save()
    named, misnamed = judge(of(person), by=cast.secretary)[0], judge(of(person, 姓名="云杉"), by=cast.secretary)[0]
    assert (named.outcome, named.trace[2]) == (Outcome.NEW, person.pk)
    assert answer_to(misnamed) == (Outcome.ERROR, [CLOSED_DOOR])


def test_a_road_that_ended_is_not_taken_up(judge, factory, cast):
    candidate = factory.candidate(1)
    Candidate.objects.filter(pk=candidate.pk).update(state=RoadState.WITHDRAWN)
    kept = judge(of(candidate.person, 申请入党时间="2025-03-10"))[0]
    assert "已停止（本人撤回申请）" in said(kept)


def test_a_member_of_the_sub_committee_sees_no_more_than_its_branches(judge, cast):
    kept = judge(
        LUO,
        {**LUO, "姓名": "白桦", "工号": "T2", "所在党支部": "植物生态党支部"},
        by=cast.sub_office,
        unit=cast.sub_committee,
    )
    assert [it.outcome for it in kept] == [Outcome.ERROR, Outcome.NEW]


OTHERS = "neighbour_secretary member mentor hr auditor system_administrator former_secretary stranger late_stand_in group_leader"


@pytest.mark.parametrize("who", OTHERS.split())
def test_others_cannot_send_a_ledger_for_the_branch(sender, cast, who):
    with pytest.raises(NotYours):
        sender.send(ledgers.table(COLUMNS, [LUO]), by=getattr(cast, who), unit=cast.glacier)


ROAD = {
    "所在党支部": GLACIER,
    "姓名": "罗汉松",
    "工号": "T0001",
    "出生日期": "1985-04-05",
    "申请入党时间": "2019-03-10",
    "派人谈话时间": "2019-03-20",
    "列为积极分子时间": "2019-10-10",
    "列为发展对象时间": "2021-03-10",
    "预审时间": "2021-05-01",
    "支部大会接收时间": "2021-05-20",
    "党委审批时间": "2021-07-01",
}


def test_new_people_of_a_finished_road_become_members(sender, cast):
    batch = sender.write(ledgers.table(ROAD.keys(), [ROAD]))
    assert batch.rows_done == 1, batch.failure
    assert Person.objects.get(staff_number="T0001").political_status == PoliticalStatus.PROBATIONARY_MEMBER
    assert StepRecord.objects.filter(batch=batch).count() == 7
