"""Checking and writing a ledger of 10,000 people, against only reading it, and against saving it row by row.

The ledger is the published roll of activists (20 columns, two header rows, dates written in four ways) for an institute
that has 2,000 candidates already. Checking runs from the bytes of the file to what every row would do: the child process,
the columns, the roster, the rules. Row by row writes the same rows with each model's own validation, history, dues and
ledger entry, on a sample.
"""

import argparse
import io
import random
import resource
import subprocess
import sys
import time
from datetime import date, timedelta

from benchmarks import server

CHECK_TIMES, CHECK_PLUS = 3, 0.3
WRITE_RATIO = 20
MOST_MEGABYTES = 300
COLUMNS = (
    "序号", "所在党支部", "姓名", "学号/职工号", "性别", "民族", "籍贯", "出生日期", "递交入党申请书时间", "团组织推优时间", "确定为入党积极分子时间",
    "培养联系人", "", "已取得学历", "学生类别/人员类别", "年级", "学制", "担任职务", "党支部书记姓名", "二级党委备案情况",
)  # fmt: skip
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许"
GIVEN = "安帆涵嘉凯澜明宁鹏清然舒桐文熙雅毅远哲知"
WAYS = (
    lambda day: day,
    lambda day: day.isoformat(),
    lambda day: f"{day.year}.{day.month}.{day.day}",
    lambda day: f"{day.year}年{day.month}月{day.day}日",
)


def main():
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--rows", type=int, default=10_000)
    parser.add_argument("--people", type=int, default=2000)
    parser.add_argument("--sample", type=int, default=100)
    parser.add_argument("--repeat", type=int, default=9)
    options = parser.parse_args()
    server.start()

    from benchmarks.institute import build

    users = build(options.people)
    mentors = _mentors()
    content = _ledger(options.rows, mentors, random.Random(7))
    print(
        f"{server.machine()}; {options.rows} rows, {len(content) / 1048576:.1f} MB, {options.people} candidates on file"
    )
    _check(users.office, content, options.repeat)
    _write(users.office, content, options)


def _mentors():
    """Two full members with names for every branch; {branch name: their names}."""
    from branches.models import Person, Unit
    from branches.offices import PoliticalStatus

    people, named = [], {}
    for place, unit in enumerate(Unit.objects.branches()):
        names = [f"{SURNAMES[place % 20]}{GIVEN[place // 20 % 20]}{GIVEN[which]}" for which in (3, 11)]
        named[unit.name] = names
        for which, name in enumerate(names):
            people.append(
                Person(
                    staff_number=f"T{place:05d}{which}", name=name, pinyin=f"t{place}{which}", initials="t", unit=unit,
                    political_status=PoliticalStatus.FULL_MEMBER, member_since_on=date(2005, 7, 1), birth_on=date(1965, 2, 3),
                )
            )  # fmt: skip
    Person.objects.bulk_create(people)
    return named


def _ledger(count, mentors, chance):
    from openpyxl import Workbook

    book = Workbook(write_only=True)
    sheet = book.create_sheet("名册")
    for line in (
        ["附件6："],
        ["党委入党积极分子名册（截止时间：2026年6月30日）"],
        ["二级党委（盖章）：", "", "", "", "填报日期："],
    ):
        sheet.append(line)
    sheet.append(COLUMNS)
    sheet.append([""] * 11 + ["1", "2"])
    branches = list(mentors)
    for number in range(count):
        applied_on = date(2020, 1, 6) + timedelta(days=chance.randrange(900))
        activist_on = applied_on + timedelta(days=chance.randrange(190, 360))
        filed_on = activist_on + timedelta(days=chance.randrange(5, 25))
        branch = branches[number % len(branches)]
        written = WAYS[number % len(WAYS)]
        sheet.append(
            [
                number + 1, branch, "".join((chance.choice(SURNAMES), chance.choice(GIVEN), chance.choice(GIVEN))), f"{500_000 + number}",
                chance.choice("男女"), "汉族", "甘肃兰州", date(1950 + number % 17, 1 + number % 12, 1 + number % 28), written(applied_on), "",
                written(activist_on), *mentors[branch], "博士研究生", "教职工", "", "", "副主任", "赵明远", written(filed_on),
            ]
        )  # fmt: skip
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


def _check(user, content, repeat):
    from django.utils import timezone
    from python_calamine import CalamineWorkbook

    from recruitment.imports import collector, reading
    from recruitment.imports.headers import find_header
    from recruitment.imports.states import Outcome
    from recruitment.models import ImportBatch
    from recruitment.queries.import_checks import examine_sheet, guess

    def only_read():
        with CalamineWorkbook.from_filelike(io.BytesIO(content)) as book:
            return book.get_sheet_by_index(0).to_python()

    def check():
        with collector.at_rest():
            workbook, _ = reading.read_file(content)
            sheet = workbook.sheets[0]
            unit = user.person.postings.first().unit
            batch = ImportBatch(unit=unit, layout={"sheet": 0, "mapping": guess(find_header(sheet), unit)})
            return examine_sheet(sheet, batch, user, timezone.localdate()).findings

    findings = check()
    unlike = [finding for finding in findings if finding.outcome != Outcome.NEW]
    assert not unlike, unlike[0]
    # The quickest of some runs, in turn: other work on the machine must not fall on one of the two.
    read, checked = zip(*((_seconds(only_read), _seconds(check)) for _ in range(repeat)), strict=True)
    allowed = CHECK_TIMES * min(read) + CHECK_PLUS
    child = _child_megabytes(content)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"only reading (python-calamine)   {min(read):8.3f} s")
    print(
        f"checking every row               {min(checked):8.3f} s   allowed {CHECK_TIMES} x + {CHECK_PLUS} s = {allowed:.3f} s"
        f"   {_verdict(min(checked) <= allowed)}"
    )
    print(
        f"memory: child {child:.0f} MB, this process with Django {own:.0f} MB   {_verdict(max(child, own) <= MOST_MEGABYTES)}"
    )


def _seconds(call):
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _child_megabytes(content):
    """The child's largest memory, asked by a small process: one that large forks from would count as its own."""
    ask = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'recruitment.imports.child'], stdin=sys.stdin, stdout=subprocess.DEVNULL, check=True);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run([sys.executable, "-c", ask], input=content, capture_output=True, check=True)
    return int(told.stdout) / 1024


def _write(user, content, options):
    from django.utils import timezone

    from recruitment.actions.import_undoing import ask_to_undo, undo
    from recruitment.actions.import_writing import write
    from recruitment.actions.imports import confirm, set_columns, upload
    from recruitment.imports.states import BatchState
    from recruitment.models import ImportBatch

    now = timezone.now()
    unit = user.person.postings.first().unit
    began = time.perf_counter()
    batch = upload(by=user, unit=unit, file_name="名册.xlsx", content=content, now=now)
    mapping = dict(batch.layout["mapping"])
    batch = set_columns(by=user, code=batch.code, sheet=0, mapping=mapping, default_unit=None, now=now)
    print(f"upload and check, kept            {time.perf_counter() - began:7.3f} s")
    before, before_cpu = _row_by_row(user, batch, options.sample)
    confirm(by=user, code=batch.code, agreed_to=batch.layout["fingerprint"], now=now)
    began, began_cpu = time.perf_counter(), time.process_time()
    write(batch_pk=batch.pk, now=now)
    in_bulk = (time.perf_counter() - began) / options.rows
    in_bulk_cpu = (time.process_time() - began_cpu) / options.rows
    written = ImportBatch.objects.get(pk=batch.pk)
    assert written.state == BatchState.DONE, (written.state, written.failure)
    own = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    began = time.perf_counter()
    ask_to_undo(by=user, code=batch.code, reason="benchmark", now=now)
    assert undo(batch_pk=batch.pk, now=now).state == BatchState.UNDONE
    undone = (time.perf_counter() - began) / options.rows
    # Once before and once after: the quicker one counts, whatever else the machine does meanwhile.
    after, after_cpu = _row_by_row(user, batch, options.sample)
    by_hand, by_hand_cpu = min(before, after), min(before_cpu, after_cpu)
    print(
        f"row by row (2 samples of {options.sample})     {by_hand * 1000:8.2f} ms a row, {by_hand * options.rows:.0f} s for all"
    )
    print(
        f"written in one transaction       {in_bulk * 1000:8.2f} ms a row, {in_bulk * options.rows:.1f} s for all"
        f"   {by_hand / in_bulk:.0f} x faster, asked {WRITE_RATIO} x   {_verdict(by_hand / in_bulk >= WRITE_RATIO)}"
    )
    print(f"  by processor time of this process {by_hand_cpu / in_bulk_cpu:.0f} x")
    print(f"taken back in one transaction    {undone * 1000:8.2f} ms a row")
    print(f"memory of the writing process {own:.0f} MB   {_verdict(own <= MOST_MEGABYTES)}")


def _row_by_row(user, batch, count):
    """Seconds a row when each is validated and saved by itself, with history, dues and ledger entry; rolled back."""
    from django.db import transaction
    from django.utils import timezone

    from recruitment.queries.import_checks import examine

    examined = examine(batch, user, timezone.localdate())
    pairs = [pair for pair in zip(examined.rows, examined.findings, strict=True) if pair[1].steps][:count]
    with transaction.atomic():
        began, began_cpu = time.perf_counter(), time.process_time()
        for number, (row, finding) in enumerate(pairs):
            row.staff_number = f"S{number:06d}"  # the import's own people are there the second time
            with transaction.atomic():
                _save(row, finding, user, timezone.now())
        took, took_cpu = time.perf_counter() - began, time.process_time() - began_cpu
        transaction.set_rollback(True)
    return took / len(pairs), took_cpu / len(pairs)


def _save(row, finding, user, now):
    from branches.models import Person, Unit
    from branches.pinyin import pinyin_of
    from recruitment.actions import ledger
    from recruitment.actions.roads import settle
    from recruitment.actions.steps import ledger_details
    from recruitment.imports.judging import fact_of
    from recruitment.models import Candidate, Mentorship, StepPerson, StepRecord
    from recruitment.queries.facts import STEP_FIELDS

    unit = Unit.objects.get(pk=finding.place.pk)
    pinyin, initials = pinyin_of(row.name)
    profile = {key: value for key, value in row.profile.items() if key != "department"}
    person = Person(
        staff_number=row.staff_number,
        name=row.name,
        pinyin=pinyin,
        initials=initials,
        birth_on=row.birth_on,
        unit=unit,
        **profile,
    )
    person.full_clean()
    person.save()
    candidate = Candidate(person=person, unit=unit, unit_path=unit.path, opened_at=now)
    candidate.full_clean()
    candidate.save()
    for number in finding.steps:
        members = finding.members.get(number, ())
        fact = fact_of(number, row.steps[number], tuple(members))
        values = {name: getattr(fact, name) for name in STEP_FIELDS}
        record = StepRecord(candidate=candidate, recorded_by=user, recorded_at=now, **values)
        record.full_clean()
        record.save()
        for member in members:
            tie = Mentorship(candidate=candidate, party_member_id=member.pk, starts_on=fact.decided_on, decided_by=user)
            tie.full_clean()
            tie.save()
            StepPerson.objects.create(record=record, person_id=member.pk, standing=member.fact.standing)
        settle(candidate, now=now, settled_on=fact.decided_on, done_steps={number})
        ledger.append(
            candidate=candidate, action="step", step=number, summary="", decided_on=fact.decided_on, actor=user, now=now,
            details=ledger_details(record),
        )  # fmt: skip


def _verdict(holds):
    return "ok" if holds else "MISSED"


if __name__ == "__main__":
    main()
