"""Looking into a roster that HR sent in, and what its pages show; nothing here asks who is on the road (notice R4)."""

from dataclasses import dataclass

from django.core.paginator import Paginator

from branches.models import Department, Person
from branches.queries.posts import posts_held
from branches.queries.roster import choices_for, roster_for
from recruitment.imports import collector, reading
from recruitment.imports.columns import ERROR
from recruitment.imports.headers import find_header, one_spelling
from recruitment.imports.snapshot import Place
from recruitment.models import ROSTER_SENDERS, RosterBatch
from recruitment.queries.import_columns import columns_page
from recruitment.roster import packing
from recruitment.roster.columns import BY_ROSTER_KEY, FIELDS, guess
from recruitment.roster.differences import Known, Roster, compare
from recruitment.roster.rows import read_rows
from recruitment.roster.states import Answer, Outcome, RosterState

PER_PAGE = 50
RECENT = 5
# Which rows a view of the preview shows; people missing from the file have a view of their own.
VIEWS = {
    "problems": ("问题", (Outcome.ERROR, Outcome.ASK)),
    "new": ("新增", (Outcome.NEW,)),
    "changed": ("变更", (Outcome.CHANGE,)),
    "same": ("相同", (Outcome.SAME,)),
    "missing": ("文件中没有", ()),
}
_VALUES = [entry.key for entry in FIELDS if entry.key not in ("staff_number", "department", "unit")]


def sender_post(user, today):
    """The post by which ``user`` sends rosters, the one nearest to the top; None for everybody else."""
    posts = [posting for posting in posts_held(user, today) if posting.office in ROSTER_SENDERS and posting.unit]
    return min(posts, key=lambda posting: (len(posting.unit.path), posting.pk), default=None)


def batch_for(user, code):
    """The roster ``code`` within reach; raises RosterBatch.DoesNotExist for strangers and for nobody's, alike."""
    return RosterBatch.objects.visible_to(user).select_related("unit", "uploaded_by__person").get(code=code)


def recent(user):
    """The last few rosters that the user's office sent."""
    return list(RosterBatch.objects.visible_to(user).select_related("unit", "uploaded_by__person")[:RECENT])


# --- Reading and comparing


def guess_mapping(header, unit, office):
    """{"column from 0": field key} for the columns of ``header``: as the office last said, else as the names suggest."""
    last = RosterBatch.objects.filter(unit=unit, office=office, state=RosterState.DONE).first()
    return {str(index): key for index, key in guess(header, last.layout.get("labels", {}) if last else {}).items()}


def seems_first(user, today, rows):
    """True when the roster on file holds so few people that a file of ``rows`` rows is the one that founds it."""
    return roster_for(user, today).count() * 4 < rows


def sheet_of(batch, number=None):
    """The sheet ``number`` (the chosen one, if None) with its header; the header is None where there is none."""
    sheets = reading.unpack(bytes(batch.file.cells)).sheets
    number = batch.layout["sheet"] if number is None else number
    if not 0 <= number < len(sheets):
        return sheets, None, None
    return sheets, sheets[number], find_header(sheets[number])


def examine(batch, user, today):
    """Read the file of ``batch`` and compare it with the roster as ``user`` keeps it, on ``today``. Returns a Comparison."""
    with collector.at_rest():
        _, sheet, header = sheet_of(batch)
        mapping = {int(index): key for index, key in batch.layout["mapping"].items()}
        rows = read_rows(sheet, header, mapping, today=today)
        return compare(
            rows,
            roster_on_file(user, today, {row.staff_number for row in rows if row.staff_number}),
            decisions=batch.decisions,
            places={key: index for index, key in mapping.items()},
            is_first=batch.layout.get("is_first", False),
            today=today,
        )


def roster_on_file(user, today, numbers):
    """The roster within reach of ``user``; of people beyond it only which of the staff ``numbers`` are taken."""
    columns = ("pk", "staff_number", "department_id", "department__name", "unit_id", "unit__name", *_VALUES)
    people = [_known(row) for row in roster_for(user, today).order_by("staff_number").values_list(*columns)]
    within = {known.staff_number for known in people}
    units, departments = choices_for(user, today)
    return Roster(
        people=people,
        taken=frozenset(numbers_in_use(numbers - within)),
        departments=dict(departments.values_list("pk", "name")),
        places=[Place(unit.pk, unit.name, unit.short_name, unit.path) for unit in units],
        reaches_unplaced=any(
            posting.unit is None or posting.unit.parent_id is None
            for posting in posts_held(user, today)
            if posting.office in ROSTER_SENDERS
        ),
    )


def numbers_in_use(numbers):
    """Those of the staff ``numbers`` that somebody has, in slices that every database takes."""
    numbers = sorted(numbers)
    for start in range(0, len(numbers), 500):
        taken = Person.objects.filter(staff_number__in=numbers[start : start + 500])
        yield from taken.values_list("staff_number", flat=True)


def _known(row):
    pk, number, department_pk, department, unit_pk, unit, *values = row
    told = dict(zip(_VALUES, values, strict=True)) | {"department": department or "", "unit": unit or ""}
    return Known(pk, number, told, department_pk, unit_pk)


# --- Columns


def columns_of(batch):
    """The columns of the sheet that ``batch`` is about; what they mean is not looked up among those of a ledger."""
    sheets, _, header = sheet_of(batch)
    return columns_page(sheets, batch.layout, header, meanings={})


# --- The preview


@dataclass(frozen=True, slots=True)
class MissingPerson:
    """Somebody on the roster of whom the file says nothing."""

    code: object
    staff_number: str
    name: str
    department: str


@dataclass(frozen=True, slots=True)
class PreviewPage:
    """One page of one view of the preview. ``asked`` = {Excel row: answer so far}; ``unknown`` as in Comparison."""

    view: str
    views: list[tuple[str, str, int]]
    page: object
    asked: dict[int, str]
    unknown: list[tuple[str, str, int, str]]
    wrong: int
    doubtful: int
    ready: int
    missing: int
    moves: int


def preview_page(*, user, batch, view, number, today):
    """The rows of ``view`` (a key of VIEWS; anything else: the first that has any), page ``number``."""
    kept = packing.unpack(bytes(batch.file.findings))
    counts = {name: sum(batch.counts.get(it, 0) for it in outcomes) for name, (_, outcomes) in VIEWS.items()}
    counts["missing"] = len(kept.missing)
    renamed = {it.number for it in kept.rows if f"row:{it.number}" in batch.decisions}
    counts["problems"] = sum(_is_problem(it, renamed) for it in kept.rows)
    if view not in VIEWS:
        view = next((name for name in ("problems", "changed", "new") if counts[name]), "same")
    if view == "missing":
        page = Paginator(kept.missing, PER_PAGE).get_page(number)
        page.object_list = _missing(user, page.object_list, today)
    else:
        wanted = VIEWS[view][1]
        shown = [it for it in kept.rows if (_is_problem(it, renamed) if view == "problems" else it.outcome in wanted)]
        page = Paginator(shown, PER_PAGE).get_page(number)
    return PreviewPage(
        view=view,
        views=[(name, label, counts[name]) for name, (label, _) in VIEWS.items()],
        page=page,
        asked=_asked(page.object_list, batch, renamed) if view == "problems" else {},
        unknown=[_unknown(text, rows, batch) for text, rows in kept.unknown.items()],
        wrong=batch.counts.get(Outcome.ERROR, 0),
        doubtful=batch.counts.get(Outcome.ASK, 0),
        ready=batch.counts.get(Outcome.NEW, 0) + batch.counts.get(Outcome.CHANGE, 0),
        missing=counts["missing"],
        moves=batch.counts.get("moves", 0),
    )


def _is_problem(kept, renamed):
    """Rows in doubt stay among the problems after they are answered, so that the answer can be changed."""
    return kept.outcome in (Outcome.ERROR, Outcome.ASK) or kept.number in renamed


def _asked(rows, batch, renamed):
    """{Excel row: answer so far} of the rows whose number stands on the roster with another name."""
    return {
        it.number: batch.decisions.get(f"row:{it.number}", "")
        for it in rows
        if it.number in renamed or it.asks.startswith("工号")
    }


def _unknown(text, rows, batch):
    spelling = one_spelling(text)
    return spelling, text, rows, batch.decisions.get(f"department:{spelling}", "")


def _missing(user, rows, today):
    people = roster_for(user, today).in_bulk([pk for pk, *_ in rows])
    return [
        MissingPerson(people[pk].code, number, name, department)
        for pk, number, name, department in rows
        if pk in people
    ]


def departments_to_choose():
    """(key, name) of the departments that an unknown one may be taken for."""
    return list(Department.objects.values_list("pk", "name"))


def answers():
    """How a doubt about a name is settled."""
    return Answer.choices


def problems_of(kept):
    """(label, text, message, level) of what is wrong with a kept row: its errors, else its question, else its notes."""
    shown = [it for it in kept.problems if it.level == ERROR]
    if not shown and kept.asks:
        return [("", "", kept.asks, "ask")]
    return [(it.label, it.text, it.message, "bad" if it.level == ERROR else "note") for it in shown or kept.problems]


def meanings():
    """(key, label) of all that a column can mean."""
    return [(key, entry.label) for key, entry in BY_ROSTER_KEY.items()]


def batch_text(batch):
    """What came of a roster, in a few words for lists."""
    if batch.state == RosterState.DONE:
        new, changed = batch.counts.get(Outcome.NEW, 0), batch.counts.get(Outcome.CHANGE, 0)
        return f"新增 {new} 人，变更 {changed} 人，动向 {batch.counts.get('moves', 0)} 条"
    return batch.get_state_display()
