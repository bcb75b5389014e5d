"""How the tests of the doors come and go: a browser logs in by the form, a phone shows codes."""

from datetime import datetime

import pytest
from django.test import Client
from django.utils import timezone

from branches import codes
from branches.actions.second_factor import set_up_second_factor
from tests.cast import PASSWORD


@pytest.fixture
def no_note_of_use() -> None:
    """Here the notes are what is tested."""


class Visitor(Client):
    """A browser of its own, with its own cookies."""

    def log_in(self, username, password=PASSWORD, **data):
        return self.post("/login/", {"username": username, "password": password, **data})

    @property
    def is_in(self):
        """Whether a page that needs a login opens (the door's own pages lead elsewhere)."""
        return self.get("/account/").status_code == 200


class Phone:
    """An authenticator app with the key that the site gave it."""

    def __init__(self, secret):
        self.secret = secret

    def shows(self, at=None):
        """The six digits at the instant ``at``."""
        return codes.code_of(self.secret, int((at or timezone.now()).timestamp()) // codes.STEP_SECONDS)


@pytest.fixture
def visitor():
    return Visitor()


@pytest.fixture
def phone_of(db):
    """Sets up a second factor for a user, on a phone that has shown one code a minute ago."""

    def set_up(user):
        secret = codes.new_secret()
        before = datetime.fromtimestamp(timezone.now().timestamp() - 60, timezone.get_current_timezone())
        phone = Phone(secret)
        phone.recovery_codes = set_up_second_factor(user=user, secret=secret, code=phone.shows(before), now=before)
        return phone

    return set_up
