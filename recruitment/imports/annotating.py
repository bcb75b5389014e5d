"""The user's own workbook with the problems written into it: a remark column, red cells, a comment on each.

``python -m recruitment.imports.annotating`` is the child process for it; on standard input it gets the length of the
notes (four bytes, big-endian), the notes (JSON) and the .xlsx, on standard output it gives the copy.
"""

import io
import json
import struct
import sys

from openpyxl import load_workbook
from openpyxl.cell import WriteOnlyCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.utils import get_column_letter
from openpyxl.workbook import Workbook
from openpyxl.worksheet._write_only import WriteOnlyWorksheet
from openpyxl.worksheet.worksheet import Worksheet

from recruitment.imports.confinement import confine
from recruitment.imports.limits import ANNOTATING
from recruitment.imports.text import clean

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
    sheet = next((sheet for sheet in book.worksheets if clean(sheet.title) == notes["sheet"]), book.worksheets[0])
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
    """A new .xlsx with the rows in question only, for files that are no .xlsx: ``rows`` by Excel's number, cells as text.

    Written row by row, so that many of them take little memory.
    """
    book = Workbook(write_only=True)
    sheet = book.create_sheet("问题行")
    sheet.freeze_panes = "A2"
    sheet.column_dimensions[get_column_letter(len(header) + 2)].width = _WIDTH
    heads = [_text_cell(sheet, text) for text in ("原行号", *header, REMARKS)]
    for head in heads:
        head.font = Font(bold=True)
    sheet.append(heads)
    for number, cells in rows.items():
        found = notes["rows"][str(number)]
        fill = _WRONG if found["bad"] else _DOUBTFUL
        line = [_text_cell(sheet, cells[place] if place < len(cells) else "") for place in range(len(header))]
        for place in found["cells"]:
            line[int(place) - 1].fill = fill
        remark = _text_cell(sheet, found["remark"][:_LONGEST_REMARK])
        remark.alignment = _WRAPPED
        sheet.append([number, *line, remark])
    return _saved(book)


def _text_cell(sheet: WriteOnlyWorksheet, text: str) -> WriteOnlyCell:
    cell = WriteOnlyCell(sheet, text)
    cell.data_type = "s"
    cell.quotePrefix = True
    return cell


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
