"""Random roads on the database: whatever is tried, stage, dues and ledger agree with the facts."""

from dataclasses import replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone
from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    RuleBasedStateMachine,
    initialize,
    invariant,
    precondition,
    rule,
    run_state_machine_as_test,
)

from recruitment.actions.corrections import supersede
from recruitment.actions.refusals import Refused
from recruitment.actions.reviews import record_review
from recruitment.actions.roads import recompute
from recruitment.actions.situations import record_situation
from recruitment.actions.steps import record_step
from recruitment.facts import SituationFact
from recruitment.models import Candidate, Due, LedgerEntry, Situation, StepRecord
from recruitment.queries.facts import facts_for
from recruitment.stages import RoadState, SituationKind, Stage
from recruitment.steps import step as step_row
from tests.factory import ordinary_fact

pytestmark = [pytest.mark.django_db, pytest.mark.slow]

ENDINGS = (SituationKind.WITHDRAWN, SituationKind.REMOVED, SituationKind.LEAVING_SOON, SituationKind.REOPENED)


def machine_for(cast, factory):
    """A machine that walks one person after another along roads that nobody planned."""

    class Roads(RuleBasedStateMachine):
        @initialize(years=st.integers(1, 4))
        def apply(self, years):
            applied_on = cast.today - timedelta(days=365 * years)
            self.candidate = factory.applicant(applied_on=applied_on)
            self.day = applied_on
            self.acts = 1

        def attempt(self, verb, **kwargs):
            """An act that is refused must leave nothing behind; one that is taken is one entry more."""
            try:
                verb(now=timezone.now(), form_token=uuid4(), version=None, code=self.candidate.code, **kwargs)
            except Refused as refusal:
                assert all(objection.code and objection.message for objection in refusal.objections)
            else:
                self.acts += 1

        @rule(days=st.integers(0, 200))
        def time_passes(self, days):
            self.day = min(cast.today, self.day + timedelta(days=days))

        @rule(data=st.data(), backwards=st.integers(0, 40))
        def take_a_step(self, data, backwards):
            number = data.draw(st.integers(2, min(25, self.fresh().last_step + 3)))
            on = min(cast.today, self.day - timedelta(days=backwards if data.draw(st.booleans()) else 0))
            fact = replace(ordinary_fact(number, on), late_reason="补记")
            by = cast.office if step_row(number).recorded_by == "office" else cast.secretary
            self.attempt(record_step, by=by, fact=fact, persons=factory.named_in(number, cast.glacier))

        @rule()
        def review(self):
            self.attempt(
                record_review, by=cast.secretary, reviewed_on=self.day, conclusion="表现良好。", late_reason="补记",
                during_probation=self.fresh().stage >= Stage.PROBATIONARY_MEMBER,
            )  # fmt: skip

        @rule(kind=st.sampled_from(ENDINGS))
        def something_happens(self, kind):
            until = self.day + timedelta(days=60) if kind == SituationKind.LEAVING_SOON else None
            fact = SituationFact(kind=kind, on=self.day, until_on=until, decided_by="支部委员会会议")
            self.attempt(record_situation, by=cast.secretary, fact=fact)

        @precondition(lambda self: self.acts > 2)
        @rule(data=st.data())
        def correct(self, data):
            records = list(StepRecord.objects.standing().filter(candidate=self.candidate, step__gt=1).order_by("pk"))
            situations = list(Situation.objects.standing().filter(candidate=self.candidate).order_by("pk"))
            standing = [("step", row) for row in records] + [("situation", row) for row in situations]
            if not standing:
                return
            kind, row = data.draw(st.sampled_from(standing))
            supersede(
                by=cast.office, code=self.candidate.code, version=None, kind=kind, record_code=row.code, reason="误填",
                now=timezone.now(),
            )  # fmt: skip
            self.acts += 1

        def fresh(self):
            return Candidate.objects.select_related("person", "unit").get(pk=self.candidate.pk)

        @invariant()
        def stored_dues_are_the_recomputed_ones(self):
            found = recompute([self.fresh()], now=timezone.now(), dry_run=True)
            assert found == {}, found

        @invariant()
        def the_chain_has_one_entry_per_act(self):
            numbers = list(LedgerEntry.objects.filter(candidate=self.candidate).order_by("n").values_list("n", flat=True))
            assert numbers == list(range(1, self.acts + 1))

        @invariant()
        def columns_say_what_the_facts_say(self):
            candidate = self.fresh()
            facts = facts_for([candidate])[candidate.pk]
            recorded = {fact.step for fact in facts.steps}
            done = {number for number in range(1, 26) if candidate.has_done(number)}
            assert done <= recorded
            if candidate.state != RoadState.ACTIVE:
                assert not Due.objects.open().filter(candidate=candidate, key__startswith="road:").exists()

    return Roads


def test_no_random_road_breaks_an_order_or_leaves_a_due_behind(cast, factory):
    run_state_machine_as_test(
        machine_for(cast, factory),
        settings=settings(
            max_examples=20, stateful_step_count=25, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True
        ),
    )
