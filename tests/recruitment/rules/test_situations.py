"""Special situations of rules.md §1.3: when each may be recorded, and what it does to the road."""

import pytest

from recruitment import rules
from recruitment.facts import SituationFact, StepFact, Votes
from tests.recruitment.rules.roads import (
    BRANCH,
    CALENDAR,
    PASSED,
    TODAY,
    codes,
    day,
    due_keys,
    facts_until,
    proposal,
    road,
)


def at(kind, text, **more):
    return SituationFact(kind, day(text), **more)


def situation_codes(facts, situation, today=TODAY):
    return {row.code for row in rules.situation_objections(facts, situation, today=today, calendar=CALENDAR)}


MOVED = {"unit": BRANCH, "recognised_by": "院党委组织部函〔2022〕3号"}


class TestTransfer:
    def test_it_states_the_unit_whether_time_counts_and_who_said_so(self):
        facts = facts_until(5, reviews=())
        assert situation_codes(facts, at("transferred", "2022-06-01")) == {"unit_missing", "recognition_missing"}
        bare = at("transferred", "2022-06-01", unit=BRANCH, recognised=True)
        assert situation_codes(facts, bare) == {"recognised_by_missing"}
        assert situation_codes(facts, at("transferred", "2022-06-01", recognised=True, **MOVED)) == set()
        assert situation_codes(facts_until(2), at("transferred", "2022-06-01", unit=BRANCH)) == set()

    def test_recognised_cultivation_counts_on(self):
        facts = facts_until(5, situations=(at("transferred", "2022-09-10", recognised=True, **MOVED),))
        now = road(facts, "2022-10-01")
        assert (now.cultivation_from_on, now.step(7).earliest_on) == (day("2022-03-01"), day("2023-03-01"))

    def test_unrecognised_cultivation_begins_anew_with_filing_and_mentors(self):
        facts = facts_until(5, situations=(at("transferred", "2022-09-10", recognised=False, **MOVED),))
        now = road(facts, "2022-10-01")
        assert (now.stage.label, now.cultivation_from_on) == ("入党积极分子", day("2022-09-10"))
        assert [now.step(number).state for number in (3, 4, 5)] == ["done", "allowed", "allowed"]
        assert now.step(7).earliest_on == day("2023-09-10")
        target = facts_until(10, situations=(at("transferred", "2023-04-01", recognised=False, **MOVED),))
        assert road(target, "2023-05-01").stage.label == "入党积极分子"

    def test_the_new_unit_names_its_mentors(self):
        moved = at("transferred", "2022-09-10", recognised=True, **MOVED)
        facts = facts_until(5, situations=(moved,))
        due = due_keys(facts)["name_mentors"]
        assert (due.opens_on, due.due_on) == (day("2022-09-10"), day("2022-10-10"))
        assert "mentors_missing" in codes(facts, proposal(6))
        naming = proposal(5, decided_on="2022-09-20", persons=proposal(5).persons[:1])
        assert codes(facts, naming) == set()
        facts = rules.with_step(facts, naming)
        assert "name_mentors" not in due_keys(facts)
        assert codes(facts, proposal(6)) == set()

    def test_somebody_who_comes_as_an_activist_keeps_the_time_recognised(self):
        arrived = at("transferred", "2026-03-01", recognised=True, counts_from_on=day("2025-09-01"), **MOVED)
        facts = facts_until(0, situations=(arrived,))
        now = road(facts, "2026-03-02")
        assert now.stage.label == "入党积极分子"
        assert [now.step(number).state for number in range(1, 6)] == ["done"] * 4 + ["allowed"]
        assert now.step(7).earliest_on == day("2026-09-01")
        wrong = at("transferred", "2026-03-01", recognised=True, counts_from_on=day("2026-09-01"), **MOVED)
        assert situation_codes(facts_until(0), wrong) == {"counts_from_wrong"}

    def test_moving_away_stops_everything_and_coming_back_goes_on(self):
        away = at("moved_away", "2022-06-01")
        assert situation_codes(facts_until(5, reviews=()), away) == set()
        gone = road(facts_until(5, reviews=(), situations=(away,)), "2022-07-01")
        assert (gone.state.label, gone.dues, gone.next_steps) == ("已转出本单位", (), ())
        assert codes(facts_until(5, situations=(away,)), proposal(6)) == {"road_stopped"}
        back = at("transferred", "2022-08-01", recognised=True, **MOVED)
        assert situation_codes(facts_until(5, situations=(away,)), back) == set()
        assert road(facts_until(5, situations=(away, back)), "2022-09-01").state.label == "在办"


class TestLeaving:
    def test_it_states_the_day(self):
        assert situation_codes(facts_until(8), at("leaving_soon", "2023-04-01")) == {"until_missing"}
        backwards = at("leaving_soon", "2023-04-01", until_on=day("2023-03-01"))
        assert situation_codes(facts_until(8), backwards) == {"dates_out_of_order"}
        agreed = at("leaving_soon", "2023-04-01", until_on=day("2023-05-01"), recognised=True)
        assert situation_codes(facts_until(8), agreed) == {"recognised_by_missing"}

    def test_a_transfer_ends_the_bar(self):
        leaving = at("leaving_soon", "2023-04-25", until_on=day("2023-07-01"))
        moved = at("transferred", "2023-04-28", recognised=True, **MOVED)
        assert codes(facts_until(11, situations=(leaving, moved)), proposal(12)) == set()


class TestProbationers:
    def test_one_who_arrives_keeps_the_expiry_and_the_discussion_may_wait_six_months(self):
        arrived = at("probationer_transferred_in", "2026-06-10", until_on=day("2026-09-01"))
        assert situation_codes(facts_until(0), arrived) == set()
        assert situation_codes(facts_until(0), at("probationer_transferred_in", "2026-06-10")) == {"until_missing"}
        now = road(facts_until(0, situations=(arrived,)), "2026-06-11")
        assert (now.stage.label, now.probation_ends_on) == ("预备党员", day("2026-09-01"))
        assert now.next_steps == (21, 22)
        assert now.step(23).earliest_on == day("2026-09-01")
        assert due_keys(facts_until(0, situations=(arrived,)))["conversion_meeting"].due_on == day("2027-03-01")

    @pytest.mark.parametrize(
        ("met", "expected"),
        [("2024-11-20", set()), ("2024-11-21", {"conversion_meeting_late"}), ("2024-05-19", {"before_probation_end"})],
    )
    def test_the_delay_ends_after_six_months_and_standing_counts_from_the_original_expiry(self, met, expected):
        arrived = at("probationer_transferred_in", "2024-05-15")
        facts = facts_until(22, situations=(arrived,))
        assert codes(facts, proposal(23, decided_on=met)) == expected
        late = facts_until(
            24, situations=(arrived,), s23={"decided_on": day("2024-11-01")}, s24={"decided_on": day("2024-11-20")}
        )
        assert road(late).party_standing_from_on == day("2024-05-20")

    def test_an_admission_that_is_not_recognised_ends_the_road(self):
        refused = at("probationer_transferred_in", "2026-06-10", recognised=False)
        assert situation_codes(facts_until(0), refused) == {"recognised_by_missing"}
        refused = at("probationer_transferred_in", "2026-06-10", recognised=False, recognised_by="县委组织部批复")
        assert situation_codes(facts_until(0), refused) == set()
        assert road(facts_until(0, situations=(refused,)), "2026-07-01").state == "cancelled"

    def test_cancelling_needs_the_vote_and_the_committee(self):
        facts = facts_until(20)
        bare = at("cancelled", "2023-12-01")
        assert situation_codes(facts, bare) == {"decided_by_missing", "votes_missing"}
        failed = at("cancelled", "2023-12-01", decided_by="院党委", votes=Votes(12, 12, 6, 6))
        assert situation_codes(facts, failed) == {"not_passed"}
        done = at("cancelled", "2023-12-01", decided_by="院党委", votes=PASSED)
        assert situation_codes(facts, done) == set()
        assert situation_codes(facts_until(16), done) == {"situation_not_possible"}
        assert road(facts_until(20, situations=(done,)), "2024-01-01").state == "cancelled"
        assert road(facts_until(20, situations=(failed,)), "2024-01-01").state == "active"


class TestEnding:
    @pytest.mark.parametrize(
        ("kind", "state", "more"),
        [
            ("withdrawn", "本人撤回申请", {}),
            ("declined", "暂无意愿", {}),
            ("other_party", "民主党派路径", {}),
            ("removed", "取消入党积极分子资格", {"decided_by": "支部委员会"}),
            ("deceased", "已故", {}),
        ],
    )
    def test_the_road_stops_and_owes_nothing(self, kind, state, more):
        ending = at(kind, "2022-06-01", **more)
        assert situation_codes(facts_until(5, reviews=()), ending) == set()
        facts = facts_until(5, reviews=(), situations=(ending,))
        now = road(facts, "2022-07-01")
        assert (now.state.label, now.stopped_on, now.dues, now.next_steps) == (state, day("2022-06-01"), (), ())
        assert rules.dues(facts, calendar=CALENDAR) == ()
        assert codes(facts, proposal(6)) == {"road_stopped"}

    @pytest.mark.parametrize("kind", ["withdrawn", "declined", "other_party", "removed", "moved_away"])
    def test_it_is_not_dated_before_acts_on_file(self, kind):
        ending = at(kind, "2022-03-11", decided_by="支部委员会")
        assert situation_codes(facts_until(5, reviews=()), ending) == {"events_after"}
        assert situation_codes(facts_until(5, reviews=()), at(kind, "2022-03-12", decided_by="支部委员会")) == set()

    def test_it_happens_once(self):
        facts = facts_until(5, situations=(at("withdrawn", "2022-06-01"),))
        assert situation_codes(facts, at("moved_away", "2022-07-01")) == {"already_stopped"}
        assert situation_codes(facts, at("deceased", "2022-07-01")) == set()

    def test_removal_is_decided_by_somebody_and_only_activists_are_removed(self):
        assert situation_codes(facts_until(5, reviews=()), at("removed", "2022-06-01")) == {"decided_by_missing"}
        removal = at("removed", "2022-06-01", decided_by="支部委员会")
        assert situation_codes(facts_until(2), removal) == {"situation_not_possible"}
        assert situation_codes(facts_until(17), at("withdrawn", "2024-01-01")) == {"situation_not_possible"}

    def test_after_a_death_nothing_more_is_recorded(self):
        facts = facts_until(5, situations=(at("deceased", "2022-06-01"),))
        assert situation_codes(facts, at("reopened", "2022-07-01")) == {"already_stopped"}

    @pytest.mark.parametrize("text", ["2030-06-02", "1980-01-01"])
    def test_no_day_in_the_future_or_before_birth(self, text):
        assert situation_codes(facts_until(2), at("withdrawn", text)) & {"future_date", "before_birth"}

    def test_an_unknown_kind_is_refused(self):
        assert situation_codes(facts_until(2), at("promoted", "2022-06-01")) == {"unknown_situation"}


class TestBeginningAnew:
    ENDED = at("withdrawn", "2022-06-01")

    def test_only_the_own_application_begins_the_road_anew_from_the_first_step(self):
        again = at("reopened", "2023-01-10")
        assert situation_codes(facts_until(5, situations=(self.ENDED,)), again) == set()
        facts = facts_until(5, situations=(self.ENDED, again))
        now = road(facts, "2023-01-20")
        assert (now.state.label, now.stage.label, now.restarted_on) == ("在办", "重点关注", day("2023-01-10"))
        assert now.next_steps == (1,)
        assert codes(facts, StepFact(1, day("2023-01-10"))) == set()
        assert codes(facts, StepFact(1, day("2023-01-09"))) >= {"before_restart"}
        facts = rules.with_step(facts, StepFact(1, day("2023-01-10")))
        assert road(facts, "2023-01-20").next_steps == (2,)
        assert "prerequisite_missing" in codes(facts, proposal(6))

    def test_a_road_under_way_is_not_reopened(self):
        assert situation_codes(facts_until(5), at("reopened", "2023-01-10")) == {"nothing_to_reopen"}

    def test_the_same_day_as_an_act_is_too_early(self):
        ended = at("withdrawn", "2022-03-12")
        assert situation_codes(facts_until(5, situations=(ended,)), at("reopened", "2022-03-12")) == {"events_after"}
        assert situation_codes(facts_until(5, situations=(ended,)), at("reopened", "2022-03-13")) == set()

    def test_after_the_path_of_another_party_the_superior_is_consulted_first(self):
        facts = facts_until(2, situations=(at("other_party", "2022-03-01"), at("reopened", "2023-01-10")))
        facts = rules.with_step(facts, StepFact(1, day("2023-01-10")))
        facts = rules.with_step(facts, proposal(2, decided_on="2023-01-12"))
        assert codes(facts, proposal(3, decided_on="2023-02-01")) == {"superior_not_consulted"}
        consulted = at("superior_consulted", "2023-01-15", decided_by="院党组")
        assert situation_codes(facts, consulted) == set()
        assert situation_codes(facts, at("superior_consulted", "2023-01-15")) == {"decided_by_missing"}


def test_reconsideration_needs_a_resolution_to_reconsider():
    again = at("reconsidered", "2023-08-25", votes=PASSED)
    assert situation_codes(facts_until(16), again) == set()
    assert situation_codes(facts_until(14), again) == {"situation_not_possible"}
    assert situation_codes(facts_until(17), again) == {"situation_not_possible"}
    assert situation_codes(facts_until(16), at("reconsidered", "2023-05-20", votes=PASSED)) == {"events_after"}
    assert situation_codes(facts_until(16), at("reconsidered", "2023-08-25")) == {"votes_missing"}
