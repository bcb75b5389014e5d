"""The demonstration institute: as the notice has it, alive on whatever day it is loaded, and consistent."""

from datetime import UTC, datetime
from io import StringIO

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from branches.models import Person, Posting, Unit, User
from branches.offices import Office, UnitKind
from committee.demo.institute import LOGINS, PASSWORD
from committee.models import Completion, Talk
from recruitment.actions.roads import recompute
from recruitment.models import Candidate, Due
from recruitment.queries.demonstration import candidates_on_the_road
from recruitment.stages import RoadState, Stage

pytestmark = [pytest.mark.slow, pytest.mark.django_db]


# An ordinary day; and, since one loading takes half a minute, the end of a month and a leap day only in the long run.
@pytest.mark.parametrize(
    "day",
    [
        (2026, 11, 23),
        pytest.param((2027, 2, 28), marks=pytest.mark.chaos),
        pytest.param((2028, 2, 29), marks=pytest.mark.chaos),
    ],
)
def test_on_any_day_things_are_late_due_and_ahead(settings, time_machine, day):
    settings.YINLING_EMBEDDED = True
    time_machine.move_to(datetime(*day, 2, 30, tzinfo=UTC), tick=False)
    call_command("load_demo", stdout=StringIO())
    today = timezone.localdate()

    assert Unit.objects.filter(kind=UnitKind.COMMITTEE).count() == 3
    assert Unit.objects.branches().count() == 12
    assert Posting.objects.on(today).filter(office=Office.COMMITTEE_MEMBER).count() == 9
    assert 590 <= Person.objects.count() <= 610
    on_the_road = Candidate.objects.on_the_road()
    assert 110 <= on_the_road.count() <= 130
    assert set(Stage) - {Stage.FULL_MEMBER} <= set(on_the_road.values_list("stage", flat=True))
    assert Candidate.objects.filter(state=RoadState.DECLINED).count() == 2
    assert Talk.objects.count() > 50

    dues = Due.objects.open()
    assert dues.overdue(today).count() >= 10
    assert dues.filter(due_on__gte=today, opens_on__lte=today).count() >= 20
    assert dues.filter(opens_on__gt=today).count() >= 10
    campaign = Due.objects.filter(kind="campaign")
    assert campaign.open().overdue(today).count() >= 3
    assert campaign.open().filter(due_on__gt=today).count() >= 10
    assert Completion.objects.standing().count() >= 12
    assert recompute(candidates_on_the_road(), now=timezone.now(), dry_run=True) == {}

    assert set(User.objects.values_list("username", flat=True)) >= {login.username for login in LOGINS}
    assert User.objects.get(username="shuji").check_password(PASSWORD)
    assert not User.objects.filter(is_superuser=True).exists()
    mentor = User.objects.get(username="lianxiren")
    assert not Posting.objects.on(today).filter(person=mentor.person).exists()
    assert dues.filter(kind="mentor_opinion", owed_by_person=mentor.person).exists()
    table = StringIO()
    call_command("demo_logins", stdout=table)
    assert all(login.role in table.getvalue() for login in LOGINS)


def test_a_production_site_takes_no_demonstration(settings):
    settings.YINLING_EMBEDDED = False
    with pytest.raises(CommandError, match="不能载入正式站点"):
        call_command("load_demo")
    with pytest.raises(CommandError, match="没有演示账号"):
        call_command("demo_logins")


def test_a_site_with_data_takes_no_demonstration(settings, cast):
    settings.YINLING_EMBEDDED = True
    with pytest.raises(CommandError, match="已有数据"):
        call_command("load_demo")
