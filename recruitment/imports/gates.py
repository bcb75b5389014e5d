"""What is looked at before a file is opened as a workbook: what it really is, and whether it carries anything hostile."""

import io
import re
import struct
import zipfile
import zlib
from collections import defaultdict
from dataclasses import dataclass, field

from recruitment.imports.compound import MAGIC as OLE_MAGIC
from recruitment.imports.compound import CompoundFile, NotCompound
from recruitment.imports.limits import LIMITS, Limits
from recruitment.imports.refusals import FileRefused

XLSX, XLS, CSV = "xlsx", "xls", "csv"

SAVE_AS = "请用 WPS 或 Excel 打开，“另存为”Excel 工作簿（.xlsx）再传"
TOO_COSTLY = f"读取这个文件要的时间或内存超过限度，可能结构异常。{SAVE_AS}；仍不行的，把名单复制到新工作簿。"
BROKEN = f"文件不完整或已损坏。{SAVE_AS}；打不开的，请找原始文件。"

# Beginnings of files that are often given a spreadsheet's name.
_OTHER_KINDS = (
    (b"%PDF", "这是 PDF 文件"),
    (b"\x89PNG", "这是图片"),
    (b"\xff\xd8\xff", "这是图片"),
    (b"GIF8", "这是图片"),
    (b"BM", "这是图片"),
    (b"II*\x00", "这是图片"),
    (b"MM\x00*", "这是图片"),
    (b"RIFF", "这是图片或音视频文件"),
    (b"Rar!", "这是压缩包"),
    (b"7z\xbc\xaf", "这是压缩包"),
    (b"\x1f\x8b", "这是压缩包"),
    (b"BZh", "这是压缩包"),
    (b"\xfd7zXZ", "这是压缩包"),
    (b"MZ", "这是程序"),
    (b"\x7fELF", "这是程序"),
    (b"{\\rtf", "这是 RTF 文档"),
    (b"SQLite format 3", "这是数据库文件"),
)
_PACKED = "；请先解压，再传里面的 Excel 文件。"
_NO_TABLE = "，不是 Excel 表格。请传原来的 Excel 文件；只有纸件或图片的，请照模板录入再传。"
_MACROS = "文件里有宏。为安全起见不读取带宏的文件：请另存为不带宏的 Excel 工作簿（.xlsx）再传。"
_LINKS = "文件链接了别的工作簿或外部数据。请在“数据→编辑链接”里断开链接，或把内容“选择性粘贴为数值”到新工作簿再传。"
_EMBEDDED = "文件里嵌入了别的文件（OLE 对象）。请删去嵌入的对象，或把内容复制到新工作簿再传。"
_LOCKED = "文件设了打开密码，系统读不了。请在 Excel 里“文件→信息→保护工作簿”取消密码，保存后再传。"
_PROTECTED = "工作表设了保护密码。请在“审阅→撤消工作表保护”里解除保护，保存后再传。"
_NOT_COMPUTED = (
    "{first} 等 {count} 格是公式，文件里却没有算出来的结果，读出来会是空白。请用 WPS 或 Excel 打开，保存一次再传。"
)
_ENTITIES = f"文件里有不属于表格的定义（DTD 或实体），为安全起见不读取。{SAVE_AS}。"
_STRANGE = f"文件结构不像 WPS 或 Excel 存出来的，为安全起见不读取。{SAVE_AS}。"
_BOMB = "文件压缩前的内容过大，为安全起见不读取。请删去多余的工作表、图片和空行，或把名单复制到新工作簿再传。"


def too_many_rows(limits: Limits = LIMITS) -> str:
    """The sentence for a sheet with more rows than anyone's ledger has."""
    return f"表格超过 {limits.rows:,} 行。一次最多导入 {limits.rows:,} 行：请按党支部或年度分成几个文件再传。"


def too_large(size: int, limits: Limits = LIMITS) -> str:
    """The sentence for a file of ``size`` bytes."""
    return f"文件有 {size / 1048576:.1f} MB，一次最多 {limits.file_bytes // 1048576} MB。请删去图片和多余的工作表，或分成几个文件再传。"


def refuse_by_size(size: int, limits: Limits = LIMITS) -> None:
    """Refuse an empty or too large file before a byte of it is looked at; ``size`` in bytes."""
    if size <= 0:
        raise FileRefused("文件是空的（0 字节）。请确认选对了文件，在 WPS 或 Excel 里重新保存后再传。")
    if size > limits.file_bytes:
        raise FileRefused(too_large(size, limits))


@dataclass(slots=True)
class Seen:
    """What was seen on the way: the ``kind`` of file (xlsx, xls, csv), whether its day numbers count from 1904, and
    cells that hold an error, which the reader takes for empty: {number of the sheet: [(row, column, text)]}, all from 0.
    """

    kind: str
    from_1904: bool = False
    errors: dict[int, list[tuple[int, int, str]]] = field(default_factory=dict)


def examine(data: bytes, limits: Limits = LIMITS) -> Seen:
    """Say what ``data`` is by its content, never by its name; raises FileRefused."""
    refuse_by_size(len(data), limits)
    if data.startswith(b"PK"):
        return _examine_zip(data, limits)
    if data.startswith(OLE_MAGIC):
        return _examine_ole(data)
    _examine_text(data)
    return Seen(CSV)


# --- Text


def _examine_text(data: bytes) -> None:
    for magic, what in _OTHER_KINDS:
        if data.startswith(magic):
            raise FileRefused(what + (_PACKED if "压缩包" in what else _NO_TABLE))
    head = data[:2048].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if b"urn:schemas-microsoft-com:office:spreadsheet" in head:
        raise FileRefused(f"这是旧式的“XML 表格”。{SAVE_AS}。")
    if head.startswith((b"<!doctype", b"<html", b"<table", b"<meta", b"<head", b"<?xml", b"<div", b"<style")):
        raise FileRefused(f"这是网页格式的表格，只是名字像 Excel。{SAVE_AS}。")
    if b"\x00" in data and not data.startswith((b"\xff\xfe", b"\xfe\xff")):
        raise FileRefused(f"认不出这是什么文件，不像 Excel 或 CSV 表格。{SAVE_AS}。")


# --- Zip


def _examine_zip(data: bytes, limits: Limits) -> Seen:
    errors: dict[str, list[tuple[int, int, str]]] = {}
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            members = archive.infolist()
            _refuse_members(members, limits)
            _refuse_kind(members)
            left = limits.unpacked_bytes
            for member in members:
                left -= _examine_member(archive, member, left, limits, errors)
            book = archive.read("xl/workbook.xml")
            from_1904 = re.search(rb"date1904\s*=\s*[\"'](?:1|true)", book) is not None
            return Seen(XLSX, from_1904, _by_sheet(archive, book, errors) if errors else {})
    except (zipfile.BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, ValueError, OSError, KeyError) as error:
        raise FileRefused(BROKEN) from error
    except RuntimeError as error:  # zipfile's word for a member under a password
        raise FileRefused(_LOCKED) from error


def _refuse_members(members: list[zipfile.ZipInfo], limits: Limits) -> None:
    """From the directory alone, before anything is unpacked."""
    if len(members) > limits.members:
        raise FileRefused(f"文件里有 {len(members)} 个部件，多于一本工作簿该有的。请只留名单所在的工作表，另存后再传。")
    names = [member.filename for member in members]
    if len(set(names)) < len(names) or any(
        name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name for name in names
    ):
        raise FileRefused(_STRANGE)
    if sum(member.file_size for member in members) > limits.unpacked_bytes:
        raise FileRefused(_BOMB)
    for member in members:
        if member.file_size > limits.ratio_matters_above and member.file_size > limits.ratio * max(
            member.compress_size, 1
        ):
            raise FileRefused(_BOMB)
        if member.flag_bits & 1:
            raise FileRefused(_LOCKED)


def _refuse_kind(members: list[zipfile.ZipInfo]) -> None:
    """Other documents that are zips too, and parts that no ledger needs."""
    names = {member.filename.lower() for member in members}
    if any(name.startswith("word/") for name in names):
        raise FileRefused("这是 Word 文档。请把其中的表格复制到 Excel，另存为 .xlsx 再传。")
    if any(name.startswith("ppt/") for name in names):
        raise FileRefused("这是演示文稿。请把其中的表格复制到 Excel，另存为 .xlsx 再传。")
    if "content.xml" in names and "mimetype" in names:
        raise FileRefused(f"这是 OpenDocument 文件（.ods 等）。{SAVE_AS}。")
    if "xl/workbook.bin" in names:
        raise FileRefused(f"这是二进制工作簿（.xlsb）。{SAVE_AS}。")
    if any("vbaproject" in name or "/macrosheets/" in name or "/activex/" in name for name in names):
        raise FileRefused(_MACROS)
    if any("/externallinks/" in name or name.endswith("connections.xml") or "/querytables/" in name for name in names):
        raise FileRefused(_LINKS)
    if any("/embeddings/" in name or "oleobject" in name for name in names):
        raise FileRefused(_EMBEDDED)
    if "xl/workbook.xml" not in names or "[content_types].xml" not in names:
        raise FileRefused(f"这是压缩包，不是 Excel 工作簿{_PACKED}")


_ROWS = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?row[\s>/]")
_PROTECTION = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?sheetProtection\b[^>]*>")
# A formula without a result, as programs write them. An empty text is one: it says t="str".
_FORMULA = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?c\b(?![^<>]*\bt=[\"']str)[^<>]*?\br=[\"']([A-Z]+[0-9]+)[\"'][^<>]*>"
    rb"<((?:[A-Za-z_][\w.-]*:)?)f\b[^<>]*(?:/>|>[^<]*</\2f>)(?:<\2v\s*/>|<\2v></\2v>)?</\2c>"
)
_RELATION = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?Relationship\b[^>]*>")


# A cell with an error, and perhaps its formula.
_ERROR = re.compile(
    rb"<(?:[A-Za-z_][\w.-]*:)?c\b([^<>]*\bt=[\"']e[\"'][^<>]*)>"
    rb"(?:<(?:[A-Za-z_][\w.-]*:)?f\b[^<>]*(?:/>|>[^<]*</[^<>]*>))?<(?:[A-Za-z_][\w.-]*:)?v>([^<]*)<"
)
_PLACE = re.compile(rb"\br=[\"']([A-Z]{1,3})([0-9]{1,7})[\"']")
_SHEET_PART = re.compile(rb"<(?:[A-Za-z_][\w.-]*:)?sheet\b[^<>]*\b[A-Za-z_][\w.-]*:id=[\"']([^\"']*)[\"']")
_PART = re.compile(rb"\b(Id|Target)=[\"']([^\"']*)[\"']")


def _examine_member(
    archive: zipfile.ZipFile, member: zipfile.ZipInfo, left: int, limits: Limits, errors: dict[str, list]
) -> int:
    """Unpack one member, never further than ``left`` bytes, and look into its XML; returns its true size.

    Cells of a sheet that hold an error are put into ``errors`` under the member's name.
    """
    name = member.filename.lower()
    with archive.open(member) as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise FileRefused(_BOMB)
    if not name.endswith((".xml", ".rels", ".vml")):
        if content.startswith((b"PK\x03\x04", OLE_MAGIC)):
            raise FileRefused(_EMBEDDED)
        return len(content)
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
        raise FileRefused(_STRANGE)  # Excel and WPS write UTF-8; another encoding would hide from the looks below
    # One mark is found ten times as fast as three words, and most ledgers do without it.
    if b"!" in content and any(word in content for word in (b"<!DOCTYPE", b"<!ENTITY", b"<!doctype")):
        raise FileRefused(_ENTITIES)
    if name.endswith(".rels"):
        _examine_relations(content)
    elif name.startswith("xl/worksheets/"):
        _examine_sheet(content, limits)
        # What an error says begins with a mark that most ledgers do without, and one byte is found quickest.
        if b"#" in content and (b't="e"' in content or b"t='e'" in content):
            errors[name] = [_error(*found.groups()) for found in _ERROR.finditer(content)]
    elif name == "[content_types].xml" and (b"macroEnabled" in content or b"vbaProject" in content):
        raise FileRefused(_MACROS)
    return len(content)


def _examine_sheet(content: bytes, limits: Limits) -> None:
    # What stands outside the rows is at the end; a ledger's rows are not worth searching for it.
    for found in _PROTECTION.finditer(content, max(content.rfind(b"sheetData>"), 0)):
        if re.search(rb"\b(?:password|hashValue)\s*=\s*[\"'][^\"']", found.group()):
            raise FileRefused(_PROTECTED)
    # Where there are formulas, one of them ends so; most ledgers have none, and are not searched cell by cell.
    if b"f>" in content and (open_formulas := _FORMULA.findall(content)):
        raise FileRefused(_NOT_COMPUTED.format(first=open_formulas[0][0].decode(), count=len(open_formulas)))
    # Every row that holds something is named twice, where it begins and where it ends.
    if content.count(b"row") <= 2 * limits.rows:
        return
    # Formatted blank rows do no harm: only those that hold a value count.
    filled = sum(b"v>" in part or b"t>" in part for part in _ROWS.split(content))
    if filled > limits.rows:
        raise FileRefused(too_many_rows(limits))


def _error(attributes: bytes, text: bytes) -> tuple[int, int, str]:
    """(row, column, text), from 0, of a cell that holds an error."""
    if not (place := _PLACE.search(attributes)):
        raise FileRefused(f"文件里有公式错误（{text[:12].decode(errors='replace')}），又没有写明在哪一格。{SAVE_AS}。")
    column = 0
    for letter in place[1]:
        column = column * 26 + letter - 64
    return int(place[2]) - 1, column - 1, text.decode(errors="replace")


def _by_sheet(archive: zipfile.ZipFile, book: bytes, errors: dict[str, list]) -> dict[int, list]:
    """``errors`` by member, as errors by the number of the sheet in the workbook."""
    parts = {}
    for relation in _RELATION.findall(archive.read("xl/_rels/workbook.xml.rels")):
        told = dict(_PART.findall(relation))
        target = told.get(b"Target", b"").decode(errors="replace").lower().removeprefix("/xl/")
        parts[told.get(b"Id")] = f"xl/{target}"
    return {
        number: errors[parts[key]]
        for number, key in enumerate(_SHEET_PART.findall(book))
        if parts.get(key) in errors
    }


def _examine_relations(content: bytes) -> None:
    for found in _RELATION.finditer(content):
        relation = found.group()
        if b"External" in relation and b"/hyperlink" not in relation:
            raise FileRefused(_LINKS)
        if b"/vbaProject" in relation:
            raise FileRefused(_MACROS)


# --- OLE: .xls, or the shell of an encrypted .xlsx

_FILE_PASSWORD, _SHEET_PASSWORD, _SHEET, _LINKED_BOOK, _END = 0x2F, 0x13, 0x85, 0x1AE, 0x0A
_SELF, _ADD_IN = b"\x01\x04", b"\x01\x3a"
_MACRO_SHEET, _VBA_MODULE = 1, 6
_BEGIN, _DATE_MODE, _FORMULA_CELL, _ERROR_CELL = 0x809, 0x22, 0x06, 0x205
_LOOKED_AT = frozenset(
    (_FILE_PASSWORD, _SHEET_PASSWORD, _SHEET, _LINKED_BOOK, _BEGIN, _DATE_MODE, _FORMULA_CELL, _ERROR_CELL)
)
_ERRORS = {0x00: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"}


def _examine_ole(data: bytes) -> Seen:
    try:
        file = CompoundFile(data)
        names = file.names
        if "EncryptedPackage" in names or "EncryptionInfo" in names:
            raise FileRefused(_LOCKED)
        if "WordDocument" in names:
            raise FileRefused("这是 Word 文档。请把其中的表格复制到 Excel，另存为 .xlsx 再传。")
        if "PowerPoint Document" in names:
            raise FileRefused("这是演示文稿。请把其中的表格复制到 Excel，另存为 .xlsx 再传。")
        if not names & {"Workbook", "Book", "WORKBOOK", "BOOK"}:
            raise FileRefused(f"认不出这是什么文件，不像 Excel 表格。{SAVE_AS}。")
        if names & {"_VBA_PROJECT_CUR", "_VBA_PROJECT", "VBA"}:
            raise FileRefused(_MACROS)
        # Not "\x01Ole": LibreOffice writes that stream, of twenty bytes, into every .xls; an object has its own storage.
        if any(name.startswith("MBD") or name in ("\x01Ole10Native", "ObjectPool") for name in names):
            raise FileRefused(_EMBEDDED)
        return _examine_records(file.stream("Workbook", "Book", "WORKBOOK", "BOOK"))
    except (NotCompound, struct.error) as error:
        raise FileRefused(BROKEN) from error


def _examine_records(stream: bytes) -> Seen:
    """Walk the records of the workbook: passwords, macro sheets, links to other books; cells that hold an error."""
    seen, place, begun, sheets, errors = Seen(XLS), 0, 0, [], defaultdict(list)
    while place + 4 <= len(stream):
        kind, length = struct.unpack_from("<HH", stream, place)
        if kind not in _LOOKED_AT:
            place += 4 + length
            continue
        body = stream[place + 4 : place + 4 + length]
        if kind == _FILE_PASSWORD:
            raise FileRefused(_LOCKED)
        if kind == _SHEET_PASSWORD and body[:2] not in (b"", b"\x00\x00"):
            raise FileRefused(_PROTECTED)
        if kind == _SHEET and len(body) > 5 and body[5] in (_MACRO_SHEET, _VBA_MODULE):
            raise FileRefused(_MACROS)
        if kind == _LINKED_BOOK and body[2:4] not in (_SELF, _ADD_IN):
            raise FileRefused(_LINKS)
        if kind == _SHEET:
            sheets.append(int.from_bytes(body[:4], "little"))
        elif kind == _BEGIN:
            begun = place
        elif kind == _DATE_MODE:
            seen.from_1904 = body[:2] == b"\x01\x00"
        elif kind == _ERROR_CELL and body[7:8] == b"\x01":
            errors[begun].append((*struct.unpack_from("<HH", body), _ERRORS.get(body[6], "#VALUE!")))
        elif kind == _FORMULA_CELL and body[6:7] == b"\x02" and body[12:14] == b"\xff\xff":
            errors[begun].append((*struct.unpack_from("<HH", body), _ERRORS.get(body[8], "#VALUE!")))
        place += 4 + length
    seen.errors = {number: errors[begin] for number, begin in enumerate(sheets) if begin in errors}
    return seen
