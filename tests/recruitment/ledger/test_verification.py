"""Every kind of tampering, and which entry the verification says it was."""

import hashlib
import itertools
import uuid
from datetime import UTC, date, datetime, timedelta

import pytest
from django.db import connection
from django.utils import timezone

from recruitment.actions.ledger import append, erase_texts
from recruitment.actions.verification import note_verification
from recruitment.ledger import findings as found
from recruitment.ledger.chains import ChainCheck
from recruitment.ledger.entries import canonical
from recruitment.ledger.keys import make_key, read_public_keys
from recruitment.models import LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerSecret
from recruitment.queries import ledger_reading as reading
from recruitment.queries.ledger import badge, last_verification
from recruitment.queries.ledger_verification import verify
from tests.recruitment.ledger.tampering import (
    as_administrator,
    check,
    edit,
    entry,
    fix_head,
    forge,
    kinds,
    move_up,
    rechain,
    remove,
    rewrite_leaves,
)
from tests.recruitment.ledger.test_append import rehash

# SQLite switches its foreign keys off only between transactions.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "sqlite")


# --- without tampering


def test_an_untouched_ledger_passes(chains, signer):
    report = check(copies=signer())
    assert (report.exit_code, report.entries, report.anchored, report.copies) == (0, 10, 10, 1)


def test_an_empty_ledger_passes(db):
    assert (check().exit_code, check().entries) == (0, 0)


def test_entries_after_the_last_checkpoint_are_counted_as_not_yet_signed(chains, signer):
    signer()
    append(candidate=chains.first, action="talk", summary="谈心谈话", actor=None, now=chains.now)
    report = check()
    assert (report.exit_code, report.entries - report.anchored) == (0, 1)


def test_erased_texts_do_not_break_anything(chains, signer):
    copies = signer()
    erase_texts(candidate=chains.first, actor=None, now=chains.now)
    assert check(copies=copies).exit_code == 0


# --- A1 to A4 and A8: one who changes entries and leaves the hashes as they are


@pytest.mark.parametrize(
    ("column", "value"),
    [
        ("summary", "改过"), ("action", "talk"), ("step", 9), ("decided_on", "2020-01-01"), ("actor_id", None),
        ("recorded_at", "2020-01-01 00:00:00+00:00"), ("stored_at", "2020-01-01 00:00:00+00:00"),
        ("payload", b'{"in_favour":99}'), ("hash", bytes(32)), ("previous_hash", bytes(32)), ("hash", b"short"),
        ("previous_hash", b""), ("payload", b"no JSON"),
    ],
)  # fmt: skip
def test_a_changed_entry_is_found(chains, column, value):
    victim = entry(chains, 3)
    with as_administrator() as cursor:
        edit(cursor, victim.pk, **{column: value})
    report = check()
    assert (found.CHANGED, 3) in kinds(report)
    assert {finding.subject for finding in report.findings} == {str(chains.first.code)}
    assert report.exit_code == 1


def test_since_when_is_told_by_when_the_entry_was_stored(chains):
    victim = entry(chains, 3)
    with as_administrator() as cursor:
        edit(cursor, victim.pk, summary="改过")
    (finding,) = check().findings
    assert finding.intact_at == victim.stored_at


def test_since_when_is_told_by_the_last_verification_that_found_nothing(chains):
    verified_at = timezone.now() + timedelta(hours=1)
    note_verification(report=check(), now=verified_at)
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
    (finding,) = check().findings
    assert finding.intact_at == verified_at


def test_an_entry_whose_own_hash_was_made_anew_is_found_by_the_next_one(chains):
    victim = entry(chains, 3)
    with as_administrator() as cursor:
        victim.summary = "改过"
        edit(cursor, victim.pk, summary="改过", hash=rehash(victim))
    assert kinds(check()) == [(found.CHANGED, 3)]


def test_a_last_entry_whose_own_hash_was_made_anew_is_found_by_the_head(chains):
    victim = entry(chains, 5)
    with as_administrator() as cursor:
        victim.summary = "改过"
        edit(cursor, victim.pk, summary="改过", hash=rehash(victim))
    assert kinds(check()) == [(found.CHANGED, 5)]


@pytest.mark.parametrize("n", [1, 3])
def test_a_removed_entry_is_found(chains, n):
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry=entry(chains, n)).delete()
        remove(cursor, entry(chains, n).pk)
    assert kinds(check()) == [(found.REMOVED, n)]


def test_a_removed_entry_is_found_when_those_after_it_were_renumbered(chains):
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry=entry(chains, 3)).delete()
        remove(cursor, entry(chains, 3).pk)
        for n in (4, 5):
            edit(cursor, entry(chains, n).pk, n=n - 1)
    assert (found.REMOVED, 3) in kinds(check())


def test_a_cut_tail_is_found(chains):
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first, entry__n__gt=3).delete()
        remove(cursor, entry(chains, 4).pk, entry(chains, 5).pk)
    assert kinds(check()) == [(found.TRUNCATED, 4)]


def test_a_chain_removed_as_a_whole_is_found(chains):
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first).delete()
        remove(cursor, *LedgerEntry.objects.filter(candidate=chains.first).values_list("pk", flat=True))
    assert kinds(check()) == [(found.TRUNCATED, 1)]


def test_an_inserted_entry_is_found(chains):
    with as_administrator() as cursor:
        move_up(cursor, chains.first, 3)
        forge(cursor, chains.first, n=3, previous_hash=bytes(entry(chains, 2).hash))
    assert (found.INSERTED, 3) in kinds(check())


def test_an_entry_put_at_the_end_past_the_triggers_is_found(chains):
    with as_administrator() as cursor:
        forge(cursor, chains.first, n=6, previous_hash=bytes(entry(chains, 5).hash))
    assert kinds(check()) == [(found.INSERTED, 6)]


def test_two_entries_in_the_other_order_are_found(chains):
    second, fourth = entry(chains, 2), entry(chains, 4)
    with as_administrator() as cursor:
        edit(cursor, second.pk, n=100)
        edit(cursor, fourth.pk, n=2)
        edit(cursor, second.pk, n=4)
    assert kinds(check()) == [(found.REORDERED, 2), (found.REORDERED, 4)]


def swap_chains(cursor, acts, *, with_subject=False):
    """File the entries of each of the two candidates under the other."""
    first, second = (
        list(LedgerEntry.objects.filter(candidate=candidate).values_list("pk", flat=True))
        for candidate in (acts.first, acts.second)
    )
    for pk in first:
        edit(cursor, pk, n=LedgerEntry.objects.get(pk=pk).n + 100)
    for pks, candidate in ((second, acts.first), (first, acts.second)):
        for number, pk in enumerate(pks, start=1):
            edit(cursor, pk, candidate_id=candidate.pk, n=number)
            if with_subject:
                code = candidate.code
                edit(cursor, pk, subject=str(code) if connection.vendor == "postgresql" else code.hex)


@pytest.mark.parametrize("with_subject", [False, True])
def test_exchanged_chains_are_found(chains, with_subject):
    with as_administrator() as cursor:
        swap_chains(cursor, chains, with_subject=with_subject)
    report = check()
    assert {finding.kind for finding in report.findings} == {found.EXCHANGED}
    assert {finding.subject for finding in report.findings} == {str(chains.first.code), str(chains.second.code)}


def test_a_text_that_is_not_the_one_committed_to_is_found(chains):
    LedgerSecret.objects.filter(entry=entry(chains, 2)).update(text="别的文字")
    assert kinds(check()) == [(found.TEXT_CHANGED, 2)]


def test_a_trigger_that_was_taken_away_is_found(chains):
    with as_administrator():
        assert {finding.kind for finding in check().findings} == {found.WALL}


# --- A2, A4, A5, A7: one who also makes all hashes and the head anew; only what was signed contradicts


def test_a_changed_entry_in_a_chain_hashed_anew_is_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
        rechain(cursor, chains.first)
    report = check()
    assert kinds(report) == [(found.CHANGED, 3)]
    assert report.findings[0].intact_at == LedgerCheckpoint.objects.get().made_at


def test_a_removed_entry_in_a_chain_hashed_anew_is_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry=entry(chains, 3)).delete()
        remove(cursor, entry(chains, 3).pk)
        rechain(cursor, chains.first)
    assert kinds(check()) == [(found.REMOVED, 3)]


def test_a_signed_tail_that_was_cut_is_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first, entry__n__gt=3).delete()
        remove(cursor, entry(chains, 4).pk, entry(chains, 5).pk)
        fix_head(cursor, chains.first)
    assert kinds(check()) == [(found.TRUNCATED, 4)]


def test_a_person_removed_with_everything_is_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first).delete()
        remove(cursor, *LedgerEntry.objects.filter(candidate=chains.first).values_list("pk", flat=True))
        fix_head(cursor, chains.first)
    assert kinds(check()) == [(found.TRUNCATED, 1)]


def test_an_inserted_entry_in_a_chain_hashed_anew_is_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        move_up(cursor, chains.first, 3)
        forge(cursor, chains.first, n=3)
        rechain(cursor, chains.first)
    assert (found.INSERTED, 3) in kinds(check())


def test_a_new_order_in_a_chain_hashed_anew_is_found_by_the_checkpoint(chains, signer):
    signer()
    second, third = entry(chains, 2), entry(chains, 3)
    with as_administrator() as cursor:
        edit(cursor, second.pk, n=100)
        edit(cursor, third.pk, n=2)
        edit(cursor, second.pk, n=3)
        rechain(cursor, chains.first)
    assert (found.REORDERED, 2) in kinds(check())


def test_exchanged_chains_hashed_anew_are_found_by_the_checkpoint(chains, signer):
    signer()
    with as_administrator() as cursor:
        swap_chains(cursor, chains, with_subject=True)
        rechain(cursor, chains.first)
        rechain(cursor, chains.second)
    assert {kind for kind, _ in kinds(check())} == {found.EXCHANGED}


def test_leaves_rewritten_with_the_entries_are_found_by_the_signed_root(chains, signer):
    signer()
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
        rechain(cursor, chains.first)
        rewrite_leaves(cursor)
    (finding,) = check().findings
    assert finding.kind == found.CHECKPOINT
    assert "第 1 至 10 条" in finding.detail


def test_leaves_rewritten_with_the_entries_are_found_to_the_entry_by_the_copies(chains, signer):
    copies = signer()
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
        rechain(cursor, chains.first)
        rewrite_leaves(cursor)
    assert kinds(check(copies=copies)) == [(found.CHANGED, 3)]


@pytest.mark.parametrize("change", ["body", "signature", "root", "size"])
def test_a_changed_checkpoint_is_found(chains, signer, change):
    signer()
    values = {"body": "x", "signature": bytes(64), "root": bytes(32), "size": 3}
    with as_administrator():
        LedgerCheckpoint.objects.update(**{change: values[change]})
    assert found.CHECKPOINT in {finding.kind for finding in check().findings}


def test_a_checkpoint_signed_by_a_key_that_is_not_trusted_is_found(chains, signer, tmp_path):
    signer()
    make_key(tmp_path / "other.pem")
    (finding,) = verify(trusted_keys=read_public_keys((tmp_path / "other.pub").read_text())).findings
    assert finding.kind == found.CHECKPOINT


# --- A11, A12: one who removes or sets back the checkpoints too; only the copies outside contradict


def test_checkpoints_removed_from_the_database_are_found_by_the_copies(chains, signer):
    signer()
    append(candidate=chains.first, action="talk", summary="谈心谈话", actor=None, now=chains.now)
    copies = signer()
    with as_administrator() as cursor:
        cursor.execute("DELETE FROM recruitment_ledgercopy")
        cursor.execute("DELETE FROM recruitment_ledgercheckpoint WHERE number = 2")
        cursor.execute("DELETE FROM recruitment_ledgerleaf WHERE position >= 10")
        edit(cursor, entry(chains, 6).pk, summary="改过")
        rechain(cursor, chains.first)
    assert check().exit_code == 0  # the database alone cannot know
    assert kinds(check(copies=copies)) == [(found.SET_BACK, None), (found.CHANGED, 6)]


def test_a_database_set_back_to_an_earlier_state_is_found_by_the_copies(chains, signer):
    signer()
    later = append(candidate=chains.first, action="talk", summary="谈心谈话", actor=None, now=chains.now)
    copies = signer()
    with as_administrator() as cursor:
        cursor.execute("DELETE FROM recruitment_ledgercopy")
        cursor.execute("DELETE FROM recruitment_ledgercheckpoint WHERE number = 2")
        cursor.execute("DELETE FROM recruitment_ledgerleaf WHERE position >= 10")
        remove(cursor, later.pk)
        fix_head(cursor, chains.first)
    assert check().exit_code == 0
    assert kinds(check(copies=copies)) == [(found.SET_BACK, None), (found.TRUNCATED, 6)]


def test_fewer_entries_than_at_the_last_verification_are_found(chains):
    note_verification(report=check(), now=timezone.now())
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first, entry__n=5).delete()
        remove(cursor, entry(chains, 5).pk)
        fix_head(cursor, chains.first)
    assert kinds(check()) == [(found.SET_BACK, None)]


# --- what no ledger can find, said in docs/ledger.md


def test_a_cut_tail_that_was_neither_signed_nor_verified_is_not_found(chains):
    with as_administrator() as cursor:
        LedgerSecret.objects.filter(entry__candidate=chains.first, entry__n=5).delete()
        remove(cursor, entry(chains, 5).pk)
        fix_head(cursor, chains.first)
    assert check().exit_code == 0


def test_an_entry_written_late_with_an_early_time_is_only_doubtful(chains, signer):
    signer()
    LedgerHead.objects.get(candidate=chains.first)
    with as_administrator() as cursor:
        forged = forge(cursor, chains.first, n=6, previous_hash=bytes(entry(chains, 5).hash))
        forged.stored_at -= timedelta(hours=1)
        edit(cursor, forged.pk, stored_at=forged.stored_at, hash=rehash(forged))
        fix_head(cursor, chains.first)
    signer()
    report = check()
    assert report.exit_code == 0
    assert "早于前一个检查点" in report.doubts[0]
    assert f"{chains.first.code} 第 6 条" in report.doubts[0]


# --- part of it only


def test_a_person_who_is_not_there_is_not_said_to_be_well(chains):
    assert check(subject=uuid.uuid4()).exit_code == 2


def test_a_directory_without_any_copy_is_not_a_clean_result(chains, signer, tmp_path):
    signer()
    (tmp_path / "elsewhere").mkdir()
    assert check(copies=tmp_path / "elsewhere").exit_code == 2


def test_one_person_can_be_verified_alone(chains):
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
    assert check(subject=chains.second.code).exit_code == 0
    report = check(subject=chains.first.code)
    assert (report.exit_code, report.entries, report.is_whole) == (1, 5, False)


def test_only_what_is_new_can_be_verified(chains):
    assert check(since=timezone.now() + timedelta(days=1)).entries == 0
    assert check(since=timezone.now() - timedelta(days=1)).entries == 10


def test_a_copy_that_was_tampered_with_is_not_believed(chains, signer):
    copies = signer()
    path = copies / "checkpoint-000001.json"
    path.write_text(path.read_text().replace(str(entry(chains, 2).hash.hex()), "00" * 32))
    report = check(copies=copies)
    assert (report.exit_code, report.copies) == (2, 0)


def test_without_a_public_key_the_result_is_not_a_clean_one(chains, signer):
    signer()
    assert verify(trusted_keys=()).exit_code == 2


def test_the_badge_says_when_a_verification_was_not_whole_or_is_long_ago(chains, signer):
    signer()
    now = timezone.now()
    note_verification(report=verify(trusted_keys=()), now=now)
    assert (badge(now)["label"], badge(now)["is_new"]) == ("链校验未做全", True)
    note_verification(report=check(), now=now + timedelta(minutes=1))
    assert badge(now + timedelta(hours=30))["label"] == "链校验通过"
    assert (badge(now + timedelta(days=3))["label"], badge(now + timedelta(days=3))["is_new"]) == ("链校验已停", True)
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
    note_verification(report=check(), now=now + timedelta(minutes=2))
    assert not badge(now + timedelta(days=3))["is_ok"]


def test_the_last_verification_is_what_pages_show(chains):
    assert last_verification() is None
    note_verification(report=check(), now=timezone.now())
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, summary="改过")
    note_verification(report=check(), now=timezone.now())
    shown = last_verification()
    assert (shown.is_intact, shown.entries, shown.findings) == (False, 10, 1)
    assert str(chains.first.code) in shown.first_finding


# --- what the quick way of reading must not be fooled by


@pytest.mark.postgres
@pytest.mark.parametrize("day", ["-infinity", "0044-03-15 BC"])
def test_a_day_in_the_place_of_none_is_found(chains, day):
    append(candidate=chains.first, action="system", summary="系统", actor=None, now=chains.now)
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 6).pk, decided_on=day)
    assert kinds(check()) == [(found.CHANGED, 6)]


@pytest.mark.postgres
@pytest.mark.parametrize(
    ("column", "value"),
    [("decided_on", "infinity"), ("decided_on", "12000-01-01"), ("recorded_at", "infinity"), ("stored_at", "20000-01-01")],
)
def test_a_value_that_no_program_can_read_does_not_stop_the_verification(chains, column, value):
    with as_administrator() as cursor:
        edit(cursor, entry(chains, 3).pk, **{column: value})
        edit(cursor, entry(chains, 2, chains.second).pk, summary="改过")
    report = check()
    assert {(finding.kind, finding.subject) for finding in report.findings} == {
        (found.CHANGED, str(chains.first.code)),
        (found.CHANGED, str(chains.second.code)),
    }


def test_the_bytes_read_are_the_canonical_ones_whatever_stands_in_an_entry(acts):
    instants = [datetime(2000, 1, 1, tzinfo=UTC), datetime(1999, 12, 31, 23, 59, 59, 999999, tzinfo=UTC), acts.now]
    days = [None, date(1, 1, 1), date(1999, 12, 31), date(2000, 1, 1), date(9999, 12, 31)]
    for now, day in itertools.product(instants, days):
        for actor, step in itertools.product((None, acts.actor), (None, 25)):
            append(
                candidate=acts.first, action="step", step=step, decided_on=day, actor=actor, now=now,
                summary=f"第一行\n第二行 {day}", details={"n": 1},
            )  # fmt: skip
    read = {}
    reading.read_chains(lambda rows: read.update({row[1]: row[5] for row in rows}))
    assert len(read) == len(instants) * len(days) * 4
    for row in reading.rows_of_chain(acts.first.pk)[0]:
        names = [name for name in row.__slots__ if name not in ("pk", "hash")]
        assert read[row.n] == canonical(**{name: getattr(row, name) for name in names})


def test_entries_may_come_in_any_order():
    check, last, rows = ChainCheck(), bytes(32), []
    for n in range(1, 8):
        content = f"第 {n} 条".encode()
        entry = hashlib.sha256(last + content).digest()
        rows.append((1, n, True, entry, last, last + content))
        last = entry
    check.read(rows[3:5])
    check.read([rows[6], rows[0], rows[2]])
    check.read([rows[5], rows[1]])
    check.finish()
    assert (check.broken, check.ends, check.entries) == (set(), {1: (7, last)}, 7)
    gap = ChainCheck()
    gap.read([*rows[:2], *rows[3:]])
    gap.finish()
    assert gap.broken == {1}
