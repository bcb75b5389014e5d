"""Logins: made with a first password that serves once, given anew, switched off."""

import secrets
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.doors import clear_what_is_over, end_sessions, forgive_guesses
from branches.actions.refusals import NotYours, refuse
from branches.codes import ALPHABET
from branches.hashing import account_of
from branches.models import FormerPassword, User
from branches.offices import Office
from branches.queries.doors import FORMER_PASSWORDS
from branches.queries.posts import posts_held

FIRST_PASSWORD_LASTS = timedelta(hours=72)
SERVED_ALREADY = "初始密码已用过或已过有效期，请联系系统管理员重新设置。"
PASSWORD_FIELDS = ("password", "must_change_password", "first_password_until_at", "password_set_at")


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
    """Give ``user`` a new first password and end their sessions; returns the password. A second factor stays."""
    _check_right(by, now)
    user = User.objects.select_for_update().get(pk=user.pk)
    _keep_former_password(user, now)
    password = _give_first_password(user, now)
    user.save(update_fields=PASSWORD_FIELDS)
    end_sessions(user=user)
    forgive_guesses(account=account_of(user.username))
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
    if not is_active:
        end_sessions(user=user)
    return user


@transaction.atomic
def enter(*, user, now, by_password=True):
    """Let ``user``, who proved who they are, in at ``now``; returns the User as it is then.

    A first password opens one session and no other. Refused: a first password that was used or ran out, and a login
    that was switched off meanwhile.
    """
    user = User.objects.select_for_update(of=("self",)).select_related("person").get(pk=user.pk)
    if not user.is_active:
        refuse("switched_off", "账号或密码不对，请核对后重试。")
    if by_password and user.must_change_password:
        if user.first_password_until_at and user.first_password_until_at <= now:
            refuse("first_password_over", SERVED_ALREADY)
        user.first_password_until_at = now
        user.save(update_fields=["first_password_until_at"])
    clear_what_is_over(now=now)
    return user


@transaction.atomic
def choose_password(*, user, password, now):
    """Set the password that ``user`` chose (already validated by the form); the first one serves no more.

    All sessions end; the edge begins the present one anew.
    """
    _keep_former_password(user, now)
    user.set_password(password)
    user.must_change_password = False
    user.first_password_until_at = None
    user.password_set_at = now
    user.save(update_fields=PASSWORD_FIELDS)
    end_sessions(user=user)
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


def _keep_former_password(user, now):
    """Remember what must not be taken again, where the rules forbid that (等保), and no more of it than they ask for."""
    if not settings.YINLING_DENGBAO_PASSWORDS or user.must_change_password or not user.has_usable_password():
        return
    FormerPassword.objects.create(user=user, password=user.password, replaced_at=now)
    kept = list(FormerPassword.objects.filter(user=user).values_list("pk", flat=True)[: FORMER_PASSWORDS - 1])
    FormerPassword.objects.filter(user=user).exclude(pk__in=kept).delete()


def _give_first_password(user, now):
    password = first_password()
    user.set_password(password)
    user.must_change_password = True
    user.first_password_until_at = now + FIRST_PASSWORD_LASTS
    user.password_set_at = now
    return password


def _check_right(by, now):
    if not any(posting.office == Office.SYSTEM_ADMINISTRATOR for posting in posts_held(by, timezone.localdate(now))):
        raise NotYours
