"""What could be spoken about: only what is on record, what is open first (notice R2)."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from committee.rules.topics import MOST, Matter, News, TopicFacts, suggestions

TODAY = date(2026, 11, 18)
LAST = date(2026, 10, 2)
FACTS = TopicFacts(has_applied=True, last_talk_on=LAST)


def lines(facts):
    return [str(line) for line in suggestions(facts, today=TODAY)]


def test_an_open_problem_is_asked_about_with_who_solves_it_until_when():
    matter = Matter("野外台站设备运输", "所在部门", due_on=date(2026, 11, 15))
    assert lines(replace(FACTS, matters=(matter,))) == [
        "上次提到的野外台站设备运输的进展（所在部门办理，答复期限 11 月 15 日）"
    ]


@pytest.mark.parametrize(("answered_on", "told"), [(LAST, True), (LAST - timedelta(days=1), False)])
def test_an_answer_is_passed_on_unless_it_came_before_the_last_talk(answered_on, told):
    matter = Matter("子女转学", "人事部门", answered_on=answered_on)
    assert any("已有答复" in line for line in lines(replace(FACTS, matters=(matter,)))) is told


@pytest.mark.parametrize(
    ("days_ago", "spoken_of"), [(0, True), (46, True), (47, True), (48, False), (90, False), (91, False)]
)
def test_news_is_what_happened_since_the_last_talk(days_ago, spoken_of):
    news = News("入选人才计划", "入选国家级青年人才", TODAY - timedelta(days=days_ago))
    assert any("入选国家级青年人才" in line for line in lines(replace(FACTS, news=(news,)))) is spoken_of


@pytest.mark.parametrize(("days_ago", "spoken_of"), [(90, True), (91, False)])
def test_without_any_talk_news_is_ninety_days_long(days_ago, spoken_of):
    facts = replace(FACTS, last_talk_on=None, reached=(("确定为入党积极分子", TODAY - timedelta(days=days_ago)),))
    assert any("确定为入党积极分子" in line for line in lines(facts)) is spoken_of


def test_who_has_not_applied_is_not_asked_when():
    found = lines(TopicFacts(has_applied=False))
    assert found == ["尊重本人意愿，不询问是否递交申请的时间表"]


def test_nobody_gets_more_than_five_lines_and_the_persons_will_is_never_cut():
    matters = tuple(Matter(f"问题{n}", "党办") for n in range(9))
    found = lines(TopicFacts(has_applied=False, matters=matters))
    assert len(found) == MOST and "尊重本人意愿" in found[-1]


def test_with_nothing_on_record_work_is_a_topic():
    assert lines(FACTS) == ["近期科研工作和团队情况"]
