"""What a row adds to what is on file; nothing that is recorded is changed, and no stage is ever lowered."""

from dataclasses import dataclass, field

from branches.offices import Sex, TitleRank
from recruitment.imports.columns import NOTE, Problem, Row
from recruitment.imports.fields import BY_KEY
from recruitment.imports.snapshot import TOLD, Known, OnFile, Record
from recruitment.imports.text import clean
from recruitment.stages import Conclusion
from recruitment.steps import STEPS, step

# Steps whose date ledgers do not write: they are the same when the same people are named.
_NAMED = frozenset((5, 9))
# Written by the party office only; a branch's ledger repeats what the committee decided.
OFFICE_STEPS = frozenset(row.number for row in STEPS if row.recorded_by == "office")
_BLANK = ("", None, 0, "0")
# What the roster keeps as a number, and people read as a word.
_CHOICES = {"sex": Sex, "title_rank": TitleRank}


@dataclass(slots=True)
class Addition:
    """What a row would add: steps by number, attributes of the person; and what is worth knowing."""

    steps: list[int] = field(default_factory=list)
    profile: list[str] = field(default_factory=list)
    notes: list[Problem] = field(default_factory=list)

    def __bool__(self):
        return bool(self.steps or self.profile)


def compare(row: Row, known: Known | None, file: OnFile | None, *, is_office: bool, places: dict[str, int]) -> Addition:
    """The steps and attributes of ``row`` that are not on file; differences are named and left to a correction."""
    added = Addition()
    kept_out = []
    for number in sorted(row.steps):
        parts = row.steps[number]
        records = file.steps.get(number) if file is not None else None
        if records:
            if not _is_on_file(number, parts, records):
                added.notes.append(_difference(number, parts, records, places))
            else:
                added.notes += _other_differences(number, parts, records, places)
        elif (file is not None and file.has_ended) or (number in OFFICE_STEPS and not is_office):
            kept_out.append(number)
        else:
            added.steps.append(number)
    if kept_out:
        listed = "、".join(f"“{step(number).name}”" for number in kept_out)
        why = "档案已归档" if file is not None and file.has_ended else "由党办录入，请党办用同一文件导入"
        added.notes.append(Problem(f"{listed}不写入：{why}", level=NOTE))
    if known is not None:
        _compare_person(row, known, added, places)
    return added


def _is_on_file(number: int, parts: dict, records: list[Record]) -> bool:
    if number in _NAMED and "borrowed" in parts:
        return any(set(parts.get("persons", ())) <= set(record.names) for record in records)
    day = parts["decided_on"]
    if "borrowed" in parts:  # the date was borrowed, there is nothing to compare
        return True
    if any(record.decided_on == day for record in records):
        return True
    return number == 8 and parts.get("listed_on") == day and any(record.listed_on == day for record in records)


def _difference(number: int, parts: dict, records: list[Record], places: dict[str, int]) -> Problem:
    name = step(number).name
    if number in _NAMED and "borrowed" in parts:
        there, here = "、".join(records[-1].names) or "无", "、".join(parts.get("persons", ()))
    else:
        there, here = str(records[-1].decided_on), str(parts["decided_on"])
    message = f"系统中第 {number} 步“{name}”是 {there}，文件是 {here}。导入不改动已记录的，确有误请在人员页更正"
    key = next((key for key, column in BY_KEY.items() if column.step == number and key in places), "")
    return Problem(message, places.get(key), name, here, level=NOTE)


def _other_differences(number: int, parts: dict, records: list[Record], places: dict[str, int]) -> list[Problem]:
    """What a row tells otherwise of a step whose date is on file."""
    record = next((record for record in reversed(records) if record.decided_on == parts["decided_on"]), records[-1])
    found = []
    for part, word in TOLD.items():
        here, there = parts.get(part), record.parts.get(part)
        if here in _BLANK or here == there:
            continue
        said = _in_words(there) if there not in _BLANK else "空的"
        message = (
            f"系统中第 {number} 步“{step(number).name}”的{word}是{said}，文件是{_in_words(here)}。导入不改动已记录的，确有误请在人员页更正"
        )
        key = next((key for key, it in BY_KEY.items() if it.step == number and it.part == part and key in places), "")
        found.append(Problem(message, places.get(key), word, _in_words(here), level=NOTE))
    return found


def _in_words(value: object) -> str:
    return Conclusion(value).label if value in Conclusion.values else str(value)


def _compare_person(row: Row, known: Known, added: Addition, places: dict[str, int]) -> None:
    """Fill in what the roster does not know; where it knows better, it stays."""
    for key, value in row.profile.items():
        if key not in known.profile:
            continue
        there = known.profile[key]
        if there in _BLANK and value not in _BLANK:
            added.profile.append(key)
        elif value not in _BLANK and there != value and clean(str(there)) != str(value):
            label = BY_KEY[key].label
            message = f"名册中{label}是“{_shown(key, there)}”，按名册，不改动"
            added.notes.append(Problem(message, places.get(key), label, _shown(key, value), level=NOTE))
    if row.birth_on is None:
        return
    if known.birth_on is None:
        if not row.birth_is_month:
            added.profile.append("birth_on")
    elif not _same_day(row, known):
        message = f"名册中出生日期是 {known.birth_on}，按名册，不改动。请核对是否同一人"
        added.notes.append(Problem(message, places.get("birth_on"), "出生日期", str(row.birth_on), level=NOTE))


def _same_day(row: Row, known: Known) -> bool:
    if row.birth_is_month:
        return (row.birth_on.year, row.birth_on.month) == (known.birth_on.year, known.birth_on.month)
    return row.birth_on == known.birth_on


def _shown(key: str, value: object) -> str:
    return str(_CHOICES[key](value).label if key in _CHOICES else value)
