"""The pages, from the file to the people, as a secretary walks through them; what they cost, and what they refuse."""

import io
from datetime import date

import openpyxl
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from recruitment.imports.limits import LIMITS, MEGABYTE
from recruitment.imports.states import BatchState
from recruitment.models import Candidate, ImportBatch
from recruitment.tasks import work_on_imports
from tests.recruitment.imports import hostile, ledgers

GOOD = {"姓名": "罗汉松", "工号": "T0001", "出生年月": date(1985, 4, 5), "申请入党时间": "2026.3.10"}
COLUMNS = ["序号", "姓名", "工号", "出生年月", "申请入党时间", "谈话时间"]

pytestmark = pytest.mark.django_db


def sent(content, name="台账.xlsx"):
    return SimpleUploadedFile(name, content if isinstance(content, bytes) else ledgers.xlsx(content))


@pytest.fixture
def secretary_client(client, cast):
    client.force_login(cast.secretary)
    return client


def page_of(batch, name):
    return reverse(name, args=[batch.code])


def checked(sender, cast, people, columns=COLUMNS, **fields):
    return sender.check(ledgers.table(columns, people), by=cast.secretary, default=cast.glacier, **fields)


def test_a_secretary_walks_from_the_file_to_the_people(secretary_client, cast):
    client = secretary_client
    assert client.get(reverse("import")).status_code == 200
    rows = ledgers.table(COLUMNS, [GOOD, {**GOOD, "姓名": "白桦", "工号": "T0002", "申请入党时间": "2025.2.30"}])
    response = client.post(reverse("import"), {"file": sent(rows), "unit": cast.glacier.pk})
    batch = ImportBatch.objects.get()
    assert response.url == page_of(batch, "import-mapping")
    page = client.get(response.url)
    form = page.context["form"]
    assert "表头在第 1 行" in page.content.decode()
    response = client.post(response.url, {name: form[name].initial or "" for name in form.fields})
    assert response.url == page_of(batch, "import-check")
    page = client.get(response.url)
    text = page.content.decode()
    assert "日期不存在：2025 年 2 月只有 28 天" in text
    assert "1 行可写入" in text
    ready = client.get(response.url, {"view": "ready"}).content.decode()
    assert "罗汉松" in ready
    assert "2026-03-10" in ready
    assert not Candidate.objects.exists()
    fingerprint = page.context["consent"]["fingerprint"].value()
    response = client.post(page_of(batch, "import-confirm"), {"fingerprint": fingerprint})
    assert response.url == page_of(batch, "import-progress")
    assert "等待写入" in client.get(response.url).content.decode()
    fragment = client.get(response.url, headers={"HX-Request": "true"}).content.decode()
    assert "<html" not in fragment
    assert "等待写入" in fragment
    work_on_imports()
    assert client.get(response.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = client.get(response.url).content.decode()
    assert "已写入 1 行" in done
    assert "1 行没有写入" in done
    assert Candidate.objects.get().person.name == "罗汉松"
    response = client.post(page_of(batch, "import-undo"), {"reason": "传错了文件"})
    work_on_imports()
    assert "这一批已撤销" in client.get(response.url).content.decode()
    assert "台账.xlsx" in client.get(reverse("import-history")).content.decode()


@pytest.mark.parametrize(
    "name", ["macros", "a picture renamed", "a workbook under a password", "one hundred thousand rows", "nothing"]
)
def test_a_file_that_is_refused_says_why_beside_the_field(secretary_client, cast, name):
    make, word = hostile.FILES[name]
    response = secretary_client.post(reverse("import"), {"file": sent(make(), "名册.xlsx"), "unit": cast.glacier.pk})
    assert response.status_code == 422
    assert word in response.content.decode()
    assert response.context["form"].errors["file"]
    assert not ImportBatch.objects.exists()


@pytest.mark.parametrize("megabytes", [11, 50, 200])
def test_a_file_that_is_too_large_is_refused_before_it_is_kept(secretary_client, cast, megabytes, settings, tmp_path):
    settings.FILE_UPLOAD_TEMP_DIR = str(tmp_path)
    file = SimpleUploadedFile("名册.xlsx", b"PK\x03\x04" + bytes(megabytes * MEGABYTE))
    response = secretary_client.post(reverse("import"), {"file": file, "unit": cast.glacier.pk})
    assert response.status_code == 413
    assert f"文件有 {megabytes}.0 MB，一次最多 10 MB" in response.content.decode()
    assert list(tmp_path.iterdir()) == []


def test_a_file_as_large_as_allowed_is_looked_at(secretary_client, cast):
    file = SimpleUploadedFile("名册.xlsx", b"PK\x03\x04" + bytes(LIMITS.file_bytes - 4))
    response = secretary_client.post(reverse("import"), {"file": file, "unit": cast.glacier.pk})
    assert response.status_code == 422
    assert "不完整" in response.content.decode()


def test_a_file_cannot_be_sent_from_another_site(cast):
    client = Client(enforce_csrf_checks=True)
    client.force_login(cast.secretary)
    assert (
        client.post(reverse("import"), {"file": sent([["姓名", "工号"]]), "unit": cast.glacier.pk}).status_code == 403
    )


def test_a_unit_that_is_not_ones_own_cannot_be_chosen(secretary_client, cast):
    response = secretary_client.post(
        reverse("import"), {"file": sent(ledgers.table(COLUMNS, [GOOD])), "unit": cast.desert.pk}
    )
    assert response.status_code == 422
    assert not ImportBatch.objects.exists()


def test_nobody_without_a_branch_to_act_for_finds_the_pages(client, cast):
    for user in (
        cast.member,
        cast.mentor,
        cast.hr,
        cast.auditor,
        cast.system_administrator,
        cast.stranger,
        cast.former_secretary,
    ):
        client.force_login(user)
        for name in ("import", "import-template", "import-history"):
            assert client.get(reverse(name)).status_code == 404, (user, name)
        assert client.post(reverse("import"), {"file": sent([["姓名"]])}).status_code == 404
        assert client.post(reverse("import"), b"0" * (11 * MEGABYTE), content_type="text/plain").status_code == 404


def test_others_do_not_find_a_batch(client, sender, cast):
    batch = checked(sender, cast, [GOOD])
    for user in (cast.neighbour_secretary, cast.member, cast.mentor, cast.stranger, cast.sub_office, cast.hr):
        client.force_login(user)
        for name in ("import-progress", "import-mapping", "import-check", "import-annotated"):
            assert client.get(page_of(batch, name)).status_code == 404, (user, name)
        for name in ("import-mapping", "import-check", "import-confirm", "import-cancel", "import-undo"):
            assert client.post(page_of(batch, name), {"reason": "x", "fingerprint": "x"}).status_code == 404, (
                user,
                name,
            )


def test_nothing_moves_by_looking(secretary_client, sender, cast):
    batch = checked(sender, cast, [GOOD])
    for name in ("import-confirm", "import-cancel", "import-undo"):
        assert secretary_client.get(page_of(batch, name)).status_code == 405
    batch.refresh_from_db()
    assert batch.state == BatchState.CHECKED


def test_a_mapping_that_cannot_be_is_shown_again(secretary_client, sender, cast):
    batch = sender.send(ledgers.table(COLUMNS, [GOOD]), by=cast.secretary)
    response = secretary_client.post(page_of(batch, "import-mapping"), {"column_1": "", "column_2": ""})
    assert response.status_code == 422
    assert "没有一列是“姓名”或“工号”" in response.content.decode()


def test_another_sheet_can_be_chosen(secretary_client, sender, cast):
    def prepare(book):
        for row in ledgers.table(["姓名", "工号", "递交申请书时间"], [["白桦", "T2", "2025-03-10"]]):
            book.create_sheet("去年").append(row) if "去年" not in book.sheetnames else book["去年"].append(row)

    batch = sender.send(ledgers.xlsx(ledgers.table(COLUMNS, [GOOD]), prepare=prepare), by=cast.secretary)
    assert "去年" in secretary_client.get(page_of(batch, "import-mapping")).content.decode()
    secretary_client.post(page_of(batch, "import-mapping"), {"sheet": "1"})
    assert "递交申请书时间" in secretary_client.get(page_of(batch, "import-mapping")).content.decode()


def test_a_doubt_is_settled_on_the_page(secretary_client, sender, cast):
    person = cast.scientists[0]
    batch = checked(sender, cast, [{**GOOD, "姓名": person.name, "工号": "T9999", "出生年月": person.birth_on}])
    page = secretary_client.get(page_of(batch, "import-check"))
    assert "是同一人吗" in page.content.decode()
    secretary_client.post(page_of(batch, "import-check") + "?view=problems", {"row_2": "same_person"})
    text = secretary_client.get(page_of(batch, "import-check"), {"view": "ready"}).content.decode()
    assert "1 行可写入" in text
    again = secretary_client.get(page_of(batch, "import-check"), {"view": "problems"}).content.decode()
    assert "same_person" in again  # and can be changed


def test_a_settled_doubt_that_leads_to_an_error_says_which(secretary_client, sender, cast):
    person = cast.full_members[0]
    batch = checked(sender, cast, [{**GOOD, "姓名": person.name, "工号": "T9999", "出生年月": person.birth_on}])
    secretary_client.post(page_of(batch, "import-check") + "?view=problems", {"row_2": "same_person"})
    text = secretary_client.get(page_of(batch, "import-check")).content.decode()
    assert "已选“是同一人”，可以改选" in text
    assert "名册中此人已是正式党员" in text
    assert "问题 <small>1</small>" in text


def test_the_rules_remarks_stand_beside_the_rows(secretary_client, sender, cast):
    batch = sender.check(
        ledgers.table([*COLUMNS, "列为积极分子时间"], [{**GOOD, "列为积极分子时间": "2026-10-09"}]), by=cast.secretary, default=cast.glacier
    )  # fmt: skip
    text = secretary_client.get(page_of(batch, "import-check"), {"view": "ready"}).content.decode()
    assert "第 2 步“党组织派人谈话”没有记录" in text


def test_a_remark_says_which_column_it_is_about(secretary_client, sender, cast):
    cells = {"申请入党时间": "25/3/1", "性别": "不明", "民族": "#N/A"}
    batch = checked(sender, cast, [GOOD | cells], columns=[*COLUMNS, "性别", "民族"])
    text = secretary_client.get(page_of(batch, "import-check"), {"view": "ready"}).content.decode()
    assert "申请入党时间：按“年月日”读作 2025-03-01" in text
    assert "性别：“不明”认不出" in text
    assert "民族：单元格是公式错误 #N/A" in text


def test_the_annotated_copy_is_the_users_own_file(secretary_client, sender, cast):
    batch = checked(sender, cast, [GOOD, {**GOOD, "姓名": "白桦", "工号": "T0002", "申请入党时间": "2025.2.30"}])
    response = secretary_client.get(page_of(batch, "import-annotated"))
    assert response.headers["Content-Disposition"].startswith("attachment")
    assert "no-store" in response.headers["Cache-Control"]
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [cell.value for cell in sheet[1]] == [*COLUMNS, "导入结果"]
    assert sheet["G2"].value is None
    assert "只有 28 天" in sheet["G3"].value
    assert "只有 28 天" in sheet["E3"].comment.text
    assert sheet["E3"].value == "2025.2.30"
    assert sheet["E3"].fill.fgColor.rgb != sheet["E2"].fill.fgColor.rgb


def test_the_copy_is_written_into_the_sheet_that_was_imported(secretary_client, sender, cast):
    def prepare(book):
        book.active.title = "说明（２）"
        book.create_sheet("名册（２０２６）")
        for row in ledgers.table(COLUMNS, [{**GOOD, "申请入党时间": "2025.2.30"}]):
            book["名册（２０２６）"].append([cell or None for cell in row])

    batch = sender.check(ledgers.xlsx([["请填写下一张"]], prepare=prepare), by=cast.secretary, default=cast.glacier)
    response = secretary_client.get(page_of(batch, "import-annotated"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    assert "只有 28 天" in book["名册（２０２６）"]["G2"].value
    assert book["说明（２）"].max_column == 1


@pytest.mark.parametrize("make", [ledgers.xls, ledgers.csv_file])
def test_for_other_formats_the_rows_in_question_come_in_a_new_file(secretary_client, sender, cast, make):
    rows = ledgers.table(COLUMNS, [GOOD, {**GOOD, "姓名": "白桦", "工号": "=cmd|x", "申请入党时间": "2025.2.30"}])
    batch = sender.check(make(rows), by=cast.secretary, default=cast.glacier, name="名册.csv")
    response = secretary_client.get(page_of(batch, "import-annotated"))
    sheet = openpyxl.load_workbook(io.BytesIO(response.content)).active
    assert [cell.value for cell in sheet[1]] == ["原行号", *COLUMNS, "导入结果"]
    assert [cell.value for cell in sheet[2]][:4] == [3, None, "白桦", "=cmd|x"]
    assert sheet["D2"].data_type == "s"  # a word, never a formula
    assert sheet.max_row == 2


def test_a_copy_too_heavy_to_be_written_anew_holds_the_rows_in_question(secretary_client, sender, cast, monkeypatch):
    from recruitment.imports import reading
    from recruitment.imports.refusals import FileRefused

    def too_heavy(*_):
        raise FileRefused("x")

    monkeypatch.setattr(reading, "annotated_copy", too_heavy)
    batch = checked(sender, cast, [{**GOOD, "申请入党时间": "2025.2.30"}])
    response = secretary_client.get(page_of(batch, "import-annotated"))
    assert openpyxl.load_workbook(io.BytesIO(response.content)).active["B1"].value == "序号"


def test_the_template_comes_back_as_it_went(secretary_client, sender, cast):
    response = secretary_client.get(reverse("import-template"))
    book = openpyxl.load_workbook(io.BytesIO(response.content))
    headings = {cell.value: cell.column_letter for cell in book.active[2]}
    person = {"姓名": "罗汉松", "工号": "00123", "出生年月": date(1985, 4, 5)}
    for name, value in (person | {"申请入党时间": date(2026, 3, 10), "谈话时间": date(2026, 3, 20)}).items():
        book.active[f"{headings[name]}3"] = value
    out = io.BytesIO()
    book.save(out)
    batch = sender.check(out.getvalue(), by=cast.secretary, default=cast.glacier)
    assert batch.counts["new"] == 1, sender.findings(batch)
    assert set(batch.layout["mapping"].values()) >= {
        "name",
        "staff_number",
        "applied_on",
        "talked_on",
        "approval_talked_on",
        "conversion_on",
    }
    assert sender.findings(batch)[3].trace[5:] == [1, 2]


def test_each_page_leads_on_to_where_the_batch_is(secretary_client, sender, cast):
    batch = sender.send(ledgers.table(COLUMNS, [GOOD]), by=cast.secretary)
    assert secretary_client.get(page_of(batch, "import-progress")).url == page_of(batch, "import-mapping")
    assert secretary_client.get(page_of(batch, "import-check")).url == page_of(batch, "import-progress")
    batch = checked(sender, cast, [GOOD])
    assert secretary_client.get(page_of(batch, "import-progress")).url == page_of(batch, "import-check")
    secretary_client.post(page_of(batch, "import-cancel"))
    assert "导入已取消" in secretary_client.get(page_of(batch, "import-progress")).content.decode()
    assert secretary_client.get(page_of(batch, "import-mapping")).url == page_of(batch, "import-progress")
    assert secretary_client.get(page_of(batch, "import-annotated")).status_code == 404


def test_a_page_of_fifty_rows_costs_the_queries_of_a_page_of_five(secretary_client, sender, cast):
    def queries(count, family):
        people = [
            {
                **GOOD,
                "姓名": f"{family}{chr(0x4E00 + n)}",
                "工号": f"{family}{n}".replace(family, "Q" + str(ord(family))),
            }
            for n in range(count)
        ]
        batch = checked(sender, cast, people)
        with CaptureQueriesContext(connection) as captured:
            assert secretary_client.get(page_of(batch, "import-check"), {"view": "ready"}).status_code == 200
        return len(captured)

    assert queries(5, "甲") == queries(50, "乙")


def test_people_that_may_no_longer_be_known_are_not_listed(secretary_client, sender, cast):
    from recruitment.actions.declines import decline

    batch = sender.commit(checked(sender, cast, [GOOD]), by=cast.secretary)
    candidate = Candidate.objects.get()
    url = page_of(batch, "import-progress")
    assert "罗汉松" in secretary_client.get(url).content.decode()
    decline(by=cast.secretary, code=candidate.code, now=timezone.now())
    assert "罗汉松" not in secretary_client.get(url).content.decode()
