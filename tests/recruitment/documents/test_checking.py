"""Reading everything in the vault and comparing it with the rows and the ledger."""

from io import StringIO

import pytest
from django.core.management import call_command
from django.db import connection
from django.utils import timezone

from recruitment.actions.documents import erase_files, note_on_paper, withdraw
from recruitment.files import vault
from recruitment.models import Document, FileContent
from recruitment.queries.documents import lacking_of
from tests.recruitment.documents import samples
from tests.recruitment.ledger.tampering import as_administrator

# SQLite switches its foreign keys off only between transactions.
pytestmark = pytest.mark.django_db(transaction=connection.vendor == "sqlite")


@pytest.fixture
def documents(registry, factory):
    """Two scans of one person."""
    candidate = factory.candidate(2)
    first = registry.attach(candidate, ("一.pdf", samples.pdf(1)))
    return first + registry.attach(candidate, ("二.pdf", samples.pdf(2)), paper="other")


def checked(*arguments):
    """(exit code, what was said)."""
    said = StringIO()
    try:
        call_command("check_files", "--quiet", *arguments, stdout=said)
    except SystemExit as end:
        return end.code, said.getvalue()
    return 0, said.getvalue()


def test_all_is_well_while_nothing_was_touched(documents):
    assert checked() == (0, "核对 2 份内容，0 处不符。\n")


def test_a_file_that_is_gone_is_named(documents):
    content = documents[0].content
    vault.remove(content.name)
    code, said = checked()
    assert code == 1
    assert f"内容缺失或损坏：{content.hash[:16]}" in said


def test_a_content_exchanged_together_with_its_hash_is_told_by_the_ledger(documents):
    one, other = (document.content for document in documents)
    Document.objects.filter(pk=documents[0].pk).update(content=other)
    code, said = checked()
    assert code == 1
    assert f"材料与台账记录的校验码不符：{documents[0].code}" in said
    assert FileContent.objects.filter(pk=one.pk).exists()


def test_a_document_slipped_in_without_an_entry_is_told(documents):
    first = documents[0]
    Document.objects.create(
        candidate=first.candidate, step=2, paper="other", name="x.pdf", content=first.content, sent_hash="",
        uploaded_by=first.uploaded_by, uploaded_at=first.uploaded_at,
    )  # fmt: skip
    code, said = checked()
    assert code == 1
    assert "台账里没有这份材料" in said


def test_what_was_done_to_documents_past_the_site_is_told(documents, registry, factory):
    first, second = documents
    third, fourth = registry.attach(first.candidate, ("三.pdf", samples.pdf(3)), ("四.pdf", samples.pdf(4)))
    Document.objects.filter(pk=first.pk).delete()
    Document.objects.filter(pk=second.pk).update(candidate=factory.candidate(2))
    Document.objects.filter(pk=third.pk).update(withdrawn_at=third.uploaded_at)
    Document.objects.filter(pk=fourth.pk).update(content=None)
    code, said = checked()
    assert code == 1
    assert f"台账记录的材料不在了：{first.code}" in said
    assert f"材料不在台账记录的人和步骤名下：{second.code}" in said
    assert f"材料是否撤下与台账记录不符：{third.code}" in said
    assert f"材料的内容不在了，台账没有删除的记录：{fourth.code}" in said
    assert "4 处不符" in said


def test_what_was_withdrawn_noted_and_erased_by_the_site_is_well(documents, registry, cast):
    first, _ = documents
    candidate, now = first.candidate, timezone.now()
    withdraw(by=cast.secretary, code=candidate.code, document=first.code, reason="重复", now=now)
    papers = [(step, paper.code) for step, paper in lacking_of(candidate)][:1]
    note_on_paper(by=cast.secretary, code=candidate.code, papers=papers, place="三号柜", now=now)
    assert checked()[0] == 0
    erase_files(candidate=candidate, actor=None, now=now)
    assert checked()[0] == 0


def test_an_entry_that_cannot_be_read_does_not_stop_the_check(documents):
    with as_administrator() as cursor:
        cursor.execute("UPDATE recruitment_ledgerentry SET payload = %s WHERE action = 'document'", [b"[1]"])
    code, said = checked()
    assert code == 1
    assert "台账的条目读不出来" in said


def test_what_a_broken_upload_left_behind_is_removed_on_request_only(documents):
    name, _ = vault.put(b"half an upload")
    assert "残留 1 份。" in checked()[1]
    assert name in vault.names()
    assert "残留 1 份，已删去。" in checked("--remove-strays")[1]
    assert len(vault.names()) == 2
    assert checked()[0] == 0
