"""Which movements follow when the roster says something else of a person, and what no entry may say."""

from dataclasses import replace
from datetime import date, timedelta

import pytest

from branches.offices import MovementKind, PoliticalStatus, StaffCategory, TitleRank
from branches.roster_rules import NEWS, Entry, flaws_of, moves_between

TODAY = date(2026, 11, 23)
LIU = Entry(
    birth_on=date(1985, 4, 5),
    joined_institute_on=date(2015, 7, 1),
    title="副研究员",
    title_rank=TitleRank.ASSOCIATE_SENIOR,
    department="冰冻圈实验室",
)


def kinds(before, after):
    return [str(move.kind) for move in moves_between(before, after, today=TODAY)]


def test_nothing_follows_from_nothing():
    assert kinds(LIU, LIU) == []
    assert kinds(LIU, replace(LIU, birth_on=date(1985, 4, 6))) == []


def test_a_higher_rank_is_a_promotion_and_says_from_what_to_what():
    [move] = moves_between(LIU, replace(LIU, title="研究员", title_rank=TitleRank.SENIOR), today=TODAY)
    assert (move.kind, move.summary, move.happened_on) == (MovementKind.PROMOTED, "副研究员 → 研究员", TODAY)


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ({"title": "", "title_rank": 0}, {}),  # nobody had written the title down
        ({"title_rank": 0}, {}),  # nor the rank of the same title
        ({"title_rank": TitleRank.SENIOR}, {}),  # lower is no promotion
    ],
)
def test_what_was_filled_in_is_no_promotion(before, after):
    assert kinds(replace(LIU, **before), replace(LIU, **after)) == []


def test_whoever_had_a_title_without_rank_is_promoted_to_one_with():
    before = replace(LIU, title="特别研究助理", title_rank=TitleRank.NONE)
    assert kinds(before, LIU) == [MovementKind.PROMOTED]


def test_the_same_title_of_a_higher_rank_is_told_by_its_ranks():
    before = replace(LIU, title="高级工程师", title_rank=TitleRank.ASSOCIATE_SENIOR)
    [move] = moves_between(before, replace(before, title_rank=TitleRank.SENIOR), today=TODAY)
    assert move.summary == "高级工程师（副高级 → 正高级）"


def test_only_programmes_that_are_new_are_news():
    before = replace(LIU, talent_programme="青年人才项目")
    [move] = moves_between(before, replace(before, talent_programme="青年人才项目、西部之光"), today=TODAY)
    assert (move.kind, move.summary) == (MovementKind.PROGRAMME, "西部之光")
    assert kinds(before, replace(before, talent_programme="")) == []


@pytest.mark.parametrize(("days", "expected"), [(1, ["returned"]), (NEWS.days - 1, ["returned"]), (NEWS.days, [])])
def test_a_return_of_the_last_year_is_news(days, expected):
    assert kinds(LIU, replace(LIU, returned_on=TODAY - timedelta(days=days))) == expected


def test_another_department_is_a_transfer_and_a_first_one_is_not():
    assert kinds(LIU, replace(LIU, department="沙漠实验室")) == [MovementKind.TRANSFERRED]
    assert kinds(replace(LIU, department=""), LIU) == []


def test_leaving_goes_before_everything_else():
    after = replace(LIU, left_on=TODAY - timedelta(days=3), title="研究员", title_rank=4, department="沙漠实验室")
    [move] = moves_between(LIU, after, today=TODAY)
    assert (move.kind, move.happened_on) == (MovementKind.LEFT, TODAY - timedelta(days=3))


def test_retiring_is_not_leaving_too():
    after = replace(LIU, category=StaffCategory.RETIRED, left_on=TODAY)
    assert kinds(LIU, after) == [MovementKind.RETIRED]
    assert kinds(after, replace(after, title="研究员", title_rank=4)) == []


@pytest.mark.parametrize(("days", "expected"), [(NEWS.days - 1, ["joined"]), (NEWS.days, []), (None, ["joined"])])
def test_somebody_new_joined_unless_they_have_long_been_here(days, expected):
    joined_on = TODAY - timedelta(days=days) if days else None
    assert kinds(None, replace(LIU, joined_institute_on=joined_on)) == expected


def test_somebody_new_who_has_left_or_retired_is_no_news():
    new = replace(LIU, joined_institute_on=None)
    assert kinds(None, replace(new, left_on=TODAY)) == []
    assert kinds(None, replace(new, category=StaffCategory.RETIRED)) == []


def test_whoever_comes_back_joins_again():
    [move] = moves_between(replace(LIU, left_on=date(2024, 1, 1)), LIU, today=TODAY)
    assert (move.kind, move.happened_on, move.summary) == (MovementKind.JOINED, TODAY, "再次到所")


def test_a_day_to_come_is_told_in_words():
    on = TODAY + timedelta(days=9)
    [move] = moves_between(None, replace(LIU, joined_institute_on=on), today=TODAY)
    assert move.happened_on == TODAY
    assert move.summary.startswith(f"自 {on} 起")


@pytest.mark.parametrize(
    ("changes", "field"),
    [
        ({"birth_on": TODAY + timedelta(days=1)}, "birth_on"),
        ({"returned_on": TODAY + timedelta(days=1)}, "returned_on"),
        ({"joined_institute_on": LIU.birth_on}, "joined_institute_on"),
        ({"left_on": LIU.joined_institute_on - timedelta(days=1)}, "left_on"),
        ({"member_since_on": date(2010, 7, 1)}, "political_status"),
    ],
)
def test_days_that_cannot_be_are_flaws(changes, field):
    assert field in {flaw.field for flaw in flaws_of(replace(LIU, **changes), today=TODAY)}


def test_the_day_itself_can_be():
    entry = replace(
        LIU,
        returned_on=TODAY,
        left_on=TODAY,
        member_since_on=date(2010, 7, 1),
        political_status=PoliticalStatus.FULL_MEMBER,
    )
    assert flaws_of(entry, today=TODAY) == []
