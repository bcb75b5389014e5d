"""Which rule set an event falls under: by its date, and asked for in the days between issue and publication."""

import pytest

from recruitment.rulesets import reading, rule_set_on
from tests.recruitment.rules.roads import codes, day, facts_until, found, proposal, road


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("2014-05-28", "2014"),
        ("2026-05-10", "2014"),
        ("2026-05-11", ""),
        ("2026-05-17", ""),
        ("2026-05-18", "2026"),
        ("2030-01-01", "2026"),
    ],
)
def test_the_date_of_the_event_decides(text, code):
    assert rule_set_on(day(text)) == code


def test_an_unanswered_event_of_the_unclear_days_is_read_by_the_older_rules():
    assert reading(day("2026-05-12")) == "2014"
    assert reading(day("2026-05-12"), "2026") == "2026"
    assert reading(day("2026-05-20"), "2014") == "2026"


DAYS = {
    "s1": {"decided_on": day("2025-01-06")},
    "s2": {"decided_on": day("2025-02-01")},
    "s3": {"decided_on": day("2025-03-01")},
    "s4": {"decided_on": day("2025-03-02")},
    "s5": {"decided_on": day("2025-03-03")},
    "s6": {"decided_on": day("2026-03-01")},
    "s7": {"decided_on": day("2026-05-11"), "late_reason": "补记"},
    "reviews": (),
}


def test_both_readings_are_shown_and_the_answer_decides():
    facts = facts_until(7, **DAYS)
    (question,) = found(facts, proposal(8, decided_on="2026-05-12"))
    assert (question.code, question.level, question.field) == ("rule_set_unclear", "unclear", "rule_set")
    assert "备案" in question.message and "公示不少于五个工作日" in question.message
    assert codes(facts, proposal(8, decided_on="2026-05-12", rule_set="2014")) == set()
    assert codes(facts, proposal(8, decided_on="2026-05-12", rule_set="2026")) == {"publicity_missing"}
    window = {"publicity_from_on": "2026-05-12", "publicity_until_on": "2026-05-18"}
    assert codes(facts, proposal(8, decided_on="2026-05-12", rule_set="2026", **window)) == set()


@pytest.mark.parametrize(
    ("text", "expected"), [("2026-05-11", {"rule_set_unclear"}), ("2026-05-18", {"publicity_missing"})]
)
def test_the_question_is_asked_in_the_unclear_days_only(text, expected):
    assert codes(facts_until(7, **DAYS), proposal(8, decided_on=text)) == expected


def test_an_answer_that_the_date_contradicts_is_refused():
    assert codes(facts_until(7), proposal(8, rule_set="2026")) == {"rule_set_contradicts_date"}
    assert codes(facts_until(7), proposal(8, rule_set="2014")) == set()
    assert codes(facts_until(7), proposal(8, rule_set="1990")) == {"rule_set_contradicts_date"}


def test_steps_that_both_rule_sets_treat_alike_ask_nothing():
    facts = facts_until(1, s1={"decided_on": day("2026-05-04")})
    assert codes(facts, proposal(2, decided_on="2026-05-13")) == set()


def test_the_answer_at_the_pre_examination_decides_about_the_month():
    def road_with(answer):
        return facts_until(
            14,
            s13={"decided_on": day("2026-05-12"), "rule_set": answer},
            s14={"decided_on": day("2026-05-13")},
        )

    assert codes(road_with("2014"), proposal(15, decided_on="2026-07-01")) == set()
    assert codes(road_with("2026"), proposal(15, decided_on="2026-07-01")) == {"meeting_late"}
    assert codes(road_with("2026"), proposal(15, decided_on="2026-06-12")) == set()


def test_the_road_shows_the_question_while_today_lies_in_the_unclear_days():
    row = road(facts_until(7, **DAYS), "2026-05-13").step(8)
    assert (row.state, [objection.code for objection in row.objections]) == ("allowed", ["rule_set_unclear"])
    assert road(facts_until(7, **DAYS), "2026-05-18").step(8).objections == ()


def test_articles_are_cited_by_the_rule_set_of_the_event():
    (old,) = found(facts_until(14), proposal(15, votes=None))
    (new,) = found(facts_until(14, era=2026), proposal(15, era=2026, votes=None))
    assert old.article == "《细则》（2014）第二十条、第二十一条（条号待核）"
    assert new.article == "《细则》（2026）第十九条、第二十条"
