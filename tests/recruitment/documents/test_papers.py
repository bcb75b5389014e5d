"""Printed forms: filled from the facts, blank where there are none, harmless whatever a name holds; templates of one's own."""

import io
import re
import zipfile
from datetime import timedelta

import docx
import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone
from docx.shared import Mm, Pt

from recruitment.actions.papers import print_form, replace_template
from recruitment.actions.refusals import NotYours, Refused
from recruitment.calendar import add_months
from recruitment.facts import Votes
from recruitment.files.packages import examine
from recruitment.models import AccessEntry, PaperTemplate
from recruitment.papers import converting
from recruitment.papers.converting import NotConverted, as_pdf, converter
from recruitment.papers.defaults import MAKERS
from recruitment.papers.facts import BLANK, BLANK_DATE, chinese_date, empty_facts, sample_facts
from recruitment.papers.forms import BY_CODE, FORMS, TEMPLATES, WITH_TEMPLATES
from recruitment.papers.rendering import drawn
from recruitment.queries.papers import paper_facts
from tests.recruitment.documents import samples

FONTS = {"仿宋_GB2312", "方正小标宋简体", "黑体", "宋体"}


def text_of(content):
    """All words of a .docx, cells of tables included."""
    document = docx.Document(io.BytesIO(content))
    cells = [cell.text for table in document.tables for row in table.rows for cell in row.cells]
    return "\n".join([paragraph.text for paragraph in document.paragraphs] + cells)


def template_saying(*paragraphs):
    """A .docx with these paragraphs."""
    document = docx.Document()
    for text in paragraphs:
        document.add_paragraph(text)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


# --- The default templates


def test_every_form_has_its_default_template_and_every_template_a_form():
    assert set(MAKERS) == set(TEMPLATES)
    assert all(form.default_template.startswith(b"PK") for form in WITH_TEMPLATES)


@pytest.mark.parametrize("name", MAKERS)
def test_a_committed_template_is_what_its_maker_makes(name):
    committed = next(form for form in WITH_TEMPLATES if form.template == name).default_template
    _, members = examine(MAKERS[name]().saved())
    with zipfile.ZipFile(io.BytesIO(committed)) as archive:
        assert {part: archive.read(part) for part in archive.namelist()} == dict(members)


@pytest.mark.parametrize("name", MAKERS)
def test_a_default_template_keeps_the_customs_of_official_papers(name):
    document = docx.Document(io.BytesIO(MAKERS[name]().saved()))
    section = document.sections[0]
    page = (section.page_width, section.page_height, section.top_margin, section.bottom_margin, section.left_margin)
    for found, wanted in zip(page, (Mm(210), Mm(297), Mm(37), Mm(35), Mm(28)), strict=True):
        assert abs(found - wanted) < Mm(0.1)
    assert abs(section.right_margin - Mm(26)) < Mm(0.1)
    title, *rest = [paragraph for paragraph in document.paragraphs if paragraph.text.strip()]
    assert title.runs[0].font.size == Pt(22)
    body = [paragraph for paragraph in rest if paragraph.runs[0].font.size == Pt(16)]
    assert all(paragraph.paragraph_format.line_spacing == Pt(28) for paragraph in body)
    xml = document.element.xml
    assert set(re.findall(r'w:eastAsia="([^"]+)"', xml)) <= FONTS
    assert "PAGE" in section.footer._element.xml
    assert "PAGE" in section.even_page_footer._element.xml


@pytest.mark.parametrize("form", {form.template: form for form in WITH_TEMPLATES}.values(), ids=lambda form: form.template)
def test_a_form_draws_with_all_facts_and_with_none(form):
    for facts in (sample_facts(), empty_facts()):
        content, outline = drawn(form.default_template, facts)
        words = text_of(content)
        assert "{{" not in words and "{%" not in words
        assert outline
        if facts["person"]["name"]:
            assert "林<知>夏&" in words, "markup in a name is text"
        else:
            assert BLANK in words or form.template.endswith(("form", "record"))


# --- Filled from the facts


@pytest.mark.django_db
def test_the_facts_of_a_person_have_the_shape_that_templates_are_tried_with(cast, factory):
    candidate = factory.candidate(24)
    found = paper_facts(candidate=candidate, form=BY_CODE["target_publicity"], user=cast.secretary, now=timezone.now())
    assert shape(found) == shape(sample_facts())


def shape(value):
    """The names within a set of facts; of a list, those of its first part."""
    if isinstance(value, dict):
        return {name: shape(part) for name, part in value.items()}
    if isinstance(value, list):
        return [shape(value[0])] if value else []
    assert isinstance(value, str)
    return "text"


@pytest.mark.django_db
def test_the_resolution_says_who_came_how_they_voted_and_since_when(cast, factory):
    candidate = factory.candidate(17)
    content, _ = printed(cast, candidate, "admission_resolution")
    words = text_of(content)
    assert candidate.person.name in words
    assert "应到会有表决权的正式党员11名，实到会9名" in words
    assert "赞成9票，反对0票，弃权0票" in words
    assert f"自{chinese_date(candidate.probation_from_on)}起，至{chinese_date(candidate.probation_ends_on)}止" in words
    assert "冰冻圈科学党支部" in words
    assert BLANK_DATE not in words


@pytest.mark.django_db
def test_what_is_not_on_record_is_left_blank(cast, factory):
    candidate = factory.candidate(4)
    words = text_of(printed(cast, candidate, "admission_resolution")[0])
    assert BLANK_DATE in words and BLANK in words


@pytest.mark.django_db
def test_the_register_of_cultivation_holds_every_review(cast, factory):
    candidate = factory.candidate(6)
    words = text_of(printed(cast, candidate, "cultivation_form")[0])
    assert words.count("表现良好，继续培养。") == 10, "two reviews, each in the five columns that its cell spans"
    assert "第 一 次" in words and "第 二 次" in words
    assert cast.mentor.person.name in words


@pytest.mark.django_db
def test_the_whole_process_lists_the_steps_of_the_road(cast, factory):
    candidate = factory.candidate(25)
    words = text_of(printed(cast, candidate, "process_record")[0])
    for group in ("一、申请入党", "五、预备党员的教育考察和转正"):
        assert group in words
    assert "应到11、实到9、赞成9" in words
    assert "甘A000001" in words
    assert cast.secretary.display_name in words


@pytest.mark.django_db
@pytest.mark.parametrize("form", FORMS, ids=lambda form: form.code)
def test_every_form_prints_for_somebody_far_along(cast, factory, form):
    candidate = factory.candidate(24)
    assert candidate.person.name in text_of(printed(cast, candidate, form.code)[0])


@pytest.mark.django_db
def test_a_refused_applicant_gets_no_paper_that_says_accepted(cast, factory):
    candidate = factory.candidate(16)
    votes = Votes(eligible=9, present=9, in_favour=2, against=7)
    factory.record(candidate, 17, factory.today, conclusion="refused", votes=votes)
    words = text_of(printed(cast, factory.fresh(candidate), "admission_reply")[0])
    assert "不同意接收" in words
    assert "预备期自" not in words


AGAINST = Votes(eligible=11, present=9, in_favour=2, against=7)


@pytest.mark.django_db
def test_no_request_and_no_reply_says_that_a_meeting_agreed_which_did_not(cast, factory):
    applicant, probationer = factory.candidate(14), factory.candidate(22, days_ago=8)
    factory.record(applicant, 15, factory.today, conclusion="failed", votes=AGAINST)
    factory.record(probationer, 23, factory.today, conclusion="failed", votes=AGAINST)
    request, reply, asked, answered = (
        text_of(printed(cast, factory.fresh(candidate), code)[0])
        for candidate, code in (
            (applicant, "admission_request"), (applicant, "admission_reply"),
            (probationer, "conversion_request"), (probationer, "conversion_reply"),
        )
    )  # fmt: skip
    assert "大会未通过接收" in request and "同意接收" not in request
    assert f"{BLANK}接收" in reply and "同意接收" not in reply
    assert "大会没有形成决议" in asked and "按期转为" not in asked
    assert "按期转为" not in answered


@pytest.mark.django_db
def test_an_extension_stands_in_the_reply_and_changes_no_earlier_paper(cast, factory):
    candidate = factory.candidate(22, days_ago=30)
    first_end, until = candidate.probation_ends_on, add_months(candidate.probation_ends_on, 6)
    extended = {"conclusion": "extended", "extended_until_on": until}
    factory.record(candidate, 23, factory.today - timedelta(days=10), **extended)
    drafted = text_of(printed(cast, factory.fresh(candidate), "conversion_reply")[0])
    assert f"延长至{chinese_date(until)}" in drafted and "按期转为" not in drafted
    factory.record(candidate, 24, factory.today, **extended)
    candidate = factory.fresh(candidate)
    assert candidate.probation_ends_on == until
    for code in ("admission_resolution", "admission_reply", "conversion_resolution", "conversion_request"):
        words = text_of(printed(cast, candidate, code)[0])
        assert f"至{chinese_date(first_end)}" in words
        assert code.startswith("conversion") == (chinese_date(until) in words)


@pytest.mark.django_db
def test_who_was_found_wanting_is_not_called_fit(cast, factory):
    candidate = factory.candidate(11)
    factory.record(candidate, 12, factory.today, conclusion="unqualified")
    words = text_of(printed(cast, factory.fresh(candidate), "pre_examination_request")[0])
    assert "不合格" in words and "基本具备" not in words


@pytest.mark.django_db
def test_names_full_of_markup_formulas_and_control_characters_stay_text(cast, factory):
    hostile = '<w:p/>&{{7*7}}{%x%}=1+1\x0b\x00"\u202e'
    person = factory.person(name="甲乙")
    candidate = factory.candidate(4, person=person)
    person.name, person.native_place = hostile[:60], '=HYPERLINK("http://x")'
    candidate.person = person
    facts = paper_facts(candidate=candidate, form=BY_CODE["activist_form"], user=cast.secretary, now=timezone.now())
    words = text_of(drawn(BY_CODE["activist_form"].default_template, facts)[0])
    assert "<w:p/>&{{7*7}}" in words
    assert "49" not in words
    assert '=HYPERLINK("http://x")' in words


def printed(cast, candidate, code):
    return print_form(user=cast.secretary, candidate=candidate, form=BY_CODE[code], now=timezone.now())


# --- On the screen, and who may


@pytest.mark.django_db
def test_a_secretary_prints_from_the_page_of_a_person_and_is_on_the_log(client, cast, factory):
    candidate = factory.candidate(6)
    client.force_login(cast.secretary)
    page = client.get(reverse("candidate", args=[candidate.code])).content.decode()
    assert reverse("papers", args=[candidate.code]) in page
    papers = client.get(reverse("papers", args=[candidate.code])).content.decode()
    assert all(form.title in papers for form in FORMS)
    shown = client.get(reverse("paper", args=[candidate.code, "cultivation_form"]))
    html = shown.content.decode()
    assert "入党积极分子培养教育考察登记表" in html and candidate.person.name in html
    assert "表现良好，继续培养。" in html
    word = client.get(reverse("paper-word", args=[candidate.code, "cultivation_form"]))
    assert word["Content-Disposition"].startswith("attachment")
    assert word["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert candidate.person.name in text_of(word.content)
    entries = AccessEntry.objects.filter(user=cast.secretary, candidate=candidate, action="printed")
    assert [entry.what for entry in entries] == ["打印：入党积极分子培养教育考察登记表"] * 2


@pytest.mark.django_db
def test_a_register_on_the_screen_has_the_columns_of_the_file(client, cast, factory):
    client.force_login(cast.secretary)
    html = client.get(reverse("paper", args=[factory.candidate(4).code, "activist_form"])).content.decode()
    assert html.count("<col ") == 6
    assert 'colspan="5"' in html
    widths = [float(width) for width in re.findall(r"--p:([\d.]+)%", html)]
    assert 99 < sum(widths) < 101


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("who", "status"),
    [
        ("office", 200),
        ("stand_in", 200),
        ("committee_secretary", 403),
        ("mentor", 403),
        ("neighbour_secretary", 404),
        ("sub_office", 404),
        ("hr", 404),
        ("auditor", 404),
        ("stranger", 404),
        ("former_secretary", 404),
    ],
)
def test_forms_are_printed_by_those_who_act_for_the_unit(client, cast, factory, who, status):
    candidate = factory.candidate(5)
    client.force_login(getattr(cast, who))
    for name, args in (("papers", []), ("paper", ["talk_record"]), ("paper-word", ["talk_record"])):
        assert client.get(reverse(name, args=[candidate.code, *args])).status_code == status, name
    if status != 200:
        assert not AccessEntry.objects.filter(action="printed").exists()


@pytest.mark.django_db
def test_a_form_that_there_is_not_is_not_found(client, cast, factory):
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    assert client.get(reverse("paper", args=[candidate.code, "no_such_form"])).status_code == 404


# --- PDF


@pytest.mark.django_db
def test_without_libreoffice_the_page_says_so_and_offers_no_pdf(client, cast, factory):
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    html = client.get(reverse("papers", args=[candidate.code])).content.decode()
    assert "没有装 LibreOffice" in html
    assert reverse("paper-pdf", args=[candidate.code, "talk_record"]) not in html
    answer = client.get(reverse("paper-pdf", args=[candidate.code, "talk_record"]), follow=True)
    assert "排不出 PDF" in answer.content.decode()
    assert not AccessEntry.objects.filter(action="printed").exists()
    with pytest.raises(NotConverted):
        as_pdf(b"")


@pytest.mark.django_db
def test_a_converter_makes_the_pdf_and_one_that_fails_is_told(client, cast, factory, monkeypatch, tmp_path):
    monkeypatch.setattr(converting, "PROGRAMS", ("soffice",))
    program = tmp_path / "soffice"
    monkeypatch.setenv("PATH", f"{tmp_path}:/usr/bin:/bin")
    program.write_text('#!/bin/sh\nfor last; do :; done\nprintf "%%PDF-1.7" > "$(dirname "$last")/paper.pdf"\n')
    program.chmod(0o755)
    assert converter() == str(program)
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    address = reverse("paper-pdf", args=[candidate.code, "talk_record"])
    answer = client.get(address)
    assert (answer["Content-Type"], answer.content) == ("application/pdf", b"%PDF-1.7")
    program.write_text("#!/bin/sh\nexit 1\n")
    assert client.get(address).status_code == 302
    assert "LibreOffice 没有排出 PDF" in client.get(reverse("papers", args=[candidate.code])).content.decode()


# --- Templates of one's own


@pytest.mark.django_db
def test_the_office_replaces_a_template_for_its_units_and_goes_back(client, cast, factory):
    client.force_login(cast.office)
    assert client.get(reverse("paper-templates")).status_code == 200
    page = reverse("paper-template", args=["talk_record"])
    assert "{{ person.name }}" in client.get(page).content.decode()
    sent = SimpleUploadedFile("本院谈话记录.docx", template_saying("本院格式", "谈话对象：{{ person.name }}"))
    assert client.post(page, {"file": sent}).status_code == 302
    template = PaperTemplate.objects.get()
    candidate, other = factory.candidate(2), factory.candidate(2, unit=cast.ecology)
    assert "本院格式" in text_of(printed(cast, candidate, "talk_record")[0])
    by_other = print_form(user=cast.ecology_secretary, candidate=other, form=BY_CODE["talk_record"], now=timezone.now())
    assert "本院格式" in text_of(by_other[0]), "units below follow"
    assert client.get(reverse("paper-template-file", args=[template.code])).content == bytes(template.content)
    assert client.post(reverse("paper-template-end", args=[template.code])).status_code == 302
    assert "本院格式" not in text_of(printed(cast, candidate, "talk_record")[0])
    template.refresh_from_db()
    assert template.ended_by == cast.office


@pytest.mark.django_db
def test_the_template_of_the_nearer_committee_wins_and_old_ones_are_kept(cast, factory):
    for by, unit, words in (
        (cast.office, cast.institute, "院里第一版"),
        (cast.office, cast.institute, "院里第二版"),
        (cast.sub_office, cast.sub_committee, "生态党委版"),
    ):
        replace(by, unit, template_saying(words))
    ecology, glacier = factory.candidate(2, unit=cast.ecology), factory.candidate(2)
    drawn_for = print_form(
        user=cast.ecology_secretary, candidate=ecology, form=BY_CODE["talk_record"], now=timezone.now()
    )
    assert "生态党委版" in text_of(drawn_for[0])
    assert "院里第二版" in text_of(printed(cast, glacier, "talk_record")[0])
    assert PaperTemplate.objects.count() == 3
    assert PaperTemplate.objects.standing().count() == 2


def replace(by, unit, content, name="模板.docx"):
    return replace_template(by=by, unit=unit, name="talk_record", file_name=name, content=content, now=timezone.now())


ATTACKS = {
    "a name that there is not": (template_saying("{{ persom.name }}"), "persom"),
    "a part that there is not": (template_saying("{{ person.nmae }}"), "nmae"),
    "a mark that is not closed": (template_saying("{% if person.name %}"), "写法有误"),
    "a mark that reaches for Python": (template_saying("{{ ''.__class__.__mro__[1].__subclasses__() }}"), "标记"),
    "a mark that calls what it should not": (
        template_saying("{{ cycler.__init__.__globals__.os.popen('id').read() }}"),
        "标记",
    ),
    "a loop without end": (
        template_saying("{% for a in range(99999) %}{% for b in range(99999) %}x{% endfor %}{% endfor %}"),
        "超出限度",
    ),
    "a text of gigabytes": (template_saying("{{ 'x' * 9999999999 }}"), "请"),
    "a document with macros": (samples.macro_word(), "宏"),
    "a workbook": (samples.excel(), "不是 Word"),
    "a picture": (samples.jpeg(), "不是 Word"),
    "an empty file": (b"", "0 字节"),
}


@pytest.mark.django_db
@pytest.mark.parametrize("what", ATTACKS)
def test_a_template_that_does_not_draw_or_does_more_is_refused_with_a_sentence(cast, what):
    content, words = ATTACKS[what]
    with pytest.raises(Refused, match=words):
        replace(cast.office, cast.institute, content)
    assert not PaperTemplate.objects.exists()


@pytest.mark.django_db
def test_the_maker_of_a_template_leaves_no_name_in_it(cast):
    template = replace(cast.office, cast.institute, samples.word("{{ person.name }}"))
    assert samples.CANARY.encode() not in bytes(template.content)
    with zipfile.ZipFile(io.BytesIO(bytes(template.content))) as archive:
        assert not any(samples.CANARY.encode() in archive.read(name) for name in archive.namelist())


@pytest.mark.django_db
@pytest.mark.parametrize("who", ["secretary", "committee_secretary", "sub_office", "hr", "stranger", "auditor"])
def test_others_neither_see_nor_replace_the_institute_s_templates(client, cast, who):
    own = replace(cast.office, cast.institute, template_saying("院里的"))
    user = getattr(cast, who)
    client.force_login(user)
    pages = [("paper-template-file", [own.code])]
    if who != "sub_office":
        pages += [
            ("paper-templates", []),
            ("paper-template", ["talk_record"]),
            ("paper-template-default", ["talk_record"]),
        ]
    for name, args in pages:
        assert client.get(reverse(name, args=args)).status_code == 404, name
    assert client.post(reverse("paper-template-end", args=[own.code])).status_code == 404
    with pytest.raises(NotYours):
        replace(user, cast.institute, template_saying("别人的"))
