"""Rows of text turned into typed values, every problem named by its row and column."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from recruitment.imports.cells import Sheet
from recruitment.imports.choices import read_choice
from recruitment.imports.dates import (
    EPOCH_1900,
    EPOCH_1904,
    ReadDate,
    ReadPeriod,
    find_date,
    full_date,
    read_date,
    read_period,
)
from recruitment.imports.fields import BY_KEY, PROFILE_KEYS, Field, Kind
from recruitment.imports.headers import Header, one_spelling
from recruitment.imports.text import is_blank, name_of

ERROR, NOTE = "error", "note"
LONGEST = {
    "unit": 120, "ethnicity": 20, "native_place": 60, "education": 30, "degree": 30, "position": 60, "title": 40,
    "talent_programme": 80, "overseas_experience": 120, "department": 120, "form_number": 40, "recommended_how": 100,
}  # fmt: skip

_TOTALS = re.compile(r"^(合计|总计|小计|共计|填表人|填报人|制表|审核|注[:：]|说明[:：]|备注[:：]|示例|例[:：]|单位负责人)")
_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·A-Za-z .'\-]{1,60}")
_NUMBER = re.compile(r"[A-Za-z0-9_.\-/]{1,30}")
_PHONE = re.compile(r"1[3-9]\d{9}|0\d{2,3}-?\d{7,8}")
_NAME_MARKS = re.compile(r"[、，,;；/\\\n]+|(?<=[\u3400-\u9fff])(?:和|与|及)(?=[\u3400-\u9fff]{2})")
_ENUMERATION = re.compile(r"(?:^|\s)[(（]?[0-9一二两][)）.、:：](?=\D)")
_REMARKS = re.compile(r"[(（][^)）]*[)）]")


@dataclass(slots=True)
class Problem:
    """Something about one cell: ``column`` from 0 (None for the row), ``text`` as in the file, what is wrong and what to do.

    ``level`` "error" keeps the row out; "note" is for the person's attention.
    """

    message: str
    column: int | None = None
    label: str = ""
    text: str = ""
    article: str = ""
    level: str = ERROR


@dataclass(slots=True)
class Row:
    """One person of the file: ``number`` is Excel's row. ``steps`` holds for each step the parts that the row tells.

    A part is a field of recruitment.facts.StepFact, or "persons" (a tuple of names), or "remark"; every step that is
    left has its ``decided_on``. ``profile`` holds attributes of branches.models.Person.
    """

    number: int
    name: str = ""
    staff_number: str = ""
    birth_on: date | None = None
    birth_is_month: bool = False
    unit: str = ""
    profile: dict[str, object] = field(default_factory=dict)
    steps: dict[int, dict[str, object]] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    @property
    def has_error(self) -> bool:
        return any(problem.level == ERROR for problem in self.problems)


def read_rows(sheet: Sheet, header: Header, mapping: dict[int, str], *, today: date) -> list[Row]:
    """The people below ``header``; ``mapping`` says which column (from 0) is which field key.

    Blank rows, repeated headers, totals and footnotes are left out. ``today`` settles the century of two-digit years.
    """
    epoch = EPOCH_1904 if sheet.from_1904 else EPOCH_1900
    columns = [
        _Reader(index, BY_KEY[key], header, today.year, epoch)
        for index, key in sorted(mapping.items())
        if key in BY_KEY and BY_KEY[key].kind is not Kind.IGNORED
    ]
    places = {reader.field.key: reader.index for reader in columns}
    name_at, number_at = places.get("name"), places.get("staff_number")
    rows = []
    for number, cells in enumerate(sheet.rows[header.bottom + 1 :], header.bottom + 2):
        if not _is_a_person(cells, name_at, number_at):
            continue
        row = Row(number)
        width = len(cells)
        for reader in columns:
            if reader.index < width and (text := cells[reader.index]):
                reader.put(row, text)
        _finish(row, places, today)
        rows.append(row)
    return rows


def _is_a_person(cells: list[str], name_at: int | None, number_at: int | None) -> bool:
    if not cells:
        return False
    name = cells[name_at] if name_at is not None and name_at < len(cells) else ""
    number = cells[number_at] if number_at is not None and number_at < len(cells) else ""
    if name or number:
        return not (_TOTALS.match(name) or _TOTALS.match(cells[0]) or one_spelling(name) in ("姓名", "名字"))
    filled = [cell for cell in cells if cell]
    # A footnote or a sum fills a cell or two; more than that is a person whose name was forgotten.
    return len(filled) > 2 and not any(_TOTALS.match(cell) for cell in filled)


# --- One column


class _Reader:
    """Reads the cells of one column and puts them where they belong; what was read once is remembered."""

    def __init__(self, index: int, meaning: Field, header: Header, pivot: int, epoch: date):
        self.index = index
        self.field = meaning
        self.label = next((column.label for column in header.columns if column.index == index), meaning.label)
        self._pivot, self._epoch = pivot, epoch
        self._seen: dict[str, tuple] = {}
        self._read: Callable[[str], tuple] = getattr(self, f"_{meaning.kind}")
        self._store: Callable[[Row, object], None] = self._store_for(meaning)

    def put(self, row: Row, text: str) -> None:
        """Read ``text`` into ``row``."""
        found = self._seen.get(text)
        if found is None:
            found = self._seen[text] = (None, "", "") if is_blank(text) else self._read(text)
        value, problem, note = found
        if value is not None:
            self._store(row, value)
        if problem or note:
            level = ERROR if problem else NOTE
            row.problems.append(Problem(problem or note, self.index, self.label, text[:60], level=level))

    def _store_for(self, meaning: Field) -> Callable[[Row, object], None]:
        step, part, key = meaning.step, meaning.part, meaning.key
        if key in ("name", "staff_number", "unit"):
            return lambda row, value: setattr(row, key, value)
        if meaning.kind is Kind.BIRTH or meaning.kind is Kind.IDENTITY:
            return self._store_birth
        if not step:
            return lambda row, value: row.profile.__setitem__(key, value)
        if part == "persons":
            return lambda row, value: self._add_persons(row.steps.setdefault(step, {}), value)
        if part == "publicity":
            return lambda row, value: row.steps.setdefault(step, {}).update(
                publicity_from_on=value[0], publicity_until_on=value[1]
            )
        if part == "period":
            return self._store_training
        return lambda row, value: row.steps.setdefault(step, {}).__setitem__(part, value)

    @staticmethod
    def _add_persons(parts: dict, names: tuple[str, ...]) -> None:
        parts["persons"] = (*parts.get("persons", ()), *names)

    @staticmethod
    def _store_training(row: Row, value: tuple[date, date]) -> None:
        parts = row.steps.setdefault(11, {})
        parts["decided_on"] = value[1]
        if value[0] < value[1]:
            parts["starts_on"], parts["ends_on"] = value

    def _store_birth(self, row: Row, value: ReadDate) -> None:
        """The birth column goes before the identity number, which only fills in what is missing there."""
        if self.field.kind is Kind.BIRTH:
            row.birth_on, row.birth_is_month = value.value, value.month_only
        elif row.birth_on is None or (row.birth_is_month and _same_month(row.birth_on, value.value)):
            row.birth_on, row.birth_is_month = value.value, False
        elif not row.birth_is_month and row.birth_on != value.value:
            message = f"身份证号里的出生日期是 {value.value}，与出生日期列的 {row.birth_on} 不同，按出生日期列导入。请核对。"
            row.problems.append(Problem(message, self.index, self.label, level=NOTE))

    # Each of these gives (value or None, what is wrong, what to note).

    def _text(self, text: str) -> tuple:
        longest = LONGEST.get(self.field.key, 60)
        if len(text) > longest:
            return text[:longest], "", f"文字过长，只取前 {longest} 字"
        return text, "", ""

    def _name(self, text: str) -> tuple:
        name = name_of(_REMARKS.sub("", text))
        if not _NAME.fullmatch(name) or len(name) > 30 and not name.isascii():
            return None, f"“{text[:20]}”不像姓名，请核对", ""
        return name, "", ""

    def _staff_number(self, text: str) -> tuple:
        number = text.replace(" ", "")
        if re.fullmatch(r"\d+\.0+", number):
            number = number.partition(".")[0]
        if re.fullmatch(r"\d(?:\.\d+)?[Ee]\+?\d+", number):
            return None, "工号被 Excel 改成了科学计数。请把这一列设为文本，重新填写", ""
        if not _NUMBER.fullmatch(number):
            return None, f"“{text[:20]}”不像工号，请核对", ""
        return number, "", ""

    def _count(self, text: str) -> tuple:
        found = re.fullmatch(r"(\d{1,4})(?:\.0+)?\s*(?:人|票|名|学时|个|课时)?", text)
        if not found:
            return None, f"“{text[:20]}”不是整数，请核对", ""
        return int(found[1]), "", ""

    def _date(self, text: str) -> tuple:
        read: ReadDate = full_date(read_date(text, self._pivot, self._epoch))
        return read.value, read.problem, read.note

    def _maybe_date(self, text: str) -> tuple:
        read = find_date(text, self._pivot, self._epoch)
        if read.value is None and not read.problem:
            return None, "", "没有写日期，不写入这一步"
        read = full_date(read)
        return read.value, read.problem, read.note

    def _birth(self, text: str) -> tuple:
        read = read_date(re.sub(r"[(（]\s*\d{1,2}\s*岁?\s*[)）]", "", text), self._pivot, self._epoch)
        if read.value is None:
            return None, read.problem, read.note
        return read, "", read.note

    def _identity(self, text: str) -> tuple:
        found = re.fullmatch(r"\d{6}((?:19|20)\d{6})\d{3}[\dXx]", text.replace(" ", ""))
        if not found:
            return None, "", ""
        read = read_date(found[1])
        return (read if read.value else None), "", ""

    def _period(self, text: str) -> tuple:
        read: ReadPeriod = read_period(text, self._pivot, self._epoch)
        if read.problem:
            inside = find_date(text, self._pivot, self._epoch)
            if inside.value is None or inside.month_only:
                return None, read.problem, ""
            return (inside.value, inside.value), "", ""
        return ((read.first, read.last) if read.first else None), "", read.note

    def _names(self, text: str) -> tuple:
        names = split_names(text)
        wrong = [name for name in names if not _NAME.fullmatch(name)]
        if wrong:
            return None, f"“{wrong[0][:20]}”不像姓名，请核对；两人之间用顿号隔开", ""
        return names, "", ""

    def _choice(self, text: str) -> tuple:
        value = read_choice(self.field.key, text)
        if value is None:
            return None, "", f"“{text[:20]}”认不出，不写入这一项"
        return value, "", ""


def split_names(text: str) -> tuple[str, ...]:
    """The persons that a cell names: 张三、李四; 1.张三 2.李四; 张三 李四; 张 三 is one person."""
    text = _ENUMERATION.sub("、", _REMARKS.sub("", text))
    names = []
    for part in _NAME_MARKS.split(text):
        part = part.strip()
        words = part.split(" ")
        if len(words) > 1 and not part.isascii() and all(len(word) >= 2 for word in words):
            names += words
        elif part:
            names.append(name_of(part))
    return tuple(names)


def _same_month(one: date, other: date) -> bool:
    return (one.year, one.month) == (other.year, other.month)


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
BORROWED = "台账未记日期，按{}之日记"
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
        _borrow(steps, 5, 3, "确定积极分子")
    if 9 in steps:
        _borrow(steps, 9, 8, "列为发展对象")
    if 14 in steps:
        _borrow(steps, 14, 13, "预审")
        _borrow(steps, 14, 15, "支部大会")
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
        parts["remark"] = BORROWED.format(words)


def _complete_votes(row: Row, parts: dict) -> None:
    if any(name not in parts for name in ("eligible", "present", "in_favour")):
        for name in _VOTES:
            parts.pop(name, None)
        row.problems.append(Problem("表决情况不全（应到、实到、赞成都要写），不写入票数", level=NOTE))
        return
    parts.setdefault("against", 0)
    parts.setdefault("abstained", 0)


PROFILE = frozenset(PROFILE_KEYS)
