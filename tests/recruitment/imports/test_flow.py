"""The whole way: what a ledger writes, that nothing is written by halves, and how it is taken back."""

from datetime import date, timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone

from branches.models import Person
from committee.actions.talks import record_talk
from recruitment import import_progress
from recruitment.actions import import_writing
from recruitment.actions.declines import decline
from recruitment.actions.import_undoing import ask_to_undo, undo
from recruitment.actions.import_writing import write
from recruitment.actions.imports import cancel, confirm, set_columns
from recruitment.actions.refusals import Refused
from recruitment.actions.roads import recompute
from recruitment.imports.states import BatchState, Outcome
from recruitment.models import (
    Candidate,
    ColumnMemory,
    Due,
    ImportBatch,
    ImportedRow,
    ImportFile,
    LedgerEntry,
    Mentorship,
    Recommender,
    Situation,
    StepRecord,
)
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.rules import road, road_on_record
from recruitment.stages import RoadState, Stage
from recruitment.tasks import forget_imports, work_on_imports
from tests.recruitment.imports import ledgers

GLACIER = "冰冻圈科学党支部"
LUO = {
    "所在党支部": GLACIER,
    "姓名": "罗汉松",
    "学号/职工号": "T0001",
    "性别": "男",
    "民族": "汉族",
    "出生日期": date(1985, 4, 5),
    "递交入党申请书时间": "2025.3.10",
    "确定为入党积极分子时间": "2025年10月9日",
    "联系人1": "程门雪",
    "联系人2": "孟春和",
    "二级党委备案情况": "2025-10-20 已备案",
}
BAI = {**LUO, "姓名": "白桦", "学号/职工号": "T0002"}

pytestmark = pytest.mark.django_db


def roll(*people):
    return ledgers.xlsx(ledgers.activist_roll(people), merged=["L4:M4"])


def dates(candidate):
    return {record.step: record.decided_on for record in candidate.steprecords.standing()}


# --- What is written


def test_the_published_roll_of_activists_is_written_as_it_stands(sender, cast):
    batch = sender.write(roll(LUO))
    assert batch.state == BatchState.DONE, batch.failure
    candidate = Candidate.objects.get(person__staff_number="T0001")
    assert (candidate.stage, candidate.unit, candidate.version) == (Stage.ACTIVIST, cast.glacier, 1)
    assert dates(candidate) == {1: date(2025, 3, 10), 3: date(2025, 10, 9), 4: date(2025, 10, 20), 5: date(2025, 10, 9)}
    mentors = Mentorship.objects.open().filter(candidate=candidate).values_list("party_member__name", flat=True)
    assert set(mentors) == {"程门雪", "孟春和"}
    assert candidate.person.pinyin == "luohansong"
    assert (candidate.person.sex, candidate.person.ethnicity, candidate.person.unit) == ("1", "汉族", cast.glacier)


def test_every_fact_says_that_it_came_from_an_import_and_by_whom(sender, cast):
    batch = sender.write(roll(LUO))
    assert set(StepRecord.objects.values_list("batch", "recorded_by")) == {(batch.pk, cast.office.pk)}
    assert "未记日期" in StepRecord.objects.get(step=5).remark


def test_every_fact_has_its_ledger_entry_and_history_says_why(sender, cast):
    batch = sender.write(roll(LUO, BAI))
    candidate = Candidate.objects.get(person__staff_number="T0001")
    entries = list(LedgerEntry.objects.filter(candidate=candidate).order_by("n"))
    assert [(entry.n, entry.step, entry.actor) for entry in entries] == [
        (n, s, cast.office) for n, s in enumerate((1, 3, 4, 5), 1)
    ]
    assert all(str(batch.code).encode() in bytes(entry.payload) for entry in entries)
    for history in (candidate.history, candidate.person.history, Mentorship.objects.first().history):
        assert [(row.history_user, row.history_change_reason) for row in history.all()] == [(cast.office, "Excel 导入")]


def test_the_dues_agree_with_the_facts(sender, cast):
    sender.write(roll(LUO, BAI))
    assert Due.objects.open().exists()
    assert recompute(Candidate.objects.select_related("person", "unit"), now=timezone.now(), dry_run=True) == {}


# A person of each layout, and the steps that are written.
LAYOUTS = {
    "three rolls, activists": (
        ledgers.ROLL_ACTIVISTS,
        "学号（职工号） = T1; 申请入党时间 = 2024-03-10; 派人谈话时间 = 2024-03-20; "
        "党支部研究确定入党积极分子时间 = 2024-10-10; 党委备案时间 = 2024-10-20; "
        "培养联系人 = 程门雪、孟春和",
        {1, 2, 3, 4, 5},
    ),
    "three rolls, probationers": (
        ledgers.ROLL_PROBATIONERS,
        "学号（职工号） = T1; 申请入党时间 = 2019-03-10; 派入谈话时间 = 2019-03-20; "
        "确定积极分子时间 = 2019-10-10; 列为发展对象时间 = 2021-03-10; 发展对象培训时间 = 2021.4.1-2021.4.3; "
        "党支部党员大会接收预备党员时间 = 2021-05-20; 上级党组织谈话时间 = 2021-06-01; "
        "上级党委审批时间 = 2021-07-01; 志愿书编号 = 甘001",
        {1, 2, 3, 8, 11, 14, 15, 16, 17},
    ),
    "three rolls, members": (
        ledgers.ROLL_MEMBERS,
        "学号（职工号） = T1; 申请入党时间 = 2017-03-10; 确定积极分子时间 = 2017-10-10; "
        "列为发展对象时间 = 2019-03-10; 预备期支部讨论时间 = 2019-05-20; 上级党委审批时间 = 2019-07-01; "
        "转正支部大会时间 = 2020-05-21; 转正上级党委审批时间 = 2020-07-01",
        {1, 17, 3, 23, 8, 24, 15},
    ),
    "record class": (
        ledgers.RECORD_CLASS,
        "学号 = T1; 申请入党时间 = 2019-03-10; 列为积极分子时间 = 2019-10-10; "
        "公示起止时间 = 2019.10.11-2019.10.17; 第一联系人 = 程门雪; 第二联系人 = 孟春和; "
        "支部通过时间 = 2021-05-20; 分党委审批时间 = 2021-07-01; 志愿书编号 = 甘001",
        {1, 17, 3, 5, 14, 15},
    ),
    "college sheet": (
        ledgers.COLLEGE_SHEET,
        "学号 = T1; 申请入党时间 = 2024-03-10; 列为积极分子时间 = 2024-10-10; 联系人 = 程门雪",
        {1, 3, 5},
    ),
    "PartyOps": (
        ledgers.PARTY_OPS,
        "提交入党申请时间 = 2019-03-10; 谈话时间 = 2019-03-20; 列为积极分子时间 = 2019-10-10; "
        "培养联系人 = 程门雪; 入党介绍人 = 程门雪、孟春和; 列为发展对象时间 = 2021-03-10; "
        "集中培训完成时间 = 2021-04-01; 政治审查完成时间 = 2021-04-10; 预审通过时间 = 2021-05-01; "
        "支部大会接收时间 = 2021-05-20; 党委审批时间 = 2021-07-01; 入党宣誓时间 = 2021-07-10; "
        "转正申请时间 = 2022-05-01; 转正支部大会时间 = 2022-05-21; 转正审批时间 = 2022-07-01",
        {1, 2, 3, 5, 8, 9, 10, 11, 13, 15, 17, 20, 22, 23, 24},
    ),
    "enterprise sheet": (
        ledgers.ENTERPRISE_SHEET,
        "第一次申请入党时间 = 2024-03-10; 列为积极分子时间 = 2024-10-10; 入党介绍人 = 程门雪、孟春和",
        {1, 3},
    ),
}


@pytest.mark.parametrize("name", LAYOUTS)
def test_a_published_layout_is_written_as_it_stands(sender, cast, name):
    names, text, steps = LAYOUTS[name]
    cells = ledgers.pairs(text)
    scientist = cast.scientists[0]
    who = {"姓名": scientist.name, "出生日期": "1986-03-15", "出生年月日": "1986.3.15", "出生年月": "1986-03"}
    who |= {"所在党支部": GLACIER, "所属党支部": GLACIER, "隶属支部": "冰冻圈"}
    numbered = {key: scientist.staff_number for key, value in cells.items() if value == "T1"}
    rows = ledgers.table(names, [who | cells | numbered], above=[["某单位名册"], []])
    if names.count("分党委审批时间") == 2:
        rows[-1][-1] = ""  # the second one is that of the conversion
    batch = sender.write(rows, default=cast.glacier)
    assert batch.state == BatchState.DONE, batch.failure
    candidate = Candidate.objects.get(person=scientist)
    assert set(dates(candidate)) == steps
    again = sender.check(rows, default=cast.glacier)
    assert again.counts[Outcome.SAME] == 1, sender.findings(again)


def test_the_union_of_all_columns_is_written_and_read_again_without_differences(sender, cast):
    row = [
        1, GLACIER, "罗汉松", "T0001", "男", "汉族", "甘肃兰州", date(1985, 4, 5), "博士研究生", "博士", "", "", "副研究员", "副高级",
        "", "德国，博士后", "群众", "13800000000", "",
        date(2019, 3, 10), date(2019, 3, 20), "周维岳", "党员推荐", date(2019, 10, 10), date(2019, 10, 20), "程门雪", "孟春和", date(2020, 11, 1), "",
        date(2021, 3, 10), "", "", date(2021, 3, 10), "程门雪", "孟春和", date(2021, 4, 10), "合格", "2021.4.1-2021.4.3", 24,
        date(2021, 5, 1), "甘A001", date(2021, 5, 20), 12, 11, 11, 0, 0, date(2021, 6, 1), "沈望舒", date(2021, 7, 1),
        date(2021, 7, 20), date(2021, 7, 10), "", "",
        date(2022, 5, 1), date(2022, 5, 21), "按期", "", date(2022, 7, 1), "", "", "", "",
    ]  # fmt: skip
    content = ledgers.xlsx(
        [[band for band, names in ledgers.UNION_BANDS.items() for _ in ledgers.columns(names)], ledgers.UNION, row]
    )
    batch = sender.write(content)
    assert batch.state == BatchState.DONE, (batch.failure, sender.findings(batch))
    candidate = Candidate.objects.get()
    assert set(dates(candidate)) == {1, 2, 3, 4, 5, 6, 8, 9, 10, 11, 13, 14, 15, 16, 17, 18, 20, 22, 23, 24}
    assert candidate.stage == Stage.FULL_MEMBER
    assert candidate.steprecords.get(step=15).in_favour == 11
    assert candidate.steprecords.get(step=11).hours == 24
    assert candidate.steprecords.get(step=2).persons.get().person == cast.secretary.person
    assert Recommender.objects.filter(candidate=candidate).count() == 2
    again = sender.check(content)
    assert again.counts[Outcome.SAME] == 1
    assert sender.findings(again)[3].problems == []


def test_only_the_good_rows_are_written(sender):
    batch = sender.write(roll(LUO, {**BAI, "递交入党申请书时间": "2025.2.30"}))
    assert batch.rows_done == 1
    assert set(Candidate.objects.values_list("person__name", flat=True)) == {"罗汉松"}


def test_a_file_that_is_corrected_and_sent_again_adds_only_what_was_missing(sender):
    sender.write(roll(LUO, {**BAI, "递交入党申请书时间": "2025.2.30"}))
    entries = LedgerEntry.objects.count()
    batch = sender.check(roll(LUO, BAI))
    assert (batch.counts[Outcome.SAME], batch.counts[Outcome.NEW]) == (1, 1)
    sender.commit(batch)
    assert (Candidate.objects.count(), LedgerEntry.objects.count()) == (2, entries + 4)


def added_to(candidate, **cells):
    """A row that makes an activist of ``candidate``, a hundred days after the first talk."""
    before = dates(candidate)
    person = {"姓名": candidate.person.name, "学号/职工号": candidate.person.staff_number, "出生日期": ""}
    days = {"递交入党申请书时间": before[1], "确定为入党积极分子时间": before[2] + timedelta(days=100)}
    return LUO | person | days | {"二级党委备案情况": ""} | cells


def test_who_led_a_talk_is_entered_once(sender, cast):
    names = ["所在党支部", "姓名", "工号", "申请入党时间", "派人谈话时间", "谈话人"]
    batch = sender.write(ledgers.table(names, [[GLACIER, "罗汉松", "T1", "2025-03-10", "2025-03-20", "周维岳、周 维 岳"]]))
    assert batch.state == BatchState.DONE, batch.failure
    assert list(StepRecord.objects.get(step=2).persons.values_list("person__name", flat=True)) == ["周维岳"]


def test_a_change_settles_what_was_owed(sender, factory):
    candidate = factory.candidate(1, days_ago=20)
    talked_on = dates(candidate)[1] + timedelta(days=5)
    owed = Due.objects.open().get(candidate=candidate, step=2)
    names = ["所在党支部", "姓名", "工号", "申请入党时间", "派人谈话时间", "民族"]
    row = [GLACIER, candidate.person.name, candidate.person.staff_number, dates(candidate)[1], talked_on, "汉族"]
    batch = sender.write(ledgers.table(names, [row]))
    assert batch.counts[Outcome.CHANGE] == 1
    owed.refresh_from_db()
    assert (owed.was_done, owed.settled_on) == (True, talked_on)
    candidate = Candidate.objects.get(pk=candidate.pk)
    assert candidate.person.ethnicity == "汉族"
    assert recompute([candidate], now=timezone.now(), dry_run=True) == {}
    assert candidate.history.first().history_change_reason == "Excel 导入"


def test_what_is_written_says_the_same_as_a_judgement_with_forecasts(sender, factory):
    sender.write(roll(LUO))
    factory.candidate(9)
    today, calendar = timezone.localdate(), calendar_in_force()
    for facts in facts_for(Candidate.objects.select_related("person", "unit")).values():
        whole, short = (
            road(facts, today=today, calendar=calendar),
            road_on_record(facts, today=today, calendar=calendar),
        )
        for name in (
            "stage",
            "state",
            "dues",
            "cultivation_from_on",
            "listed_on",
            "probation_from_on",
            "probation_ends_on",
            "late_steps",
        ):
            assert getattr(whole, name) == getattr(short, name)
        done = [(row.step, row.decided_on) for row in whole.steps if row.state == "done"]
        assert done == [(row.step, row.decided_on) for row in short.steps]


@pytest.mark.postgres  # SQLite takes fewer values in one statement, so that rows are sent in slices
def test_thirty_rows_cost_the_queries_of_three(sender, cast):
    def queries(count, name, prefix):
        batch = sender.check(
            roll(*({**LUO, "姓名": f"{name}{chr(0x4E00 + n)}", "学号/职工号": f"{prefix}{n}"} for n in range(count)))
        )
        confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
        with CaptureQueriesContext(connection) as captured:
            write(batch_pk=batch.pk, now=timezone.now())
        assert ImportBatch.objects.get(pk=batch.pk).rows_done == count
        return len(captured)

    assert queries(3, "甲", "A") == queries(30, "乙", "B")


# --- Columns


def test_what_a_unit_says_about_its_columns_is_remembered(sender, cast):
    rows = ledgers.table(["姓名", "工号", "交表日期", "备注栏"], [["罗汉松", "T0001", "2025-03-10", "x"]])
    batch = sender.send(rows, by=cast.secretary)
    assert batch.layout["mapping"] == {"0": "name", "1": "staff_number"}
    set_columns(
        by=cast.secretary,
        code=batch.code,
        sheet=0,
        mapping={0: "name", 1: "staff_number", 2: "applied_on"},
        default_unit=cast.glacier,
        now=timezone.now(),
    )
    assert sender.send(rows, by=cast.secretary).layout["mapping"]["2"] == "applied_on"
    assert "2" not in sender.send(rows, by=cast.office).layout["mapping"]
    assert ColumnMemory.objects.get(unit=cast.glacier).labels["交表日期"] == "applied_on"


def test_what_a_unit_said_goes_before_what_a_new_column_seems_to_be(sender, cast):
    ColumnMemory.objects.create(unit=cast.glacier, labels={"交表日期": "applied_on"})
    rows = ledgers.table(["姓名", "申请入党时间", "工号", "交表日期"], [["罗汉松", "2025-03", "T0001", "2025-03-10"]])
    assert sender.send(rows, by=cast.secretary).layout["mapping"] == {"0": "name", "2": "staff_number", "3": "applied_on"}


@pytest.mark.parametrize(
    ("mapping", "word"), [({1: "staff_number", 2: "staff_number"}, "不止一列"), ({2: "applied_on"}, "没有一列是"), ({}, "没有一列是")]
)  # fmt: skip
def test_a_mapping_that_cannot_be_is_refused(sender, cast, mapping, word):
    batch = sender.send(ledgers.table(["姓名", "工号", "申请入党时间"], [["罗汉松", "T1", "2025-03-10"]]))
    with pytest.raises(Refused, match=word):
        set_columns(by=cast.office, code=batch.code, sheet=0, mapping=mapping, default_unit=None, now=timezone.now())


def test_a_file_without_a_header_is_refused(sender):
    with pytest.raises(Refused, match="前 20 行里找不到表头"):
        sender.send([["随便", "写写"], ["甲", "乙"]])


def test_the_sheet_that_looks_like_a_ledger_is_taken(sender):
    def prepare(book):
        book.create_sheet("积极分子")
        for row in ledgers.activist_roll([LUO]):
            book["积极分子"].append(row)

    batch = sender.send(ledgers.xlsx([["说明"], ["请填写积极分子"]], prepare=prepare))
    assert batch.layout["sheet"] == 1


# --- Nothing by halves


def test_writing_twice_writes_once(sender, cast):
    batch = sender.write(roll(LUO))
    write(batch_pk=batch.pk, now=timezone.now())
    work_on_imports()
    assert Candidate.objects.count() == 1
    assert LedgerEntry.objects.count() == 4


def test_a_check_that_was_repeated_must_be_looked_at_again(sender, cast):
    batch = sender.check(roll(LUO))
    with pytest.raises(Refused, match="再看一遍"):
        confirm(by=cast.office, code=batch.code, agreed_to="another", now=timezone.now())


def test_nothing_to_write_cannot_be_confirmed(sender, cast):
    batch = sender.check(roll({**LUO, "递交入党申请书时间": "2025.2.30"}))
    with pytest.raises(Refused, match="没有可写入的行"):
        confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())


def test_what_changed_since_it_was_agreed_to_is_not_written(sender, cast, factory):
    person = cast.scientists[0]
    batch = sender.check(roll({**LUO, "姓名": person.name, "学号/职工号": person.staff_number, "出生日期": ""}, BAI))
    confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
    factory.applicant(person=person)
    write(batch_pk=batch.pk, now=timezone.now())
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED
    assert "已重新校验" in batch.failure
    assert not StepRecord.objects.filter(batch=batch).exists()
    assert (batch.counts[Outcome.ERROR], batch.counts[Outcome.NEW]) == (1, 1)
    assert sender.commit(batch).rows_done == 1


def test_a_right_that_ended_before_the_writing_writes_nothing(sender, cast):
    batch = sender.check(roll(LUO), by=cast.secretary)
    confirm(by=cast.secretary, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
    cast.secretary.person.postings.update(ends_on=timezone.localdate())
    write(batch_pk=batch.pk, now=timezone.now())
    assert not Candidate.objects.exists()


@pytest.mark.parametrize("place", ["_records", "_enter", "_note"])
def test_an_error_in_the_middle_leaves_nothing(sender, cast, monkeypatch, place):
    def fail(*_):
        raise RuntimeError("the disk is full")

    batch = sender.check(roll(LUO, BAI))
    people = Person.objects.count()
    monkeypatch.setattr(import_writing.SliceWriter, place, fail)
    batch = sender.commit(batch)
    assert batch.state == BatchState.FAILED
    assert "什么都没有写入" in batch.failure
    counts = [model.objects.count() for model in (Candidate, StepRecord, LedgerEntry, Due, ImportedRow, Mentorship)]
    assert (counts, Person.objects.count()) == ([0] * 6, people)


def test_a_confirmed_import_is_cancelled(sender, cast):
    batch = sender.check(roll(LUO))
    confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
    cancel(by=cast.office, code=batch.code, now=timezone.now())
    work_on_imports()
    batch.refresh_from_db()
    assert (batch.state, Candidate.objects.count(), ImportFile.objects.count()) == (BatchState.CANCELLED, 0, 0)


def test_an_import_is_stopped_while_it_is_written(sender, cast, monkeypatch):
    monkeypatch.setattr(import_writing, "SLICE", 1)
    batch = sender.check(roll(LUO, BAI))
    monkeypatch.setattr(import_progress, "tell", lambda code, done: import_progress.ask_to_stop(code))
    batch = sender.commit(batch)
    assert (batch.state, Candidate.objects.count()) == (BatchState.CANCELLED, 0)


def test_a_written_import_is_not_cancelled(sender, cast):
    batch = sender.write(roll(LUO))
    with pytest.raises(Refused):
        cancel(by=cast.office, code=batch.code, now=timezone.now())
    assert Candidate.objects.exists()


def test_a_batch_whose_worker_died_is_written_by_the_next(sender, cast):
    batch = sender.check(roll(LUO))
    confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
    now = timezone.now()
    ImportBatch.objects.filter(pk=batch.pk).update(state=BatchState.WRITING, claimed_until=now + timedelta(minutes=5))
    work_on_imports()
    assert not Candidate.objects.exists()
    ImportBatch.objects.filter(pk=batch.pk).update(claimed_until=now - timedelta(seconds=1))
    work_on_imports()
    assert Candidate.objects.count() == 1


def test_files_are_forgotten_after_a_month(sender, cast):
    written, left = sender.write(roll(LUO)), sender.check(roll(BAI))
    ImportBatch.objects.update(uploaded_at=timezone.now() - timedelta(days=31))
    recent = sender.send(roll(BAI))
    forget_imports()
    assert set(ImportFile.objects.values_list("batch", flat=True)) == {recent.pk}
    assert [ImportBatch.objects.get(pk=batch.pk).state for batch in (written, left)] == [
        BatchState.DONE,
        BatchState.CANCELLED,
    ]


# --- Taking back


def test_a_batch_is_undone_as_a_whole(sender, cast):
    batch = sender.undo(sender.write(roll(LUO, BAI)))
    assert batch.state == BatchState.UNDONE, batch.failure
    for candidate in Candidate.objects.all():
        assert (candidate.state, candidate.stage) == (RoadState.UNDONE, Stage.PROSPECT)
        assert not dates(candidate)
        assert [entry.action for entry in LedgerEntry.objects.filter(candidate=candidate).order_by("n")][
            -1
        ] == "import_undone"
    assert StepRecord.objects.count() == 8  # superseded, not deleted
    assert set(StepRecord.objects.values_list("supersede_reason", "superseded_by_user")) == {
        ("撤销导入", cast.office.pk)
    }
    assert not Due.objects.open().exists()
    assert not Mentorship.objects.open().exists()
    assert Situation.objects.filter(kind="undone").count() == 2
    assert recompute(Candidate.objects.select_related("person", "unit"), now=timezone.now(), dry_run=True) == {}


def test_what_was_there_before_the_import_is_there_after_undoing_it(sender, cast, factory):
    candidate = factory.candidate(2, days_ago=200)
    before, dues = dates(candidate), set(Due.objects.open().filter(candidate=candidate).values_list("key", "due_on"))
    batch = sender.write(roll(added_to(candidate)))
    candidate.refresh_from_db()
    assert candidate.stage == Stage.ACTIVIST
    batch = sender.undo(batch)
    assert batch.state == BatchState.UNDONE, batch.failure
    candidate = Candidate.objects.get(pk=candidate.pk)
    assert (candidate.stage, candidate.state, dates(candidate)) == (Stage.APPLICANT, RoadState.ACTIVE, before)
    assert set(Due.objects.open().filter(candidate=candidate).values_list("key", "due_on")) == dues
    assert candidate.person.ethnicity == ""
    assert not Mentorship.objects.open().filter(candidate=candidate).exists()


def test_an_undone_ledger_can_be_imported_again(sender):
    sender.undo(sender.write(roll(LUO)))
    batch = sender.write(roll(LUO))
    assert (batch.state, batch.rows_done) == (BatchState.DONE, 1)
    assert Candidate.objects.on_the_road().count() == 1


def test_imports_about_the_same_people_are_undone_one_after_the_other(sender, cast, factory):
    applicants = {key: LUO[key] for key in ("所在党支部", "姓名", "学号/职工号", "递交入党申请书时间")}
    candidate = factory.candidate(2, days_ago=200)
    first = sender.write(roll(applicants, added_to(candidate) | {"联系人1": "", "联系人2": ""}))
    second = sender.write(roll(LUO, BAI, added_to(candidate)))
    assert (first.rows_done, second.rows_done) == (2, 3)
    with pytest.raises(Refused, match="罗汉松"):
        ask_to_undo(by=cast.office, code=first.code, reason="导错了", now=timezone.now())
    for batch in (sender.undo(second), sender.undo(first)):
        assert batch.state == BatchState.UNDONE, batch.failure
    assert list(Candidate.objects.on_the_road()) == [candidate]
    assert not StepRecord.objects.standing().filter(batch__isnull=False).exists()
    assert not Mentorship.objects.open().exists()


def test_what_is_done_between_two_imports_keeps_the_first(sender, cast, factory):
    first = sender.write(roll({key: LUO[key] for key in LUO if not key.startswith("联系人")}))
    factory.review(Candidate.objects.get(), date(2026, 3, 1))
    sender.undo(sender.write(roll(LUO)))
    with pytest.raises(Refused, match="罗汉松"):
        ask_to_undo(by=cast.office, code=first.code, reason="导错了", now=timezone.now())


def test_what_was_built_upon_is_not_undone(sender, cast, factory):
    batch = sender.write(roll(LUO, BAI))
    candidate = Candidate.objects.get(person__name="罗汉松")
    factory.review(candidate, date(2026, 3, 1))
    with pytest.raises(Refused, match="罗汉松"):
        ask_to_undo(by=cast.office, code=batch.code, reason="导错了", now=timezone.now())
    assert Candidate.objects.on_the_road().count() == 2


def test_a_talk_with_a_new_person_counts_as_built_upon(sender, cast):
    batch = sender.write(roll(LUO))
    candidate = Candidate.objects.get()
    record_talk(
        by=cast.secretary, code=candidate.code, held_on=timezone.localdate(), way="meeting", topics=["research"], now=timezone.now()
    )  # fmt: skip
    Candidate.objects.filter(pk=candidate.pk).update(version=1)  # as if a talk did not count as an act on the file
    with pytest.raises(Refused, match="罗汉松"):
        ask_to_undo(by=cast.office, code=batch.code, reason="导错了", now=timezone.now())


def test_what_is_done_between_asking_and_undoing_stops_it(sender, cast, factory):
    batch = sender.write(roll(LUO))
    ask_to_undo(by=cast.office, code=batch.code, reason="导错了", now=timezone.now())
    factory.review(Candidate.objects.get(), date(2026, 3, 1))
    batch = undo(batch_pk=batch.pk, now=timezone.now())
    assert batch.state == BatchState.DONE
    assert "罗汉松" in batch.failure
    assert Candidate.objects.get().state == RoadState.ACTIVE


def test_a_refusal_to_undo_names_nobody_who_said_no(sender, cast):
    batch = sender.write(roll(LUO, BAI))
    decline(by=cast.secretary, code=Candidate.objects.get(person__name="罗汉松").code, now=timezone.now())
    with pytest.raises(Refused, match="已有人办理了别的事"):
        ask_to_undo(by=cast.office, code=batch.code, reason="导错了", now=timezone.now())


def test_undoing_needs_a_reason_and_a_written_batch(sender, cast):
    batch = sender.write(roll(LUO))
    with pytest.raises(Refused, match="为什么"):
        ask_to_undo(by=cast.office, code=batch.code, reason=" ", now=timezone.now())
    sender.undo(batch)
    with pytest.raises(Refused, match="已经撤销"):
        ask_to_undo(by=cast.office, code=batch.code, reason="再来", now=timezone.now())


def test_a_secretary_does_not_reach_the_batches_of_the_office_or_of_a_neighbour(sender, cast):
    batch = sender.write(roll(LUO))
    assert list(ImportBatch.objects.visible_to(cast.office)) == [batch]
    for user in (cast.secretary, cast.neighbour_secretary, cast.member, cast.hr, cast.stranger):
        assert not ImportBatch.objects.visible_to(user).exists()
        with pytest.raises(ImportBatch.DoesNotExist):
            cancel(by=user, code=batch.code, now=timezone.now())
    own = sender.check(roll(BAI), by=cast.secretary)
    assert set(ImportBatch.objects.visible_to(cast.office)) == {batch, own}
    assert list(ImportBatch.objects.visible_to(cast.deputy)) == [own]
