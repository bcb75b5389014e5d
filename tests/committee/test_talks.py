"""Talks: who may record one, what is owed next, and who may read the text (notice R2, B1)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.offices import Office
from committee.actions.talks import record_talk
from committee.models import Problem, Solver, Talk, Way
from recruitment.actions.contacts import assign_contact
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import AccessEntry, Candidate, Due, LedgerEntry

CANARY = "金丝雀一号谈话内容"
NEEDS_CANARY = "金丝雀二号困难需求"


@pytest.fixture
def candidate(factory):
    """An activist of the glacier branch, with 叶知秋 as mentor."""
    return factory.candidate(5, days_ago=40)


@pytest.fixture
def contact(cast, candidate):
    """沈望舒 of the committee looks after the candidate since seventy days."""
    return assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=cast.member.person,
        decided_on=cast.today - timedelta(days=70),
        reason="党委会研究确定",
        now=timezone.now(),
    )


def talk(cast, candidate, by, *, days_ago=0, **fields):
    """An ordinary talk, with a text that must not leak."""
    values = {"way": Way.MEETING, "topics": ["research", "study"], "outlook": CANARY, "needs": NEEDS_CANARY} | fields
    held_on = cast.today - timedelta(days=days_ago)
    return record_talk(by=by, code=candidate.code, held_on=held_on, now=timezone.now(), **values)


def contact_due(candidate):
    return Due.objects.open().get(candidate=candidate, kind="contact_talk")


# --- Who may


@pytest.mark.parametrize(
    "part", ["secretary", "deputy", "commissioner", "stand_in", "office", "office_colleague", "mentor", "member"]
)
def test_those_who_accompany_or_answer_for_the_branch_record_talks(cast, candidate, contact, part):
    assert talk(cast, candidate, getattr(cast, part)).talker.user == getattr(cast, part)


@pytest.mark.parametrize(
    "part",
    [
        "neighbour_secretary",
        "other_member",
        "second_mentor",
        "hr",
        "auditor",
        "former_secretary",
        "late_stand_in",
        "stranger",
    ],
)
def test_for_everybody_else_the_person_does_not_exist(cast, candidate, contact, part):
    with pytest.raises(Candidate.DoesNotExist):
        talk(cast, candidate, getattr(cast, part))
    assert not Talk.objects.exists()


def test_the_committee_secretary_sees_everybody_and_records_no_talk(cast, candidate):
    with pytest.raises(NotYours):
        talk(cast, candidate, cast.committee_secretary)


# --- What is owed


def test_a_contact_owes_a_talk_within_sixty_days_of_the_assignment(cast, candidate, contact):
    due = contact_due(candidate)
    assert due.due_on == contact.starts_on + timedelta(days=60)
    assert (due.owed_by_person, due.owed_by) == (cast.member.person, Office.COMMITTEE_MEMBER)


def test_a_talk_settles_the_running_due_and_opens_the_next(cast, candidate, contact):
    first = contact_due(candidate)
    talk(cast, candidate, cast.member, days_ago=3)
    first.refresh_from_db()
    assert (first.was_done, first.settled_on) == (True, cast.today - timedelta(days=3))
    assert contact_due(candidate).due_on == cast.today + timedelta(days=57)


def test_an_older_talk_entered_later_moves_nothing_forward(cast, candidate, contact):
    talk(cast, candidate, cast.member, days_ago=3)
    due = contact_due(candidate)
    talk(cast, candidate, cast.member, days_ago=30)
    assert contact_due(candidate) == due
    assert contact_due(candidate).due_on == cast.today + timedelta(days=57)
    candidate.refresh_from_db()
    assert candidate.last_talk_on == cast.today - timedelta(days=3)


def test_a_talk_of_somebody_else_does_not_settle_the_contacts_due(cast, candidate, contact):
    before = contact_due(candidate)
    talk(cast, candidate, cast.mentor)
    assert contact_due(candidate).due_on == before.due_on


def test_an_agreed_day_becomes_a_due_which_the_next_talk_settles(cast, candidate, contact):
    agreed_on = cast.today + timedelta(days=14)
    talk(cast, candidate, cast.member, days_ago=1, follow_up_on=agreed_on)
    due = Due.objects.open().get(candidate=candidate, kind="talk_follow_up")
    assert (due.due_on, due.owed_by_person) == (agreed_on, cast.member.person)
    talk(cast, candidate, cast.member)
    due.refresh_from_db()
    assert due.was_done


# --- What is refused


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"days_ago": -1}, "talk_in_future"),
        ({"days_ago": 365 * 80}, "talk_before_birth"),
        ({"days_ago": 365 * 11}, "talk_too_old"),
        ({"topics": []}, "topics_required"),
        ({"follow_up_days": -1}, "follow_up_past"),
        ({"follow_up_days": 400}, "follow_up_far"),
        ({"problem": {"summary": "台站车辆", "due_on": None}}, "problem_without_day"),
        ({"problem": {"summary": " ", "due_days": 3}}, "problem_without_words"),
        ({"problem": {"summary": "台站车辆", "due_days": -1}}, "problem_day_past"),
    ],
)
def test_what_cannot_be_is_refused_with_a_reason_and_nothing_is_written(cast, candidate, fields, code):
    fields = dict(fields)
    if "follow_up_days" in fields:
        fields["follow_up_on"] = cast.today + timedelta(days=fields.pop("follow_up_days"))
    if problem := fields.pop("problem", None):
        days = problem.pop("due_days", None)
        due_on = cast.today + timedelta(days=days) if days is not None else None
        fields["problems"] = [{"solver": Solver.OFFICE, "due_on": due_on} | problem]
    with pytest.raises(Refused) as refusal:
        talk(cast, candidate, cast.secretary, **fields)
    assert code in [objection.code for objection in refusal.value.objections]
    assert not Talk.objects.exists() and not Problem.objects.exists()


def test_the_same_form_sent_twice_is_one_talk(cast, candidate):
    token = uuid4()
    first = talk(cast, candidate, cast.secretary, form_token=token)
    assert talk(cast, candidate, cast.secretary, form_token=token) == first
    assert Talk.objects.count() == 1


def test_the_way_back_and_saving_again_records_the_talk_once(client, cast, candidate):
    client.force_login(cast.secretary)
    said = {"problem_summary": "仪器机时", "problem_solver": "office", "problem_due_on": cast.today, "outlook": "近况"}
    url = reverse("talk-record", args=[candidate.code])
    for changes in ({}, {}, {"problem_summary": "仪器维修"}, {"outlook": "又谈一次"}):
        assert client.post(url, form_data(cast.today, **said | changes)).status_code == 302
    assert Talk.objects.count() == 3
    assert Problem.objects.filter(summary="仪器机时").count() == 2


def test_the_ledger_tells_that_a_talk_was_held_and_nothing_of_what_was_said(cast, candidate):
    talk(cast, candidate, cast.secretary, problems=[{"summary": "金丝雀三号", "solver": "hr", "due_on": cast.today}])
    entry = LedgerEntry.objects.get(candidate=candidate, action="talk")
    assert entry.decided_on == cast.today
    kept = entry.summary + bytes(entry.payload).decode()
    assert "金丝雀" not in kept


# --- Who may read the text


READERS = {
    # a talk of the mentor: who reads the text when it is kept to the circle, and when it is shared with the office
    "secretary": (True, True),
    "stand_in": (True, True),
    "mentor": (True, True),
    "office": (False, True),
    "office_colleague": (False, True),
    "deputy": (False, False),
    "member": (False, False),
    "committee_secretary": (False, False),
}


@pytest.mark.parametrize("shared", [False, True])
@pytest.mark.parametrize("part", READERS)
def test_the_text_is_for_its_circle(client, cast, candidate, contact, part, shared):
    of_mentor = talk(cast, candidate, cast.mentor, is_shared_with_office=shared)
    client.force_login(getattr(cast, part))
    answer = client.get(reverse("talk", args=[of_mentor.code]))
    assert answer.status_code == 200
    assert (CANARY in answer.text) is READERS[part][shared]
    assert (NEEDS_CANARY in answer.text) is READERS[part][shared]


@pytest.mark.parametrize(
    "part", ["hr", "auditor", "neighbour_secretary", "other_member", "former_secretary", "stranger"]
)
def test_outsiders_do_not_learn_that_there_was_a_talk(client, cast, candidate, part):
    of_mentor = talk(cast, candidate, cast.mentor)
    client.force_login(getattr(cast, part))
    assert client.get(reverse("talk", args=[of_mentor.code])).status_code == 404
    assert candidate.person.name not in client.get(reverse("talks")).text


def test_nobody_finds_the_text_in_lists_tabs_or_homes(client, cast, candidate, contact):
    talk(cast, candidate, cast.member, is_shared_with_office=True)
    for part in ("member", "secretary", "office"):
        client.force_login(getattr(cast, part))
        for url in (
            reverse("talks"),
            reverse("member-home"),
            reverse("candidate-tab", args=[candidate.code, "talks"]),
            reverse("candidate", args=[candidate.code]),
            reverse("candidate-tab", args=[candidate.code, "changes"]),
            reverse("candidate-tab", args=[candidate.code, "ledger"]),
        ):
            text = client.get(url).text
            assert CANARY not in text and NEEDS_CANARY not in text, (part, url)


def test_every_reading_is_logged_and_the_writer_sees_who_read(client, cast, candidate):
    of_mentor = talk(cast, candidate, cast.mentor)
    client.force_login(cast.secretary)
    client.get(reverse("talk", args=[of_mentor.code]))
    entry = AccessEntry.objects.get(action="read_talk")
    assert (entry.user, entry.candidate_id) == (cast.secretary, candidate.pk)
    assert CANARY not in entry.what
    client.force_login(cast.mentor)
    assert cast.secretary.person.name in client.get(reverse("talk", args=[of_mentor.code])).text
    client.force_login(cast.stand_in)
    assert "谁查阅过" not in client.get(reverse("talk", args=[of_mentor.code])).text


def test_who_may_not_read_leaves_no_reading_behind(client, cast, candidate):
    of_mentor = talk(cast, candidate, cast.mentor)
    client.force_login(cast.office)
    client.get(reverse("talk", args=[of_mentor.code]))
    assert not AccessEntry.objects.filter(action="read_talk").exists()


# --- The form


def form_data(today, **changes):
    return {"held_on": today, "way": "phone", "topics": ["research"], "form_token": uuid4(), "version": 0} | changes


def test_three_fields_are_enough(client, cast, candidate, contact):
    client.force_login(cast.member)
    answer = client.post(reverse("talk-record", args=[candidate.code]), form_data(cast.today))
    assert (answer.status_code, answer.url) == (302, reverse("member-home"))
    assert Talk.objects.get().talker == cast.member.person


def test_errors_stand_beside_the_fields(client, cast, candidate):
    client.force_login(cast.secretary)
    data = form_data(cast.today + timedelta(days=1), topics=[], outlook="已写的内容不丢")
    answer = client.post(reverse("talk-record", args=[candidate.code]), data)
    assert answer.status_code == 422
    assert "请至少选一项谈话内容。" in answer.text and "已写的内容不丢" in answer.text
    data = form_data(cast.today + timedelta(days=1))
    answer = client.post(reverse("talk-record", args=[candidate.code]), data)
    assert answer.context["form"].errors["held_on"] == [f"谈话日期不能晚于今天（{cast.today}）。"]


def test_posted_extra_fields_change_nothing(client, cast, candidate):
    client.force_login(cast.secretary)
    data = form_data(
        cast.today, talker=cast.office.person.pk, recorded_by=cast.office.pk, candidate=999, code=str(uuid4())
    )
    client.post(reverse("talk-record", args=[candidate.code]), data)
    recorded = Talk.objects.get()
    assert (recorded.talker, recorded.candidate_id) == (cast.secretary.person, candidate.pk)


def test_the_form_is_for_those_who_may_record(client, cast, candidate, contact):
    url = reverse("talk-record", args=[candidate.code])
    for part, status in {"member": 200, "committee_secretary": 403, "other_member": 404, "hr": 404}.items():
        client.force_login(getattr(cast, part))
        assert client.get(url).status_code == status, part


# --- Lists


def test_the_list_costs_the_same_for_three_talks_as_for_thirty(
    client, cast, factory, django_assert_max_num_queries, django_assert_num_queries
):
    candidates = [factory.applicant() for _ in range(3)]
    client.force_login(cast.secretary)
    for candidate in candidates:
        talk(cast, candidate, cast.secretary)
    client.get(reverse("talks"))
    with django_assert_max_num_queries(12) as few:
        client.get(reverse("talks"))
    for candidate in candidates:
        for days in range(1, 10):
            talk(cast, candidate, cast.secretary, days_ago=days)
    with django_assert_num_queries(len(few.captured_queries)):
        client.get(reverse("talks"))
