"""Large ledgers as files: a worker makes them, one at a time, and hands each out once to the one who may still have it."""

import io
from datetime import timedelta

import pytest
from django.utils import timezone
from openpyxl import load_workbook

from branches.models import Posting
from branches.visits import FRESH
from committee.tasks import MAKERS, work_on_exports
from recruitment.actions import exports as verbs
from recruitment.actions.access import EXPORTED
from recruitment.actions.declines import decline
from recruitment.models import AccessEntry, ExportFile, LedgerExport
from recruitment.models.exports import ExportState
from recruitment.queries.sheets import Asked, asked_again
from recruitment.sheets import LedgerKind
from recruitment.views import exports as views

REASON = "向上级党委报送台账"


@pytest.fixture(autouse=True)
def more_than_two_people_are_many(monkeypatch):
    monkeypatch.setattr(views, "PEOPLE_AT_ONCE", 2)
    monkeypatch.setattr(views, "PEOPLE_WITHOUT_REASON", 2)


@pytest.fixture
def people(factory):
    """Three applicants of the glacier branch."""
    return [factory.applicant(person=factory.person(name)) for name in ("申请甲", "申请乙", "申请丙")]


def ask(client, user, address="/ledger/export.xlsx", **query):
    client.force_login(user)
    return client.post(f"{address}?{'&'.join(f'{name}={value}' for name, value in query.items())}", {"reason": REASON})


@pytest.fixture
def asked(client, cast, people):
    """The secretary's export, waiting for a worker."""
    ask(client, cast.secretary)
    return LedgerExport.objects.get()


def build(export):
    return verbs.build(export_pk=export.pk, makers=MAKERS, now=timezone.now())


def take(client, export):
    return client.post(f"/ledger/exports/{export.code}/download/", follow=True)


def sentence(answer):
    return answer.content.decode()


# --- from the question to the file


def test_a_large_ledger_is_asked_for_with_a_reason_made_by_a_worker_and_taken_away(client, cast, people):
    client.force_login(cast.secretary)
    question = sentence(client.get("/ledger/export.xlsx"))
    assert "在后台生成" in question
    assert not LedgerExport.objects.exists()
    assert client.post("/ledger/export.xlsx", {"reason": "看"}).status_code == 422
    answer = client.post("/ledger/export.xlsx", {"reason": REASON})
    export = LedgerExport.objects.get()
    assert answer["Location"] == f"/ledger/exports/{export.code}/"
    assert "等待生成" in sentence(client.get(answer["Location"]))
    work_on_exports()
    page = sentence(client.get(answer["Location"]))
    assert "下载" in page and REASON in page
    assert not AccessEntry.objects.filter(action=EXPORTED).exists()
    file = take(client, export)
    assert file["Content-Type"].startswith("application/vnd.openxml")
    assert "no-store" in file["Cache-Control"]
    sheet = load_workbook(io.BytesIO(file.content)).active
    assert sorted(sheet.cell(row=row, column=2).value for row in range(5, 8)) == ["申请丙", "申请乙", "申请甲"]
    entry = AccessEntry.objects.get(action=EXPORTED)
    assert (entry.user, entry.people_count, entry.reason) == (cast.secretary, 3, REASON)
    assert entry.what == "科技骨干发展党员工作台账（xlsx）"


def test_the_worker_makes_what_was_asked_for(client, cast, people, factory):
    factory.candidate(5, person=factory.person("积极乙"))
    ask(client, cast.secretary, "/ledger/export.csv", kind="applicants")
    export = build(LedgerExport.objects.get())
    lines = take(client, export).content.decode("utf-8-sig").splitlines()
    assert len(lines) == 4
    assert "积极乙" not in "".join(lines)


def test_the_contact_ledger_can_be_large_too(client, cast, people):
    from recruitment.actions.contacts import assign_contact

    for candidate in people:
        assign_contact(
            by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today, reason="党委会研究确定",
            exception_reason="另有安排", now=timezone.now(),
        )  # fmt: skip
    ask(client, cast.office, "/ledger/contacts/export.csv")
    export = build(LedgerExport.objects.get())
    assert (export.state, export.people_count) == (ExportState.READY, 3)
    assert "沈望舒" in take(client, export).content.decode("utf-8-sig")


def test_a_stored_question_is_asked_again_the_same(cast):
    asked = Asked(
        kind=LedgerKind.TARGETS, day=cast.today - timedelta(days=3), today=cast.today, as_recorded=True, only="date",
        sort="name", filters={"unit": "000001/", "q": "沈"},
    )  # fmt: skip
    assert asked_again(asked.stored()) == asked


# --- handed out once, to whom it may concern


def test_a_file_is_handed_out_once(client, asked):
    build(asked)
    assert take(client, asked)["Content-Type"].startswith("application/vnd.openxml")
    assert not ExportFile.objects.exists()
    again = take(client, asked)
    assert "已下载" in sentence(again)
    assert AccessEntry.objects.filter(action=EXPORTED).count() == 1


def test_a_file_expires_after_an_hour(client, asked):
    build(asked)
    LedgerExport.objects.update(expires_at=timezone.now() - timedelta(seconds=1))
    assert "过期" in sentence(take(client, asked))
    work_on_exports()
    assert not ExportFile.objects.exists()
    assert LedgerExport.objects.get().state == ExportState.EXPIRED
    assert not AccessEntry.objects.filter(action=EXPORTED).exists()


def test_nobody_else_finds_it(client, cast, asked):
    build(asked)
    for who in (cast.office, cast.deputy, cast.auditor, cast.stranger):
        client.force_login(who)
        assert client.get(f"/ledger/exports/{asked.code}/").status_code == 404
        assert client.post(f"/ledger/exports/{asked.code}/download/").status_code == 404
        assert client.post(f"/ledger/exports/{asked.code}/cancel/").status_code == 404
        assert str(asked.code) not in sentence(client.get("/ledger/exports/"))
    assert ExportFile.objects.exists()


def test_a_no_before_the_making_leaves_the_person_out(client, cast, people, asked):
    decline(by=cast.office, code=people[0].code, now=timezone.now())
    export = build(asked)
    assert export.people_count == 2
    sheet = load_workbook(io.BytesIO(take(client, export).content)).active
    assert "申请甲" not in [sheet.cell(row=row, column=2).value for row in range(5, 9)]


def test_a_no_after_the_making_destroys_the_file(client, cast, people, asked):
    build(asked)
    decline(by=cast.office, code=people[0].code, now=timezone.now())
    answer = take(client, asked)
    assert "请重新导出" in sentence(answer)
    assert "申请甲" not in sentence(answer)
    assert not ExportFile.objects.exists()
    assert not AccessEntry.objects.filter(action=EXPORTED).exists()


@pytest.mark.parametrize("is_made", [False, True])
def test_a_post_that_ended_meanwhile_gets_nothing(client, cast, asked, is_made):
    if is_made:
        build(asked)
    Posting.objects.filter(person=cast.secretary.person).update(ends_on=cast.today)
    build(asked)
    take(client, asked)
    assert not ExportFile.objects.exists()
    assert not AccessEntry.objects.filter(action=EXPORTED).exists()
    assert LedgerExport.objects.get().state == ExportState.FAILED


def test_taking_it_away_needs_a_fresh_login(client, asked):
    build(asked)
    session = client.session
    session["confirmed_at"] = (timezone.now() - FRESH - timedelta(seconds=1)).isoformat()
    session.save()
    assert client.post(f"/ledger/exports/{asked.code}/download/").status_code == 403
    assert ExportFile.objects.exists()


# --- giving up, failing, beginning anew


def test_a_waiting_or_a_made_file_can_be_given_up(client, asked):
    client.post(f"/ledger/exports/{asked.code}/cancel/")
    assert build(asked).state == ExportState.CANCELLED
    ask(client, asked.user)
    again = build(LedgerExport.objects.first())
    client.post(f"/ledger/exports/{again.code}/cancel/")
    assert not ExportFile.objects.exists()
    assert LedgerExport.objects.first().state == ExportState.CANCELLED


def test_a_file_is_given_up_while_it_is_made(client, asked):
    def slow(*, user, asked, now, progress):
        progress(0.5)
        assert LedgerExport.objects.get().percent == verbs.ROWS_SHARE // 2
        verbs.cancel_export(by=user, code=LedgerExport.objects.get().code, now=now)
        progress(0.6)
        raise AssertionError("went on")

    export = verbs.build(export_pk=asked.pk, makers={"people": slow}, now=timezone.now())
    assert export.state == ExportState.CANCELLED
    assert not ExportFile.objects.exists()


def test_an_error_says_so_and_the_next_one_can_be_asked_for(client, asked):
    def broken(**_):
        raise ZeroDivisionError

    export = verbs.build(export_pk=asked.pk, makers={"people": broken}, now=timezone.now())
    assert export.state == ExportState.FAILED
    assert "请再试一次" in sentence(client.get(f"/ledger/exports/{export.code}/"))
    assert ask(client, asked.user).status_code == 302


def test_one_at_a_time(client, asked):
    answer = ask(client, asked.user)
    assert answer.status_code == 422
    assert "上一份还在生成" in sentence(answer)
    assert LedgerExport.objects.count() == 1


def test_what_a_dead_worker_left_is_made_by_the_next(asked):
    LedgerExport.objects.update(state=ExportState.RUNNING, claimed_until=timezone.now() + timedelta(minutes=1))
    assert build(asked).state == ExportState.RUNNING
    LedgerExport.objects.update(claimed_until=timezone.now() - timedelta(minutes=1))
    assert build(asked).state == ExportState.READY
