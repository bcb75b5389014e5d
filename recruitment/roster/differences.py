"""What a roster that was sent in would change: every row against the person with its staff number, field by field."""

from collections import Counter, defaultdict
from collections.abc import Iterable
from dataclasses import dataclass, field, replace
from datetime import date

from branches.offices import MovementKind, PoliticalStatus, Sex, StaffCategory, TitleRank
from branches.roster_rules import MEMBERS, Entry, Move, flaws_of, moves_between
from recruitment.imports.columns import ERROR, Problem
from recruitment.imports.headers import one_spelling
from recruitment.imports.snapshot import Place, spellings
from recruitment.roster.columns import BY_ROSTER_KEY, FIELDS
from recruitment.roster.rows import RosterRow
from recruitment.roster.states import NEW_DEPARTMENT, Answer, Outcome

# What is compared value by value; number, name, department and branch are each found in their own way.
PLAIN_KEYS = tuple(
    entry.key for entry in FIELDS if entry.key not in ("staff_number", "name", "department", "unit")
)  # fmt: skip
_WORDS = {"sex": Sex, "category": StaffCategory, "political_status": PoliticalStatus, "title_rank": TitleRank}
_ENTRY_KEYS = tuple(Entry.__dataclass_fields__)


@dataclass(frozen=True, slots=True)
class Known:
    """A person of the roster within reach; ``values`` by field key, with the names of department and branch."""

    pk: int
    staff_number: str
    values: dict[str, object]
    department_pk: int | None = None
    unit_pk: int | None = None

    @property
    def name(self) -> str:
        return str(self.values["name"])


@dataclass(slots=True)
class Roster:
    """The roster on file as HR may see it. ``taken`` are staff numbers of people out of reach; ``departments`` by key.

    ``places`` are the branches within reach; ``reaches_unplaced`` says whether people without a branch are, too.
    """

    people: list[Known]
    taken: frozenset[str]
    departments: dict[int, str]
    places: list[Place]
    reaches_unplaced: bool
    by_number: dict[str, Known] = field(init=False)
    by_bare_number: dict[str, list[Known]] = field(init=False, default_factory=dict)
    by_department: dict[str, int] = field(init=False)
    by_place: dict[str, list[Place]] = field(init=False, default_factory=dict)

    def __post_init__(self):
        self.by_number = {known.staff_number: known for known in self.people}
        self.by_department = {one_spelling(name): pk for pk, name in self.departments.items()}
        for known in self.people:
            self.by_bare_number.setdefault(known.staff_number.lstrip("0"), []).append(known)
        for place in self.places:
            for spelling in spellings(place.name) | spellings(place.short_name):
                self.by_place.setdefault(spelling, []).append(place)

    def place_called(self, text: str) -> Place | None:
        """The branch that ``text`` names, in full or short; None when none or several do."""
        for spelling in (one_spelling(text), *spellings(text)):
            if len(found := self.by_place.get(spelling, ())) == 1:
                return found[0]
        return None


@dataclass(frozen=True, slots=True)
class Change:
    """One field: what stands there in words, and what the file says; ``value`` is what would be written."""

    key: str
    old: str
    new: str
    value: object

    @property
    def label(self) -> str:
        return BY_ROSTER_KEY[self.key].label


@dataclass(slots=True)
class Finding:
    """What one row would do. ``known`` is None for somebody new; ``asks`` says what HR has to answer ("" for nothing)."""

    number: int
    staff_number: str
    name: str
    outcome: Outcome
    known: Known | None = None
    changes: list[Change] = field(default_factory=list)
    moves: tuple[Move, ...] = ()
    problems: list[Problem] = field(default_factory=list)
    asks: str = ""


@dataclass(slots=True)
class Comparison:
    """The whole file: ``missing`` are people on file of whom it says nothing; ``unknown`` its departments that are not there.

    ``unknown`` = {department as the file writes it: how many rows}.
    """

    findings: list[Finding]
    missing: list[Known]
    unknown: dict[str, int]


def compare(
    rows: Iterable[RosterRow],
    roster: Roster,
    *,
    decisions: dict[str, str],
    places: dict[str, int],
    is_first: bool,
    today: date,
) -> Comparison:
    """Compare ``rows`` with ``roster``; ``places`` are the columns by field key, ``is_first`` leaves movements out.

    ``decisions`` = {"row:<Excel row>": Answer, "department:<spelling>": NEW_DEPARTMENT or a department's key}.
    """
    rows = list(rows)
    holders = defaultdict(list)
    for row in rows:
        holders[row.staff_number].append(row.number)
    judge = _Judge(roster, decisions, places, is_first, today)
    findings = []
    for row in rows:
        if row.staff_number and (others := [number for number in holders[row.staff_number] if number != row.number]):
            listed = "、".join(str(number) for number in others[:3])
            row.wrong(f"工号与第 {listed} 行重复，请只留一行", "staff_number", places, row.staff_number)
        findings.append(judge.judge(row))
    told = {finding.known.pk for finding in findings if finding.known is not None}
    missing = [known for known in roster.people if known.pk not in told and not known.values["left_on"]]
    return Comparison(findings, missing, dict(judge.unknown))


@dataclass(slots=True)
class _Judge:
    roster: Roster
    decisions: dict[str, str]
    places: dict[str, int]
    is_first: bool
    today: date
    unknown: Counter = field(default_factory=Counter)

    def judge(self, row: RosterRow) -> Finding:
        known = self._known(row)
        finding = Finding(row.number, row.staff_number, row.name or (known.name if known else ""), Outcome.ERROR, known)
        finding.problems = row.problems
        if known is None:
            self._check_newcomer(row)
        else:
            self._check_left(row, known)
        finding.changes = self._changes(row, known, finding)
        if not any(problem.level == ERROR for problem in row.problems):
            before, after = self._entries(known, finding.changes)
            for flaw in flaws_of(after, today=self.today):
                row.wrong(flaw.message.rstrip("。"), flaw.field, self.places, str(row.values.get(flaw.field, "")))
            if not self.is_first:
                finding.moves = moves_between(before, after, today=self.today)
        finding.outcome = self._outcome(finding)
        if finding.outcome not in (Outcome.NEW, Outcome.CHANGE):
            finding.moves = ()
        return finding

    def _outcome(self, finding):
        if any(problem.level == ERROR for problem in finding.problems):
            return Outcome.ERROR
        if finding.asks:
            return Outcome.ASK
        if self.decisions.get(f"row:{finding.number}") == Answer.SKIP:
            return Outcome.SAME
        if finding.known is None:
            return Outcome.NEW
        return Outcome.CHANGE if finding.changes else Outcome.SAME

    # --- Who

    def _known(self, row):
        if not (number := row.staff_number):
            return None
        if number in self.roster.by_number:
            return self.roster.by_number[number]
        # Excel turns 00123 into the number 123.
        alike = [known for known in self.roster.by_bare_number.get(number.lstrip("0"), ()) if known.name == row.name]
        if len(alike) == 1:
            row.note(f"工号开头的 0 丢了，按 {alike[0].staff_number} 读取", "staff_number", self.places, number)
            return alike[0]
        if number in self.roster.taken:
            row.wrong("这个工号属于您范围以外的人员，请核对", "staff_number", self.places, number)
        return None

    def _check_newcomer(self, row):
        if not row.name and not any(problem.label == BY_ROSTER_KEY["name"].label for problem in row.problems):
            row.wrong("没有写姓名，请补上", "name", self.places)
        if not self.roster.reaches_unplaced and "unit" not in row.values:
            row.wrong("新增人员须写明所在党支部，因为您只管理部分党支部的名册", "unit", self.places)

    def _check_left(self, row, known):
        left_on = known.values["left_on"]
        if left_on and "left_on" not in row.values:
            row.note(f"名册中已于 {left_on} 离所，仍按已离所。确已返回的，请在名册中更正", "left_on", self.places)

    # --- What

    def _changes(self, row, known, finding):
        changes = []
        self._change_name(row, known, finding, changes)
        for key in PLAIN_KEYS:
            if key in row.values and self._may_write(row, known, key):
                self._add(changes, known, key, row.values[key])
        self._change_department(row, known, finding, changes)
        self._change_unit(row, known, changes)
        if (left_on := row.values.get("left_on")) and left_on > self.today:
            row.wrong("离所日期在今天之后。名册只记已经离所的，请到日后再报", "left_on", self.places, str(left_on))
        return changes

    @staticmethod
    def _add(changes, known, key, value):
        old = known.values[key] if known else None
        if value != old and not (value in ("", None) and old in ("", None)):
            changes.append(Change(key, in_words(key, old), in_words(key, value), value))

    def _may_write(self, row, known, key):
        """Standing within the Party is what the party office knows; HR's file does not take it away."""
        status = known.values["political_status"] if known else None
        if key == "political_status" and status in MEMBERS and row.values[key] != status:
            message = f"名册中是“{in_words(key, status)}”，党员身份由党办登记，不改动"
            row.note(message, key, self.places, in_words(key, row.values[key]))
            return False
        if key == "member_since_on" and row.values.get("political_status", status) not in MEMBERS:
            if status not in MEMBERS:
                row.note("政治面貌不是中共党员，入党日期不写入", key, self.places, str(row.values[key]))
                return False
        return True

    def _change_name(self, row, known, finding, changes):
        if known is None or not row.name or row.name == known.name:
            if known is None:
                self._add(changes, None, "name", row.name)
            return
        born = row.values.get("birth_on")
        is_same = born is not None and born == known.values["birth_on"]
        answer = self.decisions.get(f"row:{row.number}")
        if is_same or answer == Answer.SAME_PERSON:
            self._add(changes, known, "name", row.name)
        elif answer != Answer.SKIP:
            finding.asks = f"工号 {known.staff_number} 在名册中是{known.name}。是同一人改了名吗？"

    def _change_department(self, row, known, finding, changes):
        text = str(row.values.get("department", ""))
        if not text:
            return
        spelling = one_spelling(text)
        pk = self.roster.by_department.get(spelling)
        if pk is None:
            self.unknown[text] += 1
            answer = self.decisions.get(f"department:{spelling}", "")
            if answer == NEW_DEPARTMENT:
                old = in_words("department", known.values["department"] if known else "")
                changes.append(Change("department", old, f"{text}（新设）", (NEW_DEPARTMENT, text)))
                return
            pk = int(answer) if answer.isdecimal() and int(answer) in self.roster.departments else None
            if pk is None:
                finding.asks = finding.asks or f"名册中没有“{text}”这个部门，请在上面选定"
                return
        if known is None or pk != known.department_pk:
            old = in_words("department", known.values["department"] if known else "")
            changes.append(Change("department", old, self.roster.departments[pk], pk))

    def _change_unit(self, row, known, changes):
        text = str(row.values.get("unit", ""))
        if not text:
            return
        place = self.roster.place_called(text)
        if place is None:
            message = f"系统里没有叫“{text[:30]}”的党支部"
            if known is None and not self.roster.reaches_unplaced:
                row.wrong(f"{message}，请写成系统中的名称", "unit", self.places, text)
            else:
                row.note(f"{message}，党支部不改动", "unit", self.places, text)
        elif known is None or place.pk != known.unit_pk:
            changes.append(
                Change("unit", in_words("unit", known.values["unit"] if known else ""), place.name, place.pk)
            )

    # --- What follows

    @staticmethod
    def _entries(known, changes):
        """(entry before or None, entry after) of somebody for the rules of the roster."""
        before = Entry(**{key: known.values[key] for key in _ENTRY_KEYS}) if known else None
        new = {}
        for change in changes:
            if change.key == "department":
                new["department"] = change.new.removesuffix("（新设）")
            elif change.key in _ENTRY_KEYS:
                new[change.key] = change.value
        return before, replace(before or Entry(), **new)


def in_words(key: str, value: object) -> str:
    """A value of the field ``key`` as people read it; "" for nothing."""
    if value is None or value == "":
        return ""
    if key in _WORDS:
        return str(_WORDS[key](value).label)
    return str(value)


def kind_in_words(kind: str) -> str:
    """A movement's kind as people read it."""
    return MovementKind(kind).label
