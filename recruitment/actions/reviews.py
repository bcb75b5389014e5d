"""Recording a half-yearly review, a written report of the activist, or a check during probation (Art. 10, 11, 31/32; notice C4)."""

from dataclasses import replace

from django.db import transaction
from django.utils import timezone

from recruitment import rules
from recruitment.actions import ledger
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.roads import locked, settle
from recruitment.facts import ReviewFact
from recruitment.models import PeriodicReview
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.stages import ReviewKind

REVIEW_STEP, PROBATION_STEP = 6, 21


@transaction.atomic
def record_review(
    *,
    by,
    code,
    version,
    reviewed_on,
    conclusion,
    now,
    evidence="",
    kind=ReviewKind.REVIEW,
    during_probation=False,
    late_reason="",
    form_token=None,
):
    """Record the branch's review, or the report handed in, of ``reviewed_on``; the window it belongs to follows from the date.

    Refused: no activist (or probationary member) on that day, a future date, a late one without ``late_reason``.
    Returns the PeriodicReview; the same ``form_token`` twice is one review, and so is the same word for word.
    """
    candidate = locked(user=by, code=code)
    if form_token and (again := PeriodicReview.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    if not by.has_perm("recruitment.record_branch_step", candidate):
        raise NotYours
    said = {
        "candidate": candidate,
        "reviewed_on": reviewed_on,
        "kind": kind,
        "during_probation": during_probation,
        "conclusion": conclusion,
        "evidence": evidence,
    }
    if again := PeriodicReview.objects.standing().filter(**said).first():
        return again
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    calendar = calendar_in_force()
    facts = facts_for([candidate])[candidate.pk]
    proposal = ReviewFact(reviewed_on, during_probation=during_probation, kind=kind, late_reason=late_reason)
    found = rules.review_objections(facts, proposal, today=timezone.localdate(now), calendar=calendar)
    if found:
        raise Refused(found)
    window = rules.window_of(facts, proposal)
    review = PeriodicReview.objects.create(
        **said,
        window=window,
        late_reason=late_reason,
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    facts = replace(facts, reviews=(*facts.reviews, replace(proposal, window=window, id=str(review.code))))
    step = PROBATION_STEP if during_probation else REVIEW_STEP
    settle(
        candidate,
        now=now,
        facts=facts,
        settled_on=reviewed_on,
        done_steps={step},
        reason=_words(kind, during_probation=during_probation),
        calendar=calendar,
    )
    ledger.append(
        candidate=candidate,
        action="review",
        step=step,
        summary=f"第 {window} 次{_words(kind, during_probation=during_probation)}",
        decided_on=reviewed_on,
        actor=by,
        now=now,
        details={"record": str(review.code), "window": window},
    )
    return review


def _words(kind, *, during_probation):
    if kind == ReviewKind.REPORT:
        return ReviewKind.REPORT.label
    return "预备期考察" if during_probation else "半年考察"
