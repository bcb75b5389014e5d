"""Founding, changing and moving units; every path below follows (notice R1)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.refusals import NotYours, refuse
from branches.models import Unit
from branches.offices import Office, UnitKind
from branches.queries.posts import offices_over

MAY_KEEP_UNITS = frozenset((Office.PARTY_OFFICE, Office.SYSTEM_ADMINISTRATOR))

# Which kinds of unit a unit may stand under.
PARENTS = {
    UnitKind.COMMITTEE: {UnitKind.COMMITTEE, UnitKind.LEADING_GROUP},
    UnitKind.LEADING_GROUP: {UnitKind.COMMITTEE},
    UnitKind.GENERAL_BRANCH: {UnitKind.COMMITTEE},
    UnitKind.BRANCH: {UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH},
    UnitKind.TEMPORARY: {UnitKind.COMMITTEE, UnitKind.GENERAL_BRANCH},
    UnitKind.GROUP: {UnitKind.BRANCH},
}


@transaction.atomic
def open_unit(*, by, name, short_name, kind, parent, now, may_approve=False):
    """Found a unit under ``parent`` (None for the top, which is a committee); returns the Unit.

    Refused: a kind that does not stand under the parent's, a name already taken, approving power for anything but a
    committee (Art. 24/25).
    """
    _check_right(by, parent.path if parent else "", now)
    _check_place(kind, parent)
    unit = Unit(name=name.strip(), short_name=short_name.strip(), kind=kind, parent=parent, may_approve=may_approve)
    _save(unit)
    unit.path = unit.path_below(parent.path if parent else "")
    unit.save_without_historical_record(update_fields=["path"])
    return unit


@transaction.atomic
def change_unit(*, by, unit, now, name, short_name, may_approve, digest_hour, is_active):
    """Change what a unit is called and may do; its place in the tree is :func:`move_unit`'s. Returns the Unit."""
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _check_right(by, unit.path, now)
    if not is_active and unit.children.active().exists():
        refuse("has_units", "所属党组织尚未撤销或调整，不能停用。", field="is_active")
    unit.name, unit.short_name, unit.may_approve = name.strip(), short_name.strip(), may_approve
    unit.digest_hour, unit.is_active = digest_hour, is_active
    _save(unit)
    return unit


@transaction.atomic
def move_unit(*, by, unit, parent, now):
    """Put ``unit`` with everything below it under ``parent``; returns {old path: new path} of the units moved.

    Refused: a parent below the unit itself, a kind that does not stand there.
    """
    unit = Unit.objects.select_for_update().get(pk=unit.pk)
    _check_right(by, unit.path, now)
    _check_right(by, parent.path, now)
    if parent.path.startswith(unit.path):
        refuse("below_itself", "不能移到自己的下级。", field="parent")
    _check_place(unit.kind, parent)
    old = unit.path
    unit.parent = parent
    moved = {}
    for row in [unit, *Unit.objects.under([old]).exclude(pk=unit.pk).select_for_update()]:
        before, row.path = row.path, unit.path_below(parent.path) + row.path.removeprefix(old)
        row._change_reason = "调整隶属关系"
        row.save()
        moved[before] = row.path
    return moved


def _check_right(by, path, now):
    if not MAY_KEEP_UNITS & offices_over(by, path, timezone.localdate(now)):
        raise NotYours


def _check_place(kind, parent):
    if parent is None:
        if kind != UnitKind.COMMITTEE:
            refuse("top_is_a_committee", "最上级党组织须是党委。", field="kind")
    elif parent.kind not in PARENTS[kind]:
        refuse(
            "wrong_place",
            f"{UnitKind(kind).label}不能设在{UnitKind(parent.kind).label}之下，请另选上级党组织。",
            field="parent",
        )


def _save(unit):
    if unit.may_approve and unit.kind != UnitKind.COMMITTEE:
        refuse(
            "may_not_approve",
            "只有党委可以审批预备党员，党总支、党支部不能。",
            article="《细则》第二十四条、第二十五条",
            field="may_approve",
        )
    try:
        with transaction.atomic():
            unit.save()
    except IntegrityError:
        refuse("name_taken", f"已有名为“{unit.name}”的党组织。", field="name")
