"""Vote arithmetic of rules.md §1.4: quorum and majority are more than half of all who may vote, exactly half fails."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruitment.facts import LocalLimit, Votes
from recruitment.rules.votes import has_quorum, is_passed, needed, vote_objections
from tests.recruitment.rules.roads import codes, day, facts_until, proposal

TABLE = {5: 3, 7: 4, 9: 5, 10: 6, 11: 6, 12: 7, 20: 11, 21: 11}


@pytest.mark.parametrize(("eligible", "least"), TABLE.items())
def test_the_least_number_present_and_in_favour(eligible, least):
    assert needed(eligible) == least
    assert is_passed(Votes(eligible, eligible, least))
    assert not is_passed(Votes(eligible, eligible, least - 1))
    assert has_quorum(Votes(eligible, least, 0))
    assert not has_quorum(Votes(eligible, least - 1, 0))


def admission(votes: Votes, conclusion: str = "passed", era: int = 2014, **facts) -> set[str]:
    return codes(facts_until(14, era=era, **facts), proposal(15, era=era, votes=votes, conclusion=conclusion))


@pytest.mark.parametrize(
    ("votes", "conclusion", "expected"),
    [
        (Votes(12, 7, 7), "passed", set()),
        (Votes(12, 12, 7, 5), "passed", set()),
        (Votes(12, 12, 6, 6), "passed", {"not_passed"}),  # exactly half
        (Votes(12, 12, 6, 6), "failed", set()),
        (Votes(12, 6, 6), "passed", {"no_quorum"}),  # exactly half present
        (Votes(11, 6, 5, 1), "passed", {"not_passed"}),
        (Votes(12, 8, 6, 1, 1), "passed", {"not_passed"}),  # a majority of those present is not enough
        (Votes(12, 12, 7, 5), "failed", {"conclusion_contradicts_votes"}),
        (Votes(12, 13, 12, 1), "passed", {"votes_impossible"}),
        (Votes(12, 11, 12), "passed", {"votes_impossible"}),
        (Votes(12, 11, 9, 1), "passed", {"votes_do_not_add_up"}),
        (Votes(0, 0, 0), "passed", {"votes_impossible"}),
        (Votes(12, 10, -1, 11), "passed", {"votes_impossible"}),
        (Votes(12, 11, 12, 0, 0, 2), "passed", {"votes_impossible"}),  # more opinions than absent
        (Votes(12, 6, 8, 0, 0, 2), "passed", {"no_quorum"}),  # written opinions are no attendance
        (Votes(12, 7, 7, 0, 2, 2), "passed", set()),
        (Votes(12, 7, 6, 2, 1, 2), "passed", {"not_passed"}),
    ],
)
def test_a_ballot_at_the_branch_meeting_of_2014(votes, conclusion, expected):
    assert admission(votes, conclusion) == expected


def test_written_opinions_count_in_2014_and_are_refused_in_2026_until_the_committee_allows_them():
    written = Votes(12, 7, 7, 1, 0, 1)
    assert admission(written, era=2014) == set()
    assert admission(written, era=2026) == {"written_votes_not_allowed"}
    allowed = LocalLimit("written_votes", 1, day("2026-06-01"), "院党委")
    assert admission(written, era=2026, local_limits=(allowed,)) == set()
    forbidden = LocalLimit("written_votes", 0, day("2020-01-01"), "院党委")
    assert admission(written, era=2014, local_limits=(forbidden,)) == {"written_votes_not_allowed"}


def test_there_is_no_ballot_without_numbers():
    assert codes(facts_until(14), proposal(15, votes=None)) == {"votes_missing"}
    assert codes(facts_until(16), proposal(17, votes=None)) == {"votes_missing"}
    assert codes(facts_until(22), proposal(23, votes=None)) == {"votes_missing"}


def test_the_committee_decides_by_majority_without_written_opinions():
    assert codes(facts_until(16), proposal(17, votes=Votes(9, 5, 5))) == set()
    assert codes(facts_until(16), proposal(17, votes=Votes(9, 5, 4, 1))) == {"not_passed"}
    assert codes(facts_until(16), proposal(17, votes=Votes(9, 4, 4))) == {"no_quorum"}
    assert codes(facts_until(16), proposal(17, votes=Votes(9, 8, 8, 1, 0, 1))) == {"written_votes_not_allowed"}


def test_a_branch_committee_that_states_its_votes_must_have_a_majority():
    assert codes(facts_until(2), proposal(3, votes=Votes(5, 5, 3, 2))) == set()
    assert codes(facts_until(2), proposal(3, votes=Votes(5, 5, 2, 3))) == {"not_passed"}


NUMBERS = st.integers(-2, 30)
BALLOTS = st.builds(Votes, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS, NUMBERS)


@given(BALLOTS)
def test_a_ballot_without_objection_is_a_true_majority_of_a_true_quorum(votes):
    if vote_objections(votes, passes=True, written_allowed=True, article=""):
        return
    assert votes.eligible >= votes.present + votes.written
    assert 2 * votes.present > votes.eligible
    assert 2 * votes.in_favour > votes.eligible
    assert votes.in_favour + votes.against + votes.abstained == votes.present + votes.written


@given(BALLOTS)
def test_no_ballot_both_passes_and_fails(votes):
    passes = vote_objections(votes, passes=True, written_allowed=True, article="")
    fails = vote_objections(votes, passes=False, written_allowed=True, article="")
    assert passes or fails
