"""The child that takes in a .docx or .xlsx: nothing in it may act, reach out, carry another file or tell who wrote it."""

import io
import re
import struct
import zipfile
import zlib
from xml.parsers import expat
from xml.sax.saxutils import quoteattr

from recruitment.files.asking import answer_with
from recruitment.files.limits import LIMITS, limits_for
from recruitment.files.segments import bare_jpeg, bare_png
from recruitment.imports.refusals import FileRefused

AGAIN = "请用 WPS 或 Office 打开，“另存为”.docx、.xlsx 或 PDF 再传。"
BROKEN = f"文件不完整或已损坏。{AGAIN}"
LOCKED = "文件设了打开密码，系统读不了。请取消密码，保存后再传。"
STRANGE = f"文件结构不像 WPS 或 Office 存出来的，为安全起见不收。{AGAIN}"
BOMB = "文件解压后过大，为安全起见不收。请压缩或删去其中的图片，或存成 PDF 再传。"
MACROS = "文件里有宏。为安全起见不收带宏的文件：请另存为不带宏的 .docx、.xlsx，或存成 PDF 再传。"
CARRIES = "文件里嵌着别的文件（OLE 对象或控件）。请删去嵌入的对象，或存成 PDF 再传。"
REACHES_OUT = "文件链接着外部的文件、图片或数据。请断开链接，把内容直接放进文件，或存成 PDF 再传。"
PACKED = "这是压缩包，不是 Word 或 Excel 文档。请先解压，再逐份传里面的文件。"
ENTITIES = f"文件里有不属于文档的定义（DTD 或实体），为安全起见不收。{AGAIN}"

_KINDS = {
    b"application/vnd.openxmlformats-officedocument.wordprocessingml.document.main+xml": ("docx", "word/document.xml"),
    b"application/vnd.openxmlformats-officedocument.spreadsheetml.sheet.main+xml": ("xlsx", "xl/workbook.xml"),
}
_TYPES = "[Content_Types].xml"
_ACTS = ("vbaproject", "vbadata", "/macrosheets/", "/dialogsheets/", "customui", "/webextensions/")
_FILES = ("/embeddings/", "oleobject", "/activex/", "/ctrlprops/", "afchunk")
_LINKS = ("/externallinks/", "connections.xml", "/querytables/")
_HIDDEN = (b"PK\x03\x04", b"\xd0\xcf\x11\xe0", b"MZ", b"\x7fELF", b"%PDF-")
# Fields that start a program, wherever the word stands, and those that fetch something, by the word that they begin with.
_REACHING = re.compile(
    r"\bDDE(AUTO)?\b|(^|\0)\s*(INCLUDEPICTURE|INCLUDETEXT|INCLUDE|IMPORT|LINK|DATABASE|RD)\b"
    r'|(^|\0)\s*HYPERLINK\s+"?(file:|\\\\)',
    re.IGNORECASE,
)
_LINK_SCHEMES = ("http://", "https://", "mailto:")
_RELATIONS = b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n' + (
    b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
)

# Who wrote it, on which machine, with which program: parts that are replaced, and places within parts.
_PROPERTIES = {
    "docprops/core.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<cp:coreProperties xmlns:cp="http://schemas.openxmlformats.org/package/2006/metadata/core-properties"/>',
    "docprops/app.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": b'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
    b'<Properties xmlns="http://schemas.openxmlformats.org/officeDocument/2006/custom-properties"/>',
}
_TRACES = (
    (re.compile(rb"""\b((?:w|w15|w16cex):(?:author|initials|userId|providerId)=)(?:"[^"]*"|'[^']*')"""), rb'\1""'),
    (re.compile(rb"""(<person\b[^>]*\bdisplayName=)(?:"[^"]*"|'[^']*')"""), rb'\1""'),
    (re.compile(rb"<(?:[\w.-]+:)?absPath\b[^>]*/>"), b""),
    (re.compile(rb"<fileSharing\b[^>]*/>"), b""),
    (re.compile(rb"<author>[^<]*</author>"), b"<author></author>"),
    (re.compile(rb"<w:attachedTemplate\b[^>]*?(?:/>|>\s*</w:attachedTemplate>)"), b""),
)
_DROPPED_RELATIONS = ("/attachedTemplate", "/thumbnail")
# Every member bears the same day, so that two copies of one text are one file.
_DAY = (1980, 1, 1, 0, 0, 0)


def take_in(question: dict, parts: list[bytes]) -> tuple[dict, list[bytes]]:
    """({"kind", "pages": None}, [the package written anew]) for the zip in ``parts``; raises FileRefused."""
    kind, members = examine(parts[0])
    return {"kind": kind, "pages": None}, [written(members)]


def examine(data: bytes) -> tuple[str, list[tuple[str, bytes]]]:
    """(kind, [(member, its content without traces)]) of a harmless .docx or .xlsx; raises FileRefused for all else."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            entries = [entry for entry in archive.infolist() if not entry.is_dir()]
            _refuse_directory(entries)
            _refuse_names({entry.filename.lower() for entry in entries})
            members, left = [], LIMITS.unpacked_bytes
            for entry in entries:
                content = _unpacked(archive, entry, left)
                left -= len(content)
                members.append((entry.filename, content))
    except (zipfile.BadZipFile, EOFError, zlib.error, struct.error, NotImplementedError, ValueError, OSError) as error:
        raise FileRefused(BROKEN) from error
    except RuntimeError as error:  # zipfile's word for a member under a password
        raise FileRefused(LOCKED) from error
    kind = _kind_of(members)
    for name, content in members:
        _examine_member(name.lower(), content, kind)
    return kind, [(name, _bare(name.lower(), content)) for name, content in members if not _is_thumbnail(name)]


def written(members: list[tuple[str, bytes]]) -> bytes:
    """The members as one zip; the same members are always the same bytes."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members:
            archive.writestr(zipfile.ZipInfo(name, _DAY), content, zipfile.ZIP_DEFLATED)
    return out.getvalue()


# --- Before anything is unpacked


def _refuse_directory(entries: list[zipfile.ZipInfo]) -> None:
    if len(entries) > LIMITS.members:
        raise FileRefused(f"文件里有 {len(entries)} 个部件，多于一份文档该有的。请删去其中的图片，或存成 PDF 再传。")
    names = [entry.filename for entry in entries]
    if len({name.lower() for name in names}) < len(names) or any(_leads_elsewhere(name) for name in names):
        raise FileRefused(STRANGE)
    if sum(entry.file_size for entry in entries) > LIMITS.unpacked_bytes:
        raise FileRefused(BOMB)
    for entry in entries:
        if entry.flag_bits & 1:
            raise FileRefused(LOCKED)
        if entry.file_size > LIMITS.ratio_matters_above and entry.file_size > LIMITS.ratio * max(
            entry.compress_size, 1
        ):
            raise FileRefused(BOMB)


def _leads_elsewhere(name: str) -> bool:
    return name.startswith(("/", "\\")) or ".." in name.replace("\\", "/").split("/") or ":" in name or "\x00" in name


def _refuse_names(names: set[str]) -> None:
    if _TYPES.lower() not in names:
        opened = "content.xml" in names and "mimetype" in names
        raise FileRefused(f"这是 OpenDocument 文件（.odt、.ods）或 OFD。{AGAIN}" if opened else PACKED)
    for marks, sentence in ((_ACTS, MACROS), (_FILES, CARRIES), (_LINKS, REACHES_OUT)):
        if any(mark in name for mark in marks for name in names):
            raise FileRefused(sentence)


# --- What is inside


def _unpacked(archive: zipfile.ZipFile, entry: zipfile.ZipInfo, left: int) -> bytes:
    with archive.open(entry) as stream:
        content = stream.read(left + 1)
    if len(content) > left:
        raise FileRefused(BOMB)
    return content


def _kind_of(members: list[tuple[str, bytes]]) -> str:
    types = next(content for name, content in members if name.lower() == _TYPES.lower())
    if b"macroEnabled" in types or b"vbaProject" in types:
        raise FileRefused(MACROS)
    names = {name.lower() for name, _ in members}
    found = [kind for mark, (kind, main) in _KINDS.items() if mark in types and main in names]
    if len(found) != 1:
        raise FileRefused(f"这不是 .docx 或 .xlsx 文档（可能是演示文稿或模板）。{AGAIN}")
    return found[0]


def _is_xml(name: str, content: bytes) -> bool:
    """By its name, or by its beginning: a part is what the list of types calls it, whatever its name ends in."""
    return name.endswith((".xml", ".rels", ".vml")) or content[:512].lstrip(b"\xef\xbb\xbf \t\r\n").startswith(b"<")


def _examine_member(name: str, content: bytes, kind: str) -> None:
    if not _is_xml(name, content):
        if content.startswith(_HIDDEN):
            raise FileRefused(CARRIES)
        return
    if content.startswith((b"\xff\xfe", b"\xfe\xff", b"\x00<", b"<\x00")):
        raise FileRefused(STRANGE)  # Office writes UTF-8; another encoding would hide from the looks below
    if name.endswith(".vml"):
        return  # old drawings are no proper XML even in honest files
    if name.endswith(".rels"):
        for relation in _relations(content):
            _refuse_relation(relation)
    elif kind == "docx":
        _refuse_fields(content)
    else:
        _read(content)


def _read(content: bytes, on_start=None, on_text=None) -> None:
    """Read XML to its end; a document type of any kind is refused before anything is made of it."""
    if b"<!DOCTYPE" in content or b"<!ENTITY" in content:
        raise FileRefused(ENTITIES)
    parser = expat.ParserCreate()
    parser.StartElementHandler, parser.CharacterDataHandler = on_start, on_text
    try:
        parser.Parse(content, True)
    except expat.ExpatError as error:
        raise FileRefused(BROKEN) from error


def _relations(content: bytes) -> list[dict[str, str]]:
    """The attributes of every relationship in a .rels part."""
    found = []

    def on_start(name: str, attributes: dict[str, str]) -> None:
        if name.rpartition(":")[2] == "Relationship":
            found.append(attributes)

    _read(content, on_start)
    return found


def _refuse_relation(relation: dict[str, str]) -> None:
    kind, target = relation.get("Type", ""), relation.get("Target", "")
    if kind.endswith(_DROPPED_RELATIONS):
        return
    if kind.endswith("/vbaProject"):
        raise FileRefused(MACROS)
    if kind.endswith(("/oleObject", "/package", "/aFChunk", "/control", "/frame", "/subDocument")):
        raise FileRefused(CARRIES)
    if relation.get("TargetMode", "").lower() == "external":
        if not (kind.endswith("/hyperlink") and target.lower().startswith(_LINK_SCHEMES)):
            raise FileRefused(REACHES_OUT)


def _refuse_fields(content: bytes) -> None:
    """A field can start a program (DDE) or fetch a file; its code may be cut into any number of pieces."""
    codes, within = [], [False]

    def on_start(name: str, attributes: dict[str, str]) -> None:
        local = name.rpartition(":")[2]
        within[0] = local == "instrText"
        if local in ("fldChar", "fldSimple"):
            codes.append("\0")
        codes.extend(value for key, value in attributes.items() if key.rpartition(":")[2] == "instr")

    def on_text(text: str) -> None:
        if within[0]:
            codes.append(text)

    _read(content, on_start, on_text)
    if _REACHING.search("".join(codes)):
        raise FileRefused(REACHES_OUT)


# --- What says who made it


def _is_thumbnail(name: str) -> bool:
    return name.lower().startswith("docprops/thumbnail")


def _bare(name: str, content: bytes) -> bytes:
    if name in _PROPERTIES:
        return _PROPERTIES[name]
    if name.endswith(".rels"):
        return _relations_anew(content)
    if _is_xml(name, content):
        for pattern, instead in _TRACES:
            content = pattern.sub(instead, content)
        return content
    return bare_png(bare_jpeg(content))


def _relations_anew(content: bytes) -> bytes:
    """A .rels part with what was judged and nothing else."""
    kept = [relation for relation in _relations(content) if not relation.get("Type", "").endswith(_DROPPED_RELATIONS)]
    lines = [
        "<Relationship "
        + " ".join(
            f"{name}={quoteattr(relation[name])}" for name in ("Id", "Type", "Target", "TargetMode") if name in relation
        )
        + "/>"
        for relation in kept
    ]
    return _RELATIONS + "".join(lines).encode() + b"</Relationships>"


if __name__ == "__main__":
    answer_with(take_in, lambda question, parts: limits_for(len(parts[0])))
