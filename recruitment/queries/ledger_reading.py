"""Reading the whole ledger in little more time than the database needs to hand it out.

On PostgreSQL COPY in binary brings the columns as they are stored, one row to a message and in no order, and the
canonical bytes are joined here: in SQL that cost more than all the rest together. The hashes are computed by the
reader, because a database that lies about a hash is what a verification is there to find.
"""

import struct
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import connection, transaction

from recruitment.ledger.anchors import Leaf, Standing
from recruitment.ledger.chains import Row
from recruitment.ledger.entries import FORM, canonical, instant
from recruitment.ledger.walls import ENTRIES
from recruitment.models import Candidate, LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerLeaf

BATCH = 5000
COPY_HEADER = 19  # bytes before the first row
COPY_END = b"\xff\xff"
CONTENT = tuple(name for name in Row.__slots__ if name != "pk")
POSTGRESQL_EPOCH = datetime(2000, 1, 1, tzinfo=UTC)

# What may be empty is sent as a value that stands for it, and how many values are empty beside it: a value that was put
# in the place of nothing is found by the count.
NO_ACTOR, NO_STEP, NO_DAY = -1, -1, -(2**31)
CHAINS = f"""
SELECT e.candidate_id, e.n, e.hash, e.previous_hash, e.subject, coalesce(e.actor_id, {NO_ACTOR}),
    coalesce(e.step, {NO_STEP}::smallint), coalesce(e.decided_on, '-infinity'::date),
    num_nulls(e.actor_id, e.step, e.decided_on), octet_length(e.action), octet_length(e.summary),
    octet_length(e.payload), e.recorded_at, e.stored_at,
    convert_to(e.action || E'\\n' || e.summary || E'\\n', 'UTF8') || e.payload
FROM {ENTRIES} e {{where}}
"""  # noqa: S608  # names of our own tables
# Each value is preceded by its length, four bytes; only those of the hashes could differ unnoticed.
CHAIN_ROW = struct.Struct(">2x 4xq 4xi i32s i32s 4x16s 4xq 4xh 4xi 4xi 4xi 4xi 4xi 4xq 4xq 4x")
MICROSECONDS = 1_000_000
DAY = 24 * 60 * 60 * MICROSECONDS
TIMES = [f"T{second // 3600:02}:{second // 60 % 60:02}:{second % 60:02}." for second in range(24 * 60 * 60)]

LEAVES = f"""
SELECT l.position, e.stored_at, e.hash FROM recruitment_ledgerleaf l LEFT JOIN {ENTRIES} e ON e.id = l.entry_id
ORDER BY l.position
"""  # noqa: S608
LEAF_ROW = struct.Struct(">hiqiqi32s")


@contextmanager
def one_moment():
    """Inside, everything is read as of one instant: an act carried out meanwhile must not look like tampering.

    Where a transaction runs already, its own view of the database holds.
    """
    if connection.in_atomic_block:
        yield
        return
    if connection.vendor == "postgresql":
        with transaction.atomic(), connection.cursor() as cursor:
            cursor.execute("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ, READ ONLY")
            yield
        return
    # Not atomic(): on SQLite that would keep everybody else from writing.
    with connection.cursor() as cursor:
        cursor.execute("BEGIN")
        try:
            yield
        finally:
            cursor.execute("ROLLBACK")


def read_chains(take, candidates=None):
    """Hand every entry to ``take`` in lists of (chain, number, is own, hash, hash before, canonical bytes).

    They come in no order; mostly those of a chain by number. ``candidates`` limits them to these keys.
    """
    if connection.vendor == "postgresql":
        keys = None if candidates is None else ",".join(str(int(key)) for key in sorted(candidates)) or "0"
        where = "" if keys is None else f"WHERE e.candidate_id IN ({keys})"
        codes = {key: (code.bytes, str(code)) for key, code in Candidate.objects.order_by().values_list("pk", "code")}
        days = _Days({NO_DAY: ""})
        _copy(CHAINS.format(where=where), lambda rows: take(_chain_rows(rows, codes, days)))
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
    """(every entry of one candidate as a Row, by number; the numbers of those that hold what no program can read)."""
    entries = LedgerEntry.objects.filter(candidate_id=candidate_id).order_by("n")
    try:
        return _as_rows(entries), []
    except (ValueError, OverflowError):  # a day in the year 20000
        pass
    rows, unreadable = [], []
    for pk, n in entries.values_list("pk", "n"):
        try:
            rows += _as_rows(entries.filter(pk=pk))
        except (ValueError, OverflowError):
            unreadable.append(n)
    return rows, unreadable


def _as_rows(entries):
    plain = (bytes, bytearray, memoryview)
    return [
        Row(*(bytes(value) if isinstance(value, plain) else value for value in entry))
        for entry in entries.values_list("pk", *CONTENT)
    ]


def stored_at(entry_id):
    """When an entry was stored by its own account; None where that cannot be read."""
    try:
        return LedgerEntry.objects.values_list("stored_at", flat=True).get(pk=entry_id)
    except (ValueError, OverflowError):
        return None


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


class _Days(dict):
    """{days since 2000: 2026-11-18}, made as they are met."""

    def __missing__(self, days):
        try:
            text = (POSTGRESQL_EPOCH.date() + timedelta(days=days)).isoformat()
        except OverflowError:
            text = "?"  # no day that an act ever bore
        self[days] = text
        return text


def _chain_rows(rows, codes, days):
    """What read_chains hands out, of ``rows`` of CHAINS; one long loop, because each call would cost a million calls.

    ``codes`` are (code as bytes, as text) by candidate.
    """
    found, unpack, nobody, times = [], CHAIN_ROW.unpack_from, (b"", ""), TIMES
    for row in rows:
        if len(row) < CHAIN_ROW.size:
            found.append((int.from_bytes(row[6:14], "big"), int.from_bytes(row[18:22], "big"), False, b"", b"", b""))
            continue
        (
            key, n, size, entry, size_before, before, subject, actor, step, decided_on, empty,
            action, summary, payload, recorded, stored,
        ) = unpack(row)  # fmt: skip
        if size != 32 or size_before != 32:
            found.append((key, n, False, b"", b"", b""))  # what follows is out of place: look at this chain closely
            continue
        if empty != (actor == NO_ACTOR) + (step == NO_STEP) + (decided_on == NO_DAY):
            found.append((key, n, False, entry, before, b""))
            continue
        code, text = codes.get(key, nobody)
        day, stored_day = recorded // DAY, stored // DAY
        recorded -= day * DAY
        stored -= stored_day * DAY
        second, stored_second = recorded // MICROSECONDS, stored // MICROSECONDS
        header = (
            f"{FORM}\n{text}\n{n}\n{before.hex()}\n"
            f"{days[day]}{times[second]}{recorded - second * MICROSECONDS:06}Z\n"
            f"{days[stored_day]}{times[stored_second]}{stored - stored_second * MICROSECONDS:06}Z\n"
            f"{'' if actor == NO_ACTOR else actor}\n{'' if step == NO_STEP else step}\n{days[decided_on]}\n"
            f"{action} {summary} {payload}\n"
        )
        found.append((key, n, code == subject, entry, before, header.encode() + row[CHAIN_ROW.size :]))
    return found


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
    if not isinstance(stored_at, int):
        return stored_at
    try:
        return POSTGRESQL_EPOCH + timedelta(microseconds=stored_at)
    except OverflowError:
        return datetime.max.replace(tzinfo=UTC)


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
