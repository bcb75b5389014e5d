"""Taking over somebody who arrives from another institute in the middle of the road (Art. 12, 35/36)."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from branches.models import Person
from branches.offices import PoliticalStatus
from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.refusals import Refused, refuse
from recruitment.actions.registering import check_entry, open_file
from recruitment.actions.roads import settle
from recruitment.actions.situations import create_situation
from recruitment.models import Candidate
from recruitment.queries.facts import calendar_in_force, facts_of_newcomer, unit_fact
from recruitment.stages import SituationKind, Stage

STAGES = {
    SituationKind.TRANSFERRED: Stage.ACTIVIST,
    SituationKind.PROBATIONER_TRANSFERRED_IN: Stage.PROBATIONARY_MEMBER,
}


@transaction.atomic
def receive(*, by, person, unit, fact, now, form_token=None, remark=""):
    """Open the file of ``person``, who arrives at ``unit`` as an activist or as a probationary member.

    ``fact`` is a SituationFact of kind TRANSFERRED (``recognised``, ``counts_from_on``: activist since) or
    PROBATIONER_TRANSFERRED_IN (``until_on``: the original end of probation). Refused like a registration; a
    probationary member must stand so on the roster, an activist must be no member. Returns the Candidate.
    """
    if form_token and (again := Candidate.objects.visible_to(by).filter(situations__form_token=form_token).first()):
        return again
    person = Person.objects.select_for_update().get(pk=person.pk)
    probationer = fact.kind == SituationKind.PROBATIONER_TRANSFERRED_IN
    check_entry(by=by, person=person, unit=unit, as_probationer=probationer)
    if probationer and person.political_status != PoliticalStatus.PROBATIONARY_MEMBER:
        refuse(
            "not_a_probationer",
            f"花名册上{person.name}不是预备党员，请先核对政治面貌。",
            article="《细则》第三十五条",
            field="kind",
        )
    proposal = replace(fact, unit=unit_fact(unit))
    facts = facts_of_newcomer(person, unit)
    calendar = calendar_in_force()
    found = rules.situation_objections(facts, proposal, today=timezone.localdate(now), calendar=calendar)
    if found:
        raise Refused(found)
    candidate = open_file(person=person, unit=unit, now=now, stage=STAGES[SituationKind(fact.kind)])
    row = create_situation(
        candidate=candidate, fact=proposal, unit=unit, by=by, now=now, form_token=form_token, remark=remark
    )
    settle(candidate, now=now, settled_on=fact.on, reason="转入接收", calendar=calendar)
    ledger.append(
        candidate=candidate,
        action="situation",
        summary=row.get_kind_display(),
        decided_on=fact.on,
        actor=by,
        now=now,
        details={"record": str(row.code), "kind": fact.kind, "unit": str(unit.code)},
        private={"remark": remark} if remark else None,
    )
    return Candidate.objects.visible_to(by).get(pk=candidate.pk)
