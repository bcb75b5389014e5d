"""Counting guesses before they are judged, and ending sessions: the doors of the site."""

from datetime import timedelta

from django.contrib.auth import authenticate
from django.contrib.auth.hashers import make_password
from django.db import transaction
from django.db.models import F

from branches.hashing import TooBusy
from branches.models import GuessCount, Session

PASSWORD, CODE = "password", "code"

# So many wrong guesses are judged within the window: of all browsers together that never logged in to the account, and
# of each one that did. A stranger can use up the first number and never the second, so nobody locks the owner out.
WINDOW = timedelta(minutes=15)
LIMIT = 5
LIMIT_OF_KNOWN_DEVICE = 10


def try_password(*, username, password, account, device, now, request=None):
    """The active User whom ``username`` and ``password`` open, else None; too many guesses are not judged at all.

    ``account`` is the digest of the name typed, ``device`` "" for a browser that never logged in to it. Unknown name,
    wrong password, closed login and too many guesses take the same time: one hash. Raises TooBusy.
    """
    if not count_guess(door=PASSWORD, account=account, device=device, now=now):
        make_password(password)
        return None
    try:
        user = authenticate(request, username=username, password=password)
    except TooBusy:
        take_back_guess(door=PASSWORD, account=account, device=device)
        raise
    if user is not None:
        take_back_guess(door=PASSWORD, account=account, device=device)
    return user


@transaction.atomic
def count_guess(*, door, account, device, now):
    """Count a guess at ``door`` before it is judged; False when it must not be judged.

    The row is locked, so of any number of guesses at the same moment no more pass than the limit.
    """
    count, _ = GuessCount.objects.select_for_update().get_or_create(
        door=door, account=account, device=device, defaults={"began_at": now}
    )
    if now - count.began_at >= WINDOW:
        count.began_at, count.count = now, 0
    limit = LIMIT_OF_KNOWN_DEVICE if device else LIMIT
    if count.count >= limit:
        return False
    count.count += 1
    count.save(update_fields=["began_at", "count"])
    return True


def take_back_guess(*, door, account, device):
    """A right guess is none, nor one that was not judged: only wrong ones add up."""
    GuessCount.objects.filter(door=door, account=account, device=device, count__gt=0).update(count=F("count") - 1)


def forgive_guesses(*, account):
    """Forget what was guessed at ``account``: its password is a new one."""
    GuessCount.objects.filter(account=account).delete()


def clear_what_is_over(*, now):
    """Remove counts and sessions that have run out; done at each login, so that neither table grows."""
    GuessCount.objects.filter(began_at__lt=now - WINDOW).delete()
    Session.objects.filter(expire_date__lt=now).delete()


def end_sessions(*, user, keep=None):
    """End all sessions of ``user`` at once, except the one with the key ``keep``."""
    Session.objects.filter(user=user).exclude(session_key=keep).delete()


def end_session(*, user, code):
    """End the session ``code`` of ``user``; raises Session.DoesNotExist for other people's."""
    Session.objects.get(user=user, code=code).delete()
