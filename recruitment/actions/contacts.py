"""Designated contacts: assigned, changed and ended by decision with date and reason (notice R2, B3)."""

from django.conf import settings
from django.db import transaction
from django.utils import timezone

from branches.models import Person
from branches.offices import Office
from recruitment.actions import ledger
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.roads import locked
from recruitment.models import DesignatedContact
from recruitment.rules.contacts import (
    ARTICLE,
    ContactFact,
    contact_objections,
    decision_objections,
    talk_due_on,
    talk_since,
)
from recruitment.stages import RoadState, Stage

KIND = "contact_talk"
ASSIGN = "recruitment.assign_contact"


@transaction.atomic
def assign_contact(*, by, code, leader, decided_on, reason, now, exception_reason="", version=None):
    """Decide that ``leader`` (a Person) looks after the candidate ``code`` from ``decided_on`` on.

    Opens the due for the first talk. Refused: no such post on that day, a third person without ``exception_reason``,
    a member, oneself, a day to come. Raises DoesNotExist, NotYours, Stale or Refused; returns the DesignatedContact.
    """
    candidate = _locked(by=by, code=code, version=version)
    contact = _begin(
        candidate, leader, by=by, decided_on=decided_on, reason=reason, now=now, exception_reason=exception_reason
    )
    _entry(candidate, "contact_assigned", "确定定向联系人", contact, by=by, on=decided_on, now=now)
    _touch(candidate, "确定定向联系人")
    return contact


@transaction.atomic
def change_contact(*, by, code, contact_id, leader, decided_on, reason, now, exception_reason="", version=None):
    """Hand the candidate from the open contact ``contact_id`` to ``leader``; returns the new contact."""
    candidate = _locked(by=by, code=code, version=version)
    former = candidate.designatedcontacts.open().get(pk=contact_id)
    _end(former, by=by, decided_on=decided_on, reason=reason, now=now)
    contact = _begin(
        candidate, leader, by=by, decided_on=decided_on, reason=reason, now=now, exception_reason=exception_reason
    )
    _entry(candidate, "contact_changed", "更换定向联系人", contact, by=by, on=decided_on, now=now, former=former)
    _touch(candidate, "更换定向联系人")
    return contact


@transaction.atomic
def end_contact(*, by, code, contact_id, decided_on, reason, now, version=None):
    """End the open contact ``contact_id`` on ``decided_on``, which is the first day without it; returns it."""
    candidate = _locked(by=by, code=code, version=version)
    contact = candidate.designatedcontacts.open().get(pk=contact_id)
    _end(contact, by=by, decided_on=decided_on, reason=reason, now=now)
    _entry(candidate, "contact_ended", "结束定向联系", contact, by=by, on=decided_on, now=now)
    _touch(candidate, "结束定向联系")
    return contact


def owe_talk(contact, *, last_talk_on, now):
    """Open or move the due for the next talk; ``last_talk_on`` is the leader's last talk with the person."""
    candidate = contact.candidate
    since_on = talk_since(contact.starts_on, last_talk_on)
    return open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=KIND,
        key=due_key(contact),
        title="与联系对象谈心",
        article=ARTICLE,
        opens_on=since_on,
        due_on=talk_due_on(since_on, settings.YINLING_CONTACT_DAYS),
        owed_by=_office_of(contact.leader, contact.starts_on),
        owed_by_person=contact.leader,
        now=now,
    )


def due_key(contact):
    """The key of the due for the contact's next talk."""
    return f"contact-talk:{contact.pk}"


def _locked(*, by, code, version):
    candidate = locked(user=by, code=code)
    if not by.has_perm(ASSIGN, candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    return candidate


def _begin(candidate, leader, *, by, decided_on, reason, now, exception_reason):
    # The leader's row is locked so that two decisions at once cannot make a third contact.
    leader = Person.objects.select_for_update().get(pk=leader.pk)
    looked_after = DesignatedContact.objects.open().filter(leader=leader, candidate__state=RoadState.ACTIVE)
    candidate_ids = list(looked_after.values_list("candidate_id", flat=True))
    fact = ContactFact(
        decided_on=decided_on,
        reason=reason,
        leader_name=leader.name,
        leader_posts=tuple(leader.postings.on(decided_on).values_list("office", flat=True)),
        leader_has=len(candidate_ids),
        is_oneself=leader.pk == candidate.person_id,
        has_this_one=candidate.pk in candidate_ids,
        is_member=candidate.stage >= Stage.PROBATIONARY_MEMBER,
        goes_on=candidate.state == RoadState.ACTIVE,
        exception_reason=exception_reason,
    )
    if found := contact_objections(fact, today=timezone.localdate(now)):
        raise Refused(found)
    why = f"{reason.strip()}（第三位：{exception_reason.strip()}）" if exception_reason.strip() else reason.strip()
    contact = DesignatedContact.objects.create(
        candidate=candidate, leader=leader, starts_on=decided_on, reason=why[:200], decided_by=by
    )
    owe_talk(contact, last_talk_on=None, now=now)
    return contact


def _end(contact, *, by, decided_on, reason, now):
    found = decision_objections(
        decided_on=decided_on, reason=reason, today=timezone.localdate(now), not_before=contact.starts_on
    )
    if found:
        raise Refused(found)
    contact.ends_on, contact.end_reason, contact.decided_by = decided_on, reason.strip()[:200], by
    contact.save()
    # what the leader owed about this candidate ends too: the next talk, an agreed day, an answer to pass on
    for due in contact.candidate.dues.open().filter(owed_by_person_id=contact.leader_id):
        settle_due(candidate=contact.candidate, key=due.key, settled_on=decided_on, now=now, done=False)


def _entry(candidate, action, summary, contact, *, by, on, now, former=None):
    details = {"leader": str(contact.leader.code)}
    if former:
        details["former"] = str(former.leader.code)
    ledger.append(
        candidate=candidate, action=action, summary=summary, decided_on=on, actor=by, now=now, details=details
    )


def _touch(candidate, reason):
    candidate.version += 1
    candidate._change_reason = reason
    candidate.save()


def _office_of(leader, day):
    """The post in which the person looks after others: a committee post before that of a branch."""
    held = set(leader.postings.on(day).values_list("office", flat=True))
    for office in (Office.COMMITTEE_MEMBER, Office.COMMITTEE_SECRETARY, Office.SECRETARY):
        if office in held:
            return office
    return Office.COMMITTEE_MEMBER
