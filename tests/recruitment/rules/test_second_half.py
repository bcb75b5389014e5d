"""Steps 12 to 25, from the branch committee's review to the closed file: each condition with its edge days."""

import pytest

from recruitment.facts import LocalLimit, SituationFact, StepFact, UnitFact, Votes
from recruitment.rules import with_step
from tests.recruitment.rules.roads import (
    COMMITTEE,
    COMMITTEE_MEMBER,
    MENTOR,
    PAPERS,
    PASSED,
    SECRETARY,
    codes,
    day,
    facts_until,
    found,
    full,
    proposal,
    road,
)  # fmt: skip

LEAVING = {"kind": "leaving_soon", "on": day("2023-04-25")}


def only(objections):
    assert len(objections) == 1, objections
    return objections[0]


class TestReviewAndPreExamination:
    def test_a_local_validity_of_the_political_review(self):
        limit = LocalLimit("political_review_valid", 12, day("2020-01-01"), "院党委")
        facts = facts_until(11, local_limits=(limit,))
        assert codes(facts, proposal(12, decided_on="2024-03-20")) == set()
        assert codes(facts, proposal(12, decided_on="2024-03-21")) == {"political_review_expired"}
        renewed = proposal(10, decided_on="2024-03-21")
        assert codes(facts, renewed) == set()
        assert codes(facts, proposal(10, decided_on="2024-03-20")) == {"already_recorded"}

    @pytest.mark.parametrize(
        ("leaves", "expected"),
        [
            ("2023-08-01", {"leaving_soon"}),
            ("2023-07-31", {"leaving_soon"}),
            ("2023-08-02", set()),
            ("2023-04-30", set()),
        ],
    )
    def test_nobody_who_leaves_within_three_months(self, leaves, expected):
        facts = facts_until(11, situations=(SituationFact(**LEAVING, until_on=day(leaves)),))
        assert codes(facts, proposal(12, decided_on="2023-05-01")) == expected

    def test_unless_the_superior_committee_has_agreed(self):
        agreed = SituationFact(**LEAVING, until_on=day("2023-06-30"), recognised=True, recognised_by="院党委会议纪要")
        assert codes(facts_until(11, situations=(agreed,)), proposal(12)) == set()

    @pytest.mark.parametrize("number", [12, 13, 14, 15])
    def test_the_bar_holds_through_admission(self, number):
        on = proposal(number).decided_on
        leaving = SituationFact("leaving_soon", on, until_on=day("2023-07-15"))
        assert codes(facts_until(number - 1, situations=(leaving,)), proposal(number)) == {"leaving_soon"}

    def test_an_unqualified_branch_review_or_pre_examination_stops_what_follows(self):
        assert codes(facts_until(12, s12={"conclusion": "unqualified"}), proposal(13)) == {"prerequisite_missing"}
        facts = facts_until(13, s13={"conclusion": "unqualified"})
        assert codes(facts, proposal(14)) == {"pre_examination_unqualified"}
        assert codes(facts, proposal(13, decided_on="2023-05-08")) == {"same_day_repeat"}
        assert codes(facts, proposal(13, decided_on="2023-05-09")) == set()

    def test_the_form_has_its_number(self):
        assert codes(facts_until(13), proposal(14, form_number=" ")) == {"form_number_missing"}

    def test_local_time_limits_ask_for_the_reason(self):
        limits = (
            LocalLimit("pre_examination_within", 30, day("2020-01-01"), "院党委"),
            LocalLimit("political_review_within", 30, day("2020-01-01"), "院党委"),
        )
        facts = facts_until(12, local_limits=limits)
        assert codes(facts, proposal(13, decided_on="2023-05-31")) == set()
        assert codes(facts, proposal(13, decided_on="2023-06-01")) == {"pre_examination_late"}
        review = facts_until(9, local_limits=limits)
        assert codes(review, proposal(10, decided_on="2023-04-09")) == set()
        assert codes(review, proposal(10, decided_on="2023-04-10")) == {"political_review_late"}


UNITS = [
    (UnitFact("a", "总支", "general_branch", True), False),
    (UnitFact("b", "党组", "leading_group", True), False),
    (UnitFact("c", "临时党委", "temporary", True), False),
    (UnitFact("d", "支部", "branch", True), False),
    (UnitFact("e", "院属党委", "committee", False), False),
    (COMMITTEE, True),
]


@pytest.mark.parametrize("number", [13, 17, 24])
@pytest.mark.parametrize(("unit", "allowed"), UNITS, ids=lambda value: getattr(value, "name", ""))
def test_only_a_committee_with_the_power_to_approve_approves(number, unit, allowed):
    expected = set() if allowed else {"unit_may_not_approve"}
    assert codes(facts_until(number - 1), proposal(number, unit=unit)) == expected


def test_without_a_named_unit_the_superior_is_meant():
    assert codes(facts_until(16), proposal(17, unit=None)) == set()
    powerless = facts_until(16, superior=UnitFact(kind="committee"))
    assert codes(powerless, proposal(17, unit=None)) == {"unit_may_not_approve"}


class TestAdmission:
    @pytest.mark.parametrize(
        ("held", "expected"),
        [("2027-10-09", set()), ("2027-10-10", set()), ("2027-10-11", {"meeting_late"})],
    )
    def test_2026_within_a_month_of_the_pre_examination(self, held, expected):
        assert codes(facts_until(14, era=2026), proposal(15, era=2026, decided_on=held)) == expected

    def test_2014_sets_no_such_month(self):
        assert codes(facts_until(14), proposal(15, decided_on="2023-09-01")) == set()

    def test_the_rules_in_force_when_the_clock_started_decide(self):
        facts = facts_until(14, s13={"decided_on": day("2026-05-08")}, s14={"decided_on": day("2026-05-09")})
        assert codes(facts, proposal(15, decided_on="2026-07-01")) == set()
        facts = facts_until(14, s13={"decided_on": day("2026-05-18")}, s14={"decided_on": day("2026-05-19")})
        assert codes(facts, proposal(15, decided_on="2026-06-18")) == set()
        assert codes(facts, proposal(15, decided_on="2026-06-19")) == {"meeting_late"}

    def test_a_recommender_who_lost_their_rights_must_be_replaced_first(self):
        now = (MENTOR, full("柳", suspended=True))
        assert codes(facts_until(14, recommenders=now), proposal(15)) == {"recommender_suspended"}
        replacement = proposal(9, decided_on="2023-05-15", persons=(MENTOR, SECRETARY))
        assert codes(facts_until(14, recommenders=now), replacement) == set()
        assert codes(facts_until(14), replacement) == {"already_recorded"}

    def test_a_vote_that_failed_may_be_held_again_another_day(self):
        failed = {"conclusion": "failed", "votes": Votes(12, 11, 6, 5)}
        facts = facts_until(15, s15=failed)
        now = road(facts, "2023-06-01")
        assert (now.stage.label, now.step(15).state, now.step(16).state) == ("发展对象", "allowed", "blocked")
        assert codes(facts, proposal(15)) == {"same_day_repeat"}
        assert codes(facts, proposal(15, decided_on="2023-05-21")) == set()
        assert codes(facts, proposal(16)) == {"prerequisite_missing"}
        assert not [due for due in now.dues if due.step == 15]

    def test_publicity_before_the_meeting_where_the_committee_asks_for_it(self):
        facts = facts_until(14, local_limits=(LocalLimit("acceptance_publicity", 5, day("2020-01-01"), "院党委"),))
        window = {"publicity_from_on": "2023-05-15", "publicity_until_on": "2023-05-19"}
        assert codes(facts, proposal(15)) == {"publicity_missing"}
        assert codes(facts, proposal(15, **window)) == set()
        assert codes(facts, proposal(15, decided_on="2023-05-19", **window)) == {"publicity_too_short"}

    def test_the_talk_before_approval_is_held_by_the_committee(self):
        assert codes(facts_until(15), proposal(16, persons=(SECRETARY,))) == {"wrong_talker"}
        organiser = full("江", posts=("party_office",))
        assert codes(facts_until(15), proposal(16, persons=(organiser,))) == set()
        limit = LocalLimit("approval_talk_within", 10, day("2020-01-01"), "院党委")
        assert codes(facts_until(15, local_limits=(limit,)), proposal(16, decided_on="2023-05-30")) == set()
        assert codes(facts_until(15, local_limits=(limit,)), proposal(16, decided_on="2023-05-31")) == {
            "approval_talk_late"
        }


class TestApproval:
    def test_never_without_the_talk(self):
        assert codes(facts_until(15), proposal(17)) == {"prerequisite_missing"}

    @pytest.mark.parametrize(
        ("approved", "expected"),
        [
            ("2023-08-19", set()),
            ("2023-08-20", set()),
            ("2023-08-21", {"approval_late"}),
            ("2023-11-20", {"approval_late"}),
            ("2023-11-21", {"approval_lapsed"}),
        ],
    )
    def test_three_months_six_with_reason_never_later(self, approved, expected):
        assert expected <= codes(facts_until(16), proposal(17, decided_on=approved))
        with_reason = codes(facts_until(16), proposal(17, decided_on=approved, late_reason="党委换届"))
        assert with_reason == ({"approval_lapsed"} if "approval_lapsed" in expected else set())

    def test_month_ends_are_clamped(self):
        facts = facts_until(16, s15={"decided_on": day("2023-11-30")}, s16={"decided_on": day("2023-12-05")})
        assert codes(facts, proposal(17, decided_on="2024-02-29")) == set()
        assert codes(facts, proposal(17, decided_on="2024-03-01")) == {"approval_late"}
        assert codes(facts, proposal(17, decided_on="2024-05-30", late_reason="特殊情况")) == set()
        assert codes(facts, proposal(17, decided_on="2024-05-31", late_reason="特殊情况")) == {"approval_lapsed"}

    def test_a_lapsed_resolution_is_discussed_and_talked_over_anew(self):
        facts = facts_until(16)
        assert codes(facts, proposal(15, decided_on="2023-11-20")) == {"already_recorded"}
        again = proposal(15, decided_on="2023-11-21")
        assert codes(facts, again) == set()
        facts = with_step(facts, again)
        now = road(facts, "2023-12-01")
        assert (now.probation_from_on, now.step(16).state) == (day("2023-11-21"), "allowed")
        assert codes(facts, proposal(17, decided_on="2023-12-01")) == {"prerequisite_missing"}

    def test_a_refusal_sends_the_road_back_to_the_meeting(self):
        facts = facts_until(17, s17={"conclusion": "refused", "votes": Votes(9, 9, 3, 6)})
        now = road(facts, "2023-07-01")
        assert (now.stage.label, now.probation_ends_on) == ("发展对象", None)
        assert [now.step(number).state for number in (15, 16, 17)] == ["allowed", "blocked", "blocked"]
        assert codes(facts, proposal(15, decided_on="2023-06-10")) == {"same_day_repeat"}
        assert codes(facts, proposal(15, decided_on="2023-06-11")) == set()

    def test_a_committee_may_ask_for_reconsideration_of_old_resolutions(self):
        limit = LocalLimit("reconsider_after", 3, day("2020-01-01"), "院党委")
        late = proposal(17, decided_on="2023-09-01", late_reason="换届")
        assert codes(facts_until(16, local_limits=(limit,)), late) == {"reconsideration_needed"}
        again = SituationFact("reconsidered", day("2023-08-25"), votes=PASSED)
        assert codes(facts_until(16, local_limits=(limit,), situations=(again,)), late) == set()
        lost = SituationFact("reconsidered", day("2023-08-25"), votes=Votes(12, 11, 6, 5))
        assert codes(facts_until(16, local_limits=(limit,), situations=(lost,)), late) == {"reconsideration_needed"}

    def test_probation_counts_from_the_meeting_not_from_the_approval(self):
        now = road(facts_until(17), "2023-07-01")
        assert (now.stage.label, now.probation_from_on) == ("预备党员", day("2023-05-20"))
        assert now.probation_ends_on == day("2024-05-20")

    @pytest.mark.parametrize(
        ("sworn", "expected"), [("2027-11-20", set()), ("2027-11-21", {"oath_late"}), ("2027-10-20", set())]
    )
    def test_the_oath_of_2026_within_a_month_of_approval(self, sworn, expected):
        assert codes(facts_until(19, era=2026), proposal(20, era=2026, decided_on=sworn)) == expected
        assert codes(facts_until(19), proposal(20, decided_on="2023-12-31")) == set()


class TestConversion:
    @pytest.mark.parametrize(
        ("met", "expected"),
        [("2024-05-19", {"before_probation_end"}), ("2024-05-20", set()), ("2024-05-21", set())],
    )
    def test_never_before_the_year_is_over(self, met, expected):
        assert codes(facts_until(22), proposal(23, decided_on=met)) == expected

    def test_a_leap_day_meeting_ends_its_year_on_the_28th(self):
        late = {"late_reason": "补记"}
        facts = facts_until(22, s15={"decided_on": day("2024-02-29")}, s16={"decided_on": day("2024-03-01")},
                            s17={"decided_on": day("2024-03-05")}, s18={"decided_on": day("2024-03-06")},
                            s19={"decided_on": day("2024-03-06")}, s20={"decided_on": day("2024-03-07")},
                            s21={"decided_on": day("2025-02-20")}, s22={"decided_on": day("2025-02-20"), **late})  # fmt: skip
        assert codes(facts, proposal(23, decided_on="2025-02-27")) == {"before_probation_end"}
        assert codes(facts, proposal(23, decided_on="2025-02-28")) == set()

    def test_a_late_application_gives_its_reason(self):
        assert codes(facts_until(21), proposal(22, decided_on="2024-05-20")) == set()
        assert codes(facts_until(21), proposal(22, decided_on="2024-05-21")) == {"conversion_application_late"}
        limit = LocalLimit("conversion_application_before", 14, day("2020-01-01"), "院党委")
        facts = facts_until(21, s21={"decided_on": day("2024-05-01")}, local_limits=(limit,))
        assert codes(facts, proposal(22, decided_on="2024-05-06")) == set()
        assert codes(facts, proposal(22, decided_on="2024-05-07")) == {"conversion_application_late"}

    @pytest.mark.parametrize(
        ("until", "expected"),
        [
            (None, {"extension_end_missing"}),
            ("2024-11-19", {"extension_length"}),
            ("2024-11-20", set()),
            ("2025-05-20", set()),
            ("2025-05-21", {"extension_length"}),
        ],
    )
    def test_an_extension_lasts_six_to_twelve_months_from_the_expiry(self, until, expected):
        fact = proposal(23, decided_on="2024-05-25", conclusion="extended", extended_until_on=until)
        assert codes(facts_until(22), fact) == expected

    def extended(self):
        until = {"conclusion": "extended", "extended_until_on": day("2024-11-20")}
        return facts_until(24, s23=until, s24=until)

    def test_an_extension_moves_the_end_and_opens_the_discussion_again(self):
        now = road(self.extended(), "2024-07-01")
        assert (now.stage.label, now.probation_ends_on, now.is_extended) == ("预备党员", day("2024-11-20"), True)
        assert [now.step(number).state for number in (22, 23, 24)] == ["done", "blocked", "blocked"]
        assert now.step(23).earliest_on == day("2024-11-20")

    def test_it_happens_once_and_then_only_conversion_or_cancellation(self):
        facts = self.extended()
        assert codes(facts, proposal(23, decided_on="2024-11-19")) == {"before_probation_end"}
        assert codes(facts, proposal(23, decided_on="2024-11-20")) == set()
        again = proposal(23, decided_on="2024-11-20", conclusion="extended", extended_until_on="2025-05-20")
        assert codes(facts, again) == {"extension_once"}
        assert codes(facts, proposal(23, decided_on="2024-11-20", conclusion="cancelled")) == set()

    def test_standing_counts_from_the_expiry_however_late_the_meeting(self):
        facts = facts_until(24, s23={"decided_on": day("2024-08-01")}, s24={"decided_on": day("2024-08-20")})
        now = road(facts)
        assert (now.stage.label, now.party_standing_from_on) == ("正式党员", day("2024-05-20"))

    def test_cancelling_waits_for_no_expiry_and_ends_the_road(self):
        early = {"decided_on": day("2023-12-01"), "conclusion": "cancelled"}
        assert codes(facts_until(20), proposal(23, **early)) == set()
        facts = facts_until(24, without=(21, 22), s23=early, s24=early | {"decided_on": day("2023-12-20")})
        now = road(facts)
        assert (now.state.label, now.stopped_on, now.dues) == ("取消预备党员资格", day("2023-12-20"), ())

    def test_the_committee_approves_what_the_meeting_resolved_or_refuses(self):
        assert codes(facts_until(23), proposal(24, conclusion="extended")) == {"conclusion_differs"}
        assert codes(facts_until(23), proposal(24, conclusion="refused", votes=Votes(9, 9, 2, 7))) == set()
        extended = {"conclusion": "extended", "extended_until_on": day("2024-11-20")}
        other = proposal(24, conclusion="extended", extended_until_on="2025-01-20")
        assert codes(facts_until(23, s23=extended), other) == {"extension_differs"}
        refused = road(facts_until(24, s24={"conclusion": "refused", "votes": Votes(9, 9, 2, 7)}), "2024-07-01")
        assert (refused.stage.label, refused.step(23).state) == ("预备党员", "allowed")

    @pytest.mark.parametrize(
        ("approved", "expected"),
        [
            ("2024-08-20", set()),
            ("2024-08-21", {"conversion_approval_late"}),
            ("2025-03-01", {"conversion_approval_late"}),
        ],
    )
    def test_conversion_is_approved_within_three_months(self, approved, expected):
        assert codes(facts_until(23), proposal(24, decided_on=approved)) == expected

    def test_a_failed_conversion_vote_may_be_repeated(self):
        facts = facts_until(23, s23={"conclusion": "failed", "votes": Votes(12, 12, 6, 6)})
        assert codes(facts, proposal(24)) == {"prerequisite_missing"}
        assert codes(facts, proposal(23, decided_on="2024-05-21")) == set()

    def test_publicity_of_conversion_where_the_committee_asks_for_it(self):
        facts = facts_until(22, local_limits=(LocalLimit("conversion_publicity", 5, day("2020-01-01"), "院党委"),))
        assert codes(facts, proposal(23)) == {"publicity_missing"}
        window = {"publicity_from_on": "2024-05-13", "publicity_until_on": "2024-05-17"}
        assert codes(facts, proposal(23, **window)) == set()


class TestArchive:
    @pytest.mark.parametrize("missing", PAPERS)
    def test_not_with_one_of_five_papers_missing(self, missing):
        documents = tuple(code for code in PAPERS if code != missing)
        refusal = only(found(facts_until(24), proposal(25, documents=documents)))
        assert (refusal.code, refusal.field) == ("paper_missing", "documents")

    def test_other_papers_do_no_harm(self):
        assert codes(facts_until(24), proposal(25, documents=(*PAPERS, "checklist"))) == set()

    @pytest.mark.parametrize("missing", [18, 19, 20])
    def test_not_before_the_small_acts_of_admission_are_on_record(self, missing):
        assert "prerequisite_missing" in codes(facts_until(24, without=(missing,)), proposal(25))

    def test_a_week_where_the_committee_asks_for_it(self):
        limit = LocalLimit("archive_within", 7, day("2020-01-01"), "院党委")
        facts = facts_until(24, local_limits=(limit,))
        assert codes(facts, proposal(25, decided_on="2024-06-17")) == set()
        assert codes(facts, proposal(25, decided_on="2024-06-18")) == {"archive_late"}

    def test_the_closed_road_owes_nothing(self):
        now = road(facts_until(25))
        assert (now.state.label, now.dues, now.next_steps) == ("已转正归档", (), ())
        assert {row.state for row in now.steps} == {"done"}
        assert now.late_steps == ()


def test_every_conclusion_that_a_step_does_not_know_is_refused():
    assert codes(facts_until(14), proposal(15, conclusion="agreed")) == {"conclusion_unknown"}
    assert codes(facts_until(2), proposal(3, conclusion="passed")) == {"conclusion_unknown"}
    assert codes(facts_until(22), proposal(23, conclusion="")) == {"conclusion_missing"}


def test_talks_are_not_held_by_just_anybody():
    assert codes(facts_until(15), StepFact(16, day("2023-06-01"), persons=(MENTOR,))) == {"wrong_talker"}
    assert codes(facts_until(15), StepFact(16, day("2023-06-01"), persons=(COMMITTEE_MEMBER,))) == set()
