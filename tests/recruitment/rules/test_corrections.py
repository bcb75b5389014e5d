"""Corrections: what a superseded record takes with it is shown first and judged anew afterwards."""

from dataclasses import replace

import pytest

from recruitment import rules
from recruitment.facts import SituationFact
from tests.recruitment.rules.roads import BRANCH, CALENDAR, TODAY, day, facts_until, road


def after(facts, removed):
    found = rules.objections_after(facts, removed, today=TODAY, calendar=CALENDAR)
    return {row.record.step: {objection.code for objection in row.objections} for row in found}


@pytest.mark.parametrize("era", [2014, 2026])
def test_a_lawful_road_holds_when_judged_again(era):
    judged = rules.rejudge(facts_until(25, era=era), today=TODAY, calendar=CALENDAR)
    assert [row.record.step for row in judged] == list(range(1, 26))
    assert all(row.objections == () for row in judged)


def test_what_rests_on_a_step_loses_its_ground():
    assert after(facts_until(11), "s8") == {number: {"prerequisite_missing"} for number in (9, 10, 11)}
    assert after(facts_until(25), "s10") == {number: {"prerequisite_missing"} for number in (12, 13, 15, 17)}
    assert after(facts_until(7), "s2") == {3: {"prerequisite_missing"}}
    assert after(facts_until(25), "s25") == {}


def test_a_missing_review_is_noticed_where_it_mattered():
    assert after(facts_until(8), "r2") == {7: {"reviews_missing"}}


def test_a_situation_taken_back_counts_for_what_came_after():
    moved = SituationFact("transferred", day("2022-04-01"), id="t1", unit=BRANCH, recognised=True, recognised_by="函",
                          counts_from_on=day("2021-04-01"))  # fmt: skip
    facts = facts_until(6, without=(1, 2, 3, 4), situations=(moved,), reviews=(), s5={"decided_on": day("2022-04-02")},
                        s6={"decided_on": day("2022-05-01")})  # fmt: skip
    assert rules.rejudge(facts, today=TODAY, calendar=CALENDAR)[1].objections == ()
    assert after(facts, "t1") == {5: {"prerequisite_missing"}, 6: {"prerequisite_missing"}}


def test_an_id_that_nobody_bears_is_an_error():
    with pytest.raises(KeyError):
        after(facts_until(3), "s9")
    with pytest.raises(KeyError):
        after(replace(facts_until(3), steps=tuple(replace(fact, id="") for fact in facts_until(3).steps)), "")


@pytest.mark.parametrize("number", range(1, 26))
def test_a_superseded_step_leaves_the_road_as_if_it_had_not_been(number):
    facts = facts_until(number)
    assert road(rules.without(facts, f"s{number}")) == road(facts_until(number - 1, reviews=facts.reviews))


def test_entering_it_again_heals_what_was_lost():
    facts = facts_until(11)
    broken = rules.without(facts, "s8")
    again = next(fact for fact in facts.steps if fact.step == 8)
    healed = replace(broken, steps=(*broken.steps, again))
    assert {row.objections for row in rules.rejudge(healed, today=TODAY, calendar=CALENDAR)} == {()}
    assert road(healed) == road(facts)
