"""The road ahead: earliest, due and latest days chain from what is known, and real dates replace forecasts."""

import pytest

from recruitment import rules
from recruitment.facts import Facts, LocalLimit, PersonFact, StepFact, Votes
from tests.recruitment.rules.roads import BRANCH, CALENDAR, CANDIDATE, COMMITTEE, day, due_keys, facts_until, road


def days(now, *numbers):
    return [str(now.step(number).earliest_on) for number in numbers]


def test_a_bare_application_date_gives_the_whole_road():
    now = rules.road_from_application(day("2026-01-31"), today=day("2026-01-31"), calendar=CALENDAR)
    assert now.next_steps == (2,)
    assert (now.step(2).earliest_on, now.step(2).due_on) == (day("2026-01-31"), day("2026-02-28"))
    assert days(now, 3, 6, 7) == ["2026-01-31", "2027-01-31", "2027-01-31"]
    # agreed on a Sunday: five workdays from Monday, listed on the Saturday after; 2027 is not published
    assert (now.step(8).earliest_on, now.step(8).completes_on) == (day("2027-01-31"), day("2027-02-06"))
    assert not now.step(7).provisional
    assert all(now.step(number).provisional for number in range(8, 26))
    assert days(now, 9, 15, 23, 24) == ["2027-02-06", "2027-02-06", "2028-02-06", "2028-02-06"]
    assert (now.step(15).due_on, now.step(17).due_on, now.step(17).latest_on) == (
        day("2027-03-06"),
        day("2027-05-06"),
        day("2027-08-06"),
    )
    assert now.step(24).due_on == day("2028-05-06")
    assert {row.state for row in now.steps[2:]} == {"blocked"}


def test_an_application_still_to_come_is_looked_at_from_its_own_day():
    now = rules.road_from_application(day("2027-05-01"), today=day("2026-11-22"), calendar=CALENDAR)
    assert (now.step(1).state, now.step(7).earliest_on) == ("done", day("2028-05-01"))


def test_what_is_not_done_is_not_forecast_into_the_past():
    now = rules.road_from_application(day("2024-01-10"), today=day("2026-11-22"), calendar=CALENDAR)
    assert now.step(2).earliest_on == day("2024-01-10")  # its own condition has been met since
    assert (now.step(2).state, now.step(2).due_on) == ("late", day("2024-02-10"))
    assert days(now, 3, 7) == ["2026-11-22", "2027-11-22"]


def test_before_the_application_the_birthday_is_what_counts():
    now = road(Facts(PersonFact(birth_on=day("2010-03-01"))), "2026-11-22")
    assert (now.stage.label, now.next_steps) == ("重点关注", (1,))
    assert now.step(1).earliest_on == day("2028-03-01")
    assert road(Facts(CANDIDATE), "2026-11-22").step(1).earliest_on == day("2026-11-22")


@pytest.mark.parametrize("last", range(1, 26))
def test_real_dates_replace_forecasts_step_by_step(last):
    facts = facts_until(last)
    today = facts.steps[-1].decided_on
    now = road(facts, today)
    assert [row.state for row in now.steps[:last]] == ["done"] * last
    assert [row.decided_on for row in now.steps[:last]] == [fact.decided_on for fact in facts.steps]
    ahead = [row for row in now.steps[last:] if row.earliest_on]
    assert all(row.earliest_on >= today or row.state == "allowed" for row in ahead)
    assert all(row.state != "done" for row in now.steps[last:])


def test_the_last_lawful_day_of_an_approval():
    facts = facts_until(16)
    now = road(facts, "2023-08-20").step(17)
    assert (now.state, now.due_on, now.latest_on) == ("allowed", day("2023-08-20"), day("2023-11-20"))
    assert road(facts, "2023-08-21").step(17).state == "late"
    assert road(facts, "2023-11-20").step(17).state == "late"
    lapsed = road(facts, "2023-11-21").step(17)
    assert (lapsed.state, [row.code for row in lapsed.objections]) == ("blocked", ["approval_lapsed"])
    assert 17 not in road(facts, "2023-11-21").next_steps


def test_a_committee_s_validity_of_the_political_review_is_a_last_day():
    limit = LocalLimit("political_review_valid", 12, day("2020-01-01"), "院党委")
    assert road(facts_until(14, local_limits=(limit,)), "2023-06-01").step(15).latest_on == day("2024-03-20")
    assert road(facts_until(14), "2023-06-01").step(15).latest_on is None


def test_a_local_wait_that_is_longer_today_moves_the_earliest_day():
    limit = LocalLimit("activist_wait", 6, day("2022-04-01"), "院党委")
    facts = facts_until(2, local_limits=(limit,))
    assert road(facts, "2022-03-31").step(3).earliest_on == day("2022-02-20")
    now = road(facts, "2022-04-01").step(3)
    assert (now.state, now.earliest_on) == ("blocked", day("2022-07-31"))


def test_the_plan_s_day_stands_beside_the_lawful_ones():
    facts = facts_until(6, plan={7: day("2023-03-15"), 15: day("2023-06-30")})
    now = road(facts, "2023-03-05")
    assert (now.step(7).planned_on, now.step(15).planned_on) == (day("2023-03-15"), day("2023-06-30"))
    due = due_keys(facts)["target_decision"]
    assert (due.due_on, due.binding) == (day("2023-03-15"), False)
    assert "年度发展计划" in due.article


def test_a_record_dated_after_today_counts_for_nothing_yet():
    now = road(facts_until(4), "2022-03-05")
    assert (now.step(4).state, [row.code for row in now.step(4).objections]) == ("blocked", ["future_date"])
    assert now.stage.label == "入党积极分子"


def test_a_record_that_cannot_count_leaves_the_step_open_with_the_reason():
    facts = facts_until(15, s15={"votes": Votes(12, 12, 6, 6)})
    now = road(facts, "2023-06-05")
    assert now.step(15).state == "blocked"
    assert (now.step(15).decided_on, [row.code for row in now.step(15).objections]) == (
        day("2023-05-20"),
        ["not_passed"],
    )
    assert now.probation_from_on is None


def test_a_gap_in_old_records_is_shown_and_does_not_undo_what_followed():
    now = road(facts_until(8, without=(2,)), "2023-03-11")
    assert (now.stage.label, now.step(3).state, now.step(3).gap) == ("发展对象", "done", True)
    missing = now.step(2)
    assert (missing.state, missing.latest_on, missing.objections) == ("allowed", day("2022-03-01"), ())
    filled = road(facts_until(8), "2023-03-11")
    assert not filled.step(3).gap


class TestDues:
    @pytest.mark.parametrize(
        ("last", "expected"),
        [
            (0, {}),
            (1, {"first_talk": "2022-02-28"}),
            (2, {}),
            (3, {"filing": "2022-04-01", "name_mentors": "2022-04-01", "periodic_review:1": "2022-09-01"}),
            (5, {"periodic_review:1": "2022-09-01", "cultivation_conclusion": "2023-04-01"}),
            (6, {"target_decision": "2023-04-01", "periodic_review:1": "2022-09-01"}),
            (7, {"agreement": "2023-04-02"}),
            (8, {"name_recommenders": "2023-04-10", "political_review": "2023-04-10", "training": "2023-06-10"}),
            (11, {"branch_review": "2023-05-20"}),
            (12, {"pre_examination": "2023-06-01"}),
            (13, {"membership_form": "2023-05-18"}),
            (14, {"admission_meeting": "2023-06-08"}),
            (15, {"approval_talk": "2023-06-20", "approval": "2023-08-20"}),
            (16, {"approval": "2023-08-20"}),
            (
                17,
                {
                    "filing_upward": "2023-07-10",
                    "assign_group": "2023-07-10",
                    "oath": "2023-07-10",
                    "probation_conclusion": "2024-05-20",
                    "conversion_application": "2024-05-20",
                    "conversion_meeting": "2024-06-20",
                },
            ),
            (22, {"conversion_meeting": "2024-06-20"}),
            (23, {"conversion_approval": "2024-08-20"}),
            (24, {"archive": "2024-07-10"}),
            (25, {}),
        ],
    )
    def test_what_is_owed_after_each_step(self, last, expected):
        owed = due_keys(facts_until(last, reviews=()))
        assert {key: str(due.due_on) for key, due in owed.items()} == expected

    def test_only_what_a_rule_numbers_is_binding(self):
        binding = set()
        for last in range(25):
            binding |= {key for key, due in due_keys(facts_until(last, era=2026, reviews=())).items() if due.binding}
        assert binding == {
            "first_talk",
            "periodic_review:1",
            "admission_meeting",
            "approval",
            "oath",
            "conversion_application",
            "conversion_approval",
        }
        assert all("未规定期限" in due.article for due in due_keys(facts_until(3)).values() if not due.binding)

    @pytest.mark.parametrize("last", range(26))
    def test_the_road_owes_the_same_on_any_day(self, last):
        facts = facts_until(last)
        owed = rules.dues(facts, calendar=CALENDAR)
        for today in ("2024-07-01", "2025-01-01", "2030-01-01"):
            assert road(facts, today).dues == owed

    @pytest.mark.parametrize("last", range(26))
    def test_keys_are_unique_and_every_due_names_its_article(self, last):
        owed = rules.dues(facts_until(last, reviews=()), calendar=CALENDAR)
        assert len({due.key for due in owed}) == len(owed)
        assert all(due.article and due.title and due.opens_on <= due.due_on for due in owed)

    def test_a_local_limit_makes_an_act_binding(self):
        limits = (
            LocalLimit("filing_within", 30, day("2022-01-01"), "院党委"),
            LocalLimit("activist_within", 3, day("2022-01-01"), "院党委"),
        )
        assert due_keys(facts_until(2, local_limits=limits))["activist_decision"].due_on == day("2022-04-30")
        due = due_keys(facts_until(3, local_limits=limits))["filing"]
        assert (due.due_on, due.binding, due.article) == (day("2022-03-31"), True, "院党委规定（自 2022-01-01 起）")

    def test_the_strictest_of_several_committees_holds_and_the_latest_of_each(self):
        limits = (
            LocalLimit("filing_within", 30, day("2021-01-01"), "院党委"),
            LocalLimit("filing_within", 20, day("2022-01-01"), "院党委"),
            LocalLimit("filing_within", 25, day("2022-01-01"), "所党委"),
            LocalLimit("filing_within", 5, day("2022-06-01"), "所党委"),
        )
        assert due_keys(facts_until(3, local_limits=limits))["filing"].due_on == day("2022-03-21")


def test_a_wait_ends_on_the_day_that_a_shorter_one_replaces_it():
    longer = LocalLimit("activist_wait", 6, day("2026-01-01"), "院党委", until_on=day("2026-04-01"))
    shorter = LocalLimit("activist_wait", 1, day("2026-04-01"), "院党委")

    def decided_first(applied_on, today):
        facts = Facts(CANDIDATE, BRANCH, COMMITTEE, (StepFact(1, day(applied_on)),), local_limits=(longer, shorter))
        return str(road(facts, today).step(3).earliest_on)

    assert decided_first("2026-02-10", "2026-02-20") == "2026-04-01"
    assert decided_first("2026-03-20", "2026-03-25") == "2026-04-20"
