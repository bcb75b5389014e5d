"""The roster: kept by HR and the office, searched by name and pinyin, never overwritten unseen."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.actions.movements import report_movement
from branches.actions.people import add_person, change_person, open_department
from branches.actions.refusals import NotYours, Refused, Stale
from branches.models import Person, TalentMovement
from branches.offices import MovementKind, PoliticalStatus
from branches.queries.roster import roster_for, version_of


def enter(cast, *, by=None, **fields):
    values = {"staff_number": "N50000", "name": "吕小满", "unit": cast.glacier, **fields}
    return add_person(by=by or cast.hr, now=timezone.now(), **values)


def test_a_person_is_entered_with_their_pinyin_and_history(cast):
    person = enter(cast)
    assert (person.pinyin, person.initials) == ("lvxiaoman", "lxm")
    assert person.history.count() == 1


def test_a_renamed_person_is_found_under_the_new_name(cast):
    person = enter(cast)
    change_person(by=cast.hr, person=person, name="单小满", now=timezone.now())
    assert Person.objects.search("shanxiaoma").get() == person


@pytest.mark.parametrize("typed", ["吕小", "lvxiao", "lyu xiao", "LXM", "N50000"])
def test_a_person_is_found_by_name_pinyin_initials_and_number(cast, typed):
    person = enter(cast)
    assert person in Person.objects.search(typed)


def test_a_staff_number_is_given_once(cast):
    enter(cast)
    with pytest.raises(Refused, match="N50000"):
        enter(cast, name="另一人")


@pytest.mark.parametrize(
    ("fields", "field"),
    [
        ({"birth_on": date(2100, 1, 1)}, "birth_on"),
        ({"birth_on": date(1990, 1, 1), "joined_institute_on": date(1989, 1, 1)}, "joined_institute_on"),
        ({"joined_institute_on": date(2020, 1, 1), "left_on": date(2019, 1, 1)}, "left_on"),
        ({"member_since_on": date(2010, 7, 1)}, "political_status"),
    ],
)
def test_dates_that_cannot_be_are_refused_beside_their_field(cast, fields, field):
    with pytest.raises(Refused) as refusal:
        enter(cast, **fields)
    assert refusal.value.objections[0].field == field
    assert not Person.objects.filter(staff_number="N50000").exists()


@pytest.mark.parametrize("who", ["secretary", "member", "auditor", "security_administrator", "stranger"])
def test_others_enter_nobody(cast, who):
    with pytest.raises(NotYours):
        enter(cast, by=cast.users[who])


def test_hr_neither_sees_nor_sets_what_concerns_the_party_only(client, cast):
    with pytest.raises(NotYours):
        change_person(by=cast.hr, person=cast.full_members[0], is_suspended=True, now=timezone.now())
    client.force_login(cast.hr)
    page = client.get(reverse("person-edit", args=[cast.suspended_member.code])).content.decode()
    assert "is_suspended" not in page
    assert "权利受限" not in client.get(reverse("person", args=[cast.suspended_member.code])).content.decode()


def test_somebody_elses_change_is_not_overwritten_unseen(client, cast):
    person = enter(cast)
    opened_with = version_of(person)
    change_person(by=cast.office, person=person, phone="13800000000", now=timezone.now())
    with pytest.raises(Stale):
        change_person(by=cast.hr, person=person, version=opened_with, email="a@b.test", now=timezone.now())
    person.refresh_from_db()
    assert person.email == ""


def test_a_form_that_changes_nothing_leaves_no_trace(cast):
    person = enter(cast)
    change_person(by=cast.hr, person=person, name=person.name, now=timezone.now())
    assert person.history.count() == 1


def test_the_sub_office_keeps_its_own_part(cast):
    assert set(roster_for(cast.sub_office, cast.today).values_list("unit", flat=True)) == {cast.ecology.pk}
    with pytest.raises(Refused, match="不在您的范围内"):
        enter(cast, by=cast.sub_office)


def test_the_list_costs_the_same_for_three_and_for_thirty(client, cast, django_assert_max_num_queries):
    client.force_login(cast.hr)
    for number in range(30):
        enter(cast, staff_number=f"N6{number:04d}", name=f"甲{number}")
    with django_assert_max_num_queries(14):
        page = client.get(reverse("roster")).content.decode()
    assert "N60029" in page or "甲29" in page


def test_the_filter_shows_those_who_left_only_when_asked(client, cast):
    client.force_login(cast.hr)
    change_person(by=cast.hr, person=cast.scientists[0], left_on=cast.today, now=timezone.now())
    assert cast.scientists[0].name not in client.get(reverse("roster")).content.decode()
    assert cast.scientists[0].name in client.get(reverse("roster") + "?left=on").content.decode()


def test_an_error_stands_beside_its_field(client, cast):
    client.force_login(cast.hr)
    response = client.post(
        reverse("person-add"),
        {
            "staff_number": cast.scientists[0].staff_number, "name": "重号", "sex": "1", "category": "staff",
            "title_rank": "0", "political_status": "13",
        },
    )  # fmt: skip
    assert "这个工号已有人使用" in response.content.decode()


def test_leaving_is_written_on_the_roster_with_the_report(cast):
    person, on = cast.scientists[0], cast.today - timedelta(days=3)
    report_movement(by=cast.hr, person=person, kind=MovementKind.LEFT, happened_on=on, now=timezone.now())
    person.refresh_from_db()
    assert person.left_on == on


def test_a_movement_reported_twice_is_one(cast):
    for _ in range(2):
        report_movement(
            by=cast.hr, person=cast.scientists[0], kind=MovementKind.PROMOTED, happened_on=cast.today, now=timezone.now()
        )  # fmt: skip
    assert TalentMovement.objects.count() == 1
    with pytest.raises(NotYours):
        report_movement(
            by=cast.secretary, person=cast.scientists[0], kind=MovementKind.JOINED, happened_on=cast.today,
            now=timezone.now(),
        )  # fmt: skip


def test_a_department_is_entered_once(cast):
    open_department(by=cast.hr, name="湖泊实验室", now=timezone.now())
    with pytest.raises(Refused, match="已有名为"):
        open_department(by=cast.hr, name="湖泊实验室", now=timezone.now())


def test_members_are_who_may_mentor(cast):
    members = Person.objects.full_members()
    assert cast.suspended_member not in members
    assert cast.probationer not in members
    assert all(person.political_status == PoliticalStatus.FULL_MEMBER for person in members)
