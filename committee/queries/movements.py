"""人才动向: what HR reported, as far as a user's posts reach, and what can be done with it (notice R4)."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import CharField, Exists, OuterRef, Q, Subquery, Value
from django.db.models.functions import Cast, Concat
from django.urls import reverse
from django.utils import timezone

from branches.models import TalentMovement
from branches.offices import BRANCH_OFFICES, MovementKind, Office
from recruitment.models import Candidate, Due
from recruitment.scope import scope_of
from recruitment.stages import RoadState

KIND = "talent_movement"
PER_PAGE = 50
OPEN, DONE, ALL = "open", "done", "all"
STATES = ((OPEN, "未处理"), (DONE, "已处理"), (ALL, "全部"))
# After these the branch sees to it that the file goes along.
LEAVING = (MovementKind.LEFT, MovementKind.TRANSFERRED, MovementKind.RETIRED)


@dataclass(frozen=True, slots=True)
class MovementRow:
    """One movement; addresses are "" where there is nothing to do. ``code`` is the candidate's, "" when not on the road.

    ``is_open`` says that it waits for the user's own office; ``done`` is who dealt with it and when, in words.
    """

    pk: int
    on: date
    kind: str
    summary: str
    name: str
    where: str
    note: str
    code: object
    is_open: bool
    done: str
    list_url: str
    may_tell: bool
    situations_url: str


@dataclass(frozen=True, slots=True)
class MovementPage:
    """A page of movements with the number that wait for the user's office."""

    page: object
    waiting: int
    may_acknowledge: bool


def due_key(movement_pk):
    """The key of what a branch owes about the movement."""
    return f"movement:{movement_pk}"


def without_declined(movements):
    """``movements`` without those about people who said no: they are recorded, and nobody's work (notice R6)."""
    declined = Candidate.objects.filter(person=OuterRef("person"), state=RoadState.DECLINED)
    return movements.filter(~Exists(declined))


def movements_within(user):
    """Movements of the people near the user's units, and of those on the road within reach."""
    within = Exists(Candidate.objects.visible_to(user).filter(person=OuterRef("person")))
    near = Q(pk__in=())
    for path in scope_of(user).paths:
        near |= Q(person__unit__path__startswith=path)
        if path.count("/") == 1:
            near |= Q(person__unit__isnull=True)
    return without_declined(TalentMovement.objects.filter(near | Q(within)))


def reads_movements(user):
    """True for offices and branches."""
    return bool(scope_of(user).paths)


def tracks_movements(user):
    """True for those to whom every movement is work: the party office, and the secretary above it who reads along."""
    return scope_of(user).holds(Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY)


def may_acknowledge(user):
    """True for the party office and for branches."""
    scope = scope_of(user)
    return scope.holds(Office.PARTY_OFFICE, *BRANCH_OFFICES) or bool(scope.granted_paths)


def waiting(user):
    """Movements that wait for the user's office: all those not dealt with, or for a branch those it owes something about."""
    movements = movements_within(user)
    return movements.not_dealt_with() if tracks_movements(user) else movements.filter(_owed(user, settled=False))


def movement_page(*, user, state, kind, number):
    """A page of movements, newest first; ``state`` is one of STATES, ``kind`` a MovementKind or "" for all."""
    movements = movements_within(user)
    if state == OPEN:
        movements = waiting(user)
    elif state == DONE:
        is_office = tracks_movements(user)
        movements = movements.filter(Q(seen_at__isnull=False) if is_office else _owed(user, settled=True))
    if kind in MovementKind.values:
        movements = movements.filter(kind=kind)
    page = Paginator(with_candidates(movements, user).order_by("-happened_on", "-pk"), PER_PAGE).get_page(number)
    page.object_list = rows_of(page.object_list, user)
    return MovementPage(page, waiting(user).count(), may_acknowledge(user))


def with_candidates(movements, user):
    """``movements`` with ``candidate_code`` and ``candidate_stage`` of whoever is on the road within reach, and people."""
    mine = Candidate.objects.visible_to(user).filter(person=OuterRef("person"), state=RoadState.ACTIVE)
    return movements.select_related("person__department", "person__unit", "seen_by__person").annotate(
        candidate_code=Subquery(mine.values("code")[:1]),
        candidate_stage=Subquery(mine.values("stage")[:1]),
        candidate_path=Subquery(mine.values("unit_path")[:1]),
    )


def rows_of(movements, user):
    """Movements of :func:`with_candidates` as MovementRow, in one query for what branches owe."""
    movements = list(movements)
    keys = [due_key(movement.pk) for movement in movements if movement.candidate_code]
    dues = {due.key: due for due in Due.objects.visible_to(user).filter(key__in=keys, kind=KIND)} if keys else {}
    is_office = tracks_movements(user)
    return [_row(movement, dues.get(due_key(movement.pk)), user, is_office=is_office) for movement in movements]


def may_list(movement, user):
    """True when the office may put the person on the focus list: outside the Party, here, not on file, not oneself."""
    person = movement.person
    return (
        scope_of(user).holds(Office.PARTY_OFFICE)
        and movement.candidate_code is None
        and person.standing == "none"
        and person.left_on is None
        and person.pk != user.person_id
    )


def _row(movement, due, user, *, is_office):
    person, code = movement.person, movement.candidate_code
    is_known = code is not None
    if is_office:
        is_open = movement.seen_at is None
        done = _by_whom(movement) if movement.seen_at else ""
    else:
        is_open = due is not None and due.settled_at is None
        done = f"{due.settled_on} 已办" if due is not None and due.settled_at else ""
    offices = scope_of(user).offices_over(movement.candidate_path) if is_known else set()
    acts = bool(offices & {Office.PARTY_OFFICE, *BRANCH_OFFICES})
    listable = may_list(movement, user)
    note = (
        Candidate(stage=movement.candidate_stage).get_stage_display()
        if is_known
        else "尚未列入名单"
        if listable
        else ""
    )
    return MovementRow(
        pk=movement.pk,
        on=movement.happened_on,
        kind=movement.get_kind_display(),
        summary=movement.summary,
        name=person.name,
        where="，".join(str(part) for part in (person.department, person.unit and person.unit.short_name) if part),
        note=note,
        code=code if is_known else "",
        is_open=is_open,
        done=done,
        list_url=reverse("focus-add", args=[person.code]) if listable else "",
        may_tell=acts,
        situations_url=reverse("situations", args=[code]) if acts and movement.kind in LEAVING else "",
    )


def _by_whom(movement):
    who = movement.seen_by.display_name if movement.seen_by else ""
    return f"{who} {timezone.localdate(movement.seen_at)} 已阅".strip()


def _owed(user, *, settled):
    """True for movements about which the user's branch owes something (``settled``: owed something)."""
    dues = Due.objects.visible_to(user).filter(kind=KIND, settled_at__isnull=not settled)
    if settled:
        dues = dues.filter(was_done=True)
    key = Concat(Value("movement:"), Cast(OuterRef("pk"), CharField()))
    return Exists(dues.filter(key=key))
