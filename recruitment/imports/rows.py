"""Rows of text turned into typed values, every problem named by its row and column."""

import re
from datetime import date

from recruitment.imports.cells import Sheet
from recruitment.imports.columns import NOTE, Problem, Reader, Row
from recruitment.imports.dates import EPOCH_1900, EPOCH_1904
from recruitment.imports.fields import BY_KEY, Kind
from recruitment.imports.headers import Header
from recruitment.imports.text import is_error

# 审核评估处 and 制表中心 are departments.
TOTALS = re.compile(
    r"(合计|总计|小计|共计|填表人|填报人|(制表|审核)(人|单位|日期|时间|意见|(?![\u4e00-\u9fff]))|注[:：]|说明[:：]|备注[:：]|"
    r"示例(?![\u4e00-\u9fff])|例[:：]|单位负责人)"
)
_TOTALS_BEGIN = frozenset("合总小共填制审注说备示例单")
_BRANCH = re.compile(
    r"(?:[(（]?[一二三四五六七八九十0-9]{1,3}[)）、.]+ ?)?([^:：]{2,60}支部(?:委员会)?) ?(?:[(（][^章签]*[)）]|[:：])?"
)
# The first words of a line that is signed, or filled in above a header that every printed page repeats.
_SIGNED = re.compile(
    r"[^:：]{0,20}([(（](签字|签名|签章|盖章)[)）]|"
    r"(签字|签名|签章|盖章|填报|填表|审批|审查|负责人|书记|经办人|联系人|电话|日期|单位|党委|支部)[^:：]{0,6}[:：])"
)
_HEADINGS = frozenset(("姓名", "姓 名", "名字"))
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")


def read_rows(
    sheet: Sheet, header: Header, mapping: dict[int, str], *, today: date, only: set[int] | None = None
) -> list[Row]:
    """The people below ``header``; ``mapping`` says which column (from 0) is which field key, ``only`` which Excel rows.

    Blank rows, repeated headers, totals, signatures and footnotes are left out. What stands in a cell merged over several
    rows, such as a branch or a day, holds for everybody beside it, and a row that only names a branch for everybody below.
    ``today`` settles the century of two-digit years.
    """
    epoch = EPOCH_1904 if sheet.from_1904 else EPOCH_1900
    labels = {column.index: column.label for column in header.columns}
    readers = [
        Reader(index, BY_KEY[key], labels.get(index, BY_KEY[key].label), today.year, epoch)
        for index, key in sorted(mapping.items())
        if key in BY_KEY and BY_KEY[key].kind is not Kind.IGNORED
    ]
    places = {reader.key: reader.index for reader in readers}
    name_at, number_at = places.get("name", -1), places.get("staff_number", -1)
    # A name over two rows is one person's, whose second row says nothing new.
    shared = _shared_cells(sheet, header.bottom + 1, {*places.values()} - {name_at, number_at})
    rows, lines = [], []
    heads, branch = sheet.rows[header.top : header.bottom + 1], ""
    for number, cells in enumerate(sheet.rows[header.bottom + 1 :], header.bottom + 2):
        if named := _branch_named(cells):
            branch = named
        elif (only is None or number in only) and cells not in heads and _is_a_person(cells, name_at, number_at):
            rows.append(Row(number, unit=branch))
            lines.append(_filled_up(cells, shared[number]) if number in shared else cells)
    # The identity number, wherever it stands, fills in or contradicts what the birth column said.
    for reader in sorted(readers, key=lambda reader: reader.meaning.kind is Kind.IDENTITY):
        index = reader.index
        reader.read_into(rows, [cells[index] if index < len(cells) else "" for cells in lines])
    for row in rows:
        _finish(row, places, today)
    return rows


def _shared_cells(sheet: Sheet, first: int, columns: set[int]) -> dict[int, dict[int, str]]:
    """{Excel row: {column: text}} of ``columns`` merged downwards, from the row ``first`` (from 0) on; not the top cells themselves."""
    shared: dict[int, dict[int, str]] = {}
    for top, left, bottom, right in sheet.merged:
        if top < first or left != right or left not in columns or top >= len(sheet.rows):
            continue
        text = sheet.rows[top][left] if left < len(sheet.rows[top]) else ""
        if text:
            for row in range(top + 1, min(bottom, len(sheet.rows) - 1) + 1):
                shared.setdefault(row + 1, {})[left] = text
    return shared


def _filled_up(cells: list[str], texts: dict[int, str]) -> list[str]:
    cells = cells + [""] * (max(texts) + 1 - len(cells))
    for index, text in texts.items():
        cells[index] = cells[index] or text
    return cells


def _is_a_person(cells: list[str], name_at: int, number_at: int) -> bool:
    width = len(cells)
    name = cells[name_at] if 0 <= name_at < width else ""
    staff_number = cells[number_at] if 0 <= number_at < width else ""
    # Cells are in one spelling: a wide colon has become a narrow one.
    has_both = name and staff_number and ":" not in name and ":" not in staff_number
    if not has_both and _SIGNED.match(next(filter(None, cells), "")):
        return False
    if staff_number or (name and not is_error(name)):
        # A sum says so in the first cells of its row, and may write its number under 姓名.
        sums = [cell for cell in (name, *cells[:3]) if cell[:1] in _TOTALS_BEGIN and TOTALS.match(cell)]
        # Forms number their columns in a row under the header.
        is_count = name.isdecimal() and cells == [str(place) for place in range(1, width + 1)]
        return name not in _HEADINGS and not sums and not is_count
    filled = [cell for cell in cells if cell and not is_error(cell)]
    # A footnote or a sum fills a cell or two; more than that is a person whose name was forgotten.
    return len(filled) > 2 and not any(TOTALS.match(cell) for cell in filled)


def _branch_named(cells: list[str]) -> str:
    """The branch that a row names and nothing else, such as 二、冰冻圈科学党支部（3人）; "" for other rows."""
    if len(cells) - cells.count("") != 1:
        return ""
    found = _BRANCH.fullmatch(next(filter(None, cells)))
    return found[1] if found else ""


# --- The row as a whole

_DATELESS = {
    2: "写了谈话人，没有写谈话时间，不写入这一步",
    4: "写了公示，没有写备案时间，不写入这一步",
    5: "写了培养联系人，没有写确定积极分子时间，不写入这一步",
    8: "写了公示，没有写备案时间和列为发展对象时间，不写入这一步",
    9: "写了入党介绍人，没有写列为发展对象时间，不写入这一步",
    10: "写了政审结论，没有写政审完成时间，不写入这一步",
    11: "写了培训学时，没有写培训时间，不写入这一步",
    14: "写了志愿书编号，没有写填写、预审或支部大会的时间，不写入这一步",
    15: "写了表决情况，没有写支部大会时间，不写入这一步",
    16: "写了谈话人，没有写谈话时间，不写入这一步",
    23: "写了转正结果，没有写支部大会时间，不写入这一步",
}
BORROWED = {
    step: f"台账未记日期，按{words}之日记"
    for step, words in {3: "确定积极分子", 8: "列为发展对象", 13: "预审", 15: "支部大会"}.items()
}
_VOTES = ("eligible", "present", "in_favour", "against", "abstained")


def _finish(row: Row, places: dict[str, int], today: date) -> None:
    """Bring the steps of a row in order: dates that ledgers do not write are those of the step they belong to."""
    if not row.name and not any(problem.column == places.get("name") for problem in row.problems):
        row.problems.append(Problem("没有写姓名，请补上", places.get("name"), "姓名"))
    if row.birth_on and row.birth_on > today:
        row.problems.append(Problem(f"出生日期 {row.birth_on} 在今天之后，请核对", places.get("birth_on"), "出生年月"))
    phone = row.profile.get("phone")
    if phone and not _PHONE.fullmatch(str(phone)):
        del row.profile["phone"]
        message = "不是 11 位手机号或区号加座机号，不写入"
        row.problems.append(Problem(message, places.get("phone"), "联系电话", str(phone), level=NOTE))
    steps = row.steps
    if not steps:
        return
    if 8 in steps and "decided_on" not in steps[8] and "listed_on" in steps[8]:
        steps[8]["decided_on"] = steps[8]["listed_on"]
    if 5 in steps:
        _borrow(steps, 5, 3, BORROWED[3])
    if 9 in steps:
        _borrow(steps, 9, 8, BORROWED[8])
    if 14 in steps:
        _borrow(steps, 14, 13, BORROWED[13])
        _borrow(steps, 14, 15, BORROWED[15])
    if 15 in steps and any(name in steps[15] for name in _VOTES):
        _complete_votes(row, steps[15])
    for number in [number for number, parts in steps.items() if "decided_on" not in parts]:
        if number in _DATELESS:
            row.problems.append(Problem(_DATELESS[number], level=NOTE))
        del steps[number]


def _borrow(steps: dict[int, dict], number: int, lender: int, words: str) -> None:
    parts = steps[number]
    lent = steps.get(lender, {})
    if "decided_on" not in parts and (day := lent.get("listed_on") or lent.get("decided_on")):
        parts["decided_on"] = day
        parts["borrowed"] = words


def _complete_votes(row: Row, parts: dict) -> None:
    if any(name not in parts for name in ("eligible", "present", "in_favour")):
        for name in _VOTES:
            parts.pop(name, None)
        row.problems.append(Problem("表决情况不全（应到、实到、赞成都要写），不写入票数", level=NOTE))
        return
    parts.setdefault("against", 0)
    parts.setdefault("abstained", 0)
