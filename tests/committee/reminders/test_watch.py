"""The dead man's switch: at ten o'clock silence is noticed, told once, by a second path."""

from datetime import timedelta

import pytest
from django.core import mail

from branches.models import Workday
from committee.actions.bounces import record_bounce
from committee.delivery.bounces import read_bounce
from committee.delivery.schedule import create_due
from committee.delivery.watch import beat, health, watch
from committee.models import DeliveryAlarm, Digest, DigestState, Notice
from tests.committee.reminders.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def memory(settings):
    settings.EMAIL_BACKEND = "django.core.mail.backends.locmem.EmailBackend"
    settings.YINLING_ALARM_ADDRESSES = ["it@institute.test"]


def test_at_ten_a_day_without_digests_raises_the_alarm_once(cast, today):
    assert watch(at(today, 9, 59)) == ""
    assert watch(at(today, 10)) == "今天的提醒邮件没有生成"
    assert watch(at(today, 10, 1)) == ""
    assert DeliveryAlarm.objects.count() == 1
    addresses = {message.to[0] for message in mail.outbox}
    assert "it@institute.test" in addresses
    assert cast.system_administrator.person.email in addresses
    assert Notice.objects.filter(kind="alarm", recipient=cast.office).exists()


def test_the_alarm_leads_only_those_to_the_board_who_may_see_it(cast, today, client):
    watch(at(today, 10))
    for user in (cast.office, cast.system_administrator):
        client.force_login(user)
        notice = Notice.objects.get(kind="alarm", recipient=user)
        page = client.post(f"/notices/{notice.pk}/", follow=True)
        assert page.status_code == 200
        assert page.redirect_chain[-1][0] == ("/reminders/" if user == cast.office else "/notices/")


def test_what_hangs_at_ten_raises_the_alarm_and_what_ended_does_not(cast, today, make_due):
    make_due(today)
    create_due(at(today, 8))
    count = Digest.objects.count()
    assert watch(at(today, 10)) == f"今天应发 {count} 份，还有 {count} 份没有结果"
    DeliveryAlarm.objects.all().delete()
    Digest.objects.update(state=DigestState.SENT)
    Digest.objects.filter(recipient=cast.secretary).update(state=DigestState.FAILED)
    assert watch(at(today, 10, 5)) == ""
    Digest.objects.filter(recipient=cast.secretary).update(state=DigestState.UNCERTAIN)
    assert "1 份是否送达不明" in watch(at(today, 10, 10))


def test_on_a_day_off_silence_is_right(cast, today):
    Workday.objects.create(day=today, kind="off", source="test")
    assert watch(at(today, 11)) == ""


def test_an_alarm_whose_mail_fails_is_still_on_the_board(cast, today, settings, client):
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT = "127.0.0.1", 1
    assert watch(at(today, 10))
    client.force_login(cast.office)
    assert "今天的提醒邮件没有生成" in client.get("/reminders/").content.decode()


def test_a_heart_that_stopped_is_seen_by_a_monitor_and_on_the_board(cast, client):
    # The pages below read the clock, so the last tick lies before it, whatever day of the week it is.
    now = at(cast.today - timedelta(days=1), 7)
    assert health(now) == "后台任务还没有运行过"
    beat("tick", now=now)
    assert health(now + timedelta(minutes=9)) == ""
    assert "07:00 起没有运行" in health(now + timedelta(minutes=11))
    assert client.get("/healthz/reminders/").status_code == 503
    client.force_login(cast.office)
    assert "提醒没有正常运行" in client.get("/reminders/").content.decode()


BOUNCE = """From: MAILER-DAEMON@relay.test
To: yinling@institute.test
Subject: Undelivered Mail Returned to Sender
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="b"

--b
Content-Type: text/plain

sorry
--b
Content-Type: message/delivery-status

Reporting-MTA: dns; relay.test

Final-Recipient: rfc822; s@institute.test
Action: {action}
Status: 5.2.2
Diagnostic-Code: smtp; 552 mailbox full

--b
Content-Type: text/rfc822-headers

Message-ID: {message_id}
Subject: x
--b--
"""


def test_a_bounce_finds_its_digest(cast, today, make_due, client):
    make_due(today)
    create_due(at(today, 8))
    digest = Digest.objects.get(recipient=cast.secretary, kind="daily")
    raw = BOUNCE.format(message_id=digest.message_id, action="failed").replace("\n", "\r\n").encode()
    ids, reason = read_bounce(raw)
    assert (ids, reason) == ((digest.message_id,), "smtp; 552 mailbox full")
    assert record_bounce(message_ids=ids, reason=reason, now=at(today, 9)) == digest
    client.force_login(cast.office)
    assert "552 mailbox full" in client.get("/reminders/digests/?state=bounced").content.decode()


def test_a_delay_an_answer_and_a_stranger_are_no_bounces(cast, today):
    message_id = "<d." + "a" * 40 + "@x.test>"
    assert read_bounce(BOUNCE.format(message_id=message_id, action="delayed").encode()) == ((), "")
    answer = f"From: s@institute.test\nSubject: Re: 提醒\nIn-Reply-To: {message_id}\n\n收到".encode()
    assert read_bounce(answer) == ((), "")
    assert read_bounce(b"\xff\xfe nonsense") == ((), "")
    assert record_bounce(message_ids=(message_id,), reason="", now=at(today)) is None
