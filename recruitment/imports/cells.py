"""A workbook as sheets of text: every cell as a person would read it, every row at its Excel number."""

import csv
import datetime
import io
import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field

from python_calamine import CalamineError, CalamineWorkbook, PasswordError, SheetTypeEnum, SheetVisibleEnum

from recruitment.imports.gates import BROKEN, CSV, SAVE_AS, TOO_COSTLY, Seen, examine, too_many_rows
from recruitment.imports.limits import LIMITS, Limits
from recruitment.imports.refusals import FileRefused
from recruitment.imports.text import clean

# Below the header only those merged cells matter that hold one thing for several people, one under the other.
HEADER_ROWS = 25


@dataclass(slots=True)
class Sheet:
    """One sheet: ``rows[0]`` is Excel's row 1. ``merged`` holds (first row, first column, last row, last column), from 0.

    ``from_1904`` says that day numbers count from 1904 (old files of the Macintosh).
    """

    name: str
    rows: list[list[str]]
    merged: list[list[int]] = field(default_factory=list)
    from_1904: bool = False


@dataclass(slots=True)
class Workbook:
    """What a file holds: its ``kind`` (xlsx, xls, csv) and its visible sheets that are not empty."""

    kind: str
    sheets: list[Sheet]


def read_workbook(data: bytes, limits: Limits = LIMITS) -> Workbook:
    """Read the bytes of a file; raises FileRefused with a sentence for whoever sent it."""
    seen = examine(data, limits)
    try:
        sheets = _read_csv(data, limits) if seen.kind == CSV else _read_excel(data, seen, limits)
    except PasswordError as error:
        raise FileRefused(f"文件设了打开密码，系统读不了。请取消密码，保存后再传。{SAVE_AS}。") from error
    except (CalamineError, ValueError, OSError, KeyError, IndexError, OverflowError) as error:
        raise FileRefused(BROKEN) from error
    except BaseException as error:  # a panic of the Rust reader, as when memory ends, is no Exception
        if isinstance(error, MemoryError) or type(error).__name__ == "PanicException":
            raise FileRefused(TOO_COSTLY) from error
        raise
    if not sheets:
        raise FileRefused("文件里没有内容：各工作表都是空的。请确认选对了文件，保存后再传。")
    return Workbook(seen.kind, sheets)


def _read_excel(data: bytes, seen: Seen, limits: Limits) -> list[Sheet]:
    sheets, rows_left = [], limits.rows
    with CalamineWorkbook.from_filelike(io.BytesIO(data)) as book:
        for number, metadata in enumerate(book.sheets_metadata):
            if metadata.visible != SheetVisibleEnum.Visible or metadata.typ != SheetTypeEnum.WorkSheet:
                continue
            read = book.get_sheet_by_name(metadata.name)
            if read.start is None:
                continue
            if read.total_width > limits.columns:
                raise FileRefused(
                    f"工作表“{clean(metadata.name)[:30]}”有 {read.total_width} 列，多于名册该有的。请删去右边多余的列再传。"
                )
            if read.height > rows_left:
                raise FileRefused(too_many_rows(limits))
            rows = _as_text(read.to_python(skip_empty_area=False))
            if not rows:
                continue
            rows_left -= len(rows) - read.start[0]
            _put_errors(rows, seen.errors.get(number, ()), limits)
            merged = [
                [top, left, min(bottom, len(rows) - 1), right]
                for (top, left), (bottom, right) in read.merged_cell_ranges or ()
                if top < HEADER_ROWS or (left == right and top < bottom)
            ]
            if sum(bottom - top for top, _, bottom, _ in merged) > limits.merged_cells:
                raise FileRefused(
                    "合并的单元格过多，不像名册。请取消合并（“开始→合并后居中”），或把名单复制到新工作簿再传。"
                )
            sheets.append(Sheet(clean(metadata.name), rows, merged, seen.from_1904))
    return sheets


def _put_errors(rows: list[list[str]], errors: Iterable[tuple[int, int, str]], limits: Limits) -> None:
    """Put #REF! and its like where the reader saw nothing: a cell that is empty says something else."""
    for row, column, text in errors:
        if row < len(rows) and column < limits.columns:
            line = rows[row]
            line += [""] * (column + 1 - len(line))
            line[column] = line[column] or clean(text)


class _Cleaned(dict[str, str]):
    """Texts in one spelling: most of a ledger's cells repeat what others say, and each text is cleaned once."""

    def __missing__(self, text: str) -> str:
        found = self[text] = clean(text)
        return found


def _as_text(rows: list[list]) -> list[list[str]]:
    """Cells as text, one spelling each; empty rows at the end and empty cells at the end of rows are dropped."""
    cleaned = _Cleaned()
    texts: list[list[str]] = []
    for row in rows:
        line = [cleaned[cell] if cell.__class__ is str else _SPELLED.get(cell.__class__, str)(cell) for cell in row]
        while line and not line[-1]:
            line.pop()
        texts.append(line)
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _number(cell: float) -> str:
    """As typed: 12345.0 is 12345."""
    return str(int(cell)) if cell.is_integer() and abs(cell) < 1e18 else format(cell, ".15g")


# How each kind of cell that is no text reads; days as 2025-01-05.
_SPELLED: dict[type, Callable[..., str]] = {
    float: _number,
    bool: lambda cell: "是" if cell else "否",
    datetime.datetime: lambda cell: cell.date().isoformat(),
    datetime.date: datetime.date.isoformat,
    datetime.time: datetime.time.isoformat,
}


# --- CSV

# What stands around a text so that no spreadsheet takes it for a formula or a number: '=1+1, '00123, ="00123".
_GUARD = re.compile(r"^'(?=\s*[=+\-@＝＋－＠0-9])|^=\"([^\"]*)\"$")
_GUARDS = ("'", "=")

def _read_csv(data: bytes, limits: Limits) -> list[Sheet]:
    text = _decode(data)
    csv.field_size_limit(40_000)  # Excel's cells hold 32,767 letters
    rows: list[list[str]] = []
    try:
        for row in csv.reader(io.StringIO(text, newline=""), delimiter=_delimiter(text)):
            rows.append([_GUARD.sub(r"\1", cell) if cell[:1] in _GUARDS else cell for cell in row])
            if len(rows) > limits.rows + HEADER_ROWS:
                raise FileRefused(too_many_rows(limits))
            if len(row) > limits.columns:
                raise FileRefused(f"第 {len(rows)} 行有 {len(row)} 列，多于名册该有的。请检查分隔符，或{SAVE_AS[1:]}。")
    except csv.Error as error:
        raise FileRefused(f"CSV 第 {len(rows) + 1} 行读不下去（引号不成对，或一格文字过长）。{SAVE_AS}。") from error
    rows = _as_text(rows)
    return [Sheet("CSV", rows)] if rows else []


def _decode(data: bytes) -> str:
    """Text in UTF-8 with or without BOM, UTF-16 with BOM (Excel's Unicode text), GB18030."""
    encodings = ("utf-16",) if data.startswith((b"\xff\xfe", b"\xfe\xff")) else ("utf-8-sig", "gb18030")
    for encoding in encodings:
        try:
            text = data.decode(encoding)
        except UnicodeDecodeError as error:
            # Everything is UTF-8 but the last letter: as GB18030 it would be read, and be nonsense.
            if encoding == "utf-8-sig" and error.reason == "unexpected end of data" and error.start > 0:
                if not data[: error.start].isascii():
                    raise FileRefused(BROKEN) from error
            continue
        if not re.search(r"[\x00-\x08\x0e-\x1f]", text):
            return text
    raise FileRefused(f"文字编码认不出，不像 UTF-8 或 GB18030 的 CSV。{SAVE_AS}。")


def _delimiter(text: str) -> str:
    """The mark that the first lines have most of: comma, tab or semicolon."""
    head = "\n".join(text.splitlines()[:HEADER_ROWS])
    return max((",", "\t", ";", "，"), key=head.count)
