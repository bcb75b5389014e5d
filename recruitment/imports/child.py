"""The child process that reads a stranger's file: ``python -m recruitment.imports.child < file``.

It answers on standard output in JSON: {"workbook": {"kind", "sheets"}} or {"refused": sentence}.
"""

import dataclasses
import json
import os
import sys

from recruitment.imports import collector
from recruitment.imports.cells import Workbook, read_workbook
from recruitment.imports.confinement import confine
from recruitment.imports.limits import LIMITS
from recruitment.imports.refusals import FileRefused

TOO_MUCH_TEXT = "表格里的文字过多，不像名册。请只留名单所在的工作表和列，另存后再传。"


def main() -> None:
    confine(LIMITS)
    with collector.at_rest():
        try:
            answer = {"workbook": _plain(read_workbook(sys.stdin.buffer.read()))}
        except FileRefused as refusal:
            answer = {"refused": str(refusal)}
        told = _packed(answer)
    # Texts repeated in a hundred thousand cells take no room in the file, and much in whoever reads the answer.
    sys.stdout.buffer.write(told if len(told) <= LIMITS.answer_bytes else _packed({"refused": TOO_MUCH_TEXT}))
    sys.stdout.buffer.flush()
    os._exit(0)  # all is told; giving back each cell by itself would only keep the reader waiting


def _packed(answer: dict) -> bytes:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":")).encode()


def _plain(workbook: Workbook) -> dict:
    """The workbook as JSON knows it; dataclasses.asdict would copy every cell."""
    sheets = [{part.name: getattr(sheet, part.name) for part in dataclasses.fields(sheet)} for sheet in workbook.sheets]
    return {"kind": workbook.kind, "sheets": sheets}


if __name__ == "__main__":
    main()
