"""Comparing the entries with the leaves that were signed: which of them is no longer what it was."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime

from recruitment.ledger import findings as found
from recruitment.ledger.findings import Finding


@dataclass(frozen=True, slots=True)
class Leaf:
    """An entry as it was when a checkpoint was signed over it at ``signed_at``."""

    pk: int
    subject: str
    n: int
    hash: bytes
    signed_at: datetime


@dataclass(frozen=True, slots=True)
class Standing:
    """An entry as it stands now; ``subject`` is the code of the candidate it is filed under."""

    pk: int
    subject: str
    n: int
    hash: bytes


def compare(leaves, standing):
    """Findings about the chains in which ``leaves`` (signed, any order) and ``standing`` (all entries) differ.

    Of a chain that was hashed anew from some entry on, only that first entry is told: everything after it changed
    with it.
    """
    now = {entry.pk: entry for entry in standing}
    signed = {leaf.pk for leaf in leaves}
    lengths = defaultdict(int)
    for entry in standing:
        lengths[entry.subject] = max(lengths[entry.subject], entry.n)
    chains = defaultdict(list)
    for leaf in leaves:
        chains[leaf.subject].append(leaf)
    anchored_until = {subject: max(leaf.n for leaf in chain) for subject, chain in chains.items()}
    findings = []
    for subject, chain in chains.items():
        chain.sort(key=lambda leaf: leaf.n)
        findings += _of_chain(subject, chain, now, lengths[subject])
    strangers = (entry for entry in standing if entry.pk not in signed)
    for entry in strangers:
        if entry.n < anchored_until.get(entry.subject, 0):
            detail = "检查点签过它之后的条目，却没有签过它"
            findings.append(Finding(found.INSERTED, detail, subject=entry.subject, n=entry.n))
    return findings


def _of_chain(subject, chain, now, length):
    """Findings about one chain of leaves by number, against the entries that stand under their keys."""
    findings = []

    def note(kind, leaf, detail):
        findings.append(Finding(kind, detail, subject=subject, n=leaf.n, intact_at=leaf.signed_at))

    missing = [leaf for leaf in chain if leaf.pk not in now]
    kept = [leaf for leaf in chain if leaf.pk in now]
    if missing and length < missing[0].n:
        note(found.TRUNCATED, missing[0], f"签署过的第 {missing[0].n} 条起共 {len(missing)} 条不在了")
    else:
        for leaf in missing:
            note(found.REMOVED, leaf, "签署过的这一条不在了")
    strayed = next((leaf for leaf in kept if now[leaf.pk].subject != subject), None)
    if strayed:
        note(found.EXCHANGED, strayed, f"这条现在记在 {now[strayed.pk].subject} 名下")
    kept = [leaf for leaf in kept if now[leaf.pk].subject == subject]
    for earlier, later in zip(kept, kept[1:], strict=False):
        if now[earlier.pk].n > now[later.pk].n:
            note(found.REORDERED, earlier, f"签署时在第 {later.n} 条之前，现在在它之后")
    if not findings and (changed := next((leaf for leaf in kept if now[leaf.pk].hash != leaf.hash), None)):
        note(found.CHANGED, changed, "与签署时的哈希不符，从这一条起被重新计算过")
    return findings
