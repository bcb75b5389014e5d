"""Emergency access: a reason, a second person, a day, and everybody who sees the person sees it."""

from datetime import timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from committee.actions.talks import record_talk
from committee.models import Talk
from recruitment.actions.declines import decline
from recruitment.actions.emergencies import ask_emergency_access, decide_emergency_access, end_emergency_access
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import AccessEntry, Candidate, EmergencyAccess, LedgerEntry
from recruitment.scope import scope_of

REASON = "本人突发疾病，须了解近期谈话中提到的困难"
TEXT = "野外台站的发电机"


@pytest.fixture
def talk(cast, factory):
    """A talk that its writer, the branch's secretary, kept within the working circle."""
    candidate = factory.candidate(3)
    return record_talk(
        by=cast.secretary,
        code=candidate.code,
        held_on=cast.today,
        way="meeting",
        topics=["research"],
        outlook=TEXT,
        now=timezone.now(),
    )


@pytest.fixture
def asked(cast, talk):
    return ask_emergency_access(by=cast.office, code=talk.candidate.code, reason=REASON, now=timezone.now())


def opened(cast, asked, by=None):
    return decide_emergency_access(by=by or cast.security_administrator, pk=asked.pk, approve=True, now=timezone.now())


def may_read(user, talk):
    """As the next request would answer, with nothing remembered."""
    fresh = User.objects.select_related("person").get(pk=user.pk)
    return Talk.objects.readable_by(fresh, timezone.localdate()).filter(pk=talk.pk).exists()


def test_asking_opens_nothing(cast, talk, asked):
    assert not may_read(cast.office, talk)


def test_opened_by_another_person_the_one_who_asked_may_read_and_nobody_else_more_than_before(cast, talk, asked):
    before = {name for name, user in cast.users.items() if may_read(user, talk)}
    opened(cast, asked)
    after = {name for name, user in cast.users.items() if may_read(user, talk)}
    assert after - before == {"office"}


@pytest.mark.parametrize("by", ["security_administrator", "office_colleague"])
def test_the_security_administrator_or_a_colleague_may_open(cast, talk, asked, by):
    opened(cast, asked, by=getattr(cast, by))
    assert may_read(cast.office, talk)
    assert AccessEntry.objects.get(action="emergency").what == f"由{getattr(cast, by).display_name}核准"


def test_who_opens_reads_nothing_by_that(cast, talk, asked):
    opened(cast, asked)
    assert not may_read(cast.security_administrator, talk)


@pytest.mark.parametrize("by", ["secretary", "auditor", "system_administrator", "sub_office", "member", "stranger"])
def test_for_others_the_question_does_not_exist(cast, talk, asked, by):
    with pytest.raises(EmergencyAccess.DoesNotExist):
        opened(cast, asked, by=getattr(cast, by))


def test_who_asks_does_not_open(cast, talk, asked):
    with pytest.raises(Refused, match="提出人不能核准"):
        opened(cast, asked, by=cast.office)
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.filter(pk=asked.pk).update(
            decided_by=cast.office, decided_at=timezone.now(), was_approved=True
        )


def test_the_database_opens_nothing_without_somebody_who_opened_it(talk, asked):
    with pytest.raises(IntegrityError), transaction.atomic():
        EmergencyAccess.objects.filter(pk=asked.pk).update(was_approved=True)


@pytest.mark.parametrize(("by", "error"), [("secretary", NotYours), ("sub_office", Candidate.DoesNotExist)])
def test_only_the_office_over_the_person_asks(cast, talk, by, error):
    with pytest.raises(error):
        ask_emergency_access(by=getattr(cast, by), code=talk.candidate.code, reason=REASON, now=timezone.now())


@pytest.mark.parametrize("reason", ["", "   ", "紧急"])
def test_a_reason_is_written_in_words(cast, talk, reason):
    with pytest.raises(Refused, match="紧急事由"):
        ask_emergency_access(by=cast.office, code=talk.candidate.code, reason=reason, now=timezone.now())


def test_it_is_over_after_a_day_to_the_second(cast, talk, asked):
    opened_at = opened(cast, asked).decided_at
    with time_machine.travel(opened_at + timedelta(hours=23, minutes=59, seconds=59), tick=False):
        assert may_read(cast.office, talk)
    with time_machine.travel(opened_at + timedelta(hours=24), tick=False):
        assert not may_read(cast.office, talk)


def test_a_question_of_yesterday_is_not_opened(cast, talk, asked):
    with time_machine.travel(asked.asked_at + timedelta(hours=24, seconds=1)), pytest.raises(Refused, match="超过一天"):
        opened(cast, asked)


def test_it_is_ended_before_its_day_by_either_side(cast, talk, asked):
    opened(cast, asked)
    end_emergency_access(by=cast.office, pk=asked.pk, now=timezone.now())
    assert not may_read(cast.office, talk)
    with pytest.raises(Refused):
        end_emergency_access(by=cast.security_administrator, pk=asked.pk, now=timezone.now())


def test_turned_down_it_opens_nothing(cast, talk, asked):
    decide_emergency_access(by=cast.security_administrator, pk=asked.pk, approve=False, now=timezone.now())
    assert not may_read(cast.office, talk)


def test_a_no_of_the_person_ends_it_as_everything(cast, talk, asked, factory):
    opened(cast, asked)
    decline(by=cast.secretary, code=talk.candidate.code, now=timezone.now())
    assert not may_read(cast.office, talk)


def test_a_post_that_ends_takes_it_along(cast, talk, asked):
    opened(cast, asked)
    cast.office.person.postings.update(ends_on=cast.today)
    assert not may_read(cast.office, talk)


def test_it_stands_in_the_ledger_without_its_words_and_in_the_access_log_with_them(cast, talk, asked):
    opened(cast, asked)
    entry = LedgerEntry.objects.get(candidate=talk.candidate, action="emergency_opened")
    assert REASON not in bytes(entry.payload).decode()
    look = AccessEntry.objects.get(action="emergency")
    assert (look.user, look.candidate) == (cast.office, talk.candidate)
    assert REASON not in look.what + look.reason  # the log cannot be erased, what was written about a person can


def test_everybody_who_sees_the_person_sees_that_it_was_opened_and_by_whom(cast, talk, asked, client):
    page = reverse("candidate", args=[talk.candidate.code])
    client.force_login(cast.secretary)
    assert REASON not in client.get(page).content.decode()
    opened(cast, asked)
    shown = client.get(page).content.decode()
    for words in (REASON, cast.office.display_name, cast.security_administrator.display_name):
        assert words in shown
    with time_machine.travel(timezone.now() + timedelta(days=100)):
        client.force_login(cast.secretary)
        assert REASON in client.get(page).content.decode(), "and for good"


def test_the_whole_way_through_the_pages(cast, talk, client):
    code = talk.candidate.code
    client.force_login(cast.office)
    assert reverse("emergency-ask", args=[code]) in client.get(reverse("candidate", args=[code])).content.decode()
    assert client.post(reverse("emergency-ask", args=[code]), {"reason": "急"}).status_code == 422
    assert client.post(reverse("emergency-ask", args=[code]), {"reason": REASON}).status_code == 302
    asked = EmergencyAccess.objects.get()
    assert TEXT not in client.get(reverse("talk", args=[talk.code])).content.decode()
    client.force_login(cast.security_administrator)
    page = client.get(reverse("grants")).content.decode()
    assert REASON in page
    assert talk.candidate.person.name not in page, "the security administrator opens and does not learn whom"
    assert client.post(reverse("emergency-decide", args=[asked.pk]), {"approve": "1"}).status_code == 302
    client.force_login(cast.office)
    assert TEXT in client.get(reverse("talk", args=[talk.code])).content.decode()
    client.force_login(cast.secretary)
    assert cast.office.display_name in client.get(reverse("talk", args=[talk.code])).content.decode(), (
        "the writer sees who read"
    )


@pytest.mark.parametrize("data", [{}, {"approve": ""}, {"approve": "true"}])
def test_what_says_neither_yes_nor_no_decides_nothing(cast, asked, client, data):
    client.force_login(cast.security_administrator)
    answer = client.post(reverse("emergency-decide", args=[asked.pk]), data, follow=True)
    assert "没有选择核准或退回，未作决定" in answer.text
    assert EmergencyAccess.objects.get().decided_at is None


@pytest.mark.parametrize(
    ("who", "status"), [("secretary", 403), ("stranger", 404), ("auditor", 404), ("sub_office", 404)]
)
def test_the_page_for_asking_is_the_offices(cast, talk, client, who, status):
    client.force_login(getattr(cast, who))
    assert client.get(reverse("emergency-ask", args=[talk.candidate.code])).status_code == status


def test_a_scope_is_still_resolved_in_two_queries(cast, talk, asked, django_assert_num_queries):
    opened(cast, asked)
    user = User.objects.select_related("person").get(pk=cast.office.pk)
    with django_assert_num_queries(2):
        assert scope_of(user).opened_ids == {talk.candidate_id}
