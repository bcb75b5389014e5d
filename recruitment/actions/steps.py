"""Recording one of the twenty-five steps: judged, written, settled and entered in the ledger in one transaction."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from branches.models import Person, Unit
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.opinions import owe_opinions
from recruitment.actions.planned import number_objections
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.roads import locked, settle
from recruitment.models import Candidate, Mentorship, Recommender, StepPerson, StepRecord
from recruitment.queries.facts import (
    STEP_FIELDS,
    VOTE_FIELDS,
    calendar_in_force,
    facts_for,
    person_fact,
    posts_on,
    unit_fact,
)
from recruitment.steps import step as step_row

OFFICE = "office"
NAMES_MENTORS = 5
NAMES_RECOMMENDERS = 9


@transaction.atomic
def record_step(*, by, code, version, fact, now, persons=(), unit=None, form_token=None, document_number="", remark=""):
    """Record ``fact`` (a StepFact without persons and unit) on the candidate ``code``.

    ``version`` is the one the form was opened with: another act since then raises Stale. ``persons`` are Person rows
    named in the step (mentors, recommenders, talkers), ``unit`` the deciding Unit. The same ``form_token`` twice is
    one record. Raises Candidate.DoesNotExist for strangers, NotYours for the wrong tier, Refused with the rules'
    objections (each with code, sentence, article). Returns the StepRecord.
    """
    candidate = locked(user=by, code=code)
    if form_token and (again := StepRecord.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    step = step_row(fact.step)
    if not by.has_perm(permission_for(step), candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    calendar = calendar_in_force()
    facts = facts_for([candidate])[candidate.pk]
    proposal = replace(fact, persons=named(persons, fact.decided_on), unit=_unit_fact(unit, facts, step))
    found = rules.objections(facts, proposal, today=timezone.localdate(now), calendar=calendar)
    found = found or number_objections(candidate, proposal)
    if found:
        raise Refused(found)
    record, proposal = create_record(
        candidate=candidate,
        fact=proposal,
        persons=persons,
        unit=unit,
        by=by,
        now=now,
        form_token=form_token,
        document_number=document_number,
        remark=remark,
    )
    facts = rules.with_step(facts, proposal)
    if step.number == NAMES_MENTORS:
        replace_ties(Mentorship, candidate, persons, on=fact.decided_on, by=by)
    if step.number == NAMES_RECOMMENDERS:
        replace_ties(Recommender, candidate, persons, on=fact.decided_on, by=by)
    settle(
        candidate,
        now=now,
        facts=facts,
        settled_on=fact.decided_on,
        done_steps={step.number},
        reason=step.name,
        calendar=calendar,
    )
    if step.number == NAMES_MENTORS or step.stage_after != step.stage_before:
        owe_opinions(candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="step",
        step=step.number,
        summary=step.name,
        decided_on=fact.decided_on,
        actor=by,
        now=now,
        details=ledger_details(record, persons),
    )
    if not Candidate.objects.visible_to(by).filter(pk=candidate.pk).exists():
        raise Candidate.DoesNotExist  # the act put the person out of the writer's reach: nothing is kept
    return record


def permission_for(step):
    """Which right an act needs: steps of the committee are recorded by the office, all others by the branch too."""
    return "recruitment.record_committee_step" if step.recorded_by == OFFICE else "recruitment.record_branch_step"


def create_record(*, candidate, fact, persons, by, now, unit=None, form_token=None, document_number="", remark=""):
    """Write one StepRecord with its persons; returns it with the fact as it now stands (with its id)."""
    values = {name: getattr(fact, name) for name in STEP_FIELDS}
    if fact.votes:
        values |= {name: getattr(fact.votes, name) for name in VOTE_FIELDS}
    if form_token:
        values["form_token"] = form_token
    record = StepRecord.objects.create(
        candidate=candidate,
        unit=unit,
        documents=list(fact.documents),
        document_number=document_number,
        remark=remark,
        recorded_by=by,
        recorded_at=now,
        **values,
    )
    if persons:
        StepPerson.objects.bulk_create(
            [
                StepPerson(record=record, person=person, standing=person.standing, was_suspended=person.is_suspended)
                for person in persons
            ]
        )
    return record, replace(fact, id=str(record.code))


def named(persons, day):
    """PersonFacts of the Person rows named in a step, with the posts they held on ``day``."""
    if not persons:
        return ()
    posts = {person.pk: [] for person in persons}
    for person_id, office, starts_on, ends_on in Person.objects.filter(pk__in=posts).values_list(
        "pk", "postings__office", "postings__starts_on", "postings__ends_on"
    ):
        if office:
            posts[person_id].append((office, starts_on, ends_on))
    return tuple(person_fact(person, posts=posts_on(posts, person.pk, day)) for person in persons)


def replace_ties(model, candidate, persons, *, on, by, reason=""):
    """End the ties of ``model`` (Mentorship, Recommender) that no longer hold and begin the new ones, on ``on``."""
    wanted = {person.pk: person for person in persons}
    for tie in model.objects.open().filter(candidate=candidate):
        if wanted.pop(tie.party_member_id, None) is None:
            tie.ends_on, tie.end_reason, tie.decided_by = max(on, tie.starts_on), reason or "更换", by
            tie.save()
    for person in wanted.values():
        model.objects.create(candidate=candidate, party_member=person, starts_on=on, reason=reason, decided_by=by)


def ledger_details(record, persons=()):
    """What of a step goes into the chain: dates, votes and codes; never free text."""
    details = {"record": str(record.code), "conclusion": record.conclusion, "body": record.body}
    for name in (*VOTE_FIELDS, "hours", "days", "form_number", "document_number", "rule_set"):
        if value := getattr(record, name):
            details[name] = value
    for name in ("publicity_from_on", "publicity_until_on", "listed_on", "starts_on", "ends_on", "extended_until_on"):
        if value := getattr(record, name):
            details[name] = value.isoformat()
    if persons:
        details["persons"] = [str(person.code) for person in persons]
    return details


def _unit_fact(unit, facts, step):
    """The deciding unit as a fact: the one named, else the superior for steps of the committee, else the branch."""
    if isinstance(unit, Unit):
        return unit_fact(unit)
    return facts.superior if step.recorded_by == OFFICE else facts.unit
