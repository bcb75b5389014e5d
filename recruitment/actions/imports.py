"""An import's moves before and around the writing: send a file, say what its columns mean, settle doubts, confirm, cancel."""

import hashlib
from datetime import timedelta

from django.db import transaction
from django.utils import timezone

from recruitment import import_progress
from recruitment.actions.refusals import NotYours, refuse
from recruitment.imports import collector, packing, reading
from recruitment.imports.fields import BY_KEY, Kind
from recruitment.imports.headers import find_header
from recruitment.imports.refusals import FileRefused
from recruitment.imports.states import OPEN, WRITES, BatchState, Choice, Outcome
from recruitment.models import ColumnMemory, ImportBatch, ImportFile
from recruitment.queries.import_checks import examine_sheet, guess
from recruitment.scope import scope_of

KEPT_DAYS = 30
LONGEST_NAME = 160
NO_HEADER = (
    "前 20 行里找不到表头。表头要有“姓名”或“工号”一列，并至少另有一个认得出的列名，如“申请入党时间”。"
    "请检查工作表，或照模板改好列名再传。"
)
MOVED_ON = "这批导入已经确认、写入或取消，不能再改。请刷新页面查看。"


def upload(*, by, unit, file_name, content, now):
    """Take in the bytes ``content`` of a ledger for ``unit``, guess its columns, and write nothing about anybody.

    Refused (field "file"): whatever is no ledger, with a sentence that says what to do. Raises NotYours for units that
    ``by`` does not act for. Returns the ImportBatch.
    """
    if unit.path not in scope_of(by).acting_paths:
        raise NotYours
    try:
        with collector.at_rest():
            workbook, told = reading.read_file(content)
    except FileRefused as refusal:
        refuse("file_refused", str(refusal), field="file")
    headers = [find_header(sheet) for sheet in workbook.sheets]
    sheet = max(range(len(headers)), key=lambda place: headers[place].known if headers[place] else 0)
    if headers[sheet] is None:
        refuse("no_header", NO_HEADER, field="file")
    with transaction.atomic():
        batch = ImportBatch.objects.create(
            unit=unit,
            unit_path=unit.path,
            file_name=file_name[-LONGEST_NAME:],
            file_kind=workbook.kind,
            file_size=len(content),
            file_hash=hashlib.sha256(content).hexdigest(),
            layout={"sheet": sheet, "mapping": guess(headers[sheet], unit)},
            uploaded_by=by,
            uploaded_at=now,
        )
        ImportFile.objects.create(batch=batch, content=content, cells=reading.pack(told))
    return batch


def set_columns(*, by, code, sheet, mapping, default_unit, now):
    """Say what the columns of sheet number ``sheet`` mean ({column from 0: field key}), remember it, and check every row.

    ``default_unit`` takes the rows that name no branch. Refused: no column for the name, a meaning given twice.
    Nothing is written about anybody. Returns the batch with its counts.
    """
    _refuse_mapping(mapping)
    batch = _within_reach(by, code, OPEN)
    header = _header(batch, sheet)
    kept = {str(index): key for index, key in mapping.items() if key}
    if batch.layout.get("mapping") != kept or batch.layout.get("sheet") != sheet:
        batch.decisions = {}
    batch.layout = {"sheet": sheet, "mapping": kept}
    batch.default_unit = default_unit
    _remember(batch.unit, header, kept)
    return _check_and_keep(batch, by, OPEN, now)


def choose_sheet(*, by, code, sheet):
    """Turn to another sheet of the workbook; its columns are guessed anew. Returns the batch."""
    batch = _within_reach(by, code, OPEN)
    batch.layout = {"sheet": sheet, "mapping": guess(_header(batch, sheet), batch.unit)}
    batch.state, batch.decisions = BatchState.UPLOADED, {}
    return _keep(batch, OPEN)


def decide(*, by, code, answers, now):
    """Settle doubts: ``answers`` = {Excel row: Choice value, "" for undecided}; all rows are checked again."""
    batch = _within_reach(by, code, (BatchState.CHECKED,))
    for number, choice in answers.items():
        if choice in Choice.values:
            batch.decisions[str(number)] = choice
        else:
            batch.decisions.pop(str(number), None)
    return _check_and_keep(batch, by, (BatchState.CHECKED,), now)


def confirm(*, by, code, agreed_to, now):
    """Agree to write what was checked; a worker does it within seconds. ``agreed_to`` is the fingerprint that was shown.

    Refused: nothing to write, or the check was repeated since. Returns the batch.
    """
    batch = _within_reach(by, code, (BatchState.CHECKED,))
    if agreed_to != batch.layout.get("fingerprint"):
        refuse("checked_again", "校验结果在页面打开后有变化，请再看一遍，然后确认写入。")
    if not sum(batch.counts.get(outcome, 0) for outcome in WRITES):
        refuse("nothing_to_write", "没有可写入的行。请按问题与改法改好文件，再传一次。")
    batch.state, batch.confirmed_by, batch.confirmed_at = BatchState.CONFIRMED, by, now
    batch.rows_done, batch.stop_asked_at, batch.failure = 0, None, ""
    import_progress.forget(batch.code)
    return _keep(batch, (BatchState.CHECKED,))


def cancel(*, by, code, now):
    """Give an import up; one that is being written is stopped at the next slice, and nothing of it stays.

    Refused once it is written: then the whole batch can be undone. Returns the batch.
    """
    stoppable = (*OPEN, BatchState.CONFIRMED, BatchState.WRITING)
    if _within_reach(by, code, stoppable).state == BatchState.WRITING:
        # On SQLite the next statement waits for the very transaction that is to be stopped.
        import_progress.ask_to_stop(code)
    with transaction.atomic():
        batch = ImportBatch.objects.visible_to(by).select_for_update(of=("self",)).get(code=code)
        if batch.state == BatchState.DONE:
            refuse("moved_on", "这批导入已经写完，不能取消；导错了可以整批撤销。")
        batch.stop_asked_at = now
        if batch.state != BatchState.WRITING:
            batch.state, batch.finished_at = BatchState.CANCELLED, now
            ImportFile.objects.filter(batch=batch).delete()
        batch.save()
    return batch


def forget_old_files(*, now):
    """Delete files after a month: they hold names and dates of many people. With them end imports that nobody confirmed."""
    old = now - timedelta(days=KEPT_DAYS)
    ImportBatch.objects.filter(uploaded_at__lt=old, state__in=OPEN).update(state=BatchState.CANCELLED, finished_at=now)
    ImportFile.objects.filter(batch__uploaded_at__lt=old).delete()


def keep_findings(batch, findings, today):
    """Put what a check found on the batch; the caller saves the batch."""
    batch.file.findings = packing.pack(findings)
    batch.file.save(update_fields=["findings"])
    batch.layout["fingerprint"] = packing.fingerprint(findings)
    batch.counts = dict.fromkeys(Outcome.values, 0)
    for finding in findings:
        batch.counts[finding.outcome] += 1
    batch.rows_total, batch.checked_on, batch.state = len(findings), today, BatchState.CHECKED


def _check_and_keep(batch, by, states, now):
    """Check outside any transaction: it takes a while and changes nothing; then keep what it found."""
    today = timezone.localdate(now)
    with collector.at_rest():
        sheet = reading.unpack(batch.file.cells).sheets[batch.layout["sheet"]]
        findings = examine_sheet(sheet, batch, by, today).findings
    batch.failure = ""
    with transaction.atomic():
        _lock(batch, states)
        keep_findings(batch, findings, today)
        batch.save()
    return batch


def _keep(batch, states):
    with transaction.atomic():
        _lock(batch, states)
        batch.save()
    return batch


def _within_reach(by, code, states):
    batch = ImportBatch.objects.visible_to(by).get(code=code)
    if batch.state not in states:
        refuse("moved_on", MOVED_ON)
    return batch


def _lock(batch, states):
    """Lock the row for the rest of the transaction; refused when somebody moved the batch on meanwhile."""
    if ImportBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk).state not in states:
        refuse("moved_on", MOVED_ON)


def _header(batch, sheet):
    sheets = reading.unpack(batch.file.cells).sheets
    header = find_header(sheets[sheet]) if 0 <= sheet < len(sheets) else None
    if header is None:
        refuse("no_header", NO_HEADER, field="sheet")
    return header


def _refuse_mapping(mapping):
    keys = [key for key in mapping.values() if key]
    if not {"name", "staff_number"} & set(keys):
        refuse("no_name_column", "没有一列是“姓名”或“工号”。请指明哪一列是姓名。", field="mapping")
    twice = {BY_KEY[key].label for key in keys if keys.count(key) > 1 and BY_KEY[key].kind is not Kind.IGNORED}
    if twice:
        refuse("column_twice", f"“{'、'.join(sorted(twice))}”给了不止一列。请只留一列。", field="mapping")


def _remember(unit, header, mapping):
    """Keep what the unit says its columns mean; next month's file has the same."""
    memory, _ = ColumnMemory.objects.get_or_create(unit=unit)
    memory.labels |= {column.memory_key: mapping.get(str(column.index), "") for column in header.columns}
    memory.save()
