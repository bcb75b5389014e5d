"""The annual plan's rules: ten-day periods, the four determinations, days before the first lawful one, the number (G1, T2-T5, R5)."""

from dataclasses import replace
from datetime import date

import pytest

from recruitment.planning import Aim, Part, Period, PlanDue, PlanState
from recruitment.rules.plans import (
    PlanFact,
    PlannedFact,
    agreement_objections,
    beyond_number,
    due_day,
    missing_parts,
    next_period_end,
    owed_for,
    planned_day,
    planned_words,
    ready_first,
    submission_objections,
    year_planned_on,
)

NUMBERS = dict.fromkeys(Aim, 2)
WHOLE = PlanFact(year=2027, standard="标准", goal="目标", limits="时限", numbers=NUMBERS, studied_on=date(2026, 11, 10))
READY = PlannedFact("温叙言", Aim.ADMISSIONS, date(2027, 6, 30), earliest_on=date(2027, 1, 8))


def codes(objections):
    return [objection.code for objection in objections]


@pytest.mark.parametrize(
    ("month", "period", "day", "on"),
    [
        (6, Period.MONTH, None, date(2027, 6, 30)),
        (6, Period.EARLY, None, date(2027, 6, 10)),
        (6, Period.MIDDLE, None, date(2027, 6, 20)),
        (6, Period.LATE, None, date(2027, 6, 30)),
        (2, Period.LATE, None, date(2027, 2, 28)),
        (2, Period.DAY, 28, date(2027, 2, 28)),
    ],
)
def test_a_period_stands_for_its_last_day(month, period, day, on):
    assert planned_day(2027, month, period, day) == on


def test_february_of_a_leap_year_ends_on_the_29th():
    assert planned_day(2028, 2, Period.MONTH) == date(2028, 2, 29)


def test_a_day_that_the_month_does_not_have_is_no_day():
    with pytest.raises(ValueError, match="day"):
        planned_day(2027, 2, Period.DAY, 29)


def test_a_day_is_written_as_it_was_planned():
    assert planned_words(date(2027, 6, 30), Period.MONTH) == "2027-06"
    assert planned_words(date(2027, 6, 10), Period.EARLY) == "2027-06 上旬"
    assert planned_words(date(2027, 6, 15), Period.DAY) == "2027-06-15"


@pytest.mark.parametrize(
    ("today", "end"),
    [
        (date(2026, 11, 7), date(2026, 11, 10)),
        (date(2026, 11, 8), date(2026, 11, 20)),
        (date(2026, 11, 16), date(2026, 11, 20)),
        (date(2026, 11, 18), date(2026, 11, 30)),
        (date(2026, 11, 28), date(2026, 12, 10)),
        (date(2026, 12, 30), date(2027, 1, 10)),
    ],
)
def test_an_answer_is_owed_by_the_next_end_of_a_period_that_leaves_three_days(today, end):
    assert next_period_end(today) == end


def test_the_days_of_the_notice_stand_until_they_have_passed():
    assert due_day(PlanDue.DRAFT, 2027, date(2026, 11, 1)) == date(2026, 11, 20)
    assert due_day(PlanDue.DRAFT, 2027, date(2026, 11, 20)) == date(2026, 11, 20)
    assert due_day(PlanDue.DRAFT, 2027, date(2026, 11, 21)) == date(2026, 11, 30)
    assert due_day(PlanDue.REVIEW, 2027, date(2026, 11, 21)) == date(2026, 11, 30)
    assert due_day(PlanDue.REPORT, 2027, date(2026, 12, 1)) == date(2026, 12, 10)


def test_from_october_on_the_next_year_is_planned():
    assert year_planned_on(date(2026, 9, 30)) == 2026
    assert year_planned_on(date(2026, 10, 1)) == 2027


@pytest.mark.parametrize(
    ("state", "waiting", "kind"),
    [
        (PlanState.DRAFT, 0, PlanDue.DRAFT),
        (PlanState.RETURNED, 2, PlanDue.DRAFT),
        (PlanState.WITH_OFFICE, 0, PlanDue.CONSULTATION),
        (PlanState.WITH_OFFICE, 1, PlanDue.REPLY),
        (PlanState.AGREED, 0, PlanDue.REVIEW),
        (PlanState.REVIEWED, 0, PlanDue.REPORT),
        (PlanState.REPORTED, 0, ""),
    ],
)
def test_each_state_owes_one_act(state, waiting, kind):
    assert owed_for(state, waiting) == kind


# --- Submission


def test_a_whole_plan_may_be_sent():
    assert submission_objections(replace(WHOLE, people=(READY,))) == []


@pytest.mark.parametrize(
    ("change", "part"),
    [
        ({"standard": " "}, Part.STANDARD),
        ({"goal": ""}, Part.GOAL),
        ({"limits": ""}, Part.LIMITS),
        ({"numbers": NUMBERS | {Aim.CONVERSIONS: None}}, Part.NUMBERS),
    ],
)
def test_none_of_the_four_determinations_may_be_missing(change, part):
    plan = replace(WHOLE, **change)
    assert missing_parts(plan) == [part]
    assert codes(submission_objections(plan)) == [f"{part.value}_missing"]


def test_a_number_may_be_nought():
    assert submission_objections(replace(WHOLE, numbers=dict.fromkeys(Aim, 0))) == []


def test_the_branch_committee_studies_the_plan_first():
    assert codes(submission_objections(replace(WHOLE, studied_on=None))) == ["not_studied"]


def test_more_persons_than_the_number_are_refused_and_fewer_are_not():
    two = (READY, replace(READY, name="宋砚青"))
    assert submission_objections(replace(WHOLE, people=two)) == []
    found = submission_objections(replace(WHOLE, people=(*two, replace(READY, name="何舒望"))))
    assert codes(found) == ["more_persons_than_number"]
    assert found[0].field == "admissions"


def test_persons_who_are_through_or_stopped_or_of_another_year_are_refused():
    for change, code in (
        ({"is_done": True}, "already_done"),
        ({"has_stopped": True}, "road_has_ended"),
        ({"planned_on": date(2028, 1, 31)}, "other_year"),
    ):
        assert codes(submission_objections(replace(WHOLE, people=(replace(READY, **change),)))) == [code]


# --- Agreement


@pytest.mark.parametrize(
    ("planned_on", "is_early"), [((2027, 1, 7), True), ((2027, 1, 8), False), ((2027, 1, 9), False)]
)
def test_a_day_before_the_first_lawful_one_is_early(planned_on, is_early):
    person = replace(READY, planned_on=date(*planned_on))
    assert person.is_early is is_early
    found = agreement_objections(replace(WHOLE, people=(person,)), 0)
    assert codes(found) == ["planned_too_early"] * is_early
    assert all(objection.holds_until == date(2027, 1, 8) for objection in found)


def test_an_early_day_with_an_explanation_may_be_agreed_to():
    person = replace(READY, planned_on=date(2027, 1, 7), explanation="原单位培养时间待认可")
    assert agreement_objections(replace(WHOLE, people=(person,)), 0) == []


def test_a_person_whose_road_does_not_lead_there_is_named():
    person = replace(READY, earliest_on=None)
    assert codes(agreement_objections(replace(WHOLE, people=(person,)), 0)) == ["planned_not_possible"]


def test_unanswered_remarks_stand_against_agreement():
    assert codes(agreement_objections(WHOLE, 2)) == ["remarks_unanswered"]


# --- Order and number


def test_who_matures_first_comes_first_and_who_is_ready_now_by_the_planned_day():
    today = date(2026, 11, 28)
    late = PlannedFact("甲", 15, date(2027, 3, 31), earliest_on=date(2027, 2, 1))
    ready_late = PlannedFact("乙", 15, date(2027, 6, 30), earliest_on=date(2025, 1, 1))
    ready_soon = PlannedFact("丙", 15, date(2027, 1, 31), earliest_on=date(2026, 11, 1))
    never = PlannedFact("丁", 15, date(2027, 1, 1))
    done = PlannedFact("戊", 15, date(2027, 1, 1), earliest_on=date(2025, 1, 1), is_done=True)
    assert [it.name for it in ready_first([done, never, late, ready_late, ready_soon], today)] == list("丙乙甲丁戊")


def test_one_admission_beyond_the_number_is_stopped():
    assert beyond_number(2, 1, 2027) == []
    [objection] = beyond_number(2, 2, 2027)
    assert (objection.code, objection.level) == ("beyond_yearly_number", "blocked")
    assert "2027 年计划接收预备党员 2 人" in objection.message
