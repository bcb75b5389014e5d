"""Every address, every member of the cast, every relation: what opens, what is refused, what does not exist.

The table is tests/access_table.py, the objects are those of tests/access_world.py.
"""

import email
import email.policy
import io
import re
import uuid
from collections import defaultdict
from datetime import timedelta

import pytest
from django.contrib import admin
from django.db import connection, transaction
from django.forms import ModelForm
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import get_resolver, reverse
from django.utils import timezone
from openpyxl import load_workbook

from branches import visits
from branches.models import Posting, Unit, User
from branches.offices import Office
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import MailboxMessage
from committee.queries.candidate_page import TABS
from committee.queries.feeds import entries_of
from recruitment.access import PERMISSIONS
from recruitment.models import AccessEntry, Candidate
from recruitment.queries.scopes import scopes_of
from recruitment.scope import scope_of
from recruitment.stages import Stage
from tests.access_table import ACTING, IN_GENERAL, OFFICE, PEOPLE, READING, TABLE, TOWARDS, part_towards
from tests.access_world import NAMES, TEXTS, make_world
from tests.cast import load_calendar, make_cast
from tests.factory import Factory

OK, FORBIDDEN, HIDDEN, METHOD, LOGIN = (
    "opens",
    "is forbidden",
    "does not exist",
    "takes no such method",
    "leads to login",
)
# Where the login is the right place to end: nothing was typed that a code could be asked for, or one has left.
LEADS_TO_LOGIN = {"login-code", "logout", "sessions-end"}
# Django's own form pages take PUT for POST.
TAKES_PUT = {"login", "password_change"}
UNUSED_METHODS = ("put", "patch", "delete", "options")


def addresses():
    """Names of all addresses outside the Django admin, as the resolver has them."""

    def walk(resolver):
        for entry in resolver.url_patterns:
            if not hasattr(entry, "url_patterns"):
                yield entry.name
            elif entry.app_name != "admin":
                yield from walk(entry)

    return list(walk(get_resolver()))


def address(world, name, person="own"):
    """The path of the address ``name``, with the objects of the world; ``person`` stands where a person's code does."""
    arguments = {}
    for part in TABLE[name].path:
        if part == "person":
            arguments["code"] = getattr(world, person).code
            continue
        argument, value = part
        if isinstance(value, str) and "." in value:
            first, *rest = value.split(".")
            value = getattr(world, first)
            for attribute in rest:
                value = getattr(value, attribute)
        arguments[argument] = value
    return reverse(name, kwargs=arguments)


def ask(client, method, path):
    """The answer to a request, with everything that it changed undone: rows and the browser's cookies."""
    cookies = client.cookies.copy()
    with transaction.atomic():
        response = getattr(client, method)(path)
        transaction.set_rollback(True)
    client.cookies = cookies
    return response


def outcome(response):
    """The answer in one of the table's words."""
    if response.status_code in (301, 302) and response.headers["Location"].startswith("/login/"):
        return LOGIN
    known = {403: FORBIDDEN, 404: HIDDEN, 405: METHOD, 422: OK, 503: "is not ready"}
    return known.get(response.status_code, OK if response.status_code < 400 else f"fails with {response.status_code}")


def expected(row, name, method, who, person):
    """What the table says about ``who``."""
    if who == "nobody" and not row.is_public:
        return LOGIN
    if method.upper() not in row.methods.split():
        return METHOD
    if name in LEADS_TO_LOGIN:
        return LOGIN
    if who == "nobody":
        return OK if row.ok else HIDDEN
    part = part_towards(who, person) if row.about else IN_GENERAL[who]
    if part in row.ok or who in row.also:
        return OK
    return FORBIDDEN if part in row.forbidden else HIDDEN


def words(response):
    """Everything an answer says: headers and body, spreadsheets read cell by cell."""
    head = " ".join(f"{key}: {value}" for key, value in response.headers.items())
    body = b"".join(response) if response.streaming else response.content
    if "spreadsheetml" in response.headers.get("Content-Type", ""):
        cells = (
            str(value)
            for sheet in load_workbook(io.BytesIO(body), read_only=True)
            for row in sheet.iter_rows(values_only=True)
            for value in row
        )
        return head + " ".join(cells)
    return head + body.decode("utf-8", errors="replace")


# Where the roster is kept, names of persons stand by right; nothing there says who is on file.
ROSTER_KEPT_BY = {"hr", "office", "office_colleague", "sub_office", "system_administrator"}
ROSTER_PAGES = {"roster", "person", "person-edit", "focus-proposals", "movements-sent"}
# Who may read a word: the parts towards ``own``, and single members of the cast.
MAY_READ = {
    "talk": ({"contact", "mentor"}, {"secretary", "stand_in"}),
    "shared talk": ({"contact", "mentor", "office"}, {"secretary", "stand_in"}),
    "problem": (READING, set()),
    "review": (READING, set()),
    "purpose": (READING, set()),
    "grant": ({OFFICE}, {"security_administrator"}),
    "emergency": ({OFFICE}, {"security_administrator"}),
    "file": (ACTING, set()),
    "mail": (set(), set()),
    "notice": (set(), {"secretary"}),
    "reopening person": ({OFFICE}, ROSTER_KEPT_BY),
    "movement": (READING, {"hr"}),
    "declined's movement": (set(), {"hr"}),
    "roster": (set(), {"hr"}),
    "share": ({OFFICE}, set()),
    "plan": ({*ACTING, "leader", "contact"}, {"other_member"}),
    "plan remark": ({*ACTING, "leader"}, set()),
    "document": (ACTING, set()),
    "paper template": ({OFFICE}, set()),
    "report": ({"branch", "office", "leader", "contact"}, {"other_member"}),
}


def secrets_from(who, name):
    """The words that no answer of the address ``name`` to ``who`` may hold."""
    kept = who in ROSTER_KEPT_BY and name in ROSTER_PAGES
    for person, text in NAMES.items():
        if part_towards(who, person) not in READING and not kept:
            yield text
    for key, (parts, single) in MAY_READ.items():
        if part_towards(who, "own") not in parts and who not in single:
            yield TEXTS[key]


@pytest.fixture(scope="class")
def world(django_db_setup, django_db_blocker):
    """The world, made once for the class and undone after it.

    Its logins stay fresh however long a busy machine takes: what is not fresh is tried in tests/branches/doors.
    """
    with pytest.MonkeyPatch.context() as patch, django_db_blocker.unblock(), transaction.atomic():
        patch.setattr(visits, "FRESH", timedelta(days=1))
        patch.setattr(visits, "IDLE", timedelta(days=1))
        patch.setattr(visits, "IDLE_STRICT", timedelta(days=1))
        load_calendar()
        cast = make_cast(timezone.localdate())
        yield make_world(cast, Factory(cast))
        transaction.set_rollback(True)


def test_every_address_stands_in_the_table():
    assert set(addresses()) == set(TABLE), "add the new address to tests/access_table.py with the parts it opens for"


@pytest.mark.slow
class TestTable:
    """Asked in full: every address with every method it has, by everybody, about everybody."""

    @pytest.mark.parametrize("name", sorted(TABLE))
    def test_an_address_opens_for_its_parts_only_and_tells_nobody_else_anything(self, world, name):
        row = TABLE[name]
        wrong = []
        for person in row.about or ("own",):
            path = address(world, name, person)
            for who, client in world.clients.items():
                for method in ("get", "post"):
                    if method.upper() not in row.methods.split() and who not in ("secretary", "stranger", "nobody"):
                        continue  # a method that an address does not take it takes from nobody
                    response = ask(client, method, path)
                    got, should = outcome(response), expected(row, name, method, who, person)
                    if got != should:
                        wrong.append(f"{method} {person} {who}: {got}, should be: {should}")
                    said = words(response)
                    wrong += [
                        f"{method} {person} {who}: told {secret}"
                        for secret in secrets_from(who, name)
                        if secret in said
                    ]
        assert not wrong

    @pytest.mark.parametrize("name", sorted(TABLE))
    def test_other_methods_do_nothing(self, world, name):
        path = address(world, name)
        for who in ("secretary", "stranger", "nobody"):
            for method in UNUSED_METHODS:
                got = outcome(ask(world.clients[who], method, path))
                nothing_done = got in (METHOD, HIDDEN, LOGIN, FORBIDDEN)
                assert nothing_done or method == "options" or name in TAKES_PUT, f"{who} {method}: {got}"

    @pytest.mark.parametrize("name", sorted(TABLE))
    def test_reading_changes_nothing_but_the_log_of_who_read(self, world, name):
        if "GET" not in TABLE[name].methods.split():
            return
        path = address(world, name)
        for who in ("secretary", "office", "mentor", "auditor"):
            with CaptureQueriesContext(
                connection,
            ) as queries:
                ask(world.clients[who], "get", path)
            written = {
                found.group(1)
                for query in queries
                if (found := re.match(r'(?:INSERT INTO|UPDATE|DELETE FROM) "(\w+)"', query["sql"]))
            }
            assert written <= {"recruitment_accessentry", "branches_session", "django_session"}, who

    @pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if "POST" in row.methods.split()))
    def test_no_form_is_taken_without_its_token(self, world, name):
        client = Client(enforce_csrf_checks=True)
        client.force_login(world.cast.office)
        response = ask(client, "post", address(world, name))
        assert response.status_code in (403, 404), response.status_code

    def test_the_admin_exists_for_the_system_administrator_only(self, world):
        pages = ["index", "app_list", "jsi18n"]
        for model in admin.site._registry:
            label = f"{model._meta.app_label}_{model._meta.model_name}"
            pages += [f"{label}_changelist", f"{label}_add"]
        for page in pages:
            arguments = {"app_label": "branches"} if page == "app_list" else {}
            path = reverse(f"admin:{page}", kwargs=arguments)
            for who, client in world.clients.items():
                response = ask(client, "get", path)
                if response.status_code == 302 and response.headers["Location"].startswith("/admin/login/"):
                    # the admin leads to its own login, which for those who are logged in does not exist
                    response = ask(client, "get", response.headers["Location"])
                got = outcome(response)
                if who == "system_administrator":
                    assert got in (OK, FORBIDDEN), path  # what is kept elsewhere cannot be added here
                    hidden = [text for key, text in TEXTS.items() if key != "reopening person"]
                    assert not [text for text in hidden if text in words(response)]
                else:
                    assert got == (LOGIN if who == "nobody" else HIDDEN), (who, path)

    def test_the_admin_holds_organisation_data_only(self, world):
        names = {model._meta.label for model in admin.site._registry}
        assert names == {
            "branches.CalendarYear", "branches.Department", "branches.Person", "branches.Posting", "branches.Unit",
            "branches.User", "branches.Workday",
        }  # fmt: skip


# --- Side doors: lists, searches, filters, counts, choices, files


@pytest.mark.slow
class TestSideDoors:
    """A name that cannot be opened is not found, counted, offered or exported either."""

    LISTS = (
        "candidates",
        "ledger",
        "ledger-acts",
        "talks",
        "problems",
        "todo",
        "focus",
        "campaigns",
        "mentors",
        "access-log",
        "roster",
    )
    QUESTIONS = ("q={}", "who={}", "name={}", "text={}", "search={}", "sort=name&q={}", "sort=-due&q={}")

    def test_asking_for_a_hidden_name_answers_as_asking_for_nobodys(self, world):
        nobodys = "祁连无"
        wrong = []
        for who, client in world.clients.items():
            answers = {}
            for person, text in NAMES.items():
                if part_towards(who, person) in READING:
                    continue
                for name in self.LISTS:
                    if name in ROSTER_PAGES and who in ROSTER_KEPT_BY:
                        continue
                    for question in self.QUESTIONS[:1] if name != "candidates" else self.QUESTIONS:
                        path = f"{reverse(name)}?{question}"
                        if path not in answers:
                            answers[path] = plain(ask(client, "get", path.format(nobodys)), nobodys)
                        if plain(ask(client, "get", path.format(text)), text) != answers[path]:
                            wrong.append(f"{who}: {name}?{question.format(person)}")
        assert not wrong

    @pytest.mark.parametrize("name", ["ledger-xlsx", "ledger-csv"])
    def test_a_file_asked_for_by_codes_holds_only_the_people_within_reach(self, world, name):
        codes = "&".join(f"code={getattr(world, person).code}" for person in PEOPLE)
        for who, client in world.clients.items():
            said = words(ask(client, "get", f"{reverse(name)}?{codes}"))
            hidden = [text for person, text in NAMES.items() if part_towards(who, person) not in READING]
            assert not [text for text in hidden if text in said], who

    def test_a_file_says_who_took_it(self, world):
        with transaction.atomic():
            world.clients["secretary"].get(reverse("ledger-csv"))
            entry = AccessEntry.objects.filter(user=world.cast.secretary, action="exported").first()
            transaction.set_rollback(True)
        assert entry is not None
        assert entry.people_count == 1

    def test_counts_follow_the_reach(self, world):
        for who in world.clients:
            if who == "nobody":
                continue
            reach = [person for person in PEOPLE if part_towards(who, person) in READING]
            page = ask(world.clients[who], "get", reverse("candidates")).context["page"]
            assert page.paginator.count == len(reach), who

    @pytest.mark.parametrize("name", sorted(name for name, row in TABLE.items() if "GET" in row.methods.split()))
    def test_no_title_names_anybody(self, world, name):
        """Titles stand in histories, task bars and shared screens."""
        for who in ("secretary", "office", "hr"):
            title = re.search(r"<title>(.*?)</title>", words(ask(world.clients[who], "get", address(world, name))), re.S)
            assert not title or not [text for text in (*NAMES.values(), *TEXTS.values()) if text in title[1]], who

    def test_units_offered_by_filters_are_within_reach(self, world):
        said = words(ask(world.clients["secretary"], "get", reverse("candidates")))
        assert world.cast.desert.short_name not in said
        assert world.cast.ecology.short_name not in said

    @pytest.mark.parametrize("tab", sorted(TABS))
    def test_no_tab_tells_more_than_its_reader_may_know(self, world, tab):
        wrong = []
        for person in PEOPLE:
            path = reverse("candidate-tab", args=[getattr(world, person).code, tab])
            for who, client in world.clients.items():
                if who == "nobody":
                    continue
                response = ask(client, "get", path)
                if (outcome(response) == OK) != (part_towards(who, person) in READING):
                    wrong.append(f"{person} {who}: {outcome(response)}")
                said = words(response)
                wrong += [f"{person} {who}: told {secret}" for secret in secrets_from(who, "") if secret in said]
        assert not wrong

    def test_filtering_by_what_is_out_of_reach_answers_as_by_what_never_was(self, world):
        """A filter is a question: whoever may not know of a unit, a stage or a person learns nothing by asking."""
        nobodys = str(uuid.uuid4())
        wrong = []
        for who, hidden in (("secretary", world.cast.desert), ("sub_office", world.cast.glacier)):
            for name in ("candidates", "ledger", "todo", "talks", "focus", "mentors", "dashboard", "contacts"):
                for question in ("unit={}", "branch={}", "unit={}&sort=-due", "code={}"):
                    asked, other = (
                        ask(world.clients[who], "get", f"{reverse(name)}?{question.format(value)}")
                        for value in (hidden.code, nobodys)
                    )
                    if plain(asked, str(hidden.code)) != plain(other, nobodys):
                        wrong.append(f"{who}: {name}?{question}")
        assert not wrong

    def test_no_mail_and_no_calendar_names_whom_its_recipient_may_not_know_of(self, world, settings):
        """The digests of a day and a week, written in full to the mailbox, with names in clear."""
        settings.YINLING_MASK_NAMES_IN_MAIL = False
        settings.EMAIL_BACKEND = "committee.mailbox.MailboxBackend"
        told = 0
        with transaction.atomic():
            Unit.objects.update(digest_hour=0)
            create_due(database_now(), anyway=True)
            deliver_due()
            mails = [
                (mail.to, email.message_from_bytes(bytes(mail.raw), policy=email.policy.default))
                for mail in MailboxMessage.objects.exclude(pk=world.mail.pk)
            ]
            transaction.set_rollback(True)
        by_address = {user.person.email: who for who, user in world.cast.users.items()}
        wrong = []
        for to, mail in mails:
            who = by_address[to]
            said = str(mail["Subject"]) + "".join(
                part.get_content() for part in mail.walk() if part.get_content_maintype() == "text"
            )
            told += NAMES["own"] in said
            wrong += [f"mail to {who}: told {secret}" for secret in secrets_from(who, "") if secret in said]
        for who in world.cast.users:
            said = str(entries_of(user=afresh(world.cast, who), today=world.cast.today))
            wrong += [f"calendar of {who}: told {secret}" for secret in secrets_from(who, "") if secret in said]
        assert not wrong
        assert told, "a mail that names nobody proves nothing"

    def test_no_form_of_a_row_offers_what_only_verbs_may_set(self):
        """R-16: a form over a model lists its fields, and none of these is among them."""
        kept = {
            "id", "code", "path", "unit_path", "stage", "state", "recorded_by", "decided_by", "approved_by",
            "granted_by", "proposed_by", "is_superuser", "is_staff", "password",
        }  # fmt: skip

        def forms_below(form):
            for each in form.__subclasses__():
                yield each
                yield from forms_below(each)

        ours = [
            form
            for form in forms_below(ModelForm)
            if form.__module__.split(".")[0] in ("branches", "recruitment", "committee")
        ]
        assert ours
        for form in ours:
            if ".admin" in form.__module__:
                continue
            assert form._meta.fields not in (None, "__all__"), form
            assert not kept & set(form.base_fields), form

    def test_hr_is_not_told_who_is_on_file(self, world):
        on_file = [
            *(stage.label for stage in Stage if stage != Stage.FULL_MEMBER),
            "培养联系",
            "在册",
            "暂无意愿",
            "待办",
        ]
        for person in PEOPLE:
            path = reverse("person", args=[getattr(world, person).person.code])
            said = words(ask(world.clients["hr"], "get", path)).partition("<main")[2]
            assert NAMES[person] in said
            assert not [word for word in on_file if word in said], person

    def test_fields_that_no_form_has_change_nothing(self, world):
        person = world.cast.scientists[0]
        with transaction.atomic():
            world.clients["hr"].post(
                reverse("person-edit", args=[person.code]),
                {
                    "staff_number": person.staff_number, "name": person.name, "sex": "1", "category": "staff",
                    "title_rank": "4", "political_status": "13", "is_suspended": "on", "is_influential": "on", "id": "1",
                },
            )  # fmt: skip
            person.refresh_from_db()
            transaction.set_rollback(True)
        assert not person.is_suspended
        assert not person.is_influential

    def test_who_declined_is_refused_with_the_same_words_as_somebody_elses_person(self, world):
        """A secretary who tries to enter them is told to ask the office, and nothing more."""
        said = []
        for person in (world.declined.person, world.neighbour.person):
            response = ask_with(
                world.clients["secretary"],
                reverse("candidate-register"),
                {
                    "staff_number": person.staff_number, "name": person.name, "unit": str(world.cast.glacier.code),
                    "applied_on": str(world.cast.today),
                },
            )  # fmt: skip
            assert response.status_code == 422
            said.append(plain_text(words(response), person))
        assert "请联系党办" in said[0]
        assert said[0] == said[1]


def ask_with(client, path, values):
    """The answer to a form, with everything that it changed undone."""
    with transaction.atomic():
        response = client.post(path, values)
        transaction.set_rollback(True)
    return response


TOKENS = re.compile(r'name="(?:csrfmiddlewaretoken|form_token)" value="[^"]*"')


def plain(response, asked):
    """The body of an answer without what echoes the question and what differs every time."""
    body = TOKENS.sub("", response.content.decode())
    for echo in {asked, *(quoted for quoted in (quote_of(asked),))}:
        body = body.replace(echo, "")
    return re.sub(r"\d{2}:\d{2}(:\d{2})?", "", body)


def quote_of(text):
    """``text`` as it stands in a query string."""
    return "".join(f"%{byte:02X}" for byte in text.encode())


def plain_text(said, person):
    """What a page about ``person`` says apart from the person's own facts."""
    said = TOKENS.sub("", said)
    for own in (
        str(person.code),
        person.name,
        person.staff_number,
        person.title or "—",
        person.get_title_rank_display(),
    ):
        said = said.replace(own, "")
    return re.sub(r"\s+|\d{2}:\d{2}:\d{2}|Content-Length: \d+", "", said)


# --- The questions agree with each other


@pytest.mark.django_db
class TestOneAnswer:
    """What lists show, what has_perm says and what is resolved for many users at once is the same answer."""

    @pytest.fixture
    def people(self, cast, factory):
        own, neighbour = factory.candidate(5), factory.candidate(2, unit=cast.desert)
        distant, declined = factory.candidate(2, unit=cast.ecology), factory.declined(2)
        return {"own": own, "neighbour": neighbour, "distant": distant, "declined": declined}

    def test_has_perm_agrees_with_visible_to(self, cast, people):
        for who in cast.users:
            user = afresh(cast, who)
            visible = set(Candidate.objects.visible_to(user).values_list("pk", flat=True))
            for name, candidate in people.items():
                assert user.has_perm("recruitment.view_candidate", candidate) == (candidate.pk in visible), (who, name)

    def test_no_right_reaches_further_than_seeing(self, cast, people):
        for who in cast.users:
            user = afresh(cast, who)
            for candidate in people.values():
                rights = {permission for permission in PERMISSIONS if user.has_perm(permission, candidate)}
                assert not rights or "recruitment.view_candidate" in rights, who

    def test_a_right_in_general_is_no_right_over_anybody(self, cast):
        for who in cast.users:
            for permission in PERMISSIONS:
                assert not afresh(cast, who).has_perm(permission), who

    def test_many_users_are_resolved_as_each_alone(self, cast, people):
        users = [afresh(cast, who) for who in cast.users]
        together = scopes_of(users, cast.today)
        for user in users:
            assert together[user.pk] == scope_of(user), user.username

    def test_a_login_that_is_switched_off_reaches_nothing(self, cast, people, client):
        client.force_login(cast.office)
        cast.office.is_active = False
        cast.office.save()
        assert not Candidate.objects.visible_to(afresh(cast, "office")).exists()
        assert client.get(reverse("candidates")).headers["Location"].startswith("/login/")

    def test_nobody_sees_the_file_about_themselves(self, cast, factory):
        cast.office.person.political_status = "13"
        cast.office.person.save()
        own = factory.applicant(person=cast.office.person)
        assert not Candidate.objects.visible_to(afresh(cast, "office")).filter(pk=own.pk).exists()
        assert Candidate.objects.visible_to(afresh(cast, "office_colleague")).filter(pk=own.pk).exists()


def afresh(cast, who):
    """The user as the next request loads it, with nothing remembered."""
    return User.objects.select_related("person").get(pk=cast.users[who].pk)


@pytest.mark.django_db
@pytest.mark.parametrize("seed", range(5))
def test_whoever_loses_a_post_keeps_nothing_of_it(cast, factory, seed):
    """Posts are moved at random; after each move everybody reaches just the branches whose posts they hold that day."""
    import random

    rng = random.Random(seed)
    people = {unit.path: factory.applicant(unit=unit) for unit in (cast.glacier, cast.desert, cast.ecology)}
    players = ["secretary", "neighbour_secretary", "ecology_secretary", "mentor", "stranger", "group_leader"]
    offices = [Office.DEPUTY_SECRETARY, Office.ORGANISATION_COMMISSIONER]
    units = [cast.glacier, cast.desert, cast.ecology]
    for _ in range(12):
        held = list(Posting.objects.on(cast.today).filter(person__user__username__in=players))
        if held and rng.random() < 0.5:
            posting = rng.choice(held)
            posting.ends_on = cast.today
            posting.save()
        else:
            who = rng.choice(players)
            Posting.objects.get_or_create(
                person=cast.users[who].person, office=rng.choice(offices), unit=rng.choice(units), ends_on=None,
                defaults={"starts_on": cast.today},
            )  # fmt: skip
        reach = defaultdict(set)
        for posting in Posting.objects.on(cast.today).select_related("unit", "person__user"):
            if posting.office in (Office.SECRETARY, *offices):
                reach[posting.person.user.username].add(posting.unit.path)
        for who in players:
            visible = set(Candidate.objects.visible_to(afresh(cast, who)).values_list("unit_path", flat=True))
            allowed = {path for path in people if path in reach[who]}
            tied = {people[cast.glacier.path].unit_path} & visible if who == "mentor" else set()
            assert visible - tied == allowed - tied, who


def test_the_parts_name_everybody_of_the_cast():
    cast = set(IN_GENERAL)
    assert {who for parts in TOWARDS.values() for who in parts} <= cast
