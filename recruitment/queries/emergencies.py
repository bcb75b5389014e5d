"""Emergency access as pages show it: on the person's page, and where it is decided."""

from dataclasses import dataclass
from datetime import datetime

from branches.offices import Office
from recruitment.models import EMERGENCY_LASTS, EmergencyAccess
from recruitment.scope import scope_of

ROWS = 100


@dataclass(frozen=True, slots=True)
class EmergencyLine:
    """One emergency; ``state`` is waiting, in_force, over or refused. ``whom`` is a name only for those who may know it."""

    pk: int
    state: str
    who: str
    whom: str
    reason: str
    asked_at: datetime
    decided_by: str
    decided_at: datetime | None
    until_at: datetime | None
    may_decide: bool
    may_end: bool


def emergencies_of(candidate, now):
    """EmergencyLines of every access that was opened to the person's kept texts, the last first."""
    opened = EmergencyAccess.objects.filter(candidate=candidate, was_approved=True)
    return [_line(row, now) for row in _with_names(opened)]


def emergencies(*, user, now):
    """EmergencyLines within reach of ``user``: all for the security administrator, the office's own people for it."""
    scope = scope_of(user)
    secure = scope.holds(Office.SECURITY_ADMINISTRATOR)
    rows = EmergencyAccess.objects.all() if secure else EmergencyAccess.objects.filter(scope.candidates("candidate__"))
    return [_line(row, now, user=user, secure=secure) for row in _with_names(rows)[:ROWS]]


def may_ask_emergency(user, candidate):
    """True for the party office over the person."""
    return Office.PARTY_OFFICE in scope_of(user).offices_over(candidate.unit_path)


def _with_names(rows):
    return rows.select_related("user__person", "decided_by__person", "candidate__person", "candidate__unit")


def _line(row, now, *, user=None, secure=False):
    state = _state(row, now)
    candidate = row.candidate
    return EmergencyLine(
        pk=row.pk,
        state=state,
        who=row.user.display_name,
        whom=f"{candidate.unit.short_name} {str(candidate.code)[:8]}" if secure else candidate.person.name,
        reason=row.reason,
        asked_at=row.asked_at,
        decided_by=row.decided_by.display_name if row.decided_by else "",
        decided_at=row.decided_at,
        until_at=row.until_at,
        may_decide=state == "waiting" and user is not None and user.pk != row.user_id,
        may_end=state == "in_force" and user is not None,
    )


def _state(row, now):
    if row.decided_at is None:
        return "waiting" if now - row.asked_at < EMERGENCY_LASTS else "over"
    if not row.was_approved:
        return "refused"
    return "in_force" if now < row.until_at else "over"
