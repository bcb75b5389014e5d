"""The child that takes in a PDF: nothing in it may act, hide another file or tell who made it."""

import io

from pypdf import PdfReader, PdfWriter
from pypdf.errors import PyPdfError
from pypdf.filters import decode_stream_data
from pypdf.generic import ArrayObject, DictionaryObject, IndirectObject, NameObject, StreamObject

from recruitment.files.asking import answer_with
from recruitment.files.limits import PAGES, limits_for
from recruitment.files.segments import bare_jpeg
from recruitment.imports.refusals import FileRefused

AGAIN = "请用“打印为 PDF”另存一份再传。"
BROKEN = f"PDF 不完整或已损坏。{AGAIN}打不开的，请找原始文件或重新扫描。"
LOCKED = f"PDF 设了密码或权限限制，系统读不了。请取消限制，或{AGAIN}"
ACTIVE = f"PDF 里有脚本或会自动执行的动作，为安全起见不收。{AGAIN}"
CARRIES = f"PDF 里嵌着别的文件，为安全起见不收。请逐份传，或{AGAIN}"
DYNAMIC = f"这是动态表单 PDF（XFA），各处显示会不一样。{AGAIN}"
TRAILING = f"PDF 后面还接着别的内容，为安全起见不收。{AGAIN}"

_ACTIONS = ("/JavaScript", "/Launch", "/ImportData", "/SubmitForm", "/Rendition", "/Sound", "/Movie", "/GoToE", "/GoToR")
# What programs note beside the pages; no page looks different without it.
_NOTES = ("/Metadata", "/PieceInfo", "/LastModified", "/AA", "/OpenAction", "/Thumb", "/SpiderInfo")
_END = b"%%EOF"
_ZIP_END, _ZIP_REACH = b"PK\x05\x06", 66_000


def take_in(question: dict, parts: list[bytes]) -> tuple[dict, list[bytes]]:
    """({"kind", "pages", "is_signed"}, [the PDF written anew]) for the PDF in ``parts``; raises FileRefused.

    One with an electronic signature is checked like all others and kept byte for byte: writing it anew would break it.
    """
    data = parts[0]
    _refuse_trailing(data)
    try:
        reader = PdfReader(io.BytesIO(data))
        if reader.is_encrypted:
            raise FileRefused(LOCKED)
        writer = PdfWriter(clone_from=reader)
        pages = len(writer.pages)
        is_signed = _examine(writer)
        if is_signed and _opens_by_itself(writer):
            raise FileRefused(ACTIVE)  # kept byte for byte, it would keep that too
        if not 1 <= pages <= PAGES:
            raise FileRefused(f"PDF 有 {pages} 页，一份最多 {PAGES} 页。请分成几份再传。" if pages else BROKEN)
        content = data if is_signed else _written(writer)
    except FileRefused:
        raise
    except RecursionError as error:
        raise FileRefused(BROKEN) from error
    except (
        PyPdfError,
        ValueError,
        KeyError,
        TypeError,
        AttributeError,
        IndexError,
        OSError,
        NotImplementedError,
    ) as error:
        raise FileRefused(BROKEN) from error
    return {"kind": "pdf", "pages": pages, "is_signed": is_signed}, [content]


def _refuse_trailing(data: bytes) -> None:
    """A PDF that is also something else carries it behind its end, or has the end of a zip within reach."""
    end = data.rfind(_END)
    if end < 0:
        raise FileRefused(BROKEN)
    if data[end + len(_END) :].strip(b"\r\n\t \x00\x1a") or _ZIP_END in data[-_ZIP_REACH:]:
        raise FileRefused(TRAILING)


def _examine(writer: PdfWriter) -> bool:
    """Look at every object; True when one of them is a signature over the bytes."""
    is_signed = False
    for held in writer._objects:
        for found in _dictionaries(held):
            _refuse_acts(found)
            is_signed = is_signed or ("/ByteRange" in found and "/Contents" in found)
    return is_signed


def _opens_by_itself(writer: PdfWriter) -> bool:
    """True when opening the document, or coming to one of its pages, does more than show a page."""
    for held in writer._objects:
        for found in _dictionaries(held):
            more = _told(found, "/AA")
            acts = [_told(found, "/OpenAction"), *(more.values() if isinstance(more, DictionaryObject) else ())]
            for act in (it.get_object() for it in acts if it != ""):
                if isinstance(act, DictionaryObject) and _value(act, "/S") not in ("", "/GoTo"):
                    return True
    return False


def _dictionaries(held):
    """``held`` and the dictionaries written directly into it."""
    waiting = [held]
    while waiting:
        it = waiting.pop()
        if isinstance(it, DictionaryObject):
            yield it
            waiting.extend(value for value in it.values() if isinstance(value, (DictionaryObject, ArrayObject)))
        elif isinstance(it, ArrayObject):
            waiting.extend(value for value in it if isinstance(value, (DictionaryObject, ArrayObject)))


def _refuse_acts(found: DictionaryObject) -> None:
    kind, act = _value(found, "/Type"), _value(found, "/S")
    if "/JS" in found or "/JavaScript" in found or act in _ACTIONS:
        raise FileRefused(ACTIVE)
    if "/EmbeddedFiles" in found or "/EF" in found or "/RichMedia" in found or kind == "/EmbeddedFile":
        raise FileRefused(CARRIES)
    if "/XFA" in found:
        raise FileRefused(DYNAMIC)


def _value(found: DictionaryObject, key: str) -> str:
    """The name or text at ``key``, wherever in the file it stands; "" without one."""
    return str(_told(found, key))


def _told(found: DictionaryObject, key: str):
    """What stands at ``key``, wherever in the file; "" without it."""
    value = found.get(key)
    return "" if value is None else value.get_object()


def _written(writer: PdfWriter) -> bytes:
    """The document anew: what is not reachable from its pages is gone, and so is what says who made it, when and where."""
    for held in writer._objects:
        for found in _dictionaries(held):
            for note in _NOTES:
                found.pop(NameObject(note), None)
        if isinstance(held, StreamObject):
            _strip_photograph(held)
    writer.metadata = None
    writer._ID = None
    _drop_unreachable(writer)
    written = io.BytesIO()
    writer.write(written)
    return written.getvalue()


def _drop_unreachable(writer: PdfWriter) -> None:
    """Leave out what only the notes led to."""
    waiting, reached = [writer.root_object.indirect_reference], set()
    while waiting:
        it = waiting.pop()
        if isinstance(it, IndirectObject):
            if it.idnum in reached:
                continue
            reached.add(it.idnum)
            it = writer._objects[it.idnum - 1]
        if isinstance(it, DictionaryObject):
            waiting.extend(it.values())
        elif isinstance(it, ArrayObject):
            waiting.extend(it)
    for place in range(len(writer._objects)):
        if place + 1 not in reached:
            writer._objects[place] = None


def _strip_photograph(stream: StreamObject) -> None:
    """Take the notes out of a scanned page or photo that lies in the file as the JPEG that it was, packed again or not."""
    filters = _told(stream, "/Filter")
    names = [str(it.get_object()) for it in filters] if isinstance(filters, ArrayObject) else [str(filters)]
    if names[-1:] != ["/DCTDecode"]:
        return
    if len(names) > 1:
        stream._data = decode_stream_data(stream)  # JPEG itself is left as it is
        stream[NameObject("/Filter")] = NameObject("/DCTDecode")
        settings = _told(stream, "/DecodeParms")
        if isinstance(settings, ArrayObject):
            del stream["/DecodeParms"]
            if isinstance(last := settings[-1].get_object(), DictionaryObject):
                stream[NameObject("/DecodeParms")] = last
    if bytes(stream._data[:2]) == b"\xff\xd8":
        stream._data = bare_jpeg(stream._data)


if __name__ == "__main__":
    answer_with(take_in, lambda question, parts: limits_for(len(parts[0])))
