"""The child process that reads a stranger's file: ``python -m recruitment.imports.child < file``.

It answers on standard output in JSON: {"workbook": {"kind", "sheets"}} or {"refused": sentence}.
"""

import dataclasses
import json
import sys

from recruitment.imports.cells import Workbook, read_workbook
from recruitment.imports.confinement import confine
from recruitment.imports.limits import LIMITS
from recruitment.imports.refusals import FileRefused


def main() -> None:
    confine(LIMITS)
    try:
        answer = {"workbook": _plain(read_workbook(sys.stdin.buffer.read()))}
    except FileRefused as refusal:
        answer = {"refused": str(refusal)}
    sys.stdout.buffer.write(json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode())


def _plain(workbook: Workbook) -> dict:
    """The workbook as JSON knows it; dataclasses.asdict would copy every cell."""
    sheets = [{part.name: getattr(sheet, part.name) for part in dataclasses.fields(sheet)} for sheet in workbook.sheets]
    return {"kind": workbook.kind, "sheets": sheets}


if __name__ == "__main__":
    main()
