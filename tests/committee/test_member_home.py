"""我的联系对象: the cards, what could be spoken about, and what the page costs (notice R2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import TalentMovement, User
from branches.offices import MovementKind
from committee.actions.problems import answer_problem
from committee.actions.talks import record_talk
from committee.models import Problem
from committee.queries.member_home import member_home
from recruitment.actions.contacts import assign_contact, end_contact


def look_after(cast, candidate, *, leader=None, days_ago=90, exception_reason=""):
    return assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=(leader or cast.member).person,
        decided_on=cast.today - timedelta(days=days_ago),
        reason="党委会研究",
        exception_reason=exception_reason,
        now=timezone.now(),
    )


def speak(cast, candidate, *, days_ago=0, **fields):
    return record_talk(
        by=User.objects.get(pk=cast.member.pk),  # a reach resolved earlier is kept on the user, for one request
        code=candidate.code,
        held_on=cast.today - timedelta(days=days_ago),
        now=timezone.now(),
        **{"way": "meeting", "topics": ["research"]} | fields,
    )


def cards(cast, user=None):
    return member_home(user=user or cast.member, today=cast.today).cards


def test_each_contact_is_a_card_with_the_place_on_the_road(cast, factory):
    activist, prospect = factory.candidate(5), factory.prospect()
    look_after(cast, activist)
    look_after(cast, prospect)
    places = {card.name: card.place for card in cards(cast)}
    assert places[activist.person.name].startswith("入党积极分子，第 ")
    assert places[prospect.person.name] == "重点关注，尚未递交入党申请书"


def test_days_count_from_the_own_last_talk(cast, factory):
    candidate = factory.applicant()
    look_after(cast, candidate)
    record_talk(
        by=cast.secretary, code=candidate.code, held_on=cast.today, way="phone", topics=["study"], now=timezone.now()
    )
    (card,) = cards(cast)
    assert card.days is None and card.is_late
    speak(cast, candidate, days_ago=47)
    (card,) = cards(cast)
    assert (card.days, card.is_late) == (47, False)


@pytest.mark.parametrize(
    ("days", "words"), [(0, "今天</b><span>已谈心"), (1, "1</b><span>天前谈心"), (31, "31</b><span>天未谈心")]
)
def test_the_days_since_the_last_talk_are_said_in_words(cast, factory, client, days, words):
    candidate = factory.applicant()
    look_after(cast, candidate)
    speak(cast, candidate, days_ago=days)
    client.force_login(cast.member)
    assert f"<b>{words}" in client.get(reverse("member-home")).content.decode()


@pytest.mark.parametrize(("days", "late"), [(60, False), (61, True)])
def test_the_sixtieth_day_is_in_time(cast, factory, days, late):
    candidate = factory.applicant()
    look_after(cast, candidate)
    speak(cast, candidate, days_ago=days)
    assert cards(cast)[0].is_late is late


def test_what_could_be_spoken_about_is_made_of_facts(cast, factory):
    candidate = factory.applicant(applied_on=cast.today - timedelta(days=5))
    look_after(cast, candidate)
    due_on = cast.today + timedelta(days=20)
    speak(
        cast,
        candidate,
        days_ago=12,
        follow_up_on=cast.today + timedelta(days=2),
        problems=[{"summary": "野外台站设备运输", "solver": "office", "due_on": due_on}],
    )
    TalentMovement.objects.create(
        person=candidate.person,
        kind=MovementKind.PROGRAMME,
        happened_on=cast.today - timedelta(days=3),
        summary="入选国家级青年人才",
        reported_at=timezone.now(),
    )
    lines = [str(line) for line in cards(cast)[0].agenda]
    assert any("约定" in line for line in lines)
    assert any("野外台站设备运输" in line and "的进展" in line for line in lines)
    assert any("入选国家级青年人才" in line for line in lines)
    assert any("递交入党申请书" in line for line in lines)
    answer_problem(
        by=cast.office,
        code=Problem.objects.get().code,
        answer="已安排车辆",
        answered_on=cast.today,
        now=timezone.now(),
    )
    lines = [str(line) for line in cards(cast)[0].agenda]
    assert any("野外台站设备运输" in line and "已有答复" in line for line in lines)


def test_nobody_is_asked_when_they_will_apply(cast, factory):
    look_after(cast, factory.prospect())
    assert "尊重本人意愿" in str(cards(cast)[0].agenda[-1])


def test_an_ended_contact_is_gone_from_the_page(cast, factory):
    candidate = factory.applicant()
    contact = look_after(cast, candidate)
    end_contact(
        by=cast.office,
        code=candidate.code,
        contact_id=contact.pk,
        decided_on=cast.today,
        reason="分工调整",
        now=timezone.now(),
    )
    assert cards(cast) == ()


def test_each_sees_the_own_contacts_only(client, cast, factory):
    candidate = factory.applicant()
    look_after(cast, candidate)
    client.force_login(cast.other_member)
    answer = client.get(reverse("member-home"))
    assert answer.status_code == 200 and candidate.person.name not in answer.text


def test_a_secretary_has_contacts_too(cast, factory):
    candidate = factory.applicant()
    look_after(cast, candidate, leader=cast.secretary, days_ago=0)
    assert [card.name for card in cards(cast, cast.secretary)] == [candidate.person.name]


def test_two_contacts_cost_what_twenty_cost(
    client, cast, factory, django_assert_max_num_queries, django_assert_num_queries
):
    for _ in range(2):
        candidate = factory.applicant()
        look_after(cast, candidate)
        speak(cast, candidate)
    client.force_login(cast.member)
    with django_assert_max_num_queries(12) as few:
        assert len(client.get(reverse("member-home")).context["cards"]) == 2
    for _ in range(18):
        candidate = factory.candidate(5)
        look_after(cast, candidate, exception_reason="试验")
        speak(cast, candidate, days_ago=3, problems=[{"summary": "台站车辆", "solver": "hr", "due_on": cast.today}])
    with django_assert_num_queries(len(few.captured_queries)):
        assert len(client.get(reverse("member-home")).context["cards"]) == 20


def test_the_year_shows_the_own_talks_month_by_month(cast, factory):
    candidate = factory.applicant()
    look_after(cast, candidate, days_ago=0)
    assert member_home(user=cast.other_member, today=cast.today).year is None
    speak(cast, candidate)
    speak(cast, candidate, topics=["study"])
    record_talk(
        by=cast.secretary, code=candidate.code, held_on=cast.today, way="phone", topics=["study"], now=timezone.now()
    )
    (row,) = member_home(user=cast.member, today=cast.today).year.table.rows
    assert (row[0], row[-2], row[-1]) == (candidate.person.name, "2", "2")
