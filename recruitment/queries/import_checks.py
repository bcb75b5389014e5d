"""Looking into a ledger that was sent in: its columns guessed, its rows checked; nothing is written."""

from dataclasses import dataclass

from branches.models import Unit
from recruitment.imports import collector, reading
from recruitment.imports.checking import Finding, check
from recruitment.imports.columns import Row
from recruitment.imports.fields import BY_KEY
from recruitment.imports.headers import Header, find_header
from recruitment.imports.rows import read_rows
from recruitment.imports.snapshot import Snapshot
from recruitment.models import ColumnMemory
from recruitment.queries.import_snapshot import facts_of, snapshot_for
from recruitment.scope import scope_of


@dataclass(frozen=True, slots=True)
class Examined:
    """A file read, mapped and checked: its typed rows with what each would do, and what that was judged by."""

    rows: list[Row]
    findings: list[Finding]
    snapshot: Snapshot
    header: Header
    places: dict[str, int]


def examine(batch, user, today, *, only=None, with_notes=False):
    """Read, map and check the file of ``batch`` as ``user`` may, on ``today``; ``only`` some Excel rows. Returns Examined.

    ``with_notes`` adds what the rules remark without refusing: gaps and missed limits.
    """
    with collector.at_rest():
        sheet = reading.unpack(batch.file.cells).sheets[batch.layout["sheet"]]
        return examine_sheet(sheet, batch, user, today, only=only, with_notes=with_notes)


def examine_sheet(sheet, batch, user, today, *, only=None, with_notes=False):
    """:func:`examine` for a sheet that has been unpacked."""
    header = find_header(sheet)
    mapping = {int(index): key for index, key in batch.layout["mapping"].items()}
    rows = read_rows(sheet, header, mapping, today=today, only=only)
    snapshot = snapshot_for(user, rows)
    places = {key: index for index, key in mapping.items()}
    findings = check(
        rows,
        snapshot,
        default=next((place for place in snapshot.places if place.pk == batch.default_unit_id), None),
        decisions=batch.decisions,
        places=places,
        facts_for=facts_of,
        today=today,
        with_notes=with_notes,
    )
    return Examined(rows, findings, snapshot, header, places)


def guess(header, unit):
    """{"column from 0": field key} for the columns of ``header``: as ``unit`` last said, else as the name suggests."""
    memory = ColumnMemory.objects.filter(unit=unit).first()
    labels = memory.labels if memory else {}
    mapping, used = {}, set()
    # What was said goes before what is guessed, wherever the column stands.
    for column in sorted(header.columns, key=lambda column: column.memory_key not in labels):
        key = labels.get(column.memory_key, column.key)
        if key in BY_KEY and key not in used:
            mapping[str(column.index)] = key
            used.add(key)
    return mapping


def acting_units(user):
    """Units that ``user`` may import for."""
    return Unit.objects.active().filter(path__in=scope_of(user).acting_paths).order_by("path")


def branches_within(user):
    """Branches whose people ``user`` may import."""
    return Unit.objects.branches().active().under(scope_of(user).acting_paths)
