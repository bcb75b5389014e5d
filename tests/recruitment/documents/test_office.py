"""Every printed form goes through LibreOffice: the pages are those that the layout asks for, in fonts that are there."""

import io
import os

import pypdfium2
import pytest

from recruitment.papers import converting
from recruitment.papers.converting import as_pdf
from recruitment.papers.facts import empty_facts, sample_facts
from recruitment.papers.forms import FORMS
from recruitment.papers.rendering import drawn
from tests.office import saved_anew

pytestmark = pytest.mark.slow
A4 = (595, 842)  # points
MOST_PAGES = {"talk_record": 1, "cultivation_form": 3, "process_record": 3, "political_review_report": 2}  # others: one


def test_every_form_becomes_pages_of_a4_whether_filled_or_empty(tmp_path):
    files = {
        f"{form.template}-{name}.docx": drawn(form.default_template, facts)[0]
        for form in FORMS
        for name, facts in (("filled", sample_facts()), ("empty", empty_facts()))
    }
    papers = saved_anew(tmp_path, files, "pdf")
    assert papers.keys() == {name.removesuffix(".docx") for name in files}
    for name, content in papers.items():
        document = pypdfium2.PdfDocument(io.BytesIO(content))
        assert len(document) <= MOST_PAGES.get(name.partition("-")[0], 1), name
        for page in document:
            assert sorted(round(side) for side in page.get_size()) == sorted(A4), name
        words = "".join(page.get_textpage().get_text_range() for page in document)
        assert ("林<知>夏&" in words) == name.endswith("-filled"), name


def test_the_site_itself_makes_a_pdf_with_it(monkeypatch, tmp_path):
    monkeypatch.setattr(converting, "PROGRAMS", (os.environ["SOFFICE"],))
    content, _ = drawn(FORMS[0].default_template, sample_facts())
    assert as_pdf(content).startswith(b"%PDF")
