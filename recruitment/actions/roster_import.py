"""A roster's moves: send a file, say what its columns mean, settle doubts, commit; as HR, and blind for the road (notice R4).

Nothing here reads or writes about candidates. A worker makes work of the movements later (committee.actions.movements),
so that neither an answer, nor a count, nor the time a request takes tells HR who is on the road.
"""

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from simple_history.utils import bulk_create_with_history, bulk_update_with_history

from branches.actions.movements import report_moves
from branches.models import Department, Person
from branches.pinyin import pinyin_of
from branches.queries.roster import roster_for
from recruitment.actions.refusals import NotYours, refuse
from recruitment.imports import collector, reading
from recruitment.imports.headers import find_header
from recruitment.imports.refusals import FileRefused
from recruitment.models import RosterBatch, RosterFile
from recruitment.queries.roster_import import examine, guess_mapping, seems_first, sender_post, sheet_of
from recruitment.roster import packing
from recruitment.roster.columns import BY_ROSTER_KEY
from recruitment.roster.states import NEW_DEPARTMENT, OPEN, WRITES, Answer, Outcome, RosterState

KEPT_DAYS = 30
LONGEST_NAME = 160
SLICE = 500
NO_HEADER = (
    "前 20 行里找不到表头。表头要有“工号”一列，并至少另有一个认得出的列名，如“姓名”“部门”。请检查工作表，改好列名再传。"
)
MOVED_ON = "这份花名册已经更新或取消，不能再改。请刷新页面查看。"
CHECKED_AGAIN = "核对之后名册有了变化，什么都没有写入，已重新核对。请再看一遍，然后确认。"


class _Changed(Exception):
    """What would be written now is not what was agreed to."""


def upload(*, by, file_name, content, now):
    """Take in the bytes ``content`` of a roster, guess its columns, and write nothing about anybody.

    Refused (field "file"): whatever is no roster, with a sentence that says what to do. Raises NotYours for those who
    do not keep the roster. Returns the RosterBatch.
    """
    today = timezone.localdate(now)
    post = sender_post(by, today)
    if post is None:
        raise NotYours
    try:
        with collector.at_rest():
            workbook, told = reading.read_file(content)
    except FileRefused as refusal:
        refuse("file_refused", str(refusal), field="file")
    headers = [find_header(sheet) for sheet in workbook.sheets]
    number = max(range(len(headers)), key=lambda place: headers[place].known if headers[place] else 0)
    if headers[number] is None:
        refuse("no_header", NO_HEADER, field="file")
    with transaction.atomic():
        _forget_old_files(now)
        batch = RosterBatch.objects.create(
            office=post.office,
            unit=post.unit,
            unit_path=post.unit.path,
            file_name=file_name[-LONGEST_NAME:],
            file_kind=workbook.kind,
            file_size=len(content),
            file_hash=hashlib.sha256(content).hexdigest(),
            layout={
                "sheet": number,
                "mapping": guess_mapping(headers[number], post.unit, post.office),
                "is_first": seems_first(by, today, len(workbook.sheets[number].rows)),
            },
            uploaded_by=by,
            uploaded_at=now,
        )
        RosterFile.objects.create(batch=batch, cells=reading.pack(told))
    return batch


def choose_sheet(*, by, code, sheet):
    """Turn to another sheet of the workbook; its columns are guessed anew. Returns the batch."""
    batch = _within_reach(by, code, OPEN)
    header = _header(batch, sheet)
    mapping = guess_mapping(header, batch.unit, batch.office)
    batch.layout = {"sheet": sheet, "mapping": mapping, "is_first": batch.layout.get("is_first", False)}
    batch.state, batch.decisions = RosterState.UPLOADED, {}
    with transaction.atomic():
        _lock(batch, OPEN)
        batch.save()
    return batch


def set_columns(*, by, code, sheet, mapping, is_first, now):
    """Say what the columns of sheet number ``sheet`` mean ({column from 0: field key}), and compare every row.

    ``is_first`` says that this file founds the roster, so that nothing in it is news. Refused: no column for the staff
    number, a meaning given twice. Nothing is written about anybody. Returns the batch with its counts.
    """
    _refuse_mapping(mapping)
    batch = _within_reach(by, code, OPEN)
    header = _header(batch, sheet)
    kept = {str(index): key for index, key in mapping.items() if key}
    if batch.layout.get("mapping") != kept or batch.layout.get("sheet") != sheet:
        batch.decisions = {}
    labels = {column.memory_key: kept.get(str(column.index), "") for column in header.columns}
    batch.layout = {"sheet": sheet, "mapping": kept, "labels": labels, "is_first": is_first}
    return _check_and_keep(batch, by, OPEN, now)


def decide(*, by, code, rows, departments, now):
    """Settle doubts: ``rows`` = {Excel row: Answer}, ``departments`` = {spelling: NEW_DEPARTMENT or a key}; "" for open."""
    batch = _within_reach(by, code, (RosterState.CHECKED,))
    told = {f"row:{number}": answer for number, answer in rows.items() if answer in Answer.values or not answer}
    told |= {
        f"department:{spelling}": answer
        for spelling, answer in departments.items()
        if answer == NEW_DEPARTMENT or (answer.isdecimal() and len(answer) < 16) or not answer
    }
    batch.decisions = {key: answer for key, answer in (batch.decisions | told).items() if answer}
    return _check_and_keep(batch, by, (RosterState.CHECKED,), now)


def cancel(*, by, code, now):
    """Give a roster up; its cells are deleted. Returns the batch."""
    with transaction.atomic():
        batch = _within_reach(by, code, OPEN)
        _lock(batch, OPEN)
        batch.state, batch.finished_at = RosterState.CANCELLED, now
        batch.save()
        RosterFile.objects.filter(batch=batch).delete()
    return batch


def commit(*, by, code, agreed_to, now):
    """Write what was shown, all in one transaction; ``agreed_to`` is the fingerprint of the preview. Returns the batch.

    Rows are compared again under lock: where that gives something else, nothing is written and the preview is renewed.
    Refused: nothing to write.
    """
    batch = _within_reach(by, code, (RosterState.CHECKED,))
    if agreed_to != batch.layout.get("fingerprint"):
        refuse("checked_again", CHECKED_AGAIN)
    if not sum(batch.counts.get(outcome, 0) for outcome in WRITES):
        refuse("nothing_to_write", "没有可更新的行。请按问题与改法改好文件，再传一次。")
    try:
        with collector.at_rest(), transaction.atomic():
            _lock(batch, (RosterState.CHECKED,))
            _write(batch, by, now)
    except (_Changed, IntegrityError):
        _check_and_keep(batch, by, (RosterState.CHECKED,), now)
        refuse("checked_again", CHECKED_AGAIN)
    return batch


# --- Writing


def _write(batch, by, now):
    today = timezone.localdate(now)
    # not the keys: files of people on the road point to them, and must neither wait for this nor hold it up
    list(roster_for(by, today).select_for_update(of=("self",), no_key=True).order_by("pk").values_list("pk"))
    found = examine(batch, by, today)
    if packing.fingerprint(found.findings) != batch.layout["fingerprint"]:
        raise _Changed
    history = {
        "default_user": by,
        "default_change_reason": f"导入花名册：{batch.file_name}"[:100],
        "default_date": now,
    }
    findings = [finding for finding in found.findings if finding.outcome in WRITES]
    departments = _open_departments(findings, history)
    people = _change(findings, departments, history) | _add(findings, departments, history)
    news = [(people[finding.number], move) for finding in findings for move in finding.moves]
    _keep(batch, found, today)
    batch.counts["moves"] = report_moves(news, by=by, now=now)
    batch.state, batch.confirmed_by, batch.finished_at = RosterState.DONE, by, now
    batch.save()
    # What was changed stays to be looked at for a month; the cells themselves are needed no more.
    batch.file.cells = b""
    batch.file.save(update_fields=["cells"])


def _open_departments(findings, history):
    """{name: key} of the departments that the roster brings."""
    names = {
        change.value[1]
        for finding in findings
        for change in finding.changes
        if change.key == "department" and isinstance(change.value, tuple)
    }
    made = [Department(name=name) for name in sorted(names)]
    bulk_create_with_history(made, Department, **history)
    return {department.name: department.pk for department in made}


def _add(findings, departments, history):
    """{Excel row: Person} of the people who are new."""
    made = {}
    for finding in findings:
        if finding.known is None:
            person = Person(staff_number=finding.staff_number)
            _set(person, finding, departments)
            made[finding.number] = person
    bulk_create_with_history(list(made.values()), Person, batch_size=SLICE, **history)
    return made


def _change(findings, departments, history):
    """{Excel row: Person} of the people who were on the roster."""
    changed = {finding.number: finding for finding in findings if finding.known is not None}
    people, fields = {}, set()
    there = _in_bulk([finding.known.pk for finding in changed.values()])
    for number, finding in changed.items():
        person = people[number] = there[finding.known.pk]
        fields |= _set(person, finding, departments)
    if people:
        bulk_update_with_history(list(people.values()), Person, sorted(fields), batch_size=SLICE, **history)
    return people


def _in_bulk(pks):
    found = {}
    for start in range(0, len(pks), SLICE):
        found |= Person.objects.in_bulk(pks[start : start + SLICE])
    return found


def _set(person, finding, departments):
    """Put the changes of a finding on the person; returns the names of the fields."""
    fields = set()
    for change in finding.changes:
        value, name = change.value, change.key
        if name == "department":
            name, value = "department_id", departments[value[1]] if isinstance(value, tuple) else value
        elif name == "unit":
            name = "unit_id"
        setattr(person, name, value)
        fields.add(name.removesuffix("_id"))
        if name == "name":
            pinyin, initials = pinyin_of(value)
            person.pinyin, person.initials = pinyin[:200], initials[:30]
            fields |= {"pinyin", "initials"}
    return fields


# --- Checking


def _check_and_keep(batch, by, states, now):
    """Compare outside any transaction: it takes a while and changes nothing; then keep what was found."""
    today = timezone.localdate(now)
    found = examine(batch, by, today)
    with transaction.atomic():
        _lock(batch, states)
        _keep(batch, found, today)
        batch.state = RosterState.CHECKED
        batch.save()
    return batch


def _keep(batch, found, today):
    batch.file.findings = packing.pack(found)
    batch.file.save(update_fields=["findings"])
    batch.layout["fingerprint"] = packing.fingerprint(found.findings)
    batch.counts = dict.fromkeys(Outcome.values, 0)
    for finding in found.findings:
        batch.counts[finding.outcome] += 1
    batch.counts["missing"] = len(found.missing)
    batch.counts["moves"] = sum(len(finding.moves) for finding in found.findings)
    batch.rows_total, batch.checked_on = len(found.findings), today


def _within_reach(by, code, states):
    batch = RosterBatch.objects.visible_to(by).select_related("unit", "file").get(code=code)
    if batch.state not in states:
        refuse("moved_on", MOVED_ON)
    return batch


def _lock(batch, states):
    """Lock the row for the rest of the transaction; refused when somebody moved the batch on meanwhile."""
    if RosterBatch.objects.select_for_update(of=("self",)).get(pk=batch.pk).state not in states:
        refuse("moved_on", MOVED_ON)


def _header(batch, sheet):
    _, _, header = sheet_of(batch, sheet)
    if header is None:
        refuse("no_header", NO_HEADER, field="sheet")
    return header


def _refuse_mapping(mapping):
    keys = [key for key in mapping.values() if key]
    if "staff_number" not in keys:
        refuse("no_number_column", "没有一列是“工号”。花名册按工号对应，请指明哪一列是工号。", field="mapping")
    if twice := {BY_ROSTER_KEY[key].label for key in keys if keys.count(key) > 1}:
        refuse("column_twice", f"“{'、'.join(sorted(twice))}”给了不止一列。请只留一列。", field="mapping")


def _forget_old_files(now):
    """Files hold the entries of many people: they go after a month, the batches' figures stay."""
    RosterFile.objects.filter(batch__uploaded_at__lt=now - timedelta(days=KEPT_DAYS)).delete()
