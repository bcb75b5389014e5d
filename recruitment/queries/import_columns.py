"""What a file's columns are, as the pages of both imports show them, and how its size is told."""

from dataclasses import dataclass

SAMPLE = 24
_SAMPLED_ROWS = 50


@dataclass(frozen=True, slots=True)
class ShownColumn:
    """A column of the file: Excel's letter, its heading, the first value in it, the meaning it has now, and how sure that is."""

    index: int
    letter: str
    heading: str
    sample: str
    key: str
    is_sure: bool
    note: str


@dataclass(frozen=True, slots=True)
class ColumnsPage:
    """Sheets by name with the current one's number, its columns, and where its header stands (Excel's row)."""

    sheets: list[str]
    sheet: int
    columns: list[ShownColumn]
    header_row: int


def columns_page(sheets, layout, header, meanings):
    """The columns under ``header`` of the sheet that ``layout`` is about; ``meanings`` = {field key: its field, with a note}."""
    rows = sheets[layout["sheet"]].rows[header.bottom + 1 : header.bottom + 1 + _SAMPLED_ROWS]
    columns = []
    for column in header.columns:
        key = layout["mapping"].get(str(column.index), "")
        columns.append(
            ShownColumn(
                index=column.index,
                letter=letter_of(column.index),
                heading=column.label,
                sample=_first_value(rows, column.index)[:SAMPLE],
                key=key,
                is_sure=column.is_sure and layout["mapping"].get(str(column.index), column.key) == column.key,
                note=meanings[column.key].note if column.key in meanings else "",
            )
        )
    return ColumnsPage([sheet.name for sheet in sheets], layout["sheet"], columns, header.bottom + 1)


def letter_of(index):
    """Excel's name of column ``index`` (from 0): A … Z, AA …"""
    letters = ""
    index += 1
    while index:
        index, rest = divmod(index - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


def file_text(batch):
    """Name and size of the file of ``batch`` as people read them."""
    size = batch.file_size
    told = f"{size / 1048576:.1f} MB" if size >= 1048576 else f"{max(size // 1024, 1)} KB"
    return f"{batch.file_name}，{told}"


def _first_value(rows, index):
    return next((row[index] for row in rows if index < len(row) and row[index]), "")
