"""Signing the ledger, and bringing out what was signed."""

import json
import smtplib
import threading

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from django.core import mail
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db import connections, transaction
from django.utils import timezone

from recruitment.actions.checkpoints import CheckpointRefused, copy_checkpoints, sign_checkpoint
from recruitment.actions.ledger import append
from recruitment.ledger.checkpoints import fingerprint
from recruitment.ledger.keys import KeyRefused
from recruitment.models import LedgerCheckpoint, LedgerCopy, LedgerEntry, LedgerLeaf
from recruitment.tasks import checkpoint, verify_ledger
from tests.recruitment.ledger.conftest import make_acts
from tests.recruitment.ledger.tampering import as_administrator, edit

KEY = Ed25519PrivateKey.generate()


def write(acts, candidate=None, summary="列为联系对象"):
    return append(candidate=candidate or acts.first, action="opened", summary=summary, actor=acts.actor, now=acts.now)


def sign():
    return sign_checkpoint(key=KEY, now=timezone.now())


def test_a_checkpoint_covers_every_entry_once_and_goes_on_from_the_last(acts):
    for _ in range(3):
        write(acts)
    first = sign()
    for _ in range(4):
        write(acts, acts.second)
    second = sign()
    assert (first.number, first.size, second.number, second.size) == (1, 3, 2, 7)
    assert list(LedgerLeaf.objects.order_by("position").values_list("position", flat=True)) == list(range(7))
    assert LedgerEntry.objects.filter(leaf__isnull=True).count() == 0


def test_without_new_entries_nothing_is_signed(acts):
    assert sign() is None
    write(acts)
    assert sign() is not None
    assert sign() is None


def test_signing_costs_the_same_for_many_entries_as_for_few(acts, django_assert_max_num_queries):
    for count in (3, 60):
        for _ in range(count):
            write(acts)
        with django_assert_max_num_queries(8):
            sign()


def test_the_signer_does_not_go_on_from_a_forged_checkpoint(acts):
    write(acts)
    sign()
    with as_administrator():
        LedgerCheckpoint.objects.update(peaks=bytes(32))
    write(acts)
    with pytest.raises(CheckpointRefused, match="与签署内容不符"):
        sign()


def test_the_signer_does_not_go_on_from_a_checkpoint_of_a_stranger(acts):
    write(acts)
    sign_checkpoint(key=Ed25519PrivateKey.generate(), now=timezone.now())
    with pytest.raises(CheckpointRefused, match="不是受信任的密钥"):
        sign()


def test_the_signer_does_not_fall_silent_over_a_leaf_that_nobody_signed(acts):
    write(acts)
    sign()
    LedgerLeaf.objects.create(position=1, entry=write(acts), subject=acts.first.code, n=2, hash=bytes(32))
    write(acts)
    with pytest.raises(CheckpointRefused, match="没有检查点签过的叶"):
        sign()


def test_a_new_key_goes_on_from_the_old_one_when_that_is_trusted(acts):
    write(acts)
    sign()
    write(acts)
    trusted = [KEY.public_key().public_bytes_raw()]
    assert sign_checkpoint(key=Ed25519PrivateKey.generate(), now=timezone.now(), trusted_keys=trusted).number == 2


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_an_entry_that_commits_after_later_ones_comes_into_the_next_checkpoint():
    acts = make_acts()
    written, signed = threading.Event(), threading.Event()

    def slow():
        try:
            with transaction.atomic():
                write(acts, acts.second)
                written.set()
                signed.wait(10)
        finally:
            connections.close_all()

    thread = threading.Thread(target=slow)
    thread.start()
    written.wait(10)
    write(acts)
    assert sign().size == 1
    signed.set()
    thread.join()
    assert sign().size == 2
    assert [leaf.entry.candidate for leaf in LedgerLeaf.objects.order_by("position")] == [acts.first, acts.second]


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_signers_at_once_sign_every_entry_once():
    acts = make_acts()
    for _ in range(20):
        write(acts)
    made = []

    def run():
        try:
            made.append(sign())
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len([one for one in made if one]) == 1
    assert (LedgerCheckpoint.objects.count(), LedgerLeaf.objects.count()) == (1, 20)


def test_a_copy_holds_what_was_signed_and_the_leaves_it_added(acts, signer):
    write(acts)
    signer()
    entry = write(acts)
    directory = signer()
    copy = json.loads((directory / "checkpoint-000002.json").read_text())
    assert copy["body"] == LedgerCheckpoint.objects.last().body
    assert copy["leaves"] == [[entry.pk, str(acts.first.code), 2, bytes(entry.hash).hex()]]


def test_a_copy_is_never_written_over_another_one(acts, signer):
    write(acts)
    directory = signer()
    with as_administrator() as cursor:
        for table in ("copy", "leaf", "checkpoint"):
            cursor.execute(f"DELETE FROM recruitment_ledger{table}")  # noqa: S608
    write(acts)
    with pytest.raises(CheckpointRefused, match="退回"):
        signer()
    assert json.loads((directory / "checkpoint-000001.json").read_text())["body"].split("\n")[2] == "1"


def test_a_copy_written_before_a_crash_is_noted_afterwards(acts, tmp_path):
    write(acts)
    sign()
    with transaction.atomic():
        assert copy_checkpoints(directory=tmp_path, mail_to="", now=acts.now) == 1
        transaction.set_rollback(True)
    assert copy_checkpoints(directory=tmp_path, mail_to="", now=acts.now) == 1
    assert copy_checkpoints(directory=tmp_path, mail_to="", now=acts.now) == 0


def test_the_auditor_gets_every_checkpoint_by_mail_with_its_fingerprint(acts):
    write(acts)
    signed = sign()
    copy_checkpoints(directory="", mail_to="auditor@example.org", now=acts.now)
    (sent,) = mail.outbox
    assert sent.to == ["auditor@example.org"]
    assert fingerprint(signed.body) in sent.body
    assert sent.attachments[0][0] == "checkpoint-000001.json"
    assert acts.first.person.name not in sent.body + sent.attachments[0][1]


def test_a_mail_that_could_not_be_sent_is_sent_by_the_next_call(acts, monkeypatch):
    write(acts)
    sign()

    def fail(*_, **__):
        raise smtplib.SMTPServerDisconnected

    with monkeypatch.context() as patch:
        patch.setattr("django.core.mail.EmailMessage.send", fail)
        with pytest.raises(smtplib.SMTPServerDisconnected):
            copy_checkpoints(directory="", mail_to="auditor@example.org", now=acts.now)
    assert not LedgerCopy.objects.exists()
    assert copy_checkpoints(directory="", mail_to="auditor@example.org", now=acts.now) == 1
    assert len(mail.outbox) == 1


# --- the edges


def test_an_embedded_site_makes_its_own_key_and_signs_by_its_task(acts, signer, settings, tmp_path):
    write(acts)
    checkpoint()
    assert (tmp_path / "key.pem").stat().st_mode & 0o777 == 0o600
    assert LedgerCheckpoint.objects.count() == 1


def test_in_production_the_worker_does_not_sign(acts, signer, settings):
    settings.YINLING_EMBEDDED = False
    write(acts)
    checkpoint()
    assert not LedgerCheckpoint.objects.exists()


def test_in_production_the_signer_needs_its_key(acts, signer, settings):
    settings.YINLING_EMBEDDED = False
    with pytest.raises(KeyRefused):
        signer()
    with pytest.raises(CommandError, match="读不到签名密钥"):
        call_command("checkpoint_ledger")
    settings.YINLING_LEDGER_KEY_FILE = ""
    with pytest.raises(CommandError, match="YINLING_LEDGER_KEY_FILE"):
        call_command("checkpoint_ledger")


def test_the_command_makes_a_key_and_signs_with_it(acts, signer, settings, capsys):
    settings.YINLING_EMBEDDED = False
    call_command("checkpoint_ledger", "--make-key")
    settings.YINLING_LEDGER_PUBLIC_KEYS = capsys.readouterr().out.split()[-1]
    write(acts)
    call_command("checkpoint_ledger")
    assert fingerprint(LedgerCheckpoint.objects.get().body) in capsys.readouterr().out
    call_command("checkpoint_ledger")
    assert "没有新记录" in capsys.readouterr().out
    call_command("verify_ledger", "--quiet")
    assert "已由 1 个检查点签署 1 条，核对副本 1 份" in capsys.readouterr().out


def test_the_command_ends_with_1_and_names_the_entry_when_it_finds_tampering(acts, signer, capsys):
    entry = write(acts)
    with as_administrator() as cursor:
        edit(cursor, entry.pk, summary="改过")
    with pytest.raises(SystemExit) as end:
        call_command("verify_ledger", "--quiet")
    assert end.value.code == 1
    said = capsys.readouterr().out
    assert f"改动：{acts.first.code} 第 1 条 内容与哈希不符；发生在" in said


def test_the_command_ends_with_2_when_it_could_not_check_everything(acts, signer, settings, capsys):
    write(acts)
    signer()
    settings.YINLING_EMBEDDED = False
    with pytest.raises(SystemExit) as end:
        call_command("verify_ledger", "--quiet")
    assert end.value.code == 2
    assert "没有配置公钥" in capsys.readouterr().out
    settings.YINLING_LEDGER_PUBLIC_KEYS = "wrong"
    with pytest.raises(CommandError):
        call_command("verify_ledger", "--quiet")


def test_the_command_takes_a_person_or_a_day(acts, signer, capsys):
    write(acts)
    write(acts, acts.second)
    call_command("verify_ledger", "--quiet", f"--subject={acts.first.code}")
    assert "核对记录 1 条" in capsys.readouterr().out
    call_command("verify_ledger", "--quiet", "--since=2099-01-01")
    assert "核对记录 0 条" in capsys.readouterr().out


@pytest.mark.parametrize("since", ["0001-01-01", "2026-02-30", "now"])
def test_a_day_that_is_none_is_refused_by_the_command(db, since):
    with pytest.raises(CommandError, match="--since"):
        call_command("verify_ledger", "--quiet", f"--since={since}")


def test_the_morning_task_notes_what_it_found(acts, signer):
    from recruitment.queries.ledger import last_verification

    write(acts)
    signer()
    verify_ledger()
    assert (last_verification().is_intact, last_verification().anchored) == (True, 1)
