"""The second factor: set up with a first code, asked at each login, every code good for one time."""

from django.db import transaction
from django.utils import timezone

from branches.actions.doors import CODE, count_guess, end_sessions, take_back_guess
from branches.actions.refusals import NotYours, refuse
from branches.codes import digest_of, matching_step, new_recovery_codes, sealed, unsealed
from branches.models import RecoveryCode, SecondFactor
from branches.offices import Office
from branches.queries.doors import needs_second_factor
from branches.queries.posts import posts_held


@transaction.atomic
def set_up_second_factor(*, user, secret, code, now, keep=None):
    """Take ``secret`` for the key of the app of ``user`` once the app has shown ``code``; returns the recovery codes.

    A former app serves no more. The other sessions of the user end; ``keep`` is the key of the one that stays. Refused:
    a code that the app does not show now.
    """
    step = matching_step(secret, code, now)
    if step is None:
        refuse("wrong_code", "验证码不对。请核对手机时间是否准确，输入当前显示的 6 位数字。", field="code")
    SecondFactor.objects.update_or_create(
        user=user, defaults={"secret": sealed(secret), "last_step": step, "set_up_at": now}
    )
    end_sessions(user=user, keep=keep)
    return renew_recovery_codes(user=user)


@transaction.atomic
def renew_recovery_codes(*, user):
    """Ten new recovery codes for ``user``, shown this once; the former ones serve no more."""
    RecoveryCode.objects.filter(user=user).delete()
    codes = new_recovery_codes()
    RecoveryCode.objects.bulk_create(RecoveryCode(user=user, digest=digest_of(code)) for code in codes)
    return codes


def try_code(*, user, code, account, device, now):
    """True when ``code`` is what the app of ``user`` shows now, or an unused recovery code; it is spent by that.

    Guesses are counted before they are judged, as for passwords.
    """
    if not count_guess(door=CODE, account=account, device=device, now=now):
        return False
    is_right = _spend_shown_code(user, code, now) or _spend_recovery_code(user, code, now)
    if is_right:
        take_back_guess(door=CODE, account=account, device=device)
    return is_right


@transaction.atomic
def remove_second_factor(*, by, user, now, keep=None):
    """Take the second factor of ``user`` away: their own, or, when the phone is lost, by the security administrator.

    Whoever may give new passwords (the system administrator) may not do this: nobody opens another's door alone.
    Refused: one's own where the post requires one. All sessions end, but for one's own with the key ``keep``.
    """
    today = timezone.localdate(now)
    if by.pk == user.pk:
        if needs_second_factor(user, today):
            refuse("second_factor_required", "你的职务要求使用动态验证码，可以换一部手机重新设置，不能停用。")
    elif not any(posting.office == Office.SECURITY_ADMINISTRATOR for posting in posts_held(by, today)):
        raise NotYours
    SecondFactor.objects.filter(user=user).delete()
    RecoveryCode.objects.filter(user=user).delete()
    end_sessions(user=user, keep=keep)


def _spend_shown_code(user, code, now):
    factor = SecondFactor.objects.filter(user=user).first()
    step = matching_step(unsealed(factor.secret), code.replace(" ", ""), now) if factor else None
    if step is None:
        return False
    # One statement decides who was first: the same code a second time finds its step spent.
    return SecondFactor.objects.filter(pk=factor.pk, last_step__lt=step).update(last_step=step) == 1


def _spend_recovery_code(user, code, now):
    unused = RecoveryCode.objects.filter(user=user, digest=digest_of(code), used_at=None)
    return unused.update(used_at=now) == 1
