"""What nobody would type: at every address, in every parameter, in every field of every form, and in the address itself.

The answer is always a page in Chinese that says what is the matter, never a failure, and what is refused writes nothing.
Which parameters an address reads is found out by asking it: whatever it looks up in the query or in what was posted is
noted, so that a new parameter is tried as soon as there is one.

Every parameter is given every third of the values, another third than its neighbours; with THOROUGH=1 in the environment
each is given all of them, in three times the time.
"""

import os
import re
import traceback
from collections import Counter
from pathlib import Path
from urllib.parse import quote
from zlib import crc32

import pytest
from django import forms
from django.core.handlers.wsgi import WSGIRequest
from django.db import connection, transaction
from django.http import QueryDict
from django.test import override_settings
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver
from django.utils import timezone

from recruitment.actions import imports, roster_import
from tests.access_table import TABLE
from tests.test_access import address, world  # noqa: F401  # a fixture
from tests.test_posted_fields import FORMS, WRITES, Held, form_of, player_for, typed

PAGES = sorted(name for name, row in TABLE.items() if "GET" in row.methods.split())
# Files made of a page's question, by the page's own filter: every parameter at once.
FILES = {name for name in PAGES if name.endswith(("-xlsx", "-csv"))}
# Posted by the browser itself, never typed.
OF_THE_SITE = {"csrfmiddlewaretoken"}

ANYWHERE = ("\x00", "沙\x00蒿", "沙" * 10_000, "<script>alert(1)</script>", "{{ 41000|add:1234 }}{% debug %}", "")
NUMBERS = ("-1", "0", "99999999999999999999", "9" * 5_000, "1e400", "NaN", "²²²²", "٢٠٢٦", "0000", "9999")
DAYS = ("2025-02-30", "9999-12-31", "0001-01-01", "10000-01-01")
WORDS = (
    " ", "🏔️👩‍🔬", "../../etc/passwd", "' OR 1=1 --", "//evil.example/", "\r\nSet-Cookie: a=b", "None", "null",
)  # fmt: skip
# As they stand in a query string: halves of a character, and what is none.
NO_TEXT = ("%ED%A0%80", "%FF%FE", "%")
SHARES = 3
# What must not come back as it was sent, and what a template would make of the braces.
NEVER_SAID = ("<script>alert(1)</script>", "42234", "Traceback (most recent call last)")
REFUSED_BY = (400, 403, 404, 405, 413, 422)
# What is written whatever was asked: who read, that a session is in use, that a password was tried.
ALWAYS_WRITTEN = {"recruitment_accessentry", "branches_session", "branches_guesscount"}


class Noted(QueryDict):
    """A query or a posted form that remembers which names were looked up in it."""

    names: Counter

    def __getitem__(self, name):
        self.names[name] += 1
        return super().__getitem__(name)

    def __contains__(self, name):
        self.names[name] += 1
        return super().__contains__(name)

    def get(self, name, default=None):
        self.names[name] += 1
        return super().get(name, default)

    def getlist(self, name, default=None):
        self.names[name] += 1
        return super().getlist(name, default)


class Asked(Noted):
    names = Counter()


class Posted(Noted):
    names = Counter()


@pytest.fixture(scope="class")
def notes():
    """Lets every request of the class note what is looked up: {"GET": names, "POST": names}."""
    load, read = WSGIRequest._load_post_and_files, vars(WSGIRequest)["GET"].func

    def loaded(request):
        load(request)
        request._post.__class__ = Posted

    def question(request):
        if "_question" not in vars(request):
            request._question = read(request)
            request._question.__class__ = Asked
        return request._question

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(WSGIRequest, "_load_post_and_files", loaded)
        patch.setattr(WSGIRequest, "GET", property(question))
        yield {"GET": Asked.names, "POST": Posted.names}


@pytest.fixture(scope="class")
def world_at_large(world, notes):  # noqa: F811
    """The world, with files checked and mails shown; its clients are answered with the page of a failure as a browser is."""
    for client in world.clients.values():
        client.raise_request_exception = False
    now = timezone.now()
    columns = {1: "name", 2: "staff_number"}
    imports.set_columns(
        by=world.cast.secretary, code=world.batch.code, sheet=0, mapping=columns, default_unit=None, now=now
    )
    roster_import.set_columns(
        by=world.cast.hr, code=world.roster.code, sheet=0, mapping=columns, is_first=False, now=now
    )
    with override_settings(EMAIL_BACKEND="committee.mailbox.MailboxBackend"):
        yield world


@pytest.fixture(scope="class")
def held(world_at_large):
    return Held()


def others(world):  # noqa: F811
    """Keys and codes of what is somebody else's."""
    things = (world.distant, world.cast.ecology, world.declined.person)
    return [str(each) for thing in things for each in (thing.code, thing.pk)]


def shared_out(values, *among):
    """The part of ``values`` that falls to ``among``, such as a page and its parameter: the same in every run."""
    if os.environ.get("THOROUGH"):
        return values
    return values[crc32("/".join(among).encode()) % SHARES :: SHARES]


def questions(world):  # noqa: F811
    """Every impossible value as it stands in a query string."""
    return [*map(quote, (*ANYWHERE, *NUMBERS, *DAYS, *WORDS, *others(world))), *NO_TEXT]


def values_for(field, world):  # noqa: F811
    """Every impossible value for ``field`` of a form, or for a name that belongs to none (None)."""
    anywhere = [*ANYWHERE, *others(world), [b"\xed\xa0\x80"], ["1", "1", "x"]]
    if isinstance(field, forms.DateField):
        return [*anywhere, *DAYS, *NUMBERS[:4]]
    if isinstance(field, forms.IntegerField):
        return [*anywhere, *NUMBERS]
    if isinstance(field, (forms.ChoiceField, forms.ModelChoiceField, forms.BooleanField, forms.UUIDField)):
        return [*anywhere, *NUMBERS[:5]]
    return [*anywhere, *NUMBERS, *DAYS, *WORDS]


def wrong_with(response):
    """What is wrong with an answer, or nothing."""
    if response.status_code >= 500 and response.exc_info:
        kind, error, trace = response.exc_info
        frames = traceback.extract_tb(trace)
        last = next((frame for frame in reversed(frames) if "/.venv/" not in frame.filename), frames[-1])
        return f"{kind.__name__}: {str(error)[:150]} at {last.filename}:{last.lineno}"
    if response.status_code >= 500:
        return f"fails with {response.status_code}"
    if response.status_code in (301, 302):
        place = response.headers["Location"]
        return "" if re.match(r"/(?!/)|\?", place) else f"leads to {place}"
    if response.streaming or "html" not in response.headers.get("Content-Type", ""):
        return ""
    said = response.content.decode()
    if response.status_code != 405 and said.strip() and not re.search(r"[\u4e00-\u9fff]", said):
        return f"{response.status_code} says nothing in Chinese"
    return next((f"says {text}" for text in NEVER_SAID if text in said), "")


def asked(client, path):
    """The answer to a question, with what it wrote undone."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = client.get(path)
        if response.streaming:
            b"".join(response)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def sent(client, path, fields, held):
    """(the answer to a post, what it changed though it was refused), undone afterwards."""
    cookies = client.cookies.copy()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.post(path, fields)
        written = {table for query in queries for table in WRITES.findall(query["sql"])} - ALWAYS_WRITTEN
        changed = held.change(written) if written and response.status_code in REFUSED_BY else ()
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, changed


def complaints(about, response, changed=()):
    """Lines about one answer: what is wrong with it, and what a refusal wrote all the same."""
    found = [f"{about}: {problem}" for problem in [wrong_with(response)] if problem]
    return found + [f"{about}: {response.status_code}, and writes {str(row)[:200]}" for row in list(changed)[:3]]


@pytest.mark.slow
@pytest.mark.django_db
class TestImpossibleValues:
    def test_every_parameter_that_the_code_names_is_found(self, world_at_large, notes):
        """What is tried below is all there is: each name that stands in a view is looked up by some page."""
        named = set()
        for path in Path(__file__).parents[1].glob("*/views/*.py"):
            named |= set(re.findall(r'request\.GET(?:\.get\(|\[)"(\w+)"', path.read_text(encoding="utf-8")))
        notes["GET"].clear()
        for name in set(PAGES) - FILES:
            who, person = player_for(name, "get")
            asked(world_at_large.clients[who], address(world_at_large, name, person))
        assert len(named) > 10
        assert named - set(notes["GET"]) <= {"state", "code", "error"}  # of the institute's own login, not configured here

    @pytest.mark.parametrize("name", PAGES)
    def test_a_question_is_answered(self, world_at_large, notes, name):
        who, person = player_for(name, "get")
        client, path, wrong, tried = world_at_large.clients[who], address(world_at_large, name, person), [], set()
        notes["GET"].clear()
        asked(client, path)
        while names := set(notes["GET"]) - tried:
            tried |= names
            given = {each: shared_out(questions(world_at_large), name, each) for each in sorted(names)}
            queries = [f"{each}={value}" for each, values in given.items() for value in values]
            if name in FILES:
                everything = shared_out(questions(world_at_large), name)
                queries = ["&".join(f"{each}={value}" for each in given) for value in everything]
            for query in queries:
                wrong += complaints(f"{who}: {query[:80]}", asked(client, f"{path}?{query}"))
            together = "&".join(f"{each}=1&{each}=x" for each in sorted(tried))
            wrong += complaints(f"{who}: {together}", asked(client, f"{path}?{together}"))
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("name", FORMS)
    def test_a_form_is_answered_and_what_it_refuses_is_not_written(self, world_at_large, notes, held, name):
        wrong, tried = [], set(OF_THE_SITE)
        who, person = player_for(name, "post")
        client, path = world_at_large.clients[who], address(world_at_large, name, person)
        notes["POST"].clear()
        prefilled, shown = form_of(client, path)
        fields = prefilled | typed(world_at_large).get(name, {})
        fields = {
            key: value for key, value in fields.items() if not isinstance(value, tuple)
        }  # files are tried elsewhere
        sent(client, path, fields, held)
        known = {form.add_prefix(key): field for form in shown for key, field in form.fields.items()}
        names = {*fields, *known}
        while names := (names | set(notes["POST"])) - tried:
            tried |= names
            for each in sorted(names):
                for value in shared_out(values_for(known.get(each), world_at_large), name, each):
                    wrong += complaints(
                        f"{who}: {each}={value!r:.60}", *sent(client, path, fields | {each: value}, held)
                    )
        assert not wrong, "\n".join(wrong)


PIECES = {
    "int": ("0", "2147483648", "9223372036854775808", "9" * 400, "9" * 5_000),
    "uuid": ("00000000-0000-0000-0000-000000000000", "ffffffff-ffff-ffff-ffff-ffffffffffff"),
    "slug": ("0", "-", "_", "x" * 10_000, "constructor", "__class__"),
    "str": (
        "%00", "%ED%A0%80", "..", "%2e%2e%2fetc", "%20", "%27%20OR%201%3D1", "%3Cscript%3Ealert(1)%3C%2Fscript%3E",
        "x" * 10_000, "%F0%9F%8F%94", "%7B%7B%2041000%7Cadd%3A1234%20%7D%7D", "0", "-1",
    ),
}  # fmt: skip


def routes():
    """{name: the route of an address, as "/roster/<uuid:code>/"} of all addresses outside the Django admin."""
    found = {}

    def walk(resolver, before):
        for entry in resolver.url_patterns:
            route = before + str(entry.pattern)
            if not hasattr(entry, "url_patterns"):
                found[entry.name] = "/" + route
            elif entry.app_name != "admin":
                walk(entry, route)

    walk(get_resolver(), "")
    return found


ROUTES = routes()
ARGUMENT = re.compile(r"<(?:(\w+):)?(\w+)>")


@pytest.mark.slow
@pytest.mark.django_db
class TestImpossibleAddresses:
    @pytest.mark.parametrize("name", sorted(name for name, route in ROUTES.items() if ARGUMENT.search(route)))
    def test_an_address_is_answered(self, world_at_large, held, name):
        route, wrong = ROUTES[name], []
        for method in TABLE[name].methods.lower().split():
            who, person = player_for(name, method)
            client = world_at_large.clients[who]
            real = get_resolver().resolve(address(world_at_large, name, person)).kwargs
            for found in ARGUMENT.finditer(route):
                for piece in (*PIECES[found[1] or "str"], *map(quote, others(world_at_large))):
                    here = {key: str(value) for key, value in real.items()} | {found[2]: piece}
                    path = ARGUMENT.sub(lambda it: here[it[2]], route)  # noqa: B023
                    answer = (asked(client, path),) if method == "get" else sent(client, path, {}, held)
                    wrong += complaints(f"{method} {who} {path[:120]}", *answer)
        assert not wrong, "\n".join(wrong)
