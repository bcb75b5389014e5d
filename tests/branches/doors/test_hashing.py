"""Passwords are stored as Argon2id, and however many people log in at once, the memory for it has a bound."""

import os
import subprocess
import sys
import threading
import time

import pytest
from django.contrib.auth.hashers import Argon2PasswordHasher, check_password, identify_hasher, make_password

from branches import hashing
from branches.models import GuessCount
from config.settings import BASE_DIR, PASSWORD_HASHERS

THREADS = 16

HASH_IN_MANY_THREADS = f"""
import resource, threading, time
from django.conf import settings
settings.configure()
from branches.hashing import BoundedArgon2PasswordHasher, TooBusy

def peak():
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024

def hash_until_done():
    while True:
        try:
            return hasher.encode("a" * 20, "0123456789abcdef")
        except TooBusy:
            time.sleep(0.05)

hasher = BoundedArgon2PasswordHasher()
hasher.encode("warm-up", "0123456789abcdef")
before = peak()
threads = [threading.Thread(target=hash_until_done) for _ in range({THREADS})]
for thread in threads: thread.start()
for thread in threads: thread.join()
print(peak() - before)
"""


@pytest.fixture
def sites_hashers(settings):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS


def test_a_password_is_stored_as_argon2id(sites_hashers):
    stored = make_password("correct-horse-battery-1949")
    assert stored.startswith("argon2$argon2id$v=19$m=65536,t=3,p=1$")
    assert check_password("correct-horse-battery-1949", stored)
    assert not check_password("correct-horse-battery-1950", stored)


def test_a_hash_of_djangos_own_parameters_still_opens_and_is_made_anew(sites_hashers):
    old = Argon2PasswordHasher().encode("correct-horse-battery-1949", "0123456789abcdef")
    assert check_password("correct-horse-battery-1949", old)
    assert identify_hasher(old).must_update(old)


@pytest.mark.slow
@pytest.mark.alone
def test_guessing_one_password_takes_a_tenth_of_a_second(sites_hashers):
    stored = make_password("correct-horse-battery-1949")
    began = time.thread_time()
    check_password("something-else-entirely", stored)
    assert time.thread_time() - began > 0.05, "the fastest machine of today needs half of it"


@pytest.mark.slow
@pytest.mark.alone
def test_sixteen_logins_at_once_take_the_memory_of_two():
    environment = {"PATH": os.environ["PATH"]}
    done = subprocess.run(
        [sys.executable, "-c", HASH_IN_MANY_THREADS], cwd=BASE_DIR, env=environment, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    grown = int(done.stdout)
    assert grown < hashing.AT_ONCE * 64 + 32, f"{grown} MiB more for {THREADS} logins"


@pytest.mark.slow
@pytest.mark.alone
def test_a_flood_of_logins_takes_five_threads_and_sends_the_others_away_at_once(sites_hashers):
    busy, gate = [], threading.Barrier(THREADS)

    def log_in():
        gate.wait()
        began = time.monotonic()
        try:
            make_password("correct-horse-battery-1949")
        except hashing.TooBusy:
            busy.append(time.monotonic() - began)

    threads = [threading.Thread(target=log_in) for _ in range(THREADS)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert busy, "no more than five are let in at a time"
    assert max(busy) < hashing.PATIENCE_SECONDS / 4


def test_who_waits_too_long_is_asked_to_come_back_and_no_guess_is_counted(cast, visitor, settings, monkeypatch):
    settings.PASSWORD_HASHERS = PASSWORD_HASHERS
    monkeypatch.setattr(hashing, "PATIENCE_SECONDS", 0.01)
    monkeypatch.setattr(hashing, "_turns", threading.BoundedSemaphore(1))
    assert hashing._turns.acquire()
    response = visitor.log_in("nobody-of-that-name")
    assert response.status_code == 503
    assert response["Retry-After"]
    assert "请十几秒后再试" in response.content.decode()
    assert GuessCount.objects.get().count == 0
