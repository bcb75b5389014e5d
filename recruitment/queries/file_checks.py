"""Whether every file that was attached is still there and still the one that the ledger names."""

import hashlib
import json
from dataclasses import dataclass

from recruitment.files import vault
from recruitment.models import Document, FileContent, LedgerEntry


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is wrong with a content or a document: a sentence that names it by its code or hash."""

    sentence: str


def count_contents():
    """How many contents there are to read."""
    return FileContent.objects.count()


def check_files(progress=lambda: None):
    """FileFindings: contents that are gone or changed, documents whose content is not the one in the ledger.

    ``progress`` is called after each content. Every byte in the vault is read.
    """
    found = []
    for content in FileContent.objects.defer("thumbnail").iterator():
        try:
            if hashlib.sha256(vault.get(content.name, content.key)).hexdigest() != content.hash:
                found.append(FileFinding(f"内容与校验码不符：{content.hash[:16]}"))
        except vault.Damaged:
            found.append(FileFinding(f"内容缺失或损坏：{content.hash[:16]}"))
        progress()
    return found + _against_the_ledger()


def _against_the_ledger():
    """Documents without an entry, or whose content is another one than was entered."""
    entered = {}
    for payload in LedgerEntry.objects.filter(action="document").values_list("payload", flat=True).iterator():
        details = json.loads(bytes(payload))
        entered[details["document"]] = details["hash"]
    found = []
    for code, hash_in_hex in (
        Document.objects.filter(content__isnull=False).values_list("code", "content__hash").iterator()
    ):
        if str(code) not in entered:
            found.append(FileFinding(f"台账里没有这份材料：{code}"))
        elif entered[str(code)] != hash_in_hex:
            found.append(FileFinding(f"材料与台账记录的校验码不符：{code}"))
    return found


def strays(before=None):
    """Names in the vault that no row knows, of what was put there before the instant ``before``.

    An upload that a power cut broke off leaves one, and it cannot be read.
    """
    return sorted(vault.names(before) - set(FileContent.objects.values_list("name", flat=True)))
