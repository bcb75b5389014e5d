"""F3, F11, F18: many at once, clocks that are wrong, a person's no while their mail is on its way."""

import os
import random
import subprocess
import sys
import threading
import time
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from branches.models import Posting
from branches.offices import Office
from committee.actions import digests as verbs
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.models import Digest, DigestKind, DigestRun, DigestState
from recruitment.actions.declines import decline
from recruitment.models import Due
from tests.chaos.conftest import copies_of, deliver_until_done
from tests.chaos.mailhouse import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


def at_once(*works):
    """Run the works in threads that start together; the first exception of any is raised."""
    gate = threading.Barrier(len(works))
    failures = []

    def run(work):
        try:
            gate.wait()
            work()
        except Exception as failure:
            failures.append(failure)
        finally:
            connection.close()

    threads = [threading.Thread(target=run, args=(work,)) for work in works]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    if failures:
        raise failures[0]


def test_five_schedulers_at_once_make_one_digest_a_person(cast, make_due, create_now, site):
    make_due(cast.today + timedelta(days=1))
    make_due(cast.today + timedelta(days=1), unit=cast.desert, about_unit=True)
    for _ in range(3):
        at_once(*[create_now] * 5)
    digests = list(Digest.objects.values_list("recipient", "local_date", "kind"))
    assert len(digests) == len(set(digests)) >= 2
    assert DigestRun.objects.count() == 1
    assert DigestRun.objects.get().digest_count == len(digests)


def test_eight_senders_at_once_send_each_digest_once(cast, make_due, create_now, site, mailhouse):
    mailhouse.behave(before=0.01)
    for unit in (cast.glacier, cast.desert, cast.ecology):
        make_due(cast.today - timedelta(days=1), unit=unit, about_unit=True)
    make_due(cast.today - timedelta(days=1))
    create_now()
    created = Digest.objects.count()
    assert created >= 3, "how many are told on top of the secretaries hangs on the day of the week"
    at_once(*[lambda: deliver_due(batch=1)] * 8)
    deliver_until_done()
    assert Digest.objects.filter(state=DigestState.SENT).count() == created
    for digest in Digest.objects.filter(state=DigestState.SENT):
        assert len(copies_of(mailhouse, digest)) == 1


WRONG_CLOCK = """
import datetime, sys, django, time_machine
django.setup()
from django.utils import timezone
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
with time_machine.travel(datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=float(sys.argv[1])), tick=True):
    create_due(database_now(), anyway=True)
    deliver_due()
"""


@pytest.mark.parametrize("hours", [2, -2, 25])
@pytest.mark.parametrize("zone", ["Asia/Shanghai", "Europe/Berlin"])
def test_a_worker_with_a_wrong_clock_takes_nothing_away_and_sends_nothing_twice(
    cast, make_due, create_now, site, mailhouse, hours, zone
):
    make_due(cast.today + timedelta(days=1))
    create_now()
    # somebody holds the digest of the secretary by a lease that the wrong clock might think is over
    held = verbs.claim(now=database_now(), limit=1, lease=timedelta(minutes=3))[0]
    environment = os.environ | site | {"TZ": zone, "DJANGO_SETTINGS_MODULE": "config.settings"}
    subprocess.run([sys.executable, "-c", WRONG_CLOCK, str(hours)], cwd=ROOT, env=environment, check=True)
    assert set(Digest.objects.values_list("local_date", flat=True)) == {cast.today}
    held.refresh_from_db()
    assert (held.state, held.attempt) == (DigestState.CLAIMED, 1)
    verbs.put_back(held, reply="", now=database_now(), pause=timedelta(0))
    deliver_until_done()
    assert len(copies_of(mailhouse, held)) == 1


def test_a_sender_given_up_for_dead_cannot_overwrite_its_successors_work(cast, make_due, create_now, site, mailhouse):
    make_due(cast.today + timedelta(days=1))
    create_now()
    late = verbs.claim(now=database_now(), limit=50, lease=timedelta(0))
    time.sleep(0.05)
    deliver_until_done()
    for digest in late:
        assert not verbs.record_sent(digest, reply="250 from the dead", now=database_now())
        assert not verbs.put_back(digest, reply="from the dead", now=database_now())
        assert not verbs.fail(digest, reply="from the dead")
    assert {digest.state for digest in Digest.objects.all()} <= {DigestState.SENT, DigestState.SUPERSEDED}


def test_a_no_said_while_mails_are_on_their_way_stops_every_mail_that_has_not_left(
    cast, factory, create_now, site, mailhouse, monkeypatch
):
    """F18: whatever the moment, no mail that names the person gets leave to go after the no was committed."""
    from committee.delivery import rounds

    leave = {}
    mark = verbs.mark_transmitting

    def marked(digest, **arguments):
        if gone := mark(digest, **arguments):
            leave[digest.pk] = time.monotonic()
        return gone

    monkeypatch.setattr(rounds.verbs, "mark_transmitting", marked)
    told_before = told_after = 0
    for turn in range(25):
        Digest.objects.all().delete()
        DigestRun.objects.all().delete()
        leave.clear()
        candidate = factory.candidate(1, days_ago=32)
        create_now()
        # Now the one, now the other is late, so that on a slow machine too each of them wins.
        waits, sender_waits = (random.random() * 0.6, 0)[:: 1 if turn % 2 else -1]
        said = []

        def sends(sender_waits=sender_waits):
            time.sleep(sender_waits)
            deliver_due(batch=50)

        def says_no(candidate=candidate, waits=waits, said=said):
            time.sleep(waits)
            decline(by=cast.secretary, code=candidate.code, now=timezone.now())
            said.append(time.monotonic())

        at_once(sends, says_no)
        mask = f"{candidate.person.name[0]}**"
        due_ids = list(Due.objects.filter(candidate=candidate).values_list("pk", flat=True))
        for digest in Digest.objects.filter(state=DigestState.SENT):
            (mail,) = copies_of(mailhouse, digest)[-1:]
            if any(f"/dues/{due_id}/" in mail.text for due_id in due_ids):
                told_before += 1
                assert mask in mail.text
                assert leave[digest.pk] <= said[0], f"turn {turn}: a mail left after the no"
            else:
                told_after += 1
        deliver_until_done()
    assert told_before, "the race must go both ways to prove anything"
    assert told_after or Digest.objects.filter(state=DigestState.SUPERSEDED).exists()


def test_a_post_that_ends_while_mails_are_written_gets_none(cast, make_due, create_now, site, mailhouse, monkeypatch):
    """F19: reach is asked anew when only the final dot is missing."""
    from committee.delivery import rounds

    make_due(cast.today + timedelta(days=1))
    create_now()
    write = rounds.raw_of

    def slow(digest, content):
        if digest.recipient_id == cast.secretary.pk:
            Posting.objects.filter(person=cast.secretary.person, office=Office.SECRETARY).update(ends_on=cast.today)
        return write(digest, content)

    monkeypatch.setattr(rounds, "raw_of", slow)
    deliver_until_done()
    digest = Digest.objects.get(recipient=cast.secretary, kind=DigestKind.DAILY)
    assert digest.state == DigestState.SUPERSEDED
    assert not copies_of(mailhouse, digest)
