"""Tying a login to the institute's account of the same person, by staff number."""

from django.db import IntegrityError, transaction

from branches.actions.refusals import refuse
from branches.models import InstituteAccount
from branches.queries.doors import user_with_staff_number

NO_LOGIN = "统一认证已通过，但你在本系统没有可用的账号。请联系系统管理员核对工号并开通。"
OTHER_ACCOUNT = "你的工号已关联另一个统一认证账号。请联系系统管理员核对。"


@transaction.atomic
def user_of_account(*, issuer, subject, staff_number, now):
    """The active User whom the institute's account (``issuer``, ``subject``) belongs to; tied at the first entry.

    Nobody is signed up: the login exists already. Refused: no active login with that staff number, or a tie that says
    otherwise, because a number or an account was given to another person.
    """
    user = user_with_staff_number(staff_number)
    if user is None:
        refuse("no_login", NO_LOGIN)
    try:
        with transaction.atomic():
            tie, _ = InstituteAccount.objects.get_or_create(
                user=user, defaults={"issuer": issuer, "subject": subject, "tied_at": now}
            )
    except IntegrityError:
        refuse("account_of_somebody_else", OTHER_ACCOUNT)
    if (tie.issuer, tie.subject) != (issuer, subject):
        refuse("tied_to_another_account", OTHER_ACCOUNT)
    return user
