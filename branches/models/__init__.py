"""Who sits where: units, people, logins and what they leave behind, posts, the official calendar, HR's feed."""

from branches.models.calendar import CalendarYear, Workday
from branches.models.doors import (
    FormerPassword,
    GuessCount,
    InstituteAccount,
    RecoveryCode,
    SecondFactor,
    Session,
)
from branches.models.people import Department, Person
from branches.models.postings import Posting, TalentMovement
from branches.models.units import Unit
from branches.models.users import User

__all__ = [
    "CalendarYear",
    "Department",
    "FormerPassword",
    "GuessCount",
    "InstituteAccount",
    "Person",
    "Posting",
    "RecoveryCode",
    "SecondFactor",
    "Session",
    "TalentMovement",
    "Unit",
    "User",
    "Workday",
]
