"""Steps 1 to 11, from the application to the development target's training: each condition with its edge days."""

import pytest

from recruitment.facts import Facts, LocalLimit, PersonFact, ReviewFact, SituationFact, StepFact, Votes
from tests.recruitment.rules.roads import (
    CANDIDATE,
    COMMITTEE_MEMBER,
    MENTOR,
    REVIEWS_2014,
    SECOND_MENTOR,
    SECRETARY,
    codes,
    day,
    facts_until,
    found,
    full,
    proposal,
    road,
)  # fmt: skip


def only(objections):
    assert len(objections) == 1, objections
    return objections[0]


@pytest.mark.parametrize("era", [2014, 2026])
@pytest.mark.parametrize("number", range(1, 26))
def test_every_step_of_a_lawful_road_may_be_recorded_in_its_turn(number, era):
    assert found(facts_until(number - 1, era=era), proposal(number, era=era)) == ()


@pytest.mark.parametrize("era", [2014, 2026])
@pytest.mark.parametrize("number", range(2, 26))
def test_a_step_is_refused_without_what_must_come_first(number, era):
    assert "prerequisite_missing" in codes(Facts(CANDIDATE), proposal(number, era=era))


@pytest.mark.parametrize("number", range(1, 26))
def test_a_step_on_record_is_not_recorded_twice(number):
    again = codes(facts_until(number), proposal(number))
    expected = {"already_recorded", "road_stopped"} if number == 25 else {"already_recorded"}
    assert again & expected


@pytest.mark.parametrize("number", range(1, 26))
def test_a_date_in_the_future_is_refused_and_says_from_when(number):
    fact = proposal(number)
    refusal = only(found(facts_until(number - 1), fact, today=day("2020-01-01")))
    assert (refusal.code, refusal.holds_until, refusal.field) == ("future_date", fact.decided_on, "decided_on")


@pytest.mark.parametrize("number", range(2, 26))
def test_a_step_is_not_decided_before_the_one_it_rests_on(number):
    facts = facts_until(number - 1)
    latest = max(fact.decided_on for fact in facts.steps)
    early = codes(facts, proposal(number, decided_on=day("2022-01-30")))
    assert early & {"dates_out_of_order", "prerequisite_missing"}
    assert latest > day("2022-01-30")


@pytest.mark.parametrize("number", [3, 12, 15, 17])
def test_a_body_that_may_not_decide_is_refused_by_name(number):
    refusal = next(
        row for row in found(facts_until(number - 1), proposal(number, body="branch")) if row.code == "wrong_body"
    )
    assert "党支部" in refusal.message
    assert refusal.field == "body"


def test_an_earlier_record_is_not_slipped_in_before_one_on_file():
    facts = facts_until(15, s15={"conclusion": "failed", "votes": Votes(12, 12, 6, 6)})
    assert codes(facts, proposal(15, decided_on="2023-05-15")) == {"later_record"}


class TestApplication:
    @pytest.mark.parametrize(
        ("birth", "applied", "expected"),
        [
            ("2008-06-02", "2026-06-01", {"under_age"}),
            ("2008-06-01", "2026-06-01", set()),
            ("2008-05-31", "2026-06-01", set()),
            ("2008-02-29", "2026-02-27", {"under_age"}),
            ("2008-02-29", "2026-02-28", set()),
            ("2026-07-01", "2026-06-01", {"before_birth"}),
        ],
    )
    def test_eighteen_on_the_day(self, birth, applied, expected):
        facts = Facts(PersonFact(birth_on=day(birth)))
        assert codes(facts, StepFact(1, day(applied))) == expected

    def test_the_refusal_names_the_article_and_the_birthday(self):
        refusal = only(found(Facts(PersonFact(birth_on=day("2009-03-01"))), StepFact(1, day("2026-06-01"))))
        assert (refusal.article, refusal.holds_until) == ("《细则》（2026）第五条", day("2027-03-01"))

    @pytest.mark.parametrize("standing", ["full", "probationary"])
    def test_a_member_does_not_apply(self, standing):
        assert codes(Facts(PersonFact(standing=standing)), StepFact(1, day("2026-06-01"))) == {"already_member"}

    def test_an_unknown_step_is_refused(self):
        assert codes(Facts(CANDIDATE), StepFact(26, day("2026-06-01"))) == {"unknown_step"}


class TestFirstTalk:
    @pytest.mark.parametrize(
        ("applied", "talked", "expected"),
        [
            ("2026-06-01", "2026-06-30", set()),
            ("2026-06-01", "2026-07-01", set()),
            ("2026-06-01", "2026-07-02", {"first_talk_late"}),
            ("2026-01-31", "2026-02-28", set()),
            ("2026-01-31", "2026-03-01", {"first_talk_late"}),
            ("2024-01-31", "2024-02-29", set()),
            ("2024-01-31", "2024-03-01", {"first_talk_late"}),
            ("2025-12-31", "2026-01-31", set()),
            ("2025-12-31", "2026-02-01", {"first_talk_late"}),
        ],
    )
    def test_within_a_calendar_month_the_due_day_included(self, applied, talked, expected):
        facts = Facts(CANDIDATE, steps=(StepFact(1, day(applied)),))
        assert codes(facts, proposal(2, decided_on=talked)) == expected

    def test_a_late_talk_is_recorded_with_its_reason_and_flagged(self):
        late = proposal(2, decided_on="2022-03-10", late_reason="本人在野外台站")
        assert codes(facts_until(1), late) == set()
        assert road(facts_until(2, s2={"decided_on": late.decided_on, "late_reason": "台站"})).late_steps == (2,)

    @pytest.mark.parametrize("posts", [("secretary",), ("deputy_secretary",), ("organisation_commissioner",)])
    def test_by_those_whose_post_allows_it(self, posts):
        assert codes(facts_until(1), proposal(2, persons=(full("乙", posts=posts),))) == set()

    @pytest.mark.parametrize("posts", [(), ("branch_committee_member",), ("group_leader",), ("committee_member",)])
    def test_not_by_others(self, posts):
        assert codes(facts_until(1), proposal(2, persons=(full("乙", posts=posts),))) == {"wrong_talker"}

    def test_somebody_must_have_talked(self):
        assert codes(facts_until(1), proposal(2, persons=())) == {"persons_missing"}

    def test_a_local_limit_in_days_is_stricter_from_its_day_on(self):
        limit = LocalLimit("first_talk_within", 15, day("2022-01-31"), "院党委")
        facts = facts_until(1, local_limits=(limit,))
        assert codes(facts, proposal(2, decided_on="2022-02-15")) == set()
        refusal = only(found(facts, proposal(2, decided_on="2022-02-16")))
        assert refusal.code == "first_talk_late"
        assert "院党委规定" in refusal.article
        later = LocalLimit("first_talk_within", 15, day("2022-02-01"), "院党委")
        assert codes(facts_until(1, local_limits=(later,)), proposal(2, decided_on="2022-02-28")) == set()


class TestActivist:
    def test_nobody_without_the_talk(self):
        refusal = only(found(facts_until(1), proposal(3)))
        assert (refusal.code, refusal.article) == ("prerequisite_missing", "《细则》（2014）第八条")

    @pytest.mark.parametrize(
        ("decided", "expected"),
        [("2022-07-30", {"activist_too_early"}), ("2022-07-31", set()), ("2022-08-01", set())],
    )
    def test_a_committee_may_ask_for_six_months_after_the_application(self, decided, expected):
        facts = facts_until(2, local_limits=(LocalLimit("activist_wait", 6, day("2022-01-01"), "院党委"),))
        assert codes(facts, proposal(3, decided_on=decided)) == expected

    def test_a_wait_set_later_does_not_touch_what_was_decided_before(self):
        limit = LocalLimit("activist_wait", 6, day("2022-04-01"), "院党委")
        assert codes(facts_until(2, local_limits=(limit,)), proposal(3, decided_on="2022-03-31")) == set()
        refusal = only(found(facts_until(2, local_limits=(limit,)), proposal(3, decided_on="2022-04-01")))
        assert (refusal.code, refusal.holds_until) == ("activist_too_early", day("2022-07-31"))

    @pytest.mark.parametrize("status", ["04", "10", "12"])
    def test_other_parties_and_non_party_persons_are_consulted_first(self, status):
        person = PersonFact("甲", "甲", day("1988-04-12"), political_status=status)
        assert codes(facts_until(2, person=person), proposal(3)) == {"superior_not_consulted"}
        consulted = SituationFact("superior_consulted", day("2022-02-25"), decided_by="院党组")
        assert codes(facts_until(2, person=person, situations=(consulted,)), proposal(3)) == set()
        switched_off = LocalLimit("consult_first", 0, day("2022-01-01"), "院党委")
        assert codes(facts_until(2, person=person, local_limits=(switched_off,)), proposal(3)) == set()

    @pytest.mark.parametrize("status", ["03", "13", ""])
    def test_others_are_not(self, status):
        person = PersonFact("甲", "甲", day("1988-04-12"), political_status=status)
        assert codes(facts_until(2, person=person), proposal(3)) == set()


class TestFilingAndMentors:
    def test_filing_has_no_national_limit_and_a_local_one_where_set(self):
        assert codes(facts_until(3), proposal(4, decided_on="2023-02-01")) == set()
        limit = LocalLimit("filing_within", 30, day("2022-01-01"), "院党委")
        assert codes(facts_until(3, local_limits=(limit,)), proposal(4, decided_on="2022-03-31")) == set()
        assert codes(facts_until(3, local_limits=(limit,)), proposal(4, decided_on="2022-04-01")) == {"filing_late"}

    def test_publicity_of_activists_where_the_committee_asks_for_it(self):
        facts = facts_until(3, local_limits=(LocalLimit("activist_publicity", 5, day("2022-01-01"), "院党委"),))
        assert codes(facts, proposal(4)) == {"publicity_missing"}
        window = {"publicity_from_on": "2022-03-02", "publicity_until_on": "2022-03-08"}
        assert codes(facts, proposal(4, decided_on="2022-03-08", **window)) == {"publicity_too_short"}
        assert codes(facts, proposal(4, decided_on="2022-03-09", **window)) == set()
        early = {"publicity_from_on": "2022-02-28", "publicity_until_on": "2022-03-08"}
        assert codes(facts, proposal(4, **early)) == {"publicity_too_early"}

    @pytest.mark.parametrize(
        ("persons", "expected"),
        [
            ((MENTOR,), set()),
            ((MENTOR, SECOND_MENTOR), set()),
            ((), {"persons_missing"}),
            ((MENTOR, SECOND_MENTOR, SECRETARY), {"too_many_mentors"}),
            ((MENTOR, MENTOR), {"person_twice"}),
            ((CANDIDATE,), {"mentor_is_candidate"}),
            ((PersonFact(name="甲"),), {"mentor_is_candidate"}),
            ((PersonFact("丙", "丙", standing="probationary"),), {"mentor_not_full_member"}),
            ((PersonFact("丙", "丙"),), {"mentor_not_full_member"}),
            ((full("丙", suspended=True),), {"mentor_suspended"}),
        ],
    )
    def test_one_or_two_full_members_and_not_oneself(self, persons, expected):
        assert codes(facts_until(4), proposal(5, persons=persons)) == expected

    def test_another_person_of_the_same_name_may_mentor(self):
        namesake = full("甲2", name="甲", birth_on=day("1970-01-01"))
        assert codes(facts_until(4), proposal(5, persons=(namesake,))) == set()


class TestCultivation:
    @pytest.mark.parametrize(
        ("decided", "expected"),
        [("2023-02-28", {"cultivation_too_short"}), ("2023-03-01", set()), ("2023-03-02", set())],
    )
    def test_a_year_from_the_day_of_the_decision(self, decided, expected):
        assert codes(facts_until(5), proposal(6, decided_on=decided)) == expected

    def test_the_refusal_says_from_when_and_why(self):
        refusal = only(found(facts_until(5), proposal(6, decided_on="2022-12-31")))
        assert refusal.holds_until == day("2023-03-01")
        assert refusal.article == "《细则》（2014）第十三条"
        assert "2022-03-01" in refusal.message

    def test_a_leap_day_is_clamped(self):
        facts = facts_until(5, s1={"decided_on": day("2024-01-10")}, s2={"decided_on": day("2024-02-01")},
                            s3={"decided_on": day("2024-02-29")}, s4={"decided_on": day("2024-03-01")},
                            s5={"decided_on": day("2024-03-02")}, reviews=())  # fmt: skip
        assert codes(facts, proposal(6, decided_on="2025-02-27")) == {"cultivation_too_short"}
        assert codes(facts, proposal(6, decided_on="2025-02-28")) == set()

    def test_a_committee_may_ask_for_longer(self):
        limit = LocalLimit("cultivation", 18, day("2022-01-01"), "院党委")
        facts = facts_until(5, local_limits=(limit,))
        assert codes(facts, proposal(6, decided_on="2023-08-31")) == {"cultivation_too_short"}
        assert codes(facts, proposal(6, decided_on="2023-09-01")) == set()

    def test_concluding_needs_mentors_who_still_serve(self):
        suspended = (full("陈", suspended=True),)
        assert codes(facts_until(5, mentors=suspended), proposal(6)) == {"mentor_suspended"}
        assert codes(facts_until(5, mentors=(MENTOR,)), proposal(6)) == set()
        assert codes(facts_until(5, mentors=suspended), proposal(5, decided_on="2022-09-01")) == set()
        assert codes(facts_until(5, mentors=(MENTOR,)), proposal(5, decided_on="2022-09-01")) == {"already_recorded"}


class TestDevelopmentTarget:
    def test_the_year_holds_for_the_decision_too(self):
        facts = facts_until(5)
        assert "cultivation_too_short" in codes(facts, proposal(7, decided_on="2023-02-28"))
        assert "cultivation_too_short" not in codes(facts, proposal(7, decided_on="2023-03-01"))

    def test_every_half_year_must_have_been_reviewed_or_the_reason_is_given(self):
        first, second = REVIEWS_2014
        assert codes(facts_until(6, reviews=(first,)), proposal(7)) == {"reviews_missing"}
        refusal = only(found(facts_until(6, reviews=(second,)), proposal(7)))
        assert "第 1 次" in refusal.message and "2022-09-01" in refusal.message
        assert refusal.level == "late"
        assert codes(facts_until(6, reviews=()), proposal(7, late_reason="支部换届")) == set()
        assert road(facts_until(7, reviews=(), s7={"late_reason": "支部换届"})).late_steps == (7,)

    def test_a_review_dated_later_does_not_count(self):
        late = ReviewFact(day("2023-04-01"), 2)
        assert codes(facts_until(6, reviews=(REVIEWS_2014[0], late)), proposal(7)) == {"reviews_missing"}

    @pytest.mark.parametrize("missing", [3, 4, 5, 6])
    def test_nothing_of_cultivation_may_be_left_out(self, missing):
        assert "prerequisite_missing" in codes(facts_until(6, without=(missing,)), proposal(7))


class TestAgreement:
    def test_2014_asks_for_filing_only(self):
        assert codes(facts_until(7), proposal(8, conclusion="done")) == set()
        assert codes(facts_until(7), proposal(8, conclusion="done", listed_on="2023-03-09")) == {"listed_too_early"}

    @pytest.mark.parametrize(
        ("start", "end", "listed", "expected"),
        [
            ("2027-07-12", "2027-07-16", "2027-07-17", set()),  # Monday to Friday, listed on Saturday
            ("2027-07-12", "2027-07-16", "2027-07-16", {"listed_too_early"}),
            ("2027-07-12", "2027-07-15", "2027-07-19", {"publicity_too_short"}),
            ("2027-07-12", "2027-07-20", "2027-07-20", {"listed_too_early"}),
            ("2027-07-11", "2027-07-16", "2027-07-19", {"publicity_too_early"}),
            ("2027-07-17", "2027-07-23", "2027-07-24", set()),  # posted on a Saturday: five from Monday
            ("2027-07-17", "2027-07-22", "2027-07-24", {"publicity_too_short"}),
            (None, None, "2027-07-24", {"publicity_missing"}),
            ("2027-07-12", None, "2027-07-24", {"publicity_missing"}),
        ],
    )
    def test_2026_asks_for_agreement_and_five_workdays_of_publicity(self, start, end, listed, expected):
        fact = proposal(8, era=2026, publicity_from_on=start, publicity_until_on=end, listed_on=listed)
        assert codes(facts_until(7, era=2026), fact) == expected

    def test_the_official_calendar_decides_around_national_day(self):
        facts = facts_until(7, s1={"decided_on": day("2025-01-06")}, s2={"decided_on": day("2025-02-01")},
                            s3={"decided_on": day("2025-09-01")}, s4={"decided_on": day("2025-09-02")},
                            s5={"decided_on": day("2025-09-03")}, s6={"decided_on": day("2026-09-01")},
                            s7={"decided_on": day("2026-09-02"), "late_reason": "补记"}, reviews=())  # fmt: skip
        agreed = {"decided_on": "2026-09-28", "conclusion": "agreed", "publicity_from_on": "2026-09-28"}
        refusal = only(found(facts, proposal(8, **agreed, publicity_until_on="2026-10-08", listed_on="2026-10-10")))
        assert (refusal.code, refusal.holds_until) == ("publicity_too_short", day("2026-10-10"))
        assert codes(facts, proposal(8, **agreed, publicity_until_on="2026-10-09", listed_on="2026-10-10")) == set()

    def test_the_person_is_listed_the_day_after_when_no_day_is_stated(self):
        facts = facts_until(8, era=2026, s8={"listed_on": None, "publicity_until_on": day("2027-07-16")})
        assert road(facts).listed_on == day("2027-07-17")

    def test_it_is_not_recorded_before_the_notice_has_hung(self):
        fact = proposal(8, era=2026, listed_on=None, publicity_until_on="2027-07-16")
        refusal = only(found(facts_until(7, era=2026), fact, today=day("2027-07-16")))
        assert (refusal.code, refusal.field, refusal.holds_until) == ("future_date", "listed_on", day("2027-07-17"))
        assert found(facts_until(7, era=2026), fact, today=day("2027-07-17")) == ()

    def test_a_refusal_needs_no_publicity_and_sends_the_decision_back(self):
        refused = {"conclusion": "refused", "publicity_from_on": None, "publicity_until_on": None, "listed_on": None}
        assert codes(facts_until(7, era=2026), proposal(8, era=2026, **refused)) == set()
        facts = facts_until(8, era=2026, s8=refused)
        now = road(facts, "2027-08-01")
        assert (now.stage.label, now.step(7).state, now.step(8).state) == ("入党积极分子", "allowed", "blocked")
        assert codes(facts, proposal(7, era=2026, decided_on="2027-07-12")) == {"same_day_repeat"}
        assert codes(facts, proposal(7, era=2026, decided_on="2027-07-13")) == set()

    def test_it_must_say_how_it_ended(self):
        assert codes(facts_until(7), proposal(8, conclusion="")) == {"conclusion_missing"}
        assert "conclusion_unknown" in codes(facts_until(7), proposal(8, conclusion="passed"))

    def test_the_committee_may_ask_for_longer_publicity(self):
        limit = LocalLimit("agreement_publicity", 7, day("2026-06-01"), "院党委")
        assert codes(facts_until(7, era=2026, local_limits=(limit,)), proposal(8, era=2026)) == {"publicity_too_short"}


class TestAfterListing:
    @pytest.mark.parametrize("number", [9, 10, 11])
    def test_nothing_happens_before_the_listing(self, number):
        early = proposal(number, era=2026, decided_on="2027-07-18", starts_on=None, ends_on=None)
        assert codes(facts_until(8, era=2026), early) == {"before_listing"}
        on_the_day = proposal(number, era=2026, decided_on="2027-07-19")
        assert codes(facts_until(8, era=2026), on_the_day) == set()

    @pytest.mark.parametrize(
        ("persons", "expected"),
        [
            ((MENTOR, SECOND_MENTOR), set()),
            ((MENTOR,), {"recommenders_not_two"}),
            ((MENTOR, SECOND_MENTOR, SECRETARY), {"recommenders_not_two"}),
            ((), {"persons_missing"}),
            ((MENTOR, MENTOR), {"person_twice"}),
            ((MENTOR, CANDIDATE), {"recommender_is_candidate"}),
            ((MENTOR, PersonFact("丙", "丙", standing="probationary")), {"recommender_not_full_member"}),
            ((MENTOR, full("丙", suspended=True)), {"recommender_suspended"}),
        ],
    )
    def test_exactly_two_recommenders_in_full_standing(self, persons, expected):
        assert codes(facts_until(8), proposal(9, persons=persons)) == expected

    def test_an_unqualified_review_is_on_file_and_nothing_follows(self):
        assert codes(facts_until(9), proposal(10, conclusion="unqualified")) == set()
        facts = facts_until(11, s10={"conclusion": "unqualified"})
        assert codes(facts, proposal(12)) == {"political_review_unqualified"}
        assert codes(facts, proposal(12, exception_reason="书记同意", late_reason="急")) == {
            "political_review_unqualified"
        }
        again = proposal(10, decided_on="2023-04-25")
        assert codes(facts, again) == set()

    def test_a_review_without_a_result_is_none(self):
        assert codes(facts_until(9), proposal(10, conclusion="")) == {"conclusion_missing"}
        assert road(facts_until(11, s10={"conclusion": ""})).step(10).state == "blocked"

    @pytest.mark.parametrize(
        ("days", "hours", "reason", "expected"),
        [
            (3, None, "", set()),
            (None, 24, "", set()),
            (2, 24, "", set()),
            (2, 23, "", {"training_too_short"}),
            (0, 0, "", {"training_too_short"}),
            (None, None, "", {"training_missing"}),
            (2, 23, "驻外科考", set()),
            (None, None, "驻外科考", set()),
            (-1, 30, "", {"training_impossible"}),
        ],
    )
    def test_three_days_or_twenty_four_hours_or_a_reason(self, days, hours, reason, expected):
        assert codes(facts_until(10), proposal(11, days=days, hours=hours, exception_reason=reason)) == expected

    @pytest.mark.parametrize(
        ("start", "end", "days", "hours", "expected"),
        [
            ("2023-04-18", "2023-04-20", 3, 24, set()),
            ("2023-04-20", "2023-04-18", 3, 24, {"dates_out_of_order"}),
            ("2023-04-18", "2023-04-21", 3, 24, {"dates_out_of_order"}),
            ("2023-04-19", "2023-04-20", 3, 24, {"training_impossible"}),
            ("2023-03-09", "2023-04-20", 3, 24, {"before_listing"}),
        ],
    )
    def test_training_lies_between_listing_and_its_certificate(self, start, end, days, hours, expected):
        assert codes(facts_until(10), proposal(11, starts_on=start, ends_on=end, days=days, hours=hours)) == expected

    def test_a_committee_may_ask_for_more_hours(self):
        limits = (
            LocalLimit("training_hours", 40, day("2023-01-01"), "院党委"),
            LocalLimit("training_days", 5, day("2023-01-01"), "院党委"),
        )
        assert codes(facts_until(10, local_limits=limits), proposal(11)) == {"training_too_short"}
        assert codes(facts_until(10, local_limits=limits), proposal(11, hours=40)) == set()
        before = tuple(LocalLimit(row.code, row.value, day("2023-05-01"), row.set_by) for row in limits)
        assert codes(facts_until(10, local_limits=before), proposal(11)) == set()

    def test_the_talker_of_another_step_does_not_matter_here(self):
        assert codes(facts_until(8), proposal(9, persons=(COMMITTEE_MEMBER, SECRETARY))) == set()
