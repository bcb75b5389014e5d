"""The table of the twenty-five steps and the limits: whole, consistent, and honest about what is not confirmed."""

import pytest

from branches.offices import Office
from recruitment.facts import StepFact
from recruitment.rulesets import LIMITS, LOCAL_LIMITS, RULE_SETS, LimitUnit, cite, numeral, refuse_looser
from recruitment.stages import Stage
from recruitment.steps import ARCHIVED_PAPERS, GROUPS, MILESTONES, STEPS, group_of, step


def test_there_are_twenty_five_steps_in_five_stages_of_the_official_sizes():
    assert [row.number for row in STEPS] == list(range(1, 26))
    sizes = [sum(row.group == group.number for row in STEPS) for group in GROUPS]
    assert sizes == [2, 4, 5, 7, 7]
    assert MILESTONES == (3, 7, 17, 24)
    assert group_of(12).name == "预备党员的接收"


@pytest.mark.parametrize("row", STEPS, ids=lambda row: str(row.number))
def test_a_step_rests_on_earlier_steps_known_limits_and_fields_of_the_fact(row):
    assert all(before < row.number for before in row.after)
    assert all(code in LIMITS for code in (row.wait, row.deadline, *row.limits) if code)
    assert set(row.fields) | set(row.required) <= set(StepFact.__dataclass_fields__)
    assert set(row.required) <= set(row.fields)
    assert 4 <= len(row.short_name) <= 5
    assert row.bodies and row.conclusions and row.conditions
    assert row.number == 1 or row.due_kind


def test_the_stages_follow_each_other_along_the_road():
    reached = Stage.PROSPECT
    for row in STEPS:
        assert row.stage_before == reached
        assert row.stage_after >= row.stage_before
        reached = row.stage_after
    assert reached == Stage.FULL_MEMBER


def test_acts_of_the_committee_are_recorded_by_the_office_all_others_by_the_branch():
    # the filing receipt (4) and the training certificate (11) lie with the branch
    assert {row.number for row in STEPS if row.recorded_by == "office"} == {8, 13, 16, 17, 18, 24}
    assert {row.owed_by for row in STEPS} == {Office.SECRETARY, Office.PARTY_OFFICE}


def test_a_step_outside_the_road_has_no_row():
    for number in (0, 26, -1):
        with pytest.raises(KeyError):
            step(number)


def test_five_papers_lie_in_the_file_at_the_end():
    assert [paper.title for paper in ARCHIVED_PAPERS] == [
        "入党志愿书",
        "入党申请书",
        "政治审查材料",
        "转正申请书",
        "培养教育考察材料",
    ]


def test_article_numbers_move_down_by_one_from_nineteen_on_in_2026():
    for row in STEPS:
        for old, new in zip(row.articles_2014, row.articles_2026, strict=True):
            assert new == (old if old < 19 else old - 1)


def test_an_article_whose_number_is_not_confirmed_says_so():
    assert cite((24,), "2014") == "《细则》（2014）第二十四条（条号待核）"
    assert cite((25,), "2026") == "《细则》（2026）第二十五条"
    assert step(17).citation("2026") == "《细则》（2026）第二十四条（条号待核）、第二十五条"
    assert cite((), "2026") == ""


@pytest.mark.parametrize(("number", "text"), [(3, "三"), (10, "十"), (13, "十三"), (20, "二十"), (37, "三十七")])
def test_articles_are_numbered_in_chinese(number, text):
    assert numeral(number) == text


def test_no_article_of_2014_stands_where_2026_is_cited():
    for limit in LIMITS.values():
        assert set(RULE_SETS) == {"2014", "2026"}
        assert limit.articles("2014") and limit.articles("2026") or limit.code == "consult_first"


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("cultivation", 11),
        ("review_every", 7),
        ("first_talk_within", 31),
        ("approval_within", 4),
        ("approval_at_most", 7),
        ("agreement_publicity", 4),
        ("training_hours", 23),
        ("training_days", 2),
        ("conversion_approval_within", 4),
        ("transfer_delay", 7),
        ("probation", 11),
        ("extension_at_most", 6),
        ("no_such_limit", 1),
        ("review_every", 0),
        ("cultivation", -1),
        ("cultivation", True),
        ("consult_first", 2),
    ],
)
def test_a_looser_or_impossible_local_limit_is_refused_with_a_sentence(code, value):
    assert refuse_looser(code, value)


@pytest.mark.parametrize(
    ("code", "value"),
    [
        ("cultivation", 12),
        ("cultivation", 18),
        ("review_every", 3),
        ("first_talk_within", 15),
        ("activist_wait", 6),
        ("political_review_valid", 12),
        ("approval_talk_within", 10),
        ("agreement_publicity", 7),
        ("report_every", 3),
        ("oath_within", 60),  # the month of 2026 is not confirmed, so it stays open either way
        ("written_votes", 1),  # whether 2026 keeps them is not confirmed
        ("consult_first", 0),
    ],
)
def test_a_stricter_local_limit_and_one_in_place_of_an_unconfirmed_value_are_taken(code, value):
    assert refuse_looser(code, value) == ""


def test_every_local_limit_names_its_unit_and_its_step():
    for limit in LOCAL_LIMITS.values():
        assert isinstance(limit.local_unit, LimitUnit)
        assert 1 <= limit.step <= 25
        assert limit.title
