"""What a comparison found, packed for keeping between the pages of a roster's import."""

import hashlib
import json
import zlib
from dataclasses import dataclass, field

from recruitment.imports.columns import Problem
from recruitment.roster.differences import Comparison, Finding, kind_in_words
from recruitment.roster.states import WRITES

_PACKING = 1


@dataclass(slots=True)
class Kept:
    """A finding as the pages show it: ``changes`` are (label, old, new), ``moves`` (kind in words, day, summary)."""

    number: int
    staff_number: str
    name: str
    outcome: str
    asks: str
    changes: list[list[str]]
    moves: list[list[str]]
    problems: list[Problem]


@dataclass(slots=True)
class KeptComparison:
    """A comparison as the pages show it; ``missing`` are (person's key, staff number, name, department)."""

    rows: list[Kept] = field(default_factory=list)
    missing: list[list] = field(default_factory=list)
    unknown: dict[str, int] = field(default_factory=dict)


def pack(found: Comparison) -> bytes:
    """A comparison as bytes."""
    rows = [
        [
            it.number,
            it.staff_number,
            it.name,
            it.outcome,
            it.asks,
            [[change.label, change.old, change.new] for change in it.changes],
            [[kind_in_words(move.kind), move.happened_on.isoformat(), move.summary] for move in it.moves],
            [
                [problem.message, problem.column, problem.label, problem.text, "", problem.level]
                for problem in it.problems
            ],
        ]
        for it in found.findings
    ]
    missing = [[known.pk, known.staff_number, known.name, known.values["department"]] for known in found.missing]
    told = json.dumps([rows, missing, found.unknown], ensure_ascii=False, separators=(",", ":"))
    return zlib.compress(told.encode(), _PACKING)


def unpack(packed: bytes) -> KeptComparison:
    """What :func:`pack` packed."""
    if not packed:
        return KeptComparison()
    rows, missing, unknown = json.loads(zlib.decompress(packed))
    return KeptComparison([Kept(*row[:7], [Problem(*it) for it in row[7]]) for row in rows], missing, unknown)


def fingerprint(findings: list[Finding]) -> str:
    """A short word for what would be written; it differs as soon as any row would do something else."""
    told = [
        [
            it.number,
            it.known.pk if it.known else None,
            [[change.key, change.old, change.new] for change in it.changes],
            [[str(move.kind), move.happened_on.isoformat(), move.summary] for move in it.moves],
        ]
        for it in findings
        if it.outcome in WRITES
    ]
    return hashlib.sha256(json.dumps(told, ensure_ascii=False).encode()).hexdigest()[:16]
