"""Questions about logins: whose session it is, who needs a second factor, whose password is too old."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q

from branches.models import FormerPassword, InstituteAccount, Posting, SecondFactor, Session, User
from branches.visits import STRICT_OFFICES

# The profile "dengbao" (等保) asks for a new password after so many days, and for one that none of the last was.
PASSWORD_LASTS = timedelta(days=90)
FORMER_PASSWORDS = 5


def holds_strict_post(user_id, today):
    """True when the user holds a post on ``today`` that works under the stricter rules."""
    return Posting.objects.on(today).filter(person__user=user_id, office__in=STRICT_OFFICES).exists()


def posts_changed(user, since_on, today):
    """True when a post of ``user`` ended, or a strict one began, after ``since_on`` and until ``today``."""
    ended = Q(ends_on__gt=since_on, ends_on__lte=today)
    began = Q(starts_on__gt=since_on, starts_on__lte=today, office__in=STRICT_OFFICES)
    return Posting.objects.filter(ended | began, person__user=user).exists()


def is_password_too_old(user, now):
    """True where passwords must be changed at times, and this one's time has come."""
    if settings.YINLING_PASSWORD_PROFILE != "dengbao" or not user.has_usable_password():
        return False
    return now - (user.password_set_at or user.date_joined) >= PASSWORD_LASTS


def former_passwords(user):
    """Hashes of the passwords that ``user`` had last, the present one first."""
    former = FormerPassword.objects.filter(user=user).values_list("password", flat=True)
    return [user.password, *former[: FORMER_PASSWORDS - 1]]


def sessions_of(user, now):
    """Running sessions of ``user``, the last used first."""
    return Session.objects.filter(user=user, expire_date__gt=now).order_by("-seen_at")


def needs_second_factor(user, today):
    """True for those whose posts on ``today`` require a second factor, where the site requires any."""
    return settings.YINLING_REQUIRE_SECOND_FACTOR and holds_strict_post(user.pk, today)


def has_second_factor(user):
    """True once ``user`` set up an authenticator app."""
    return SecondFactor.objects.filter(user=user).exists()


def unused_recovery_codes(user):
    """How many recovery codes are left."""
    return user.recovery_codes.filter(used_at=None).count()


def has_institute_account(user):
    """True once the institute's account was used to log in."""
    return InstituteAccount.objects.filter(user=user).exists()


def user_with_staff_number(staff_number):
    """The active login of the person with this staff number, or None."""
    users = User.objects.select_related("person").filter(is_active=True, person__staff_number=staff_number)
    return users.first() if staff_number else None
