"""The road explained: the help page says what the table says, in both rule sets, with the committee's own limits."""

from recruitment.facts import LocalLimit
from recruitment.rules.explained import explain
from recruitment.steps import STEPS
from tests.recruitment.rules.roads import day


def rows(**changes):
    groups = explain(on=day("2026-11-22"), **changes)
    return {step.number: step for group in groups for step in group.steps}


def limits_of(step):
    return {limit.title: limit for limit in step.limits}


def test_every_step_is_explained_under_its_stage_with_articles_of_both_rule_sets():
    groups = explain(on=day("2026-11-22"))
    assert [len(group.steps) for group in groups] == [2, 4, 5, 7, 7]
    assert [group.numeral for group in groups] == list("一二三四五")
    for number, row in rows().items():
        assert row.name == STEPS[number - 1].name
        assert row.conditions and row.who
        assert row.law_2014.startswith("《细则》（2014）") and row.law_2026.startswith("《细则》（2026）")


def test_what_changed_in_2026_and_what_is_not_confirmed_is_said():
    publicity = limits_of(rows()[8])["发展对象公示"]
    assert (publicity.in_2014, publicity.in_2026) == ("未规定", "5 个工作日")
    oath = limits_of(rows()[20])["批准后入党宣誓"]
    assert (oath.in_2014, oath.in_2026) == ("未规定，建议 1 个月内", "1 个月（待核）")
    assert "条号待核" in rows()[16].law_2026


def test_a_wait_of_nothing_is_no_wait():
    assert limits_of(rows()[3])["递交申请书到确定入党积极分子的最短时间"].in_2026 == "未规定"


def test_the_committee_s_own_limits_stand_beside_the_national_ones_once_in_force():
    ours = LocalLimit("first_talk_within", 15, day("2026-01-01"), "院党委〔2026〕3号")
    later = LocalLimit("activist_wait", 6, day("2027-01-01"), "院党委〔2026〕3号")
    found = rows(local_limits=(ours, later))
    talk = limits_of(found[2])["递交申请书后派人谈话"]
    assert (talk.in_2026, talk.local, talk.local_basis) == (
        "1 个月",
        "15 天",
        "院党委〔2026〕3号规定（自 2026-01-01 起）",
    )
    assert limits_of(found[3])["递交申请书到确定入党积极分子的最短时间"].local == ""


def test_written_votes_are_said_in_words():
    votes = limits_of(rows()[15])["因故不能到会的正式党员会前书面意见计入票数"]
    assert (votes.in_2014, votes.in_2026) == ("是", "否（待核）")


def test_limits_about_which_nobody_says_anything_are_left_out():
    approval = {limit.title for limit in rows()[17].limits_set}
    assert approval == {"上级党委审批接收预备党员的决议", "特殊情况延长审批的最长时间"}
    asks = LocalLimit("reconsider_after", 3, day("2026-01-01"), "院党委")
    assert len(rows(local_limits=(asks,))[17].limits_set) == 3
