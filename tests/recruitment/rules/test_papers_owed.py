"""Papers that are neither scanned nor held on paper: advised step by step, binding when the file is to be closed (Art. 36/37)."""

from dataclasses import replace
from datetime import date

import pytest

from branches.offices import Office
from recruitment import rules
from recruitment.calendar import add_months
from recruitment.facts import SituationFact, StepFact
from recruitment.stages import SituationKind
from recruitment.steps import ARCHIVED_PAPERS, STEPS
from tests.recruitment.rules.roads import CALENDAR, STEPS_2014, facts_until

ALL = frozenset((step.number, paper.code) for step in STEPS for paper in step.papers)


def owed(last, *, papers=frozenset(), **changes):
    """The paper dues of the road of 2014 up to step ``last``."""
    facts = replace(facts_until(last), papers=papers, **changes)
    return [due for due in rules.dues(facts, calendar=CALENDAR) if due.kind in ("papers", "archive_papers")]


def test_of_all_steps_only_the_first_that_lacks_papers_is_owed():
    [due] = owed(9)
    assert (due.key, due.title) == ("papers:1", "补齐材料：递交入党申请书")
    assert (due.opens_on, due.due_on) == (date(2022, 1, 31), date(2022, 2, 28))
    assert (due.binding, due.step, due.owed_by) == (False, 0, Office.SECRETARY)
    assert due.article.endswith("未规定期限")


def test_when_it_is_complete_the_next_one_follows():
    [due] = owed(9, papers=frozenset({(1, "application_letter"), (2, "first_talk_record")}))
    assert due.key == "papers:3"
    one_of_two = {(1, "application_letter"), (2, "first_talk_record"), (3, "recommendation")}
    [due] = owed(9, papers=frozenset(one_of_two))
    assert due.key == "papers:3"
    [due] = owed(9, papers=frozenset({*one_of_two, (3, "activist_minutes")}))
    assert due.key == "papers:4"


def test_papers_of_steps_to_come_are_not_owed():
    on_file = {(number, code) for number, code in ALL if number <= 9}
    assert owed(9, papers=frozenset(on_file)) == []


def test_a_paper_of_another_step_does_not_stand_in():
    [due] = owed(1, papers=frozenset({(3, "application_letter"), (0, "other")}))
    assert due.key == "papers:1"


def test_nothing_is_owed_where_nobody_asked_what_is_on_file():
    assert owed(9, papers=None) == []
    assert owed(24, papers=None) == []


@pytest.mark.parametrize("last", [23, 24, 25])
def test_the_five_become_binding_with_the_conversion_and_end_with_the_archive(last):
    found = owed(last)
    if last == 23:
        assert [(due.kind, due.binding) for due in found] == [("papers", False)]
    elif last == 25:
        assert found == []
    else:
        [due] = found
        assert (due.kind, due.binding) == ("archive_papers", True)
        assert due.title == "补齐归档材料：" + "、".join(paper.title for paper in ARCHIVED_PAPERS)
        assert (due.opens_on, due.due_on) == (date(2024, 6, 10), date(2024, 7, 10))
        assert due.article
        assert len(due.title) <= 120


def test_only_what_is_lacking_of_the_five_is_named_and_other_papers_press_nobody_any_more():
    archived = {(number, code) for number, code in ALL if code in {paper.code for paper in ARCHIVED_PAPERS}}
    [due] = owed(24, papers=frozenset(archived - {(14, "membership_form")}))
    assert due.title == "补齐归档材料：入党志愿书"
    assert owed(24, papers=frozenset(archived)) == []


def test_steps_done_elsewhere_left_their_papers_elsewhere():
    arrival = SituationFact(
        SituationKind.TRANSFERRED,
        date(2022, 4, 1),
        recognised=True,
        recognised_by="函",
        counts_from_on=date(2021, 6, 1),
    )
    assert owed(0, situations=(arrival,)) == []
    [due] = owed(0, situations=(arrival,), steps=(replace(STEPS_2014[5], decided_on=date(2022, 4, 5)),))
    assert due.key == "papers:5"


@pytest.mark.parametrize("kind", [SituationKind.MOVED_AWAY, SituationKind.WITHDRAWN, SituationKind.DECEASED])
def test_nothing_is_owed_once_the_road_has_stopped(kind):
    assert owed(5, situations=(SituationFact(kind, date(2022, 6, 1)),)) == []


def test_a_record_that_cannot_count_owes_no_papers():
    refused = StepFact(7, date(2022, 3, 20), body="branch_committee")
    facts = replace(facts_until(5), papers=frozenset((n, c) for n, c in ALL if n <= 5))
    facts = replace(facts, steps=(*facts.steps, refused))
    assert not [due for due in rules.dues(facts, calendar=CALENDAR) if due.kind == "papers"]


@pytest.mark.parametrize("applied_on", [date(2024, 1, 31), date(2023, 1, 31), date(2024, 2, 29), date(2024, 12, 31)])
def test_a_month_is_a_calendar_month_clamped_to_its_end(applied_on):
    steps = (replace(STEPS_2014[1], decided_on=applied_on),)
    [due] = owed(0, steps=steps)
    assert due.due_on == add_months(applied_on, 1)


def test_a_road_with_every_paper_of_every_step_owes_none_at_any_point():
    for last in range(1, 26):
        assert owed(last, papers=ALL) == []
