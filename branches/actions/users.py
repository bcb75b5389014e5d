"""Logins: made with a first password that serves once, given anew, switched off."""

import secrets
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.refusals import NotYours, refuse
from branches.models import User
from branches.offices import Office
from branches.queries.posts import posts_held

FIRST_PASSWORD_LASTS = timedelta(hours=72)
# Read from paper and typed by hand: no letters that look like digits.
ALPHABET = "abcdefghjkmnpqrstuvwxyz23456789"


@transaction.atomic
def create_user(*, by, person, username, now):
    """Give ``person`` a login; returns (User, first password). The password is stored nowhere in clear.

    It serves for one login within three days, after which a new one of the person's own must be chosen.
    """
    _check_right(by, now)
    user = User(username=username.strip(), person=person, email=person.email)
    password = _give_first_password(user, now)
    try:
        with transaction.atomic():
            user.save()
    except IntegrityError:
        refuse("login_taken", "此人已有账号，或这个账号名已有人使用。", field="username")
    return user, password


@transaction.atomic
def reset_password(*, by, user, now):
    """Give ``user`` a new first password and end their sessions; returns the password."""
    _check_right(by, now)
    user = User.objects.select_for_update().get(pk=user.pk)
    password = _give_first_password(user, now)
    user.save(update_fields=["password", "must_change_password", "first_password_until_at"])
    return password


@transaction.atomic
def set_active(*, by, user, is_active, now):
    """Switch a login on or off; off ends its sessions with the next request. Returns the User."""
    _check_right(by, now)
    if by.pk == user.pk:
        refuse("own_login", "不能停用自己的账号。", field="is_active")
    user = User.objects.select_for_update().get(pk=user.pk)
    user.is_active = is_active
    user.save(update_fields=["is_active"])
    return user


def use_up_first_password(*, user, now):
    """A first password opens one session: from ``now`` on it opens no other."""
    if user.must_change_password:
        user.first_password_until_at = now
        user.save(update_fields=["first_password_until_at"])
    return user


@transaction.atomic
def choose_password(*, user, password):
    """Set the password that ``user`` chose (already validated by the form); the first one serves no more."""
    user.set_password(password)
    user.must_change_password = False
    user.first_password_until_at = None
    user.save(update_fields=["password", "must_change_password", "first_password_until_at"])
    return user


def choose_digest_frequency(*, user, frequency):
    """How often ``user`` wants the digest (a DigestFrequency value); it comes the next time it is due."""
    user.digest_frequency = frequency
    user.save(update_fields=["digest_frequency"])
    return user


def first_password():
    """A random password that can be read from paper: four groups of four characters."""
    letters = [secrets.choice(ALPHABET) for _ in range(16)]
    return "-".join("".join(letters[n : n + 4]) for n in range(0, 16, 4))


def _give_first_password(user, now):
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.first_password_until_at = now + FIRST_PASSWORD_LASTS
    return password


def _check_right(by, now):
    if not any(posting.office == Office.SYSTEM_ADMINISTRATOR for posting in posts_held(by, timezone.localdate(now))):
        raise NotYours
