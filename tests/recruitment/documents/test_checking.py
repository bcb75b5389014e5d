"""Reading everything in the vault and comparing it with the rows and the ledger."""

from io import StringIO

import pytest
from django.core.management import call_command

from recruitment.files import vault
from recruitment.models import Document, FileContent
from tests.recruitment.documents import samples

pytestmark = pytest.mark.django_db


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


def test_what_a_broken_upload_left_behind_is_removed_on_request_only(documents):
    name, _ = vault.put(b"half an upload")
    assert "残留 1 份。" in checked()[1]
    assert name in vault.names()
    assert "残留 1 份，已删去。" in checked("--remove-strays")[1]
    assert len(vault.names()) == 2
    assert checked()[0] == 0
