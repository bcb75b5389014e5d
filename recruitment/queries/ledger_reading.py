"""Reading the whole ledger fast enough that hashing it is the larger part of the work.

On PostgreSQL the database joins the columns of an entry into its canonical bytes, and COPY in binary brings them one
row to a message; on SQLite the columns are read and joined here. Either way the hashes are computed by the reader,
because a database that lies about a hash is what a verification is there to find.
"""

import struct
from datetime import UTC, datetime, timedelta

from django.db import connection

from recruitment.ledger.anchors import Leaf, Standing
from recruitment.ledger.chains import Row
from recruitment.ledger.entries import canonical, instant
from recruitment.ledger.walls import CANDIDATES, CANONICAL, ENTRIES
from recruitment.models import Candidate, LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerLeaf

BATCH = 5000
COPY_HEADER = 19  # bytes before the first row
COPY_END = b"\xff\xff"
CONTENT = tuple(name for name in Row.__slots__ if name != "pk")
POSTGRESQL_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

CHAINS = f"""
SELECT e.candidate_id, e.n, coalesce(e.subject = c.code, false), e.hash, e.previous_hash, {CANONICAL.format(row="e")}
FROM {ENTRIES} e LEFT JOIN {CANDIDATES} c ON c.id = e.candidate_id {{where}} ORDER BY e.candidate_id, e.n
"""  # noqa: S608  # names of our own tables
CHAIN_ROW = struct.Struct(">hiqiii?i32si32si")

LEAVES = f"""
SELECT l.position, e.stored_at, e.hash FROM recruitment_ledgerleaf l LEFT JOIN {ENTRIES} e ON e.id = l.entry_id
ORDER BY l.position
"""  # noqa: S608
LEAF_ROW = struct.Struct(">hiqiqi32s")


def read_chains(take, candidates=None):
    """Hand every entry to ``take`` in lists of (chain, number, is own, hash, hash before, canonical bytes).

    Chains come one after another, each by number. ``candidates`` limits them to these keys.
    """
    if connection.vendor == "postgresql":
        keys = None if candidates is None else ",".join(str(int(key)) for key in sorted(candidates)) or "0"
        where = "" if keys is None else f"WHERE e.candidate_id IN ({keys})"
        _copy(CHAINS.format(where=where), lambda rows: take([_chain_row(row) for row in rows]))
        return
    entries = LedgerEntry.objects.order_by("candidate_id", "n")
    if candidates is not None:
        entries = entries.filter(candidate_id__in=candidates)
    names = ("candidate_id", "candidate__code", *CONTENT)
    _in_batches(entries.values_list(*names), lambda rows: take([_joined(row) for row in rows]))


def read_leaves(take):
    """Hand every leaf to ``take``, by position, in lists of (position, hash of its entry or None, stored_at or None)."""
    if connection.vendor == "postgresql":
        _copy(LEAVES, lambda rows: take([_leaf_row(row) for row in rows]))
        return
    leaves = LedgerLeaf.objects.order_by("position").values_list("position", "entry__hash", "entry__stored_at")
    _in_batches(leaves, lambda rows: take([(position, entry and bytes(entry), at) for position, entry, at in rows]))


def rows_of_chain(candidate_id):
    """Every entry of one candidate as a Row, by number."""
    entries = LedgerEntry.objects.filter(candidate_id=candidate_id).order_by("n").values_list("pk", *CONTENT)
    plain = (bytes, bytearray, memoryview)
    return [Row(*(bytes(value) if isinstance(value, plain) else value for value in entry)) for entry in entries]


def may_read_texts():
    """True when this database user may read the personal texts; the auditor's may not (deploy/roles.sql)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('recruitment_ledgersecret', 'SELECT')")
        return cursor.fetchone()[0]


def standing_entries():
    """Every entry as it stands, for comparing with signed leaves; the code is that of whom it is filed under."""
    codes = dict(Candidate.objects.order_by().values_list("pk", "code"))
    entries = LedgerEntry.objects.order_by().values_list("pk", "candidate_id", "n", "hash")
    return [
        Standing(pk=pk, subject=str(codes.get(candidate_id, "")), n=n, hash=bytes(entry))
        for pk, candidate_id, n, entry in entries.iterator(chunk_size=BATCH)
    ]


def leaves_in_database(signed_at, start=0):
    """The leaves from ``start`` on as the database keeps them; ``signed_at`` gives when a position was signed."""
    leaves = LedgerLeaf.objects.filter(position__gte=start).order_by("position").values_list("position", "entry_id", "subject", "n", "hash")
    return [
        Leaf(pk=pk, subject=str(subject), n=n, hash=bytes(leaf), signed_at=signed_at(position))
        for position, pk, subject, n, leaf in leaves.iterator(chunk_size=BATCH)
    ]


def dump_lines():
    """Heads, checkpoints and entries as plain dicts, one to a line of a dump (docs/ledger.md)."""
    codes = dict(Candidate.objects.order_by().values_list("pk", "code"))
    for key, n, last in LedgerHead.objects.order_by("pk").values_list("pk", "n", "hash"):
        yield {"head": str(codes.get(key)), "n": n, "hash": bytes(last).hex()}
    for body, signature in LedgerCheckpoint.objects.order_by("number").values_list("body", "signature"):
        yield {"checkpoint": body, "signature": bytes(signature).hex()}
    entries = LedgerEntry.objects.order_by("pk").values("candidate_id", "leaf__position", *CONTENT)
    for entry in entries.iterator(chunk_size=BATCH):
        key, position = entry.pop("candidate_id"), entry.pop("leaf__position")
        yield entry | {
            "filed_under": str(codes.get(key)),
            "leaf": position,
            "subject": str(entry["subject"]),
            "hash": bytes(entry["hash"]).hex(),
            "previous_hash": bytes(entry["previous_hash"]).hex(),
            "payload": bytes(entry["payload"]),
            "recorded_at": instant(entry["recorded_at"]),
            "stored_at": instant(entry["stored_at"]),
        }


def _chain_row(row):
    if len(row) < CHAIN_ROW.size:
        return (None, 0, False, b"", b"", b"")
    _, _, key, _, n, _, is_own, size, entry, size_before, before, _ = CHAIN_ROW.unpack_from(row)
    if size != 32 or size_before != 32:
        return (key, n, False, b"", b"", b"")  # the columns after them are out of place: look at this chain closely
    return (key, n, is_own, entry, before, row[CHAIN_ROW.size :])


def _joined(row):
    key, code, *values = row
    entry = dict(zip(CONTENT, values, strict=True))
    stored, before = bytes(entry.pop("hash")), bytes(entry["previous_hash"])
    content = canonical(**(entry | {"previous_hash": before}))
    return (key, entry["n"], entry["subject"] == code, stored, before, content)


def _leaf_row(row):
    if len(row) != LEAF_ROW.size:
        return (int.from_bytes(row[6:14], "big"), None, None)
    _, _, position, _, microseconds, _, entry = LEAF_ROW.unpack(row)
    return (position, entry, microseconds)


def moment(stored_at):
    """The instant of a leaf's ``stored_at`` as read_leaves hands it out."""
    if isinstance(stored_at, int):
        return POSTGRESQL_EPOCH + timedelta(microseconds=stored_at)
    return stored_at


def _copy(query, take):
    """Hand the rows of ``query`` to ``take`` in lists of messages of COPY in binary form (one message is one row)."""
    rows = []

    class Sink:
        """The file that psycopg writes each message to."""

        is_first = True

        def write(self, message):
            if self.is_first:
                self.is_first, message = False, message[COPY_HEADER:]
            if message and message != COPY_END:
                rows.append(message)
            if len(rows) >= BATCH:
                take(rows)
                rows.clear()

    with connection.cursor() as cursor:
        cursor.copy_expert(f"COPY ({query}) TO STDOUT (FORMAT binary)", Sink())
    take(rows)


def _in_batches(values, take):
    rows = []
    for row in values.iterator(chunk_size=BATCH):
        rows.append(row)
        if len(rows) >= BATCH:
            take(rows)
            rows = []
    take(rows)
