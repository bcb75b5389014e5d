"""Password hashing with Argon2id whose use of memory has a bound, however many people log in at once."""

import threading
import unicodedata
from contextlib import contextmanager

from django.contrib.auth.hashers import Argon2PasswordHasher
from django.utils.crypto import salted_hmac

# Hashes computed at the same time in one process: no more would finish sooner, and each takes its 64 MiB.
AT_ONCE = 2
# So many more wait for their turn, and this long; others are told to try again, so that a flood of logins leaves the
# process its other threads (it has eight) for people who are logged in.
WAITING = 3
PATIENCE_SECONDS = 8

_places = threading.BoundedSemaphore(AT_ONCE + WAITING)
_turns = threading.BoundedSemaphore(AT_ONCE)


class TooBusy(Exception):
    """So many passwords are being checked that this one has to wait for another time."""


class BoundedArgon2PasswordHasher(Argon2PasswordHasher):
    """64 MiB and three passes in one lane (RFC 9106, second choice, without its threads): at least 0.1 s."""

    time_cost = 3
    memory_cost = 64 * 1024
    parallelism = 1

    def encode(self, password, salt):
        with _turn():
            return super().encode(password, salt)

    def verify(self, password, encoded):
        with _turn():
            return super().verify(password, encoded)


def account_of(username):
    """A digest of a login name as somebody typed it, known or not: guesses are counted under it."""
    name = unicodedata.normalize("NFKC", username).strip().casefold()
    return salted_hmac("branches.account", name, algorithm="sha256").hexdigest()


@contextmanager
def _turn():
    if not _places.acquire(blocking=False):
        raise TooBusy
    try:
        if not _turns.acquire(timeout=PATIENCE_SECONDS):
            raise TooBusy
        try:
            yield
        finally:
            _turns.release()
    finally:
        _places.release()
