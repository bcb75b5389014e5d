"""Grants as the page shows them: what waits for a decision, what is in force, what is over."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q

from branches.models import Posting, Unit, User
from branches.offices import ADMINISTRATOR_OFFICES, LIAISON_OFFICES, Office
from recruitment.models import Candidate, GrantProposal
from recruitment.scope import scope_of

ROWS = 200


@dataclass(frozen=True, slots=True)
class GrantLine:
    """One grant; ``state`` is waiting, in_force, over or refused."""

    pk: int
    state: str
    user_name: str
    target: str
    reason: str
    ends_on: date
    proposed_by: str
    proposed_at: datetime
    decided_by: str
    decided_at: datetime | None
    may_decide: bool
    may_end: bool


def reads_grants(user):
    """True for the party office and the security administrator."""
    return scope_of(user).holds(Office.PARTY_OFFICE, Office.SECURITY_ADMINISTRATOR)


def may_propose(user):
    """True for the party office; the security administrator only decides."""
    return scope_of(user).holds(Office.PARTY_OFFICE)


def grants(*, user, today):
    """GrantLines within reach of ``user``, newest first."""
    scope = scope_of(user)
    secure = scope.holds(Office.SECURITY_ADMINISTRATOR)
    proposals = GrantProposal.objects.select_related(
        "user__person", "unit", "candidate__person", "candidate__unit", "proposed_by__person", "decided_by__person"
    )
    if not secure:
        within = Q(candidate__isnull=False) & scope.candidates("candidate__")
        for path in office_paths(user):
            within |= Q(unit__path__startswith=path)
        proposals = proposals.filter(within)
    return [_line(proposal, user, today, secure=secure) for proposal in proposals[:ROWS]]


def office_paths(user):
    """Paths of the units whose party office ``user`` is."""
    return [post.unit_path for post in scope_of(user).posts if post.office == Office.PARTY_OFFICE and post.unit_path]


def units_to_grant(user):
    """Branches for which ``user`` may propose a stand-in."""
    return Unit.objects.active().branches().under(office_paths(user))


def candidates_named(user, text):
    """At most two candidates within reach whom ``text`` (name, pinyin or staff number) names."""
    return list(Candidate.objects.visible_to(user).search(text).select_related("person")[:2])


def users_to_grant(user, today):
    """Logins that may be granted something: people's, without one's own, administrators' and liaisons'."""
    without = Posting.objects.on(today).filter(office__in=(*ADMINISTRATOR_OFFICES, *LIAISON_OFFICES))
    return (
        User.objects.filter(is_active=True, person__isnull=False)
        .exclude(pk=user.pk)
        .exclude(person__in=without.values("person"))
        .select_related("person")
        .order_by("person__pinyin")
    )


def _line(proposal, user, today, *, secure):
    state = _state(proposal, today)
    outside = user.pk not in (proposal.proposed_by_id, proposal.user_id)
    return GrantLine(
        pk=proposal.pk,
        state=state,
        user_name=proposal.user.display_name,
        target=_target(proposal, secure=secure),
        reason=proposal.reason,
        ends_on=proposal.ends_on,
        proposed_by=proposal.proposed_by.display_name,
        proposed_at=proposal.proposed_at,
        decided_by=proposal.decided_by.display_name if proposal.decided_by else "",
        decided_at=proposal.decided_at,
        may_decide=state == "waiting" and outside,
        may_end=state == "in_force",
    )


def _state(proposal, today):
    if proposal.decided_at is None:
        return "waiting" if proposal.ends_on > today else "over"
    if not proposal.was_approved:
        return "refused"
    return "in_force" if proposal.ended_at is None and proposal.ends_on > today else "over"


def _target(proposal, *, secure):
    """Whom or what it is about; the security administrator tells files apart by number and branch."""
    if proposal.unit_id:
        return proposal.unit.name
    if secure:
        return f"{proposal.candidate.unit.short_name} {str(proposal.candidate.code)[:8]}"
    return proposal.candidate.person.name
