"""The contact ledger: who looks after whom on a day, every talk up to it, what came of it, and never what was said."""

import csv
import io
from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.utils import timezone
from openpyxl import load_workbook

from branches.models import User
from committee.actions.problems import answer_problem
from committee.actions.talks import record_talk
from committee.models import Problem, Solver, Talk, Way
from committee.queries.contact_sheet import ContactsAsked, contact_sheet_page, contacts_asked_again
from committee.rules.contact_sheet import COLUMNS, ContactKind, Rows
from recruitment.actions.access import EXPORTED
from recruitment.actions.contacts import assign_contact, end_contact
from recruitment.actions.declines import decline
from recruitment.models import AccessEntry

CANARY, NEEDS_CANARY = "金丝雀一号谈话内容", "金丝雀二号困难需求"


def sheet(user, days_ago=0, **options):
    """The contact ledger that ``user`` sees, as of some days ago."""
    today = timezone.localdate()
    asked = ContactsAsked(
        **({"kind": ContactKind.CONTACTS, "day": today - timedelta(days=days_ago), "today": today} | options)
    )
    return contact_sheet_page(user=user, asked=asked, number=1)


def cells(row):
    return {column.key: cell.text for column, cell in zip(COLUMNS, row.cells, strict=True)}


def held(found):
    """[(person, day of the talk)] of the rows."""
    return [(row.name, cells(row)["contact_held"]) for row in found.rows]


@pytest.fixture
def candidate(factory):
    return factory.candidate(5, days_ago=40, person=factory.person("沈砚舟"))


@pytest.fixture
def contact(cast, candidate):
    """沈望舒 of the committee looks after 沈砚舟 since seventy days."""
    return assign_contact(
        by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today - timedelta(days=70),
        reason="党委会研究确定", now=timezone.now(),
    )  # fmt: skip


def talk(cast, candidate, days_ago, by=None, **fields):
    values = {"way": Way.MEETING, "topics": ["research"], "outlook": CANARY, "needs": NEEDS_CANARY} | fields
    held_on = cast.today - timedelta(days=days_ago)
    return record_talk(by=by or cast.member, code=candidate.code, held_on=held_on, now=timezone.now(), **values)


def day(cast, days_ago):
    return f"{cast.today - timedelta(days=days_ago):%Y-%m-%d}"


def test_a_contact_without_a_talk_has_a_row_and_is_marked_when_it_is_late(cast, candidate, contact, settings):
    (row,) = sheet(cast.office).rows
    found = cells(row)
    assert (row.name, found["contact_leader"], found["contact_since"]) == ("沈砚舟", "沈望舒", day(cast, 70))
    assert "党委委员" in found["contact_post"]
    late = settings.YINLING_CONTACT_DAYS < 70
    assert found["contact_held"] == ("▲ 尚未谈话" if late else "尚未谈话")
    assert found["contact_quiet"] == ("▲ 70" if late else "70")


def test_every_talk_of_a_contact_has_a_row_with_its_facts(cast, candidate, contact):
    talk(cast, candidate, 60, place="所内")
    talk(cast, candidate, 3, way=Way.PHONE, follow_up_on=cast.today + timedelta(days=20))
    found = sheet(cast.office)
    assert held(found) == [("沈砚舟", day(cast, 3)), ("沈砚舟", day(cast, 60))]
    newest, oldest = (cells(row) for row in found.rows)
    assert (newest["contact_way"], newest["contact_quiet"], oldest["contact_quiet"]) == ("电话", "3", "—")
    assert newest["contact_next"] == f"{cast.today + timedelta(days=20):%Y-%m-%d}"
    assert oldest["contact_place"] == "所内"
    assert found.totals == {"people": 1, "talks": 2, "late": 0}


def test_only_the_last_talk_or_only_late_contacts_can_be_shown(cast, candidate, contact):
    talk(cast, candidate, 60)
    talk(cast, candidate, 3)
    assert held(sheet(cast.office, only=Rows.LAST)) == [("沈砚舟", day(cast, 3))]
    assert held(sheet(cast.office, only=Rows.LATE)) == []


def test_the_text_of_a_talk_is_nowhere(cast, candidate, contact, client):
    talk(cast, candidate, 3)
    client.force_login(cast.office)
    for address in ("/ledger/contacts/", "/ledger/contacts/export.csv"):
        for who in (cast.office, cast.member, cast.secretary):
            client.force_login(who)
            answer = client.get(address)
            assert CANARY not in answer.content.decode()
            assert NEEDS_CANARY not in answer.content.decode()


def test_a_problem_is_shown_with_the_answer_it_had_on_the_day(cast, candidate, contact):
    one = talk(cast, candidate, 30)
    raised_on, now = cast.today - timedelta(days=30), timezone.now()
    problem = Problem.objects.create(
        candidate=candidate, talk=one, raised_on=raised_on, summary="仪器机时不足", solver=Solver.DEPARTMENT,
        recorded_by=cast.member, recorded_at=now,
    )  # fmt: skip
    answer_problem(by=cast.office, code=problem.code, answer="已增加机时", answered_on=cast.today, now=now)
    assert cells(sheet(cast.office).rows[0])["contact_answer"] == "已增加机时"
    assert cells(sheet(cast.office).rows[0])["contact_problem"] == "仪器机时不足"
    before = cells(sheet(cast.office, days_ago=1).rows[0])
    assert (before["contact_problem"], before["contact_answer"]) == ("仪器机时不足", "—")


def test_a_past_day_shows_the_contacts_and_talks_of_that_day(cast, candidate, contact):
    talk(cast, candidate, 60)
    talk(cast, candidate, 3)
    assert held(sheet(cast.office, days_ago=10)) == [("沈砚舟", day(cast, 60))]
    assert held(sheet(cast.office, days_ago=65)) == [("沈砚舟", "尚未谈话")]
    assert held(sheet(cast.office, days_ago=71)) == []
    end_contact(
        by=cast.office, code=candidate.code, contact_id=contact.pk, version=None, decided_on=cast.today,
        reason="工作调整", now=timezone.now(),
    )  # fmt: skip
    assert held(sheet(cast.office)) == []
    assert held(sheet(cast.office, days_ago=1)) != []


def test_the_books_of_a_past_day_hold_only_what_was_entered_by_then(cast, candidate, contact):
    talk(cast, candidate, 60)
    assert held(sheet(cast.office, days_ago=10, as_recorded=True)) == []
    type(contact).history.filter(id=contact.pk).update(history_date=timezone.now() - timedelta(days=69))
    assert held(sheet(cast.office, days_ago=10, as_recorded=True)) == [("沈砚舟", "尚未谈话")]
    Talk.objects.update(recorded_at=timezone.now() - timedelta(days=59))
    assert held(sheet(cast.office, days_ago=10, as_recorded=True)) == [("沈砚舟", day(cast, 60))]


def test_an_end_entered_later_does_not_change_the_books_of_the_day(cast, candidate, contact):
    type(contact).history.filter(id=contact.pk).update(history_date=timezone.now() - timedelta(days=69))
    end_contact(
        by=cast.office, code=candidate.code, contact_id=contact.pk, version=None,
        decided_on=cast.today - timedelta(days=15), reason="工作调整", now=timezone.now(),
    )  # fmt: skip
    assert held(sheet(cast.office, days_ago=10)) == []
    assert held(sheet(cast.office, days_ago=10, as_recorded=True)) == [("沈砚舟", "尚未谈话")]
    type(contact).history.filter(id=contact.pk, ends_on__isnull=False).update(
        history_date=timezone.now() - timedelta(days=14)
    )
    assert held(sheet(cast.office, days_ago=10, as_recorded=True)) == []


def test_all_talks_by_whomsoever_can_be_listed(cast, candidate, contact):
    talk(cast, candidate, 6)
    talk(cast, candidate, 2, by=cast.secretary)
    found = sheet(cast.office, kind=ContactKind.TALKS, sort="-held")
    assert [(cells(row)["contact_leader"], cells(row)["contact_relation"]) for row in found.rows] == [
        ("周维岳", "—"),
        ("沈望舒", "定向联系"),
    ]


def test_nobody_sees_more_than_the_people_within_reach(cast, candidate, contact, factory, client):
    talk(cast, candidate, 3)
    assert held(sheet(cast.secretary)) != []
    assert held(sheet(cast.member)) != []
    for who in (cast.neighbour_secretary, cast.other_member, cast.sub_office):
        assert held(sheet(who)) == []
        assert held(sheet(who, kind=ContactKind.TALKS)) == []
    client.force_login(cast.stranger)
    assert client.get("/ledger/contacts/").status_code == 404


def test_whoever_said_no_is_gone(cast, candidate, contact):
    talk(cast, candidate, 3)
    decline(by=cast.office, code=candidate.code, now=timezone.now())
    for days_ago in (0, 10):
        assert held(sheet(cast.office, days_ago=days_ago)) == []
        assert held(sheet(cast.office, days_ago=days_ago, kind=ContactKind.TALKS)) == []


def test_the_filters_find_either_side_by_name_and_the_branch(cast, candidate, contact):
    for text in ("沈砚舟", "沈望舒", "沈"):
        assert len(sheet(cast.office, q=text).rows) == 1
    assert sheet(cast.office, q="无此人").rows == []
    assert len(sheet(cast.office, unit=cast.glacier.path).rows) == 1
    assert sheet(cast.office, unit=cast.desert.path).rows == []
    assert len(sheet(cast.office, unit=cast.glacier.path, days_ago=1).rows) == 1
    assert sheet(cast.office, unit=cast.desert.path, days_ago=1).rows == []


def test_the_files_hold_what_the_page_shows_and_are_logged(cast, candidate, contact, client):
    talk(cast, candidate, 3)
    client.force_login(cast.office)
    book = load_workbook(io.BytesIO(client.get("/ledger/contacts/export.xlsx").content)).active
    assert book["A1"].value == "定向联系工作台账"
    heads = {book.cell(row=4, column=place).value: place for place in range(1, book.max_column + 1)}
    assert book.cell(row=5, column=2).value == "沈砚舟"
    assert book.cell(row=5, column=heads["联系领导"]).value == "沈望舒"
    assert book.cell(row=5, column=heads["谈话时间"]).value.date() == cast.today - timedelta(days=3)
    lines = list(csv.reader(io.StringIO(client.get("/ledger/contacts/export.csv").content.decode("utf-8-sig"))))
    assert [line[1] for line in lines] == ["姓名", "沈砚舟"]
    entries = AccessEntry.objects.filter(action=EXPORTED).values_list("what", "people_count")
    assert sorted(entries) == [("定向联系工作台账（csv）", 1), ("定向联系工作台账（xlsx）", 1)]


def test_the_page_works_like_the_other_ledgers(cast, candidate, contact, client):
    talk(cast, candidate, 3)
    client.force_login(cast.office)
    html = client.get("/ledger/contacts/", {"day": day(cast, 1), "as_recorded": "on", "sort": "name"}).content.decode()
    fresh = client.get("/ledger/contacts/").content.decode()
    assert "data-sheet" in fresh
    assert 'class="chain is-new"' in fresh, "what nobody verified is not shown as verified"
    assert "当日所录" in html
    assert (
        client.get("/ledger/contacts/", {"day": "x", "kind": "x", "unit": "x", "only": "x", "page": "x"}).status_code
        == 200
    )
    assert "/ledger/contacts/" in client.get("/ledger/").content.decode()


def test_a_stored_question_is_asked_again_the_same(cast):
    asked = ContactsAsked(kind=ContactKind.TALKS, day=cast.today, today=cast.today, q="沈", unit="000001/", only="last")
    assert contacts_asked_again(asked.stored()) == asked


def test_thirty_rows_cost_what_three_cost(cast, factory):
    def more(count):
        for _ in range(count):
            person = factory.prospect()
            assign_contact(
                by=cast.office, code=person.code, leader=cast.member.person, decided_on=cast.today - timedelta(days=20),
                reason="党委会研究确定", exception_reason="测试", now=timezone.now(),
            )  # fmt: skip
            talk(
                cast, person, 1, by=User.objects.get(pk=cast.member.pk)
            )  # whose reach is not asked for once and for all

    def cost(days_ago):
        with CaptureQueriesContext(connection) as queries:
            sheet(cast.office, days_ago=days_ago)
        return len(queries)

    more(3)
    few = [cost(0), cost(1)]
    more(7)
    assert [cost(0), cost(1)] == few
    assert few[0] <= 12
