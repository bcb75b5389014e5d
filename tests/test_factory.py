"""The factory builds what it says, at every step of the road."""

import pytest

from recruitment.models import StepRecord
from recruitment.stages import RoadState, Stage
from recruitment.steps import STEPS


@pytest.mark.parametrize("number", [1, 2, 3, 5, 6, 7, 8, 11, 15, 17, 21, 25])
def test_a_candidate_stands_at_the_step_asked_for(factory, number):
    candidate = factory.candidate(number)
    assert candidate.last_step == number
    assert candidate.stage == STEPS[number - 1].stage_after
    assert all(candidate.has_done(step) for step in range(1, number + 1))
    assert not StepRecord.objects.exclude(late_reason="", exception_reason="").exists(), (
        "an ordinary road needs no excuse"
    )


def test_the_last_date_lies_a_few_days_back(factory, cast):
    candidate = factory.candidate(3, days_ago=7)
    assert (cast.today - candidate.activist_on).days == 7


def test_who_said_no_is_marked_so(factory):
    assert factory.declined(3).state == RoadState.DECLINED


def test_a_prospect_has_no_step(factory):
    prospect = factory.prospect()
    assert prospect.stage == Stage.PROSPECT
    assert prospect.last_step == 0
