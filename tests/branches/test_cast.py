"""The cast is what it says it is: every other test leans on it."""

from branches.offices import Office
from recruitment.scope import scope_of


def test_the_secretary_reaches_the_branch_and_its_groups_only(cast):
    assert scope_of(cast.secretary).paths == (cast.glacier.path,)
    assert cast.glacier_group.path.startswith(cast.glacier.path)
    assert not cast.desert.path.startswith(cast.glacier.path)


def test_the_office_reaches_every_unit_and_the_sub_office_its_own(cast):
    assert cast.ecology.path.startswith(scope_of(cast.office).paths)
    assert cast.ecology.path.startswith(scope_of(cast.sub_office).paths)
    assert not cast.glacier.path.startswith(scope_of(cast.sub_office).paths)


def test_a_stand_in_acts_as_secretary_and_a_late_one_reaches_nothing(cast):
    assert Office.SECRETARY in scope_of(cast.stand_in).offices_over(cast.glacier.path)
    assert scope_of(cast.late_stand_in).paths == ()


def test_who_left_office_has_no_post_any_more(cast):
    assert scope_of(cast.former_secretary).posts == ()


def test_administrators_members_mentors_and_outsiders_reach_no_unit(cast):
    for name in (
        "system_administrator",
        "security_administrator",
        "auditor",
        "member",
        "mentor",
        "hr",
        "stranger",
        "grantee",
    ):
        assert scope_of(cast.users[name]).paths == (), name
