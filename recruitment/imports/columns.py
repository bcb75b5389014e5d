"""One column of a ledger: its cells read as what the column means, each spelling once."""

import re
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date

from recruitment.imports.choices import read_choice
from recruitment.imports.dates import ReadDate, ReadPeriod, find_date, find_period, full_date, read_date
from recruitment.imports.fields import Field, Kind
from recruitment.imports.text import is_blank, is_error, name_of

ERROR, NOTE = "error", "note"
LONGEST = {
    "unit": 120, "ethnicity": 20, "native_place": 60, "education": 30, "degree": 30, "position": 60, "title": 40,
    "talent_programme": 80, "overseas_experience": 120, "department": 120, "form_number": 40, "recommended_how": 100,
}  # fmt: skip

_NAME = re.compile(r"[\u3400-\u9fff\U00020000-\U0003ffff·A-Za-z .'\-]{1,60}")
_PLAIN_NAME = re.compile(r"[\u4e00-\u9fff]{2,4}")
_NUMBER = re.compile(r"[A-Za-z0-9_.\-/]{1,30}")
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

    A part is a field of recruitment.facts.StepFact, or "persons" (a tuple of names), "remark" (how the person was
    recommended), "borrowed" (whose date a step without one bears); every step that is left has its ``decided_on``.
    ``profile`` holds attributes of branches.models.Person.
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
        return bool(self.problems) and any(problem.level == ERROR for problem in self.problems)


class Reader(dict[str, tuple[object, str, str]]):
    """Reads one column: ``reader[text]`` is (value or None, remark, level of the remark), found once for every spelling.

    A value belongs to the part ``part`` of step ``step``, else to the person's profile under ``key``, unless
    it is the row's own or has an odd place.
    """

    def __init__(self, index: int, meaning: Field, label: str, pivot: int, epoch: date):
        super().__init__()
        self.index = index
        self.meaning = meaning
        self.key, self.step, self.part, self.label = meaning.key, meaning.step, meaning.part, label
        self.has_remarks = False
        self._pivot, self._epoch = pivot, epoch
        # Not bound: a reader that pointed to itself would keep all it has seen until the collector comes by.
        self._read: Callable[[Reader, str], tuple] = getattr(Reader, f"_{meaning.kind}")

    def __missing__(self, text: str) -> tuple[object, str, str]:
        if is_blank(text):
            value, problem, note = None, "", ""
        else:
            value, problem, note = self._error(text) if is_error(text) else self._read(self, text)
        found = self[text] = (value, problem or note, ERROR if problem else NOTE)
        self.has_remarks = self.has_remarks or bool(problem or note)
        return found

    def read_into(self, rows: list[Row], texts: list[str]) -> None:
        """Put on each of ``rows`` what its cell in ``texts`` says, and add what is to be remarked."""
        # A whole column at a time: a ledger of ten thousand people has a hundred and fifty thousand cells.
        self._put(rows, [*map(self.__getitem__, texts)])
        if self.has_remarks:
            for row, text in zip(rows, texts, strict=True):
                _, remark, level = self[text]
                if remark:
                    row.problems.append(Problem(remark, self.index, self.label, text[:60], level=level))

    def _put(self, rows: list[Row], found: list[tuple]) -> None:
        key, step = self.key, self.step
        if put := self._odd_place():
            for row, (value, _, _) in zip(rows, found, strict=True):
                if value is not None:
                    put(row, value)
        elif key in ("name", "staff_number", "unit"):
            for row, (value, _, _) in zip(rows, found, strict=True):
                if value is not None:
                    setattr(row, key, value)
        elif step:
            name = self.part or key
            for row, (value, _, _) in zip(rows, found, strict=True):
                if value is not None:
                    steps = row.steps
                    if step in steps:
                        steps[step][name] = value
                    else:
                        steps[step] = {name: value}
        else:
            for row, (value, _, _) in zip(rows, found, strict=True):
                if value is not None:
                    row.profile[key] = value

    def _odd_place(self) -> Callable[[Row, object], None] | None:
        """What puts a value on a row, where that takes more than a name for it."""
        if self.meaning.kind in (Kind.BIRTH, Kind.IDENTITY):
            return self._put_birth
        return {"persons": self._put_persons, "publicity": self._put_publicity, "period": self._put_training}.get(self.part)

    def _put_persons(self, row: Row, names: tuple[str, ...]) -> None:
        parts = row.steps.setdefault(self.step, {})
        names = (*parts.get("persons", ()), *names)
        # The rules remark a mentor or recommender who is named twice; whoever led a talk led it once.
        parts["persons"] = tuple(dict.fromkeys(names)) if self.key in ("talker", "approval_talker") else names

    def _put_publicity(self, row: Row, value: tuple[date, date]) -> None:
        row.steps.setdefault(self.step, {}).update(publicity_from_on=value[0], publicity_until_on=value[1])

    def _put_training(self, row: Row, value: tuple[date, date]) -> None:
        parts = row.steps.setdefault(self.step, {})
        parts["decided_on"] = value[1]
        if value[0] < value[1]:
            parts["starts_on"], parts["ends_on"] = value

    def _put_birth(self, row: Row, value: ReadDate) -> None:
        """The birth column goes before the identity number, which only fills in what is missing there."""
        if self.meaning.kind is Kind.BIRTH:
            row.birth_on, row.birth_is_month = value.value, value.month_only
        elif row.birth_on is None or (row.birth_is_month and _same_month(row.birth_on, value.value)):
            row.birth_on, row.birth_is_month = value.value, False
        elif not row.birth_is_month and row.birth_on != value.value:
            message = (
                f"身份证号里的出生日期是 {value.value}，与出生日期列的 {row.birth_on} 不同，按出生日期列导入。请核对。"
            )
            row.problems.append(Problem(message, self.index, self.label, level=NOTE))

    # Each of these gives (value or None, what is wrong, what to note).

    def _error(self, text: str) -> tuple:
        if self.meaning.kind is Kind.IDENTITY:
            return None, "", ""
        if self.meaning.kind in (Kind.TEXT, Kind.CHOICE) and self.key != "unit":
            return None, "", f"单元格是公式错误 {text}，不写入这一项"
        return None, f"单元格是公式错误 {text}，请改正后再传", ""

    def _text(self, text: str) -> tuple:
        longest = LONGEST.get(self.key, 60)
        if len(text) > longest:
            return text[:longest], "", f"文字过长，只取前 {longest} 字"
        return text, "", ""

    def _name(self, text: str) -> tuple:
        if _PLAIN_NAME.fullmatch(text):
            return text, "", ""
        name = name_of(_REMARKS.sub("", text).strip())
        if not _NAME.fullmatch(name) or len(name) > 30 and not name.isascii():
            return None, f"“{text[:20]}”不像姓名，请核对", ""
        return name, "", ""

    def _staff_number(self, text: str) -> tuple:
        if text.isdecimal() and text.isascii() and len(text) <= 30:
            return text, "", ""
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
        read: ReadDate = read_date(text, self._pivot, self._epoch)
        if read.month_only and self.key == "joined_institute_on":
            # No limit runs from it, and rosters often have the month alone: that keeps nobody out.
            return None, "", f"{full_date(read).problem}；这一项不写入，其他照常导入"
        read = full_date(read)
        return read.value, read.problem, read.note

    def _maybe_date(self, text: str) -> tuple:
        read = find_date(text, self._pivot, self._epoch)
        if read.value is None and not read.problem:
            said = "看不出是哪一天" if re.search(r"\d", text) else "没有写日期"
            return None, "", f"{said}，不写入这一步"
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
        read: ReadPeriod = find_period(text, self._pivot, self._epoch)
        return ((read.first, read.last) if read.first else None), read.problem, read.note

    def _names(self, text: str) -> tuple:
        names = split_names(text)
        wrong = [name for name in names if not _NAME.fullmatch(name)]
        if wrong:
            return None, f"“{wrong[0][:20]}”不像姓名，请核对；两人之间用顿号隔开", ""
        return names, "", ""

    def _choice(self, text: str) -> tuple:
        value = read_choice(self.key, text)
        if value is None:
            return None, "", f"“{text[:20]}”认不出，不写入这一项"
        return value, "", ""


def split_names(text: str) -> tuple[str, ...]:
    """The persons that a cell names: 张三、李四; 1.张三 2.李四; 张三 李四; 张 三 is one person."""
    text = _ENUMERATION.sub("、", _REMARKS.sub("、", text))
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
