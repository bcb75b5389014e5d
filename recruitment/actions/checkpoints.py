"""Signing the ledger so far, and bringing every signed checkpoint to places outside the database."""

import json
import os
from pathlib import Path

from django.conf import settings
from django.core.mail import EmailMessage
from django.db import IntegrityError, transaction
from django.utils import timezone

from recruitment.ledger.checkpoints import (
    FIRST_PREVIOUS,
    Statement,
    digest,
    fingerprint,
    is_signed,
    key_id,
    read_statement,
)
from recruitment.ledger.keys import make_key, public_bytes, read_key
from recruitment.ledger.merkle import Tree
from recruitment.models import LedgerCheckpoint, LedgerCopy, LedgerEntry, LedgerLeaf
from recruitment.queries.ledger import trusted_keys

BATCH = 1000
MAIL = "mail:"


class CheckpointRefused(Exception):
    """The signer will not sign; the message says why."""


def run_signer(*, now):
    """What the signer's own process does: sign what is new, then bring out what was not brought out yet.

    Reads the key file of the settings; returns the new LedgerCheckpoint or None, and the number of copies made.
    Raises KeyRefused when this process cannot read the key, as is right for every process but the signer's. An
    embedded site, which is one process owner's alone, makes its key on the first call.
    """
    if settings.YINLING_EMBEDDED and not Path(settings.YINLING_LEDGER_KEY_FILE).exists():
        make_key(settings.YINLING_LEDGER_KEY_FILE)
    key = read_key(settings.YINLING_LEDGER_KEY_FILE)
    checkpoint = sign_checkpoint(key=key, trusted_keys=trusted_keys(), now=now)
    copies = copy_checkpoints(
        directory=settings.YINLING_CHECKPOINT_DIR, mail_to=settings.YINLING_AUDITOR_MAIL, now=now
    )
    return checkpoint, copies


def sign_checkpoint(*, key, now, trusted_keys=()):
    """Sign a checkpoint over every entry not yet in the tree; returns it, or None when there is none.

    ``key`` is the Ed25519 private key, ``trusted_keys`` are public keys of earlier signers. New entries become leaves
    in the order of their chains' keys and numbers: whatever commits later comes into a later checkpoint, so no order
    of commits can leave one out. Refused when the last checkpoint is not what a trusted key signed: the tree would go
    on from a forged one; and when there are leaves that no checkpoint signed, which would stand in its way for ever.
    """
    public, last = public_bytes(key), None
    try:
        with transaction.atomic():
            last = LedgerCheckpoint.objects.last()
            tree = Tree(last.size, bytes(last.peaks)) if last else Tree()
            if last:
                _check_last(last, tree, (public, *trusted_keys))
            fresh = LedgerEntry.objects.filter(leaf__isnull=True).order_by("candidate_id", "n")
            _add_leaves(tree, fresh.values_list("pk", "subject", "n", "hash"))
            if tree.size == (last.size if last else 0):
                return None
            statement = Statement(
                number=last.number + 1 if last else 1,
                size=tree.size,
                root=tree.root(),
                previous=digest(last.body) if last else FIRST_PREVIOUS,
                made_at=now,
            )
            return LedgerCheckpoint.objects.create(
                number=statement.number,
                size=statement.size,
                root=statement.root,
                made_at=now,
                body=statement.body,
                signature=key.sign(statement.body.encode()),
                key_id=key_id(public),
                peaks=tree.peaks,
            )
    except IntegrityError:
        if LedgerCheckpoint.objects.last() != last:
            return None  # another signer was quicker, and has signed the same entries
        raise CheckpointRefused("数据库里有没有检查点签过的叶，台账可能已被改动，请先运行 manage.py verify_ledger。") from None


def copy_checkpoints(*, directory, mail_to, now):
    """Write every checkpoint not yet there to ``directory`` and mail it to ``mail_to`` (either may be empty).

    Returns the number of copies made. A copy that cannot be made raises, after those before it were noted; the next
    call goes on from there. Refused when the directory holds another checkpoint under the same number: then the
    database was set back to an earlier state, or somebody else signs too.
    """
    made = 0
    if directory:
        for checkpoint in _not_yet_at(str(directory)):
            _write_copy(checkpoint, Path(directory))
            _note_copy(checkpoint, str(directory), now)
            made += 1
    if mail_to:
        for checkpoint in _not_yet_at(MAIL + mail_to):
            _mail_copy(checkpoint, mail_to)
            _note_copy(checkpoint, MAIL + mail_to, now)
            made += 1
    return made


def file_name(number):
    """What the copy of checkpoint ``number`` is called."""
    return f"checkpoint-{number:06d}.json"


def copy_of(checkpoint):
    """The text of a copy: what was signed, the signature, and the leaves that this checkpoint added."""
    before = LedgerCheckpoint.objects.filter(number=checkpoint.number - 1).values_list("size", flat=True).first() or 0
    leaves = LedgerLeaf.objects.filter(position__gte=before, position__lt=checkpoint.size).order_by("position")
    return json.dumps(
        {
            "body": checkpoint.body,
            "signature": bytes(checkpoint.signature).hex(),
            "key": checkpoint.key_id,
            "fingerprint": fingerprint(checkpoint.body),
            "leaves": [
                [entry, str(subject), n, bytes(leaf).hex()]
                for entry, subject, n, leaf in leaves.values_list("entry_id", "subject", "n", "hash")
            ],
        },
        indent=0,
    )


def _check_last(last, tree, keys):
    verify_first = "台账可能已被改动，请先运行 manage.py verify_ledger。"
    if not is_signed(last.body, last.signature, keys):
        raise CheckpointRefused(f"第 {last.number} 号检查点不是受信任的密钥签的，{verify_first}")
    stated = read_statement(last.body)
    if (stated.number, stated.size, stated.root) != (last.number, tree.size, tree.root()):
        raise CheckpointRefused(f"第 {last.number} 号检查点与签署内容不符，{verify_first}")


def _add_leaves(tree, rows):
    batch = []
    for entry_id, subject, n, entry_hash in rows.iterator(chunk_size=BATCH):
        batch.append(LedgerLeaf(position=tree.size, entry_id=entry_id, subject=subject, n=n, hash=bytes(entry_hash)))
        tree.add(bytes(entry_hash))
        if len(batch) == BATCH:
            LedgerLeaf.objects.bulk_create(batch)
            batch = []
    LedgerLeaf.objects.bulk_create(batch)


def _not_yet_at(place):
    return LedgerCheckpoint.objects.exclude(copies__place=place).order_by("number")


def _note_copy(checkpoint, place, now):
    LedgerCopy.objects.create(checkpoint=checkpoint, place=place, copied_at=now)


def _write_copy(checkpoint, directory):
    """Write the copy beside the others: whole or not at all, and never over another one."""
    directory.mkdir(parents=True, exist_ok=True)
    path, text = directory / file_name(checkpoint.number), copy_of(checkpoint)
    if path.exists():
        if path.read_text(encoding="utf-8") == text:
            return  # written before a crash that kept it from being noted
        raise CheckpointRefused(
            f"{path} 已有另一份第 {checkpoint.number} 号检查点。数据库可能被退回到较早的状态，请先运行 manage.py verify_ledger。"
        )
    draft = path.with_suffix(".part")
    with draft.open("w", encoding="utf-8") as file:
        file.write(text)
        file.flush()
        os.fsync(file.fileno())
    draft.rename(path)


def _mail_copy(checkpoint, address):
    made_at = timezone.localtime(checkpoint.made_at)
    message = EmailMessage(
        subject=f"台账检查点第 {checkpoint.number} 号",
        body=(
            f"台账检查点第 {checkpoint.number} 号，签署于 {made_at:%Y-%m-%d %H:%M}，共 {checkpoint.size} 条记录。\n\n"
            f"指纹：{fingerprint(checkpoint.body)}\n\n"
            "请保存这封邮件和附件。以后用它可以查出台账在此之前的记录有没有被改动：\n"
            "manage.py verify_ledger --checkpoints 存放附件的目录\n\n"
            f"签署内容：\n{checkpoint.body}\n签名：\n{bytes(checkpoint.signature).hex()}\n"
        ),
        to=[address],
        # the same for every try, so that a mail sent twice can be recognised
        headers={"Message-ID": f"<checkpoint-{fingerprint(checkpoint.body)}@yinling>"},
    )
    message.attach(file_name(checkpoint.number), copy_of(checkpoint), "application/json")
    message.send()
