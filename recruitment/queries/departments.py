"""What the head of a department may know, and what the party office has shared with departments."""

from dataclasses import dataclass
from datetime import date, datetime

from django.db.models import Q
from django.utils import timezone

from branches.models import Department, Unit
from branches.offices import Office
from recruitment.models import Candidate, DepartmentShare
from recruitment.queries.grants import office_paths
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

ROWS = 200


@dataclass(frozen=True, slots=True)
class SharedPerson:
    """Somebody on the road as the department may know: who, and until when it is shared; nothing of how far."""

    candidate: Candidate
    name: str
    title: str
    unit_name: str
    until_on: date


@dataclass(frozen=True, slots=True)
class ShareLine:
    """One share as the office sees it; ``state`` is in_force or over."""

    code: object
    state: str
    department: str
    whom: str
    reason: str
    ends_on: date
    decided_by: str
    decided_at: datetime


def departments_of(user):
    """Departments that ``user`` speaks for."""
    posts = scope_of(user).posts
    held = [post.department_id for post in posts if post.office == Office.DEPARTMENT_LIAISON and post.department_id]
    return list(Department.objects.filter(pk__in=held))


def people_shared_with(user, today):
    """SharedPerson of the user's departments, by name: only who is shared, has applied, and is on the road today."""
    departments = [department.pk for department in departments_of(user)]
    shares = list(DepartmentShare.objects.running(today).filter(department__in=departments))
    shown = Q(pk__in=())
    for share in shares:
        whom = Q(pk=share.candidate_id) if share.candidate_id else Q(unit_path__startswith=share.unit_path)
        shown |= whom & Q(person__department=share.department_id)
    candidates = (
        Candidate.objects.filter(shown, state=RoadState.ACTIVE, stage__gte=Stage.APPLICANT)
        .exclude(person=scope_of(user).person_id)
        .select_related("person", "unit")
        .order_by("person__pinyin", "pk")
    )
    return [
        SharedPerson(
            candidate=candidate,
            name=candidate.person.name,
            title=candidate.person.title,
            unit_name=candidate.unit.name,
            until_on=max(share.ends_on for share in shares if _covers(share, candidate)),
        )
        for candidate in candidates
    ]


def _covers(share, candidate):
    if share.department_id != candidate.person.department_id:
        return False
    if share.candidate_id is None:
        return candidate.unit_path.startswith(share.unit_path)
    return share.candidate_id == candidate.pk


# --- For the office


def may_share(user):
    """True for the party office."""
    return scope_of(user).holds(Office.PARTY_OFFICE)


def share_lines(user, today):
    """ShareLines within reach of the office, newest first."""
    shares = DepartmentShare.objects.visible_to(user).select_related(
        "department", "candidate__person", "unit", "decided_by__person"
    )
    return [
        ShareLine(
            code=share.code,
            state="in_force" if share.ended_at is None and share.ends_on > today else "over",
            department=share.department.name,
            whom=share.candidate.person.name if share.candidate_id else f"全部已申请人员（{share.unit.short_name}）",
            reason=share.reason,
            ends_on=min(share.ends_on, timezone.localdate(share.ended_at)) if share.ended_at else share.ends_on,
            decided_by=share.decided_by.display_name,
            decided_at=share.decided_at,
        )
        for share in shares[:ROWS]
    ]


def departments_to_share():
    """All departments."""
    return Department.objects.all()


def unit_of_office(user):
    """The topmost unit whose party office ``user`` is; whole departments are shared below it."""
    path = min(office_paths(user), key=len)
    return Unit.objects.get(path=path)
