"""Correcting a talk: the earlier text stays with its circle, and what follows from the talk is derived anew (notice R2)."""

import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from committee.actions.problems import answer_problem
from committee.actions.talk_corrections import correct_talk
from committee.actions.talks import record_talk
from committee.models import Problem, Solver, Talk, Way
from recruitment.actions.contacts import assign_contact
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.models import Due, LedgerEntry, LedgerSecret
from recruitment.queries.ledger_verification import verify

BEFORE, AFTER = "金丝雀更正前的内容", "金丝雀更正后的内容"
REASON = "金丝雀日期记错了"


def afresh(user):
    return User.objects.select_related("person").get(pk=user.pk)


@pytest.fixture
def candidate(factory):
    return factory.candidate(5, days_ago=40)


@pytest.fixture
def contact(cast, candidate):
    return assign_contact(
        by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today - timedelta(days=90),
        reason="党委会研究确定", now=timezone.now(),
    )  # fmt: skip


def speak(cast, candidate, by, *, days_ago, **fields):
    values = {"way": Way.MEETING, "topics": ["research"], "outlook": BEFORE} | fields
    held_on = cast.today - timedelta(days=days_ago)
    return record_talk(by=afresh(by), code=candidate.code, held_on=held_on, now=timezone.now(), **values)


def correct(cast, talk, by, *, days_ago, **fields):
    values = {"way": Way.MEETING, "topics": ["research"], "outlook": AFTER, "reason": REASON} | fields
    held_on = cast.today - timedelta(days=days_ago)
    return correct_talk(by=afresh(by), code=talk.code, held_on=held_on, now=timezone.now(), **values)


def contact_due(candidate):
    return Due.objects.open().get(candidate=candidate, kind="contact_talk")


# --- Who, and what stays


@pytest.mark.parametrize("part", ["secretary", "office", "mentor", "deputy"])
def test_only_whoever_wrote_it_corrects_it(client, cast, candidate, contact, part):
    talk = speak(cast, candidate, cast.member, days_ago=5, is_shared_with_office=True)
    with pytest.raises(NotYours):
        correct(cast, talk, getattr(cast, part), days_ago=5)
    client.force_login(getattr(cast, part))
    assert client.get(reverse("talk-correct", args=[talk.code])).status_code == 403
    assert "更正</a>" not in client.get(reverse("talk", args=[talk.code])).text


def test_for_strangers_there_is_nothing_to_correct(cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    with pytest.raises(Talk.DoesNotExist):
        correct(cast, talk, cast.neighbour_secretary, days_ago=5)


def test_the_earlier_text_is_kept_and_marked(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    new = correct(cast, talk, cast.secretary, days_ago=6)
    talk.refresh_from_db()
    assert (talk.outlook, talk.supersede_reason) == (BEFORE, REASON)
    client.force_login(cast.secretary)
    former = client.get(reverse("talk", args=[talk.code])).text
    assert "这是更正前的记录" in former and BEFORE in former and REASON in former
    page = client.get(reverse("talk", args=[new.code])).text
    assert AFTER in page and BEFORE not in page and reverse("talk", args=[talk.code]) in page


CIRCLES = {
    # who reads (the version kept within the circle, the version shared with the office)
    "secretary": (True, True),
    "mentor": (True, True),
    "stand_in": (True, True),
    "office": (False, True),
    "office_colleague": (False, True),
    "deputy": (False, False),
    "committee_secretary": (False, False),
}


@pytest.mark.parametrize("part", CIRCLES)
@pytest.mark.parametrize("was_shared", [False, True])
def test_each_version_keeps_its_own_circle(client, cast, candidate, contact, part, was_shared):
    talk = speak(cast, candidate, cast.member, days_ago=5, is_shared_with_office=was_shared)
    new = correct(cast, talk, cast.member, days_ago=5, is_shared_with_office=not was_shared)
    client.force_login(getattr(cast, part))
    reads = CIRCLES[part]
    former, page = (client.get(reverse("talk", args=[each.code])).text for each in (talk, new))
    assert (BEFORE in former) is reads[was_shared]
    assert (AFTER in page) is reads[not was_shared]
    # the reason belongs to the version that it stands on
    assert (REASON in former) is reads[was_shared]
    assert (REASON in page) is (reads[was_shared] and reads[not was_shared] or reads[was_shared])


@pytest.mark.parametrize("part", ["hr", "auditor", "neighbour_secretary", "former_secretary", "stranger"])
def test_strangers_find_neither_version(client, cast, candidate, part):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    new = correct(cast, talk, cast.secretary, days_ago=5)
    client.force_login(getattr(cast, part))
    for each in (talk, new):
        assert client.get(reverse("talk", args=[each.code])).status_code == 404
        assert client.get(reverse("talk-correct", args=[each.code])).status_code == 404


def test_the_writer_sees_who_read_which_version(client, cast, candidate):
    talk = speak(cast, candidate, cast.mentor, days_ago=5)
    client.force_login(cast.secretary)
    client.get(reverse("talk", args=[talk.code]))
    new = correct(cast, talk, cast.mentor, days_ago=5)
    client.force_login(cast.stand_in)
    client.get(reverse("talk", args=[new.code]))
    client.force_login(cast.mentor)
    for each in (talk, new):
        said = client.get(reverse("talk", args=[each.code])).text
        readers = re.findall(r"<span>(\w+)<small>(第 \d 版)</small>", said.partition("谁查阅过")[2])
        assert readers == [(cast.stand_in.person.name, "第 2 版"), (cast.secretary.person.name, "第 1 版")]


def test_lists_and_pictures_count_the_talk_once(client, cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=5)
    new = correct(cast, talk, cast.member, days_ago=5)
    for part, name in (("member", "talks"), ("secretary", "talks"), ("member", "member-home")):
        client.force_login(getattr(cast, part))
        said = client.get(reverse(name)).text
        assert str(talk.code) not in said, (part, name)
    client.force_login(cast.member)
    assert str(new.code) in client.get(reverse("talks")).text
    tab = client.get(reverse("candidate-tab", args=[candidate.code, "talks"])).text
    assert str(new.code) in tab and str(talk.code) not in tab and "已更正" in tab
    client.force_login(cast.office)
    assert client.get(reverse("contacts")).status_code == 200


def test_the_ledger_holds_the_day_and_a_commitment(cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    correct(cast, talk, cast.secretary, days_ago=6)
    entry = LedgerEntry.objects.get(candidate=candidate, action="talk_corrected")
    assert entry.decided_on == cast.today - timedelta(days=6)
    kept = entry.summary + bytes(entry.payload).decode()
    assert "金丝雀" not in kept and str(talk.code) in kept
    assert LedgerSecret.objects.get(entry=entry).text == REASON
    assert not verify(trusted_keys=()).findings


def test_nothing_of_it_stands_in_history_or_on_the_persons_page(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    correct(cast, talk, cast.secretary, days_ago=6)
    client.force_login(cast.secretary)
    for tab in ("log", "talks", "changes", "ledger", "reads"):
        assert "金丝雀" not in client.get(reverse("candidate-tab", args=[candidate.code, tab])).text, tab


# --- What follows from it


def test_last_talk_and_contact_due_follow(cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=3)
    correct(cast, talk, cast.member, days_ago=13)
    candidate.refresh_from_db()
    assert candidate.last_talk_on == cast.today - timedelta(days=13)
    assert contact_due(candidate).due_on == cast.today + timedelta(days=47)
    settled = Due.objects.get(candidate=candidate, kind="contact_talk", was_done=True)
    assert settled.settled_on == cast.today - timedelta(days=13)


def test_an_older_talk_counts_again_when_the_newest_is_moved_before_it(cast, candidate, contact):
    speak(cast, candidate, cast.member, days_ago=20)
    newest = speak(cast, candidate, cast.member, days_ago=3)
    correct(cast, newest, cast.member, days_ago=40)
    candidate.refresh_from_db()
    assert candidate.last_talk_on == cast.today - timedelta(days=20)
    assert contact_due(candidate).due_on == cast.today + timedelta(days=40)
    assert Due.objects.filter(candidate=candidate, kind="contact_talk", was_done=True).count() == 1


def test_a_talk_moved_before_the_contact_settles_nothing_of_it(cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=3)
    correct(cast, talk, cast.member, days_ago=100)
    assert contact_due(candidate).due_on == contact.starts_on + timedelta(days=60)
    assert not Due.objects.filter(candidate=candidate, kind="contact_talk", was_done=True).exists()


def test_a_talk_of_before_the_contact_moved_into_it_settles_its_due(cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=100)
    correct(cast, talk, cast.member, days_ago=10)
    assert contact_due(candidate).due_on == cast.today + timedelta(days=50)


def test_the_agreed_day_follows(cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=3, follow_up_on=cast.today + timedelta(days=9))
    second = correct(cast, talk, cast.member, days_ago=3, follow_up_on=cast.today + timedelta(days=19))
    due = Due.objects.open().get(candidate=candidate, kind="talk_follow_up")
    assert due.due_on == cast.today + timedelta(days=19)
    correct(cast, second, cast.member, days_ago=3)
    due.refresh_from_db()
    assert due.settled_at is not None and not due.was_done


def test_an_agreed_day_comes_back_when_the_talk_that_kept_it_was_earlier(cast, candidate, contact):
    speak(cast, candidate, cast.member, days_ago=20, follow_up_on=cast.today + timedelta(days=9))
    kept = speak(cast, candidate, cast.member, days_ago=3)
    due = Due.objects.get(candidate=candidate, kind="talk_follow_up")
    assert due.was_done
    correct(cast, kept, cast.member, days_ago=30)
    due.refresh_from_db()
    assert due.settled_at is None and not due.was_done


def test_a_correction_of_words_moves_no_due(cast, candidate, contact):
    talk = speak(cast, candidate, cast.member, days_ago=3, follow_up_on=cast.today + timedelta(days=9))
    values = ("key", "opens_on", "due_on", "settled_at", "settled_on", "was_done")
    before = sorted(map(str, Due.objects.filter(candidate=candidate).values_list(*values)))
    correct(cast, talk, cast.member, days_ago=3, follow_up_on=cast.today + timedelta(days=9))
    assert sorted(map(str, Due.objects.filter(candidate=candidate).values_list(*values))) == before


def test_problems_stay_tied_and_are_raised_on_its_day(client, cast, candidate, contact):
    problem = {"summary": "台站车辆不足", "solver": Solver.OFFICE, "due_on": cast.today + timedelta(days=9)}
    talk = speak(cast, candidate, cast.member, days_ago=3, problems=[problem])
    new = correct(cast, talk, cast.member, days_ago=5)
    raised = Problem.objects.get()
    assert (raised.talk, raised.raised_on) == (new, cast.today - timedelta(days=5))
    assert Due.objects.open().filter(candidate=candidate, kind="problem").count() == 1
    client.force_login(cast.member)
    assert "台站车辆不足" in client.get(reverse("talk", args=[new.code])).text


def test_a_talk_cannot_be_moved_behind_the_answer_to_its_problem(cast, candidate, contact):
    problem = {"summary": "台站车辆不足", "solver": Solver.OFFICE, "due_on": cast.today + timedelta(days=9)}
    talk = speak(cast, candidate, cast.member, days_ago=9, problems=[problem])
    answer_problem(
        by=cast.office, code=Problem.objects.get().code, answer="已调配", answered_on=cast.today - timedelta(days=5),
        now=timezone.now(),
    )  # fmt: skip
    with pytest.raises(Refused) as refusal:
        correct(cast, talk, cast.member, days_ago=2)
    assert [objection.code for objection in refusal.value.objections] == ["talk_after_answer"]


@pytest.mark.parametrize(
    ("fields", "code"),
    [
        ({"reason": " "}, "reason_required"),
        ({"days_ago": -1}, "talk_in_future"),
        ({"topics": []}, "topics_required"),
    ],
)
def test_what_cannot_be_is_refused_and_nothing_is_written(cast, candidate, fields, code):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    with pytest.raises(Refused) as refusal:
        correct(cast, talk, cast.secretary, **{"days_ago": 5} | fields)
    assert code in [objection.code for objection in refusal.value.objections]
    assert Talk.objects.standing().get() == talk


def test_a_day_agreed_on_that_has_passed_does_not_stand_in_the_way(cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=9, follow_up_on=cast.today + timedelta(days=1))
    Talk.objects.filter(pk=talk.pk).update(follow_up_on=cast.today - timedelta(days=2))
    assert correct(cast, talk, cast.secretary, days_ago=9, follow_up_on=cast.today - timedelta(days=2))


# --- The form


def form_data(talk, **changes):
    return {
        "held_on": talk.held_on, "way": "phone", "topics": ["research"], "outlook": AFTER, "reason": REASON,
        "form_token": uuid4(), "version": talk.pk,
    } | changes  # fmt: skip


def test_the_form_begins_with_what_stands(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5, place="三号台站", needs="住房")
    client.force_login(cast.secretary)
    said = client.get(reverse("talk-correct", args=[talk.code])).text
    assert BEFORE in said and "三号台站" in said and "住房" in said
    answer = client.post(reverse("talk-correct", args=[talk.code]), form_data(talk))
    new = Talk.objects.standing().get()
    assert (answer.status_code, answer.url) == (302, reverse("talk", args=[new.code]))


def test_what_was_typed_is_kept_when_the_form_is_refused(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    client.force_login(cast.secretary)
    answer = client.post(reverse("talk-correct", args=[talk.code]), form_data(talk, reason=""))
    assert answer.status_code == 422
    assert AFTER in answer.text and "请写明更正原因。" in answer.text


def test_a_stale_form_is_shown_the_difference_and_can_be_sent_again(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    client.force_login(cast.secretary)
    meanwhile = correct(cast, talk, cast.secretary, days_ago=5, outlook="别处先改的内容")
    data = form_data(talk)
    answer = client.post(reverse("talk-correct", args=[talk.code]), data)
    assert answer.status_code == 422
    assert "别处先改的内容" in answer.text and AFTER in answer.text
    assert Talk.objects.standing().get() == meanwhile
    assert f'name="version" value="{meanwhile.pk}"' in answer.text
    again = client.post(reverse("talk-correct", args=[talk.code]), data | {"version": meanwhile.pk})
    assert again.status_code == 302
    assert Talk.objects.standing().get().outlook == AFTER
    assert Talk.objects.count() == 3


def test_a_verb_with_an_old_version_is_refused(cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    standing = correct(cast, talk, cast.secretary, days_ago=5)
    with pytest.raises(Stale):
        correct(cast, talk, cast.secretary, days_ago=5, version=talk.pk, outlook="另一处更正")
    assert correct(cast, talk, cast.secretary, days_ago=5, version=talk.pk) == standing  # the very same is made already


def test_two_clicks_are_one_correction(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    client.force_login(cast.secretary)
    data = form_data(talk)
    for _ in range(2):
        assert client.post(reverse("talk-correct", args=[talk.code]), data).status_code == 302
    assert Talk.objects.count() == 2


def test_the_database_allows_one_standing_version(cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    new = correct(cast, talk, cast.secretary, days_ago=5)
    with pytest.raises(IntegrityError), transaction.atomic():
        new.pk, new.code, new.form_token = None, uuid4(), uuid4()
        new.save()


def test_posted_extra_fields_change_nothing(client, cast, candidate):
    talk = speak(cast, candidate, cast.secretary, days_ago=5)
    client.force_login(cast.secretary)
    extra = {"talker": cast.office.person.pk, "recorded_by": cast.office.pk, "candidate": 999, "original": 999}
    client.post(reverse("talk-correct", args=[talk.code]), form_data(talk, **extra))
    new = Talk.objects.standing().get()
    assert (new.talker, new.recorded_by, new.candidate_id) == (cast.secretary.person, cast.secretary, candidate.pk)
