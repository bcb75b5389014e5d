"""人才动向: what HR reported becomes work for office and branch, and is nobody's work about people who said no."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from branches.actions.movements import report_movement
from branches.models import TalentMovement
from branches.offices import MovementKind, Office, PoliticalStatus
from committee.actions.declines import decline
from committee.actions.movements import acknowledge_movements, deliver_movements, tell_contacts
from committee.models import Notice
from committee.queries.movements import movement_page, waiting
from committee.queries.roll_call import call_the_roll
from committee.tasks import tick
from recruitment.actions.contacts import assign_contact
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import Candidate, Due
from recruitment.queries.overdue import overdue_owed
from recruitment.queries.todo import todo_page


def fresh(user):
    """The user with a scope of its own, as another request would have it."""
    return type(user).objects.select_related("person").get(pk=user.pk)


@pytest.fixture
def report(cast):
    """Reports a movement as HR, and lets the worker deliver it."""

    def reported(person, kind=MovementKind.PROMOTED, *, days_ago=1, deliver=True, summary="晋升研究员"):
        now = timezone.now()
        on = cast.today - timedelta(days=days_ago)
        movement = report_movement(by=cast.hr, person=person, kind=kind, happened_on=on, summary=summary, now=now)
        if deliver:
            deliver_movements(now=now)
        return movement

    return reported


def office_due(unit):
    return Due.objects.open().filter(unit=unit, candidate=None, kind="talent_movement")


def branch_due(candidate):
    return Due.objects.open().filter(candidate=candidate, kind="talent_movement")


def names(user, state="open", kind=""):
    return [row.name for row in movement_page(user=fresh(user), state=state, kind=kind, number=1).page]


# --- Delivery


def test_a_movement_is_work_for_the_nearest_committees_office(cast, factory, report):
    report(factory.person(unit=cast.ecology))
    assert office_due(cast.sub_committee).get().owed_by == Office.PARTY_OFFICE
    assert not office_due(cast.institute).exists()
    report(factory.person(unit=cast.desert))
    due = office_due(cast.institute).get()
    assert due.due_on == cast.today + timedelta(days=14)
    assert not due.is_binding


def test_people_without_a_branch_are_the_institutes(cast, factory, report):
    person = factory.person(unit=None)
    report(person)
    assert office_due(cast.institute).exists()
    assert names(cast.office) == [person.name]
    assert names(cast.sub_office) == names(cast.secretary) == []


def test_a_movement_of_somebody_on_the_road_reaches_the_secretarys_list(cast, factory, report):
    candidate = factory.candidate(3)
    report(candidate.person)
    assert branch_due(candidate).get().owed_by == Office.SECRETARY
    titles = [
        due.title for group in todo_page(user=fresh(cast.secretary), today=cast.today).groups for due in group.dues
    ]
    assert "了解人才动向：晋升" in titles
    assert overdue_owed(user=fresh(cast.secretary), today=cast.today + timedelta(days=15)) == overdue_owed(
        user=fresh(cast.secretary), today=cast.today
    )


def test_a_movement_of_somebody_else_is_not_on_the_secretarys_list(cast, factory, report):
    person = factory.person()
    report(person)
    assert not Due.objects.filter(owed_by=Office.SECRETARY, kind="talent_movement").exists()
    assert names(cast.secretary, "all") == [person.name]
    assert names(cast.secretary, "open") == []


def test_delivering_again_finds_nothing(cast, factory, report):
    candidate = factory.candidate(3)
    report(candidate.person)
    before = list(Due.objects.order_by("pk").values())
    assert deliver_movements(now=timezone.now()) == 0
    assert list(Due.objects.order_by("pk").values()) == before


def test_the_minutes_tick_delivers(cast, factory, report):
    candidate = factory.candidate(3)
    report(candidate.person, deliver=False)
    assert not branch_due(candidate).exists()
    tick()
    assert branch_due(candidate).exists()
    assert office_due(cast.institute).exists()


def test_office_and_secretary_are_told_by_mail(cast, factory, report):
    candidate = factory.candidate(3)
    report(candidate.person)
    roll = call_the_roll(cast.today + timedelta(days=13), undisturbed=True)
    told = {
        user_id: [telling.due.title for telling in tellings if telling.due.kind == "talent_movement"]
        for user_id, tellings in roll.tellings.items()
    }
    assert told[cast.secretary.pk] == ["了解人才动向：晋升"]
    assert "处理人事部门报送的人才动向" in told[cast.office.pk]
    assert not told.get(cast.hr.pk)


# --- Dealing with it


def test_the_office_acknowledges_for_itself_with_who_and_when(cast, factory, report):
    candidate = factory.candidate(3)
    movement = report(candidate.person)
    now = timezone.now()
    assert acknowledge_movements(by=fresh(cast.office), movements=[movement.pk], now=now) == 1
    movement.refresh_from_db()
    assert (movement.seen_by, movement.seen_at) == (cast.office, now)
    assert not office_due(cast.institute).exists()
    assert branch_due(candidate).exists()
    assert acknowledge_movements(by=fresh(cast.office_colleague), movements=[movement.pk], now=now) == 0
    [row] = movement_page(user=fresh(cast.office), state="done", kind="", number=1).page
    assert row.done == f"温予安 {cast.today} 已阅"


def test_a_branch_settles_what_it_owes_and_nothing_else(cast, factory, report):
    candidate = factory.candidate(3)
    movement = report(candidate.person)
    assert names(cast.secretary) == [candidate.person.name]
    assert acknowledge_movements(by=fresh(cast.secretary), movements=[movement.pk], now=timezone.now()) == 1
    assert not branch_due(candidate).exists()
    assert office_due(cast.institute).exists()
    movement.refresh_from_db()
    assert movement.seen_at is None
    assert names(cast.secretary) == []
    assert names(cast.secretary, "done") == [candidate.person.name]


def test_a_stand_in_settles_like_the_secretary(cast, factory, report):
    candidate = factory.candidate(3)
    movement = report(candidate.person)
    assert acknowledge_movements(by=fresh(cast.stand_in), movements=[movement.pk], now=timezone.now()) == 1
    assert not branch_due(candidate).exists()


def test_what_is_out_of_reach_is_left_alone(cast, factory, report):
    movement = report(factory.candidate(3).person)
    for part in ("neighbour_secretary", "sub_office"):
        user = fresh(getattr(cast, part))
        assert acknowledge_movements(by=user, movements=[movement.pk], now=timezone.now()) == 0
    for part in ("committee_secretary", "member", "mentor", "hr", "auditor", "department_liaison"):
        with pytest.raises(NotYours):
            acknowledge_movements(by=fresh(getattr(cast, part)), movements=[movement.pk], now=timezone.now())
    movement.refresh_from_db()
    assert movement.seen_at is None


def test_the_office_due_stays_while_anything_is_left(cast, factory, report):
    first, second = report(factory.person()), report(factory.person())
    acknowledge_movements(by=fresh(cast.office), movements=[first.pk], now=timezone.now())
    assert office_due(cast.institute).exists()
    acknowledge_movements(by=fresh(cast.office), movements=[second.pk], now=timezone.now())
    assert not office_due(cast.institute).exists()
    assert Due.objects.get(unit=cast.institute, kind="talent_movement").was_done


# --- People who said no


def test_a_declined_persons_movement_is_recorded_and_nobodys_work(client, cast, factory, report):
    candidate = factory.declined(3)
    movement = report(candidate.person, MovementKind.RETURNED, summary="梭梭林归来")
    movement.refresh_from_db()
    assert movement.delivered_at is not None
    assert not Due.objects.open().filter(kind="talent_movement").exists()
    for part in ("office", "sub_office", "secretary", "committee_secretary"):
        client.force_login(getattr(cast, part))
        for state in ("open", "done", "all"):
            assert "梭梭林归来" not in client.get(reverse("movements"), {"state": state}).text
    client.force_login(cast.office)
    dashboard = client.get(reverse("dashboard"))
    assert "梭梭林归来" not in dashboard.text
    assert dashboard.context["attention"][5].count == 0
    assert acknowledge_movements(by=fresh(cast.office), movements=[movement.pk], now=timezone.now()) == 0
    with pytest.raises(TalentMovement.DoesNotExist):
        tell_contacts(by=fresh(cast.office), movement=movement.pk, now=timezone.now())


def test_a_no_takes_the_work_away_at_once(cast, factory, report):
    candidate = factory.candidate(3)
    report(candidate.person)
    decline(by=cast.secretary, code=candidate.code, now=timezone.now())
    assert not branch_due(candidate).exists()
    assert names(cast.office, "all") == names(cast.secretary, "all") == []
    deliver_movements(now=timezone.now())
    assert not office_due(cast.institute).exists()
    assert not waiting(fresh(cast.office)).exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_a_no_wins_against_a_delivery_at_the_same_moment(cast, factory, report):
    for _ in range(6):
        candidate = factory.candidate(2)
        report(candidate.person, deliver=False)
        gate, failures = threading.Barrier(2), []

        def run(verb, gate=gate, failures=failures):
            try:
                gate.wait()
                verb()
            except Exception as failure:
                failures.append(failure)
            finally:
                connections.close_all()

        code = candidate.code
        verbs = (
            lambda code=code: decline(by=fresh(cast.secretary), code=code, now=timezone.now()),
            lambda: deliver_movements(now=timezone.now()),
        )
        threads = [threading.Thread(target=run, args=(verb,)) for verb in verbs]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert not failures
        assert not branch_due(candidate).exists()


# --- The page


def test_the_page_leads_to_the_list_the_person_and_the_transfer(client, cast, factory, report):
    outsider, candidate = factory.person("柳明"), factory.candidate(3)
    member = factory.person("叶秋", political_status=PoliticalStatus.FULL_MEMBER)
    report(outsider)
    report(candidate.person, MovementKind.LEFT)
    report(member)
    client.force_login(cast.office)
    text = client.get(reverse("movements")).text
    assert reverse("focus-add", args=[outsider.code]) in text
    assert reverse("candidate", args=[candidate.code]) in text
    assert reverse("situations", args=[candidate.code]) in text
    assert member.name in text
    assert reverse("focus-add", args=[member.code]) not in text


def test_one_is_seen_by_its_button_and_many_by_ticks(client, cast, factory, report):
    movements = [report(factory.person()) for _ in range(4)]
    client.force_login(cast.office)
    url = reverse("movements-acknowledge")
    first, *others = [movement.pk for movement in movements]
    client.post(url, {"one": first, "movement": others[:1]})
    assert set(TalentMovement.objects.not_dealt_with().values_list("pk", flat=True)) == set(others)
    client.post(url, {"movement": others[:2]})
    assert set(TalentMovement.objects.not_dealt_with().values_list("pk", flat=True)) == set(others[2:])
    answer = client.post(url, {"movement": ["x", "-1", "9" * 30]}, follow=True)
    assert "请先勾选动向" in answer.text
    assert client.get(url).status_code == 405


def test_a_due_leads_to_its_movement(client, cast, factory, report):
    candidate = factory.candidate(3)
    movement = report(candidate.person)
    client.force_login(cast.secretary)
    answer = client.get(reverse("due-talent_movement", args=[branch_due(candidate).get().pk]))
    assert answer.url == f"{reverse('movements')}#movement-{movement.pk}"
    assert f'id="movement-{movement.pk}"' in client.get(reverse("movements")).text
    office = office_due(cast.institute).get().pk
    assert client.get(reverse("due-talent_movement", args=[office])).status_code == 404
    client.force_login(cast.office)
    assert client.get(reverse("due-talent_movement", args=[office])).url == reverse("movements")
    other = candidate.dues.open().exclude(kind="talent_movement").first()
    assert client.get(reverse("due-talent_movement", args=[other.pk])).status_code == 404


@pytest.mark.parametrize(
    ("part", "status"),
    [
        ("office", 200),
        ("sub_office", 200),
        ("committee_secretary", 200),
        ("secretary", 200),
        ("stand_in", 200),
        ("hr", 404),
        ("department_liaison", 404),
        ("member", 404),
        ("mentor", 404),
        ("auditor", 404),
        ("system_administrator", 404),
        ("security_administrator", 404),
        ("former_secretary", 404),
        ("late_stand_in", 404),
        ("stranger", 404),
    ],
)
def test_the_page_is_for_offices_and_branches(client, cast, part, status):
    client.force_login(getattr(cast, part))
    assert client.get(reverse("movements")).status_code == status
    assert client.post(reverse("movements-acknowledge"), {"one": 1}).status_code in (302, 403) if status == 200 else 404


def test_a_branch_sees_its_own_people_only(cast, factory, report):
    here, there = factory.person(unit=cast.glacier), factory.person(unit=cast.desert)
    report(here)
    report(there)
    assert names(cast.secretary, "all") == [here.name]
    assert names(cast.neighbour_secretary, "all") == [there.name]
    assert set(names(cast.office)) == {here.name, there.name}


def test_a_file_elsewhere_is_not_told(client, cast, factory, report):
    """Somebody near the glacier whose file lies with the desert branch: the glacier learns of the movement only."""
    person = factory.person(unit=cast.glacier)
    candidate = factory.candidate(3, person=person, unit=cast.desert)
    person.unit = cast.glacier
    person.save()
    report(person)
    [row] = movement_page(user=fresh(cast.secretary), state="all", kind="", number=1).page
    assert (row.code, row.note, row.may_tell) == ("", "", False)
    [row] = movement_page(user=fresh(cast.neighbour_secretary), state="all", kind="", number=1).page
    assert row.code == candidate.code


def test_ones_own_movement_says_nothing_of_ones_own_file(cast, factory, report):
    person = cast.office_colleague.person
    report(person)
    [row] = movement_page(user=fresh(cast.office_colleague), state="open", kind="", number=1).page
    assert (row.code, row.note, row.list_url) == ("", "", "")


def test_the_page_costs_the_same_for_three_and_for_thirty(
    client, cast, factory, report, django_assert_num_queries, django_assert_max_num_queries
):
    def rows(count):
        for _ in range(count):
            report(factory.candidate(1).person, deliver=False)
        deliver_movements(now=timezone.now())

    rows(3)
    client.force_login(cast.office)
    client.get(reverse("movements"))
    with django_assert_max_num_queries(9) as few:
        client.get(reverse("movements"))
    rows(27)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("movements"))


# --- Passing it on


def test_contacts_and_mentors_are_told_without_a_name(cast, factory, report):
    candidate = factory.candidate(5)
    assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=cast.member.person,
        decided_on=cast.today,
        reason="党委会",
        now=timezone.now(),
    )
    movement = report(candidate.person)
    assert tell_contacts(by=fresh(cast.office), movement=movement.pk, now=timezone.now()) == 2
    assert tell_contacts(by=fresh(cast.secretary), movement=movement.pk, now=timezone.now()) == 2
    notices = Notice.objects.filter(key=f"movement:{movement.pk}")
    assert {notice.recipient for notice in notices} == {cast.member, cast.mentor}
    assert all(candidate.person.name not in notice.text for notice in notices)
    assert {notice.path for notice in notices} == {reverse("candidate", args=[candidate.code])}


def test_where_nobody_looks_after_the_person_that_is_said(client, cast, factory, report):
    movement = report(factory.candidate(2).person)
    with pytest.raises(Refused, match="请先指定"):
        tell_contacts(by=fresh(cast.office), movement=movement.pk, now=timezone.now())
    client.force_login(cast.office)
    answer = client.post(reverse("movement-tell", args=[movement.pk]), follow=True)
    assert "请先指定" in answer.text


def test_readers_and_strangers_tell_nobody(client, cast, factory, report):
    movement = report(factory.candidate(5).person)
    outsider = report(factory.person())
    with pytest.raises(NotYours):
        tell_contacts(by=fresh(cast.committee_secretary), movement=movement.pk, now=timezone.now())
    with pytest.raises(Candidate.DoesNotExist):
        tell_contacts(by=fresh(cast.office), movement=outsider.pk, now=timezone.now())
    client.force_login(cast.neighbour_secretary)
    assert client.post(reverse("movement-tell", args=[movement.pk])).status_code == 404
    assert not Notice.objects.exists()
