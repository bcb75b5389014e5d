"""Units stand where their kind belongs, and paths follow."""

import pytest
from django.utils import timezone

from branches.actions.refusals import NotYours, Refused
from branches.actions.units import change_unit, move_unit, open_unit
from branches.models import Unit
from branches.offices import UnitKind

NOW = timezone.now


def test_a_unit_is_founded_under_its_parent_with_its_path(cast):
    unit = open_unit(
        by=cast.office, name="湖泊党支部", short_name="湖泊", kind=UnitKind.BRANCH, parent=cast.general, now=NOW()
    )
    assert unit.path == f"{cast.general.path}{unit.pk:06d}/"
    assert Unit.objects.get(pk=unit.pk).path == unit.path


@pytest.mark.parametrize(
    ("kind", "parent"),
    [
        (UnitKind.BRANCH, "glacier"),
        (UnitKind.GROUP, "institute"),
        (UnitKind.COMMITTEE, "general"),
        (UnitKind.BRANCH, None),
    ],
)
def test_a_kind_of_unit_stands_only_where_it_belongs(cast, kind, parent):
    parent = parent and getattr(cast, parent)
    by = cast.office if parent else cast.system_administrator
    with pytest.raises((Refused, NotYours)):
        open_unit(by=by, name="新", short_name="新", kind=kind, parent=parent, now=NOW())
    assert not Unit.objects.filter(name="新").exists()


def test_only_a_committee_gets_the_power_to_approve(cast):
    with pytest.raises(Refused) as refusal:
        change_unit(
            by=cast.office,
            unit=cast.general,
            now=NOW(),
            name="寒旱区党总支",
            short_name="寒旱区总支",
            may_approve=True,
            digest_hour=8,
            is_active=True,
        )
    assert refusal.value.objections[0].field == "may_approve"


def test_a_name_is_given_once(cast):
    with pytest.raises(Refused, match="已有名为"):
        open_unit(
            by=cast.office,
            name=cast.glacier.name,
            short_name="重",
            kind=UnitKind.BRANCH,
            parent=cast.institute,
            now=NOW(),
        )


def test_a_moved_unit_takes_everything_below_with_it(cast):
    moved = move_unit(by=cast.office, unit=cast.glacier, parent=cast.general, now=NOW())
    cast.glacier.refresh_from_db()
    cast.glacier_group.refresh_from_db()
    assert cast.glacier.path.startswith(cast.general.path)
    assert cast.glacier_group.path == f"{cast.glacier.path}{cast.glacier_group.pk:06d}/"
    assert len(moved) == 2


def test_a_unit_cannot_stand_below_itself(cast):
    with pytest.raises(Refused, match="自己的下级"):
        move_unit(by=cast.office, unit=cast.general, parent=cast.desert, now=NOW())


@pytest.mark.parametrize("who", ["secretary", "hr", "member", "auditor", "security_administrator", "former_secretary"])
def test_units_are_founded_by_the_office_and_the_system_administrator_only(cast, who):
    with pytest.raises(NotYours):
        open_unit(
            by=cast.users[who], name="新", short_name="新", kind=UnitKind.BRANCH, parent=cast.institute, now=NOW()
        )


def test_the_office_of_a_sub_committee_founds_no_units_elsewhere(cast):
    with pytest.raises(NotYours):
        open_unit(by=cast.sub_office, name="新", short_name="新", kind=UnitKind.BRANCH, parent=cast.general, now=NOW())
