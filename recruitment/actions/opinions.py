"""A mentor's half-yearly opinion: owed by the mentor, or by the branch for one without a login (notice B2, C4)."""

from django.db import transaction
from django.utils import timezone

from branches.offices import Office
from recruitment.actions import ledger
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.roads import locked
from recruitment.models import MentorOpinion, Mentorship
from recruitment.rules.mentoring import ARTICLE, OpinionFact, next_opinion, opinion_objections, window_of
from recruitment.stages import RoadState, Stage

KIND = "mentor_opinion"
REVIEW_STEP = 6


@transaction.atomic
def record_opinion(*, by, code, given_on, opinion, now, mentor=None, form_token=None):
    """Record what a mentor thinks of the candidate ``code`` on the day ``given_on``.

    A mentor who serves today writes in person; the branch enters what ``mentor`` (a Person) handed in on paper. Settles
    the due and opens the one of the next half-year. The same ``form_token`` twice is one opinion, and so are the same
    words of the same day. Raises DoesNotExist, NotYours or Refused; returns the MentorOpinion.
    """
    candidate = locked(user=by, code=code)
    if form_token and (again := MentorOpinion.objects.filter(form_token=form_token, candidate=candidate).first()):
        return again
    today = timezone.localdate(now)
    mentor_id = mentor.pk if mentor else by.person_id
    tie = Mentorship.objects.on(today).filter(candidate=candidate, party_member_id=mentor_id).first()
    if tie is None or (mentor_id != by.person_id and not by.has_perm("recruitment.record_branch_step", candidate)):
        raise NotYours
    fact = OpinionFact(given_on=given_on, text=opinion, since_on=tie.starts_on)
    if found := opinion_objections(fact, today=today):
        raise Refused(found)
    said = {"candidate": candidate, "mentor_id": mentor_id, "given_on": given_on, "opinion": opinion.strip()}
    if again := MentorOpinion.objects.standing().filter(**said).first():
        return again
    row = MentorOpinion.objects.create(
        **said,
        window=window_of(tie.starts_on, given_on),
        recorded_by=by,
        recorded_at=now,
        **({"form_token": form_token} if form_token else {}),
    )
    settle_due(candidate=candidate, key=due_key(tie), settled_on=given_on, now=now)
    owe_opinions(candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="opinion",
        step=REVIEW_STEP,
        summary="培养联系人意见",
        decided_on=given_on,
        actor=by,
        now=now,
        details={"record": str(row.code), "window": row.window},
    )
    return row


def owe_opinions(candidate, *, now):
    """Bring what mentors owe in line with who mentors now; part of the transaction of whatever changed that.

    An opinion is owed for every half-year of service while the person is an activist or a development target.
    """
    today = timezone.localdate(now)
    owed = {}
    if candidate.state == RoadState.ACTIVE and candidate.stage in (Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET):
        for tie in Mentorship.objects.open().filter(candidate=candidate).select_related("party_member__user"):
            owed[due_key(tie)] = tie
    for due in candidate.dues.open().filter(kind=KIND):
        if due.key not in owed:
            settle_due(candidate=candidate, key=due.key, settled_on=today, now=now, done=False)
    for key, tie in owed.items():
        given = MentorOpinion.objects.standing().filter(
            candidate=candidate, mentor_id=tie.party_member_id, given_on__gte=tie.starts_on
        )
        last_window = max(given.values_list("window", flat=True), default=0)
        window, opens_on, due_on = next_opinion(tie.starts_on, last_window)
        user = getattr(tie.party_member, "user", None)
        writes_alone = user is not None and user.is_active
        open_due(
            candidate=candidate,
            unit=candidate.unit,
            kind=KIND,
            key=key,
            title="填写培养联系人半年意见" if writes_alone else f"收集培养联系人{tie.party_member.name}的半年意见",
            article=ARTICLE,
            opens_on=opens_on,
            due_on=due_on,
            owed_by=Office.BRANCH_COMMITTEE_MEMBER if writes_alone else Office.SECRETARY,
            owed_by_person=tie.party_member if writes_alone else None,
            step=None,
            window=window,
            now=now,
        )


def due_key(tie):
    """The key of a mentor's next opinion."""
    return f"mentor-opinion:{tie.pk}"
