"""The reach of many users at once is the reach that each of them has alone."""

from datetime import timedelta

import pytest
from django.db import transaction
from django.utils import timezone

from branches.models import User
from branches.offices import Office
from recruitment.actions.dues import open_due
from recruitment.models import Candidate, DesignatedContact, Due, Mentorship
from recruitment.queries.scopes import scopes_of
from recruitment.scope import scope_of
from recruitment.stages import RoadState
from tests.cast import grant_candidate

pytestmark = pytest.mark.django_db


@pytest.fixture
def dues(cast, factory):
    """Dues about people and about units, owed by posts and by persons."""
    people = [factory.prospect(unit=unit) for unit in (cast.glacier, cast.glacier, cast.desert, cast.ecology)]
    people.append(factory.prospect(person=cast.scientists[0]))
    Candidate.objects.filter(pk=people[1].pk).update(state=RoadState.DECLINED)
    Candidate.objects.filter(pk=people[2].pk).update(person=cast.mentor.person)
    started = {"starts_on": cast.today - timedelta(days=9)}
    Mentorship.objects.create(candidate=people[0], party_member=cast.mentor.person, **started)
    Mentorship.objects.create(candidate=people[2], party_member=cast.mentor.person, **started)
    Mentorship.objects.create(candidate=people[3], party_member=cast.second_mentor.person, ends_on=cast.today, **started)
    DesignatedContact.objects.create(candidate=people[3], leader=cast.member.person, **started)
    grant_candidate(people[3], cast.grantee, cast.today + timedelta(days=1), by=cast.office)
    grant_candidate(people[3], cast.late_grantee, cast.today, by=cast.office)
    for n, (candidate, unit, office, person) in enumerate(
        [
            *((person, person.unit, Office.SECRETARY, None) for person in people),
            (None, cast.glacier, Office.SECRETARY, None),
            (None, cast.glacier, Office.SECRETARY, cast.stranger.person),
            (None, cast.institute, Office.PARTY_OFFICE, None),
            (None, cast.ecology, Office.HR_LIAISON, None),
        ]
    ):
        with transaction.atomic():
            open_due(
                candidate=candidate, unit=unit, kind="test", key=f"test:{n}", title="测试", article="",
                opens_on=cast.today, due_on=cast.today, owed_by=office, owed_by_person=person, now=timezone.now(),
            )  # fmt: skip
    return list(Due.objects.select_related("candidate").filter(kind="test"))


def test_together_and_alone_everybody_reaches_the_same(cast, dues):
    users = list(User.objects.select_related("person"))
    together = scopes_of(users, cast.today)
    for user in users:
        alone = scope_of(user)
        assert together[user.pk] == alone, user
    cast.secretary.is_active = False
    assert scopes_of([cast.secretary], cast.today)[cast.secretary.pk].user_id is None


def test_a_due_in_memory_and_a_due_in_the_database_are_judged_alike(cast, dues):
    for user in User.objects.select_related("person"):
        scope = scope_of(user)
        in_memory = {due.pk for due in dues if scope.knows_of(due)}
        assert in_memory == set(Due.objects.visible_to(user).filter(kind="test").values_list("pk", flat=True)), user


def test_who_looks_after_a_unit_sees_what_it_owes_and_others_do_not(cast, dues):
    def seen(user):
        return set(Due.objects.visible_to(user).filter(kind="test", candidate=None).values_list("key", flat=True))

    assert seen(cast.secretary) == {"test:5", "test:6"}
    assert seen(cast.stranger) == {"test:6"}
    assert seen(cast.office) == {"test:5", "test:6", "test:7", "test:8"}
    assert seen(cast.sub_office) == {"test:8"}
    assert seen(cast.neighbour_secretary) == seen(cast.system_administrator) == set()


def test_many_cost_what_one_costs(cast, django_assert_num_queries):
    users = list(User.objects.select_related("person"))
    for some in (users[:1], users):
        with django_assert_num_queries(5):
            scopes_of(some, cast.today)
