"""Taking a file in: recognised, read in a child process, freed of what must not be kept, and given a small picture."""

import hashlib
from dataclasses import dataclass

from recruitment.files.asking import ask
from recruitment.files.kinds import SHOWN
from recruitment.files.limits import limits_for
from recruitment.files.names import proper_name
from recruitment.files.recognising import JPEG, PACKAGE, PDF, PNG, recognise
from recruitment.files.scanning import scan
from recruitment.imports.refusals import FileRefused

_CHILDREN = {
    PDF: "recruitment.files.pdfs",
    JPEG: "recruitment.files.pictures",
    PNG: "recruitment.files.pictures",
    PACKAGE: "recruitment.files.packages",
}
THUMBNAIL_WIDTH, PAGE_WIDTH = 160, 1240


@dataclass(frozen=True, slots=True)
class Taken:
    """A file as it may be kept. ``sent_hash`` and ``hash`` are SHA-256 in hexadecimal of the bytes as sent and as kept.

    ``pages`` is None for what has no pages of its own; ``is_signed`` tells that a PDF was kept byte for byte.
    """

    name: str
    kind: str
    content: bytes
    hash: str
    sent_hash: str
    pages: int | None
    is_signed: bool
    thumbnail: bytes


def take_in(name: str, data: bytes, scanner: str = "") -> Taken:
    """Judge ``data`` that came as ``name`` and return what may be kept of it; ``scanner`` as in scanning.scan.

    Raises FileRefused with a sentence that says what is wrong and what to do.
    """
    family = recognise(data)
    scan(data, scanner)
    answer, parts = ask(_CHILDREN[family], {}, [data], limits_for(len(data)))
    content, kind = parts[0], answer["kind"]
    return Taken(
        name=proper_name(name, kind),
        kind=kind,
        content=content,
        hash=hashlib.sha256(content).hexdigest(),
        sent_hash=hashlib.sha256(data).hexdigest(),
        pages=answer["pages"],
        is_signed=answer.get("is_signed", False),
        thumbnail=_thumbnail(content, kind),
    )


def page_of(content: bytes, kind: str, number: int, width: int = PAGE_WIDTH) -> bytes:
    """Page ``number`` (from 1) of a kept file as a JPEG ``width`` dots wide; raises FileRefused."""
    question = {"kind": kind, "page": number, "width": width}
    return ask("recruitment.files.pages", question, [content], limits_for(len(content)))[1][0]


def _thumbnail(content: bytes, kind: str) -> bytes:
    """Its first page, small; a page that cannot be drawn in time is no reason to refuse the file."""
    if kind not in SHOWN:
        return b""
    try:
        return page_of(content, kind, 1, THUMBNAIL_WIDTH)
    except FileRefused:
        return b""
