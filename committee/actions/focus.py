"""The focus list: who is listed, for what and until when is decided; nothing is scored (notice F1, R6)."""

from django.db import transaction
from django.utils import timezone

from branches.offices import Office
from committee.models import FocusListing
from committee.queries.focus import KIND, criteria_of
from committee.rules.focus import REMIND_DAYS, default_end, listing_objections
from recruitment.actions import ledger
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.actions.registering import open_prospect
from recruitment.actions.roads import locked, stop
from recruitment.actions.situations import end_company
from recruitment.models import Candidate
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage


@transaction.atomic
def list_person(*, by, person, unit, purpose, level, starts_on, now, ends_on=None, next_step=""):
    """Put ``person`` on the focus list, to be contacted by the branch ``unit`` until ``ends_on`` (six months, if None).

    Opens the file if the person has none. The criteria met on that day are kept with the decision. Refused: people who
    said no or are members (as in registering), already listed, a term of more than a year. Returns the FocusListing.
    """
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(unit.path):
        raise NotYours
    candidate = Candidate.objects.visible_to(by).filter(person=person, state=RoadState.ACTIVE).first()
    if candidate is None:
        candidate = open_prospect(by=by, person=person, unit=unit, now=now)
    candidate = locked(user=by, code=candidate.code)
    if FocusListing.objects.filter(candidate=candidate, ended_on__isnull=True).exists():
        refuse("already_listed", f"{person.name}已在重点关注名单上，请续列或调整。", field="purpose")
    today = timezone.localdate(now)
    ends_on = ends_on or default_end(starts_on)
    if found := listing_objections(starts_on=starts_on, ends_on=ends_on, purpose=purpose, today=today):
        raise Refused(found)
    listing = FocusListing.objects.create(
        candidate=candidate,
        level=level,
        purpose=purpose.strip(),
        criteria=list(criteria_of(candidate.person, starts_on)),
        starts_on=starts_on,
        ends_on=ends_on,
        next_step=next_step.strip(),
        decided_by=by,
        decided_at=now,
    )
    _owe_decision(listing, now=now)
    _entry(listing, "listed", "列入重点关注名单", by=by, on=starts_on, now=now)
    return listing


@transaction.atomic
def renew_listing(*, by, code, ends_on, purpose, level, next_step, now):
    """Decide anew how long, for what and how closely somebody stays on the list; at most a year from today.

    The same decision on the same day is one. Returns the FocusListing.
    """
    listing = _locked(by=by, code=code)
    today = timezone.localdate(now)
    if found := listing_objections(starts_on=today, ends_on=ends_on, purpose=purpose, today=today):
        raise Refused(found)
    decision = {"ends_on": ends_on, "purpose": purpose.strip(), "level": level, "next_step": next_step.strip()}
    is_same = all(getattr(listing, name) == value for name, value in decision.items())
    if is_same and timezone.localdate(listing.decided_at) == today:
        return listing
    for name, value in decision.items():
        setattr(listing, name, value)
    listing.criteria = list(criteria_of(listing.candidate.person, today))
    listing.decided_by, listing.decided_at = by, now
    listing.save()
    settle_due(candidate=listing.candidate, key=due_key(listing), settled_on=today, now=now)
    _owe_decision(listing, now=now)
    _entry(listing, "listing_renewed", "续列重点关注名单", by=by, on=today, now=now)
    return listing


@transaction.atomic
def end_listing(*, by, code, now):
    """Take somebody off the list; whoever has not applied is no longer contacted and the file closes."""
    listing = _locked(by=by, code=code)
    _close(listing, by=by, now=now, summary="移出重点关注名单")
    return listing


def lapse_listings(*, now):
    """End every listing whose term ran out without a decision, each in a transaction of its own; returns how many."""
    today = timezone.localdate(now)
    run_out = FocusListing.objects.filter(ended_on__isnull=True, ends_on__lte=today)
    lapsed = 0
    for pk, candidate_id in list(run_out.values_list("pk", "candidate_id")):
        with transaction.atomic():
            Candidate.objects.select_for_update().get(pk=candidate_id)
            listing = run_out.select_for_update(of=("self",)).filter(pk=pk).first()
            if listing:
                _close(listing, by=None, now=now, summary="重点关注到期")
                lapsed += 1
    return lapsed


def due_key(listing):
    """The key of the decision that the office owes before the term runs out."""
    return f"listing-end:{listing.pk}"


def _locked(*, by, code):
    candidate_id = FocusListing.objects.visible_to(by).open().values_list("candidate__code", flat=True).get(code=code)
    candidate = locked(user=by, code=candidate_id)
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    listing = FocusListing.objects.select_for_update(of=("self",)).get(code=code, ended_on__isnull=True)
    listing.candidate = candidate
    return listing


def _close(listing, *, by, now, summary):
    today = timezone.localdate(now)
    listing.ended_on = today
    listing.save()
    candidate = Candidate.objects.select_related("unit", "person").get(pk=listing.candidate_id)
    settle_due(candidate=candidate, key=due_key(listing), settled_on=today, now=now, done=by is not None)
    _entry(listing, "listing_ended", summary, by=by, on=today, now=now)
    if candidate.stage == Stage.PROSPECT and candidate.state == RoadState.ACTIVE:
        candidate.state = RoadState.LAPSED
        candidate.version += 1
        candidate._change_reason = summary
        candidate.save()
        stop(candidate, now=now, settled_on=today)
        end_company(candidate, on=today, by=by, reason=summary)


def _owe_decision(listing, *, now):
    candidate = listing.candidate
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=KIND,
        key=due_key(listing),
        title="决定是否续列重点关注名单",
        article="通知 三（二）",
        opens_on=max(listing.starts_on, listing.ends_on.fromordinal(listing.ends_on.toordinal() - REMIND_DAYS)),
        due_on=listing.ends_on,
        owed_by=Office.PARTY_OFFICE,
        now=now,
    )


def _entry(listing, action, summary, *, by, on, now):
    ledger.append(
        candidate=listing.candidate,
        action=action,
        summary=summary,
        decided_on=on,
        actor=by,
        now=now,
        details={"listing": str(listing.code), "until": listing.ends_on.isoformat()},
    )
