"""Random faults for half an hour (CHAOS_MINUTES sets another time): days one after the other, each judged on its own."""

import os
import random
import time
from functools import partial

import pytest

from tests.chaos.site import Site

pytestmark = [pytest.mark.chaos, pytest.mark.postgres]

BRANCHES = 200
FAULTS_A_DAY = 12


def kill_worker(site, rng):
    site.kill(site.workers.pop(rng.randrange(len(site.workers))))
    site.workers.append(rng.choice((site.start_worker, site.start_runworker))())


def kill_beat(site, rng):
    site.kill(site.beats.pop(0))
    time.sleep(rng.random() * 2)
    site.beats.append(site.start_beat())


def empty_redis(site, rng):
    site.redis.kill()
    time.sleep(rng.random() * 3)
    site.redis.start()


def crash_postgres(site, rng):
    site.cluster.crash()


def slow_mail_server(site, rng):
    site.mailhouse.behave(before=rng.random() * 0.2, after=rng.random() * 0.2)


def forgetful_mail_server(site, rng):
    site.mailhouse.behave(**{rng.choice(("drop_after_accepting", "drop_before_accepting")): True})
    time.sleep(rng.random() * 2)
    site.mailhouse.behave()


def suspicious_mail_server(site, rng):
    site.mailhouse.behave(greylist=True)
    time.sleep(rng.random() * 3)
    site.mailhouse.behave()


def deaf_mail_server(site, rng):
    site.mailhouse.behave(silent=True)
    time.sleep(rng.random() * 4)
    site.mailhouse.behave()


def absent_mail_server(site, rng):
    site.mailhouse.kill()
    time.sleep(rng.random() * 4)
    site.mailhouse.start()


FAULTS = (
    kill_worker,
    kill_worker,
    kill_worker,
    kill_beat,
    empty_redis,
    crash_postgres,
    slow_mail_server,
    forgetful_mail_server,
    suspicious_mail_server,
    deaf_mail_server,
    absent_mail_server,
)


def all_sent_without_pauses(site, states):
    """True when everybody's digest was sent. What was refused is tried again after up to half an hour, also what a busy
    machine refused after the last fault by answering too late; the day does not wait for that."""
    site.rows("UPDATE committee_digest SET not_before_at = now() WHERE state = 'due' AND not_before_at > now()")
    return set(states) == {"sent"} and sum(states.values()) >= BRANCHES


def test_half_an_hour_of_random_faults(cluster, tmp_path):
    seed = int(os.environ.get("CHAOS_SEED", random.randrange(10**6)))
    until = time.monotonic() + float(os.environ.get("CHAOS_MINUTES", "30")) * 60
    rng = random.Random(seed)
    day = repeats = 0
    while time.monotonic() < until or day == 0:
        day += 1
        happened = []
        with Site(cluster, tmp_path / f"day{day}", BRANCHES) as site:
            site.mailhouse.behave(before=0.02, after=0.02)
            site.workers = [site.start_worker() for _ in range(3)]
            site.beats = [site.start_beat() for _ in range(2)]
            try:
                for _ in range(FAULTS_A_DAY):
                    time.sleep(rng.random() * 3)
                    fault = rng.choice(FAULTS)
                    happened.append(fault.__name__)
                    fault(site, rng)
                site.mailhouse.behave()
                site.wait_until(partial(all_sent_without_pauses, site), 480)
                repeats += site.judge()
            except Exception as failure:
                raise AssertionError(f"seed {seed}, day {day}, after {happened}: {failure}") from failure
    print(  # noqa: T201
        f"\nseed {seed}: {day} days of {BRANCHES} digests, {repeats} repeats, all with their first Message-ID and bytes"
    )
