"""What the child tells of a file, as bytes: one line of JSON, then a line for every row, its cells parted by tabs.

Cells hold neither tabs nor line ends (:func:`recruitment.imports.text.clean`), and as lines they are told and heard in
half the time that JSON takes. Until an import is written the same bytes are kept with it.
"""

import json

from recruitment.imports.cells import Sheet, Workbook
from recruitment.imports.refusals import FileRefused


def tell(workbook: Workbook) -> bytes:
    """A workbook as bytes."""
    sheets = [
        {"name": sheet.name, "merged": sheet.merged, "from_1904": sheet.from_1904, "height": len(sheet.rows)}
        for sheet in workbook.sheets
    ]
    lines = [_head({"kind": workbook.kind, "sheets": sheets})]
    for sheet in workbook.sheets:
        lines += map("\t".join, sheet.rows)
    return "\n".join(lines).encode()


def tell_refusal(sentence: str) -> bytes:
    """Why a file is not read, as bytes."""
    return _head({"refused": sentence}).encode()


def hear(told: bytes) -> Workbook:
    """The workbook that :func:`tell` told; raises FileRefused where :func:`tell_refusal` told a sentence."""
    first, *lines = told.decode().split("\n")
    head = json.loads(first)
    if sentence := head.get("refused"):
        raise FileRefused(sentence)
    if earlier := head.get("workbook"):  # kept while cells were told as JSON; an import waits thirty days at most
        return Workbook(earlier["kind"], [Sheet(**sheet) for sheet in earlier["sheets"]])
    sheets, start = [], 0
    for sheet in head["sheets"]:
        end = start + sheet["height"]
        # No row ends with an empty cell, so that an empty line is a row without any.
        rows = [line.split("\t") if line else [] for line in lines[start:end]]
        sheets.append(Sheet(sheet["name"], rows, sheet["merged"], sheet["from_1904"]))
        start = end
    return Workbook(head["kind"], sheets)


def _head(answer: dict) -> str:
    return json.dumps(answer, ensure_ascii=False, separators=(",", ":"))
