"""Files made for the tests: honest ones with something personal beside their content, and hostile ones."""

import io
import struct
import zipfile
import zlib

import docx
import openpyxl
from PIL import Image, PngImagePlugin
from pypdf import PdfReader, PdfWriter
from pypdf.generic import (
    ArrayObject,
    ByteStringObject,
    DictionaryObject,
    NameObject,
    NumberObject,
    StreamObject,
    TextStringObject,
)

CANARY = "CANARY-7f3a"
UPRIGHT_BY_TURNING = 6
CONTENT_TYPES = "[Content_Types].xml"


# --- Honest ones


def jpeg(size=(60, 40), *, noted=True, colour=(200, 30, 30)):
    """A JPEG taken on its side, with author, place and comment."""
    out = io.BytesIO()
    notes = Image.Exif()
    if noted:
        notes[0x0112] = UPRIGHT_BY_TURNING
        notes[0x013B] = CANARY
        notes.get_ifd(0x8825)[29] = CANARY
    Image.new("RGB", size, colour).save(out, "JPEG", exif=notes, comment=CANARY if noted else "")
    return out.getvalue()


def png(size=(60, 40), mode="RGB"):
    """A PNG with a text chunk."""
    out, notes = io.BytesIO(), PngImagePlugin.PngInfo()
    notes.add_text("Author", CANARY)
    Image.new(mode, size).save(out, "PNG", pnginfo=notes)
    return out.getvalue()


def pdf(pages=2, *, change=None, scanned=False):
    """A PDF that names its author in three places; ``change(writer)`` adds to it. ``scanned``: pages are photographs."""
    writer = PdfWriter()
    if scanned:
        out = io.BytesIO()
        photo = Image.open(io.BytesIO(jpeg((80, 120))))
        photo.save(out, "PDF", exif=photo.getexif(), save_all=True, append_images=[photo] * (pages - 1))
        writer.append(io.BytesIO(out.getvalue()))
        for it in writer._objects:
            if isinstance(it, StreamObject) and it.get("/Filter") == "/DCTDecode":
                it._data = jpeg((80, 120))
    else:
        for _ in range(pages):
            writer.add_blank_page(595, 842)
    writer.add_metadata({"/Author": CANARY})
    notes = StreamObject()
    notes._data = f"<x:xmpmeta>{CANARY}</x:xmpmeta>".encode()
    writer._root_object[NameObject("/Metadata")] = writer._add_object(notes)
    private = writer._add_object(DictionaryObject({NameObject("/Who"): TextStringObject(CANARY)}))
    pieces = DictionaryObject({NameObject("/Tool"): DictionaryObject({NameObject("/Private"): private})})
    writer.pages[0][NameObject("/PieceInfo")] = writer._add_object(pieces)
    if change:
        change(writer)
    out = io.BytesIO()
    writer.write(out)
    return out.getvalue()


def signed_pdf(*, opens=None):
    """A PDF with the form of an electronic signature; ``opens`` is the kind of an action that opening it starts."""

    def sign(writer):
        if opens:
            action = DictionaryObject({NameObject("/S"): NameObject(opens), NameObject("/URI"): TextStringObject("http://x")})
            writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)
        signature = DictionaryObject(
            {
                NameObject("/Type"): NameObject("/Sig"),
                NameObject("/ByteRange"): ArrayObject([NumberObject(n) for n in (0, 10, 20, 10)]),
                NameObject("/Contents"): ByteStringObject(b"\x30\x80"),
            }
        )
        field = DictionaryObject(
            {NameObject("/FT"): NameObject("/Sig"), NameObject("/V"): writer._add_object(signature)}
        )
        form = DictionaryObject({NameObject("/Fields"): ArrayObject([writer._add_object(field)])})
        writer._root_object[NameObject("/AcroForm")] = writer._add_object(form)

    return pdf(1, change=sign)


def word(text="同意接收。", *, change=None):
    """A .docx with author, company-like traces, a tracked author and a photograph; ``change(document)`` adds to it."""
    document = docx.Document()
    document.core_properties.author = CANARY
    document.core_properties.last_modified_by = CANARY
    document.add_paragraph(text)
    document.add_picture(io.BytesIO(jpeg()))
    document.add_comment(document.paragraphs[0].runs, text="请核", author=CANARY, initials="C")
    if change:
        change(document)
    out = io.BytesIO()
    document.save(out)
    return out.getvalue()


def excel(rows=3):
    """An .xlsx that names its author."""
    book = openpyxl.Workbook()
    book.properties.creator = CANARY
    for number in range(rows):
        book.active.append([number, "姓名"])
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()


# --- Hostile ones


def repacked(data, *, add=(), replace=None, drop=(), method=zipfile.ZIP_DEFLATED):
    """The zip with members added (pairs), changed ({name: function of its bytes}) or left out."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(out, "w", method) as target:
        for name in source.namelist():
            if name not in drop:
                content = source.read(name)
                target.writestr(name, (replace or {}).get(name, lambda it: it)(content))
        for name, content in add:
            target.writestr(name, content)
    return out.getvalue()


def macro_word():
    """A .docm called .docx, as Word writes it."""
    types = lambda it: it.replace(b"wordprocessingml.document.main+xml", b"x").replace(  # noqa: E731
        b"application/vnd.openxmlformats-officedocument.x", b"application/vnd.ms-word.document.macroEnabled.main+xml"
    )
    return repacked(word(), add=[("word/vbaProject.bin", b"\xd0\xcf\x11\xe0VBA")], replace={CONTENT_TYPES: types})


def related(kind, target, *, external=True, part="word/_rels/document.xml.rels"):
    """A .docx with one more relationship."""
    mode = ' TargetMode="External"' if external else ""
    line = f'<Relationship Id="rId99" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" Target="{target}"{mode}/>'
    return repacked(
        word(), replace={part: lambda it: it.replace(b"</Relationships>", line.encode() + b"</Relationships>")}
    )


def spelt_out_relation():
    """A link to the outside whose words are written as character references."""
    data = related("image", "http://example.org/x.png")
    change = lambda it: it.replace(b'TargetMode="External"', b'TargetMode="&#69;xternal"')  # noqa: E731
    return repacked(data, replace={"word/_rels/document.xml.rels": change})


def field(code, prefix="w"):
    """The XML of a field, with ``prefix`` for the names of Word."""
    names = f'xmlns:{prefix}="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    begin, end = (f'<{prefix}:r><{prefix}:fldChar {prefix}:fldCharType="{it}"/></{prefix}:r>' for it in ("begin", "end"))
    text = f"<{prefix}:r><{prefix}:instrText>{code}</{prefix}:instrText></{prefix}:r>"
    return f"<{prefix}:smartTag {names}>{begin}{text}{end}</{prefix}:smartTag>".encode()


def moved_text(name, xml):
    """A .docx whose text is the part ``name`` and not where it usually stands."""
    body = b'<w:document xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"><w:body><w:p>' + xml
    kind = b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml"
    line = f'<Override PartName="/{name}" ContentType="'.encode() + kind + b'"/></Types>'
    changes = {
        "_rels/.rels": lambda it: it.replace(b"word/document.xml", name.encode()),
        CONTENT_TYPES: lambda it: it.replace(b"</Types>", line),
    }
    return repacked(word(), add=[(name, body + b"</w:p></w:body></w:document>")], replace=changes)


def grey_png(bits=16):
    """A scan with a grey ramp from black to white, ``bits`` to a dot."""
    top = 2**bits - 1
    row = b"\0" + b"".join((dot * top // 99).to_bytes(bits // 8, "big") for dot in range(100))
    parts = (
        (b"IHDR", struct.pack(">IIBBBBB", 100, 50, bits, 0, 0, 0, 0)), (b"IDAT", zlib.compress(row * 50)), (b"IEND", b"")
    )  # fmt: skip
    chunks = [struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data)) for kind, data in parts]
    return b"\x89PNG\r\n\x1a\n" + b"".join(chunks)


def in_document(xml):
    """A .docx with ``xml`` in its first paragraph."""
    change = lambda it: it.replace(b"<w:body>", b"<w:body><w:p>" + xml + b"</w:p>", 1)  # noqa: E731
    return repacked(word(), replace={"word/document.xml": change})


def with_document_type(entities):
    """A .docx whose text begins with a document type."""
    change = lambda it: it.replace(b"<w:document ", entities + b"<w:document ", 1)  # noqa: E731
    return repacked(word(), replace={"word/document.xml": change})


BILLION_LAUGHS = (
    b'<!DOCTYPE a [<!ENTITY b "hahahahaha">' + b"".join(
        f'<!ENTITY {chr(99 + n)} "{("&" + chr(98 + n) + ";") * 10}">'.encode() for n in range(9)
    ) + b"]>"
)  # fmt: skip


def zip_bomb(megabytes=200):
    """A .docx of little size that unpacks to ``megabytes``."""
    return repacked(word(), add=[("word/media/image9.bmp", b"\0" * (megabytes * 1024 * 1024))])


def lying_zip():
    """A .docx whose directory says that a member of 80 MB has 10 bytes."""
    data = bytearray(repacked(word(), add=[("word/media/image9.bmp", b"\0" * (80 * 1024 * 1024))]))
    for mark, offset in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = data.rfind(mark, 0, data.rfind(b"word/media/image9.bmp") if mark == b"PK\x01\x02" else len(data))
        struct.pack_into("<I", data, place + offset, 10)
    return bytes(data)


def many_members(count=5000):
    """A .docx of very many small parts."""
    return repacked(word(), add=[(f"word/x{n}.xml", b"<a/>") for n in range(count)])


def huge_picture(width=60_000, height=60_000):
    """A PNG of a few kilobytes that would unpack to gigabytes."""

    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    return (
        b"\x89PNG\r\n\x1a\n"
        + chunk(b"IHDR", head)
        + chunk(b"IDAT", zlib.compress(b"\0" * 100_000))
        + chunk(b"IEND", b"")
    )


def huge_jpeg():
    """A JPEG whose header promises 60,000 by 60,000 dots."""
    data = bytearray(jpeg(noted=False))
    place = data.find(b"\xff\xc0")
    struct.pack_into(">HH", data, place + 5, 60_000, 60_000)
    return bytes(data)


def action_pdf(kind, **more):
    """A PDF that acts when it is opened."""

    def act(writer):
        action = DictionaryObject({NameObject("/S"): NameObject(kind)})
        for name, value in more.items():
            action[NameObject(f"/{name}")] = TextStringObject(value)
        writer._root_object[NameObject("/OpenAction")] = writer._add_object(action)

    return pdf(1, change=act)


def carrying_pdf():
    """A PDF with a program attached."""
    return pdf(1, change=lambda writer: writer.add_attachment("a.exe", b"MZ\x90"))


def locked_pdf():
    """A PDF under a password."""
    return pdf(1, change=lambda writer: writer.encrypt("secret", algorithm="AES-256"))


def dynamic_pdf():
    """A PDF that is a dynamic form."""

    def form(writer):
        writer._root_object[NameObject("/AcroForm")] = DictionaryObject(
            {NameObject("/XFA"): TextStringObject("<xdp/>")}
        )

    return pdf(1, change=form)


def bomb_pdf():
    """A PDF whose table of objects unpacks to far more than anybody has memory for."""
    packed = zlib.compress(b"\0" * (400 * 1024 * 1024), 9)
    head = (
        b"%PDF-1.5\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n2 0 obj\n<</Type/Pages/Kids[]/Count 0>>\nendobj\n"
    )
    table = (
        f"3 0 obj\n<</Type/XRef/Size 4/W[1 4 2]/Root 1 0 R/Filter/FlateDecode/Length {len(packed)}>>\nstream\n".encode()
    )
    return head + table + packed + f"\nendstream\nendobj\nstartxref\n{len(head)}\n%%EOF\n".encode()


def deep_pdf(depth=200_000):
    """A PDF of brackets within brackets."""
    return (
        b"%PDF-1.4\n1 0 obj\n"
        + b"[" * depth
        + b"]" * depth
        + b"\nendobj\ntrailer<</Root 1 0 R>>\nstartxref\n9\n%%EOF\n"
    )


def circular_pdf():
    """A PDF whose tree of pages is a ring."""
    return (
        b"%PDF-1.4\n1 0 obj\n<</Type/Catalog/Pages 2 0 R>>\nendobj\n"
        b"2 0 obj\n<</Type/Pages/Kids[2 0 R]/Count 99999999>>\nendobj\ntrailer<</Root 1 0 R/Size 3>>\nstartxref\n9\n%%EOF\n"
    )


def polyglots():
    """{what: bytes} of files that are two things at once."""
    return {
        "a PDF with a zip behind it": pdf(1) + excel(),
        "a PDF with a page of HTML behind it": pdf(1) + b"<html><script>alert(1)</script></html>",
        "a zip with a PDF before it": pdf(1)[:-6] + word() + b"%%EOF\n",
        "junk before a PDF": b"GARBAGE\n" + pdf(1),
        "a page of HTML called a picture": b"<html><script>alert(1)</script></html>",
        "a vector picture with a script": b'<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>',
    }


def document_of(data):
    """The kept .docx as python-docx reads it."""
    return docx.Document(io.BytesIO(data))


def pages_of(data):
    """How many pages a PDF has."""
    return len(PdfReader(io.BytesIO(data)).pages)
