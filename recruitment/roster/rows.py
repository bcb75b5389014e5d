"""Rows of a roster turned into typed values, every problem named by its row and column."""

import re
from dataclasses import dataclass, field
from datetime import date

from recruitment.imports.cells import Sheet
from recruitment.imports.choices import rank_of
from recruitment.imports.columns import NOTE, Problem, Reader
from recruitment.imports.dates import EPOCH_1900, EPOCH_1904
from recruitment.imports.headers import Header
from recruitment.imports.rows import TOTALS
from recruitment.imports.text import is_error
from recruitment.roster.columns import BY_ROSTER_KEY

_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_EMAIL = re.compile(r"[^@\s]{1,40}@[A-Za-z0-9-]{1,40}(\.[A-Za-z0-9-]{1,30})+")


@dataclass(slots=True)
class RosterRow:
    """One person of the file: ``number`` is Excel's row; ``values`` by field key, without what the file leaves blank."""

    number: int
    values: dict[str, object] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def staff_number(self) -> str:
        return str(self.values.get("staff_number", ""))

    @property
    def name(self) -> str:
        return str(self.values.get("name", ""))

    def wrong(self, message: str, key: str = "", places: dict[str, int] | None = None, text: str = "") -> None:
        """Add an error about the field ``key``; it keeps the row out."""
        label = BY_ROSTER_KEY[key].label if key else ""
        self.problems.append(Problem(message, (places or {}).get(key), label, text))

    def note(self, message: str, key: str = "", places: dict[str, int] | None = None, text: str = "") -> None:
        """Add something worth knowing about the field ``key``."""
        label = BY_ROSTER_KEY[key].label if key else ""
        self.problems.append(Problem(message, (places or {}).get(key), label, text, level=NOTE))


def read_rows(sheet: Sheet, header: Header, mapping: dict[int, str], *, today: date) -> list[RosterRow]:
    """The people below ``header``; ``mapping`` says which column (from 0) is which field key.

    Blank rows, repeated headers, totals and footnotes are left out. ``today`` settles the century of two-digit years.
    """
    epoch = EPOCH_1904 if sheet.from_1904 else EPOCH_1900
    labels = {column.index: column.label for column in header.columns}
    readers = [
        Reader(index, BY_ROSTER_KEY[key], labels.get(index, ""), today.year, epoch)
        for index, key in sorted(mapping.items())
        if key in BY_ROSTER_KEY
    ]
    places = {reader.key: reader.index for reader in readers}
    headings = {labels[index] for index in places.values() if index in labels} | {"姓名", "工号"}
    rows = []
    for number, cells in enumerate(sheet.rows[header.bottom + 1 :], header.bottom + 2):
        if _is_a_person(cells, places, headings):
            rows.append(_row(number, cells, readers, places))
    return rows


def _is_a_person(cells: list[str], places: dict[str, int], headings: set[str]) -> bool:
    told = [cells[places[key]] for key in ("name", "staff_number") if key in places and places[key] < len(cells)]
    told = [text for text in told if text and not is_error(text)]
    if any(text in headings or TOTALS.match(text) for text in told) or TOTALS.match(next(iter(cells), "")):
        return False
    # A footnote or a sum fills a cell or two; more than that is a person whose name and number were forgotten.
    return bool(told) or sum(bool(cell) and not is_error(cell) for cell in cells) > 2


def _row(number: int, cells: list[str], readers: list[Reader], places: dict[str, int]) -> RosterRow:
    row = RosterRow(number)
    for reader in readers:
        if reader.index >= len(cells) or not (text := cells[reader.index]):
            continue
        value, remark, level = reader[text]
        if value is not None:
            row.values[reader.key] = value
        if remark:
            row.problems.append(Problem(remark, reader.index, reader.label, text[:60], level=level))
    _finish(row, places)
    return row


def _finish(row: RosterRow, places: dict[str, int]) -> None:
    """Bring the values of a row into the shape that the roster keeps."""
    values = row.values
    if "staff_number" not in values and not _is_told(row, places.get("staff_number")):
        row.wrong("没有写工号。花名册按工号对应，请补上", "staff_number", places)
    if born := values.pop("birth_on", None):
        if born.month_only:
            row.note("只写了年月，不写入", "birth_on", places, f"{born.value:%Y-%m}")
        else:
            values["birth_on"] = born.value
    for key, pattern, message in (
        ("phone", _PHONE, "不是 11 位手机号或区号加座机号，不写入"),
        ("email", _EMAIL, "不像邮箱地址，不写入"),
    ):
        if key in values and not pattern.fullmatch(str(values[key])):
            row.note(message, key, places, str(values.pop(key))[:60])
    if "title" in values and "title_rank" not in values:
        rank = rank_of(str(values["title"]))
        if rank is None:
            row.note("看不出级别，职称级别不改动", "title", places, str(values["title"]))
        else:
            values["title_rank"] = rank


def _is_told(row: RosterRow, column: int | None) -> bool:
    """True when something is already said about this column."""
    return column is not None and any(problem.column == column for problem in row.problems)
