"""The ledgers as files: what stands in them, what spreadsheets cannot be made to do, and who made them."""

import csv
import io
from datetime import date, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st
from openpyxl import load_workbook

from recruitment.actions.access import EXPORTED
from recruitment.imports.cells import read_workbook
from recruitment.imports.headers import find_header
from recruitment.models import AccessEntry
from recruitment.sheets import Column, columns_of, grouped
from recruitment.spreadsheets import BYTE_ORDER_MARK, Book, as_csv, as_xlsx, is_dangerous
from recruitment.views import exports as views
from tests.recruitment.imports.conftest import Sender

TRAPS = ["=1+1", "+1", "-1", "@SUM(A1)", "\t=1", "\r=1", "＝1+1", "＋1", "－1", "＠SUM(A1)", " =1", "　＝1", "\ufeff=1", "\n=1"]


def book(*values):
    """A book of one row with these values in columns of their own."""
    columns = [Column(f"c{place}", f"列{place}", "基本情况", lambda sheet: None) for place, _ in enumerate(values)]
    return Book(title="台账", unit="党支部", note="截至", groups=grouped(columns), rows=[(1, "沈砚舟", "冰冻圈", *values)])


def read(content):
    return load_workbook(io.BytesIO(content)).active


def lines(content):
    return list(csv.reader(io.StringIO(content.decode("utf-8-sig"))))


# --- files


def test_the_workbook_has_title_unit_and_two_header_rows_that_stay_in_sight():
    sheet = read(as_xlsx(book(date(2026, 3, 1), "甲")))
    assert sheet["A1"].value == "台账"
    assert sheet["A2"].value.startswith("党组织（盖章）：党支部")
    assert [sheet.cell(row=3, column=place).value for place in range(1, 5)] == ["序号", "姓名", "所在党支部", "基本情况"]
    assert [sheet.cell(row=4, column=place).value for place in (4, 5)] == ["列0", "列1"]
    assert sheet.freeze_panes == "D5"
    assert sheet.print_title_rows == "$3:$4"
    assert sheet.page_setup.orientation == "landscape"


def test_dates_are_dates_and_numbers_are_texts_or_numbers_as_they_were():
    sheet = read(as_xlsx(book(date(2026, 3, 1), "00123", 11, None)))
    day, number, count, nothing = (sheet.cell(row=5, column=place) for place in range(4, 8))
    assert day.value == datetime(2026, 3, 1)  # noqa: DTZ001  # how openpyxl hands out a day
    assert day.number_format == "yyyy-mm-dd"
    assert (number.value, number.number_format) == ("00123", "@")
    assert (count.value, nothing.value) == (11, None)


@pytest.mark.parametrize("trap", TRAPS)
def test_nothing_becomes_a_formula(trap):
    sheet = read(as_xlsx(book(trap)))
    cell = sheet.cell(row=5, column=4)
    assert cell.data_type == "s"
    assert cell.quotePrefix
    assert lines(as_csv(book(trap)))[1][3].startswith("'")


@given(st.text(max_size=8))
def test_no_text_whatever_becomes_a_formula(text):
    cell = read(as_xlsx(book(text))).cell(row=5, column=4)
    assert cell.value is None or cell.data_type == "s"
    plain = lines(as_csv(book(text)))[1][3]
    assert not is_dangerous(plain)


@pytest.mark.parametrize("text", ["沈砚舟", "2026-03-01", "1 - 2", "A=1", "研究员", ""])
def test_ordinary_texts_stay_as_they_are(text):
    assert lines(as_csv(book(text)))[1][3] == text
    assert (read(as_xlsx(book(text))).cell(row=5, column=4).value or "") == text


def test_the_csv_begins_with_the_mark_that_excel_needs():
    content = as_csv(book(date(2026, 3, 1)))
    assert content.decode().startswith(BYTE_ORDER_MARK)
    assert lines(content)[1] == ["1", "沈砚舟", "冰冻圈", "2026-03-01"]


def test_every_column_of_a_file_has_a_name_of_its_own():
    titles = [column.title for column in columns_of("all")]
    assert len(set(titles)) == len(titles)


# --- who may, and what is noted


def test_the_file_holds_what_the_page_shows(cast, factory, client):
    candidate = factory.candidate(5, person=factory.person("积极乙"))
    factory.candidate(1, person=factory.person("申请甲"))
    client.force_login(cast.secretary)
    answer = client.get("/ledger/export.xlsx", {"kind": "activists"})
    assert answer["Content-Type"].startswith("application/vnd.openxml")
    assert "attachment" in answer["Content-Disposition"]
    assert "no-store" in answer["Cache-Control"]
    sheet = read(answer.content)
    assert sheet["A1"].value == "入党积极分子工作台账"
    assert "周维岳导出于" in sheet["A2"].value
    heads = {sheet.cell(row=4, column=place).value: place for place in range(4, sheet.max_column + 1)}
    assert sheet.cell(row=5, column=2).value == "积极乙"
    assert sheet.cell(row=5, column=heads["工号"]).value == candidate.person.staff_number
    assert sheet.cell(row=5, column=heads["申请入党时间"]).value.date() == candidate.applied_on
    assert sheet.cell(row=5, column=heads["确定积极分子时间"]).value.date() == candidate.activist_on
    assert sheet.max_row == 5


def test_the_csv_holds_the_same_people(cast, factory, client):
    factory.candidate(1, person=factory.person("申请甲"))
    client.force_login(cast.secretary)
    rows = lines(client.get("/ledger/export.csv").content)
    assert [row[1] for row in rows] == ["姓名", "申请甲"]


def test_who_exported_how_many_is_noted(cast, factory, client):
    factory.applicant()
    client.force_login(cast.secretary)
    client.get("/ledger/export.xlsx", {"kind": "applicants"})
    entry = AccessEntry.objects.get(action=EXPORTED)
    assert (entry.user, entry.people_count, entry.what) == (cast.secretary, 1, "入党申请人工作台账（xlsx）")
    assert entry.address == "127.0.0.1"


def test_many_people_leave_only_for_a_reason(cast, factory, client, monkeypatch):
    monkeypatch.setattr(views, "PEOPLE_WITHOUT_REASON", 1)
    factory.applicant()
    factory.applicant()
    client.force_login(cast.secretary)
    asked = client.get("/ledger/export.xlsx")
    assert "事由" in asked.content.decode()
    assert client.post("/ledger/export.xlsx", {"reason": "看"}).status_code == 422
    assert not AccessEntry.objects.filter(action=EXPORTED).exists()
    answer = client.post("/ledger/export.xlsx", {"reason": "向上级党委报送台账"})
    assert len(list(read(answer.content).iter_rows(min_row=5))) == 2
    assert AccessEntry.objects.get(action=EXPORTED).reason == "向上级党委报送台账"


def test_exactly_fifty_people_need_no_reason():
    assert views.PEOPLE_WITHOUT_REASON == 50


@pytest.mark.parametrize("who", ["committee_secretary", "grantee"])
def test_insiders_without_the_right_are_told_whose_it_is(cast, factory, client, who):
    from tests.cast import grant_candidate

    candidate = factory.applicant()
    grant_candidate(candidate, cast.grantee, date(2099, 1, 1), by=cast.office)
    client.force_login(getattr(cast, who))
    assert client.get("/ledger/export.xlsx").status_code == 403


def test_the_file_keeps_to_the_filters(cast, factory, client):
    factory.applicant(person=factory.person("沈砚舟"))
    factory.applicant(person=factory.person("唐聿川"))
    client.force_login(cast.secretary)
    assert [row[1] for row in lines(client.get("/ledger/export.csv", {"q": "沈"}).content)[1:]] == ["沈砚舟"]


def test_one_persons_ledger_can_be_made(cast, factory, client):
    one, _ = factory.applicant(), factory.applicant()
    client.force_login(cast.secretary)
    assert len(lines(client.get("/ledger/export.csv", {"code": str(one.code)}).content)) == 2


def test_an_import_understands_every_column_of_an_export(cast, factory, client):
    factory.candidate(23)
    client.force_login(cast.secretary)
    workbook = client.get("/ledger/export.xlsx").content
    header = find_header(read_workbook(workbook).sheets[0])
    wanted = {column.key for column in columns_of("all")} - {"reviews"}
    assert {column.key for column in header.columns} >= wanted | {"name", "unit"}


@pytest.mark.parametrize("kind", ["xlsx", "csv"])
def test_an_export_comes_back_by_the_import_without_a_difference(cast, factory, client, kind):
    for step in (2, 5, 23):
        factory.candidate(step)
    client.force_login(cast.office)
    batch = Sender(cast).check(client.get(f"/ledger/export.{kind}").content, name=f"台账.{kind}")
    assert {outcome: count for outcome, count in batch.counts.items() if count} == {"same": 3}
