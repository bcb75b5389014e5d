"""The user's own workbook with the problems written into it: a remark column, red cells, a comment on each.

``python -m recruitment.imports.annotating`` is the child process for it; on standard input it gets the length of the
notes (four bytes, big-endian), the notes (JSON) and the .xlsx, on standard output it gives the copy.
"""

import io
import json
import struct
import sys

from openpyxl import load_workbook
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from recruitment.imports.confinement import confine
from recruitment.imports.limits import ANNOTATING

REMARKS = "导入结果"
_WRONG = PatternFill("solid", fgColor="FFF6D9D2")
_DOUBTFUL = PatternFill("solid", fgColor="FFF9EFD2")
_WRAPPED = Alignment(wrap_text=True, vertical="top")
_WIDTH = 60
_LONGEST_REMARK = 4000


def annotate(data: bytes, notes: dict) -> bytes:
    """Write ``notes`` into a copy of the .xlsx ``data``.

    ``notes`` = {"sheet": name, "header_row": n, "rows": {"7": {"remark": text, "bad": true, "cells": {"3": text}}}} with
    Excel's row numbers and columns from 1. Formulas of the file stay as they are; what is added is text, never a formula.
    """
    book = load_workbook(io.BytesIO(data))
    sheet = book[notes["sheet"]] if notes["sheet"] in book.sheetnames else book.worksheets[0]
    column = sheet.max_column + 1
    _write(sheet, notes["header_row"], column, REMARKS).font = Font(bold=True)
    sheet.column_dimensions[get_column_letter(column)].width = _WIDTH
    for row, found in notes["rows"].items():
        remark = _write(sheet, int(row), column, found["remark"][:_LONGEST_REMARK])
        remark.alignment = _WRAPPED
        fill = _WRONG if found["bad"] else _DOUBTFUL
        remark.fill = fill
        for place, text in found["cells"].items():
            cell = sheet.cell(int(row), int(place))
            if hasattr(cell, "comment") and cell.__class__.__name__ != "MergedCell":
                cell.fill = fill
                cell.comment = Comment(text, "导入校验", width=260, height=90)
    return _saved(book)


def fresh_copy(notes: dict, rows: dict[int, list[str]], header: list[str]) -> bytes:
    """A new .xlsx with the rows in question only, for files that are no .xlsx: ``rows`` by Excel's number, cells as text."""
    book = Workbook(write_only=False)
    sheet = book.active
    sheet.title = "问题行"
    for place, text in enumerate(["原行号", *header, REMARKS], 1):
        _write(sheet, 1, place, text).font = Font(bold=True)
    sheet.freeze_panes = "A2"
    sheet.column_dimensions[get_column_letter(len(header) + 2)].width = _WIDTH
    for line, (number, cells) in enumerate(rows.items(), 2):
        found = notes["rows"][str(number)]
        sheet.cell(line, 1, number)
        for place in range(len(header)):
            text = cells[place] if place < len(cells) else ""
            cell = _write(sheet, line, place + 2, text)
            if str(place + 1) in found["cells"]:
                cell.fill = _WRONG if found["bad"] else _DOUBTFUL
        _write(sheet, line, len(header) + 2, found["remark"][:_LONGEST_REMARK]).alignment = _WRAPPED
    return _saved(book)


def _write(sheet: Worksheet, row: int, column: int, text: str):
    """Write text as text: a cell that begins with = + - @ stays a word and never becomes a formula (R-26)."""
    cell = sheet.cell(row, column)
    if cell.__class__.__name__ == "MergedCell":
        return cell
    cell.value = text
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


def _saved(book: Workbook) -> bytes:
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def main() -> None:
    confine(ANNOTATING)
    told = sys.stdin.buffer.read()
    (length,) = struct.unpack_from(">I", told)
    sys.stdout.buffer.write(annotate(told[4 + length :], json.loads(told[4 : 4 + length])))


if __name__ == "__main__":
    main()
