"""Writing the ledger: one entry per act, in the act's own transaction, so that no act is kept without its entry."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime

from django.db import connection
from django.db.models.functions import Now

from recruitment.ledger.entries import NOTHING_BEFORE, commitment, entry_hash, payload_of
from recruitment.models import Candidate, LedgerEntry, LedgerSecret

BATCH = 500


@dataclass(frozen=True, slots=True, kw_only=True)
class Act:
    """What one entry says; see :func:`append`."""

    candidate: Candidate
    action: str
    summary: str
    actor: object
    now: datetime
    details: dict = field(default_factory=dict)
    private: dict | None = None
    step: int | None = None
    decided_on: date | None = None


def append(*, candidate, action, summary, actor, now, details=None, private=None, step=None, decided_on=None):
    """Write the entry of one act and return the LedgerEntry; to be called inside the act's transaction.

    The caller holds the lock of the candidate's row. ``action`` is a word of ours ("step", "talk"), ``summary`` what
    the register shows, without names or other personal text. ``details`` are the facts: dates, votes, codes, whole
    numbers. ``private`` are personal texts by name: the entry holds only a salted commitment to each, so that the
    text can be erased later and the chain stays valid. ``actor`` is the User, or None for the system itself.
    An entry that cannot be written raises, and the act is undone with it.
    """
    act = Act(
        candidate=candidate, action=action, summary=summary, actor=actor, now=now,
        details=details or {}, private=private, step=step, decided_on=decided_on,
    )  # fmt: skip
    return append_many([act])[0]


def append_many(acts):
    """Write the entries of many acts, hundreds to a query; returns them in the order of ``acts``.

    ``acts`` are Act objects. Chains are taken in the order of the candidates' keys, so that two imports at once cannot
    block each other; of one candidate, entries keep the order given.
    """
    in_order = sorted(acts, key=lambda act: act.candidate.pk)
    drafts = [_draft(act) for act in in_order]
    entries = [entry for entry, _ in drafts]
    if connection.vendor != "postgresql":
        _chain(entries)
    LedgerEntry.objects.bulk_create(entries, batch_size=BATCH)
    for entry, hidden in drafts:
        for secret in hidden:
            secret.entry = entry
    LedgerSecret.objects.bulk_create([secret for _, hidden in drafts for secret in hidden], batch_size=BATCH)
    written = {id(act): entry for act, entry in zip(in_order, entries, strict=True)}
    return [written[id(act)] for act in acts]


def erase_texts(*, candidate, actor, now):
    """Delete every personal text and salt behind the entries of ``candidate``, and enter that in the ledger.

    The chain stays valid; what the texts said can no longer be found out from it. Returns the new LedgerEntry.
    """
    erased, _ = LedgerSecret.objects.filter(entry__candidate=candidate).delete()
    details = {"texts": erased}
    summary = "删除台账中的个人文字"
    return append(candidate=candidate, action="erased", summary=summary, actor=actor, now=now, details=details)


def _draft(act):
    """The unsaved entry of ``act`` and the unsaved secrets behind it."""
    hidden = [
        LedgerSecret(name=name, salt=secrets.token_bytes(32), text=text)
        for name, text in sorted((act.private or {}).items())
        if text
    ]
    details = dict(act.details)
    if hidden:
        details["commitments"] = {secret.name: commitment(secret.salt, secret.text) for secret in hidden}
    entry = LedgerEntry(
        candidate=act.candidate,
        subject=act.candidate.code,
        action=act.action,
        step=act.step,
        summary=act.summary,
        decided_on=act.decided_on,
        recorded_at=act.now,
        actor=act.actor,
        payload=payload_of(details),
        # Set by the trigger or by _chain; plain values here are quicker to send than the word DEFAULT.
        n=0,
        stored_at=act.now,
        previous_hash=b"",
        hash=b"",
    )
    return entry, hidden


def _chain(entries):
    """Number and hash ``entries`` by the heads of their chains and the database's clock, as PostgreSQL does itself."""
    keys = sorted({entry.candidate_id for entry in entries})
    heads = {}
    for start in range(0, len(keys), BATCH):
        found = Candidate.objects.filter(pk__in=keys[start : start + BATCH]).order_by().annotate(clock=Now())
        for key, n, last, clock in found.values_list("pk", "ledger_head__n", "ledger_head__hash", "clock"):
            heads[key] = (n or 0, bytes(last) if last else NOTHING_BEFORE, clock)
    for entry in entries:
        before, entry.previous_hash, entry.stored_at = heads[entry.candidate_id]
        entry.n = before + 1
        entry.hash = entry_hash(
            subject=entry.subject,
            n=entry.n,
            previous_hash=entry.previous_hash,
            recorded_at=entry.recorded_at,
            stored_at=entry.stored_at,
            actor_id=entry.actor_id,
            step=entry.step,
            decided_on=entry.decided_on,
            action=entry.action,
            summary=entry.summary,
            payload=entry.payload,
        )
        heads[entry.candidate_id] = (entry.n, entry.hash, entry.stored_at)
