"""Ledgers as files: an Excel workbook as offices hand it upward, and CSV; nothing in them is ever taken for a formula."""

import csv
import io
from dataclasses import dataclass
from datetime import date

from openpyxl import Workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE
from openpyxl.styles import Alignment, Border, Font, NamedStyle, PatternFill, Side
from openpyxl.utils import get_column_letter

# What a spreadsheet takes for the beginning of a formula, and the full-width forms that input methods turn into it.
FORMULA_STARTS = tuple("=+-@＝＋－＠\t\r\n")
XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
CSV = "text/csv; charset=utf-8"
BYTE_ORDER_MARK = "\ufeff"  # without it Excel reads UTF-8 as the system's old encoding
HEADER_ROWS = 4
TOLD_EVERY = 200  # rows
FIXED = (("序号", 6), ("姓名", 10), ("所在党支部", 14))
BODY, TEXT, DAY, HEAD = "ledger_number", "ledger_text", "ledger_day", "ledger_head"


@dataclass(frozen=True, slots=True)
class Book:
    """What a file says: its title, who draws it up, the line under the title, groups of columns, rows of values.

    ``groups`` are (label, columns) as of recruitment.sheets; each row has the fixed three values and then one for
    every column: a text, a whole number, a date or None.
    """

    title: str
    unit: str
    note: str
    groups: list
    rows: list

    @property
    def columns(self):
        return [column for _, columns in self.groups for column in columns]


def is_dangerous(text):
    """True when a spreadsheet might take ``text`` for a formula."""
    return text.lstrip(" \u3000\u00a0\ufeff").startswith(FORMULA_STARTS) or text.startswith(FORMULA_STARTS)


def as_xlsx(book, progress=lambda share: None):
    """The workbook as bytes: title, unit and date, two header rows that stay in sight, A4 across, real dates.

    ``progress`` is told now and then which share of the rows (0 to 1) is written.
    """
    workbook = Workbook()
    for style in _styles():
        workbook.add_named_style(style)
    sheet = workbook.active
    sheet.title = book.title[:31]
    width = len(FIXED) + len(book.columns)
    _titles(sheet, book, width)
    _heads(sheet, book)
    for number, row in enumerate(book.rows, start=HEADER_ROWS + 1):
        if number % TOLD_EVERY == 0:
            progress((number - HEADER_ROWS) / len(book.rows))
        for place, value in enumerate(row, start=1):
            _write(sheet.cell(row=number, column=place), value)
    for place, (_, size) in enumerate(FIXED, start=1):
        sheet.column_dimensions[get_column_letter(place)].width = size
    for place, column in enumerate(book.columns, start=len(FIXED) + 1):
        sheet.column_dimensions[get_column_letter(place)].width = column.width
    sheet.freeze_panes = sheet.cell(row=HEADER_ROWS + 1, column=len(FIXED) + 1)
    sheet.auto_filter.ref = f"A{HEADER_ROWS}:{get_column_letter(width)}{HEADER_ROWS + max(len(book.rows), 1)}"
    _printing(sheet, width)
    stream = io.BytesIO()
    workbook.save(stream)
    return stream.getvalue()


def as_csv(book, progress=lambda share: None):
    """The rows as CSV bytes in UTF-8 with a byte order mark; a text that could be a formula begins with an apostrophe."""
    stream = io.StringIO()
    writer = csv.writer(stream, lineterminator="\r\n")
    writer.writerow([*(name for name, _ in FIXED), *(column.title for column in book.columns)])
    for row in book.rows:
        writer.writerow([_plain(value) for value in row])
    progress(1)
    return (BYTE_ORDER_MARK + stream.getvalue()).encode()


def _plain(value):
    if value is None:
        return ""
    if isinstance(value, date):
        return value.isoformat()
    if isinstance(value, str) and is_dangerous(value):
        return f"'{value}"
    return value


def _write(cell, value):
    """Put ``value`` into ``cell`` as what it is: texts as texts, whatever they begin with."""
    cell.style = DAY if isinstance(value, date) else TEXT if isinstance(value, str) else BODY
    if isinstance(value, str):
        _text(cell, value)
        if is_dangerous(value):
            cell.quotePrefix = True  # stays a text when somebody edits the cell
    elif value is not None:
        cell.value = value


def _titles(sheet, book, width):
    """Row 1 the title, row 2 who draws it up and as of when."""
    sheet.merge_cells(start_row=1, start_column=1, end_row=1, end_column=width)
    sheet["A1"].font = Font(name="方正小标宋简体", size=18)
    sheet["A1"].alignment = Alignment(horizontal="left", vertical="center")
    sheet.row_dimensions[1].height = 32
    _text(sheet["A1"], book.title)
    sheet.merge_cells(start_row=2, start_column=1, end_row=2, end_column=width)
    sheet["A2"].font = Font(name="仿宋", size=11)
    _text(sheet["A2"], f"党组织（盖章）：{book.unit}　　{book.note}")


def _text(cell, value):
    cell.value = ILLEGAL_CHARACTERS_RE.sub("", value) or None
    if cell.value is not None:
        cell.data_type = "s"


def _heads(sheet, book):
    """Row 3 the groups, row 4 the columns; the fixed three reach over both."""
    for place, (name, _) in enumerate(FIXED, start=1):
        for row in (HEADER_ROWS - 1, HEADER_ROWS):
            sheet.cell(row=row, column=place).style = HEAD
        sheet.merge_cells(start_row=HEADER_ROWS - 1, start_column=place, end_row=HEADER_ROWS, end_column=place)
        _text(sheet.cell(row=HEADER_ROWS - 1, column=place), name)
    place = len(FIXED) + 1
    for label, columns in book.groups:
        last = place + len(columns) - 1
        for offset, column in enumerate(columns):
            sheet.cell(row=HEADER_ROWS - 1, column=place + offset).style = HEAD
            below = sheet.cell(row=HEADER_ROWS, column=place + offset)
            below.style = HEAD
            _text(below, column.title)
        _text(sheet.cell(row=HEADER_ROWS - 1, column=place), label)
        if last > place:
            sheet.merge_cells(start_row=HEADER_ROWS - 1, start_column=place, end_row=HEADER_ROWS - 1, end_column=last)
        place = last + 1
    sheet.row_dimensions[HEADER_ROWS].height = 30


def _styles():
    thin = Side(style="thin", color="999999")
    border = Border(left=thin, right=thin, top=thin, bottom=thin)
    middle = Alignment(horizontal="center", vertical="center", wrap_text=True)
    body = Font(name="仿宋", size=10)
    yield NamedStyle(BODY, font=body, border=border, alignment=middle)
    # "@": a staff number that looks like one keeps its leading zeros when somebody edits the cell
    left = Alignment(vertical="center", wrap_text=True)
    yield NamedStyle(TEXT, font=body, border=border, alignment=left, number_format="@")
    yield NamedStyle(DAY, font=body, border=border, alignment=middle, number_format="yyyy-mm-dd")
    head = NamedStyle(HEAD, font=Font(name="黑体", size=10), border=border, alignment=middle)
    head.fill = PatternFill("solid", start_color="F0EBE3")
    yield head


def _printing(sheet, width):
    """A4 across, all columns on one page's width where that can be read, the header on every page, page numbers."""
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4 if width <= 30 else sheet.PAPERSIZE_A3
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr.fitToPage = True
    sheet.print_title_rows = f"{HEADER_ROWS - 1}:{HEADER_ROWS}"
    sheet.print_title_cols = "A:C"
    sheet.page_margins.left = sheet.page_margins.right = 0.4
    sheet.oddFooter.center.text = "第 &P 页，共 &N 页"
