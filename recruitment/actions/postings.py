"""Filling, ending and handing over posts with all that hangs on them: contacts end, dues stay with the post (notice R1, R2)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from branches.actions.postings import end_posting, open_posting, replace_posting
from branches.models import Posting
from branches.offices import BRANCH_OFFICES, LIAISON_OFFICES, Office
from recruitment.actions.contacts import end_contact
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, refuse
from recruitment.models import Candidate, CandidateGrant, DesignatedContact, UnitGrant
from recruitment.queries.postings import posting_within

VACANT = "vacant-post"
FILLED_WITHIN = timedelta(days=30)
HAND_OVER = "handover"
# Posts whose holder takes something over: people, dues, notes.
TAKES_OVER = (*BRANCH_OFFICES, Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY, Office.COMMITTEE_MEMBER)
TAKEN_OVER_WITHIN = timedelta(days=7)
# What began longer ago is a post entered late, and nothing is handed over any more.
JUST_BEGUN = timedelta(days=30)
# Posts by virtue of which somebody looks after designated contacts.
CONTACT_OFFICES = (Office.SECRETARY, Office.COMMITTEE_MEMBER, Office.COMMITTEE_SECRETARY)


@transaction.atomic
def fill_post(*, by, now, **posting):
    """Fill a post (arguments as branches.actions.postings.open_posting); a branch that waited for a secretary waits no more.

    Refused besides the reasons of the roster: a liaison's post for somebody who reads candidates by a grant. Returns the
    Posting.
    """
    _check_grants(posting["person"], posting["office"], now)
    filled = open_posting(by=by, now=now, **posting)
    if filled.office == Office.SECRETARY:
        settle_due(key=VACANT, unit=filled.unit, settled_on=filled.starts_on, now=now)
    _owe_taking_over(filled, now)
    return filled


@transaction.atomic
def end_post(*, by, posting, ends_on, reason, now):
    """End ``posting`` on ``ends_on``; designated contacts held by virtue of it end with it. Returns the Posting.

    A secretary's post left vacant is owed by the office from that day on. Refused besides the reasons of the roster: a
    day to come while the person has designated contacts, because who looks after them then is a decision of its own.
    """
    _check_contacts(posting, ends_on, now)
    ended = end_posting(by=by, posting=posting, ends_on=ends_on, reason=reason, now=now)
    _end_contacts(ended, by, now)
    _drop_taking_over(ended, now)
    if ended.office == Office.SECRETARY:
        _owe_successor(ended, now)
    return ended


@transaction.atomic
def replace_post(*, by, posting, successor, on, reason, now):
    """Hand ``posting`` over to ``successor`` (a Person) on ``on``; returns the successor's Posting.

    What the post owes is owed by the successor from that day on, because dues belong to office and unit.
    """
    _check_contacts(posting, on, now)
    _check_grants(successor, posting.office, now)
    new = replace_posting(by=by, posting=posting, successor=successor, on=on, reason=reason, now=now)
    posting.refresh_from_db()
    _end_contacts(posting, by, now)
    _drop_taking_over(posting, now)
    _owe_taking_over(new, now)
    return new


@transaction.atomic
def confirm_taking_over(*, by, pk, now):
    """Confirm that the holder of the post ``pk``, ``by``, has taken over what its hand-over page shows.

    Settles what was owed for it; once more does nothing. Raises Posting.DoesNotExist for strangers, NotYours for the
    party office, which may look. Returns the Posting.
    """
    posting = posting_within(user=by, pk=pk)
    if posting.person_id != by.person_id:
        raise NotYours
    if posting.unit_id:
        settle_due(key=hand_over_key(posting), unit=posting.unit, settled_on=timezone.localdate(now), now=now)
    return posting


def hand_over_key(posting):
    """The key of what the holder of a new post owes."""
    return f"{HAND_OVER}:{posting.pk}"


def _owe_taking_over(posting, now):
    """Whoever comes new to a post looks through what is open, late, under way and unread within a week."""
    today = timezone.localdate(now)
    if posting.office not in TAKES_OVER or posting.unit_id is None or posting.starts_on < today - JUST_BEGUN:
        return
    begins_on = max(posting.starts_on, today)
    open_due(
        candidate=None,
        unit=posting.unit,
        kind=HAND_OVER,
        key=hand_over_key(posting),
        title=f"接手{posting.unit.short_name}{posting.get_office_display()}工作",
        article="通知 三（二）",
        opens_on=begins_on,
        due_on=begins_on + TAKEN_OVER_WITHIN,
        owed_by=posting.office,
        owed_by_person=posting.person,
        now=now,
    )


def _drop_taking_over(posting, now):
    if posting.unit_id:
        settle_due(key=hand_over_key(posting), unit=posting.unit, settled_on=posting.ends_on, now=now, done=False)


def _owe_successor(posting, now):
    """The office owes the branch a secretary: within a month as a rule, which no article sets."""
    open_due(
        candidate=None,
        unit=posting.unit,
        kind="vacant_post",
        key=VACANT,
        title=f"补齐{posting.unit.short_name}书记",
        article="通知 三（二）",
        opens_on=posting.ends_on,
        due_on=posting.ends_on + FILLED_WITHIN,
        owed_by=Office.PARTY_OFFICE,
        now=now,
    )


def _check_grants(person, office, now):
    """HR never learns who is on the road, and a department only what the office shares (notice R4)."""
    running = {"user__person": person, "ends_on__gt": timezone.localdate(now)}
    granted = any(model.objects.filter(**running).exists() for model in (UnitGrant, CandidateGrant))
    if office in LIAISON_OFFICES and granted:
        message = f"{person.name}有生效的授权，能查看培养对象。请先在“授权”中结束，再任{Office(office).label}。"
        refuse("has_grants", message, field="person")


def _check_contacts(posting, ends_on, now):
    if ends_on > timezone.localdate(now) and _holds_contacts(posting, ends_on):
        refuse(
            "has_contacts",
            "此人有定向联系对象。请在离任当日办理，或先在“定向联系”中调整。",
            article="通知 三（二）",
            field="ends_on",
        )


def _holds_contacts(posting, day):
    """Open contacts of the person whose only contact post this is."""
    if posting.office not in CONTACT_OFFICES:
        return DesignatedContact.objects.none()
    others = Posting.objects.on(day).filter(person=posting.person_id, office__in=CONTACT_OFFICES).exclude(pk=posting.pk)
    if others.exists():
        return DesignatedContact.objects.none()
    return DesignatedContact.objects.open().filter(leader=posting.person_id)


def _end_contacts(posting, by, now):
    within = Candidate.objects.visible_to(by)
    for contact in _holds_contacts(posting, posting.ends_on).filter(candidate__in=within).select_related("candidate"):
        end_contact(
            by=by,
            code=contact.candidate.code,
            contact_id=contact.pk,
            decided_on=max(posting.ends_on, contact.starts_on),
            reason="联系人不再任职",
            now=now,
        )
