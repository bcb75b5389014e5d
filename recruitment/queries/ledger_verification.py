"""Verifying the ledger: every chain, every signed checkpoint, and every copy that was brought out of the database."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from operator import attrgetter

from django.db import connection

from recruitment.ledger import findings as found
from recruitment.ledger.anchors import Leaf, compare
from recruitment.ledger.chains import ChainCheck, check_head, diagnose
from recruitment.ledger.checkpoints import FIRST_PREVIOUS, Statement, digest, is_signed, read_statement
from recruitment.ledger.entries import commitment
from recruitment.ledger.findings import Finding
from recruitment.ledger.merkle import Tree
from recruitment.ledger.walls import missing_walls
from recruitment.models import Candidate, LedgerCheckpoint, LedgerEntry, LedgerHead, LedgerSecret, LedgerVerification
from recruitment.queries import ledger_reading as reading

# An entry that became a leaf later than this after it was stored, with a checkpoint in between, is doubtful.
LATE = timedelta(minutes=15)
NONE = (0, None)


@dataclass
class Report:
    """What a verification covered and found. ``unchecked`` are reasons why part of it could not be done."""

    entries: int = 0
    anchored: int = 0
    checkpoints: int = 0
    copies: int | None = None
    findings: list[Finding] = field(default_factory=list)
    doubts: list[str] = field(default_factory=list)
    unchecked: list[str] = field(default_factory=list)
    last_intact_at: datetime | None = None
    is_whole: bool = True

    @property
    def exit_code(self):
        """0: nothing found; 1: tampering; 2: nothing found, but part of it could not be checked."""
        return 1 if self.findings else 2 if self.unchecked else 0


@dataclass(frozen=True, slots=True)
class Copy:
    """A checkpoint as it was brought out: its statement and the leaves that it added."""

    statement: Statement
    body: str
    leaves: list


def verify(*, trusted_keys, copies=None, subject=None, since=None, progress=lambda count: None):
    """Verify the ledger and return a Report; reads only.

    ``trusted_keys`` are the signers' public keys (32 bytes each), ``copies`` a directory of checkpoint copies.
    ``subject`` (a candidate's code) or ``since`` (an instant: chains with an entry stored from then on) limit it to
    some chains, without the tree. ``progress`` is called with the number of entries just read.
    """
    with reading.one_moment():
        return _verified(trusted_keys, copies, subject, since, progress)


def _verified(trusted_keys, copies, subject, since, progress):
    candidates = _candidates(subject, since)
    report = Report(is_whole=candidates is None)
    last = LedgerVerification.objects.filter(is_intact=True).order_by("-verified_at").first()
    report.last_intact_at = last.verified_at if last else None
    for table, name in missing_walls(connection):
        report.findings.append(Finding(found.WALL, f"{table} 上的 {name} 不在或被停用，数据库不再拒绝改动"))
    _verify_chains(report, candidates, progress)
    _verify_texts(report, candidates)
    if report.is_whole:
        _verify_checkpoints(report, trusted_keys, copies)
        _compare_with_last(report, last)
    report.findings = _merged(report.findings, report.last_intact_at)
    return report


def count_entries():
    """How many entries there are, for a progress bar."""
    return LedgerEntry.objects.count()


def _candidates(subject, since):
    if subject is None and since is None:
        return None
    entries = LedgerEntry.objects.order_by()
    if subject is not None:
        return set(Candidate.objects.filter(code=subject).values_list("pk", flat=True))
    return set(entries.filter(stored_at__gte=since).values_list("candidate_id", flat=True).distinct())


def _verify_chains(report, candidates, progress):
    check = ChainCheck()

    def take(rows):
        check.read(rows)
        progress(len(rows))

    reading.read_chains(take, candidates)
    check.finish()
    report.entries = check.entries
    heads = LedgerHead.objects.order_by() if candidates is None else LedgerHead.objects.filter(pk__in=candidates)
    heads = {key: (n, bytes(last)) for key, n, last in heads.values_list("pk", "n", "hash")}
    astray = {key for key in heads.keys() | check.ends.keys() if heads.get(key) != check.ends.get(key)}
    doubtful = sorted(key for key in check.broken | astray if key is not None)
    codes = dict(Candidate.objects.filter(pk__in=doubtful).values_list("pk", "code"))
    broken_codes = [codes[key] for key in sorted(check.broken & codes.keys())]
    for key in doubtful:
        code, findings = codes.get(key), []
        if key in check.broken:
            others = [other for other in broken_codes if other != code]
            rows, unreadable = reading.rows_of_chain(key)
            told = [Finding(found.CHANGED, "有读不出来的日期", subject=str(code), n=n) for n in unreadable]
            # Without the entries that cannot be read, everything after them would look moved.
            findings = told or diagnose(rows, code, others)
        report.findings += findings
        if found.REMOVED not in {finding.kind for finding in findings}:
            at_end = check_head(code, check.ends.get(key, NONE), heads.get(key, NONE))
            report.findings += [finding for finding in at_end if not findings or finding.kind == found.TRUNCATED]


def _verify_texts(report, candidates):
    if not reading.may_read_texts():
        report.unchecked.append("没有权限读取个人文字，没有核对它们与条目里的承诺。")
        return
    secrets = LedgerSecret.objects.order_by("pk").values_list(
        "name", "salt", "text", "entry__payload", "entry__subject", "entry__n", "entry_id"
    )
    if candidates is not None:
        secrets = secrets.filter(entry__candidate_id__in=candidates)
    for name, salt, text, payload, subject, n, entry_id in secrets.iterator(chunk_size=reading.BATCH):
        try:
            promised = json.loads(bytes(payload)).get("commitments", {}).get(name)
        except ValueError:
            promised = None
        if promised != commitment(salt, text):
            detail = f"文字“{name}”与条目里的承诺不符"
            stored_at = reading.stored_at(entry_id)
            report.findings.append(
                Finding(found.TEXT_CHANGED, detail, subject=str(subject), n=n, intact_at=stored_at)
            )


def _verify_checkpoints(report, trusted_keys, directory):
    stated = _stated_in_database(report, trusted_keys)
    copies = _read_copies(report, directory, trusted_keys) if directory is not None else []
    for copy in copies:
        kept = stated.get(copy.statement.number)
        if kept is None or kept.body != copy.body:
            signed_at = copy.statement.made_at
            what = "没有" if kept is None else "是另一份"
            detail = f"第 {copy.statement.number} 号检查点有副本，数据库里{what}，数据库曾被退回或重写"
            report.findings.append(Finding(found.SET_BACK, detail, intact_at=signed_at))
    by_size = {copy.statement.size: copy.statement for copy in copies}
    by_size |= {statement.size: statement for statement in stated.values()}
    mismatch = _verify_tree(report, by_size)
    if mismatch or any(finding.kind == found.SET_BACK for finding in report.findings):
        _compare_with_signed(report, by_size, copies, mismatch)


def _stated_in_database(report, trusted_keys):
    """The statements of the database's checkpoints by number; what is wrong with them goes into the report."""
    stated, previous, expected = {}, FIRST_PREVIOUS, 1
    for checkpoint in LedgerCheckpoint.objects.order_by("number"):
        detail, statement = "", None
        try:
            statement = read_statement(checkpoint.body)
        except ValueError:
            detail = "签署内容读不出来"
        if statement and (checkpoint.number, checkpoint.size, bytes(checkpoint.root), checkpoint.made_at) != (
            statement.number, statement.size, statement.root, statement.made_at,
        ):  # fmt: skip
            detail = "各栏与签署内容不符"
        elif statement and trusted_keys and not is_signed(checkpoint.body, checkpoint.signature, trusted_keys):
            detail = "不是受信任的密钥签的"
        elif statement and (checkpoint.number != expected or statement.previous != previous):
            detail = "与前一号接不上，中间有检查点被删或被改"
        if detail:
            report.findings.append(
                Finding(found.CHECKPOINT, f"第 {checkpoint.number} 号检查点：{detail}", intact_at=report.last_intact_at)
            )
        if statement:
            stated[checkpoint.number] = statement
        previous, expected = digest(checkpoint.body), checkpoint.number + 1
    report.checkpoints = len(stated)
    if stated and not trusted_keys:
        report.unchecked.append("没有配置公钥（YINLING_LEDGER_PUBLIC_KEYS），检查点的签名没有核对。")
    return stated


def _read_copies(report, directory, trusted_keys):
    """The copies in ``directory`` whose signature and leaves agree, by number."""
    if not directory.is_dir():
        report.unchecked.append(f"读不到检查点副本目录 {directory}。")
        return []
    copies, tree = [], Tree()
    for path in sorted(directory.glob("checkpoint-*.json")):
        try:
            text = json.loads(path.read_text(encoding="utf-8"))
            copy = Copy(read_statement(text["body"]), text["body"], text["leaves"])
            signed = is_signed(text["body"], bytes.fromhex(text["signature"]), trusted_keys)
            for *_, leaf in copy.leaves:
                tree.add(bytes.fromhex(leaf))
        except (OSError, ValueError, KeyError, TypeError) as error:
            report.unchecked.append(f"副本 {path.name} 读不出来：{error}。")
            break
        if not signed or (tree.size, tree.root()) != (copy.statement.size, copy.statement.root):
            report.unchecked.append(f"副本 {path.name} 的签名或内容不对，没有采用它和它之后的副本。")
            break
        copies.append(copy)
    report.copies = len(copies)
    return copies


def _verify_tree(report, by_size):
    """Grow the tree over the entries as they stand; returns the first statement whose root differs, or None."""
    tree = Tree()
    state = {"mismatch": None, "positions": 0, "late": 0}
    waiting = sorted(by_size.values(), key=attrgetter("size"))
    signed_before = None  # when the checkpoint before the one at hand was signed

    def take(rows):
        nonlocal signed_before
        for position, entry, stored_at in rows:
            if position != tree.size or entry is None:
                state["mismatch"] = state["mismatch"] or next(
                    (statement for statement in waiting if statement.size > tree.size), None
                )
            tree.add(entry or b"")
            if signed_before and stored_at is not None and reading.moment(stored_at) < signed_before - LATE:
                state["late"] += 1
            if waiting and waiting[0].size == tree.size:
                statement = waiting.pop(0)
                signed_before = statement.made_at
                if statement.root != tree.root():
                    state["mismatch"] = state["mismatch"] or statement

    reading.read_leaves(take)
    report.anchored = min(tree.size, max(by_size, default=0))
    if state["late"]:
        report.doubts.append(f"{state['late']} 条的入库时间早于前一个检查点却没有被它签到，可能是绕过触发器补记的。")
    if waiting and state["mismatch"] is None:
        state["mismatch"] = waiting[0]  # signed leaves are missing
    return state["mismatch"]


def _compare_with_signed(report, by_size, copies, mismatch):
    """Find out which entries differ from what was signed, by the leaves in the copies or else in the database."""
    statements = sorted(by_size.values(), key=attrgetter("size"))

    def signed_at(position):
        return next((s.made_at for s in statements if s.size > position), None)

    leaves = [
        Leaf(pk=pk, subject=subject, n=n, hash=bytes.fromhex(leaf), signed_at=copy.statement.made_at)
        for copy in copies
        for pk, subject, n, leaf in copy.leaves
    ]
    leaves += reading.leaves_in_database(signed_at, start=len(leaves))
    differences = compare(leaves, reading.standing_entries())
    report.findings += differences
    if mismatch and not differences:
        before = max((s.size for s in statements if s.size < mismatch.size), default=0)
        detail = (
            f"第 {mismatch.number} 号检查点的根对不上：它签的第 {before + 1} 至 {mismatch.size} 条里有改动，"
            "连同数据库里的叶一起被改写；用主机外的副本（--checkpoints）可以查到是哪一条"
        )
        earlier = max((s.made_at for s in statements if s.size < mismatch.size), default=None)
        report.findings.append(Finding(found.CHECKPOINT, detail, intact_at=earlier))


def _compare_with_last(report, last):
    """Nothing that was there when all was last found well may be gone."""
    for name, before, now in (
        ("", last.entries if last else 0, report.entries),
        ("已签署的", last.anchored if last else 0, report.anchored),
    ):
        if before > now:
            detail = f"上次校验时有{name}记录 {before} 条，现在只有 {now} 条"
            report.findings.append(Finding(found.SET_BACK, detail, intact_at=last.verified_at))


def _merged(findings, last_intact_at):
    """One finding per kind and place, each with the latest instant at which the place is known to have been intact."""
    merged = {}
    for finding in findings:
        key = (finding.kind, finding.subject, finding.n, finding.detail if finding.n is None else "")
        instants = [finding.intact_at, merged[key].intact_at if key in merged else None]
        if last_intact_at and finding.intact_at and finding.intact_at < last_intact_at:
            instants.append(last_intact_at)  # it was there already when all was verified, and all was well
        merged[key] = replace(finding, intact_at=max(filter(None, instants), default=None))
    return sorted(merged.values(), key=lambda finding: (finding.subject, finding.n or 0))
