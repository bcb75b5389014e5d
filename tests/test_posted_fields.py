"""R-16: what is posted beside a form's own fields changes nothing, at any address, by anybody for whom it opens.

Each form of the access table is sent as a browser would send it, and then with every field that any model has, with keys
and codes of other people, units and logins. What the database holds afterwards must be the same, row by row.
"""

import re
import uuid
from collections import Counter
from datetime import datetime, timedelta
from html.parser import HTMLParser

import pytest
from django import forms
from django.apps import apps
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection, models, transaction
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from branches.models import Session, Unit
from recruitment.planning import Aim
from tests.access_table import TABLE
from tests.access_world import a_ledger
from tests.recruitment.documents import samples
from tests.test_access import OK, address, expected, outcome, world  # noqa: F401  # a fixture

APPS = ("branches", "recruitment", "committee")
FORMS = sorted(name for name, row in TABLE.items() if "POST" in row.methods.split())
# One of the cast for each part; the others of a part reach the same.
PLAYERS = (
    "secretary", "office", "member", "mentor", "grantee", "sub_office", "hr", "security_administrator", "deputy",
    "system_administrator", "auditor", "stranger",
)  # fmt: skip
# Where everybody has the same page, these are enough.
OF_EVERYBODY = ("secretary", "office", "stranger")
# Names by which attackers try what no form here is called by.
GUESSED = (
    "actor", "by", "user", "owner", "role", "branch", "stage", "next", "pk", "is_superuser", "is_staff", "override",
)  # fmt: skip
SINCE_LONG = "2001-02-03"
# What these are sent is refused, or there is nothing here for them to do: extra fields must not make them act either.
REFUSED = {
    "calendar", "consultation-write", "digest-again", "due-other_party_consultation", "due-snooze", "emergency-ask",
    "emergency-end", "feed-revoke", "field-restore", "file-on-paper", "grant-end", "handover-confirm", "import-check",
    "import-confirm", "import-undo", "institute-login", "ledger-export-download", "login", "login-again",
    "login-code", "logout", "lost-phone", "person-edit", "plan-edit", "plan-person", "plan-person-remove",
    "reminder-rule-reset", "reopening-approve", "robot-new", "roster-import-commit", "roster-import-preview",
    "second-factor-codes", "second-factor-remove", "second-factor-set-up", "session-end", "sessions-end",
    "step-record",
}  # fmt: skip
# What is read without a form that the page shows.
READ = dict.fromkeys(("login", "login-code", "login-again", "logout"), ("next",))


def typed(world):  # noqa: F811
    """{address: what is typed there so that the form acts}; forms that are missing are sent as they are prefilled."""
    today = str(world.cast.today)
    later = str(world.cast.today + timedelta(days=20))
    reason = {"reason": "沙生植物园的决定"}
    applied = {
        "unit": str(world.cast.glacier.code),
        "staff_number": world.scientist.staff_number,
        "name": world.scientist.name,
    }
    return {
        "talk-record": {"held_on": today, "way": "phone", "topics": "research", "outlook": "近况", "problem_summary": "机时",
                        "problem_solver": "office", "problem_due_on": later, "willingness": "", "follow_up_on": later},
        "talk-correct": {"topics": "research", "outlook": "更正后的近况", **reason},
        "problem-answer": {"answer": "已办", "answered_on": today},
        "problem-forward": {"forwarded_text": "请协助"},
        "contact-change": {"leader": str(world.cast.other_member.person.code), "decided_on": today, **reason},
        "contact-end": {"decided_on": today, **reason},
        "contact-assign": {"leader": str(world.cast.other_member.person.code), "decided_on": today, **reason},
        "focus-renew": {"purpose": "了解", "level": "general", "ends_on": later, "next_step": ""},
        "focus-add": {"purpose": "了解", "level": "general", "ends_on": later, "starts_on": today,
                      "unit": str(world.cast.glacier.code)},
        "criterion-add": {"name": "青年", "kind": "age", "high": "40", "is_active": "on"},
        "criterion": {"name": "正高", "kind": "title_rank", "low": "4"},
        "mentors-change": {"persons": [str(world.cast.mentor.person.code), str(world.cast.second_mentor.person.code)],
                           "decided_on": today, **reason},
        "opinion-record": {"given_on": today, "opinion": "学习主动"},
        "review-record": {"reviewed_on": today, "conclusion": "表现稳定", "evidence": "", "late_reason": "野外"},
        "record-correct": reason,
        "situation-record": {"on": today, "decided_by": "支委会", "remark": ""},
        "key-candidate": {"year": str(world.cast.today.year)},
        "emergency-ask": {"reason": "本人突发意外，须立即联系家属"},
        "emergency-decide": {"approve": "1"},
        "grant-decide": {"approve": "1"},
        "grant-propose": {"user": str(world.cast.second_mentor.pk), "unit": str(world.cast.glacier.code), "person": "",
                          "ends_on": later, **reason},
        "posting-end": {"ends_on": today, **reason},
        "posting-replace": {"successor": world.cast.mentor.person.staff_number, "on": today, **reason},
        "posting-open": {"person": world.cast.mentor.person.staff_number, "office": "branch_committee_member",
                         "unit": str(world.cast.glacier.code), "department": "", "starts_on": today, **reason},
        "unit-open": {"name": "新设党支部", "short_name": "新设", "kind": "branch", "parent": str(world.cast.institute.code)},
        "limits": {"code": "training_hours", "value": "40", "since_on": today, "basis": "党委会"},
        "department-share": {"department": str(world.cast.ice_lab.pk), "person": "", "ends_on": later, **reason},
        "due-snooze": {"until_on": str(world.cast.today + timedelta(days=6)), **reason},
        "nudge": {"due": str(world.due.pk)},
        "my-reminders": {"frequency": "weekly"},
        "account": {"frequency": "weekly"},
        "reminder-rule": {"lead_days": "15、1", "repeat_days": "7", "by_notice": "on", **reason},
        "robot-new": {"name": "新群", "kind": "wecom", "address": "https://qyapi.weixin.qq.com/x", "secret": ""},
        "robot": {"name": "改名", "address": "https://qyapi.weixin.qq.com/x", "secret": ""},
        "person-add": {"staff_number": "N77001", "name": "艾新来", "sex": "1", "category": "staff", "title_rank": "0",
                       "political_status": "13"},
        "person-edit": {"title": "研究员"},
        "candidate-register": {**applied, "applied_on": today},
        "candidate-arrival": {**applied, "kind": "transferred", "on": today, "recognised": "yes", "recognised_by": "支委会",
                              "counts_from_on": str(world.cast.today - timedelta(days=100))},
        "reopenings": {"staff_number": world.neighbour.person.staff_number, "applied_on": today},
        "movements-acknowledge": {"one": str(world.movement.pk)},
        "ledger-xlsx": {"reason": "报送上级党委"},
        "ledger-csv": {"reason": "报送上级党委"},
        "contact-ledger-xlsx": {"reason": "报送上级党委"},
        "contact-ledger-csv": {"reason": "报送上级党委"},
        "import": {"file": ("名册.xlsx", a_ledger()), "unit": str(world.cast.glacier.pk)},
        "roster-import": {"file": ("花名册.xlsx", a_ledger())},
        "import-undo": reason,
        "paper-template": {"file": ("版式.docx", samples.word("{{ person.name }}"))},
        "file-upload": {"paper": "1:application_letter", "files": ("申请书.pdf", samples.pdf(2))},
        "file-remove": reason,
        "field-restore": reason,
        "calendar": {"act": "year", "year": str(world.cast.today.year + 3), "source": "通知"},
        "campaign-open": {"title": "又一专项", "year": str(world.cast.today.year - 1), "basis": "通知", "milestones": "0",
                          "begins_on": f"{world.cast.today.year - 1}-11-01"},
        "campaign-end": {"withdrawn": "no", **reason},
        "milestone-add": {"title": "座谈", "task": "", "ten_days": "day", "due_on": today, "audience": "branches"},
        "milestone-change": {"title": "传达"},
        "completion-record": {"done_on": today, "place": "三楼", "eligible": "20", "present": "18", "summary": "纪要",
                              "late_reason": "野外"},
        "plan-remark": {"part": "whole", "code": "", "text": "请补时间"},
        "plan-answer": {"is_adopted": "yes", "reply": ""},
        "plan-office": reason,
        "plan-person": {"code": str(world.own.code), "step": str(int(Aim.TARGETS)), "month": "12", "period": "month"},
        "consultation-write": {"text": "准备好了"},
        "lost-phone": {"username": world.cast.secretary.username},
        "password_change": {"old_password": "x", "new_password1": "y", "new_password2": "y"},
        "login": {"username": world.cast.secretary.username, "password": "猜的"},
        "step-record": {"decided_on": today},
    }  # fmt: skip


# --- What a form has, and what is added to it


class Typed(HTMLParser):
    """Names and values of the fields of the forms that a page posts to itself."""

    def __init__(self, path):
        super().__init__()
        self.path, self.inside, self.found, self.select, self.offered, self.text = path, False, {}, "", [], ""

    def handle_starttag(self, tag, attributes):
        given = dict(attributes)
        name = given.get("name", "")
        if tag == "form":
            self.inside = given.get("method") == "post" and given.get("action", self.path) in ("", self.path)
        elif not self.inside:
            return
        elif tag == "input" and name and given.get("type") not in ("file", "submit"):
            held = self.found.setdefault(name, [])
            if given.get("type") not in ("checkbox", "radio"):
                held.append(given.get("value", ""))
            elif "checked" in given:
                held.append(given.get("value", "on"))
        elif tag == "input" and name:
            self.found.setdefault(name, [])
        elif tag == "select":
            self.select, self.offered = name, []
            self.found.setdefault(name, [])
        elif tag == "option":
            self.offered.append(given.get("value", ""))
            if "selected" in given:
                self.found[self.select].append(given.get("value", ""))
        elif tag == "textarea":
            self.text = name
            self.found.setdefault(name, [""])

    def handle_data(self, data):
        if self.text:
            self.found[self.text][0] += data.removeprefix("\n")

    def handle_endtag(self, tag):
        if tag == "textarea":
            self.text = ""
        elif tag == "select" and self.inside and self.select and not self.found[self.select]:
            self.found[self.select] = self.offered[:1]
        elif tag == "form":
            self.inside = False


def form_of(client, path):
    """({name: values} as the page prefills them, the bound or unbound Django forms that it shows)."""
    with transaction.atomic():
        page = client.get(path)
        transaction.set_rollback(True)
    if page.status_code != 200 or "html" not in page.headers.get("Content-Type", ""):
        return {}, []
    reader = Typed(path)
    reader.feed(page.content.decode())
    reader.found.pop("csrfmiddlewaretoken", None)
    shown = {id(value): value for part in page.context or () for layer in part.dicts for value in layer.values()}
    return reader.found, [value for value in shown.values() if isinstance(value, forms.BaseForm)]


def all_models():
    """The models of the three apps, with their histories."""
    return [model for model in apps.get_models(include_auto_created=True) if model._meta.app_label in APPS]


def hostile(world):  # noqa: F811
    """{name: values}: every field of every model, with keys and codes of what is nobody's business, and what is guessed."""
    strange = {
        "Candidate": world.declined,
        "Person": world.declined.person,
        "Unit": world.cast.ecology,
        "User": world.cast.system_administrator,
    }
    found = {name: ["1", "system_administrator", "/admin/"] for name in GUESSED}
    for model in all_models():
        for field in model._meta.concrete_fields:
            for name in {field.name, field.attname}:
                found.setdefault(name, []).extend(_values(field, strange))
    return {name: list(dict.fromkeys(values)) for name, values in found.items()}


def _values(field, strange):
    if field.is_relation:
        other = strange.get(field.related_model.__name__) or field.related_model._base_manager.first()
        return [str(other.pk), str(getattr(other, "code", other.pk))] if other else ["1"]
    if field.choices:
        return [str(field.flatchoices[-1][0]), str(field.flatchoices[0][0])]
    kinds = (
        (models.UUIDField, [str(strange["Candidate"].code)]),
        (models.BooleanField, ["on", "0"]),
        (models.DateTimeField, [f"{SINCE_LONG} 04:05"]),
        (models.DateField, [SINCE_LONG]),
        ((models.IntegerField, models.AutoField), ["24", str(strange["User"].pk)]),
    )
    return next((values for kind, values in kinds if isinstance(field, kind)), ["柽柳林"])


def rounds_of(extra):
    """Twice each field: with the first of its values and with the last."""
    return [{name: values[which] for name, values in extra.items()} for which in (0, -1)]


# --- What the database holds


class Held:
    """All rows of the three apps at one moment, and what became of them since."""

    def __init__(self):
        self.rows = _rows()
        self.codes = {
            str(value) for rows in self.rows.values() for row in rows.values() for value in row.values() if isinstance(value, uuid.UUID)
        }  # fmt: skip

        self.paths = set(Unit.objects.values_list("path", flat=True))

    def change(self, tables=None):
        """Counter of what was added, changed and taken away since, without what differs each time: moments, new keys.

        ``tables`` are those that were written, None for all.
        """
        found = Counter()
        for model, rows in _rows(tables).items():
            before = self.rows[model]
            for pk, row in rows.items():
                if pk not in before:
                    found[("added", model.__name__, self._plain(model, row))] += 1
                elif row != before[pk]:
                    changed = {name: value for name, value in row.items() if value != before[pk][name]}
                    found[("changed", model.__name__, pk, self._plain(model, changed))] += 1
            for pk in before.keys() - rows.keys():
                found[("taken away", model.__name__, pk)] += 1
        return found

    def _plain(self, model, row):
        kept = []
        for field in model._meta.concrete_fields:
            if field.primary_key or field.attname not in row:
                continue
            value = row[field.attname]
            original = getattr(model, "instance_type", None) if field.name == "id" else field.related_model
            if original and value is not None and value not in self.rows.get(original, {value: 0}):
                value = "new"
            kept.append((field.attname, self._without_chance(value)))
        return tuple(kept)

    def _without_chance(self, value):
        if isinstance(value, datetime):
            return "now" if abs(timezone.now() - value) < timedelta(hours=2) else value.isoformat()
        if isinstance(value, (bytes, memoryview)):
            try:
                value = bytes(value).decode()
            except UnicodeDecodeError:
                return f"{len(value)} bytes"
        if isinstance(value, (str, uuid.UUID, dict, list)):
            if PATH.fullmatch(str(value)) and value not in self.paths:
                return "a new path"
            text = re.sub(UUID, lambda found: found[0] if found[0] in self.codes else "a code", str(value))
            return re.sub(CHANCE, "chance", text)
        return value


WRITES = re.compile(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"')
PATH = re.compile(r"(?:\d{6}/)+")
UUID = re.compile(r"[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}")
# Hashes and secrets, moments, and the key of a new row in a longer one ("handover:81").
CHANCE = re.compile(r"[0-9a-f]{32,}|[\w+/$=.-]{40,}|\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d[\d.:+Z]*|(?<=:)\d+\b")


def _rows(tables=None):
    return {
        model: {row[model._meta.pk.attname]: row for row in model._base_manager.values()}
        for model in all_models()
        if model is not Session and (tables is None or model._meta.db_table in tables)
    }


def send(client, path, fields, held):
    """(the answer to a post, what it changed), undone afterwards."""
    cookies = client.cookies.copy()
    data = {name: SimpleUploadedFile(*value) if isinstance(value, tuple) else value for name, value in fields.items()}
    with transaction.atomic(), CaptureQueriesContext(connection) as queries:
        answer = client.post(path, data)
        written = {table for query in queries for table in WRITES.findall(query["sql"])}
        changed = held.change(written)
        transaction.set_rollback(True)
    client.cookies = cookies
    return answer, changed


@pytest.fixture(scope="class")
def held(world):  # noqa: F811
    return Held()


@pytest.fixture(scope="class")
def everything(world):  # noqa: F811
    return hostile(world)


def told(answer):
    """Where an answer leads, without keys and codes of what it made."""
    place = re.sub(UUID, "a code", answer.headers.get("Location", ""))
    return answer.status_code, re.sub(r"/\d+/", "/n/", place)


def players_of(name):
    """Those of the cast to try the form ``name`` as: for whom it opens, and one stranger."""
    row, person = TABLE[name], (TABLE[name].about or ("own",))[0]
    opens = [who for who in (*PLAYERS, *row.also) if expected(row, name, "post", who, person) == OK]
    opens = list(dict.fromkeys(opens))
    if len(opens) > len(OF_EVERYBODY) and "stranger" in opens:
        return list(OF_EVERYBODY)
    return [*opens[:3], "stranger"]


def player_for(name, method):
    """Somebody for whom ``name`` opens, and about whom of those on file; a public page opens for who is not logged in."""
    row = TABLE[name]
    for person in row.about or ("own",):
        for who in (*PLAYERS, *row.also):
            if expected(row, name, method, who, person) == OK:
                return ("nobody" if row.is_public else who), person
    return "secretary", "own"


@pytest.mark.django_db
def test_the_comparison_tells_one_field_of_one_row(cast, factory):
    candidate, held = factory.candidate(2), Held()
    candidate.key_year = 2031
    candidate.save()
    found = [what for what in held.change() if what[1] == "Candidate"]
    assert len(found) == 1
    assert found[0][:3] == ("changed", "Candidate", candidate.pk)
    assert ("key_year", 2031) in found[0][3]


@pytest.mark.slow
class TestExtraFields:
    @pytest.mark.parametrize("name", FORMS)
    def test_what_no_form_asks_for_changes_nothing(self, world, held, everything, name):  # noqa: F811
        path, wrong, acted = address(world, name), [], False
        for who in players_of(name):
            client = world.clients[who]
            prefilled, shown = form_of(client, path)
            fields = prefilled | typed(world).get(name, {})
            own = {*fields, *(form.add_prefix(each) for form in shown for each in form.fields), *READ.get(name, ())}
            answer, changed = send(client, path, fields, held)
            acted = acted or bool(changed)
            assert who != "stranger" or not changed or outcome(answer) == OK, "a stranger changed something"
            for extra in rounds_of({name: values for name, values in everything.items() if name not in own}):
                again, also = send(client, path, fields | extra, held)
                if told(again) != told(answer):
                    wrong.append(f"{who}: {told(again)}, without extra fields: {told(answer)}")
                wrong += [f"{who}: {count} more of {row}" for row, count in (also - changed).items()]
                wrong += [f"{who}: {count} fewer of {row}" for row, count in (changed - also).items()]
        assert not wrong, "\n".join(wrong)
        assert acted or name in REFUSED, "nothing was done, so nothing was tried"
