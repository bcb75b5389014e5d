"""What the database refuses, whoever asks."""

from datetime import timedelta

import pytest
from django.apps import apps
from django.db import DatabaseError, connection, transaction
from django.utils import timezone

from recruitment.actions.ledger import append
from recruitment.ledger.walls import SEALED, missing_walls
from recruitment.models import AccessEntry, LedgerCheckpoint, LedgerCopy, LedgerEntry, LedgerHead, LedgerLeaf
from tests.recruitment.ledger.test_append import rehash
from tests.walls import without_walls

pytestmark = pytest.mark.django_db


def refused(sql, params=()):
    """True when the database refuses the statement."""
    try:
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(sql, params)
    except DatabaseError:
        return True
    return False


@pytest.fixture
def entry(acts):
    return append(candidate=acts.first, action="opened", summary="列为联系对象", actor=acts.actor, now=acts.now)


def test_every_wall_stands_after_all_migrations():
    assert missing_walls(connection) == []


def test_a_wall_that_was_taken_away_is_missed(acts):
    with without_walls():
        assert ("recruitment_ledgerentry", "recruitment_ledgerentry_no_update") in missing_walls(connection)
    assert missing_walls(connection) == []


def test_an_entry_cannot_be_changed(entry):
    assert refused("UPDATE recruitment_ledgerentry SET summary = %s", ["改"])


def test_an_entry_cannot_be_removed(entry):
    assert refused("DELETE FROM recruitment_ledgerentry")


@pytest.mark.parametrize("table", SEALED)
def test_tables_of_the_ledger_cannot_be_changed_or_emptied_by_the_orm(table, entry):
    model = next(model for model in apps.get_models() if model._meta.db_table == table)
    fill(model, entry)
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.all()._raw_delete(using="default")
    field = model._meta.concrete_fields[-1].attname
    with pytest.raises(DatabaseError), transaction.atomic():
        model.objects.update(**{field: getattr(model.objects.first(), field)})


def fill(model, entry):
    """At least one row in each table of the ledger."""
    LedgerLeaf.objects.create(position=0, entry=entry, subject=entry.subject, n=1, hash=bytes(32))
    checkpoint = LedgerCheckpoint.objects.create(
        number=1, size=1, root=bytes(32), made_at=entry.recorded_at, body="", signature=b"", key_id="", peaks=b""
    )
    LedgerCopy.objects.create(checkpoint=checkpoint, place="", copied_at=entry.recorded_at)
    assert model.objects.exists()


def test_who_looked_at_what_cannot_be_changed(acts):
    AccessEntry.objects.create(at=timezone.now(), user=acts.actor, action="viewed", candidate=acts.first)
    assert refused("UPDATE recruitment_accessentry SET action = %s", ["exported"])


def test_who_looked_at_what_is_kept_for_half_a_year(acts):
    for days in (183, 185):
        AccessEntry.objects.create(at=timezone.now() - timedelta(days=days), user=acts.actor, action=str(days))
    assert not refused("DELETE FROM recruitment_accessentry WHERE action = '185'")
    assert refused("DELETE FROM recruitment_accessentry WHERE action = '183'")


@pytest.mark.postgres
@pytest.mark.parametrize("table", [*SEALED, "recruitment_accessentry"])
def test_tables_of_the_ledger_cannot_be_truncated(table, entry):
    assert refused(f"TRUNCATE {table} CASCADE")


@pytest.mark.postgres
def test_truncating_the_candidates_does_not_take_the_ledger_along(entry):
    assert refused("TRUNCATE recruitment_candidate CASCADE")


@pytest.mark.postgres
def test_replica_mode_does_not_go_round_the_walls(entry):
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = replica")
    assert refused("UPDATE recruitment_ledgerentry SET summary = %s", ["改"])
    assert refused("DELETE FROM recruitment_ledgerentry")
    with connection.cursor() as cursor:
        cursor.execute("SET LOCAL session_replication_role = DEFAULT")


@pytest.mark.postgres
def test_raw_sql_gets_the_next_number_and_hash_whatever_it_asks_for(acts, entry):
    columns = "candidate_id, subject, n, action, summary, recorded_at, stored_at, payload, previous_hash, hash"
    values = "%s, gen_random_uuid(), 77, 'step', '伪造', '1999-01-01', '1999-01-01', '{}', '\\x00', '\\x00'"
    with connection.cursor() as cursor:
        cursor.execute(f"INSERT INTO recruitment_ledgerentry ({columns}) VALUES ({values})", [acts.first.pk])  # noqa: S608
    forged = LedgerEntry.objects.get(n=2)
    assert forged.subject == acts.first.code
    assert forged.stored_at.year > 1999
    assert bytes(forged.previous_hash) == bytes(entry.hash)
    assert bytes(forged.hash) == rehash(forged) == bytes(LedgerHead.objects.get(candidate=acts.first).hash)


@pytest.mark.parametrize("wrong", [{"n": 5}, {"previous_hash": bytes(32)}, {"hash": b"short"}])
def test_an_entry_that_claims_another_place_is_refused_or_put_in_its_own(acts, entry, wrong):
    values = {"n": 2, "previous_hash": entry.hash, "hash": bytes(32)} | wrong
    values |= {"candidate": acts.first, "subject": acts.first.code, "recorded_at": acts.now}
    draft = LedgerEntry(action="step", summary="", payload=b"", **values)
    if connection.vendor == "sqlite":
        with pytest.raises(DatabaseError), transaction.atomic():
            draft.save()
    else:
        draft.save()
        assert draft.n == 2
        assert bytes(draft.hash) == rehash(LedgerEntry.objects.get(n=2))
