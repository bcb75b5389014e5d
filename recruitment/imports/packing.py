"""What a check found, packed for keeping between the pages of an import."""

import hashlib
import json
import zlib
from dataclasses import dataclass

from recruitment.imports.checking import Finding
from recruitment.imports.columns import Problem
from recruitment.imports.states import WRITES

_PACKING = 1


@dataclass(slots=True)
class Kept:
    """A finding as the pages show it; ``trace`` says what the row would do, ``was_asked`` that a user settled a doubt."""

    number: int
    name: str
    outcome: str
    was_asked: bool
    trace: list
    problems: list[Problem]


def pack(findings: list[Finding]) -> bytes:
    """Findings as bytes."""
    rows = [
        [
            finding.number,
            finding.name,
            finding.outcome,
            finding.was_asked,
            finding.trace,
            [[it.message, it.column, it.label, it.text, it.article, it.level] for it in finding.problems],
        ]
        for finding in findings
    ]
    return zlib.compress(json.dumps(rows, ensure_ascii=False, separators=(",", ":")).encode(), _PACKING)


def unpack(packed: bytes) -> list[Kept]:
    """The findings that :func:`pack` packed, in the order of the file."""
    if not packed:
        return []
    return [
        Kept(number, name, outcome, was_asked, trace, [Problem(*problem) for problem in problems])
        for number, name, outcome, was_asked, trace, problems in json.loads(zlib.decompress(packed))
    ]


def fingerprint(findings: list[Finding] | list[Kept]) -> str:
    """A short word for what would be written; it differs as soon as any row would do something else."""
    traces = [list(finding.trace) for finding in findings if finding.outcome in WRITES]
    return hashlib.sha256(json.dumps(traces).encode()).hexdigest()[:16]
