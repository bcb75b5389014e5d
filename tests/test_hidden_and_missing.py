"""What is hidden and what never was cannot be told apart: same status, same bytes, the same time within 20 ms (R-14).

For every address that takes an object, whoever must not know of the object asks for it and for one that never existed.
"""

import statistics
import time
import uuid

import pytest
from django.db import connection, reset_queries
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.access_table import PEOPLE, TABLE
from tests.test_access import HIDDEN, ask, expected, outcome
from tests.test_access import world as world  # the fixture

pytestmark = pytest.mark.slow

# One of every kind of outsider; towards each of them all four people on file play a part of their own.
ASKING = ("secretary", "neighbour_secretary", "other_member", "hr", "auditor", "former_secretary", "late_grantee")
NEVER = 987_654_321
# Small queries by primary key take half a millisecond each; more of them than this could be felt.
MOST_MORE_QUERIES = 10
# What differs between any two answers.
CHANGES_ALWAYS = {"Set-Cookie", "Date", "Expires", "Last-Modified"}


def takes_an_object(name):
    """True when the address names something that is stored."""
    return any(part == "person" or isinstance(part[1], str) and "." in part[1] for part in TABLE[name].path)


def both_paths(world, name, person):
    """(path of the hidden object, path of one that never was): every stored thing in it is exchanged."""
    real, never = {}, {}
    for part in TABLE[name].path:
        argument, value = ("code", "person.code") if part == "person" else part
        if not (isinstance(value, str) and "." in value):
            real[argument] = never[argument] = value
            continue
        first, *rest = value.split(".")
        thing = getattr(world, person if first == "person" else first)
        for attribute in rest:
            thing = getattr(thing, attribute)
        real[argument] = thing
        never[argument] = uuid.uuid4() if isinstance(thing, uuid.UUID) else NEVER if isinstance(thing, int) else "never"
    return reverse(name, kwargs=real), reverse(name, kwargs=never)


def answer(client, method, path):
    """(status, headers, body, number of queries), with the address itself taken out of it."""
    reset_queries()  # the log of queries is bounded
    with CaptureQueriesContext(connection) as queries:
        response = ask(client, method, path)
    headers = {key: value.replace(path, "") for key, value in response.items() if key not in CHANGES_ALWAYS}
    body = b"".join(response) if response.streaming else response.content
    # that a session is in use is noted once a minute, in a savepoint, whatever is asked for
    asked = [query["sql"] for query in queries if '_session"' not in query["sql"] and "SAVEPOINT" not in query["sql"]]
    return response.status_code, headers, body.replace(path.encode(), b""), len(asked)


@pytest.mark.django_db  # and so this file has a database when it is run by itself
def test_most_of_the_table_takes_objects():
    assert len(list(filter(takes_an_object, TABLE))) > 70


class TestHiddenAndMissing:
    @pytest.mark.parametrize("name", sorted(filter(takes_an_object, TABLE)))
    def test_they_are_answered_alike(self, world, name):
        row, wrong, asked = TABLE[name], [], 0
        for person in PEOPLE if "person" in row.path and row.about == PEOPLE else (row.about or ("own",))[:1]:
            hidden, missing = both_paths(world, name, person)
            for who in ASKING:
                for method in row.methods.lower().split():
                    if expected(row, name, method, who, person) != HIDDEN:
                        continue
                    asked += 1
                    one, other = (answer(world.clients[who], method, path) for path in (hidden, missing))
                    if abs(one[-1] - other[-1]) > MOST_MORE_QUERIES:
                        wrong.append(f"{method} {person} {who}: {one[-1]} and {other[-1]} queries")
                    for what, a, b in zip(("status", "headers", "body"), one[:-1], other[:-1], strict=True):
                        if a != b:
                            wrong.append(
                                f"{method} {person} {who}: {what} {a if what != 'body' else ''} {b if what != 'body' else ''}"
                            )
        assert not wrong
        assert asked, "nobody is kept out of it"

    def test_what_cannot_exist_at_all_is_answered_likewise(self, world):
        client = world.clients["neighbour_secretary"]
        hidden = ask(client, "get", reverse("candidate", args=[world.own.code]))
        nowhere = ask(client, "get", "/no/such/page/")
        assert outcome(hidden) == outcome(nowhere) == HIDDEN
        assert hidden.content == nowhere.content

    @pytest.mark.alone
    @pytest.mark.django_db  # as above: these run in a pass of their own
    @pytest.mark.parametrize("name", ["candidate", "talk", "file", "step-record", "due"])
    def test_they_take_the_same_time(self, world, name):
        """The best of many, taken in turns, so that a busy machine slows both; three tries, because one may still be unlucky."""
        client = world.clients["neighbour_secretary"]
        paths = both_paths(world, name, "own")
        for _ in range(3):
            took = {path: [] for path in paths}
            for turn in range(30):
                for path in paths if turn % 2 else reversed(paths):
                    begun = time.perf_counter()
                    client.get(path)
                    took[path].append(time.perf_counter() - begun)
            hidden, missing = (statistics.mean(sorted(took[path])[:10]) for path in paths)
            if abs(hidden - missing) < 0.020:
                return
        pytest.fail(f"{name}: {hidden * 1000:.1f} ms hidden, {missing * 1000:.1f} ms missing")
