"""Entering somebody: as a person to be contacted, or as an applicant."""

from dataclasses import replace

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.models import Person, Unit
from branches.offices import BRANCH_OFFICES, Office, UnitKind
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.actions.roads import settle
from recruitment.actions.steps import create_record
from recruitment.facts import StepFact
from recruitment.models import Candidate
from recruitment.queries.declines import is_declined
from recruitment.queries.facts import calendar_in_force, facts_of_newcomer, papers_of
from recruitment.scope import scope_of
from recruitment.stages import Body, Conclusion, RoadState, Stage

MAY_REGISTER = frozenset((*BRANCH_OFFICES, Office.PARTY_OFFICE))


@transaction.atomic
def open_prospect(*, by, person, unit, now):
    """Open a file for an outside scientist who is to be contacted (notice R6); no step is recorded.

    Refused: people already on file, people who said no, members of the Party. Returns the Candidate.
    """
    check_entry(by=by, person=person, unit=unit)
    candidate = open_file(person=person, unit=unit, now=now, stage=Stage.PROSPECT)
    ledger.append(candidate=candidate, action="opened", summary="列为联系对象", actor=by, now=now)
    return candidate


@transaction.atomic
def register_applicant(*, by, person, unit, applied_on, now, form_token=None, late_reason="", rule_set=""):
    """Record that ``person`` handed an application letter to ``unit`` on ``applied_on`` (Art. 5, 6).

    Opens the file, or continues the one of a prospect. The same ``form_token`` twice gives the same candidate.
    Refused with articles: under 18 on the day, a date in the future or before birth, a member, already on file.
    """
    if form_token and (again := _already(form_token, by)):
        return again
    person = Person.objects.select_for_update().get(pk=person.pk)
    prospect = (
        Candidate.objects.visible_to(by)
        .select_for_update(of=("self",))
        .filter(person=person, state=RoadState.ACTIVE, stage=Stage.PROSPECT)
        .select_related("person", "unit")
        .first()
    )
    check_entry(by=by, person=person, unit=unit, prospect=prospect)
    facts = facts_of_newcomer(person, unit)
    if prospect:
        facts = replace(facts, papers=papers_of(prospect))
    calendar = calendar_in_force()
    proposal = StepFact(
        step=1,
        decided_on=applied_on,
        body=Body.APPLICANT,
        conclusion=Conclusion.DONE,
        late_reason=late_reason,
        rule_set=rule_set,
    )
    found = rules.objections(facts, proposal, today=timezone.localdate(now), calendar=calendar)
    if found:
        raise Refused(found)
    candidate = prospect or open_file(person=person, unit=unit, now=now, stage=Stage.APPLICANT)
    record, fact = create_record(candidate=candidate, fact=proposal, persons=(), by=by, now=now, form_token=form_token)
    facts = rules.with_step(facts, fact)
    settle(
        candidate,
        now=now,
        facts=facts,
        settled_on=applied_on,
        done_steps={1},
        reason="递交入党申请书",
        calendar=calendar,
    )
    ledger.append(
        candidate=candidate,
        action="step",
        step=1,
        summary="递交入党申请书",
        decided_on=applied_on,
        actor=by,
        now=now,
        details={"record": str(record.code)},
    )
    return Candidate.objects.visible_to(by).get(pk=candidate.pk)


def _already(form_token, by):
    return Candidate.objects.visible_to(by).filter(steprecords__form_token=form_token).first()


def check_entry(*, by, person, unit, prospect=None, as_probationer=False):
    """Refuse to open a file for ``person`` at ``unit``: wrong tier, a no, gone, a member, oneself, already on file."""
    if unit.kind != UnitKind.BRANCH or not MAY_REGISTER & scope_of(by).offices_over(unit.path):
        raise NotYours
    if is_declined(person):
        # nothing more is said to anybody: a no is respected
        refuse("ask_the_office", "不予录入，请联系党办。", field="person")
    if person.left_on:
        refuse(
            "person_has_left", f"{person.name}已离开本单位，不能在本单位申请入党。", article="《细则》第五条", field="person"
        )
    if person.standing != "none" and not (as_probationer and person.standing == "probationary"):
        refuse(
            "already_a_member",
            f"{person.name}已是{person.get_political_status_display()}，不需再次申请。",
            article="《细则》第五条",
            field="person",
        )
    if person.pk == by.person_id:
        refuse("own_file", "不能为自己建档，请由支部其他同志办理。", field="person")
    if (
        prospect is None
        and Candidate.objects.filter(person=person, state__in=[RoadState.ACTIVE, RoadState.OTHER_PARTY]).exists()
    ):
        if Candidate.objects.visible_to(by).filter(person=person).exists():
            refuse("already_on_file", f"{person.name}已在册，请从人员页继续办理。", field="person")
        refuse("ask_the_office", "不予录入，请联系党办。", field="person")
    if prospect is not None and prospect.unit_id != unit.pk:
        refuse(
            "other_unit", f"{person.name}由{prospect.unit.name}联系，请先办理转接。", article="《细则》第十二条", field="person"
        )


def open_file(*, person, unit, now, stage):
    """Write the Candidate; two at once open one."""
    candidate = Candidate(person=person, unit=unit, unit_path=unit.path, stage=stage, opened_at=now)
    try:
        with transaction.atomic():
            candidate.save()
    except IntegrityError:
        refuse("already_on_file", f"{person.name}已在册，请从人员页继续办理。", field="person")
    return candidate


def branches_for(user):
    """Branches in which ``user`` may enter people, in the order of the tree."""
    scope = scope_of(user)
    paths = [post.unit_path for post in scope.posts if post.office in MAY_REGISTER and post.unit_path]
    return Unit.objects.branches().active().under([*paths, *scope.granted_paths])
