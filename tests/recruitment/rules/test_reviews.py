"""Half-year windows of cultivation: which review covers which, what is missed, what may be recorded (Art. 11)."""

import pytest

from recruitment import rules
from recruitment.facts import LocalLimit, ReviewFact, SituationFact
from tests.recruitment.rules.roads import BRANCH, CALENDAR, TODAY, day, due_keys, facts_until, road

QUARTERLY = LocalLimit("review_every", 3, day("2022-01-01"), "院党委")


def review_codes(facts, review, today=TODAY):
    return {row.code for row in rules.review_objections(facts, review, today=today, calendar=CALENDAR)}


def at(text, window=0, **more):
    return ReviewFact(day(text), window, **more)


@pytest.mark.parametrize(
    ("reviews", "open_window"),
    [
        ((), 1),
        ((at("2022-04-01"),), 2),
        ((at("2022-09-01"),), 2),  # the due day itself
        ((at("2022-10-01"),), 2),  # late, but it settles the first window
        ((at("2022-04-01"), at("2022-05-01")), 2),  # two within one window are one
        ((at("2022-04-01"), at("2022-09-01")), 2),  # the boundary day belongs to the window that ends
        ((at("2022-04-01"), at("2022-09-02")), 3),
        ((at("2022-10-01"), at("2022-11-01")), 3),
        ((at("2022-10-01", 2),), 1),
        ((at("2022-10-01", 2), at("2022-12-01", 1)), 3),
        ((at("2022-02-01"),), 1),  # before the person was an activist
    ],
)
def test_only_the_first_window_without_a_review_is_owed(reviews, open_window):
    keys = due_keys(facts_until(5, reviews=reviews))
    assert [key for key in keys if key.startswith("periodic_review")] == [f"periodic_review:{open_window}"]


def test_windows_run_from_the_day_of_the_decision_in_calendar_months():
    facts = facts_until(5, s3={"decided_on": day("2022-08-31")}, s4={"decided_on": day("2022-09-01")},
                        s5={"decided_on": day("2022-09-01")}, reviews=())  # fmt: skip
    assert due_keys(facts)["periodic_review:1"].due_on == day("2023-02-28")
    facts = facts_until(5, s3={"decided_on": day("2022-08-31")}, s4={"decided_on": day("2022-09-01")},
                        s5={"decided_on": day("2022-09-01")}, reviews=(at("2023-01-05"),))  # fmt: skip
    due = due_keys(facts)["periodic_review:2"]
    assert (due.opens_on, due.due_on, due.title) == (day("2023-07-31"), day("2023-08-31"), "半年考察（第 2 次）")


def test_a_committee_may_ask_for_quarterly_reviews_from_its_day_on():
    assert due_keys(facts_until(5, reviews=(), local_limits=(QUARTERLY,)))["periodic_review:1"].due_on == day(
        "2022-06-01"
    )
    later = LocalLimit("review_every", 3, day("2022-05-01"), "院党委")
    facts = facts_until(5, reviews=(at("2022-08-01"),), local_limits=(later,))
    assert due_keys(facts)["periodic_review:2"].due_on == day("2022-12-01")


def test_quarterly_reports_are_owed_where_the_committee_asks_for_them():
    assert not [key for key in due_keys(facts_until(5)) if key.startswith("report")]
    asks = LocalLimit("report_every", 3, day("2022-01-01"), "院党委")
    report = ReviewFact(day("2022-05-20"), kind="report")
    keys = due_keys(facts_until(5, local_limits=(asks,), reviews=(report,)))
    assert keys["report:2"].due_on == day("2022-09-01")
    assert keys["report:2"].title == "递交思想汇报（第 2 次）"
    assert "periodic_review:1" in keys  # a report is no review


def test_checks_during_probation_are_owed_only_where_the_committee_asks_for_them():
    assert not [key for key in due_keys(facts_until(20)) if key.startswith("probation_check")]
    asks = LocalLimit("probation_check_every", 3, day("2020-01-01"), "院党委")
    assert due_keys(facts_until(20, local_limits=(asks,)))["probation_check:1"].due_on == day("2023-08-20")
    checks = tuple(ReviewFact(day(text), during_probation=True) for text in ("2023-08-01", "2023-11-01", "2024-02-01"))
    keys = due_keys(facts_until(20, local_limits=(asks,), reviews=checks))
    assert keys["probation_check:4"].due_on == day("2024-05-20")
    keys = due_keys(facts_until(20, local_limits=(asks,), reviews=(*checks, at("2024-05-10", during_probation=True))))
    assert not [key for key in keys if key.startswith("probation_check")]


def test_reviews_of_a_cultivation_that_does_not_count_cover_nothing():
    moved = SituationFact("transferred", day("2022-09-10"), recognised=False, recognised_by="函", unit=BRANCH)
    facts = facts_until(5, situations=(moved,), reviews=(at("2022-08-30", 1), at("2022-09-05")))
    assert due_keys(facts)["periodic_review:1"].due_on == day("2023-03-10")


class TestRecording:
    @pytest.mark.parametrize(
        ("review", "expected"),
        [
            (at("2022-03-01"), set()),
            (at("2022-08-31"), set()),
            (at("2022-09-01"), set()),
            (at("2022-09-02"), {"review_late"}),
            (at("2022-09-02", late_reason="本人在站上"), set()),
            (at("2022-02-28"), {"not_an_activist"}),
            (at("2030-06-02"), {"future_date"}),
            (at("2022-08-31", 2), {"window_not_started"}),
            (at("2022-10-01", 2), set()),
            (at("2022-10-01", 1), {"review_late"}),
            (at("2022-05-01", 900), {"window_not_started"}),
        ],
    )
    def test_the_first_review(self, review, expected):
        assert review_codes(facts_until(5, reviews=()), review) == expected

    def test_a_window_is_covered_once_by_its_number(self):
        facts = facts_until(5, reviews=(at("2022-08-01", 1),))
        assert review_codes(facts, at("2022-08-20", 1)) == {"window_already_reviewed"}
        assert review_codes(facts, at("2022-08-20")) == set()  # one more does no harm

    def test_the_window_follows_from_the_date(self):
        facts = facts_until(5, reviews=())
        assert rules.window_of(facts, at("2022-05-01")) == 1
        assert rules.window_of(facts, at("2022-10-01")) == 1  # late for the first
        facts = facts_until(5, reviews=(at("2022-08-01", 1),))
        assert rules.window_of(facts, at("2022-10-01")) == 2
        assert rules.window_of(facts, at("2022-08-20")) == 1

    def test_probation_has_its_own(self):
        check = at("2023-09-01", during_probation=True)
        assert review_codes(facts_until(20), check) == set()
        assert review_codes(facts_until(16), check) == {"not_probationary"}
        assert review_codes(facts_until(20), at("2023-09-01")) == {"not_an_activist"}
        assert rules.window_of(facts_until(20), check) == 1
        once = facts_until(20, reviews=(at("2023-08-01", 1, during_probation=True),))
        assert rules.window_of(once, check) == 2

    def test_nobody_reviews_after_the_road_has_stopped(self):
        gone = SituationFact("withdrawn", day("2022-06-01"))
        assert review_codes(facts_until(5, situations=(gone,)), at("2022-07-01")) == {"road_stopped"}


def test_an_overdue_review_shows_on_step_six():
    facts = facts_until(5, reviews=())
    assert road(facts, "2022-09-01").step(6).state == "blocked"
    late = road(facts, "2022-09-02").step(6)
    assert (late.state, late.due_on, late.earliest_on) == ("late", day("2022-09-01"), day("2023-03-01"))
    assert {row.code for row in late.objections} == {"cultivation_too_short"}
    assert 6 not in road(facts, "2022-09-02").next_steps
