"""Mentors: load, suggestions by role, changes, and the half-yearly opinion (notice B2, C4; Art. 9)."""

import re
from datetime import date, timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Person, User
from committee.queries.mentors import loads, mentor_choices, mentors_page
from recruitment.actions.corrections import supersede
from recruitment.actions.mentors import change_mentors
from recruitment.actions.opinions import record_opinion
from recruitment.actions.refusals import NotYours, Refused
from recruitment.calendar import add_months
from recruitment.models import Candidate, Due, LedgerEntry, MentorOpinion, Mentorship
from recruitment.rules.mentoring import next_opinion, window_of

CANARY = "金丝雀意见"


@pytest.fixture
def activist(factory):
    """An activist whose mentor is 叶知秋."""
    return factory.candidate(5, days_ago=200)


def opine(candidate, user, *, days_ago=0, **fields):
    return record_opinion(
        by=User.objects.get(pk=user.pk),
        code=candidate.code,
        given_on=timezone.localdate() - timedelta(days=days_ago),
        now=timezone.now(),
        **{"opinion": CANARY} | fields,
    )


def change(cast, candidate, *mentors, by=None, **fields):
    values = {"decided_on": cast.today, "reason": "工作调动"} | fields
    return change_mentors(
        by=User.objects.get(pk=(by or cast.secretary).pk),
        code=candidate.code,
        mentors=mentors,
        now=timezone.now(),
        **values,
    )


def opinion_due(candidate, person):
    return Due.objects.open().get(candidate=candidate, kind="mentor_opinion", owed_by_person=person)


def codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return {objection.code for objection in refusal.value.objections}


# --- When an opinion is owed


@pytest.mark.parametrize(
    ("day", "window"),
    [
        (date(2026, 3, 10), 1),
        (date(2026, 9, 10), 1),
        (date(2026, 9, 11), 2),
        (date(2027, 3, 10), 2),
        (date(2027, 3, 11), 3),
    ],
)
def test_half_years_count_from_the_day_of_service(day, window):
    assert window_of(date(2026, 3, 10), day) == window


def test_the_last_day_of_a_half_year_clamps_to_the_month():
    assert next_opinion(date(2026, 8, 31), 0) == (1, date(2026, 8, 31), date(2027, 2, 28))


def test_naming_a_mentor_opens_the_due_of_the_first_half_year(cast, activist):
    tie = Mentorship.objects.get(candidate=activist)
    due = opinion_due(activist, cast.mentor.person)
    assert due.due_on == add_months(tie.starts_on, 6)


def test_an_opinion_settles_the_due_and_opens_the_next_half_year(cast, activist):
    tie = Mentorship.objects.get(candidate=activist)
    first = opinion_due(activist, cast.mentor.person)
    opine(activist, cast.mentor, days_ago=150)
    first.refresh_from_db()
    assert first.was_done
    assert opinion_due(activist, cast.mentor.person).due_on == add_months(tie.starts_on, 12)


def test_an_opinion_is_given_by_a_serving_mentor_in_person(cast, activist):
    with pytest.raises(NotYours):
        opine(activist, cast.secretary)
    with pytest.raises(NotYours):
        opine(activist, cast.mentor, mentor=cast.full_members[0])
    with pytest.raises(Candidate.DoesNotExist):
        opine(activist, cast.second_mentor)
    assert codes(opine, activist, cast.mentor, days_ago=-1) == {"opinion_in_future"}
    assert codes(opine, activist, cast.mentor, opinion="  ") == {"opinion_without_words"}
    assert codes(opine, activist, cast.mentor, days_ago=400) == {"opinion_too_early"}
    token = uuid4()
    assert opine(activist, cast.mentor, form_token=token) == opine(activist, cast.mentor, form_token=token)
    assert MentorOpinion.objects.count() == 1


def test_the_ledger_says_that_an_opinion_was_given_and_not_which(cast, activist):
    opine(activist, cast.mentor)
    entry = LedgerEntry.objects.get(candidate=activist, action="opinion")
    assert CANARY not in entry.summary + bytes(entry.payload).decode()


def test_correcting_the_fifth_step_withdraws_what_its_mentors_owed(cast, activist):
    record = activist.steprecords.get(step=5)
    activist.refresh_from_db()
    supersede(
        by=cast.secretary,
        code=activist.code,
        version=activist.version,
        kind="step",
        record_code=record.code,
        reason="录错",
        now=timezone.now(),
    )
    assert not Due.objects.open().filter(candidate=activist, kind="mentor_opinion").exists()


# --- Changing mentors


def test_a_change_ends_one_keeps_the_other_and_moves_what_is_owed(cast, activist):
    change(cast, activist, cast.mentor.person, cast.second_mentor.person)
    change(cast, activist, cast.second_mentor.person)
    ties = {tie.party_member_id: tie for tie in Mentorship.objects.filter(candidate=activist)}
    assert ties[cast.mentor.person_id].ends_on == cast.today
    assert ties[cast.second_mentor.person_id].ends_on is None
    owed = Due.objects.open().filter(candidate=activist, kind="mentor_opinion")
    assert [due.owed_by_person_id for due in owed] == [cast.second_mentor.person_id]
    assert not Candidate.objects.visible_to(User.objects.get(pk=cast.mentor.pk)).filter(pk=activist.pk).exists()


def test_what_cannot_be_is_refused(cast, factory, activist):
    assert codes(change, cast, activist, cast.probationer) == {"mentor_not_full_member"}
    assert codes(change, cast, activist, cast.suspended_member) == {"mentor_suspended"}
    assert codes(change, cast, activist, *cast.full_members[:3]) == {"too_many_mentors"}
    assert codes(change, cast, activist, cast.second_mentor.person, reason="") == {"reason_required"}
    assert codes(change, cast, activist, cast.mentor.person) == {"same_mentors"}
    assert codes(change, cast, factory.candidate(3), cast.mentor.person) == {"step_first"}
    with pytest.raises(NotYours):
        change(cast, activist, cast.second_mentor.person, by=cast.mentor)


# --- Choices and loads


def test_choices_show_the_load_and_put_the_suggested_first(cast, factory, activist):
    Person.objects.filter(pk=cast.full_members[2].pk).update(is_influential=True)
    _, choices = mentor_choices(cast.secretary, factory.candidate(3), cast.today)
    labels = {choice.person.name: choice.label for choice in choices}
    assert "现联系 1 人" in labels[cast.mentor.person.name]
    assert "有影响力的科学家党员" in labels[cast.full_members[2].name]
    assert "支部委员" in labels[cast.deputy.person.name]
    assert "党小组长" in labels[cast.group_leader.person.name]
    suggested = [bool(choice.roles) for choice in choices]
    assert suggested == sorted(suggested, reverse=True)
    assert cast.suspended_member.name not in labels and cast.probationer.name not in labels


def test_the_load_page_is_within_reach(client, cast, activist):
    rows = loads(user=cast.secretary, today=cast.today)
    assert [(row.name, len(row.people)) for row in rows] == [(cast.mentor.person.name, 1)]
    assert loads(user=cast.neighbour_secretary, today=cast.today) == []
    for part, status in {
        "secretary": 200,
        "office": 200,
        "member": 404,
        "mentor": 404,
        "hr": 404,
        "stranger": 404,
    }.items():
        client.force_login(getattr(cast, part))
        assert client.get(reverse("mentors")).status_code == status, part


def test_an_opinion_that_is_late_is_held_against_its_own_mentor_only(cast, activist):
    days_ago = 5
    change(cast, activist, cast.mentor.person, cast.second_mentor.person, decided_on=cast.today - timedelta(days=days_ago))
    Due.objects.filter(pk=opinion_due(activist, cast.mentor.person).pk).update(due_on=cast.today - timedelta(days=1))
    late = {row.name: [is_late for *_, is_late in row.people] for row in loads(user=cast.secretary, today=cast.today)}
    assert late == {cast.mentor.person.name: [True], cast.second_mentor.person.name: [False]}


# --- Pages


def test_opinions_are_read_by_branch_office_and_mentors(client, cast, activist):
    opine(activist, cast.mentor)
    url = reverse("candidate-mentors", args=[activist.code])
    for part, status, reads in [
        ("secretary", 200, True),
        ("office", 200, True),
        ("mentor", 200, True),
        ("committee_secretary", 200, False),
        ("member", 404, False),
        ("hr", 404, False),
        ("neighbour_secretary", 404, False),
    ]:
        client.force_login(getattr(cast, part))
        answer = client.get(url)
        assert (answer.status_code, CANARY in answer.text) == (status, reads), part


def test_a_mentor_without_a_post_finds_the_form_from_the_due(client, cast, activist):
    client.force_login(cast.mentor)
    url = reverse("opinion-record", args=[activist.code])
    assert url in client.get(reverse("todo")).text
    assert client.get(url).status_code == 200
    data = {"given_on": cast.today, "opinion": "", "form_token": uuid4()}
    assert client.post(url, data).status_code == 422
    assert client.post(url, data | {"opinion": "学习主动"}).status_code == 302
    assert MentorOpinion.objects.get().mentor == cast.mentor.person
    client.force_login(cast.committee_secretary)
    assert client.get(url).status_code == 403


def test_for_a_mentor_without_a_login_the_branch_owes_and_enters_the_opinion(client, cast, activist):
    on_paper = cast.full_members[0]
    change(cast, activist, on_paper)
    due = Due.objects.open().get(candidate=activist, kind="mentor_opinion")
    assert (due.owed_by, due.owed_by_person) == ("secretary", None)
    assert on_paper.name in due.title
    client.force_login(cast.secretary)
    url = reverse("opinion-record", args=[activist.code])
    assert url in client.get(reverse("todo")).text
    data = {"mentor": str(on_paper.code), "given_on": cast.today, "opinion": "学习主动", "form_token": uuid4()}
    assert client.post(url, data | {"mentor": str(cast.mentor.person.code)}).status_code == 422
    assert client.post(url, data).status_code == 302
    row = MentorOpinion.objects.get()
    assert (row.mentor, row.recorded_by) == (on_paper, cast.secretary)
    due.refresh_from_db()
    assert due.was_done


def test_on_a_stale_form_the_secretary_reads_who_was_faster(client, cast, activist):
    activist.refresh_from_db()
    url, seen = reverse("mentors-change", args=[activist.code]), activist.version
    change(cast, activist, cast.second_mentor.person)
    client.force_login(cast.secretary)
    data = {"persons": [str(cast.mentor.person.code)], "decided_on": cast.today, "reason": "工作调动", "version": seen}
    page = client.post(url, data)
    assert page.status_code == 422
    assert "办理过此人的事项：更换培养联系人" in page.text


def test_the_secretary_changes_mentors_on_a_page(client, cast, activist):
    client.force_login(cast.secretary)
    url = reverse("mentors-change", args=[activist.code])
    page = client.get(url).text
    assert "现联系 1 人" in page
    ticked = re.findall(r'<input[^>]*name="persons"[^>]*value="([^"]+)"[^>]*checked', page)
    assert ticked == [str(cast.mentor.person.code)], "who serves stays unless unticked"
    activist.refresh_from_db()
    data = {
        "persons": [str(cast.second_mentor.person.code)],
        "decided_on": cast.today,
        "reason": "工作调动",
        "version": activist.version,
    }
    assert client.post(url, data).status_code == 302
    assert Mentorship.objects.open().get(candidate=activist).party_member == cast.second_mentor.person
    assert mentors_page(user=cast.secretary, code=activist.code, today=cast.today).may_change
    client.force_login(cast.mentor)
    assert client.get(url).status_code == 404
