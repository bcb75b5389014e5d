"""Tampering around the chains (the candidate, leaves, checkpoints, texts, triggers), and values that no program can read."""

import json
from datetime import timedelta

import pytest
from django.db import connection
from django.utils import timezone

from recruitment.actions.ledger import append, erase_texts
from recruitment.actions.verification import note_verification
from recruitment.ledger import findings as found
from recruitment.ledger.checkpoints import read_statement
from recruitment.ledger.walls import raise_walls
from recruitment.models import LedgerCheckpoint, LedgerHead, LedgerLeaf, LedgerSecret
from tests.recruitment.ledger.tampering import (
    as_administrator,
    check,
    edit,
    entry,
    kinds,
    rechain,
    rewrite_leaves,
)

# SQLite switches its foreign keys off only between transactions.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "sqlite")


def test_entries_whose_candidate_was_removed_are_found(chains, signer):
    signer()
    with as_administrator() as cursor:
        LedgerHead.objects.filter(candidate=chains.first).delete()
        cursor.execute("DELETE FROM recruitment_candidate WHERE id = %s", [chains.first.pk])
    (finding,) = check().findings
    assert (finding.kind, finding.subject) == (found.REMOVED, str(chains.first.code))


def test_leaves_that_no_checkpoint_signed_are_found(chains, signer):
    copies = signer()
    with as_administrator():
        LedgerLeaf.objects.create(position=10, entry_id=10**6, subject=chains.first.code, n=1, hash=bytes(32))
    assert kinds(check(copies=copies)) == [(found.CHECKPOINT, None)]


def test_a_checkpoint_removed_from_the_end_is_found_by_the_leaves_that_it_signed(chains, signer):
    signer()
    with as_administrator() as cursor:
        cursor.execute("DELETE FROM recruitment_ledgercopy")
        cursor.execute("DELETE FROM recruitment_ledgercheckpoint")
    assert kinds(check()) == [(found.CHECKPOINT, None)]


def test_a_leaf_rewritten_alone_is_found_and_accuses_no_entry(chains, signer):
    copies = signer()
    with as_administrator():
        LedgerLeaf.objects.filter(position=3).update(hash=bytes(32))
    assert kinds(check()) == kinds(check(copies=copies)) == [(found.CHECKPOINT, None)]


def test_leaves_rewritten_to_point_at_another_entry_are_not_believed(chains, signer):
    copies = signer()
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
        rechain(cursor, chains.first)
        rewrite_leaves(cursor)
        LedgerLeaf.objects.filter(entry=entry(chains, 2, chains.second)).update(hash=bytes(32))
    assert kinds(check()) == [(found.CHECKPOINT, None)]
    (finding,) = check(copies=copies).findings
    assert (finding.kind, finding.subject, finding.n) == (found.CHANGED, str(chains.first.code), 3)


def test_a_leaf_taken_away_accuses_no_entry(chains, signer):
    copies = signer()
    with as_administrator() as cursor:
        cursor.execute("DELETE FROM recruitment_ledgerleaf WHERE position = 3")
    for report in (check(), check(copies=copies)):
        assert {finding.kind for finding in report.findings} == {found.CHECKPOINT}
    assert "各条与副本一致" in check(copies=copies).findings[0].detail


def test_a_forged_checkpoint_after_the_last_one_accuses_no_entry(chains, signer):
    signer()
    body = "yinling-checkpoint-1\n2\n10\n" + f"{'0' * 64}\n" * 2 + "2026-11-18T06:00:00.000000Z\n"
    statement = read_statement(body)
    LedgerCheckpoint.objects.create(
        number=2,
        size=10,
        root=bytes(32),
        made_at=statement.made_at,
        body=body,
        signature=bytes(64),
        key_id="",
        peaks=b"",
    )
    (finding,) = check().findings
    assert "不是受信任的密钥签的" in finding.detail


def test_a_text_removed_without_an_entry_about_it_is_found(chains):
    LedgerSecret.objects.filter(entry=entry(chains, 2)).delete()
    (finding,) = check().findings
    assert (finding.kind, finding.subject, finding.n) == (found.TEXT_CHANGED, str(chains.first.code), 2)
    assert finding.intact_at == entry(chains, 2).stored_at
    erase_texts(candidate=chains.first, actor=None, now=chains.now)
    assert check().exit_code == 0
    append(candidate=chains.first, action="step", summary="新", actor=None, now=chains.now, private={"remark": "新"})
    LedgerSecret.objects.filter(entry=entry(chains, 7)).delete()
    assert kinds(check()) == [(found.TEXT_CHANGED, 7)]


@pytest.mark.parametrize("payload", [b"[1]", b'{"commitments":3}', b'{"commitments":[]}', b"[" * 100_000, b'"x"'])
def test_a_payload_of_another_shape_is_found_like_any_change(chains, payload):
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, payload=payload)
    assert {(finding.kind, finding.n) for finding in check().findings} == {(found.CHANGED, 3), (found.TEXT_CHANGED, 3)}


def test_an_enormous_number_does_not_keep_the_verification_for_hours(chains):
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, n=2**31 - 1, summary="改过")
    assert (found.CHANGED, 2**31 - 1) in kinds(check())


@pytest.mark.parametrize("moment", ["0001-01-01T00:00:00+08:00", "9999-12-31T23:59:59-08:00"])
def test_a_checkpoint_with_an_instant_beyond_time_is_found(chains, signer, moment):
    signer()
    body = LedgerCheckpoint.objects.get().body.splitlines()
    with as_administrator():
        LedgerCheckpoint.objects.update(body="\n".join([*body[:5], moment, ""]))
    assert found.CHECKPOINT in {finding.kind for finding in check().findings}


def test_a_trigger_that_lets_everything_pass_is_found(chains):
    name = "recruitment_ledgerentry_no_update"
    connection.check_constraints()
    with connection.cursor() as cursor:
        if connection.vendor == "postgresql":
            cursor.execute(
                "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NEW; END'"
            )
        else:
            cursor.execute(f"DROP TRIGGER {name}")
            cursor.execute(f"CREATE TRIGGER {name} BEFORE UPDATE ON recruitment_ledgerentry BEGIN SELECT 1; END")
        try:
            walls = [finding.detail for finding in check().findings if finding.kind == found.WALL]
        finally:
            raise_walls(connection)
    assert any(name in detail for detail in walls)
    assert check().exit_code == 0


def test_what_only_copies_contradict_may_be_older_than_a_verification_without_them(chains, signer):
    copies = signer()
    with as_administrator() as cursor:
        cursor.execute("DELETE FROM recruitment_ledgercopy")
        cursor.execute("DELETE FROM recruitment_ledgercheckpoint")
        cursor.execute("DELETE FROM recruitment_ledgerleaf")
        edit(cursor, entry(chains, 3).pk, summary="改过")
        rechain(cursor, chains.first)
    signed_at = read_statement(json.loads((copies / "checkpoint-000001.json").read_text())["body"]).made_at
    note_verification(report=check(), now=timezone.now() + timedelta(hours=1))
    assert {finding.intact_at for finding in check(copies=copies).findings} == {signed_at}


@pytest.mark.postgres
@pytest.mark.parametrize("table", ["checkpoint", "verification"])
def test_an_instant_beyond_python_in_the_other_tables_does_not_stop_the_verification(chains, signer, table):
    signer()
    note_verification(report=check(), now=timezone.now())
    column = "made_at" if table == "checkpoint" else "verified_at"
    with as_administrator() as cursor:
        cursor.execute(f"UPDATE recruitment_ledger{table} SET {column} = '20000-01-01'")  # noqa: S608
        edit(cursor, entry(chains, 3).pk, summary="改过")
    report = check()
    assert (found.CHANGED, 3) in kinds(report)


# SQLite puts any value into any column; PostgreSQL, once told so, nothing into columns that may not be empty.
ON_SQLITE = connection.vendor == "sqlite"
KINDS = (
    {"text": "'zz'", "blob": "x'ff00'", "number": "12345.5", "not UTF-8": "CAST(x'ff' AS TEXT)"}
    if ON_SQLITE
    else {"nothing": "NULL"}
)
COLUMNS = [
    "subject", "n", "action", "step", "summary", "recorded_at", "stored_at", "actor_id", "payload", "previous_hash", "hash",
]  # fmt: skip
ELSEWHERE = [
    ("ledgerhead", "hash", "'zz'"), ("ledgerhead", "n", "'zz'"), ("ledgercheckpoint", "body", "x'ff'"),
    ("ledgercheckpoint", "signature", "'zz'"), ("ledgercheckpoint", "root", "'zz'"), ("ledgersecret", "salt", "'zz'"),
    ("ledgersecret", "text", "x'ff'"), ("ledgerleaf", "hash", "'zz'"), ("candidate", "code", "'zz' || id"),
]  # fmt: skip


def put(cursor, table, column, value, where=""):
    """Write ``value`` past what the database wants in the column."""
    if not ON_SQLITE:
        cursor.execute(f"ALTER TABLE {table} ALTER {column} DROP NOT NULL")
    cursor.execute(f"UPDATE {table} SET {column} = {value} {where}")  # noqa: S608


@pytest.mark.parametrize("value", KINDS.values(), ids=KINDS)
@pytest.mark.parametrize("column", [*COLUMNS, "decided_on"] if ON_SQLITE else COLUMNS)
def test_a_value_of_another_kind_is_found_and_stops_nothing(chains, column, value):
    with as_administrator() as cursor:
        put(cursor, "recruitment_ledgerentry", column, value, f"WHERE id = {entry(chains, 3).pk}")
        edit(cursor, entry(chains, 2, chains.second).pk, summary="改过")
    places = {(finding.subject, finding.n) for finding in check().findings}
    assert (str(chains.second.code), 2) in places
    first = {n for subject, n in places if subject == str(chains.first.code)}
    assert first == {3} or (column == "n" and first)


@pytest.mark.parametrize(
    ("table", "column", "value"), ELSEWHERE if ON_SQLITE else [(*it[:2], "NULL") for it in ELSEWHERE[:8]]
)
def test_a_value_of_another_kind_in_the_other_tables_is_found(chains, signer, table, column, value):
    copies = signer()
    with as_administrator() as cursor:
        put(cursor, f"recruitment_{table}", column, value)
    assert (check().exit_code, check(copies=copies).exit_code) == (1, 1)
