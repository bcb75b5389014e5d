"""What an administrator of the database can do to the ledger, with its triggers out of the way."""

from contextlib import contextmanager

from django.db import connection

from recruitment.models import Candidate, LedgerEntry, LedgerHead, LedgerLeaf
from recruitment.queries.ledger import trusted_keys
from recruitment.queries.ledger_verification import verify
from tests.recruitment.ledger.test_append import rehash
from tests.walls import without_walls

ENTRY = "recruitment_ledgerentry"


@contextmanager
def as_administrator():
    """Runs the block without triggers and without foreign keys."""
    on_postgresql = connection.vendor == "postgresql"
    if on_postgresql:
        connection.check_constraints()  # a table with checks still to come cannot be altered
    with without_walls(), connection.cursor() as cursor:
        cursor.execute("SET session_replication_role = replica" if on_postgresql else "PRAGMA foreign_keys = OFF")
        yield cursor
        cursor.execute("SET session_replication_role = DEFAULT" if on_postgresql else "PRAGMA foreign_keys = ON")


def edit(cursor, pk, **values):
    """Change columns of one entry."""
    for column, value in values.items():
        cursor.execute(f"UPDATE {ENTRY} SET {column} = %s WHERE id = %s", [value, pk])  # noqa: S608


def remove(cursor, *pks):
    """Delete entries."""
    for pk in pks:
        cursor.execute(f"DELETE FROM {ENTRY} WHERE id = %s", [pk])  # noqa: S608


def rechain(cursor, candidate, *, renumber=True):
    """Number and hash a chain anew from its first entry to its head: what a careful forger does last."""
    before, rows = bytes(32), list(LedgerEntry.objects.filter(candidate=candidate).order_by("n", "pk"))
    for row in rows:
        edit(cursor, row.pk, n=row.n + 10_000)
    for number, row in enumerate(rows, start=1):
        row.n, row.previous_hash = number if renumber else row.n, before
        row.subject = Candidate.objects.get(pk=candidate.pk).code
        row.hash = before = rehash(row)
        subject = str(row.subject) if connection.vendor == "postgresql" else row.subject.hex
        edit(cursor, row.pk, n=row.n, previous_hash=row.previous_hash, hash=row.hash, subject=subject)
    fix_head(cursor, candidate)


def fix_head(cursor, candidate):
    """Make the head of a chain agree with its last entry."""
    last = LedgerEntry.objects.filter(candidate=candidate).order_by("n").last()
    if last is None:
        LedgerHead.objects.filter(candidate=candidate).delete()
    else:
        LedgerHead.objects.filter(candidate=candidate).update(n=last.n, hash=bytes(last.hash))


def forge(cursor, candidate, *, n, previous_hash=bytes(32), summary="伪造", **values):
    """Insert an entry that is right in itself, where there was none; returns it."""
    like = LedgerEntry.objects.filter(candidate=candidate).first()
    entry = LedgerEntry(
        candidate=candidate, subject=candidate.code, n=n, action="step", summary=summary, recorded_at=like.recorded_at,
        stored_at=like.stored_at, payload=b"{}", previous_hash=previous_hash, hash=bytes(32), **values,
    )  # fmt: skip
    entry.hash = rehash(entry)
    entry.save(force_insert=True)
    return entry


def move_up(cursor, candidate, start):
    """Renumber the entries of a chain from ``start`` on by one."""
    for entry in LedgerEntry.objects.filter(candidate=candidate, n__gte=start).order_by("-n"):
        edit(cursor, entry.pk, n=entry.n + 1)


def rewrite_leaves(cursor):
    """Make the leaves in the database agree with the entries."""
    for leaf in LedgerLeaf.objects.select_related("entry"):
        LedgerLeaf.objects.filter(pk=leaf.pk).update(hash=bytes(leaf.entry.hash))


def entry(acts, n, candidate=None):
    return LedgerEntry.objects.get(candidate=candidate or acts.first, n=n)


def kinds(report):
    return [(finding.kind, finding.n) for finding in report.findings]


def check(**options):
    return verify(trusted_keys=trusted_keys(), **options)
