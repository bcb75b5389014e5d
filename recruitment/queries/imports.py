"""What the pages of the import show: earlier batches, columns, what the check found, how far the writing is."""

from dataclasses import dataclass, field

from django.core.paginator import Paginator
from django.utils import timezone

from recruitment import import_progress
from recruitment.imports import annotating, packing, reading
from recruitment.imports.columns import ERROR, NOTE
from recruitment.imports.fields import BY_KEY
from recruitment.imports.gates import XLSX
from recruitment.imports.headers import find_header
from recruitment.imports.refusals import FileRefused
from recruitment.imports.states import UNDER_WAY, WRITES, BatchState, Choice, Outcome
from recruitment.models import Candidate, ImportBatch, ImportFile
from recruitment.queries.import_checks import acting_units, examine
from recruitment.queries.import_columns import columns_page
from recruitment.steps import step

PER_PAGE = 50
RECENT = 5
# Writing a whole workbook anew takes ten seconds for so many cells.
MOST_CELLS_ANNOTATED = 250_000
# Which rows a view of the check shows.
VIEWS = {
    "problems": ("问题", (Outcome.ERROR, Outcome.ASK)),
    "ready": ("可写入", WRITES),
    "same": ("相同", (Outcome.SAME,)),
    "all": ("全部", tuple(Outcome)),
}


def batch_for(user, code):
    """The batch ``code`` within reach; raises ImportBatch.DoesNotExist for strangers and for what does not exist, alike."""
    batches = ImportBatch.objects.visible_to(user)
    return batches.select_related("unit", "default_unit", "uploaded_by__person", "confirmed_by__person").get(code=code)


def may_import(user):
    """True for those who act for a unit."""
    return acting_units(user).exists()


def history(user, number):
    """The page ``number`` of all batches within reach, the newest first."""
    batches = ImportBatch.objects.visible_to(user).select_related("unit", "uploaded_by__person")
    return Paginator(batches, PER_PAGE).get_page(number)


def recent(user):
    """The last few batches within reach."""
    return list(ImportBatch.objects.visible_to(user).select_related("unit", "uploaded_by__person")[:RECENT])


def has_file(batch):
    """False once the file was deleted: after a month, or when the import was cancelled."""
    return ImportFile.objects.filter(batch=batch).exists()


# --- Columns


def columns_of(batch):
    """The columns of the sheet that ``batch`` is about."""
    sheets = reading.unpack(batch.file.cells).sheets
    return columns_page(sheets, batch.layout, find_header(sheets[batch.layout["sheet"]]), BY_KEY)


# --- What the check found


@dataclass(frozen=True, slots=True)
class ShownProblem:
    """One line of the list of problems; ``level`` is bad or ask, ``asks`` when the user settles the row here."""

    row: int
    name: str
    column: str
    value: str
    text: str
    article: str
    level: str
    asks: bool


@dataclass(frozen=True, slots=True)
class ShownRow:
    """A row that can be written: where to, what it adds, what the rules remark."""

    number: int
    name: str
    unit: str
    outcome: str
    steps: list[tuple[str, object]] = field(default_factory=list)
    profile: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class CheckPage:
    """One page of one view of the check."""

    view: str
    views: list[tuple[str, str, int]]
    page: object
    problems: list[ShownProblem]
    rows: list[ShownRow]
    asked: dict[int, str]
    wrong: int
    doubtful: int
    ready: int
    known: int


def check_page(*, user, batch, view, number, today):
    """The rows of ``view`` (a key of VIEWS; anything else: problems if there are any), page ``number``."""
    kept = packing.unpack(bytes(batch.file.findings))
    counts = {name: sum(batch.counts.get(outcome, 0) for outcome in outcomes) for name, (_, outcomes) in VIEWS.items()}
    counts["problems"] += sum(1 for it in kept if it.was_asked and it.outcome not in VIEWS["problems"][1])
    if view not in VIEWS:
        view = "problems" if counts["problems"] else "ready"
    outcomes = VIEWS[view][1]
    shown = [it for it in kept if it.outcome in outcomes or (view == "problems" and it.was_asked)]
    page = Paginator(shown, PER_PAGE).get_page(number)
    listed = list(page.object_list)
    return CheckPage(
        view=view,
        views=[(name, label, counts[name]) for name, (label, _) in VIEWS.items()],
        page=page,
        problems=_problems(listed, batch.decisions) if view == "problems" else [],
        rows=_rows(user, batch, listed, today) if view != "problems" else [],
        asked={it.number: batch.decisions.get(str(it.number), "") for it in listed if it.was_asked},
        wrong=batch.counts.get(Outcome.ERROR, 0),
        doubtful=batch.counts.get(Outcome.ASK, 0),
        ready=counts["ready"],
        known=batch.counts.get(Outcome.SAME, 0),
    )


def _problems(kept, decisions):
    found = []
    for it in kept:
        if it.was_asked and it.outcome != Outcome.ASK:
            chosen = Choice(decisions[str(it.number)]).label
            found.append(
                ShownProblem(it.number, it.name, "姓名", it.name, f"已选“{chosen}”，可以改选", "", "ask", True)
            )
        for place, problem in enumerate([problem for problem in it.problems if problem.level == ERROR]):
            level = "ask" if it.outcome == Outcome.ASK else "bad"
            asks = it.outcome == Outcome.ASK and place == 0
            found.append(
                ShownProblem(
                    it.number, it.name, problem.label, problem.text, problem.message, problem.article, level, asks
                )
            )
    return found


def _rows(user, batch, kept, today):
    """The rows of one page once more, now with what the rules remark about gaps and missed limits."""
    examined = examine(batch, user, today, only={it.number for it in kept}, with_notes=True)
    whole = {it.number: it for it in kept}
    rows = []
    for row, finding in zip(examined.rows, examined.findings, strict=True):
        was = whole[row.number]
        # Twins stand on other pages: what was found in the whole file decides.
        problems = finding.problems if finding.outcome == was.outcome else was.problems
        steps = finding.steps if was.outcome in WRITES else []
        borrowed = [
            f"{step(number).short_name}：{row.steps[number]['borrowed']}"
            for number in steps
            if "borrowed" in row.steps[number]
        ]
        remarks = [_remark(it) for it in problems if it.level == NOTE or was.outcome == Outcome.ERROR]
        rows.append(
            ShownRow(
                number=row.number,
                name=row.name,
                unit=finding.place.short_name if finding.place else row.unit,
                outcome=Outcome(was.outcome).label,
                steps=[(step(number).short_name, row.steps[number]["decided_on"]) for number in steps],
                profile=[BY_KEY[key].label for key in finding.profile] if was.outcome in WRITES else [],
                notes=list(dict.fromkeys([*remarks, *borrowed])),
            )
        )
    return rows


def _remark(problem):
    """A remark in words, with the column that it is about unless it says so itself."""
    named = problem.label and problem.label not in problem.message
    return f"{problem.label}：{problem.message}" if named else problem.message


# --- How far it is, and what came of it


@dataclass(frozen=True, slots=True)
class Progress:
    """``done`` of ``total`` rows; ``percent`` for the bar."""

    done: int
    total: int
    percent: int
    is_waiting: bool
    is_undo: bool


def progress(batch):
    """How far the worker is with ``batch``."""
    total = sum(batch.counts.get(outcome, 0) for outcome in WRITES)
    done = min(import_progress.rows_done(batch.code) or 0, total)
    return Progress(
        done=done,
        total=total,
        percent=round(done / total * 100) if total else 0,
        is_waiting=batch.state != BatchState.WRITING and not done,
        is_undo=batch.state == BatchState.UNDO_CONFIRMED,
    )


def waiting_batches(now):
    """[(primary key, whether it is to be undone)] of what waits for a worker at ``now``; what another worker has is left out."""
    waiting = ImportBatch.objects.to_be_worked_on().exclude(state=BatchState.WRITING, claimed_until__gt=now)
    return [(pk, state == BatchState.UNDO_CONFIRMED) for pk, state in waiting.values_list("pk", "state")]


def is_under_way(batch):
    """True while a worker has the batch, or will have it within seconds."""
    return batch.state in UNDER_WAY


def written_people(user, batch, number):
    """The page ``number`` of people whom ``batch`` wrote, as far as ``user`` may know of them."""
    rows = batch.rows.filter(candidate__in=Candidate.objects.visible_to(user)).order_by("number")
    return Paginator(rows.select_related("person", "candidate__unit"), PER_PAGE).get_page(number)


# --- The user's own file with the problems in it


def annotated(batch):
    """(bytes of an .xlsx, file name): the file of ``batch`` with what is wrong written beside each row.

    For .xls and CSV, and for an .xlsx too heavy to be written anew, a fresh workbook with the rows in question only.
    """
    kept = [it for it in packing.unpack(bytes(batch.file.findings)) if it.outcome in (Outcome.ERROR, Outcome.ASK)]
    sheet = reading.unpack(batch.file.cells).sheets[batch.layout["sheet"]]
    header = find_header(sheet)
    notes = {
        "sheet": sheet.name,
        "header_row": header.bottom + 1,
        "rows": {str(it.number): _note(it) for it in kept},
    }
    stem = batch.file_name.rpartition(".")[0] or batch.file_name
    if batch.file_kind == XLSX and sum(map(len, sheet.rows)) <= MOST_CELLS_ANNOTATED:
        try:
            return reading.annotated_copy(bytes(batch.file.content), notes), f"{stem}-标注.xlsx"
        except FileRefused:
            pass  # too much for one child: the rows in question are what matters
    labels = {column.index: column.label for column in header.columns}
    heading = [labels.get(index, "") for index in range(max(labels) + 1)]
    rows = {it.number: sheet.rows[it.number - 1] for it in kept}
    return annotating.fresh_copy(notes, rows, heading), f"{stem}-问题行.xlsx"


def _note(kept):
    """What is written beside a row: every problem in words, and each at its cell."""
    words, cells = [], {}
    for problem in kept.problems:
        text = f"{problem.label}：{problem.message}" if problem.label else problem.message
        if problem.article:
            text += f"（{problem.article}）"
        words.append(text)
        if problem.column is not None:
            place = str(problem.column + 1)
            cells[place] = f"{cells[place]}；{problem.message}" if place in cells else problem.message
    return {"remark": "；".join(words), "bad": kept.outcome == Outcome.ERROR, "cells": cells}


def batch_text(batch):
    """What came of a batch, in a few words for lists."""
    ready = sum(batch.counts.get(outcome, 0) for outcome in WRITES)
    if batch.state in (BatchState.DONE, BatchState.UNDO_CONFIRMED):
        return f"写入 {batch.rows_done} 行"
    if batch.state == BatchState.UNDONE:
        return f"写入 {batch.rows_done} 行，{timezone.localdate(batch.undone_at)} 撤销"
    if batch.state == BatchState.CHECKED:
        return f"可写入 {ready} 行，待确认"
    return batch.get_state_display()
