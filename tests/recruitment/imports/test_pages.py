"""The pages, from the file to the people, as a secretary walks through them; and who may not."""

from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse

from recruitment.models import Candidate, ImportBatch
from recruitment.tasks import work_on_imports
from tests.recruitment.imports import ledgers

GOOD = {
    "姓名": "罗汉松",
    "工号": "T0001",
    "出生年月": date(1985, 4, 5),
    "申请入党时间": "2026.3.10",
}
COLUMNS = ["序号", "姓名", "工号", "出生年月", "申请入党时间", "谈话时间"]
PAGES = ("import-progress", "import-mapping", "import-check", "import-annotated")
ACTS = ("import-confirm", "import-cancel", "import-undo")


def sent(rows, name="台账.xlsx"):
    return SimpleUploadedFile(name, ledgers.xlsx(rows) if isinstance(rows, list) else rows)


@pytest.fixture
def secretary_client(client, cast):
    client.force_login(cast.secretary)
    return client


def upload(client, rows, **fields):
    return client.post(reverse("import"), {"file": sent(rows), **fields})


@pytest.mark.django_db
def test_a_secretary_walks_from_the_file_to_the_people(secretary_client, cast):
    client = secretary_client
    assert client.get(reverse("import")).status_code == 200
    rows = ledgers.table(COLUMNS, [GOOD, {**GOOD, "姓名": "白桦", "工号": "T0002", "申请入党时间": "2025.2.30"}])
    response = upload(client, rows, unit=cast.glacier.pk)
    batch = ImportBatch.objects.get()
    assert response.url == reverse("import-mapping", args=[batch.code])
    page = client.get(response.url)
    assert "申请入党时间" in page.content.decode()
    form = page.context["form"]
    data = {name: bound.initial or "" for name, bound in ((name, form[name]) for name in form.fields)}
    response = client.post(response.url, data)
    assert response.url == reverse("import-check", args=[batch.code])
    page = client.get(response.url)
    text = page.content.decode()
    assert "日期不存在：2025 年 2 月只有 28 天" in text
    assert "1 行可写入" in text
    ready = client.get(response.url, {"view": "ready"}).content.decode()
    assert "罗汉松" in ready and "2026-03-10" in ready
    assert not Candidate.objects.exists()
    fingerprint = page.context["consent"]["fingerprint"].value()
    response = client.post(reverse("import-confirm", args=[batch.code]), {"fingerprint": fingerprint})
    assert response.url == reverse("import-progress", args=[batch.code])
    waiting = client.get(response.url).content.decode()
    assert "等待写入" in waiting
    fragment = client.get(response.url, headers={"HX-Request": "true"})
    assert fragment.content.decode().startswith("<div") or 'id="progress"' in fragment.content.decode()
    work_on_imports()
    assert client.get(response.url, headers={"HX-Request": "true"}).headers["HX-Refresh"] == "true"
    done = client.get(response.url).content.decode()
    assert "已写入 1 行" in done and "1 行没有写入" in done
    assert Candidate.objects.get().person.name == "罗汉松"
    annotated = client.get(reverse("import-annotated", args=[batch.code]))
    assert annotated.headers["Content-Disposition"].startswith("attachment")
    response = client.post(reverse("import-undo", args=[batch.code]), {"reason": "传错了文件"})
    work_on_imports()
    assert "这一批已撤销" in client.get(response.url).content.decode()
    history = client.get(reverse("import-history")).content.decode()
    assert "台账.xlsx" in history
