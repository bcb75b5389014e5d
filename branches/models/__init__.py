"""Who sits where: units, people, logins, posts, the official calendar, HR's feed."""

from branches.models.calendar import CalendarYear, Workday
from branches.models.people import Department, Person
from branches.models.postings import Posting, TalentMovement
from branches.models.units import Unit
from branches.models.users import User

__all__ = ["CalendarYear", "Department", "Person", "Posting", "TalentMovement", "Unit", "User", "Workday"]
