"""The moves of a roster: what is written, with which history and movements, and what is refused."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.utils import timezone

from branches.actions.people import change_person
from branches.models import Department, Person, TalentMovement
from branches.offices import MovementKind, Office, StaffCategory, TitleRank
from recruitment.actions import roster_import
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.roster_import import cancel, decide, set_columns, upload
from recruitment.models import RosterBatch, RosterFile
from recruitment.roster.states import NEW_DEPARTMENT, Answer, Outcome, RosterState
from tests.recruitment.imports import ledgers

COLUMNS = ["工号", "姓名", "部门", "职称", "人才计划", "到所日期", "离所日期", "人员类别"]


def line(person, **changes):
    told = {
        "工号": person.staff_number,
        "姓名": person.name,
        "部门": person.department.name if person.department else "",
        "职称": person.title,
    }
    return told | changes


def table(*people):
    return ledgers.table(COLUMNS, people, above=[["研究院职工花名册"]])


def movements(person):
    return {
        (movement.kind, movement.happened_on, movement.summary)
        for movement in TalentMovement.objects.filter(person=person)
    }


def test_a_roster_is_written_as_hr_with_history_and_movements(sender, cast, factory):
    today = cast.today
    up, away, gone, old = factory.person("升迁"), factory.person("转岗"), factory.person("离开"), factory.person("退休")
    batch = sender.write(
        table(
            line(up, 职称="研究员", 人才计划="西部之光"),
            line(away, 部门=cast.sand_lab.name),
            line(gone, 离所日期=today - timedelta(days=2)),
            line(old, 人员类别="退休"),
            {"工号": "N0001", "姓名": "新来", "部门": cast.ice_lab.name, "职称": "副研究员", "到所日期": today},
        )
    )
    assert batch.state == RosterState.DONE
    assert {name: batch.counts[name] for name in ("new", "change", "same", "error", "moves")} == {
        "new": 1, "change": 4, "same": 0, "error": 0, "moves": 6,
    }  # fmt: skip
    for person in (up, away, gone, old):
        person.refresh_from_db()
    assert (up.title, up.title_rank, up.talent_programme) == ("研究员", TitleRank.SENIOR, "西部之光")
    assert away.department == cast.sand_lab
    assert gone.left_on == today - timedelta(days=2)
    assert old.category == StaffCategory.RETIRED
    new = Person.objects.get(staff_number="N0001")
    assert (new.name, new.initials, new.title_rank) == ("新来", "xl", TitleRank.ASSOCIATE_SENIOR)
    assert movements(up) == {
        (MovementKind.PROMOTED, today, "副研究员 → 研究员"),
        (MovementKind.PROGRAMME, today, "西部之光"),
    }
    assert movements(away) == {(MovementKind.TRANSFERRED, today, "冰冻圈实验室 → 沙漠实验室")}
    assert movements(gone) == {(MovementKind.LEFT, today - timedelta(days=2), "")}
    assert movements(old) == {(MovementKind.RETIRED, today, "")}
    assert movements(new) == {(MovementKind.JOINED, today, "副研究员")}
    assert set(TalentMovement.objects.values_list("reported_by", flat=True)) == {cast.hr.pk}
    for person in (up, new):
        last = person.history.first()
        assert last.history_user == cast.hr
        assert last.history_change_reason == "导入花名册：花名册.xlsx"
    assert [row.history_type for row in new.history.all()] == ["+"]


def test_nobody_who_is_missing_is_touched(sender, cast, factory):
    person = factory.person()
    before = list(Person.objects.exclude(pk=person.pk).order_by("pk").values())
    batch = sender.write(table(line(person, 职称="研究员")))
    assert list(Person.objects.exclude(pk=person.pk).order_by("pk").values()) == before
    assert batch.counts["missing"] == len(before)


def test_the_same_file_sent_again_changes_and_reports_nothing(sender, cast, factory):
    person = factory.person()
    rows = table(line(person, 职称="研究员"))
    sender.write(rows)
    history = person.history.count()
    batch = sender.check(rows)
    assert batch.counts[Outcome.SAME] == 1
    with pytest.raises(Refused, match="没有可更新的行"):
        sender.commit(batch)
    assert person.history.count() == history
    assert TalentMovement.objects.count() == 1


def test_rows_in_error_stay_out_and_the_others_are_written(sender, cast, factory):
    good, bad = factory.person(), factory.person()
    batch = sender.write(table(line(good, 职称="研究员"), line(bad, 职称="研究员", 到所日期="2025.2.30")))
    good.refresh_from_db()
    bad.refresh_from_db()
    assert (good.title, bad.title) == ("研究员", "副研究员")
    [problem] = sender.rows(batch)[4].problems
    assert "2 月只有 28 天" in problem.message


def test_a_department_that_is_not_there_is_made_when_hr_says_so(sender, cast, factory):
    person = factory.person()
    batch = sender.check(table(line(person, 部门="高原大气研究室")))
    assert batch.counts[Outcome.ASK] == 1
    assert not Department.objects.filter(name="高原大气研究室").exists()
    batch = decide(
        by=cast.hr, code=batch.code, rows={}, departments={"高原大气研究室": NEW_DEPARTMENT}, now=timezone.now()
    )
    assert not Department.objects.filter(name="高原大气研究室").exists()
    sender.commit(batch)
    person.refresh_from_db()
    assert person.department.name == "高原大气研究室"
    assert person.department.history.get().history_user == cast.hr


def test_a_rename_is_written_with_its_pinyin(sender, cast, factory):
    person = factory.person("柳明")
    batch = sender.check(table(line(person, 姓名="白桦")))
    assert batch.counts[Outcome.ASK] == 1
    batch = decide(by=cast.hr, code=batch.code, rows={3: Answer.SAME_PERSON}, departments={}, now=timezone.now())
    sender.commit(batch)
    person.refresh_from_db()
    assert (person.name, person.pinyin, person.initials) == ("白桦", "baihua", "bh")


def test_a_first_roster_reports_nothing(sender, cast):
    people = [{"工号": f"N{n:04}", "姓名": f"新来{chr(0x4E00 + n)}"} for n in range(40)]
    batch = sender.write(table(*people), is_first=True)
    assert batch.counts["new"] == 40
    assert not TalentMovement.objects.exists()


def test_a_file_much_larger_than_the_roster_is_taken_for_the_first(sender, cast):
    few = sender.send(table({"工号": "N1", "姓名": "新来"}))
    many = sender.send(
        table(*({"工号": f"N{n:04}", "姓名": f"新来{chr(0x4E00 + n)}"} for n in range(4 * Person.objects.count())))
    )
    assert not few.layout["is_first"]
    assert many.layout["is_first"]


def test_what_changed_meanwhile_is_shown_before_anything_is_written(sender, cast, factory):
    person, other = factory.person(), factory.person()
    batch = sender.check(table(line(person, 职称="研究员"), line(other, 职称="研究员")))
    change_person(by=cast.office, person=person, title="教授", title_rank=TitleRank.SENIOR, now=timezone.now())
    with pytest.raises(Refused, match="已重新核对"):
        sender.commit(batch)
    other.refresh_from_db()
    assert other.title == "副研究员"
    batch = RosterBatch.objects.get(pk=batch.pk)
    assert batch.state == RosterState.CHECKED
    assert sender.rows(batch)[3].changes[0] == ["专业技术职务", "教授", "研究员"]
    sender.commit(batch)
    other.refresh_from_db()
    assert other.title == "研究员"


def test_what_nobody_saw_is_not_agreed_to(sender, cast, factory):
    batch = sender.check(table(line(factory.person(), 职称="研究员")))
    batch.layout["fingerprint"] = "0" * 16
    with pytest.raises(Refused, match="请再看一遍"):
        sender.commit(batch)


def test_a_number_taken_at_the_last_moment_writes_nothing(sender, cast, factory, monkeypatch):
    """The unique key of the database has the last word over people who are new to both sides."""
    person = factory.person()
    batch = sender.check(table(line(person, 职称="研究员"), {"工号": "N0001", "姓名": "新来"}))
    add = roster_import._add

    def add_too_late(*args):
        Person.objects.create(staff_number="N0001", name="别人")
        return add(*args)

    monkeypatch.setattr(roster_import, "_add", add_too_late)
    with pytest.raises(Refused):
        sender.commit(batch)
    person.refresh_from_db()
    assert person.title == "副研究员"
    assert not Person.objects.filter(staff_number="N0001").exists()
    assert not TalentMovement.objects.exists()


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_who_commit_the_same_roster_at_once_write_it_once(sender, cast, factory):
    batch = sender.check(table(*(line(factory.person(), 职称="研究员") for _ in range(20))))
    results, gate = [], threading.Barrier(2)

    def run():
        gate.wait()
        try:
            results.append(sender.commit(batch).state)
        except Refused:
            results.append("refused")
        finally:
            connections.close_all()

    threads = [threading.Thread(target=run) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(results) == ["done", "refused"]
    assert TalentMovement.objects.count() == 20


# --- Who, and what is kept


@pytest.mark.parametrize("part", ["secretary", "member", "department_liaison", "auditor", "stranger", "mentor"])
def test_only_hr_and_the_office_send_rosters(sender, cast, part):
    with pytest.raises(NotYours):
        sender.send(table({"工号": "1", "姓名": "某某"}), by=getattr(cast, part))


def test_hr_does_not_see_what_the_office_sent(sender, cast):
    sent = sender.send(table({"工号": "1", "姓名": "某某"}), by=cast.office)
    assert sent.office == Office.PARTY_OFFICE
    assert not RosterBatch.objects.visible_to(cast.hr).exists()
    assert RosterBatch.objects.visible_to(cast.office_colleague).exists()
    with pytest.raises(RosterBatch.DoesNotExist):
        cancel(by=cast.hr, code=sent.code, now=timezone.now())


def test_a_sub_office_changes_its_own_people_only(sender, cast, factory):
    mine, other = factory.person(unit=cast.ecology), factory.person(unit=cast.glacier)
    batch = sender.write(table(line(mine, 职称="研究员"), line(other, 职称="研究员")), by=cast.sub_office)
    mine.refresh_from_db()
    other.refresh_from_db()
    assert (mine.title, other.title) == ("研究员", "副研究员")
    assert "范围以外" in sender.rows(batch)[4].problems[0].message
    assert not TalentMovement.objects.filter(person=other).exists()


def test_what_is_no_roster_is_refused_with_what_to_do(sender, cast):
    for content, words in (
        (b"%PDF-1.7 ...", "PDF"),
        (b"", "空的"),
        (ledgers.xlsx([["甲", "乙"], ["1", "2"]]), "找不到表头"),
    ):
        with pytest.raises(Refused, match=words):
            upload(by=cast.hr, file_name="a.xlsx", content=content, now=timezone.now())


def test_a_roster_needs_its_number_column(sender, cast):
    batch = sender.send(ledgers.table(["姓名", "部门"], [["某某", "冰冻圈实验室"]]))
    with pytest.raises(Refused, match="没有一列是“工号”"):
        set_columns(by=cast.hr, code=batch.code, sheet=0, mapping={0: "name"}, is_first=False, now=timezone.now())
    with pytest.raises(Refused, match="不止一列"):
        set_columns(
            by=cast.hr, code=batch.code, sheet=0, mapping={0: "staff_number", 1: "staff_number"}, is_first=False,
            now=timezone.now(),
        )  # fmt: skip


def test_what_the_columns_mean_is_remembered(sender, cast, factory):
    rows = ledgers.table(["工号", "姓名", "说明"], [[factory.person().staff_number, "某某", "研究员"]])
    batch = sender.send(rows)
    assert "2" not in batch.layout["mapping"]
    batch = set_columns(
        by=cast.hr, code=batch.code, sheet=0, mapping={0: "staff_number", 2: "title"}, is_first=False,
        now=timezone.now(),
    )  # fmt: skip
    sender.commit(batch)
    assert sender.send(rows).layout["mapping"] == {"0": "staff_number", "2": "title"}


def test_cells_are_deleted_with_the_commit_and_everything_after_a_month(sender, cast, factory):
    batch = sender.write(table(line(factory.person(), 职称="研究员")))
    assert bytes(RosterFile.objects.get(batch=batch).cells) == b""
    cancelled = sender.check(table(line(factory.person(), 职称="研究员")))
    cancel(by=cast.hr, code=cancelled.code, now=timezone.now())
    assert not RosterFile.objects.filter(batch=cancelled).exists()
    RosterBatch.objects.filter(pk=batch.pk).update(uploaded_at=timezone.now() - timedelta(days=31))
    sender.send(table({"工号": "1", "姓名": "某某"}))
    assert not RosterFile.objects.filter(batch=batch).exists()
    with pytest.raises(Refused, match="已经更新或取消"):
        sender.commit(batch)


def test_csv_in_gb18030_is_a_roster_too(sender, cast, factory):
    person = factory.person()
    rows = [["工号", "姓名", "职称"], [person.staff_number, person.name, "研究员"]]
    sender.write(ledgers.csv_file(rows, "gb18030"), name="花名册.csv")
    person.refresh_from_db()
    assert person.title == "研究员"


# --- HR's form says the same


def test_what_hr_changes_in_the_form_is_reported_too(cast, factory):
    person = factory.person()
    change_person(by=cast.hr, person=person, left_on=cast.today, now=timezone.now())
    assert movements(person) == {(MovementKind.LEFT, cast.today, "")}


def test_what_the_office_corrects_is_no_news(cast, factory):
    person = factory.person()
    change_person(by=cast.office, person=person, left_on=cast.today, now=timezone.now())
    assert not movements(person)
