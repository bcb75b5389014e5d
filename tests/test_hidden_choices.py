"""A form and a filter are questions, too: whoever may not know of something learns nothing by choosing it (R-14, R-15).

To every choice of every form, to every filter, sort order and ``next`` is given the code or key of what the player may not
see, and one that never was. Status, page, messages and what is written are the same, and nothing hidden is among the options.
"""

import html
import os
import re
from urllib.parse import quote

import pytest
from django import forms
from django.contrib.messages import get_messages
from django.db import connection, transaction
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from branches.models import Posting, Unit, User
from recruitment.models import Due
from recruitment.scope import scope_of
from tests.access_table import PEOPLE, READING, TABLE, part_towards
from tests.test_access import OK, ROSTER_KEPT_BY, ROSTER_PAGES, TOKENS, address, expected, world  # noqa: F401  # a fixture
from tests.test_impossible_values import PAGES, asked, notes  # noqa: F401  # a fixture
from tests.test_posted_fields import FORMS, WRITES, Held, form_of, typed

# What never was: a key, a code, a person's name and staff number, a page.
NEVER = "987654321"
NO_CODE = "a2f7d1c4-93b6-4b0e-8f55-5d1c7e9a4b10"
NOBODY, NO_NUMBER = "祁连无", "N98765"
NO_PAGE = f"/candidates/{NO_CODE}/"
# Posted by a button beside each line of a list, without a form that says what its keys are.
KEYS = {"one", "movement", "due", "only"}
# Texts by which a form names a person, and what one types there.
NAMING = ("person", "successor", "username", "staff_number", "name")
# Where every person of the roster may be named: who keeps it knows them all, and who enters an applicant is told whom to ask.
NAMES_ANYBODY = {
    "posting-open", "posting-replace", "person-add", "person-edit", "candidate-register", "candidate-arrival", "reopenings",
}  # fmt: skip
# What is typed freely is no question.
CHOOSING = (forms.ChoiceField, forms.ModelChoiceField, forms.UUIDField)
# One of the cast for each reach, from whom most is hidden first; of those for whom an address opens, so many ask.
ASKING = ("secretary", "member", "sub_office", "hr", "office", "mentor", "security_administrator")
ASK = 3 if os.environ.get("THOROUGH") else 2


def hidden_people(world, who):  # noqa: F811
    """Of those on file of whom ``who`` may not know, the first and who declined."""
    found = [getattr(world, person) for person in PEOPLE if part_towards(who, person) not in READING]
    return [*found[:-1][:1], world.declined]


def hidden_units(world, who):  # noqa: F811
    """Units that are neither within the reach of ``who`` nor above it."""
    paths = scope_of(afresh(world, who)).paths
    return [
        unit
        for unit in Unit.objects.all()
        if paths and not any(unit.path.startswith(path) or path.startswith(unit.path) for path in paths)
    ]


def afresh(world, who):  # noqa: F811
    return User.objects.select_related("person").get(pk=world.cast.users[who].pk)


def hidden_codes(world, who):  # noqa: F811
    """Codes of everything that is hidden from ``who``."""
    people = hidden_people(world, who)
    found = [code for one in people for code in (one.code, one.person.code)]
    found += [unit.code for unit in hidden_units(world, who)[:1]]
    if world.own in people:
        found += [world.listing.code, world.talk.code, world.problem.code, world.record.code]
    return [str(code) for code in found]


def hidden_keys(world, who, model):  # noqa: F811
    """Keys of rows of ``model`` that are hidden from ``who``; None stands for a form that does not say what its keys are."""
    people = hidden_people(world, who)
    found = {
        "Candidate": people,
        "Person": [one.person for one in people],
        "Unit": hidden_units(world, who)[:1],
        "User": [world.cast.system_administrator],
        "Posting": [Posting.objects.get(person=world.cast.former_secretary.person)],
        None: [*Due.objects.filter(candidate__in=people), world.things["movement"]] if world.own in people else [],
    }
    return [str(each.pk) for each in found.get(model, [])]


def pairs_for(name, each, field, world, who):  # noqa: F811
    """(what is hidden from ``who``, what never was) to send as ``each``, the ``field`` of the form at ``name`` or None."""
    if isinstance(field, CHOOSING) or field is None:
        model = getattr(getattr(field, "queryset", None), "model", None)
        keys = hidden_keys(world, who, model and model.__name__) if model or each in KEYS else []
        return [*((code, NO_CODE) for code in hidden_codes(world, who)), *((key, NEVER) for key in keys)]
    if each in NAMING and name not in NAMES_ANYBODY:
        people = [one.person for one in hidden_people(world, who)]
        return [pair for one in people for pair in ((one.staff_number, NO_NUMBER), (one.name, NOBODY))]
    return []


def plain(response, values):
    """What an answer says apart from the values that were asked with, which may not be part of another word."""
    body = b"".join(response) if response.streaming else response.content
    said = TOKENS.sub("", body.decode(errors="replace")) if "html" in response.headers.get("Content-Type", "") else ""
    for value in values:
        for echo in {html.escape(value), quote(value, safe="")}:
            said = re.sub(rf"(?<!\w){re.escape(echo)}(?!\w)", "", said)
    said = re.sub(r"\d{2}:\d{2}(:\d{2})?", "", said)
    told = [
        re.sub("|".join(map(re.escape, values)), "", str(message)) for message in get_messages(response.wsgi_request)
    ]
    place = re.sub("|".join(map(re.escape, values)), "", response.headers.get("Location", ""))
    return response.status_code, re.sub(r"/\d+/|[0-9a-f]{8}-[0-9a-f-]{27}", "/n/", place), told, said


def posted(client, path, fields, held):
    """(the answer to a post, what it changed), undone afterwards."""
    cookies = client.cookies.copy()
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        response = client.post(path, fields)
        written = {table for query in queries for table in WRITES.findall(query["sql"])} - {"recruitment_accessentry"}
        changed = held.change(written) if written else {}
        transaction.set_rollback(True)
    client.cookies = cookies
    return response, changed


def difference(hidden, missing):
    """Where two answers differ, in a few words."""
    for what, a, b in zip(("status", "place", "messages", "page"), hidden, missing, strict=True):
        if a != b:
            if what == "page":
                at = next((i for i, (x, y) in enumerate(zip(a, b, strict=False)) if x != y), min(len(a), len(b)))
                a, b = a[max(0, at - 60) : at + 60], b[max(0, at - 60) : at + 60]
            return f"{what}: {a!r}, and {b!r} for what never was"
    return ""


@pytest.fixture(scope="class")
def held(world):  # noqa: F811
    return Held()


def players_of(name, method):
    """(who, about whom) of the first of those for whom ``name`` opens."""
    row = TABLE[name]
    about = {
        who: next((one for one in row.about or ("own",) if expected(row, name, method, who, one) == OK), None)
        for who in ASKING
    }
    return [(who, person) for who, person in about.items() if person][:ASK]


@pytest.mark.slow
@pytest.mark.django_db
class TestHiddenChoices:
    @pytest.mark.parametrize("name", FORMS)
    def test_choosing_what_is_hidden_is_answered_like_what_never_was(self, world, notes, held, name):  # noqa: F811
        wrong = []
        for who, person in players_of(name, "post"):
            client, path = world.clients[who], address(world, name, person)
            notes["POST"].clear()
            prefilled, shown = form_of(client, path)
            fields = {
                key: value
                for key, value in (prefilled | typed(world).get(name, {})).items()
                if not isinstance(value, tuple)
            }
            posted(client, path, fields, held)
            known = {form.add_prefix(key): field for form in shown for key, field in form.fields.items()}
            for each in {*fields, *known, *notes["POST"]} - {"csrfmiddlewaretoken", "form_token", "version"}:
                pairs = pairs_for(name, each, known.get(each), world, who)
                never = {missing: posted(client, path, fields | {each: missing}, held) for _, missing in pairs}
                for hidden, missing in pairs:
                    response, changed = posted(client, path, fields | {each: hidden}, held)
                    other, also = never[missing]
                    values = (hidden, missing)
                    if text := difference(plain(response, values), plain(other, values)):
                        wrong.append(f"{who}: {each}={hidden}: {text}")
                    wrote, never_wrote = (
                        re.sub("|".join(values), "", str(sorted(map(str, rows)))) for rows in (changed, also)
                    )
                    if wrote != never_wrote:
                        wrong.append(
                            f"{who}: {each}={hidden}: writes {wrote:.300}, and {never_wrote:.300} for what never was"
                        )
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("name", PAGES)
    def test_nothing_hidden_is_among_the_options(self, world, name):  # noqa: F811
        wrong = []
        for who, person in players_of(name, "get"):
            response = asked(world.clients[who], address(world, name, person))
            if response.streaming or "html" not in response.headers.get("Content-Type", ""):
                continue
            said = response.content.decode()
            offered = set(re.findall(r'<(?:option|input)\b[^>]*\bvalue="([^"]*)"', said))
            if who in ROSTER_KEPT_BY and name in ROSTER_PAGES:
                continue
            wrong += [f"{who}: offers {code}" for code in hidden_codes(world, who) if code in offered]
            labels = re.findall(r"<option\b[^>]*>([^<]*)<", said)
            names = [one.person.name for one in hidden_people(world, who)]
            wrong += [f"{who}: offers {text}" for text in names if any(text in label for label in labels)]
        assert not wrong, "\n".join(wrong)

    @pytest.mark.parametrize("name", PAGES)
    def test_filtering_by_what_is_hidden_is_answered_like_what_never_was(self, world, notes, name):  # noqa: F811
        wrong = []
        for who, person in players_of(name, "get"):
            client, path = world.clients[who], address(world, name, person)
            notes["GET"].clear()
            asked(client, path)
            for each in sorted(notes["GET"]):
                people = hidden_people(world, who)
                pairs = [(code, NO_CODE) for code in hidden_codes(world, who)]
                if each == "next":
                    pairs += [(reverse("candidate", args=[one.code]), NO_PAGE) for one in people]
                if who not in ROSTER_KEPT_BY:
                    pairs += [(one.person.name, NOBODY) for one in people]
                if "sort" in each or "order" in each:
                    pairs += [(sort, "zzz") for sort in SORTS]
                never = {missing: asked(client, f"{path}?{each}={quote(missing)}") for _, missing in pairs}
                for values in pairs:
                    said = (
                        plain(answer, values)
                        for answer in (asked(client, f"{path}?{each}={quote(values[0])}"), never[values[1]])
                    )
                    if text := difference(*said):
                        wrong.append(f"{who}: {each}={values[0]}: {text}")
        assert not wrong, "\n".join(wrong)


# Orders by what no list shows, which would tell it row by row.
SORTS = (
    "pk",
    "-pk",
    "code",
    "state",
    "-state",
    "declines",
    "person__birth_on",
    "-person__phone",
    "talks__outlook",
    "unit__path",
    "?",
)
