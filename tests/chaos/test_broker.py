"""F7, F8: a broker that is slow, deaf, gone or full. Nobody who saves waits for it, and one that forgets is refused."""

import json
import re
import threading
import time
from datetime import timedelta

import pytest
import redis
import requests
from django.utils import timezone

from config.cache import CourtesyRedisCache
from tests.chaos.proxy import HOLE, MOODS, PASS, REFUSE, SLOW, SLOW_SECONDS, ChaosProxy

pytestmark = [pytest.mark.slow, pytest.mark.postgres]

USERS = 50
TOKEN = re.compile(r'name="csrfmiddlewaretoken" value="([^"]+)"')


@pytest.fixture
def site(whole_site):
    return whole_site


@pytest.fixture
def proxy(site):
    with ChaosProxy(site.redis.port) as proxy:
        yield proxy


def through(proxy, site):
    return site.redis.url.replace(f":{site.redis.port}/", f":{proxy.port}/")


@pytest.fixture
def secretaries(site, proxy):
    """Fifty people at the form that lets a reminder rest, on a site that knows Redis by way of the proxy."""
    _, address = site.start_web(REDIS_URL=through(proxy, site))
    told = json.loads(site.cluster.run("-m", "tests.chaos.logins", str(USERS), database=site.database).stdout)
    people = []
    for login in told["logins"]:
        browser = requests.Session()
        browser.headers["Connection"] = "close"  # an idle one may be closed just when the next form is sent
        browser.cookies.set(told["cookie"], login["session"])
        browser.form = f"{address}/dues/{login['due']}/snooze/"
        page = browser.get(browser.form, timeout=60)
        assert page.status_code == 200, page.text[:500]
        browser.token = TOKEN.search(page.text).group(1)
        people.append(browser)
    return people


def all_save(people):
    """Everybody saves the form at once; the answers, and the seconds they took."""
    until_on = timezone.localdate() + timedelta(days=5)
    gate, answers = threading.Barrier(len(people)), []

    def save(browser):
        fields = {"csrfmiddlewaretoken": browser.token, "reason": "支部大会改期", "until_on": until_on}
        gate.wait()
        began = time.monotonic()
        answer = browser.post(browser.form, data=fields, allow_redirects=False, timeout=120)
        answers.append((answer.status_code, time.monotonic() - began))

    threads = [threading.Thread(target=save, args=(browser,)) for browser in people]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers


def test_fifty_people_save_while_redis_is_slow_deaf_or_gone_and_nobody_waits_for_it(site, proxy, secretaries):
    seconds = {}
    for mood in MOODS:
        proxy.turn(mood)
        answers = all_save(secretaries)
        assert [status for status, _ in answers] == [302] * USERS, mood
        seconds[mood] = sorted(took for _, took in answers)[USERS // 2]
        assert site.rows("SELECT count(*) FROM committee_snooze WHERE ended_at IS NULL") == [(USERS,)]
        site.rows("UPDATE committee_snooze SET ended_at = now()")
    assert proxy.connections == 0, "no page asks the broker, so none can wait for it"
    slowest = max(seconds.values())
    assert slowest < 3 * seconds[PASS] + SLOW_SECONDS / 2, seconds
    # the site does know Redis by this address: its clock comes at once
    proxy.turn(PASS)
    site.launch("-m", "celery", "-A", "tests.chaos.clockwork", "beat", "--pidfile=", REDIS_URL=through(proxy, site))
    site.wait_until(lambda _: proxy.connections, 180)


@pytest.mark.parametrize("mood", [HOLE, REFUSE, SLOW])
def test_a_cache_without_redis_is_an_empty_one_and_is_not_asked_again_for_a_while(site, proxy, mood, monkeypatch):
    monkeypatch.setattr(CourtesyRedisCache, "_alone_until", 0.0)
    options = {"socket_timeout": 1, "socket_connect_timeout": 1, "retry": None}
    cache = CourtesyRedisCache(through(proxy, site), {"OPTIONS": options})
    cache.set("key", "值")
    assert cache.get("key") == "值"
    proxy.turn(mood)
    began = time.monotonic()
    assert cache.get("key", "nothing") == "nothing"
    assert cache.get_or_set("key", lambda: "fresh") == "fresh"
    cache.set("key", "again")
    cache.delete_many(["key"])
    came = proxy.connections
    for _ in range(100):
        assert cache.get("key") is None
    assert proxy.connections == came
    assert time.monotonic() - began < SLOW_SECONDS


def run_check(site):
    return site.launch("manage.py", "check", "--fail-level=ERROR")


def said_by(process):
    """The status of a process of the site that ends by itself, and what it wrote."""
    status = process.wait(300)
    return status, process.log.read_text()


def test_a_redis_that_may_forget_is_refused_by_commands_workers_and_beats(site):
    with redis.Redis.from_url(site.redis.url) as client:
        client.config_set("maxmemory-policy", "allkeys-lru")
        for start in (lambda: run_check(site), site.start_worker, site.start_beat):
            status, words = said_by(start())
            assert status != 0
            assert "committee.E012" in words and "allkeys-lru" in words
        client.config_set("maxmemory-policy", "noeviction")
    assert said_by(run_check(site))[0] == 0


def test_a_redis_that_is_not_there_keeps_no_site_from_starting(site):
    site.redis.kill()
    status, words = said_by(run_check(site))
    assert status == 0
    assert "committee.I001" in words


def test_a_full_redis_is_loud_and_once_there_is_room_everybody_is_told(site):
    site.start_worker()
    with redis.Redis.from_url(site.redis.url) as client:
        site.wait_until(lambda _: client.exists("_kombu.binding.celery"), 180)
        client.config_set("maxmemory", client.info("memory")["used_memory"] + 2**20)
        with pytest.raises(redis.exceptions.OutOfMemoryError):
            for number in range(10**6):
                client.set(f"ballast:{number}", b"x" * 1000)
        beat = site.start_beat()
        site.wait_until(lambda _: "used memory > 'maxmemory'" in beat.log.read_text(), 180)
        assert site.states() == {}
        client.config_set("maxmemory", 0)
    # A tick that just found room may have ended the worker that took it; whatever runs the site starts another.
    site.start_worker()
    site.wait_until_sent()
    assert site.judge() == 0
