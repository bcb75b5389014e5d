"""What the database's users of a production site may do with the ledger: deploy/roles.sql, tried as each of them."""

from contextlib import contextmanager
from pathlib import Path

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.db import ProgrammingError, connection, transaction

from recruitment.actions.checkpoints import sign_checkpoint
from recruitment.actions.ledger import append, erase_texts
from recruitment.models import LedgerEntry
from recruitment.queries.ledger_verification import verify

pytestmark = [pytest.mark.postgres, pytest.mark.django_db]
ROLES = Path(__file__).resolve().parents[3] / "deploy" / "roles.sql"
KEY = Ed25519PrivateKey.generate()


@pytest.fixture
def roles(acts):
    """The roles, made inside the test's transaction; the entry of one act is there already."""
    write(acts)
    connection.check_constraints()  # tables with checks still to come do not change hands
    for _ in range(2):  # it may be run again after every migration
        with connection.cursor() as cursor:
            cursor.execute(ROLES.read_text(encoding="utf-8").replace("%", "%%"), [])
    return acts


@contextmanager
def acting_as(role):
    """Runs the block with the rights of ``role``."""
    with connection.cursor() as cursor:
        cursor.execute(f"SET ROLE {role}")
        yield cursor
        cursor.execute("RESET ROLE")


def write(acts):
    return append(
        candidate=acts.first, action="step", summary="内容", actor=acts.actor, now=acts.now, private={"remark": "文字"}
    )


def refused(cursor, sql):
    try:
        with transaction.atomic():
            cursor.execute(sql)
    except ProgrammingError as error:
        return "permission denied" in str(error) or "must be owner" in str(error)
    return False


def test_the_site_writes_entries_and_the_trigger_does_the_rest(roles):
    with acting_as("yinling"):
        assert write(roles).n == 2
        erase_texts(candidate=roles.first, actor=None, now=roles.now)
        assert LedgerEntry.objects.count() == 3


@pytest.mark.parametrize(
    "sql",
    [
        "UPDATE recruitment_ledgerentry SET summary = 'x'",
        "DELETE FROM recruitment_ledgerentry",
        "TRUNCATE recruitment_ledgerentry CASCADE",
        "UPDATE recruitment_ledgerhead SET n = 0",
        "DELETE FROM recruitment_ledgerhead",
        "INSERT INTO recruitment_ledgerleaf (position, entry_id, subject, n, hash) VALUES (0, 1, gen_random_uuid(), 1, '')",
        "DELETE FROM recruitment_ledgercheckpoint",
        "UPDATE recruitment_accessentry SET action = 'x'",
        "DELETE FROM recruitment_accessentry",
        "UPDATE recruitment_ledgerverification SET is_intact = true",
        "UPDATE recruitment_ledgersecret SET text = 'x'",
        "ALTER TABLE recruitment_ledgerentry DISABLE TRIGGER ALL",
        "DROP TRIGGER ledger_chain ON recruitment_ledgerentry",
        "CREATE OR REPLACE FUNCTION ledger_refuse() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END'",
        "SET session_replication_role = replica",
    ],
)
def test_the_site_cannot_change_what_was_written(roles, sql):
    with acting_as("yinling") as cursor:
        assert refused(cursor, sql)


def test_the_signer_signs_and_reads_no_names(roles):
    with acting_as("yinling_signer") as cursor:
        assert sign_checkpoint(key=KEY, now=roles.now).size == 1
        assert refused(cursor, "SELECT name FROM branches_person")
        assert refused(cursor, "SELECT text FROM recruitment_ledgersecret")
        assert refused(cursor, "DELETE FROM recruitment_ledgerleaf")


def test_the_verifier_verifies_and_reads_neither_names_nor_texts(roles):
    sign_checkpoint(key=KEY, now=roles.now)
    with acting_as("yinling_verifier") as cursor:
        report = verify(trusted_keys=[KEY.public_key().public_bytes_raw()])
        assert (report.exit_code, report.entries, report.anchored) == (2, 1, 1)
        assert "没有权限" in report.unchecked[0]
        assert refused(cursor, "SELECT name FROM branches_person")
        assert refused(cursor, "SELECT text FROM recruitment_ledgersecret")
        assert refused(cursor, "SELECT person_id FROM recruitment_candidate")
        assert refused(cursor, "DELETE FROM recruitment_ledgerentry")


def test_no_role_of_the_site_is_a_superuser(roles):
    with connection.cursor() as cursor:
        cursor.execute("SELECT rolname FROM pg_roles WHERE rolname LIKE 'yinling%' AND (rolsuper OR rolcreaterole)")
        assert cursor.fetchall() == []
