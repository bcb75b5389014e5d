"""Exceptions to what posts allow: proposed with reason and end by the office, approved by somebody else (notice R1)."""

from datetime import timedelta

from django.contrib.auth.models import Permission
from django.db import transaction
from django.utils import timezone

from branches.models import User
from branches.offices import ADMINISTRATOR_OFFICES, LIAISON_OFFICES, Office
from branches.queries.posts import posts_held
from recruitment.actions import ledger
from recruitment.actions.refusals import NotYours, refuse
from recruitment.models import Candidate, CandidateGrant, GrantProposal, UnitGrant
from recruitment.scope import scope_of
from recruitment.stages import RoadState

LONGEST = timedelta(days=366)
UNDECIDED = "没有选择核准或退回，未作决定。请在列表里再选一次。"


@transaction.atomic
def propose_grant(*, by, user, reason, ends_on, now, unit=None, candidate=None):
    """Propose that ``user`` may act for ``unit`` as its secretary does, or see ``candidate``, until before ``ends_on``.

    Nothing is granted yet. Refused: for oneself, for an administrator, for a liaison of HR or of a department, to stand
    in without being a full member, without a reason, for more than a year, and while the same waits for a decision
    already: two grants of one access would each claim to be in force. Raises
    NotYours for those who are not the party office over the unit or the candidate. Returns the GrantProposal.
    """
    today = timezone.localdate(now)
    _check_proposer(by, unit, candidate)
    if user.pk == by.pk:
        refuse("own_grant", "不能给自己授权，请由另一位组织员提出。", field="user")
    _check_holder(user, unit, today)
    if candidate is not None and candidate.person_id == user.person_id:
        refuse("own_file", "不能授权本人查看自己的档案。", field="user")
    if not reason.strip():
        refuse("reason_required", "请写明授权理由。", field="reason")
    if not today < ends_on <= today + LONGEST:
        refuse("bad_end", f"截止日期应在 {today + timedelta(days=1)} 至 {today + LONGEST} 之间。", field="ends_on")
    User.objects.select_for_update().get(pk=user.pk)  # two clicks at once wait for each other
    same = {"user": user, "unit": unit, "candidate": candidate}
    if GrantProposal.objects.filter(**same, decided_at__isnull=True, ends_on__gt=today).exists():
        refuse("already_proposed", "这项授权已提出，正在等待核准。")
    return GrantProposal.objects.create(
        **same,
        reason=reason.strip(),
        ends_on=ends_on,
        proposed_by=by,
        proposed_at=now,
    )


@transaction.atomic
def decide_grant(*, by, pk, approve, now):
    """Approve or turn down the proposal ``pk``; access begins with the approval. Returns the GrantProposal.

    Refused: one's own proposal, a grant to oneself, one that was decided or has run out meanwhile, one for somebody to
    whom it could not be proposed any more; an ``approve`` that is neither True nor False.
    """
    proposal = _locked(by, pk)
    if approve is None:
        refuse("undecided", UNDECIDED)
    if by.pk in (proposal.proposed_by_id, proposal.user_id):
        refuse("own_proposal", "提出人和被授权人不能核准，请由另一位有权的同志办理。")
    if proposal.decided_at:
        refuse("already_decided", "这项申请已办理，请刷新页面查看。")
    if approve:
        today = timezone.localdate(now)
        if proposal.ends_on <= today:
            refuse("has_run_out", f"这项申请的截止日期 {proposal.ends_on} 已过，请重新提出。")
        _check_holder(proposal.user, proposal.unit, today)
    proposal.decided_by, proposal.decided_at, proposal.was_approved = by, now, approve
    proposal.save()
    if approve:
        _grant(proposal, by, now)
    return proposal


@transaction.atomic
def end_grant(*, by, pk, now):
    """End the approved grant ``pk`` before its day: access is gone with the next request. Returns the GrantProposal."""
    proposal = _locked(by, pk)
    if not proposal.was_approved or proposal.ended_at:
        refuse("not_in_force", "这项授权没有生效或已经结束。")
    proposal.ended_at, proposal.ended_by = now, by
    proposal.save()
    model, target = (UnitGrant, proposal.unit) if proposal.unit_id else (CandidateGrant, proposal.candidate)
    model.objects.filter(user=proposal.user, content_object=target).delete()
    _enter(proposal, "grant_ended", "结束单人授权", by, now)
    return proposal


def may_decide(user, proposal):
    """True when ``user`` may approve, turn down or end ``proposal``: the security administrator, or the office over it."""
    scope = scope_of(user)
    if scope.holds(Office.SECURITY_ADMINISTRATOR):
        return True
    path = proposal.unit.path if proposal.unit_id else proposal.candidate.unit_path
    return Office.PARTY_OFFICE in scope.offices_over(path)


def _check_holder(user, unit, today):
    """Refuse those whose post never reads candidates, whatever else they are, and a stand-in who could not be secretary."""
    if not user.is_active or not user.person_id:
        refuse("no_such_login", "这个账号已停用，不能授权。", field="user")
    held = {posting.office for posting in posts_held(user, today)}
    if held & set(ADMINISTRATOR_OFFICES):
        refuse("administrator", "系统管理员、安全管理员、审计员不能查看培养对象，不能授权。", field="user")
    if held & set(LIAISON_OFFICES):
        refuse("liaison", "人事联络员和部门联络员不查看培养对象，不能授权。", article="通知 三（二）", field="user")
    person = user.person
    if unit is not None and (person.standing != "full" or person.is_suspended or person.left_on):
        message = f"代理书记须由正式党员担任，{person.name}目前不符合条件。"
        refuse("full_member_required", message, field="user")


def _check_proposer(by, unit, candidate):
    if candidate is not None and not scope_of(by).includes(candidate):
        raise Candidate.DoesNotExist
    path = unit.path if unit is not None else candidate.unit_path
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(path):
        raise NotYours


def _locked(by, pk):
    proposal = (
        GrantProposal.objects.select_for_update(of=("self",))
        .select_related("unit", "candidate", "user", "proposed_by")
        .get(pk=pk)
    )
    if not may_decide(by, proposal):
        raise GrantProposal.DoesNotExist
    return proposal


def _grant(proposal, by, now):
    """Write the row that gives the access; a former one for the same is prolonged."""
    if proposal.unit_id:
        model, target, name = UnitGrant, proposal.unit, ("view_unit", "branches", "unit")
    else:
        model, target, name = CandidateGrant, proposal.candidate, ("view_candidate", "recruitment", "candidate")
        if target.state == RoadState.DECLINED:
            refuse("has_run_out", "这项申请已失效，请重新提出。")
    model.objects.update_or_create(
        user=proposal.user,
        content_object=target,
        permission=Permission.objects.get_by_natural_key(*name),
        defaults={"reason": proposal.reason, "ends_on": proposal.ends_on, "granted_by": by},
    )
    _enter(proposal, "granted", "单人授权", by, now)


def _enter(proposal, action, summary, by, now):
    """A grant on one person is an act on that person and stands in the ledger."""
    if proposal.candidate_id is None:
        return
    candidate = Candidate.objects.select_for_update().get(pk=proposal.candidate_id)
    ledger.append(
        candidate=candidate,
        action=action,
        summary=summary,
        decided_on=timezone.localdate(now),
        actor=by,
        now=now,
        details={"user": proposal.user.username, "ends_on": proposal.ends_on.isoformat()},
        private={"reason": proposal.reason},
    )
