"""Checking the chain of one candidate: quickly whether it is whole, and if it is not, where and how it was broken."""

import hashlib
from collections import defaultdict
from dataclasses import dataclass
from datetime import date, datetime

from recruitment.ledger import findings as found
from recruitment.ledger.entries import NOTHING_BEFORE, entry_hash
from recruitment.ledger.findings import Finding

LOOKED_FOR = 1000


class ChainCheck:
    """Reads entries in any order and notes which chains are broken; those of a chain mostly come by their number.

    ``broken`` are the keys of chains to be looked at closely, ``ends`` the number and hash of the last entry of each,
    ``wrong`` the (chain, number) of entries that are not what their hash says.
    """

    def __init__(self):
        self.entries = 0
        self.broken = set()
        self.wrong = set()
        self.ends = {}
        self._waiting = defaultdict(list)

    def read(self, rows):
        """Take rows of (chain key, number, is it filed under its own subject, hash, hash before, canonical bytes)."""
        sha256, broken, ends, nothing = hashlib.sha256, self.broken, self.ends, (0, NOTHING_BEFORE)
        for chain, number, is_own, entry, before, content in rows:
            n, last = ends.get(chain, nothing)
            if not is_own or sha256(content).digest() != entry:
                broken.add(chain)
                self.wrong.add((chain, number))
            if number == n + 1 and before == last:
                ends[chain] = (number, entry)
            else:
                self._waiting[chain].append((number, before, entry))
        self.entries += len(rows)

    def finish(self):
        """Put in their places the entries that came before their turn; to be called once, after all rows."""
        for chain, entries in self._waiting.items():
            n, last = self.ends.get(chain, (0, NOTHING_BEFORE))
            for number, before, entry in sorted(entries):
                if number != n + 1 or before != last:
                    self.broken.add(chain)
                n, last = number, entry
            self.ends[chain] = (n, last)
        self._waiting.clear()


@dataclass(frozen=True, slots=True)
class Row:
    """An entry as it stands in the database."""

    pk: int
    subject: object
    n: int
    hash: bytes
    previous_hash: bytes
    recorded_at: datetime
    stored_at: datetime
    actor_id: int | None
    step: int | None
    decided_on: date | None
    action: str
    summary: str
    payload: bytes

    def was_written_as(self, n, subject=None):
        """True when the hash is that of this content under number ``n`` (of the chain of ``subject``)."""
        entry = {name: getattr(self, name) for name in self.__slots__ if name not in ("pk", "hash")}
        return entry_hash(**(entry | {"n": n, "subject": subject or self.subject})) == self.hash


def diagnose(rows, subject, others=()):
    """Findings about one broken chain. ``rows`` are its Rows by number, ``subject`` the code they should carry.

    ``others`` are the codes of other broken chains. An entry whose hash fits under another number was moved; a shift of
    everything after it is an entry taken out or put in; a gap in the numbers is a removal; an entry whose hash fits
    under another code came from that chain.
    """
    findings = {}
    # An entry is looked for under so many numbers: a number of two thousand million must not keep anybody for hours.
    highest = min(max((row.n for row in rows), default=0), len(rows) + LOOKED_FOR) + len(rows)
    first_numbers = [
        next((n for n in (row.n, *range(1, highest + 1)) if row.was_written_as(n)), None) for row in rows
    ]
    moved = {row.n: first for row, first in zip(rows, first_numbers, strict=True) if first not in (None, row.n)}
    only_order = set(moved) == set(moved.values())

    def note(kind, n, detail, row=None):
        intact_at = row.stored_at if row else None
        findings[n] = Finding(kind=kind, detail=detail, subject=str(subject), n=n, intact_at=intact_at)

    expected, shift, last, before_last = 1, 0, NOTHING_BEFORE, None
    for index, (row, first) in enumerate(zip(rows, first_numbers, strict=True)):
        neighbour = rows[index - 1] if index else None
        if row.n > expected:
            note(found.REMOVED, expected, f"第 {expected} 条{_to(expected, row.n - 1)}不在了", row)
        if row.subject != subject:
            note(found.EXCHANGED, row.n, f"这条原属 {row.subject}", row)
        elif first is None:
            origin = next((other for other in others if row.was_written_as(row.n, other)), None)
            kind, detail = (found.EXCHANGED, f"这条原属 {origin}") if origin else (found.CHANGED, "内容与哈希不符")
            note(kind, row.n, detail, row)
        elif only_order and row.n in moved:
            note(found.REORDERED, row.n, f"原是第 {first} 条", row)
        elif not only_order and first - row.n > shift:
            note(found.REMOVED, first - 1, f"原第 {first - 1} 条不在了，其后各条改了序号", row)
            shift = first - row.n
        elif not only_order and first - row.n < shift:
            note(found.INSERTED, row.n - 1, "原来没有这一条，其后各条改了序号", neighbour)
            shift = first - row.n
        elif row.previous_hash != last and row.n == expected and row.n - 1 not in findings:
            if row.previous_hash == before_last:
                note(found.INSERTED, row.n - 1, "其后一条不认这一条", neighbour)
            else:
                note(found.CHANGED, max(row.n - 1, 1), "其后一条记着的哈希不是这一条的", neighbour)
        expected, last, before_last = row.n + 1, row.hash, last
    return [findings[n] for n in sorted(findings)]


def check_head(subject, end, head):
    """Findings about the end of a chain: ``end`` and ``head`` are (number, hash) of its last entry and its head row.

    Either is (0, None) where there is none.
    """
    (length, tail), (head_n, head_hash) = end, head
    if not head_n:
        return [Finding(found.CHANGED, "链尾的记号不在了", subject=str(subject), n=length)] if length else []
    if head_n > length:
        detail = f"第 {length + 1} 条{_to(length + 1, head_n)}不在了"
        return [Finding(found.TRUNCATED, detail, subject=str(subject), n=length + 1)]
    if head_n < length:
        detail = f"绕过触发器写入，链尾只到第 {head_n} 条"
        return [Finding(found.INSERTED, detail, subject=str(subject), n=head_n + 1)]
    if head_hash != tail:
        return [Finding(found.CHANGED, "末条的哈希与链尾的记号不符", subject=str(subject), n=length)]
    return []


def _to(first, last):
    return f"至第 {last} 条" if last > first else ""
