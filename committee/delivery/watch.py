"""The dead man's switch: silence is noticed. At ten o'clock what was due and what was sent must be the same."""

import logging
from datetime import timedelta

from django.conf import settings
from django.core.mail import EmailMessage
from django.urls import reverse
from django.utils import timezone

from branches.offices import Office
from committee.actions.alarms import beat, raise_alarm
from committee.queries.delivery_health import day_balance, is_alarm_raised, last_beat, last_created_at
from committee.queries.recipients import addresses_of, holders_of
from recruitment.queries.facts import calendar_in_force

__all__ = ["beat", "health", "watch"]

log = logging.getLogger(__name__)

ALARM_HOUR = 10
# A tick every minute; so many may be missed before somebody should look.
SILENCE = timedelta(minutes=10)
# A day that is caught up with late has so long to be sent before its absence counts as one.
CATCHING_UP = timedelta(minutes=15)


def watch(now):
    """Raise the alarm of today, once, when it is past ten on a workday and digests are missing; returns its text or ""."""
    local = timezone.localtime(now)
    if local.hour < ALARM_HOUR or not calendar_in_force().is_workday(local.date()):
        return ""
    if is_alarm_raised(local.date()):
        return ""
    created_at = last_created_at(local.date())
    if created_at is not None and now - created_at < CATCHING_UP:
        return ""
    words = day_balance(local.date()).complaint(expected=settings.YINLING_DIGEST_HOUR < ALARM_HOUR)
    if not words:
        return ""
    # the board is the office's; administrators look after the machine and have no page of it to open
    office = holders_of((Office.PARTY_OFFICE,), local.date())
    administrators = holders_of((Office.SYSTEM_ADMINISTRATOR,), local.date())
    told = [*administrators, *office]
    paths = dict.fromkeys(administrators, "") | dict.fromkeys(office, reverse("reminder-board"))
    addresses = list(dict.fromkeys([*settings.YINLING_ALARM_ADDRESSES, *addresses_of(told)]))
    if raise_alarm(local_date=local.date(), text=words, paths=paths, addresses=addresses, now=now):
        log.critical("The reminders of %s are incomplete: %s", local.date(), words)
        _mail(addresses, words)
    return words


def _mail(addresses, words):
    """The second path: a plain mail of its own, past the digests' machinery."""
    for address in addresses:
        try:
            EmailMessage(
                subject="【发展党员工作提醒】今天的提醒邮件有缺",
                body=(
                    f"{words}。\n\n党办请打开提醒看板查看：{settings.YINLING_SITE_URL}{reverse('reminder-board')}\n"
                    "系统管理员请检查后台任务和邮件服务器。\n"
                ),
                to=[address],
                headers={"Auto-Submitted": "auto-generated"},
            ).send()
        except Exception:
            log.exception("The alarm could not be mailed to one of its recipients.")


def health(now):
    """What is wrong with the reminders now, in words; "" when nothing is. For monitors and the board."""
    beaten = last_beat("tick")
    if beaten is None:
        return "后台任务还没有运行过"
    if now - beaten > SILENCE:
        return f"后台任务自 {timezone.localtime(beaten):%m-%d %H:%M} 起没有运行"
    local = timezone.localtime(now)
    if local.hour >= ALARM_HOUR and calendar_in_force().is_workday(local.date()):
        return day_balance(local.date()).complaint(expected=settings.YINLING_DIGEST_HOUR < ALARM_HOUR)
    return ""
