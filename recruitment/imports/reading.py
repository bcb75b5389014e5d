"""Opening a file in a child process, so that a hostile one can neither fill the memory nor hold up the site."""

import json
import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

from recruitment.imports.cells import Workbook
from recruitment.imports.gates import TOO_COSTLY, refuse_by_size
from recruitment.imports.limits import ANNOTATING, LIMITS, Limits
from recruitment.imports.refusals import FileRefused
from recruitment.imports.telling import hear

PACKING = 1  # the quickest: cells shrink to a tenth all the same
_ROOT = Path(__file__).resolve().parent.parent.parent


def read_file(data: bytes) -> tuple[Workbook, bytes]:
    """The sheets of a file as sent, and what the child told of them, for :func:`pack`.

    Raises FileRefused with a sentence that says what to do.
    """
    refuse_by_size(len(data))
    told = _ask_child("recruitment.imports.child", data, LIMITS)
    return hear(told), told


def pack(told: bytes) -> bytes:
    """What the child told, for keeping until the import is written."""
    return zlib.compress(told, PACKING)


def unpack(packed: bytes) -> Workbook:
    """The sheets that :func:`pack` packed."""
    return hear(zlib.decompress(packed))


def annotated_copy(data: bytes, notes: dict) -> bytes:
    """A copy of an .xlsx with ``notes`` (see recruitment.imports.annotating) written into it; raises FileRefused."""
    told = json.dumps(notes, ensure_ascii=False).encode()
    return _ask_child("recruitment.imports.annotating", struct.pack(">I", len(told)) + told + data, ANNOTATING)


def _ask_child(module: str, data: bytes, limits: Limits) -> bytes:
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=data,
            capture_output=True,
            cwd=_ROOT,
            # Nothing of the site's own environment: no keys, no database.
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(TOO_COSTLY) from error
    if done.returncode != 0:
        raise FileRefused(TOO_COSTLY)
    return done.stdout
