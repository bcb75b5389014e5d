"""The second verifier, which shares no code with the site, agrees with the first."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.management import call_command
from django.db import connection

from recruitment.actions.ledger import append
from recruitment.models import LedgerCheckpoint, LedgerEntry, LedgerLeaf
from recruitment.queries.ledger import trusted_keys
from recruitment.queries.ledger_verification import verify
from tests.recruitment.ledger.conftest import make_acts
from tests.recruitment.ledger.tampering import as_administrator, edit, fix_head, rechain, remove

pytestmark = pytest.mark.django_db(transaction=True)
VERIFIER = Path(__file__).resolve().parents[3] / "deploy" / "verify_independently.py"


@pytest.fixture
def chains(signer):
    acts = make_acts()
    for candidate in (acts.first, acts.second):
        for number in range(4):
            append(
                candidate=candidate, action="step", step=number + 1, summary="内容", actor=acts.actor, now=acts.now,
                details={"in_favour": number}, decided_on=acts.now.date(),
            )  # fmt: skip
    append(candidate=acts.first, action="note", summary="两行\n字", actor=None, now=acts.now)
    signer()
    return acts


@pytest.fixture
def run(tmp_path):
    """Runs the verifier on a dump (or on the source named) without anything of this project on its path."""

    def verifier(source=None, *arguments, key=True):
        if source is None:
            source = tmp_path / "ledger.jsonl"
            with source.open("w", encoding="utf-8") as output:
                call_command("dump_ledger", stdout=output)
        keys = [f"--key={public.hex()}" for public in trusted_keys()] if key else []
        return subprocess.run(
            [sys.executable, "-I", VERIFIER, str(source), *keys, *arguments],
            capture_output=True, text=True, cwd="/", env={"PATH": os.environ["PATH"]}, check=False,
        )  # fmt: skip

    return verifier


def database_source():
    settings = connection.settings_dict
    if connection.vendor == "sqlite":
        return settings["NAME"]
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**settings)


def test_it_is_short_and_needs_nothing_of_the_site():
    text = VERIFIER.read_text()
    assert len(text.splitlines()) < 100
    assert "django" not in text and "import recruitment" not in text


def test_it_passes_what_is_untouched(chains, run, tmp_path):
    done = run(None, f"--copies={tmp_path / 'copies'}")
    assert (done.returncode, done.stdout.strip()) == (0, "9 entries, 9 signed, 1 copies, 0 problems"), done.stderr


def test_it_reads_the_database_itself(chains, run):
    done = run(database_source())
    assert (done.returncode, done.stdout.strip()) == (0, "9 entries, 9 signed, 0 copies, 0 problems"), done.stderr


def test_without_a_key_it_does_not_say_that_all_is_well(chains, run):
    assert run(key=False).returncode == 2


def test_the_dump_names_nobody(chains, tmp_path):
    path = tmp_path / "dump"
    with path.open("w", encoding="utf-8") as output:
        call_command("dump_ledger", stdout=output)
    assert chains.first.person.name not in path.read_text()
    assert len([json.loads(line) for line in path.read_text().splitlines()]) == 2 + 1 + 9


def entry(acts, n):
    return LedgerEntry.objects.get(candidate=acts.first, n=n)


def change(cursor, acts):
    edit(cursor, entry(acts, 2).pk, summary="改过")


def change_and_rehash(cursor, acts):
    edit(cursor, entry(acts, 2).pk, summary="改过")
    rechain(cursor, acts.first)


def change_and_rewrite_the_leaves(cursor, acts):
    change_and_rehash(cursor, acts)
    for leaf in LedgerLeaf.objects.select_related("entry"):
        LedgerLeaf.objects.filter(pk=leaf.pk).update(hash=bytes(leaf.entry.hash))


def remove_one(cursor, acts):
    remove(cursor, entry(acts, 2).pk)


def remove_and_rehash(cursor, acts):
    remove(cursor, entry(acts, 2).pk)
    rechain(cursor, acts.first)


def cut_the_tail(cursor, acts):
    remove(cursor, entry(acts, 5).pk)
    fix_head(cursor, acts.first)


def remove_a_chain(cursor, acts):
    remove(cursor, *LedgerEntry.objects.filter(candidate=acts.first).values_list("pk", flat=True))
    fix_head(cursor, acts.first)


def exchange_order(cursor, acts):
    second, third = entry(acts, 2), entry(acts, 3)
    edit(cursor, second.pk, n=100)
    edit(cursor, third.pk, n=2)
    edit(cursor, second.pk, n=3)
    rechain(cursor, acts.first)


def exchange_actors(cursor, acts):
    edit(cursor, entry(acts, 2).pk, actor_id=None)
    rechain(cursor, acts.first)


def set_back(cursor, acts):
    cursor.execute("DELETE FROM recruitment_ledgercopy")
    cursor.execute("DELETE FROM recruitment_ledgercheckpoint")
    cursor.execute("DELETE FROM recruitment_ledgerleaf")
    change_and_rehash(cursor, acts)


ATTACKS = [
    change, change_and_rehash, change_and_rewrite_the_leaves, remove_one, remove_and_rehash, cut_the_tail, remove_a_chain,
    exchange_order, exchange_actors, set_back,
]  # fmt: skip


@pytest.mark.parametrize("attack", ATTACKS, ids=lambda attack: attack.__name__)
def test_both_verifiers_find_what_was_done(chains, run, tmp_path, attack):
    copies = tmp_path / "copies"
    with as_administrator() as cursor:
        attack(cursor, chains)
    assert verify(trusted_keys=trusted_keys(), copies=copies).exit_code == 1
    done = run(None, f"--copies={copies}")
    assert done.returncode == 1, done.stdout + done.stderr
    if attack is not set_back:
        assert str(chains.first.code) in done.stdout


def test_a_directory_without_copies_is_not_a_clean_result(chains, run, tmp_path):
    assert run(None, f"--copies={tmp_path / 'nowhere'}").returncode == 2


@pytest.mark.parametrize("body", ["", "x", "yinling-checkpoint-1\n1\nzz\n", "yinling-checkpoint-1\n1\n-5\nzz\n\n\n"])
def test_a_checkpoint_that_is_none_is_found_without_a_traceback(chains, run, body):
    with as_administrator():
        LedgerCheckpoint.objects.update(body=body)
    for source in (None, database_source()):
        done = run(source)
        assert (done.returncode, done.stderr) == (1, "")
        assert "not signed by the key" in done.stdout


UNREADABLE = (
    [("stored_at", "'20000-01-01'"), ("recorded_at", "'0044-01-01 BC'"), ("decided_on", "'infinity'"), ("payload", "'[1]'")]
    if connection.vendor == "postgresql"
    else [
        ("stored_at", "'zz'"), ("recorded_at", "'2026-13-45 00:00:00'"), ("decided_on", "x'ff'"), ("payload", "'zz'"),
        ("hash", "1.5"), ("n", "'zz'"), ("subject", "'zz'"), ("action", "CAST(x'ff' AS TEXT)"), ("summary", "x'ff'"),
    ]
)  # fmt: skip


@pytest.mark.parametrize(("column", "value"), UNREADABLE)
def test_what_no_program_can_read_is_found_without_a_traceback(chains, run, column, value):
    with as_administrator() as cursor:
        cursor.execute(f"UPDATE recruitment_ledgerentry SET {column} = {value} WHERE id = {entry(chains, 2).pk}")  # noqa: S608
    for source in (None, database_source()):
        done = run(source)
        assert (done.returncode, done.stderr) == (1, "")
        assert str(chains.first.code) in done.stdout
