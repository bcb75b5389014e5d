"""Thirty-odd files that nobody should be able to harm the site with, each with the word that its refusal must contain."""

import io
import random
import struct
import zipfile

from recruitment.imports.compound import MAGIC
from tests.recruitment.imports import ledgers

ROWS = ledgers.table(["姓名", "工号", "申请入党时间"], [["罗汉松", "T0001", "2025-03-10"]])
MAIN = 'xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
SHEET = "xl/worksheets/sheet1.xml"


def changed(content=None, *, replace=None, add=None, drop=()):
    """A good .xlsx with members replaced ({name: bytes or a function of the old bytes}), added or dropped."""
    out = io.BytesIO()
    with (
        zipfile.ZipFile(io.BytesIO(content or ledgers.xlsx(ROWS))) as good,
        zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad,
    ):
        for member in good.infolist():
            if member.filename in drop:
                continue
            data = good.read(member)
            new = (replace or {}).get(member.filename, data)
            bad.writestr(member.filename, new(data) if callable(new) else new)
        for name, data in (add or {}).items():
            bad.writestr(name, data)
    return out.getvalue()


def rows_xml(count):
    """A worksheet of ``count`` rows with a value each."""
    rows = "".join(f'<row r="{n}"><c r="A{n}"><v>{n}</v></c></row>' for n in range(1, count + 1))
    return f"<worksheet {MAIN}><sheetData>{rows}</sheetData></worksheet>".encode()


def overlapping(sheet):
    """The worksheet with seventy ranges over the same five thousand cells."""
    ranges = "".join(f'<mergeCell ref="A{n}:A5000"/>' for n in range(30, 100))
    return sheet.replace(b"</sheetData>", f"</sheetData><mergeCells>{ranges}</mergeCells>".encode())


def zip_of(members):
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members.items():
            archive.writestr(name, data)
    return out.getvalue()


def lying_size(content):
    """The same archive, whose directory says that the sheet is ten bytes long."""
    data = bytearray(content)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        info = archive.getinfo(SHEET)
    for signature, at in ((b"PK\x01\x02", 24), (b"PK\x03\x04", 22)):
        place = -1
        while (place := data.find(signature, place + 1)) >= 0:
            name_at = place + (46 if signature == b"PK\x01\x02" else 30)
            if data[name_at : name_at + len(SHEET)] == SHEET.encode():
                struct.pack_into("<I", data, place + at, 10)
    assert info.file_size != 10
    return bytes(data)


def compound(*names):
    """A tiny OLE compound file whose directory has ``names``."""
    header = bytearray(512)
    header[:8] = MAGIC
    struct.pack_into("<HHHHH", header, 24, 0x3E, 3, 0xFFFE, 9, 6)
    struct.pack_into("<IIIIIIIII", header, 40, 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
    struct.pack_into("<109I", header, 76, 0, *([0xFFFFFFFF] * 108))
    fat = struct.pack(
        "<128I", 0xFFFFFFFD, *range(2, 1 + (len(names) + 4) // 4), *[0xFFFFFFFE] * (129 - 1 - (len(names) + 4) // 4)
    )[:512]
    entries = b""
    for kind, name in ((5, "Root Entry"), *((2, name) for name in names)):
        entry = bytearray(128)
        text = name.encode("utf-16-le") + b"\0\0"
        entry[: len(text)] = text
        struct.pack_into("<HB", entry, 64, len(text), kind)
        struct.pack_into("<I", entry, 116, 0xFFFFFFFE)
        entries += bytes(entry)
    entries += b"\0" * (-len(entries) % 512)
    return bytes(header) + fat + entries


def xls_with(record, body):
    """A good .xls with one more record at the beginning of its stream: FILEPASS, a link, a password."""
    content = bytearray(ledgers.xls([*ROWS, *([["填充" * 20] * 3] * 40)]))
    begin = content.find(b"\x09\x08\x10\x00\x00\x06")
    content[begin + 20 : begin + 24 + len(body)] = struct.pack("<HH", record, len(body)) + body
    return bytes(content)


def looping_fat():
    """A compound file whose directory leads back to itself for ever."""
    data = bytearray(compound("Workbook"))
    struct.pack_into("<II", data, 512, 1, 1)
    return bytes(data)


def bomb(megabytes):
    return b"\0" * (megabytes * 1024 * 1024)


BILLION_LAUGHS = (
    b'<?xml version="1.0"?><!DOCTYPE lolz [<!ENTITY lol "lol">'
    + b"".join(
        b'<!ENTITY lol%d "%s">' % (n, b"&lol%d;" % (n - 1) * 10 if n > 1 else b"&lol;" * 10) for n in range(1, 10)
    )
    + b"]><sst>&lol9;</sst>"
)
XXE = b'<?xml version="1.0"?><!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]><sst>&secret;</sst>'


def relation(kind, target, mode="External"):
    return (
        '<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        f'<Relationship Id="r1" Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}" '
        f'Target="{target}" TargetMode="{mode}"/></Relationships>'
    ).encode()


def protect(book):
    book.active.protection.sheet = True
    book.active.protection.password = "123"


FAR_CELL = (
    f'<worksheet {MAIN}><sheetData><row r="1"><c r="A1"><v>1</v></c></row>'
    '<row r="1048576"><c r="XFD1048576"><v>1</v></c></row></sheetData></worksheet>'
).encode()
SHEET_OF_2003 = (
    b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
    b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"/>'
)
PNG = b"\x89PNG\r\n\x1a\n" + bytes(random.Random(1).randbytes(4000))

# name: (what makes the file, a word of the sentence that refuses it)
FILES = {
    "a zip bomb within limits of the directory": (lambda: changed(add={"xl/media/a.bin": bomb(100)}), "过大"),
    "a sheet that unpacks to a hundred times its size": (lambda: changed(replace={SHEET: b" " * 20_000_000}), "过大"),
    "a directory that lies about sizes": (lambda: lying_size(changed(replace={SHEET: rows_xml(60_000)})), "不完整"),
    "a nested zip": (lambda: changed(add={"xl/media/inner.bin": zip_of({"a": b"a"})}), "嵌入"),
    "one hundred thousand rows": (lambda: changed(replace={SHEET: rows_xml(100_000)}), "20,000 行"),
    "six hundred thousand rows": (lambda: changed(replace={SHEET: rows_xml(600_000)}), "20,000 行"),
    "a thousand members": (lambda: changed(add={f"xl/x{n}.xml": b"<a/>" for n in range(1000)}), "部件"),
    "a billion laughs": (lambda: changed(add={"xl/sharedStrings.xml": BILLION_LAUGHS}), "实体"),
    "an external entity": (lambda: changed(add={"xl/sharedStrings.xml": XXE}), "实体"),
    "XML in another encoding that hides an entity": (lambda: changed(add={"xl/sharedStrings.xml": XXE.decode().encode("utf-16")}), "结构"),
    "macros": (lambda: changed(add={"xl/vbaProject.bin": b"\xd0\xcf"}), "宏"),
    "macros announced in the content types": (
        lambda: changed(replace={"[Content_Types].xml": lambda old: old.replace(b"sheet.main+xml", b"sheet.macroEnabled.main+xml")}), "宏",
    ),
    "an Excel 4 macro sheet": (lambda: changed(add={"xl/macrosheets/sheet1.xml": b"<a/>"}), "宏"),
    "an ActiveX control": (lambda: changed(add={"xl/activeX/activeX1.xml": b"<a/>"}), "宏"),
    "a link to another workbook": (lambda: changed(add={"xl/externalLinks/externalLink1.xml": b"<a/>"}), "链接"),
    "a data connection": (lambda: changed(add={"xl/connections.xml": b"<a/>"}), "链接"),
    "a template fetched from elsewhere": (
        lambda: changed(add={"xl/worksheets/_rels/sheet1.xml.rels": relation("attachedTemplate", "http://198.51.100.1/x")}), "链接",
    ),
    "an embedded file": (lambda: changed(add={"xl/embeddings/oleObject1.bin": b"\xd0\xcf"}), "嵌入"),
    "an embedded file under another name": (lambda: changed(add={"xl/media/image1.png": compound("Workbook")}), "嵌入"),
    "a path that climbs out": (lambda: changed(add={"../../etc/cron.d/x": b"x"}), "结构"),
    "an absolute path": (lambda: changed(add={"/etc/passwd": b"x"}), "结构"),
    "a member twice": (lambda: duplicate_member(), "结构"),
    "a workbook under a password": (lambda: compound("EncryptedPackage", "EncryptionInfo"), "密码"),
    "a sheet under a password": (lambda: ledgers.xlsx(ROWS, prepare=protect), "保护密码"),
    "an old workbook under a password": (lambda: xls_with(0x2F, b"\1\0" * 3), "密码"),
    "an old sheet under a password": (lambda: xls_with(0x13, b"\x12\x34"), "保护密码"),
    "an old workbook with macros": (lambda: compound("Workbook", "_VBA_PROJECT_CUR", "VBA"), "宏"),
    "an old workbook with an embedded file": (lambda: compound("Workbook", "MBD00012345"), "嵌入"),
    "an old workbook with links": (lambda: xls_with(0x1AE, b"\1\0\x07\0abcdefg"), "链接"),
    "an old workbook that is cut off": (lambda: ledgers.xls(ROWS)[:1500], "不完整"),
    "a compound file that loops": (looping_fat, "不完整"),
    "a compound file of nonsense": (lambda: MAGIC + random.Random(2).randbytes(20_000), "不完整"),
    "a workbook that is cut off": (lambda: ledgers.xlsx(ROWS)[:-200], "不完整"),
    "a workbook with a broken member": (lambda: broken_member(), "不完整"),
    "a sheet that is no XML": (lambda: changed(replace={SHEET: b"<worksheet><sheetData><row><c></row>"}), "不完整"),
    "a cell at the far end of the sheet": (lambda: changed(replace={SHEET: FAR_CELL}), "超过"),
    "no sheet at all": (lambda: changed(drop=(SHEET,)), "不完整"),
    "an archive of anything": (lambda: zip_of({"readme.txt": b"hello"}), "压缩包"),
    "an archive of nothing": (lambda: zip_of({}), "压缩包"),
    "a Word document": (lambda: zip_of({"[Content_Types].xml": b"<a/>", "word/document.xml": b"<a/>"}), "Word"),
    "an OpenDocument sheet": (lambda: zip_of({"mimetype": b"application/vnd.oasis", "content.xml": b"<a/>"}), "OpenDocument"),
    "a binary workbook": (lambda: zip_of({"[Content_Types].xml": b"<a/>", "xl/workbook.bin": b"a"}), "xlsb"),
    "a picture renamed": (lambda: PNG, "图片"),
    "a photograph renamed": (lambda: b"\xff\xd8\xff\xe0" + b"\0" * 500, "图片"),
    "a picture with a workbook behind it": (lambda: b"GIF89a" + b"\0" * 30 + ledgers.xlsx(ROWS), "图片"),
    "a PDF renamed": (lambda: b"%PDF-1.7\n" + b"x" * 500, "PDF"),
    "a program renamed": (lambda: b"MZ" + b"\0" * 500, "程序"),
    "a web page renamed": (lambda: "<html><table><tr><td>姓名</td></tr></table></html>".encode(), "网页"),
    "nothing": (lambda: b"", "空的"),
    "zeros": (lambda: b"\0" * 5000, "认不出"),
    "noise": (lambda: random.Random(3).randbytes(50_000), "认不出"),
    "a CSV with an open quotation mark": (lambda: ('姓名,工号\n"罗汉松,1\n' + "甲,2\n" * 20_000).encode(), "CSV"),
    "a CSV of a hundred thousand rows": (lambda: ("姓名,工号\n" + "甲,2\n" * 100_000).encode(), "20,000 行"),
    "a CSV of thirty thousand columns": (lambda: ("姓名" + ",a" * 30_000).encode(), "列"),
    "one word repeated in half a million cells": (lambda: repeated_word(), "过"),
    "members packed in a way that Excel never uses": (lambda: packed(zipfile.ZIP_BZIP2), "不完整"),
    "members named with backslashes": (lambda: backslashes(), "压缩包"),
    "formulas that were never computed": (lambda: ledgers.xlsx([*ROWS, ['="罗"&"汉"', "T0002", "2025-03-10"]]), "A3 等 1 格是公式"),
    "a sheet of opened tags": (lambda: changed(replace={SHEET: b"<c r='A1' " * 200_000}), "过大"),
    "merged cells over one another without end": (
        lambda: changed(ledgers.xlsx([*ROWS, *([["甲"]] * 5000)]), replace={SHEET: overlapping}), "合并",
    ),
    "merged cells that lie nowhere": (lambda: one_row('</sheetData><mergeCells><mergeCell ref="ZZZZZ9:A0"/><mergeCell/></mergeCells><sheetData>'), "不完整"),
    "elements two hundred thousand deep": (lambda: changed(replace={SHEET: b"<worksheet>" + b"<a>" * 200_000 + b"</a>" * 200_000 + b"</worksheet>"}), "过大"),
    "a cell that points to a text there is not": (lambda: one_row('<row><c t="s"><v>99999999</v></c></row>'), "不完整"),
    "a 7-Zip archive": (lambda: b"7z\xbc\xaf\x27\x1c" + b"\0" * 500, "压缩包"),
    "a sheet as XML of 2003": (lambda: SHEET_OF_2003, "XML"),
    "a rich text": (lambda: b"{\\rtf1 abc}", "RTF"),
    "a CSV with a zero in it": (lambda: "姓名,工号\n甲\0,1\n".encode(), "认不出"),
    "a CSV in UTF-32": (lambda: "姓名,工号\n甲乙,1\n".encode("utf-32"), "编码"),
    "a CSV in two encodings": (lambda: "姓名,工号\n甲,1\n".encode() + "乙,2\n".encode("gb18030"), "编码"),
    "a CSV cut off in the middle of a letter": (lambda: "姓名,工号,申请入党时间\n甲乙,1,2025-01-01\n丙".encode()[:-1], "不完整"),
    "a CSV of one endless line": (lambda: ("姓名" + "字" * 3_000_000).encode(), "CSV"),
    "a file of eleven megabytes": (lambda: b"PK\x03\x04" + b"\0" * (11 * 1024 * 1024), "11.0 MB"),
}  # fmt: skip


def packed(method):
    """A good workbook whose members are packed by another method."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ledgers.xlsx(ROWS))) as good, zipfile.ZipFile(out, "w", method) as bad:
        for member in good.infolist():
            bad.writestr(member.filename, good.read(member))
    return out.getvalue()


def backslashes():
    """A workbook of a program that writes paths as on its own disk."""
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(ledgers.xlsx(ROWS))) as good, zipfile.ZipFile(out, "w") as bad:
        for member in good.infolist():
            info = zipfile.ZipInfo("x")
            info.filename = member.filename.replace("/", "\\")
            bad.writestr(info, good.read(member))
    return out.getvalue()


def one_row(more):
    """A good workbook with a header row and then ``more`` XML."""
    head = '<row><c t="inlineStr"><is><t>姓名</t></is></c><c t="inlineStr"><is><t>工号</t></is></c></row>'
    return changed(replace={SHEET: f"<worksheet {MAIN}><sheetData>{head}{more}</sheetData></worksheet>".encode()})


def duplicate_member():
    out = io.BytesIO(ledgers.xlsx(ROWS))
    with zipfile.ZipFile(out, "a") as archive:
        archive.fp.seek(0, 2)
        archive.NameToInfo.pop(SHEET)
        archive.writestr(SHEET, b"<worksheet/>")
    return out.getvalue()


def broken_member():
    data = bytearray(changed(replace={SHEET: rows_xml(3000)}))
    place = data.find(SHEET.encode()) + 2000
    data[place : place + 400] = random.Random(4).randbytes(400)
    return bytes(data)


def repeated_word():
    """A shared string of 30,000 letters in 200,000 cells: small in the file, six gigabytes as text."""
    word = "字" * 30_000
    cells = "".join(
        f'<row r="{y}">' + "".join('<c t="s"><v>0</v></c>' for _ in range(20)) + "</row>" for y in range(1, 10_001)
    )
    sheet = f"<worksheet {MAIN}><sheetData>{cells}</sheetData></worksheet>".encode()
    strings = f'<sst {MAIN} count="1" uniqueCount="1"><si><t>{word}</t></si></sst>'.encode()
    return changed(replace={SHEET: sheet}, add={"xl/sharedStrings.xml": strings})
