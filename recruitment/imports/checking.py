"""The check: for every row what it would do, with every problem; nothing is written."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from datetime import date

from recruitment.facts import Facts
from recruitment.imports.columns import ERROR, NOTE, Problem, Row
from recruitment.imports.comparing import Addition, compare
from recruitment.imports.judging import fact_of, is_plainly_in_order, judge, person_of
from recruitment.imports.matching import CLOSED_DOOR, Match, match
from recruitment.imports.snapshot import Member, Place, Snapshot
from recruitment.imports.states import Choice, Outcome
from recruitment.rulesets import reading
from recruitment.stages import Stage
from recruitment.steps import step

# Steps that stand on the people they name, with the columns that name them.
_ROLES = {
    5: ("培养联系人", ("mentors", "mentor_1", "mentor_2")),
    9: ("入党介绍人", ("recommenders", "recommender_1", "recommender_2")),
}
MEMBER_NEEDS = {"full": 24, "probationary": 17}


@dataclass(slots=True)
class Finding:
    """What a row would do: ``outcome``, to whom (primary keys, None for new), which ``steps`` and ``profile`` it adds.

    ``members`` are the people that the added steps name. ``ask`` is the doubt that the user settles.
    """

    number: int
    name: str
    outcome: str
    problems: list[Problem] = field(default_factory=list)
    place: Place | None = None
    person_pk: int | None = None
    candidate_pk: int | None = None
    steps: list[int] = field(default_factory=list)
    profile: list[str] = field(default_factory=list)
    members: dict[int, list[Member]] = field(default_factory=dict)
    ask: str = ""
    was_asked: bool = False

    @property
    def trace(self) -> tuple:
        """What the user agreed to; when it differs at the time of writing, the row is shown again."""
        return (
            self.number,
            self.outcome,
            self.person_pk,
            self.candidate_pk,
            self.place and self.place.pk,
            *self.steps,
            *self.profile,
        )


@dataclass(slots=True)
class _Open:
    """A row on its way to a finding."""

    row: Row
    match: Match
    added: Addition
    finding: Finding


def check(
    rows: list[Row],
    snapshot: Snapshot,
    *,
    default: Place | None,
    decisions: dict[str, str],
    places: dict[str, int],
    facts_for: Callable[[Iterable[int]], dict[int, Facts]],
    today: date,
    with_notes: bool = False,
) -> list[Finding]:
    """Judge ``rows`` against ``snapshot``.

    ``default`` is the branch of rows that name none; ``decisions`` answers doubts by Excel row; ``places`` are the columns
    by field key; ``facts_for`` gives the facts of files that rows add to, for all of them at once. ``with_notes`` asks
    the rules about gaps and missed limits too, which costs more and changes no outcome.
    """
    findings, open_rows, seen = [], [], _Seen()
    for row in rows:
        choice = decisions.get(str(row.number), "")
        finding = Finding(row.number, row.name, Outcome.ERROR, list(row.problems))
        findings.append(finding)
        if choice == Choice.SKIP:
            finding.outcome, finding.was_asked = Outcome.SAME, True
            finding.problems = [Problem("按您的选择不导入这一行", level=NOTE)]
            continue
        found = match(row, snapshot, default, choice, places)
        finding.place, finding.was_asked = found.place, bool(choice)
        if problem := found.problem or _twin(row, found, seen, places):
            # About people behind the closed door nothing more is said, whatever else the row holds.
            finding.problems = [problem] if problem.message == CLOSED_DOOR else [problem, *finding.problems]
        elif found.doubt and not row.has_error:
            finding.outcome, finding.ask, finding.was_asked = Outcome.ASK, found.doubt, True
            finding.problems.insert(0, Problem(found.doubt, places.get("name"), "姓名", row.name))
        elif not row.has_error:
            added = _added(row, finding, found, snapshot, places)
            if added is not None:
                open_rows.append(_Open(row, found, added, finding))
    facts = facts_for({it.match.file.pk for it in open_rows if it.match.file and it.added.steps})
    for open_row in open_rows:
        _judge(open_row, facts, places, snapshot, today, with_notes=with_notes)
    return findings


def _twin(row: Row, found: Match, seen: "_Seen", places: dict[str, int]) -> Problem | None:
    twin = seen.before(row, found)
    if twin is None:
        return None
    return Problem(f"与第 {twin} 行是同一人，请只留一行", places.get("name"), "姓名", row.name)


def _added(row: Row, finding: Finding, found: Match, snapshot: Snapshot, places: dict[str, int]) -> Addition | None:
    """What the row adds to the file or opens one with; None when it cannot, and the finding says why."""
    is_office = snapshot.reach.is_office_over(found.place.path)
    added = compare(row, found.known, found.file, is_office=is_office, places=places)
    if found.note is not None:
        finding.problems.append(found.note)
    finding.problems += added.notes
    finding.person_pk = found.known and found.known.pk
    finding.candidate_pk = found.file and found.file.pk
    if problem := _cannot_begin(row, found, added, places):
        finding.problems.insert(0, problem)
        return None
    finding.steps, finding.profile = added.steps, added.profile
    return added


class _Seen:
    """Who occurred in the file before, by person, by staff number, by name and birth date."""

    def __init__(self):
        self._people: dict[int, int] = {}
        self._numbers: dict[str, int] = {}
        self._bare_numbers: dict[tuple[str, str], int] = {}
        self._names: dict[tuple[str, date], int] = {}

    def before(self, row: Row, found: Match) -> int | None:
        """The first row of the same person, or None; remembers this one."""
        number = row.number
        twin = number
        if found.known is not None and not found.doubt:
            twin = self._people.setdefault(found.known.pk, number)
        if row.staff_number:
            twin = min(twin, self._numbers.setdefault(row.staff_number, number))
            # Excel turns 00123 into the number 123 in one place and not in another.
            twin = min(twin, self._bare_numbers.setdefault((row.staff_number.lstrip("0"), row.name), number))
        elif row.name and row.birth_on:
            twin = min(twin, self._names.setdefault((row.name, row.birth_on), number))
        return twin if twin != number else None


def _cannot_begin(row: Row, found: Match, added: Addition, places: dict[str, int]) -> Problem | None:
    """Why nothing can begin with this row; None when something has begun, or an application is in the row."""
    if found.file is not None and (found.file.stage > Stage.PROSPECT or not added.steps):
        return None
    known = found.known
    standing = known.fact.standing if known is not None else "none"
    if standing in MEMBER_NEEDS and MEMBER_NEEDS[standing] not in row.steps:
        label = {"full": "正式党员", "probationary": "预备党员"}[standing]
        message = f"名册中此人已是{label}，文件只写到前面的阶段。导入不降低已有的身份，请核对"
        return Problem(message, places.get("name"), "姓名", row.name)
    if 1 not in added.steps:
        return Problem("没有写申请入党时间，不能建档。请补上", places.get("applied_on"), "申请入党时间")
    return None


def _judge(
    open_row: _Open,
    facts: dict[int, Facts],
    places: dict[str, int],
    snapshot: Snapshot,
    today: date,
    *,
    with_notes: bool,
) -> None:
    row, finding, found = open_row.row, open_row.finding, open_row.match
    if finding.steps:
        _name_people(row, finding, found, places, snapshot)
        finding.problems += _objections(open_row, facts, places, snapshot, today, with_notes=with_notes)
        if finding.problems and any(problem.level == ERROR for problem in finding.problems):
            finding.steps, finding.profile = [], []
            return
    if found.file is None:
        finding.outcome = Outcome.NEW
        if found.known is None:
            _describe_newcomer(row, finding, places, snapshot)
    elif finding.steps or finding.profile:
        finding.outcome = Outcome.CHANGE
    else:
        finding.outcome = Outcome.SAME
        _say_if_further(row, finding, found)


def _objections(open_row: _Open, facts, places, snapshot: Snapshot, today: date, *, with_notes: bool) -> list[Problem]:
    """What the rules say to the steps that the row adds."""
    row, finding, found = open_row.row, open_row.finding, open_row.match
    frame = snapshot.frames[found.place.pk]
    if found.file is not None:
        base = facts[found.file.pk]
    elif not with_notes and is_plainly_in_order(
        row, finding.steps, found.known, finding.members.get(5, ()), frame, today
    ):
        return []
    else:
        base = Facts(person_of(row, found.known), frame.unit, frame.superior, local_limits=frame.limits)
    added = [fact_of(number, row.steps[number], tuple(finding.members.get(number, ()))) for number in finding.steps]
    return judge(base, added, row, places, snapshot, today)


def _name_people(row: Row, finding: Finding, found: Match, places: dict[str, int], snapshot: Snapshot) -> None:
    """Find the people that the added steps name; a step that stands on its people is left out when one is not found."""
    left_out = []
    for number in finding.steps:
        names = row.steps[number].get("persons")
        if not names:
            continue
        members, missing = snapshot.members_called(names, found.place.path)
        if number in _ROLES and (missing or len(names) > 2):
            finding.problems.append(_people_problem(row, number, names, missing, places))
            if len(names) <= 2:
                left_out.append(number)
        elif members:
            finding.members[number] = members
    if left_out:
        finding.steps = [number for number in finding.steps if number not in left_out]


def _people_problem(row: Row, number: int, names, missing, places: dict[str, int]) -> Problem:
    role, keys = _ROLES[number]
    column = next((places[key] for key in keys if key in places), None)
    text = "、".join(names)
    if len(names) > 2:
        article = step(number).citation(reading(row.steps[number]["decided_on"]))
        return Problem(f"{role}不超过 2 人，写了 {len(names)} 人", column, role, text, article)
    message = f"在正式党员中找不到（或不止一人叫）{'、'.join(missing)}，{role}不写入，请在人员页补记"
    return Problem(message, column, role, text, level=NOTE)


def _describe_newcomer(row: Row, finding: Finding, places: dict[str, int], snapshot: Snapshot) -> None:
    department = str(row.profile.get("department", ""))
    if department and department not in snapshot.departments:
        message = "系统里没有叫这个名称的部门，不写入这一项。请先在部门中新增，或写成系统中的名称"
        finding.problems.append(Problem(message, places.get("department"), "部门", department, level=NOTE))
    if row.birth_on is None:
        message = "名册中没有此人，将新增；没有写出生日期，年龄无从核对，请在名册中补上"
        finding.problems.append(Problem(message, places.get("birth_on"), "出生年月", level=NOTE))
    elif row.birth_is_month:
        message = f"只写了出生年月，按 {row.birth_on} 记"
        finding.problems.append(Problem(message, places.get("birth_on"), "出生年月", str(row.birth_on)[:7], level=NOTE))


def _say_if_further(row: Row, finding: Finding, found: Match) -> None:
    """A file that is behind the system is no error: the stage stays."""
    last_in_file = max(row.steps, default=0)
    further = {Stage.ACTIVIST: 3, Stage.DEVELOPMENT_TARGET: 8, Stage.PROBATIONARY_MEMBER: 17, Stage.FULL_MEMBER: 24}
    reached = further.get(Stage(found.file.stage), 0)
    if reached and last_in_file < reached:
        finding.problems.append(Problem(f"系统中已是{found.file.stage_label}，不会因这份名册降低", level=NOTE))
