"""What a file may be called: what people read, without paths, hidden characters or a false ending."""

import unicodedata

from recruitment.files.kinds import EXTENSIONS, FileKind
from recruitment.imports.refusals import FileRefused

LONGEST = 120
# Not in names on Windows, and what a header or a shell would take for its own.
_FORBIDDEN = '<>:"/\\|?*%;`$'


def readable_name(sent: str) -> str:
    """``sent`` without folders, control and direction characters, and characters that systems take for their own."""
    last = unicodedata.normalize("NFC", sent.replace("\\", "/").rsplit("/", 1)[-1])
    shown = "".join(" " if _is_gap(letter) else letter for letter in last if not _is_hidden(letter))
    return " ".join("".join(letter for letter in shown if letter not in _FORBIDDEN).split()).strip(". ")


def proper_name(sent: str, kind: str) -> str:
    """The name under which a file of ``kind`` is shown and handed out; ``sent`` is what the browser called it.

    Refused: an ending that belongs to another kind of file.
    """
    plain = readable_name(sent)
    stem, dot, ending = plain.rpartition(".")
    if not dot or len(ending) > 5 or not ending.isascii() or not ending.isalnum():
        stem, ending = plain, ""
    if ending and ending.lower() not in EXTENSIONS[kind]:
        raise FileRefused(_false_ending(ending, kind))
    ending = ending or EXTENSIONS[kind][0]
    stem = stem.strip(". ")[: LONGEST - len(ending) - 1] or "材料"
    return f"{stem}.{ending.lower()}"


def _false_ending(ending: str, kind: str) -> str:
    return (
        f"文件名以 .{ending.lower()} 结尾，内容却是 {FileKind(kind).label}。"
        f"请核对是不是选错了文件；没有选错的，把结尾改成 .{EXTENSIONS[kind][0]} 再传。"
    )


def _is_hidden(letter: str) -> bool:
    """Control, format (direction marks among them), private and unassigned characters."""
    return unicodedata.category(letter) in ("Cc", "Cf", "Co", "Cs", "Cn")


def _is_gap(letter: str) -> bool:
    return unicodedata.category(letter) in ("Zs", "Zl", "Zp")
