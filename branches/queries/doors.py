"""Questions about logins: whose session it is, who needs a second factor, whose password is too old."""

from datetime import timedelta

from django.conf import settings
from django.db.models import Q
from django.utils import timezone

from branches.models import FormerPassword, Posting, SecondFactor, Session, User
from branches.offices import Office
from branches.queries.posts import posts_held
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
    if not settings.YINLING_DENGBAO_PASSWORDS or not user.has_usable_password():
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


def user_with_staff_number(staff_number):
    """The active login of the person with this staff number, or None."""
    users = User.objects.select_related("person").filter(is_active=True, person__staff_number=staff_number)
    return users.first() if staff_number else None


def active_user(pk):
    """The active login ``pk``, or None."""
    return User.objects.select_related("person").filter(pk=pk, is_active=True).first()


def takes_second_factors_away(user, today):
    """True for the security administrator, who helps when a phone is lost."""
    return any(posting.office == Office.SECURITY_ADMINISTRATOR for posting in posts_held(user, today))


def user_with_second_factor(username):
    """The login with this name that uses a second factor, or None."""
    return User.objects.filter(username=username, second_factor__isnull=False).first()


def account_page(*, user, session_key, now):
    """What the page about one's own account shows: posts, sessions, second factor."""
    today = timezone.localdate(now)
    has_one = has_second_factor(user)
    return {
        "postings": posts_held(user, today),
        "sessions": [
            {
                "code": session.code,
                "browser": session.browser or "未知设备",
                "address": session.address or "",
                "begun_at": session.begun_at,
                "seen_at": session.seen_at,
                "is_this": session.session_key == session_key,
            }
            for session in sessions_of(user, now)
        ],
        "second_factor": {
            "is_set_up": has_one,
            "is_required": needs_second_factor(user, today),
            "codes_left": unused_recovery_codes(user) if has_one else 0,
        },
    }
