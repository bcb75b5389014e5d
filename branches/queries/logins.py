"""Questions about logins that pages and commands ask."""

from branches.models import Posting
from branches.offices import Office


def has_system_administrator():
    """True once anybody was made system administrator."""
    return Posting.objects.filter(office=Office.SYSTEM_ADMINISTRATOR).exists()
