"""Those who look after the whole: talks, problems, digests and the other ways of telling."""

from committee.models.digests import (
    DeliveryAlarm,
    Digest,
    DigestItem,
    DigestKind,
    DigestRun,
    DigestState,
    MailboxMessage,
    Pulse,
)
from committee.models.reminders import CalendarFeed, Notice, NoticeKind, ReminderRule, Robot, RobotKind, Snooze
from committee.models.talks import Problem, Talk

__all__ = [
    "CalendarFeed",
    "DeliveryAlarm",
    "Digest",
    "DigestItem",
    "DigestKind",
    "DigestRun",
    "DigestState",
    "MailboxMessage",
    "Notice",
    "NoticeKind",
    "Problem",
    "Pulse",
    "ReminderRule",
    "Robot",
    "RobotKind",
    "Snooze",
    "Talk",
]
