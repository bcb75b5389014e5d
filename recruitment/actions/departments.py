"""What the party office lets the head of a department know: decided one by one, with a reason and an end (notice R1)."""

from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from branches.offices import Office
from recruitment.actions import ledger
from recruitment.actions.refusals import NotYours, refuse
from recruitment.actions.roads import locked
from recruitment.models import DepartmentShare
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

LONGEST = timedelta(days=366)


@transaction.atomic
def share_with_department(*, by, department, unit, reason, ends_on, now, candidate=None):
    """Let the liaison of ``department`` know of ``candidate``, or of all its people on the road below ``unit``.

    Until before ``ends_on``, at most a year. Refused: without a reason, people who have not applied, people of another
    department, what is shared already. Raises NotYours where ``by`` is not the party office over the unit or person,
    Candidate.DoesNotExist for people out of reach. Returns the DepartmentShare.
    """
    today = timezone.localdate(now)
    if candidate is not None:
        candidate = locked(user=by, code=candidate.code)
        unit = candidate.unit
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(unit.path):
        raise NotYours
    if candidate is not None:
        _check_person(candidate, department)
    if not reason.strip():
        refuse("reason_required", "请写明共享的理由。", field="reason")
    if not today < ends_on <= today + LONGEST:
        refuse("bad_end", f"截止日期应在 {today + timedelta(days=1)} 至 {today + LONGEST} 之间。", field="ends_on")
    _make_room(department, unit, candidate, today=today, now=now)
    share = DepartmentShare.objects.create(
        department=department,
        candidate=candidate,
        unit=unit,
        unit_path=unit.path,
        reason=reason.strip(),
        ends_on=ends_on,
        decided_by=by,
        decided_at=now,
    )
    _enter(share, "shared", "告知所在部门", by, now)
    return share


@transaction.atomic
def end_share(*, by, code, now):
    """End a share before its day; the liaison's next request no longer shows it. Returns the DepartmentShare."""
    share = DepartmentShare.objects.visible_to(by).select_related("candidate", "department").get(code=code)
    if share.candidate is not None:
        locked(user=by, code=share.candidate.code)
    share = (
        DepartmentShare.objects.select_for_update(of=("self",))
        .select_related("candidate", "department")
        .get(pk=share.pk)
    )
    if share.ended_at:
        refuse("already_ended", "这项共享已经结束，请刷新页面查看。")
    share.ended_at, share.ended_by = now, by
    share.save()
    _enter(share, "share_ended", "不再告知所在部门", by, now)
    return share


def _check_person(candidate, department):
    if candidate.state != RoadState.ACTIVE or candidate.stage < Stage.APPLICANT:
        refuse("has_not_applied", "本人递交入党申请书以后才能告知部门。", field="person")
    if candidate.person.department_id != department.pk:
        refuse("other_department", f"{candidate.person.name}不在{department.name}，请核对部门。", field="department")


def _make_room(department, unit, candidate, *, today, now):
    """One open share at a time; one whose day has passed gives way."""
    same = DepartmentShare.objects.select_for_update(of=("self",)).filter(
        department=department, candidate=candidate, ended_at__isnull=True
    )
    if candidate is None:
        same = same.filter(unit=unit)
    for share in same:
        if share.ends_on > today:
            refuse("already_shared", f"已共享至 {share.ends_on}。要改期限，请先结束原来的。", field="department")
        share.ended_at = now
        share.save()


def _enter(share, action, summary, by, now):
    """A share of one person is an act on that person and stands in the ledger."""
    if share.candidate is None:
        return
    ledger.append(
        candidate=share.candidate,
        action=action,
        summary=summary,
        decided_on=timezone.localdate(now),
        actor=by,
        now=now,
        details={"department": share.department.name, "ends_on": share.ends_on.isoformat()},
        private={"reason": share.reason},
    )
