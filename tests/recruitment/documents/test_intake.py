"""What is taken in and what is not: by content, in a confined child, freed of what must not be kept."""

import io
import sys
import time
import zipfile
import zlib

import openpyxl
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from PIL import Image
from pypdf import PdfReader
from pypdf.generic import ArrayObject, NameObject, NullObject, StreamObject

from recruitment.files.intake import page_of, take_in
from recruitment.files.limits import FILE_BYTES
from recruitment.files.names import proper_name, readable_name
from recruitment.files.scanning import INFECTED, UNSCANNED, scan
from recruitment.imports.refusals import FileRefused
from tests.recruitment.documents import samples
from tests.recruitment.documents.samples import CANARY

SECONDS = 2.0  # F25


# --- Honest files


@pytest.mark.parametrize(
    ("name", "data", "kind", "pages"),
    [
        ("申请书.jpg", samples.jpeg(), "jpeg", 1),
        ("申请书.PNG", samples.png(), "png", 1),
        ("表决票.png", samples.png(mode="1"), "png", 1),
        ("政审材料.pdf", samples.pdf(3), "pdf", 3),
        ("决议.docx", samples.word(), "docx", None),
        ("名册.xlsx", samples.excel(), "xlsx", None),
        ("没有结尾", samples.pdf(1), "pdf", 1),
    ],
)
def test_an_honest_file_is_known_by_its_content_and_keeps_no_trace_of_its_maker(name, data, kind, pages):
    assert CANARY.encode() in data or kind in ("docx", "xlsx", "png")
    taken = take_in(name, data)
    assert (taken.kind, taken.pages, taken.is_signed) == (kind, pages, False)
    assert not traces(taken.content)
    assert take_in(name, data).hash == taken.hash, "the same file is the same content"


def traces(data):
    """Where in a file, and in the members of a package, the canary stands."""
    found = [CANARY.encode() in data]
    if data.startswith(b"PK"):
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            found += [CANARY.encode() in archive.read(name) for name in archive.namelist()]
    return any(found)


def test_a_picture_stands_upright_without_the_note_that_said_so():
    taken = take_in("a.jpg", samples.jpeg((60, 40)))
    with Image.open(io.BytesIO(taken.content)) as kept:
        assert kept.size == (40, 60)
        assert not kept.getexif()
    assert taken.thumbnail.startswith(b"\xff\xd8")


def test_a_scan_of_sixteen_bits_keeps_its_greys():
    with Image.open(io.BytesIO(take_in("扫描.png", samples.grey_png()).content)) as kept:
        assert [kept.getpixel((dot, 9)) for dot in (0, 25, 50, 75, 99)] == [0, 64, 129, 193, 255]


def test_a_link_by_a_field_and_words_that_look_like_fields_are_kept():
    fields = samples.field('HYPERLINK "https://www.12371.cn/link/import"') + samples.field("PAGEREF rd \\h")
    assert take_in("决议.docx", samples.in_document(fields)).kind == "docx"


def test_photographs_within_a_pdf_and_a_word_file_lose_their_notes_too():
    scanned = samples.pdf(2, scanned=True)
    assert CANARY.encode() in scanned
    taken = take_in("扫描.pdf", scanned)
    assert not traces(taken.content)
    assert samples.pages_of(taken.content) == 2
    assert traces(samples.word())
    kept = samples.document_of(take_in("决议.docx", samples.word()).content)
    assert kept.paragraphs[0].text == "同意接收。"
    assert kept.core_properties.author == ""


def packed_again(writer):
    """Every photograph of the PDF, packed once more, as some scanners do; the first one's filters stand elsewhere."""
    photos = [it for it in writer._objects if isinstance(it, StreamObject) and it.get("/Filter") == "/DCTDecode"]
    for photo in photos:
        photo._data = zlib.compress(photo._data)
        filters = ArrayObject([NameObject("/FlateDecode"), NameObject("/DCTDecode")])
        photo[NameObject("/Filter")] = writer._add_object(filters) if photo is photos[0] else filters
        photo[NameObject("/DecodeParms")] = ArrayObject([NullObject(), NullObject()])
    assert photos


def test_photographs_that_a_pdf_packed_again_lose_their_notes_and_are_still_seen():
    scanned = samples.pdf(2, scanned=True, change=packed_again)
    taken = take_in("扫描.pdf", scanned)
    photos = [image for page in PdfReader(io.BytesIO(taken.content)).pages for image in page.images]
    assert len(photos) == 2
    for photo in photos:
        assert photo.image.getpixel((9, 9))[0] > 150
        assert not photo.image.getexif()
        assert CANARY.encode() not in photo.data


def test_a_kept_workbook_opens_and_says_what_it_said():
    kept = openpyxl.load_workbook(io.BytesIO(take_in("名册.xlsx", samples.excel(5)).content))
    assert kept.active.max_row == 5


@pytest.mark.parametrize("opens", [None, "/GoTo"])
def test_a_signed_pdf_is_kept_byte_for_byte(opens):
    data = samples.signed_pdf(opens=opens)
    taken = take_in("批复.pdf", data)
    assert taken.is_signed
    assert taken.content == data


def test_a_local_template_named_in_a_word_file_is_forgotten():
    data = samples.related("attachedTemplate", "file:///C:/Users/somebody/Normal.dotm")
    with zipfile.ZipFile(io.BytesIO(take_in("决议.docx", data).content)) as archive:
        assert b"somebody" not in archive.read("word/_rels/document.xml.rels")


def test_a_link_to_a_page_is_kept():
    data = samples.related("hyperlink", "https://www.12371.cn/")
    with zipfile.ZipFile(io.BytesIO(take_in("决议.docx", data).content)) as archive:
        assert b"https://www.12371.cn/" in archive.read("word/_rels/document.xml.rels")


def test_pages_are_drawn_one_by_one():
    content = take_in("a.pdf", samples.pdf(2)).content
    with Image.open(io.BytesIO(page_of(content, "pdf", 2, 300))) as page:
        assert (page.format, page.width) == ("JPEG", 300)
    with pytest.raises(FileRefused):
        page_of(content, "pdf", 3, 300)


# --- Hostile files

HOSTILE = {
    "an empty file": ("a.pdf", lambda: b"", "0 字节"),
    "a file of eleven megabytes": ("a.pdf", lambda: samples.pdf(1) + b"\0" * 11 * 1024 * 1024, "最多 10 MB"),
    "a picture called a document": ("a.docx", samples.jpeg, "内容却是 JPEG"),
    "a document called a picture": ("a.jpg", samples.word, "内容却是 Word"),
    "a program": ("a.pdf", lambda: b"MZ\x90\x00" + b"\0" * 100, "这是程序"),
    "a shell script": ("a.pdf", lambda: b"#!/bin/sh\nrm -rf /\n", "这是程序"),
    "a document with macros called .docx": ("a.docx", samples.macro_word, "宏"),
    "an old Word file": ("a.docx", lambda: b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + b"\0" * 600, "旧格式"),
    "a zip bomb": ("a.docx", samples.zip_bomb, "解压后过大"),
    "a zip that lies about its size": ("a.docx", samples.lying_zip, "请"),
    "five thousand parts": ("a.docx", samples.many_members, "个部件"),
    "a plain zip": ("a.docx", lambda: samples.repacked(samples.word(), drop=[samples.CONTENT_TYPES]), "压缩包"),
    "a path that leads elsewhere": (
        "a.docx",
        lambda: samples.repacked(samples.word(), add=[("../../etc/passwd", b"x")]),
        "结构不像",
    ),
    "two parts of one name": (
        "a.docx",
        lambda: samples.repacked(samples.word(), add=[("WORD/document.xml", b"<a/>")]),
        "结构不像",
    ),
    "a file within the file": (
        "a.docx",
        lambda: samples.repacked(samples.word(), add=[("word/embeddings/oleObject1.bin", b"x")]),
        "嵌着",
    ),
    "a zip within the file": (
        "a.docx",
        lambda: samples.repacked(samples.word(), add=[("word/media/a.bin", samples.excel())]),
        "嵌着",
    ),
    "a picture from another host": ("a.docx", lambda: samples.related("image", "http://x/y.png"), "外部"),
    "a picture from another host, spelt out": ("a.docx", samples.spelt_out_relation, "外部"),
    "a link to a share": ("a.docx", lambda: samples.related("hyperlink", "file://host/share"), "外部"),
    "a link whose name pretends": ("a.docx", lambda: samples.related("image", "http://x/hyperlink"), "外部"),
    "a field that starts a program": (
        "a.docx",
        lambda: samples.in_document(b"<w:r><w:instrText>DDE</w:instrText></w:r><w:r><w:instrText>AUTO c</w:instrText></w:r>"),
        "外部",
    ),
    "a field that starts a program, by another prefix": ("a.docx", lambda: samples.in_document(samples.field("DDEAUTO c", "x")), "外部"),
    "a picture fetched by a field": ("a.docx", lambda: samples.in_document(samples.field('INCLUDEPICTURE "http://x/y.png" \\d')), "外部"),
    "a text fetched by a field": ("a.docx", lambda: samples.in_document(samples.field(r'INCLUDETEXT "\\\\host\\x.docx"')), "外部"),
    "a table linked by a field": ("a.docx", lambda: samples.in_document(samples.field('LINK Excel.Sheet.8 "c:\\x.xls"')), "外部"),
    "a share reached by a field": ("a.docx", lambda: samples.in_document(samples.field('HYPERLINK "file://host/x"')), "外部"),
    "a field in a text elsewhere": ("a.docx", lambda: samples.moved_text("x/document.xml", samples.field("DDEAUTO c")), "外部"),
    "a field in a text of another ending": ("a.docx", lambda: samples.moved_text("x/a.bin", samples.field("DDEAUTO c")), "外部"),
    "an external entity": (
        "a.docx",
        lambda: samples.with_document_type(b'<!DOCTYPE a [<!ENTITY x SYSTEM "file:///etc/passwd">]>'),
        "实体",
    ),
    "a billion laughs": ("a.docx", lambda: samples.with_document_type(samples.BILLION_LAUGHS), "实体"),
    "text cut short": ("a.docx", lambda: samples.repacked(samples.word(), replace={"word/document.xml": lambda it: it[:-40]}), "损坏"),
    "a document cut short": ("a.docx", lambda: samples.word()[:-2000], "损坏"),
    "a picture of gigabytes": ("a.png", samples.huge_picture, "60000×60000"),
    "a photograph of gigabytes": ("a.jpg", samples.huge_jpeg, "60000×60000"),
    "a picture cut short": ("a.jpg", lambda: samples.jpeg((900, 900))[:-3000], "损坏"),
    "a moving picture": ("a.gif", lambda: b"GIF89a" + b"\0" * 50, "GIF"),
    "a PDF with a script": ("a.pdf", lambda: samples.action_pdf("/JavaScript", JS="app.alert(1)"), "脚本"),
    "a PDF that starts a program": ("a.pdf", lambda: samples.action_pdf("/Launch", F="calc.exe"), "脚本"),
    "a PDF that opens a file on a share": ("a.pdf", lambda: samples.action_pdf("/GoToR", F=r"\\host\x"), "脚本"),
    "a signed PDF that goes to a page by itself": ("a.pdf", lambda: samples.signed_pdf(opens="/URI"), "脚本"),
    "a PDF with a program attached": ("a.pdf", samples.carrying_pdf, "嵌着"),
    "a PDF under a password": ("a.pdf", samples.locked_pdf, "密码"),
    "a PDF that is a dynamic form": ("a.pdf", samples.dynamic_pdf, "XFA"),
    "a PDF that unpacks to gigabytes": ("a.pdf", samples.bomb_pdf, "请"),
    "a PDF of brackets": ("a.pdf", samples.deep_pdf, "请"),
    "a PDF in a ring": ("a.pdf", samples.circular_pdf, "请"),
    "a PDF cut short": ("a.pdf", lambda: samples.pdf(1)[:200], "损坏"),
    "a PDF of too many pages": ("a.pdf", lambda: samples.pdf(501), "最多 500 页"),
}  # fmt: skip
HOSTILE |= {what: ("a.pdf", lambda data=data: data, "请") for what, data in samples.polyglots().items()}


@pytest.mark.parametrize("what", HOSTILE)
def test_a_hostile_file_is_refused_soon_with_a_sentence(what):
    name, make, words = HOSTILE[what]
    data = make()
    began = time.perf_counter()
    with pytest.raises(FileRefused) as refusal:
        take_in(name, data)
    spent = time.perf_counter() - began
    assert words in str(refusal.value)
    assert str(refusal.value).endswith("。")
    assert spent < SECONDS


@pytest.mark.slow
@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(place=st.integers(0, 20_000), noise=st.binary(min_size=1, max_size=40), which=st.integers(0, 4))
def test_a_file_with_bytes_changed_anywhere_is_taken_clean_or_refused(place, noise, which):
    name, data = FUZZED[which]
    place %= len(data)
    changed = data[:place] + noise + data[place + len(noise) :]
    try:
        taken = take_in(name, changed)
    except FileRefused as refusal:
        assert str(refusal)
    else:
        assert taken.content


FUZZED = [
    ("a.pdf", samples.pdf(2)),
    ("a.jpg", samples.jpeg()),
    ("a.png", samples.png()),
    ("a.docx", samples.word()),
    ("a.xlsx", samples.excel()),
]


# --- Names


@pytest.mark.parametrize(
    ("sent", "shown"),
    [
        ("../../etc/cron.d/申请书.pdf", "申请书.pdf"),
        ("C:\\Users\\somebody\\申请书.PDF", "申请书.pdf"),
        ("申请\u202efdp.exe.pdf", "申请fdp.exe.pdf"),
        ("申请\u200b\u2066书\x00\r\n.pdf", "申请书.pdf"),
        ("a\"b;c`$(x)'.pdf", "abc(x)'.pdf"),
        ("  .pdf", "pdf.pdf"),
        ("", "材料.pdf"),
        ("甲" * 300 + ".pdf", "甲" * 116 + ".pdf"),
        ("2026.11.18 会议", "2026.11.18 会议.pdf"),
    ],
)
def test_a_name_shows_what_it_says(sent, shown):
    assert proper_name(sent, "pdf") == shown


def test_a_name_that_reads_backwards_is_refused_by_its_true_ending():
    with pytest.raises(FileRefused, match=r"\.exe"):
        proper_name("申请\u202efdp.exe", "pdf")


@given(st.text(max_size=300))
def test_no_name_leads_out_or_hides_anything(sent):
    shown = readable_name(sent)
    assert not set(shown) & set('/\\<>:"|?*\r\n\x00\u202e')
    assert shown == shown.strip()


# --- Virus scanner


def scanner(*code):
    """A command that reads its input and runs ``code``."""
    return f'{sys.executable} -c "import sys; data = sys.stdin.buffer.read(); {";".join(code)}"'


def test_a_scanner_that_finds_something_keeps_the_file_out():
    command = scanner("sys.exit(b'EICAR' in data)")
    scan(b"harmless", command)
    with pytest.raises(FileRefused, match=INFECTED):
        scan(b"EICAR", command)


@pytest.mark.parametrize("command", [scanner("sys.exit(2)"), "/no/such/scanner", scanner("import os; os.abort()"), "'"])
def test_a_scanner_that_fails_lets_nothing_in(command):
    with pytest.raises(FileRefused, match=UNSCANNED) as refusal:
        take_in("a.pdf", samples.pdf(1), command)
    assert "未收" in str(refusal.value)


def test_ten_megabytes_of_scan_pass():
    noise = Image.effect_noise((3000, 3200), 90)
    out = io.BytesIO()
    noise.save(out, "JPEG", quality=93)
    page = out.getvalue()
    assert 3_000_000 < len(page) < FILE_BYTES
    taken = take_in("大图.jpg", page)
    assert taken.pages == 1
