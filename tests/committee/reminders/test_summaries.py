"""The weekly digest of office and committees, the monthly one of members: what they say, and to whom they say nothing."""

from datetime import timedelta
from itertools import islice

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import Digest, DigestItem, DigestKind, DigestState, Problem
from committee.queries.digest_summaries import ACT_WORDS, summary_contents
from committee.rules.reminders import first_workday_of_week, weekly_day_before
from recruitment.calendar import seed_calendar
from recruitment.models import Candidate, DesignatedContact, Due
from recruitment.stages import RoadState
from recruitment.steps import STEPS
from tests.committee.reminders.conftest import at, next_workday, plain_monday

pytestmark = pytest.mark.django_db


@pytest.fixture
def monday(today):
    return plain_monday(today)


@pytest.fixture
def send(smtp):
    def run(day):
        create_due(at(day))
        deliver_due(clock=lambda: at(day))

    return run


def mails(smtp, user, words):
    return [
        delivery.message
        for delivery in smtp.deliveries
        if delivery.recipients == [user.person.email] and words in delivery.message["Subject"]
    ]


def text(message, kind="plain"):
    return message.get_body(preferencelist=(kind,)).get_content()


def test_on_the_first_workday_of_the_week_the_office_reads_what_moved_and_what_is_late_with_whom(
    cast, make_due, monday, smtp, send, settings
):
    late = make_due(monday - timedelta(days=12))
    make_due(monday + timedelta(days=3))
    make_due(monday - timedelta(days=2), unit=cast.ecology, about_unit=True)
    send(monday)
    (message,) = mails(smtp, cast.office, "周报")
    assert "逾期" in message["Subject"]
    for kind in ("plain", "html"):
        words = text(message, kind)
        assert f"{late.candidate.person.name[0]}**" in words
        assert late.candidate.person.name not in words
        assert "周维岳" in words, "with whom it lies"
        assert f"/dues/{late.pk}/" in words
        assert "植物生态" in words
        assert "半年考察 1 项（冰冻圈 1）" in words, "what is ahead"
        assert f"{settings.YINLING_SITE_URL}/dashboard/" in words
    digest = Digest.objects.get(recipient=cast.office, kind=DigestKind.WEEKLY)
    assert digest.state == DigestState.SENT
    assert not DigestItem.objects.filter(digest=digest, is_reminder=True).exists(), "a summary is no reminder"
    # the committee's secretary reads the same, the other committee's office its own branches
    assert mails(smtp, cast.committee_secretary, "周报")
    (other,) = mails(smtp, cast.sub_office, "周报")
    assert "冰冻圈" not in text(other)
    assert not mails(smtp, cast.secretary, "周报")


def weekly_days_after(day):
    """The days of the weekly digests after ``day``, by the calendar that the cast has on file."""
    calendar = seed_calendar()
    while True:
        day += timedelta(days=1)
        if first_workday_of_week(calendar, day) == day:
            yield day


def test_what_moved_is_told_once_also_what_moved_after_the_digest_of_the_day_and_over_holidays(cast, factory):
    factory.candidate(1, until=cast.today - timedelta(days=1))  # recorded today
    moved = {}
    for day in [cast.today, *islice(weekly_days_after(cast.today), 3)]:
        digest = Digest(pk=1, recipient=cast.office, local_date=day, kind=DigestKind.WEEKLY)
        content = summary_contents([digest], day, mask=True)[1]
        moved[day] = [(one.what, one.count, one.units) for one in content.moved]
        assert (content.from_on, content.until_on) == (
            weekly_day_before(seed_calendar(), day), day - timedelta(days=1),
        )  # fmt: skip
    assert [*moved.values()] == [[], [("递交入党申请书", 1, "冰冻圈 1")], [], []]


def test_no_two_acts_are_told_by_the_same_words():
    assert len(set(ACT_WORDS.values())) == len(STEPS)
    assert (ACT_WORDS[17], ACT_WORDS[24]) == ("上级党委审批接收", "上级党委审批转正")


def test_on_other_days_there_is_no_weekly_digest(cast, monday, make_due, send):
    make_due(monday)
    send(monday + timedelta(days=1))
    assert not Digest.objects.filter(kind=DigestKind.WEEKLY).exists()


def test_the_headline_compares_with_the_week_before(cast, make_due, monday):
    for days in (10, 11, 3):
        make_due(monday - timedelta(days=days), opens_on=monday - timedelta(days=40))
    # two were late a week ago already
    Due.objects.update(opened_at=timezone.now() - timedelta(days=30))
    digest = Digest(pk=1, recipient=cast.office, local_date=monday, kind=DigestKind.WEEKLY)
    content = summary_contents([digest], monday, mask=True)[1]
    assert content.headline == "逾期 3 项，较上周增 1 项"


def test_an_advised_day_that_has_passed_is_no_late_act_of_the_week(cast, make_due, monday):
    make_due(monday - timedelta(days=10), is_binding=False)
    make_due(monday + timedelta(days=2), is_binding=False)
    digest = Digest(pk=1, recipient=cast.office, local_date=monday, kind=DigestKind.WEEKLY)
    content = summary_contents([digest], monday, mask=True)[1]
    assert (content.headline, content.overdue, content.soon, content.late) == ("没有逾期事项", 0, 0, ())


def test_members_read_once_a_month_about_their_contacts_and_nothing_of_what_was_said(
    cast, client, make_candidate, smtp, send, settings, today
):
    first = next_workday(today.replace(day=1))
    candidate = make_candidate(unit=cast.desert, last_talk_on=first - timedelta(days=70))
    declined = make_candidate(cast.scientists[5])
    started = {"leader": cast.member.person, "starts_on": first - timedelta(days=99)}
    DesignatedContact.objects.create(candidate=candidate, **started)
    DesignatedContact.objects.create(candidate=declined, **started)
    Candidate.objects.filter(pk=declined.pk).update(state=RoadState.DECLINED)
    Problem.objects.create(
        candidate=candidate,
        raised_on=first,
        summary="实验室用房紧张",
        recorded_by=cast.member,
        recorded_at=timezone.now(),
    )
    send(first)
    (message,) = mails(smtp, cast.member, "月报")
    for kind in ("plain", "html"):
        words = text(message, kind)
        assert f"{candidate.person.name[0]}**" in words
        assert candidate.person.name not in words
        assert f"{declined.person.name[0]}**" not in words
        assert "70 天" in words
        assert "实验室" not in words
        assert f"/candidates/{candidate.code}/talk/" in words
        assert f"{settings.YINLING_SITE_URL}/my-contacts/" in words
    client.force_login(cast.member)
    assert client.get(f"/candidates/{candidate.code}/talk/").status_code == 200
    # who looks after nobody gets no mail
    assert not mails(smtp, cast.other_member, "月报")
    assert Digest.objects.get(recipient=cast.other_member, kind=DigestKind.MONTHLY).state == DigestState.SUPERSEDED


def test_a_weekly_digest_costs_the_same_for_two_recipients_as_for_one(cast, make_due, monday):
    for _ in range(5):
        make_due(monday - timedelta(days=12))
    counts = []
    for users in ([cast.office], [cast.office, cast.office_colleague, cast.committee_secretary, cast.sub_office]):
        digests = [
            Digest(pk=n, recipient=user, local_date=monday, kind=DigestKind.WEEKLY) for n, user in enumerate(users)
        ]
        with CaptureQueriesContext(connection) as queries:
            summary_contents(digests, monday, mask=True)
        counts.append(len(queries))
    assert counts[0] == counts[1]
