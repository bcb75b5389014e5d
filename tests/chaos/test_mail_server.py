"""F10: the mail server refuses, hangs, drops, delays; F9: a mail that kills its worker. Others are never held up."""

import os
import signal
import smtplib
import socket
import subprocess
import sys
import time
from datetime import timedelta

import pytest

from committee.actions import digests as verbs
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.models import Digest, DigestKind, DigestState
from tests.chaos.conftest import copies_of, deliver_until_done
from tests.chaos.mailhouse import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.fixture
def digests(cast, make_due, create_now, site, monkeypatch):
    """Digests for the glacier branch and the desert, ready to go; a pause after a refusal is a second here."""
    monkeypatch.setattr(verbs, "FIRST_PAUSE", timedelta(seconds=1))
    monkeypatch.setattr(verbs, "LONGEST_PAUSE", timedelta(seconds=1))
    make_due(cast.today + timedelta(days=1))
    make_due(cast.today + timedelta(days=1), unit=cast.desert, about_unit=True)
    create_now()
    return {
        "glacier": Digest.objects.get(recipient=cast.secretary, kind=DigestKind.DAILY),
        "desert": Digest.objects.get(recipient=cast.neighbour_secretary, kind=DigestKind.DAILY),
    }


def state_of(digest):
    digest.refresh_from_db()
    return digest.state


def test_a_server_that_refuses_connections_costs_a_pause_and_no_digest(digests, mailhouse):
    mailhouse.kill()
    counts = deliver_due()
    assert counts["unreachable"] == 1, "one try is enough for all"
    assert all(state_of(digest) == DigestState.DUE for digest in digests.values())
    assert digests["glacier"].reply.startswith("ConnectionRefusedError")
    with mailhouse:
        deliver_until_done()
    assert all(len(copies_of(mailhouse, digest)) == 1 for digest in digests.values())


def test_the_final_dot_does_not_wait_until_the_mail_is_confirmed(digests, mailhouse, monkeypatch):
    """By the option and not by the clock: held back, it cost 40 ms a mail, which was two thirds of all."""
    held_back = []
    original = smtplib.SMTP.send

    def send(self, data):
        if data == b".\r\n":
            held_back.append(not self.sock.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY))
        original(self, data)

    monkeypatch.setattr(smtplib.SMTP, "send", send)
    assert deliver_due()["sent"] >= 2
    assert held_back
    assert not any(held_back)


def test_a_server_that_never_answers_is_given_up_after_the_time_limit(digests, mailhouse, settings):
    settings.EMAIL_TIMEOUT = 1
    mailhouse.behave(silent=True)
    began = time.monotonic()
    assert deliver_due()["unreachable"] == 1
    assert time.monotonic() - began < 4
    assert all(state_of(digest) == DigestState.DUE for digest in digests.values())


def test_a_mail_refused_for_good_fails_visibly_and_holds_nobody_up(digests, mailhouse, cast):
    mailhouse.behave(unknown=[cast.secretary.person.email])
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert digests["glacier"].reply.startswith("550 no such mailbox")
    assert state_of(digests["desert"]) == DigestState.SENT


def test_a_greylisting_server_gets_the_same_mail_once_more(digests, mailhouse):
    mailhouse.behave(greylist=True)
    assert deliver_due()["put back"] >= 2
    assert not mailhouse.accepted
    deliver_until_done()
    assert all(len(copies_of(mailhouse, digest)) == 1 for digest in digests.values())


def test_a_mail_rejected_after_its_last_byte_fails_and_the_next_one_goes(digests, mailhouse, cast):
    mailhouse.behave(reject=True, only=cast.secretary.person.email)
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert digests["glacier"].reply.startswith("554")
    assert state_of(digests["desert"]) == DigestState.SENT


@pytest.mark.parametrize("accepted", [True, False])
def test_a_connection_dropped_after_the_final_dot_leaves_it_uncertain_and_repeats_the_same_mail(
    digests, mailhouse, cast, accepted
):
    how = "drop_after_accepting" if accepted else "drop_before_accepting"
    mailhouse.behave(only=cast.secretary.person.email, **{how: True})
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.UNCERTAIN
    assert state_of(digests["desert"]) == DigestState.SENT, "the next mail gets a new connection"
    mailhouse.behave()
    deliver_until_done()
    copies = copies_of(mailhouse, digests["glacier"])
    assert len(copies) == (2 if accepted else 1)
    assert len({mail.digest for mail in copies}) == 1


def test_an_answer_later_than_the_time_limit_leaves_it_uncertain(digests, mailhouse, settings, cast):
    settings.EMAIL_TIMEOUT = 1
    mailhouse.behave(after=3, only=cast.secretary.person.email)
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.UNCERTAIN


def test_an_uncertain_mail_is_not_repeated_where_the_office_does_not_want_it(digests, mailhouse, settings, cast):
    settings.YINLING_RESEND_UNCERTAIN_SECONDS = 0
    mailhouse.behave(drop_after_accepting=True, only=cast.secretary.person.email)
    deliver_due()
    mailhouse.behave()
    for _ in range(3):
        time.sleep(0.5)
        deliver_due()
    assert state_of(digests["glacier"]) == DigestState.UNCERTAIN
    assert len(copies_of(mailhouse, digests["glacier"])) == 1


def test_a_server_that_closes_in_the_middle_of_a_batch_is_taken_up_again(digests, mailhouse):
    mailhouse.behave(shut_down_at=2)
    deliver_due()
    assert len(mailhouse.accepted) == 1
    deliver_until_done()
    assert all(len(copies_of(mailhouse, digest)) == 1 for digest in digests.values())


def test_encryption_that_the_server_does_not_offer_is_no_reason_to_send_in_the_clear(digests, mailhouse, settings):
    settings.EMAIL_USE_TLS = True
    assert deliver_due()["unreachable"] == 1
    assert not mailhouse.accepted


def test_what_waited_until_midnight_is_told_by_the_next_days_digest(digests, mailhouse, cast, settings):
    mailhouse.kill()
    deliver_due()
    tomorrow = database_now() + timedelta(days=1)
    verbs.recover(now=tomorrow, resend_after=None)
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert digests["glacier"].reply.startswith("ConnectionRefused")


def test_a_recipient_with_a_broken_address_stops_nobody(digests, mailhouse, cast):
    cast.secretary.person.email = "not an address\r\nBcc: everybody"
    cast.secretary.person.save()
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert "邮件无法生成" in digests["glacier"].reply
    assert state_of(digests["desert"]) == DigestState.SENT


def test_a_mail_whose_template_fails_stops_nobody(digests, mailhouse, cast, monkeypatch):
    from committee.delivery import rounds

    write = rounds.raw_of

    def broken(digest, content):
        if digest.recipient_id == cast.secretary.pk:
            raise ValueError("the template trips over this one")
        return write(digest, content)

    monkeypatch.setattr(rounds, "raw_of", broken)
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert "the template trips over this one" in digests["glacier"].reply
    assert state_of(digests["desert"]) == DigestState.SENT


def test_a_due_that_cannot_be_written_about_stops_only_its_own_digest(digests, mailhouse, cast, monkeypatch):
    from committee.delivery import rounds

    write = rounds.daily_contents

    def broken(batch, today, *, mask):
        if any(digest.recipient_id == cast.secretary.pk for digest in batch):
            raise TypeError("the name is missing")
        return write(batch, today, mask=mask)

    monkeypatch.setattr(rounds, "daily_contents", broken)
    deliver_due()
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert state_of(digests["desert"]) == DigestState.SENT


LETHAL = """
import os, signal, django
django.setup()
from committee.delivery import rounds
write = rounds.raw_of
def lethal(digest, content):
    if digest.recipient.username == "secretary":
        os.kill(os.getpid(), signal.SIGKILL)
    return write(digest, content)
rounds.raw_of = lethal
rounds.deliver_due()
"""


def test_a_mail_that_kills_its_worker_is_isolated_and_given_up(digests, mailhouse, site):
    deaths = 0
    environment = site | {"DJANGO_SETTINGS_MODULE": "config.settings"}
    deadline = time.monotonic() + 300
    while Digest.objects.unfinished().exists():
        assert time.monotonic() < deadline, list(Digest.objects.values("state", "attempt", "lost_claims"))
        ended = subprocess.run([sys.executable, "-c", LETHAL], cwd=ROOT, env=os.environ | environment, check=False)
        deaths += ended.returncode == -signal.SIGKILL
        time.sleep(1.1)
    assert state_of(digests["glacier"]) == DigestState.FAILED
    assert digests["glacier"].lost_claims == verbs.POISON
    assert state_of(digests["desert"]) == DigestState.SENT
    assert len(copies_of(mailhouse, digests["desert"])) == 1
    assert deaths <= verbs.POISON + 1
