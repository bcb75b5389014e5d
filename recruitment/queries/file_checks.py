"""Whether every file that was attached is still there and still the one that the ledger names."""

import hashlib
import json
from dataclasses import dataclass

from recruitment.files import vault
from recruitment.models import Document, FileContent, LedgerEntry

# Entries that a document begins with: a file that was sent in, a paper that lies in a cupboard.
_ENTERED = ("document", "paper_noted")


@dataclass(frozen=True, slots=True)
class FileFinding:
    """What is wrong with a content or a document: a sentence that names it by its code or hash."""

    sentence: str


def count_contents():
    """How many contents there are to read."""
    return FileContent.objects.count()


def check_files(progress=lambda: None):
    """FileFindings: contents that are gone or changed, documents that are not what the ledger says of them.

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
    """Documents that are not, or no longer, what the ledger says of them: slipped in, gone, exchanged, moved, withdrawn."""
    found, entered, withdrawn, erased = [], {}, set(), {}
    entries = LedgerEntry.objects.filter(action__in=(*_ENTERED, "document_withdrawn", "files_erased"))
    columns = ("candidate_id", "subject", "n", "step", "action", "payload")
    for candidate, subject, n, step, action, payload in entries.values_list(*columns).iterator():
        if action == "files_erased":
            erased[candidate] = max(n, erased.get(candidate, 0))
            continue
        try:
            details = json.loads(bytes(payload))
            code, paper, hash_in_hex = details["document"], details["paper"], details.get("hash")
        except (ValueError, TypeError, LookupError, AttributeError):
            found.append(FileFinding(f"台账的条目读不出来：{subject} 第 {n} 条，请运行 manage.py verify_ledger"))
            continue
        if action in _ENTERED:
            entered[code] = (n, hash_in_hex, (candidate, step or 0, paper))
        else:
            withdrawn.add(code)
    fields = ("code", "candidate_id", "step", "paper", "content__hash", "is_on_paper", "withdrawn_at")
    for code, candidate, step, paper, hash_in_hex, is_on_paper, withdrawn_at in Document.objects.values_list(*fields):
        n, hash_entered, place = entered.pop(str(code), (None, None, None))
        if n is None:
            what = "台账里没有这份材料"
        elif hash_in_hex and hash_in_hex != hash_entered:
            what = "材料与台账记录的校验码不符"
        elif (candidate, step, paper) != place:
            what = "材料不在台账记录的人和步骤名下"
        elif bool(withdrawn_at) != (str(code) in withdrawn):
            what = "材料是否撤下与台账记录不符"
        elif not hash_in_hex and not is_on_paper and n > erased.get(candidate, 0):
            what = "材料的内容不在了，台账没有删除的记录"
        else:
            continue
        found.append(FileFinding(f"{what}：{code}"))
    return found + [FileFinding(f"台账记录的材料不在了：{code}") for code in sorted(entered)]


def strays(before=None):
    """Names in the vault that no row knows, of what was put there before the instant ``before``.

    An upload that a power cut broke off leaves one, and it cannot be read.
    """
    return sorted(vault.names(before) - set(FileContent.objects.values_list("name", flat=True)))
