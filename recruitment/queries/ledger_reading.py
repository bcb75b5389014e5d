"""Reading the whole ledger in little more time than the database needs to hand it out.

On PostgreSQL COPY in binary brings the columns as they are stored, one row to a message and in no order, and the
canonical bytes are joined here: in SQL that cost more than all the rest together. The hashes are computed by the
reader, because a database that lies about a hash is what a verification is there to find.
"""

import struct
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta

from django.db import OperationalError, connection, transaction
from django.db.models import BinaryField, IntegerField, Max
from django.db.models.functions import Cast

from recruitment.ledger.anchors import Leaf, Standing
from recruitment.ledger.chains import Row
from recruitment.ledger.entries import FORM
from recruitment.ledger.walls import CANDIDATES, ENTRIES
from recruitment.models import Candidate, LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerLeaf, LedgerSecret

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
SELECT l.position, e.stored_at, e.hash, l.hash = e.hash AND l.subject = e.subject AND l.n = e.n
FROM recruitment_ledgerleaf l LEFT JOIN {ENTRIES} e ON e.id = l.entry_id ORDER BY l.position
"""  # noqa: S608
LEAF_ROW = struct.Struct(">hiqiqi32si?")

# SQLite puts any kind of value into any column, and texts that are none: all but the numbers of a row come as bytes, and
# the first column says whether each value is of its column's kind.
SQLITE_KINDS = {
    "n": "integer", "subject": "text", "hash": "blob", "previous_hash": "blob", "recorded_at": "text", "stored_at": "text",
    "action": "text", "summary": "text", "payload": "blob",
}  # fmt: skip
SQLITE_CHAINS = f"""
SELECT {" AND ".join(f"typeof(e.{name}) = '{kind}'" for name, kind in SQLITE_KINDS.items())},
    CAST(e.candidate_id AS INTEGER), CAST(e.n AS INTEGER), CAST(e.hash AS BLOB), CAST(e.previous_hash AS BLOB),
    CAST(c.code AS BLOB), CAST(e.subject AS BLOB), CAST(e.recorded_at AS BLOB), CAST(e.stored_at AS BLOB),
    CAST(e.actor_id AS BLOB), CAST(e.step AS BLOB), CAST(e.decided_on AS BLOB), CAST(e.action AS BLOB),
    CAST(e.summary AS BLOB), CAST(e.payload AS BLOB)
FROM {ENTRIES} e LEFT JOIN {CANDIDATES} c ON c.id = e.candidate_id {{where}} ORDER BY 2, 3
"""  # noqa: S608


def unreadable():
    """What reading a value raises that an administrator put in the place of another, and no program can read."""
    wrong = (ValueError, TypeError, AttributeError, OverflowError, RecursionError)
    # SQLite's, for a text that is none; PostgreSQL's is a lost connection, which is no finding.
    return (*wrong, OperationalError) if connection.vendor == "sqlite" else wrong


def each(rows):
    """(key, row) for every row of a values_list whose first column is a whole-number key; None for one that cannot be read."""
    try:
        return [(row[0], row) for row in rows]
    except unreadable():
        return [(key, _alone(rows, key)) for key in rows.values_list("pk", flat=True)]


def _alone(rows, key):
    try:
        return rows.get(pk=key)
    except unreadable():
        return None


def codes(keys=None):
    """{key: code} of all candidates or of those with ``keys``; without those whose code cannot be read."""
    candidates = Candidate.objects.order_by("pk") if keys is None else Candidate.objects.filter(pk__in=keys).order_by("pk")
    return {key: row[1] for key, row in each(candidates.values_list("pk", "code")) if row}


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
    keys = None if candidates is None else ",".join(str(int(key)) for key in sorted(candidates)) or "0"
    where = "" if keys is None else f"WHERE e.candidate_id IN ({keys})"
    if connection.vendor == "postgresql":
        owners = {key: (code.bytes, str(code)) for key, code in Candidate.objects.order_by().values_list("pk", "code")}
        days = _Days({NO_DAY: ""})
        _copy(CHAINS.format(where=where), lambda rows: take(_chain_rows(rows, owners, days)))
        return
    with connection.cursor() as cursor:
        cursor.execute(SQLITE_CHAINS.format(where=where))
        while rows := cursor.fetchmany(BATCH):
            take([_joined(row) for row in rows])


def read_leaves(take):
    """Hand every leaf to ``take``, by position, in lists of (position, hash of its entry or None, its stored_at or None,
    does the leaf say of it what it is)."""
    if connection.vendor == "postgresql":
        _copy(LEAVES, lambda rows: take([_leaf_row(row) for row in rows]))
        return
    query = LEAVES.replace("e.stored_at, e.hash,", "CAST(e.hash AS BLOB), CAST(e.stored_at AS BLOB),")
    with connection.cursor() as cursor:
        cursor.execute(query)
        while rows := cursor.fetchmany(BATCH):
            take(rows)


def rows_of_chain(candidate_id):
    """(every entry of one candidate as a Row, by number; the numbers of those that hold what no program can read)."""
    entries = LedgerEntry.objects.filter(candidate_id=candidate_id).order_by("n")
    try:
        return _as_rows(entries), []
    except unreadable():  # a day in the year 20000
        pass
    rows, numbers = [], []
    for pk, n in entries.values_list("pk", Cast("n", IntegerField())):
        try:
            rows += _as_rows(entries.filter(pk=pk))
        except unreadable():
            numbers.append(n)
    return rows, numbers


def _as_rows(entries):
    plain = (bytes, bytearray, memoryview)
    rows = [
        Row(*(bytes(value) if isinstance(value, plain) else value for value in entry))
        for entry in entries.values_list("pk", *CONTENT)
    ]
    for row in rows:
        if type(row.n) is not int or type(row.hash) is not bytes or row.subject is None:
            raise ValueError(f"Entry {row.pk} is not of an entry's form.")
        row.was_written_as(row.n)  # raises for what has no canonical bytes
    return rows


def stored_at(**entry):
    """When the entry that ``entry`` tells was stored by its own account; None where that cannot be read."""
    try:
        return LedgerEntry.objects.values_list("stored_at", flat=True).get(**entry)
    except unreadable():
        return None


def heads(candidates=None):
    """{key: (number, hash)} of the heads of all chains or of those of ``candidates``."""
    rows = LedgerHead.objects.order_by() if candidates is None else LedgerHead.objects.filter(pk__in=candidates)
    rows = rows.values_list("pk", Cast("n", IntegerField()), Cast("hash", BinaryField()))
    return {key: (n, bytes(last or b"")) for key, n, last in rows}


def checkpoints():
    """(number, LedgerCheckpoint) of every checkpoint; None for one that cannot be read."""
    numbers = LedgerCheckpoint.objects.order_by("number").values_list("number", flat=True)
    try:
        found = {checkpoint.number: checkpoint for checkpoint in LedgerCheckpoint.objects.all()}
    except unreadable():
        found = {number: _alone(LedgerCheckpoint.objects.all(), number) for number in numbers}
    return [(number, found[number]) for number in numbers]


def texts(candidates=None):
    """(chain, number, name, salt, text, payload, code, key of the entry) for every personal text.

    None stands for one that cannot be read.
    """
    kept = LedgerSecret.objects.order_by("pk")
    if candidates is not None:
        kept = kept.filter(entry__candidate_id__in=candidates)
    rows = kept.values_list(
        "entry__candidate_id", "entry__n", "name", "salt", "text", "entry__payload", "entry__subject", "entry_id"
    )
    keys = list(kept.values_list("pk", flat=True))
    for start in range(0, len(keys), BATCH):
        batch = keys[start : start + BATCH]
        try:
            yield from list(rows.filter(pk__in=batch))
        except unreadable():
            yield from (_alone(rows, key) for key in batch)


def last_erasures(candidates):
    """{chain: the number of its last entry about erased texts}."""
    erased = LedgerEntry.objects.filter(action="erased", candidate_id__in=candidates).order_by()
    return dict(erased.values_list("candidate_id").annotate(Max("n")))


def entry_at(position):
    """Which entry the leaf at ``position`` is, in words."""
    leaf = _alone(LedgerLeaf.objects.values_list("subject", "n"), position)
    return f"{leaf[0]} 第 {leaf[1]} 条" if leaf else f"第 {position + 1} 个叶"


def may_read_texts():
    """True when this database user may read the personal texts; the auditor's may not (deploy/roles.sql)."""
    if connection.vendor != "postgresql":
        return True
    with connection.cursor() as cursor:
        cursor.execute("SELECT has_table_privilege('recruitment_ledgersecret', 'SELECT')")
        return cursor.fetchone()[0]


def standing_entries():
    """Every entry as it stands, for comparing with signed leaves; the code is that of whom it is filed under."""
    owners = codes()
    entries = LedgerEntry.objects.order_by().values_list(
        "pk", "candidate_id", Cast("n", IntegerField()), Cast("hash", BinaryField())
    )
    return [
        Standing(pk=pk, subject=str(owners.get(candidate_id, "")), n=n or 0, hash=bytes(entry or b""))
        for pk, candidate_id, n, entry in entries.iterator(chunk_size=BATCH)
    ]


def leaves_in_database(signed_at, start=0):
    """The leaves from ``start`` on as the database keeps them; ``signed_at`` gives when a position was signed."""
    leaves = LedgerLeaf.objects.filter(position__gte=start).order_by("position")
    found = each(leaves.values_list("position", "entry_id", "subject", "n", Cast("hash", BinaryField())))
    return [
        Leaf(pk=row[1], subject=str(row[2]), n=row[3], hash=bytes(row[4] or b""), signed_at=signed_at(position))
        for position, row in found
        if row and isinstance(row[3], int)
    ]


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
    """What read_chains hands out, of a row of SQLITE_CHAINS: the canonical bytes, of the values as they are stored."""
    is_plain, key, n, entry, before, code, subject, recorded, stored, actor, step, decided_on, *texts = row
    if not is_plain:
        return (key, n, False, b"", b"", b"")
    lines = [
        FORM.encode(), _hyphenated(code or b""), str(n).encode(), before.hex().encode(), _instant(recorded),
        _instant(stored), actor or b"", step or b"", decided_on or b"", b" ".join(b"%d" % len(text) for text in texts),
    ]  # fmt: skip
    return (key, n, code == subject, entry, before, b"\n".join([*lines, *texts]))


def _hyphenated(code):
    return b"-".join((code[:8], code[8:12], code[12:16], code[16:20], code[20:]))


def _instant(stored):
    """SQLite's 2026-11-18 06:00:00[.5][+00:00] as the ledger writes it."""
    day, _, time = stored.removesuffix(b"+00:00").partition(b" ")
    second, _, fraction = time.partition(b".")
    return b"%bT%b.%bZ" % (day, second, fraction.ljust(6, b"0"))


def _leaf_row(row):
    if len(row) != LEAF_ROW.size:
        return (int.from_bytes(row[6:14], "big"), None, None, False)
    _, _, position, _, microseconds, _, entry, _, is_right = LEAF_ROW.unpack(row)
    return (position, entry, microseconds, is_right)


def moment(stored_at):
    """The instant of a leaf's ``stored_at`` as read_leaves hands it out, as far as it can be read."""
    try:
        if isinstance(stored_at, int):
            return POSTGRESQL_EPOCH + timedelta(microseconds=stored_at)
        return datetime.fromisoformat(stored_at.decode()).replace(tzinfo=UTC)
    except (ValueError, OverflowError):
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
