"""Changing mentors after the fifth step: a decision with date and reason (Art. 9; notice B2)."""

from django.db import transaction
from django.utils import timezone

from recruitment.actions import ledger
from recruitment.actions.opinions import owe_opinions
from recruitment.actions.refusals import NotYours, Refused, Stale, refuse
from recruitment.actions.roads import locked, settle
from recruitment.actions.steps import NAMES_MENTORS, named, replace_ties
from recruitment.models import Mentorship
from recruitment.queries.facts import person_fact
from recruitment.rules.contacts import decision_objections
from recruitment.rules.persons import mentor_objections
from recruitment.stages import Stage

ARTICLE = "《细则》第九条"
ASSIGN = "recruitment.assign_mentor"


@transaction.atomic
def change_mentors(*, by, code, mentors, decided_on, reason, now, version=None):
    """From ``decided_on`` on, ``mentors`` (one or two Persons) accompany the candidate ``code`` instead of the former.

    Who stays keeps the day from which they serve. The first mentors are named by step 5. Refused: nobody, more than
    two, no full member, a suspended one, a day before the present mentors began. Returns the open Mentorships.
    """
    candidate = locked(user=by, code=code)
    if not by.has_perm(ASSIGN, candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    if not candidate.has_done(NAMES_MENTORS):
        refuse("step_first", "培养联系人由第 5 步首次指定，请先办理第 5 步。", article=ARTICLE)
    if candidate.stage not in (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET):
        refuse("not_cultivated", "入党积极分子、发展对象才有培养联系人。", article=ARTICLE)
    standing = list(Mentorship.objects.open().filter(candidate=candidate))
    begun_on = max((tie.starts_on for tie in standing), default=None)
    found = decision_objections(
        decided_on=decided_on, reason=reason, today=timezone.localdate(now), not_before=begun_on
    )
    found += mentor_objections(named(mentors, decided_on), person_fact(candidate.person), decided_on, ARTICLE)
    if {tie.party_member_id for tie in standing} == {mentor.pk for mentor in mentors}:
        refuse("same_mentors", "与现任培养联系人相同，不需更换。", article=ARTICLE, field="persons")
    if found:
        raise Refused(found)
    replace_ties(Mentorship, candidate, mentors, on=decided_on, by=by, reason=reason.strip()[:200])
    settle(candidate, now=now, settled_on=decided_on, reason="更换培养联系人")
    owe_opinions(candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="mentors_changed",
        summary="更换培养联系人",
        decided_on=decided_on,
        actor=by,
        now=now,
        details={"mentors": [str(mentor.code) for mentor in mentors]},
    )
    return list(Mentorship.objects.open().filter(candidate=candidate))
