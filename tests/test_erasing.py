"""Thirty days after a no: every text about the person is gone from every table, and the ledger is still whole (PIPL 47)."""

import json
import shutil
from datetime import timedelta

import pytest
from django.apps import apps
from django.conf import settings as site_settings
from django.db import connection, models, transaction
from django.test import override_settings
from django.urls import reverse
from django.utils import timezone

from committee import tasks
from committee.actions import erasing as committee_erasing
from committee.actions.consultations import write_consultation
from committee.actions.erasing import ERASED as COMMITTEE_ERASED
from committee.actions.erasing import ERASED_BY_DUE, erase_after_declines
from committee.actions.talk_corrections import correct_talk
from committee.models import Digest, DigestItem, MailboxMessage, Notice, Pulse, Snooze, Talk
from recruitment.actions import erasing as recruitment_erasing
from recruitment.actions.corrections import supersede
from recruitment.actions.declines import approve_reopening, decline, propose_reopening
from recruitment.actions.erasing import ERASED as RECRUITMENT_ERASED
from recruitment.actions.opinions import record_opinion
from recruitment.actions.registering import register_applicant
from recruitment.actions.restoring import restore_field
from recruitment.files import vault
from recruitment.models import (
    Candidate,
    Decline,
    DesignatedContact,
    FileContent,
    ImportBatch,
    ImportedRow,
    ImportFile,
    LedgerEntry,
    LedgerSecret,
    StepRecord,
)
from recruitment.queries.declines import is_declined
from recruitment.queries.ledger_verification import verify
from recruitment.stages import RoadState
from tests.access_world import TEXTS, make_world
from tests.cast import load_calendar, make_cast
from tests.factory import Factory

LATER = timedelta(days=31)

# --- The law: a text about a candidate is erased, or it is said here why it stays

# Written by the site itself, or no text about the person: codes, keys, hashes, names of units and files.
STAYS = {
    "Candidate": {"unit_path", "state", "planned_days"},  # days by step, emptied by the no
    "LedgerEntry": {"action", "summary", "payload", "previous_hash", "hash"},  # holds no personal text
    "LedgerHead": {"hash"},
    "LedgerSecret": {"name", "salt", "text"},  # deleted with its row (erase_texts)
    "Decline": {"fingerprint"},  # deleted after 24 months
    "Due": {"unit_path", "kind", "key", "title", "article", "owed_by"},  # words of ours
    "StepRecord": {"documents", "rule_set", "body", "conclusion"},  # codes of papers
    "StepPerson": {"standing"},  # of the mentor, recommender or talker, that day
    "Situation": {"votes", "kind"},  # numbers
    "PeriodicReview": {"kind"},
    "Document": {"paper", "name", "sent_hash", "withdraw_reason"},  # erase_files
    "AccessEntry": {"action", "what", "reason", "address"},  # what was opened, and what an export was for; append-only
    "DepartmentShare": {"unit_path"},
    "CandidateGrant": {"reason", "object_pk"},  # deleted by the no itself
    "Talk": {"way"},
    "Problem": {"solver"},
    "FocusListing": {"level"},
    "Consultation": {"kind", "papers"},  # codes of papers
}
TEXTS_OF = (models.CharField, models.TextField, models.JSONField, models.BinaryField)


def models_about_a_candidate():
    """Every model that points at a candidate, or at something of one, by name."""
    found = {Candidate: None}
    while True:
        more = {
            model
            for model in apps.get_models()
            if model not in found
            and model.__name__ not in OTHER_ENDS
            and not model.__name__.startswith("Historical")
            and any(
                isinstance(field, (models.ForeignKey, models.OneToOneField)) and field.related_model in found
                for field in model._meta.get_fields()
                if field.concrete
            )
        }
        if not more:
            return sorted(found, key=lambda model: model.__name__)
        found |= dict.fromkeys(more)


# These point at something of a candidate and are about something else, or are named whole in the erasing itself.
OTHER_ENDS = {"DigestItem", "LedgerLeaf"}


def test_every_text_about_a_candidate_is_erased_or_said_to_stay():
    erased = {
        model.__name__: set(fields)
        for table in (RECRUITMENT_ERASED, COMMITTEE_ERASED, ERASED_BY_DUE)
        for model, fields in table.items()
    }
    missing = [
        f"{model.__name__}.{field.name}"
        for model in models_about_a_candidate()
        for field in model._meta.concrete_fields
        if isinstance(field, TEXTS_OF)
        and not field.choices
        and field.name not in erased.get(model.__name__, set()) | STAYS.get(model.__name__, set())
    ]
    assert not missing, "name them in ERASED of recruitment/ or committee/actions/erasing.py, or in STAYS with a reason"


# --- The canaries

PLANTED = {key: TEXTS[key] for key in ("talk", "shared talk", "problem", "review", "purpose", "grant", "emergency", "document", "plan remark")}  # fmt: skip
PLANTED |= {
    key: f"金丝雀{n:02}号"
    for n, key in enumerate(
        (
            "corrected talk", "place", "needs", "reason of a correction", "opinion", "consultation", "snooze",
            "contact", "end of a contact", "remark", "supersede", "restored", "digest", "mail", "notice", "imported",
        )
    )
}  # fmt: skip


def places_of(texts):
    """{text: names of the tables that hold it in any column}, as text, in JSON, or among bytes; one pass over everything."""
    spellings = {text: {text, json.dumps(text)[1:-1]} for text in texts}
    found = {}
    with connection.cursor() as cursor:
        for table in connection.introspection.table_names(cursor):
            cursor.execute(f"SELECT * FROM {connection.ops.quote_name(table)}")  # noqa: S608  # a name of the database itself
            said = "\n".join(
                bytes(value).decode("utf-8", "ignore") if isinstance(value, (bytes, memoryview)) else str(value)
                for row in cursor
                for value in row
            )
            for text, ways in spellings.items():
                if any(way in said for way in ways):
                    found.setdefault(text, set()).add(table)
    return found


def plant(world, now):
    """Write a canary into every text about ``own`` that the world leaves empty."""
    cast, own = world.cast, world.own

    def fresh(user):
        return type(user).objects.select_related("person").get(pk=user.pk)

    correct_talk(
        by=fresh(cast.member), code=world.talk.code, reason=PLANTED["reason of a correction"],
        held_on=world.talk.held_on, way="phone", topics=["research"], outlook=PLANTED["corrected talk"],
        needs=PLANTED["needs"], place=PLANTED["place"], now=now,
    )  # fmt: skip
    record_opinion(by=fresh(cast.mentor), code=own.code, given_on=cast.today, opinion=PLANTED["opinion"], now=now)
    own.refresh_from_db()
    Candidate.objects.filter(pk=own.pk).update(key_year=cast.today.year)
    write_consultation(
        by=fresh(cast.office), code=own.code, step=6, kind="guidance", text=PLANTED["consultation"], now=now
    )
    Snooze.objects.filter(pk=world.snooze.pk).update(reason=PLANTED["snooze"])
    tie = DesignatedContact.objects.get(pk=world.contact.pk)
    tie.reason, tie.end_reason = PLANTED["contact"], PLANTED["end of a contact"]
    tie.save()
    StepRecord.objects.filter(candidate=own, step=3).update(remark=PLANTED["remark"])
    review = own.periodicreviews.standing().first()
    supersede(
        by=fresh(cast.secretary), code=own.code, version=None, kind="review", record_code=review.code,
        reason=PLANTED["supersede"], now=now,
    )  # fmt: skip
    person = own.person
    person.ethnicity = "回族"
    person.save()
    line = person.history.order_by("history_id").first()
    restore_field(
        by=fresh(cast.secretary), code=own.code, history_id=line.history_id, field="ethnicity",
        reason=PLANTED["restored"], version=None, now=now,
    )  # fmt: skip
    digest = Digest.objects.create(
        recipient=cast.secretary, local_date=cast.today, kind="daily", state="uncertain", created_at=now,
        not_before_at=now, message_id="<canary@yinling>", body=PLANTED["digest"].encode(), about=[own.pk],
    )  # fmt: skip
    DigestItem.objects.create(digest=digest, due=world.due)
    MailboxMessage.objects.create(
        to="x@institute.test", subject="x", message_id=digest.message_id, raw=PLANTED["mail"].encode()
    )
    path = reverse("candidate", args=[own.code])
    Notice.objects.create(recipient=cast.secretary, key="canary", text=PLANTED["notice"], path=path, at=now)
    batch = ImportBatch.objects.get(pk=world.batch.pk)
    ImportedRow.objects.create(
        batch=batch,
        candidate=own,
        person=own.person,
        outcome="new",
        number=1,
        version=own.version,
        before={"profile": {"name": [PLANTED["imported"], ""]}},
    )


@pytest.fixture(scope="class")
def planted(django_db_setup, django_db_blocker, tmp_path_factory):
    """The world with its canaries, made once for the class and undone after it."""
    folder = tmp_path_factory.mktemp("vault")
    with django_db_blocker.unblock(), override_settings(MEDIA_ROOT=str(folder)), transaction.atomic():
        load_calendar()
        cast = make_cast(timezone.localdate())
        world = make_world(cast, Factory(cast))
        plant(world, timezone.now())
        yield world, folder
        transaction.set_rollback(True)


@pytest.fixture
def world(planted, settings, tmp_path):
    """The same for one test, which may do with it as it likes."""
    world, folder = planted
    settings.MEDIA_ROOT = str(tmp_path / "vault")
    shutil.copytree(folder, settings.MEDIA_ROOT)
    with transaction.atomic():
        for name in ("own", "declined"):
            setattr(world, name, Candidate.objects.select_related("person", "unit").get(pk=getattr(world, name).pk))
        yield world
        transaction.set_rollback(True)


def says_no(world):
    decline(by=type(world.cast.deputy).objects.get(pk=world.cast.deputy.pk), code=world.own.code, now=timezone.now())


def erase(after=LATER):
    return erase_after_declines(now=timezone.now() + after)


# Where a death may fall (F28).
STEPS = (
    (committee_erasing, "erase_texts_in"),
    (committee_erasing, "_erase_what_was_told"),
    (committee_erasing, "erase_file"),
    (recruitment_erasing, "erase_files"),
    (recruitment_erasing, "erase_texts_in"),
    (recruitment_erasing.ledger, "erase_texts"),
)


class Killed(BaseException):
    """The process is gone."""


class TestErasing:
    """Thirty-one days after the no."""

    def test_nothing_that_was_written_about_the_person_stays_in_any_table(self, world):
        assert set(places_of(PLANTED.values())) == set(PLANTED.values()), "a canary that is not planted proves nothing"
        content = world.document.content
        says_no(world)
        erase(timedelta(days=29))
        assert places_of([PLANTED["talk"]]), "not before its time"
        with transaction.atomic():
            assert erase() == 2  # the world has somebody who said no, too
        assert not places_of(PLANTED.values())
        assert not FileContent.objects.filter(pk=content.pk).exists()
        assert not ImportFile.objects.filter(batch=world.batch).exists()

    def test_the_files_leave_the_vault_once_it_is_committed(
        self, world, monkeypatch, django_capture_on_commit_callbacks
    ):
        monkeypatch.setattr(committee_erasing, "sweep_vault", lambda *, before: 0)
        name = world.document.content.name
        says_no(world)
        assert name in vault.names()
        with django_capture_on_commit_callbacks(execute=True):
            erase()
        assert name not in vault.names()

    def test_that_there_were_acts_stays_and_the_ledger_is_whole(self, world):
        says_no(world)
        before = LedgerEntry.objects.filter(candidate=world.own).count()
        talks = sorted(Talk.objects.filter(candidate=world.own).values_list("code", "held_on", "way", "talker_id"))
        erase()
        assert (
            sorted(Talk.objects.filter(candidate=world.own).values_list("code", "held_on", "way", "talker_id")) == talks
        )
        assert LedgerEntry.objects.filter(candidate=world.own).count() == before + 2  # files, texts
        assert not LedgerSecret.objects.filter(entry__candidate=world.own).exists()
        assert not verify(trusted_keys=()).findings

    def test_other_people_keep_everything(self, world):
        kept = set(places_of(TEXTS.values())) - set(PLANTED.values())
        says_no(world)
        erase()
        assert kept <= set(places_of(TEXTS.values()))

    def test_it_is_done_once(self, world):
        says_no(world)
        assert erase() == 2
        entries = LedgerEntry.objects.count()
        assert erase() == 0
        assert LedgerEntry.objects.count() == entries

    def test_who_took_the_no_back_with_an_application_keeps_the_former_file(self, world):
        says_no(world)
        person, cast = world.own.person, world.cast
        proposal = propose_reopening(
            by=cast.office, staff_number=person.staff_number, applied_on=cast.today, now=timezone.now()
        )
        approve_reopening(by=cast.office_colleague, code=proposal.code, now=timezone.now())
        assert erase() == 1  # the other one
        assert places_of([PLANTED["talk"]])

    def test_a_second_no_erases_the_former_file_too(self, world):
        says_no(world)
        person, cast = world.own.person, world.cast
        proposal = propose_reopening(
            by=cast.office, staff_number=person.staff_number, applied_on=cast.today, now=timezone.now()
        )
        approve_reopening(by=cast.office_colleague, code=proposal.code, now=timezone.now())
        again = register_applicant(
            by=cast.secretary, person=person, unit=cast.glacier, applied_on=cast.today, now=timezone.now()
        )
        decline(by=cast.deputy, code=again.code, now=timezone.now())
        assert erase() == 2
        assert not places_of([PLANTED["talk"]])

    # --- A death in between (F28)

    @pytest.mark.parametrize("module, step", STEPS, ids=[step for _, step in STEPS])
    def test_a_death_between_two_steps_leaves_all_or_nothing_and_the_next_run_completes(
        self, world, monkeypatch, module, step
    ):
        says_no(world)
        done = getattr(module, step)

        def dies(*args, **kwargs):
            done(*args, **kwargs)
            raise Killed

        monkeypatch.setattr(module, step, dies)
        with pytest.raises(Killed), transaction.atomic():
            erase()
        assert set(places_of(PLANTED.values())) == set(PLANTED.values())
        monkeypatch.setattr(module, step, done)
        assert erase() == 2
        assert not places_of(PLANTED.values())
        assert not verify(trusted_keys=()).findings

    def test_a_death_before_the_vault_was_cleared_is_made_good_by_the_next_night(
        self, world, monkeypatch, django_capture_on_commit_callbacks
    ):
        name = world.document.content.name
        says_no(world)
        with monkeypatch.context() as dead, django_capture_on_commit_callbacks(execute=False):
            dead.setattr(committee_erasing, "sweep_vault", lambda *, before: 0)
            erase()
        assert name in vault.names()
        assert name not in set(FileContent.objects.values_list("name", flat=True))  # without the key nobody can read it
        erase()
        assert name not in vault.names()


# --- The fingerprint


def test_after_two_years_nobody_knows_any_more_and_the_file_stays_hidden(cast, factory):
    candidate = factory.declined(2)
    person = candidate.person
    for days in (0, 31, 700):
        erase_after_declines(now=timezone.now() + timedelta(days=days))
        assert is_declined(person), days
    erase_after_declines(now=timezone.now() + timedelta(days=732))
    assert not is_declined(person)
    assert not Decline.objects.exists()
    candidate.refresh_from_db()
    assert candidate.state == RoadState.DECLINED
    assert not Candidate.objects.visible_to(type(cast.office).objects.get(pk=cast.office.pk)).exists()
    again = register_applicant(
        by=type(cast.secretary).objects.get(pk=cast.secretary.pk), person=person, unit=cast.glacier,
        applied_on=cast.today, now=timezone.now(),
    )  # fmt: skip
    assert again.pk != candidate.pk
    second = decline(by=type(cast.deputy).objects.get(pk=cast.deputy.pk), code=again.code, now=timezone.now())
    assert second.state == RoadState.DECLINED
    assert is_declined(person)


def test_the_periods_are_those_of_the_house():
    assert (site_settings.YINLING_ERASE_AFTER_DAYS, site_settings.YINLING_FORGET_DECLINES_MONTHS) == (30, 24)


def test_the_task_of_the_night_leaves_its_pulse(cast, factory):
    factory.declined(2)
    tasks.erase_after_declines()
    assert Pulse.objects.filter(name="erase_after_declines").exists()
