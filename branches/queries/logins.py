"""Questions about logins that pages and commands ask."""

from branches.models import Posting, User
from branches.offices import Office


def has_system_administrator():
    """True once anybody was made system administrator."""
    return Posting.objects.filter(office=Office.SYSTEM_ADMINISTRATOR).exists()


def user_named(username):
    """The login ``username`` with its person, as a request would load it; raises User.DoesNotExist."""
    return User.objects.select_related("person").get(username=username)


def names_of(usernames):
    """{login name: person's name} of those among ``usernames`` that exist."""
    found = User.objects.filter(username__in=usernames, person__isnull=False)
    return dict(found.values_list("username", "person__name"))
