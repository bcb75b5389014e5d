"""Finding the header of a ledger, one row or several, and telling what each column means."""

import re
from collections import defaultdict
from dataclasses import dataclass, field

from recruitment.imports.cells import Sheet
from recruitment.imports.fields import (
    ACTIVIST,
    ADMISSION,
    APPLICANT,
    BASIC,
    BY_KEY,
    FIELDS,
    OTHER,
    PROBATION,
    TARGET,
    Field,
    Kind,
)
from recruitment.imports.text import clean

SEARCHED_ROWS = 20
DEEPEST = 3
# A row counts as a header when at least so many of its cells are known names of columns.
KNOWN_NEEDED = 2

_PUNCTUATION = re.compile(r"[\s*:：、,，.。/\\·()（）\[\]【】《》<>\"“”'‘’_—\-|;；]+")
_BRACKETS = re.compile(r"[(（\[【][^)）\]】]*[)）\]】]")
# What is filled in above a header or under the people, beside bands that only name: 填报日期：2026年6月30日.
_FILLED_IN = re.compile(r"[:：]|盖章|填报|填表|制表|截止|截至|\d{4}[-./年]")
# Above particulars that are somebody else's than the person's: 培养联系人 over 姓名 and 职务.
_SOMEBODY = re.compile(r"(联系人|介绍人|谈话人|书记|委员|领导|负责人|导师|家庭成员|配偶|父亲|母亲)[0-9一二]?$")
_THEIR_NAME = re.compile(r"姓名|名字")
_THEIR_NUMBER = re.compile(r"[0-9一二]|第[一二]")
# In a ledger of designated contacts the talks are no steps, and the post is that of whoever makes the contact.
_CONTACT_LEDGER = re.compile(r"联系(领导|委员|书记)$|谈心谈话")
_BANDS = (
    (re.compile(r"转正|预备期教育|教育考察和转正"), PROBATION),
    (re.compile(r"预备党员|接收|^发展$|^发展阶段$|^预备$"), ADMISSION),
    (re.compile(r"发展对象|拟发展"), TARGET),
    (re.compile(r"积极分子|培养"), ACTIVIST),
    (re.compile(r"申请"), APPLICANT),
    (re.compile(r"基本|个人"), BASIC),
)
# What resembles a known name, tried in this order when no name fits exactly; the user confirms the guess.
_RESEMBLES = tuple(
    (re.compile(pattern), key)
    for pattern, key in (
        (r"转正.*(审批|批准)", "conversion_approved_on"),
        (r"转正.*申请|申请.*转正", "conversion_applied_on"),
        (r"转正.*(大会|讨论|通过|时间|日期)", "conversion_on"),
        (r"延长.*至", "extended_until_on"),
        (r"宣誓", "oath_on"),
        (r"志愿书.*号", "form_number"),
        (r"预审.*(时间|日期)", "pre_examined_on"),
        (r"(政审|政治审查).*(结论|结果|情况)", "review_result"),
        (r"(政审|政治审查).*(时间|日期)", "reviewed_on"),
        (r"介绍人.*[1一]", "recommender_1"),
        (r"介绍人.*[2二]", "recommender_2"),
        (r"介绍人", "recommenders"),
        (r"联系人.*[1一]", "mentor_1"),
        (r"联系人.*[2二]", "mentor_2"),
        (r"(培养|积极分子).*联系人", "mentors"),
        (r"积极分子.*培训", "activist_trained"),
        (r"积极分子.*备案", "activist_filed_on"),
        (r"积极分子.*(时间|日期)", "activist_on"),
        (r"发展对象.*培训|集中培训.*(时间|日期)", "trained"),
        (r"发展对象.*(备案|同意)", "agreed_on"),
        (r"发展对象.*公示", "target_publicity"),
        (r"发展对象.*(时间|日期)", "target_on"),
        (r"(接收|成为|列为|吸收|确定).*预备.*(时间|日期)", "meeting_on"),
        (r"预备党员.*(审批|批准)", "approved_on"),
        (r"(申请书|入党申请|申请入党).*(时间|日期)", "applied_on"),
        (r"谈话.*人$", "talker"),
        (r"谈话.*(时间|日期)", "talked_on"),
        (r"身份证", "identity"),
        (r"工号|学号|职工号|员工号", "staff_number"),
        (r"出生.*(时间|日期|年|月)", "birth_on"),
        (r"^(所在|所属|隶属).*支部$", "unit"),
    )
)


@dataclass(slots=True)
class Column:
    """A column: ``index`` from 0, its ``label`` as the file has it, the guessed field ``key`` ("" for none), whether it is sure.

    ``memory_key`` is how the choice is remembered: the label in one spelling, with a number when it occurs again.
    """

    index: int
    label: str
    memory_key: str
    key: str = ""
    is_sure: bool = False


@dataclass(slots=True)
class Header:
    """Where the header stands (rows from 0), what its columns are, and the text above it."""

    top: int
    bottom: int
    columns: list[Column]
    titles: list[str] = field(default_factory=list)

    @property
    def known(self) -> int:
        """How many columns have a meaning."""
        return sum(bool(column.key) for column in self.columns)


def one_spelling(label: str) -> str:
    """A label without spaces, brackets and marks: 学号（职工号） is 学号职工号."""
    return _PUNCTUATION.sub("", clean(label)).lower()


def _index() -> dict[str, list[Field]]:
    names = defaultdict(list)
    for meaning in FIELDS:
        for name in (meaning.label, *meaning.aliases, *meaning.local):
            if meaning not in names[one_spelling(name)]:
                names[one_spelling(name)].append(meaning)
    return dict(names)


_MEANINGS = _index()


def find_header(sheet: Sheet) -> Header | None:
    """The header within the first twenty rows; None when no row holds the name of a person's column and another known one."""
    rows = sheet.rows[: SEARCHED_ROWS + DEEPEST]
    scores = [sum(one_spelling(cell) in _MEANINGS for cell in row if cell) for row in rows[:SEARCHED_ROWS]]
    for start in sorted(range(len(scores)), key=lambda row: (-scores[row], row)):
        if scores[start] == 0:
            return None
        top, bottom = _extent(sheet, start)
        columns = _columns(_parts(sheet, top, bottom))
        keys = {column.key for column in columns}
        if keys & {"name", "staff_number"} and len(keys - {""}) >= KNOWN_NEEDED:
            titles = [cell for row in rows[:top] for cell in row if cell]
            return Header(top, bottom, columns, titles)
    return None


# --- How many rows the header has


def _extent(sheet: Sheet, start: int) -> tuple[int, int]:
    """First and last row of the header around its best row."""
    top = bottom = start
    while top > 0 and bottom - top + 1 < DEEPEST and _continues_above(sheet, top):
        top -= 1
    while bottom + 1 < len(sheet.rows) and bottom - top + 1 < DEEPEST and _continues_below(sheet, top, bottom):
        bottom += 1
    return top, bottom


def _continues_above(sheet: Sheet, row: int) -> bool:
    """True when the row above ``row`` holds bands (申请人, 积极分子 …) over its columns."""
    above = sheet.rows[row - 1]
    if any(first == row - 1 and last >= row for first, _, last, _ in sheet.merged):
        return True
    if len({cell for cell in above if cell}) < 2 or any(_FILLED_IN.search(cell) for cell in above):
        return False
    bands = sum(1 for cell in above if cell and _section_of(cell) is not None)
    width = len(sheet.rows[row])
    wide = [
        range_
        for range_ in sheet.merged
        if range_[0] == range_[2] == row - 1 and 1 <= range_[3] - range_[1] < width * 0.7
    ]
    return bands >= 2 or len(wide) >= 2


def _continues_below(sheet: Sheet, top: int, row: int) -> bool:
    """True when the row below ``row`` subdivides its columns (培养联系人 | 1 | 2) and is no person."""
    below, cells = sheet.rows[row + 1], sheet.rows[row]
    if any(_is_person(sheet.rows[header], below) for header in range(top, row + 1)):
        return False
    # A range that reaches deeper than any header is no part of one: somebody merged half the sheet.
    if any(top <= first <= row < last < first + DEEPEST for first, _, last, _ in sheet.merged):
        return any(below)
    filled = [index for index, cell in enumerate(below) if cell]
    if not filled:
        return False
    over = [range_ for range_ in sheet.merged if range_[0] == range_[2] == row]
    if over:
        return all(any(left <= index <= right for _, left, _, right in over) for index in filled)
    # Nothing is merged in CSV: a subdivision stands under an empty cell, or under the one before it.
    return all(
        len(below[index]) <= 8
        and (_cell(cells, index) == "" or _cell(cells, index + 1) == "" and index + 1 < len(below))
        for index in filled
    )


def _is_person(header: list[str], row: list[str]) -> bool:
    """True when ``row`` has something under 姓名 or 工号 of the row ``header``."""
    for index, cell in enumerate(header):
        meanings = _MEANINGS.get(one_spelling(cell), ()) if cell else ()
        if any(meaning.key in ("name", "staff_number") for meaning in meanings) and _cell(row, index):
            return True
    return False


def _cell(row: list[str], index: int) -> str:
    return row[index] if index < len(row) else ""


def _parts(sheet: Sheet, top: int, bottom: int) -> list[list[str]]:
    """For each column its words from top to bottom, merged cells spread over what they cover."""
    width = max(len(sheet.rows[row]) for row in range(top, bottom + 1))
    width = max([width, *(right + 1 for first, _, _, right in sheet.merged if top <= first <= bottom)])
    lines = [[_cell(sheet.rows[row], index) for index in range(width)] for row in range(top, bottom + 1)]
    spread = {(row, index) for row in range(len(lines)) for index in range(width) if lines[row][index]}
    for first, left, _, right in sheet.merged:
        if top <= first <= bottom:
            for index in range(left, right + 1):
                lines[first - top][index] = lines[first - top][index] or _cell(sheet.rows[first], left)
    if not any(top <= first <= bottom for first, *_ in sheet.merged):
        for upper, lower in zip(lines, lines[1:], strict=False):
            for index in range(1, width):
                if not upper[index] and lower[index] and (lines.index(upper), index) not in spread:
                    upper[index] = upper[index - 1]
    columns = []
    for index in range(width):
        parts: list[str] = []
        for line in lines:
            if line[index] and line[index] not in parts[-1:]:
                parts.append(line[index])
        columns.append(parts)
    return columns


# --- What the columns mean


def _columns(parts_of: list[list[str]]) -> list[Column]:
    columns, used, running, seen = [], set(), BASIC, defaultdict(int)
    for index, parts in enumerate(parts_of):
        if not parts:
            continue
        memory_key = one_spelling("".join(parts))
        seen[memory_key] += 1
        if seen[memory_key] > 1:
            memory_key += f"#{seen[memory_key]}"
        found, is_sure = _meaning(parts, running, used)
        column = Column(index, "·".join(parts), memory_key[:120])
        if found is not None and (found.key not in used or found.kind is Kind.IGNORED):
            column.key, column.is_sure = found.key, is_sure
            used.add(found.key)
            if found.section not in (BASIC, OTHER):
                running = found.section
        columns.append(column)
    if "applied_on" not in used and any(_CONTACT_LEDGER.search(one_spelling(p)) for parts in parts_of for p in parts):
        for column in columns:
            if column.key and (BY_KEY[column.key].step or column.key == "position"):
                column.key, column.is_sure = "", False
    return columns


def _meaning(parts: list[str], running: int, used: set[str]) -> tuple[Field | None, bool]:
    """The field that a column's words mean, and whether the name is known (not only similar)."""
    section = next((found for part in parts[:-1] if (found := _section_of(part)) is not None), None)
    attempts = ["".join(parts[-depth:]) for depth in range(len(parts), 0, -1)]
    if len(parts) == 3:
        attempts.insert(2, parts[0] + parts[2])
    whose = next((part for part in parts[:-1] if _SOMEBODY.search(one_spelling(_BRACKETS.sub("", part)))), "")
    last = one_spelling(parts[-1])
    is_name = bool(_THEIR_NAME.fullmatch(last) or _THEIR_NUMBER.fullmatch(last))
    if whose and _THEIR_NAME.fullmatch(last):
        attempts.insert(0, whose)
    for attempt in attempts:
        for name in (one_spelling(attempt), one_spelling(_BRACKETS.sub("", attempt))):
            found = _choose(_MEANINGS.get(name, []), section, running, used)
            if found and not (whose and found.section == BASIC):
                return found, True
    for attempt in attempts:
        name = one_spelling(_BRACKETS.sub("", attempt))
        similar = [_choose(_with_one_slip(name), section, running, used)]
        similar += [BY_KEY[key] for pattern, key in _RESEMBLES if pattern.search(name)]
        for found in filter(None, similar):
            if not whose or (found.section != BASIC and (is_name or found.kind is not Kind.NAMES)):
                return found, False
    return None, False


def _choose(meanings: list[Field], section: int | None, running: int, used: set[str]) -> Field | None:
    """Among the meanings of one name, that of the band above; else the next one on the road that is not yet taken."""
    if not meanings:
        return None
    if section is not None:
        for meaning in meanings:
            if meaning.section == section:
                return meaning
    free = [meaning for meaning in meanings if meaning.key not in used]
    ahead = sorted((meaning for meaning in free if meaning.section >= running), key=lambda meaning: meaning.section)
    return (ahead or free or meanings)[0]


def _with_one_slip(name: str) -> list[Field]:
    """Meanings of the known names that differ from ``name`` in one letter (派入谈话时间)."""
    if len(name) < 5:
        return []
    for known, meanings in _MEANINGS.items():
        if len(known) == len(name):
            slips = [(a, b) for a, b in zip(known, name, strict=True) if a != b]
            if len(slips) == 1 and not any(letter.isdigit() or letter in "一二" for letter in slips[0]):
                return meanings
    return []


def _section_of(band: str) -> int | None:
    name = one_spelling(band)
    return next((section for pattern, section in _BANDS if pattern.search(name)), None)
