"""Emergency access: the office asks with a reason, somebody else opens, and after a day it is over (break-glass)."""

from django.db import transaction

from branches.offices import Office
from recruitment.actions import ledger
from recruitment.actions.access import EMERGENCY, log_view
from recruitment.actions.grants import UNDECIDED
from recruitment.actions.refusals import NotYours, refuse
from recruitment.models import Candidate, EmergencyAccess
from recruitment.scope import scope_of

LEAST_REASON = 10


@transaction.atomic
def ask_emergency_access(*, by, code, reason, now):
    """Ask to read, for a day, the kept texts about the candidate ``code`` (talks within the working circle).

    Nothing is opened yet. Refused: without a reason in words, while another question waits or access is open. Raises
    Candidate.DoesNotExist for strangers and NotYours for everybody but the party office. Returns the EmergencyAccess.
    """
    candidate = Candidate.objects.visible_to(by).select_for_update(of=("self",)).get(code=code)
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    if len(reason.strip()) < LEAST_REASON:
        refuse("reason_required", f"请写明紧急事由，不少于 {LEAST_REASON} 个字。", field="reason")
    own = EmergencyAccess.objects.filter(user=by, candidate=candidate)
    if own.in_force(now).exists() or own.waiting(now).exists():
        refuse("asked_already", "对此人的紧急查阅已提出或正在生效，请在“授权”页查看。")
    return EmergencyAccess.objects.create(user=by, candidate=candidate, reason=reason.strip(), asked_at=now)


@transaction.atomic
def decide_emergency_access(*, by, pk, approve, now):
    """Open or turn down what was asked; it stands on the person's page, in the ledger and in the access log.

    Refused: one's own question, one that was answered or is older than a day, an ``approve`` that is neither True nor
    False. Returns the EmergencyAccess.
    """
    emergency = _locked(by, pk)
    if approve is None:
        refuse("undecided", UNDECIDED)
    if by.pk == emergency.user_id:
        refuse("own_question", "提出人不能核准，请由另一位有权的同志办理。")
    if not EmergencyAccess.objects.waiting(now).filter(pk=pk).exists():
        refuse("answered_already", "这项申请已办理，或提出已超过一天，请刷新页面查看。")
    emergency.decided_by, emergency.decided_at, emergency.was_approved = by, now, approve
    emergency.save()
    if approve:
        _enter(emergency, "emergency_opened", "开启紧急查阅", by, now)
        log_view(
            user=emergency.user,
            candidate=emergency.candidate,
            action=EMERGENCY,
            what=f"由{by.display_name}核准",
            now=now,
        )
    return emergency


@transaction.atomic
def end_emergency_access(*, by, pk, now):
    """End open access before its day is over; who asked may do that too. Returns the EmergencyAccess."""
    emergency = _locked(by, pk)
    if not EmergencyAccess.objects.in_force(now).filter(pk=pk).exists():
        refuse("not_in_force", "这项紧急查阅没有生效或已经结束。")
    emergency.ended_at = now
    emergency.save()
    _enter(emergency, "emergency_ended", "结束紧急查阅", by, now)
    return emergency


def may_decide_emergency(user, emergency):
    """True for the security administrator and for the office over the person; the one who asked is told no later."""
    scope = scope_of(user)
    if scope.holds(Office.SECURITY_ADMINISTRATOR):
        return True
    if not scope.includes(emergency.candidate):
        return False
    return Office.PARTY_OFFICE in scope.offices_over(emergency.candidate.unit_path)


def _locked(by, pk):
    emergency = EmergencyAccess.objects.select_for_update(of=("self",)).select_related("candidate", "user").get(pk=pk)
    if not may_decide_emergency(by, emergency):
        raise EmergencyAccess.DoesNotExist
    return emergency


def _enter(emergency, action, summary, by, now):
    candidate = Candidate.objects.select_for_update().get(pk=emergency.candidate_id)
    ledger.append(
        candidate=candidate,
        action=action,
        summary=summary,
        actor=by,
        now=now,
        details={"user": emergency.user.username},
        private={"reason": emergency.reason},
    )
