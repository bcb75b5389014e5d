"""How large a file may be, and what looking into it may cost (F25, R-27 of the reliability requirements)."""

from recruitment.imports.limits import MEGABYTE, Limits

FILE_BYTES = 10 * MEGABYTE
# What one upload may hold, with the form around it.
FILES_AT_ONCE = 10
UPLOAD_BYTES = 50 * MEGABYTE
# Of one person, standing and withdrawn.
FILES_PER_PERSON = 400
PAGES = 500
# A sheet of A4 at 600 dpi has 35 million dots; JPEG can be read at half the size, PNG cannot.
JPEG_DOTS, PNG_DOTS, KEPT_DOTS = 60_000_000, 25_000_000, 16_000_000
XML_BYTES = 40 * MEGABYTE

LIMITS = Limits(file_bytes=FILE_BYTES, unpacked_bytes=50 * MEGABYTE)
# Templates of papers are small; drawing one and reading it again takes what Word files take.
DRAWING = Limits(cpu_seconds=6.0, wall_seconds=30.0)


def limits_for(size: int) -> Limits:
    """The limits of a child that looks into ``size`` bytes: a small file never needs long, a large scan does."""
    seconds = LIMITS.cpu_seconds + 0.8 * size / MEGABYTE
    return Limits(
        file_bytes=FILE_BYTES,
        unpacked_bytes=LIMITS.unpacked_bytes,
        cpu_seconds=seconds,
        wall_seconds=LIMITS.wall_seconds + 2 * seconds,
    )
