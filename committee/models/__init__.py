"""Those who look after the whole: talks, problems, the focus list, consultations, campaigns, digests and the other ways of telling."""

from committee.models.campaigns import Campaign, CampaignMilestone, Completion
from committee.models.consultations import Consultation, ConsultationKind
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
from committee.models.focus import CriterionKind, FocusCriterion, FocusLevel, FocusListing
from committee.models.reminders import CalendarFeed, Notice, NoticeKind, ReminderRule, Robot, RobotKind, Snooze
from committee.models.talks import Problem, Solver, Talk, Topic, Way, Willingness

__all__ = [
    "CalendarFeed",
    "Campaign",
    "CampaignMilestone",
    "Completion",
    "Consultation",
    "ConsultationKind",
    "CriterionKind",
    "DeliveryAlarm",
    "Digest",
    "DigestItem",
    "DigestKind",
    "DigestRun",
    "DigestState",
    "FocusCriterion",
    "FocusLevel",
    "FocusListing",
    "MailboxMessage",
    "Notice",
    "NoticeKind",
    "Problem",
    "Pulse",
    "ReminderRule",
    "Robot",
    "RobotKind",
    "Snooze",
    "Solver",
    "Talk",
    "Topic",
    "Way",
    "Willingness",
]
