"""The scenarios of the road command once more, through the forms: the same refusals, with the same codes."""

import json

import pytest
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.roads import settle
from recruitment.actions.steps import create_record
from recruitment.facts_json import read_question
from recruitment.models import Candidate, LocalLimitRow, Mentorship, PeriodicReview, Recommender, Situation, StepRecord
from recruitment.stages import Stage
from tests.recruitment.rules.test_scenarios import SCENARIOS, facts_of, proposal_of

pytestmark = pytest.mark.django_db

# The forms judge by the clock: only what lies behind any day on which these tests may run.
LONG_AGO = "2026-11-20"
PEOPLE = frozenset(("m1", "m2", "m3", "s1", "c1"))
# The form has fields that must be filled in and lists to choose from; these never get as far as the rules.
HELD_BACK = frozenset(
    [
        "persons_missing",
        "votes_missing",
        "conclusion_missing",
        "form_number_missing",
        "person_twice",
        "wrong_body",
        "too_many_mentors",
        "recommenders_not_two",
    ]
)


def days_in(value):
    """All dates in a JSON value."""
    if isinstance(value, dict):
        return [day for inner in value.values() for day in days_in(inner)]
    if isinstance(value, list):
        return [day for inner in value for day in days_in(inner)]
    return [value] if isinstance(value, str) and value[:2] == "20" and value.count("-") == 2 else []


def keys_in(records):
    return {person["key"] for record in records for person in record.get("persons") or ()}


def fits(scenario):
    """Whether the scenario can be told by a form, by people of the cast, on any day these tests run."""
    if "step" not in scenario or "codes" not in scenario or scenario.get("refused_on_file"):
        return False
    proposal, facts = proposal_of(scenario), facts_of(scenario)
    if HELD_BACK & set(scenario["codes"]) or "future_date" in scenario["codes"] or proposal["step"] == 1:
        return False
    if "transferred" in str(facts.get("situations", "")):  # the verb ends the mentorships, the rows below do not
        return False
    if max(days_in([proposal, facts["steps"], facts.get("situations", [])])) > LONG_AGO or "until_on" in str(
        facts.get("situations", "")
    ):
        return False
    if not keys_in([proposal, *facts["steps"]]) <= PEOPLE or facts.get("mentors") or facts["person"].get("standing"):
        return False
    if any(record.get("unit", {}).get("key", "u1") != "u1" for record in [proposal]) or scenario.get("facts", {}).get(
        "calendar"
    ):
        return False
    return len({limit.get("set_by") for limit in facts.get("local_limits", ())}) < 2


def chosen():
    """One scenario of each step, rule set and outcome."""
    found = {}
    for scenario in filter(fits, SCENARIOS):
        key = (
            scenario["road"],
            scenario["step"]["step"],
            tuple(scenario["codes"]),
            bool(proposal_of(scenario).get("late_reason")),
        )
        found.setdefault(key, scenario)
    return list(found.values())


CHOSEN = chosen()


@pytest.fixture
def on_file(cast):
    """A function that writes the facts of a scenario as rows and returns the Candidate."""
    people = {
        "m1": cast.full_members[0], "m2": cast.full_members[1], "m3": cast.full_members[2],
        "s1": cast.secretary.person, "c1": cast.member.person,
    }  # fmt: skip

    def write(scenario):
        facts = read_question(json.dumps(facts_of(scenario))).facts
        person = cast.scientists[0]
        person.birth_on, person.political_status = facts.person.birth_on, facts.person.political_status
        person.save()
        now = timezone.now()
        candidate = Candidate.objects.create(
            person=person, unit=cast.glacier, unit_path=cast.glacier.path, stage=Stage.APPLICANT, opened_at=now
        )
        for fact in facts.steps:
            named = [people[row.key] for row in fact.persons]
            unit = cast.institute if fact.unit else None
            create_record(candidate=candidate, fact=fact, persons=named, unit=unit, by=cast.office, now=now)
            tie = {5: Mentorship, 9: Recommender}.get(fact.step)
            for member in named if tie else ():
                tie.objects.create(candidate=candidate, party_member=member, starts_on=fact.decided_on)
        known = {"candidate": candidate, "recorded_by": cast.office, "recorded_at": now}
        for row in facts.reviews:
            PeriodicReview.objects.create(reviewed_on=row.reviewed_on, window=row.window, kind=row.kind, **known)
        for row in facts.situations:
            told = {name: getattr(row, name) for name in ("kind", "on", "decided_by", "recognised", "recognised_by")}
            Situation.objects.create(unit=cast.glacier if row.unit else None, **told, **known)
        for row in facts.local_limits:
            LocalLimitRow.objects.create(
                unit=cast.institute, code=row.code, value=row.value, since_on=row.since_on, basis="院党委会决定",
                set_by=cast.office, set_at=now,
            )  # fmt: skip
        settle(candidate, now=now)
        return candidate

    write.people = people
    return write


def typed(proposal, people):
    """What somebody types into the form who records the proposal."""
    sent = {
        name: value for name, value in proposal.items() if value is not None and not isinstance(value, (dict, list))
    }
    sent |= proposal.get("votes") or {}
    sent |= {f"person_{n}": people[row["key"]].code for n, row in enumerate(proposal.get("persons") or (), 1)}
    sent["documents"] = proposal.get("documents") or []
    return sent


def test_the_forms_are_tried_at_every_step_with_refusals_of_every_kind():
    assert {row["step"]["step"] for row in CHOSEN} == set(range(2, 26))
    assert len({code for row in CHOSEN for code in row["codes"]}) >= 25


@pytest.mark.parametrize("scenario", CHOSEN, ids=lambda row: row["name"])
def test_a_form_refuses_what_the_command_refuses_and_keeps_what_was_typed(scenario, client, cast, on_file):
    candidate = on_file(scenario)
    proposal = proposal_of(scenario)
    client.force_login(cast.office)
    url = reverse("step-record", args=[candidate.code, proposal["step"]])
    page = client.get(url)
    assert page.status_code == 200
    sent = typed(proposal, on_file.people) | {"version": candidate.version}
    answer = client.post(url, sent)
    before = len(facts_of(scenario)["steps"])
    recorded = StepRecord.objects.filter(candidate=candidate).count() - before
    if not scenario["codes"]:
        assert (answer.status_code, recorded) == (302, 1), answer.context and answer.context["form"].errors
        return
    assert (answer.status_code, recorded) == (422, 0)
    form = answer.context["form"]
    assert sorted(error.code for errors in form.errors.as_data().values() for error in errors) == sorted(
        scenario["codes"]
    )
    for name, value in sent.items():
        if name in form.fields and name != "documents":
            assert str(form[name].value()) == str(value), name
