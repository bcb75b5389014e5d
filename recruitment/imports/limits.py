"""How large a ledger may be, and what reading it may cost (F25 and R-27 of the reliability requirements)."""

from dataclasses import dataclass

MEGABYTE = 1024 * 1024


@dataclass(frozen=True, slots=True)
class Limits:
    """``file_bytes`` as sent; ``members``, ``unpacked_bytes`` and ``ratio`` of a zip; rows and columns of all sheets;
    ``merged_cells`` downwards, of a sheet; ``answer_bytes`` is all their text.

    ``memory_bytes`` is the child's address space, ``cpu_seconds`` its processor time, ``wall_seconds`` how long anyone
    waits for it on a busy machine, ``written_bytes`` the largest file it may write. A workbook of thirty branches with printer settings has some 150 members.
    """

    file_bytes: int = 10 * MEGABYTE
    members: int = 200
    unpacked_bytes: int = 60 * MEGABYTE
    ratio: int = 100
    ratio_matters_above: int = MEGABYTE
    rows: int = 20_000
    columns: int = 256
    merged_cells: int = 200_000
    answer_bytes: int = 32 * MEGABYTE
    memory_bytes: int = 290 * MEGABYTE
    cpu_seconds: float = 1.8
    wall_seconds: float = 20.0
    written_bytes: int = 0


LIMITS = Limits()
# Annotating a copy runs on a file that has passed once, through a slower library that writes temporary files.
ANNOTATING = Limits(cpu_seconds=60.0, wall_seconds=120.0, written_bytes=100 * MEGABYTE)
