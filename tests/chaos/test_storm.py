"""F2, F4, F6, F12: whole processes killed while digests are on their way."""

import random
import shutil
import time

import pytest

from tests.chaos.site import Cluster, Site, shortly
from tests.services import server_folder

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

FEW, MANY = 80, 300
# so slow a mail server that there is something to kill in the middle of
SLOW = {"before": 0.02, "after": 0.02}


@pytest.fixture(scope="module")
def cluster():
    folder = server_folder()
    cluster = Cluster(folder)
    yield cluster
    cluster.server.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def site(cluster, tmp_path, request):
    with Site(cluster, tmp_path / "site", getattr(request, "param", FEW)) as site:
        site.mailhouse.behave(**SLOW)
        yield site


@pytest.mark.parametrize("site", [MANY], indirect=True)
def test_twenty_workers_killed_and_two_beats_and_everybody_gets_one_digest(site):
    workers = [site.start_worker() for _ in range(4)]
    beats = [site.start_beat() for _ in range(2)]
    site.wait_until(lambda states: states.get("sent", 0) >= 1, 60)
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
    site.wait_until(lambda states: states.get("sent", 0) >= 10, 60)
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
    for sent in (10, 30, 60):
        site.wait_until(lambda states, sent=sent: states.get("sent", 0) >= sent, 60)
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


def test_without_any_broker_runworker_does_it_all_and_may_be_killed_too(site):
    site.redis.kill()
    workers = [site.start_runworker() for _ in range(3)]
    site.wait_until(lambda states: states.get("sent", 0) >= 1, 60)
    for _ in range(4):
        shortly(1)
        site.kill(workers.pop(0))
        workers.append(site.start_runworker())
    site.wait_until_sent()
    assert site.judge() <= 4
