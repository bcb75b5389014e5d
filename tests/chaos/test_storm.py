"""F2, F4, F6, F12: whole processes killed while digests are on their way."""

import random
import time
from datetime import timedelta

import pytest
from django.utils import timezone

from tests.chaos.site import shortly

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

MANY = 300


@pytest.fixture
def site(whole_site):
    return whole_site


@pytest.mark.parametrize("whole_site", [MANY], indirect=True)
def test_twenty_workers_killed_and_two_beats_and_everybody_gets_one_digest(site):
    workers = [site.start_worker() for _ in range(4)]
    beats = [site.start_beat() for _ in range(2)]
    site.wait_until(lambda states: states.get("sent", 0) >= 1, 180)
    for kill in range(20):
        shortly(0.8)
        victim = workers.pop(random.randrange(len(workers)))
        site.kill(victim)
        workers.append(site.start_worker())
        if kill % 7 == 3:
            site.kill(beats.pop(0))
            beats.append(site.start_beat())
    site.wait_until_sent()
    repeats = site.judge()
    assert repeats <= 20, "a kill can leave at most the one mail in transmission in doubt"


def test_redis_killed_and_started_again_empty_changes_nothing(site):
    for _ in range(2):
        site.start_worker()
    site.start_beat()
    site.wait_until(lambda states: states.get("sent", 0) >= 10, 180)
    for _ in range(2):
        site.redis.kill()
        shortly(2)
        site.redis.start()
        shortly(2)
    site.wait_until_sent()
    assert site.judge() == 0


def test_postgres_crashing_in_the_middle_loses_nothing(site, cluster):
    for _ in range(2):
        site.start_worker()
    site.start_beat()
    for sent in (10, 25, 40):
        site.wait_until(lambda states, sent=sent: states.get("sent", 0) >= sent, 180)
        cluster.crash()
    site.wait_until_sent()
    assert site.judge() <= 3 * 2


def test_without_beat_nothing_happens_and_when_it_comes_everything_does(site):
    site.start_worker()
    time.sleep(5)
    assert site.states() == {}
    site.start_beat()
    site.wait_until_sent()
    assert site.judge() == 0


THREE_DAYS_AGO = """
import datetime, django
django.setup()
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
def then():
    return database_now() - datetime.timedelta(days=3)
create_due(then(), anyway=True)
deliver_due(clock=then)
"""


def test_beat_down_for_three_days_leaves_one_digest_today_and_none_for_the_days_between(site):
    site.cluster.run("-c", THREE_DAYS_AGO, database=site.database, **site.mailhouse.environment)
    today = timezone.localdate()
    before = len(site.mailhouse.accepted)
    assert before, "some were told three days ago"
    site.start_worker()
    site.start_beat()
    site.wait_until_sent(site.branches + before)
    assert site.judge(day=today) == 0
    assert len(site.mailhouse.accepted) == before + site.branches
    days = site.rows("SELECT DISTINCT local_date FROM committee_digest ORDER BY 1")
    assert days == [(today - timedelta(days=3),), (today,)]


def test_without_any_broker_runworker_does_it_all_and_may_be_killed_too(site):
    site.redis.kill()
    workers = [site.start_runworker() for _ in range(3)]
    site.wait_until(lambda states: states.get("sent", 0) >= 1, 180)
    for _ in range(4):
        shortly(1)
        site.kill(workers.pop(0))
        workers.append(site.start_runworker())
    site.wait_until_sent()
    assert site.judge() <= 4
