"""The same form posted twice writes its fact once: the second click, and the browser's way back to a form already sent.

Each form of the access table is sent as a browser would send it, then once more as it was, and once more as a page
opened anew would send it: with a token and a version of its own, and everything else as it was typed.
"""

import uuid

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import transaction

from recruitment.models import Candidate
from tests.test_access import address, world  # noqa: F401  # a fixture
from tests.test_posted_fields import FORMS, Held, form_of, player_for, typed

# Written whatever was asked: who read, and that a password was tried.
ALWAYS_WRITTEN = {"AccessEntry", "GuessCount"}
# Settings: saved once more as they are, they only note in their history who saved them.
SETTINGS = {"criterion", "milestone-change", "reminder-rule", "robot", "unit-change"}
# Files sent in: each is a draft or a version of its own, of which nothing follows until it is confirmed.
FILES = {"import", "roster-import", "paper-template"}


@pytest.fixture(scope="class")
def held(world):  # noqa: F811
    """What the database holds; the person whom the forms are about is a key candidate already."""
    Candidate.objects.filter(pk=world.own.pk).update(key_year=world.cast.today.year)
    return Held()


def post(client, path, fields):
    data = {name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
    return client.post(path, data)


@pytest.mark.slow
@pytest.mark.django_db
class TestPostedTwice:
    @pytest.mark.parametrize("name", FORMS)
    @pytest.mark.parametrize("way", ["the second click", "the way back"])
    def test_what_is_sent_once_more_is_not_written_once_more(self, world, held, name, way):  # noqa: F811
        who, person = player_for(name, "post")
        client, path = world.clients[who], address(world, name, person)
        prefilled, _ = form_of(client, path)
        fields = prefilled | typed(world).get(name, {})
        if name == "key-candidate":
            fields["year"] = str(world.cast.today.year + 1)
        cookies = client.cookies.copy()
        with transaction.atomic():
            post(client, path, fields)
            once = held.change()
            again = dict(fields)
            if way == "the way back":
                opened, _ = form_of(client, path)
                again |= {key: opened[key] for key in {"version"} & again.keys() & opened.keys()}
                again |= {key: str(uuid.uuid4()) for key in {"form_token"} & again.keys()}
            second = post(client, path, again)
            twice = held.change()
            transaction.set_rollback(True)
        client.cookies = cookies
        assert second.status_code < 500
        more = [str(row) for row in (twice - once).elements() if row[1] not in ALWAYS_WRITTEN]
        if name in SETTINGS:
            assert len(more) == 1
            assert "'Historical" in more[0]
        elif name not in FILES:
            assert not more, "\n".join(more)
