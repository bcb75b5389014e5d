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
from recruitment.models import Candidate, LedgerEntry, LedgerVerification
from recruitment.queries import ledger_reading as reading

# An entry that became a leaf later than this after it was stored, with a checkpoint in between, is doubtful.
LATE = timedelta(minutes=15)
NONE = (0, None)
# What stands in the canonical bytes of an entry with personal texts behind it.
PROMISE = b'"commitments":'


@dataclass
class Report:
    """What a verification covered and found. ``unchecked`` are reasons why part of it could not be done."""

    entries: int = 0
    anchored: int = 0
    checkpoints: int = 0
    copies: int | None = None
    findings: list[Finding] = field(default_factory=list)
    # What only copies outside contradict: no verification in between could have found it, so none tells since when.
    unseen: list[Finding] = field(default_factory=list)
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
    last = _last_intact(report)
    report.last_intact_at = last.verified_at if last else None
    if subject is not None and not candidates:
        report.unchecked.append(f"没有编号为 {subject} 的培养对象；若曾经有过，请校验整个台账。")
    for table, name in missing_walls(connection):
        detail = f"{table} 上的 {name} 不在、被停用或被改写，数据库不再拒绝改动"
        report.findings.append(Finding(found.WALL, detail, intact_at=report.last_intact_at))
    promises = _verify_chains(report, candidates, progress)
    _verify_texts(report, candidates, promises)
    if report.is_whole:
        _verify_checkpoints(report, trusted_keys, copies)
        _compare_with_last(report, last)
    report.findings = _merged([*report.unseen, *_dated(report.findings, report.last_intact_at)])
    return report


def _last_intact(report):
    try:
        return LedgerVerification.objects.filter(is_intact=True).order_by("-verified_at").first()
    except reading.unreadable():
        report.unchecked.append("上次校验的记录读不出来，没有与它比较。")
        return None


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
    """Returns what entries promise: {(chain, number): the names of the personal texts behind it}."""
    check, promises = ChainCheck(), {}

    def take(rows):
        check.read(rows)
        promises.update({(row[0], row[1]): _promised(row[5]) for row in rows if PROMISE in row[5]})
        progress(len(rows))

    reading.read_chains(take, candidates)
    check.finish()
    report.entries = check.entries
    heads = reading.heads(candidates)
    astray = {key for key in heads.keys() | check.ends.keys() if heads.get(key) != check.ends.get(key)}
    doubtful = sorted(key for key in check.broken | astray if key is not None)
    codes = reading.codes(doubtful)
    broken_codes = [codes[key] for key in sorted(check.broken & codes.keys())]
    for key in doubtful:
        code, findings = codes.get(key), []
        if key in check.broken:
            findings = _of_chain(key, code, broken_codes, check)
        elif code is None:
            code = f"（主键 {key}）"
        report.findings += findings
        if found.REMOVED not in {finding.kind for finding in findings}:
            at_end = check_head(code, check.ends.get(key, NONE), heads.get(key, NONE))
            report.findings += [finding for finding in at_end if not findings or finding.kind == found.TRUNCATED]
    return promises


def _of_chain(key, code, broken_codes, check):
    """Findings about one broken chain; ``code`` is None where the candidate is not there any more."""
    rows, unreadable = reading.rows_of_chain(key)
    if code is None:
        name = str(rows[0].subject) if rows else f"（主键 {key}）"
        return [Finding(found.REMOVED, "培养对象本身不在了或编号读不出来，这些条目还在", subject=name)]
    # Without the entries that cannot be read, everything after them would look moved.
    told = [Finding(found.CHANGED, "有读不出来的内容", subject=str(code), n=n) for n in unreadable]
    findings = told or diagnose(rows, code, [other for other in broken_codes if other != code])
    wrong = sorted(n for chain, n in check.wrong if chain == key)
    return findings or [Finding(found.CHANGED, "内容与哈希不符", subject=str(code), n=n) for n in wrong]


def _promised(content):
    """The names of the personal texts that the canonical bytes of an entry hold commitments to."""
    *_, payload = content.split(b"\n")[9].split()
    try:
        return tuple(json.loads(content[-int(payload) :])["commitments"])
    except (*reading.unreadable(), KeyError):
        return ()  # the entry is not as it was written, and the chain says so


def _verify_texts(report, candidates, promises):
    if not reading.may_read_texts():
        report.unchecked.append("没有权限读取个人文字，没有核对它们与条目里的承诺。")
        return
    for row in reading.texts(candidates):
        if row is None:
            report.findings.append(Finding(found.TEXT_CHANGED, "有读不出来的文字"))
            continue
        chain, n, name, salt, text, payload, subject, entry_id = row
        try:
            is_kept = json.loads(bytes(payload))["commitments"][name] == commitment(salt, text)
        except (*reading.unreadable(), KeyError):
            is_kept = False
        if not is_kept:
            detail = f"文字“{name}”与条目里的承诺不符"
            stored_at = reading.stored_at(pk=entry_id)
            report.findings.append(
                Finding(found.TEXT_CHANGED, detail, subject=str(subject), n=n, intact_at=stored_at)
            )
        promises[chain, n] = tuple(other for other in promises.get((chain, n), ()) if other != name)
    missing = {place: names for place, names in promises.items() if names}
    erased = reading.last_erasures({chain for chain, _ in missing})
    codes = reading.codes({chain for chain, _ in missing})
    for (chain, n), names in missing.items():
        if n > erased.get(chain, 0) and chain in codes:
            detail = f"文字“{'、'.join(names)}”不在了，此后没有删除文字的记录"
            stored_at = reading.stored_at(candidate_id=chain, n=n)
            report.findings.append(
                Finding(found.TEXT_CHANGED, detail, subject=str(codes[chain]), n=n, intact_at=stored_at)
            )


def _verify_checkpoints(report, trusted_keys, directory):
    stated, forged = _stated_in_database(report, trusted_keys)
    copies = _read_copies(report, directory, trusted_keys, stated) if directory is not None else []
    for copy in copies:
        kept = stated.get(copy.statement.number)
        if kept is None or kept.body != copy.body:
            signed_at = copy.statement.made_at
            what = "没有" if kept is None else "是另一份"
            detail = f"第 {copy.statement.number} 号检查点有副本，数据库里{what}，数据库曾被退回或重写"
            report.unseen.append(Finding(found.SET_BACK, detail, intact_at=signed_at))
    by_size = {statement.size: statement for statement in stated.values() if statement.number not in forged}
    by_size |= {copy.statement.size: copy.statement for copy in copies}
    mismatch = _verify_tree(report, by_size, stated)
    if mismatch or report.unseen or forged:
        _compare_with_signed(report, by_size, copies, mismatch)


def _stated_in_database(report, trusted_keys):
    """({number: statement} of the database's checkpoints, the numbers of those that no trusted key signed); what is wrong
    with them goes into the report."""
    stated, forged, previous, expected = {}, set(), FIRST_PREVIOUS, 1
    for number, checkpoint in reading.checkpoints():
        detail, statement = "", None
        try:
            statement = read_statement(checkpoint.body)
            if (checkpoint.size, bytes(checkpoint.root), checkpoint.made_at, number) != (
                statement.size, statement.root, statement.made_at, statement.number,
            ):  # fmt: skip
                detail = "各栏与签署内容不符"
            elif trusted_keys and not is_signed(checkpoint.body, checkpoint.signature, trusted_keys):
                detail = "不是受信任的密钥签的"
                forged.add(number)
            elif number != expected or statement.previous != previous:
                detail = "与前一号接不上，中间有检查点被删或被改"
        except reading.unreadable():
            detail = "读不出来"
        if detail:
            report.findings.append(
                Finding(found.CHECKPOINT, f"第 {number} 号检查点：{detail}", intact_at=report.last_intact_at)
            )
        if statement:
            stated[number] = statement
        previous, expected = digest(statement.body) if statement else b"", number + 1
    report.checkpoints = len(stated)
    if stated and not trusted_keys:
        report.unchecked.append("没有配置公钥（YINLING_LEDGER_PUBLIC_KEYS），检查点的签名没有核对。")
    return stated, forged


def _read_copies(report, directory, trusted_keys, stated):
    """The copies in ``directory`` whose signature and leaves agree, by number."""
    if not directory.is_dir():
        report.unchecked.append(f"读不到检查点副本目录 {directory}。")
        return []
    copies, tree, paths = [], Tree(), sorted(directory.glob("checkpoint-*.json"))
    if stated and not paths:
        report.unchecked.append(f"{directory} 里没有检查点副本。")
    for path in paths:
        try:
            text = json.loads(path.read_text(encoding="utf-8"))
            copy = Copy(read_statement(text["body"]), text["body"], text["leaves"])
            signed = is_signed(text["body"], bytes.fromhex(text["signature"]), trusted_keys)
            for *_, leaf in copy.leaves:
                tree.add(bytes.fromhex(leaf))
        except (OSError, KeyError, *reading.unreadable()) as error:
            report.unchecked.append(f"副本 {path.name} 读不出来：{error}。")
            break
        if not signed or (tree.size, tree.root()) != (copy.statement.size, copy.statement.root):
            report.unchecked.append(f"副本 {path.name} 的签名或内容不对，没有采用它和它之后的副本。")
            break
        copies.append(copy)
    report.copies = len(copies)
    return copies


def _verify_tree(report, by_size, stated):
    """Grow the tree over the entries as they stand; returns the first statement whose root differs, or None."""
    tree = Tree()
    state = {"mismatch": None, "late": [], "astray": 0}
    waiting = sorted(by_size.values(), key=attrgetter("size"))
    signed_before = None  # when the checkpoint before the one at hand was signed

    def take(rows):
        nonlocal signed_before
        for position, entry, stored_at, is_right in rows:
            if position != tree.size or entry is None:
                state["mismatch"] = state["mismatch"] or next(
                    (statement for statement in waiting if statement.size > tree.size), None
                )
            tree.add(entry or b"")
            state["astray"] += not is_right
            if signed_before and stored_at is not None and reading.moment(stored_at) < signed_before - LATE:
                state["late"].append(position)
            if waiting and waiting[0].size == tree.size:
                statement = waiting.pop(0)
                signed_before = statement.made_at
                if statement.root != tree.root():
                    state["mismatch"] = state["mismatch"] or statement

    reading.read_leaves(take)
    signed = max((statement.size for statement in stated.values()), default=0)
    report.anchored = min(tree.size, max(by_size, default=0))
    if state["late"]:
        first = reading.entry_at(state["late"][0])
        report.doubts.append(
            f"{len(state['late'])} 条的入库时间早于前一个检查点却没有被它签到，可能是绕过触发器补记的，第一处是 {first}。"
        )
    if waiting and state["mismatch"] is None:
        state["mismatch"] = waiting[0]  # signed leaves are missing
    if tree.size > signed:
        detail = f"第 {signed + 1} 个叶起共 {tree.size - signed} 个没有检查点签过：检查点被删，或叶是塞进来的"
        report.findings.append(Finding(found.CHECKPOINT, detail, intact_at=report.last_intact_at))
    elif state["astray"] and state["mismatch"] is None:
        detail = f"有 {state['astray']} 个叶所记的与条目不符，条目与签署时一致，被改动的是叶"
        report.findings.append(Finding(found.CHECKPOINT, detail, intact_at=report.last_intact_at))
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
    copied = len(leaves)
    leaves = _as_signed([*leaves, *reading.leaves_in_database(signed_at, start=copied)], statements)
    differences = compare(leaves, reading.standing_entries())
    (report.unseen if report.unseen else report.findings).extend(differences)
    if mismatch and not differences:
        before = max((s.size for s in statements if s.size < mismatch.size), default=0)
        if mismatch.size <= copied:
            what = "各条与副本一致，数据库里的叶缺失或换了次序"
        else:
            what = (
                f"它签的第 {before + 1} 至 {mismatch.size} 条里有改动，"
                "连同数据库里的叶一起被改写；用主机外的副本（--checkpoints）可以查到是哪一条"
            )
        earlier = max((s.made_at for s in statements if s.size < mismatch.size), default=None)
        detail = f"第 {mismatch.number} 号检查点的根对不上：{what}"
        report.findings.append(Finding(found.CHECKPOINT, detail, intact_at=earlier))


def _as_signed(leaves, statements):
    """``leaves`` as far as the signed roots bear them out: leaves in a database can be rewritten like anything else."""
    tree, borne_out = Tree(), 0
    waiting = {statement.size: statement.root for statement in statements}
    for leaf in leaves:
        tree.add(leaf.hash)
        if tree.size in waiting:
            if waiting[tree.size] != tree.root():
                break
            borne_out = tree.size
    return leaves[:borne_out]


def _compare_with_last(report, last):
    """Nothing that was there when all was last found well may be gone."""
    for name, before, now in (
        ("", last.entries if last else 0, report.entries),
        ("已签署的", last.anchored if last else 0, report.anchored),
    ):
        if before > now:
            detail = f"上次校验时有{name}记录 {before} 条，现在只有 {now} 条"
            report.findings.append(Finding(found.SET_BACK, detail, intact_at=last.verified_at))


def _dated(findings, last_intact_at):
    """The findings with the latest instant at which their place is known to have been intact."""
    dated = []
    for finding in findings:
        if last_intact_at and finding.intact_at and finding.intact_at < last_intact_at:
            # It was there already when all was verified, and all was well.
            dated.append(replace(finding, intact_at=last_intact_at))
        else:
            dated.append(finding)
    return dated


def _merged(findings):
    """One finding per kind and place, with the latest of its instants."""
    merged = {}
    for finding in findings:
        key = (finding.kind, finding.subject, finding.n, finding.detail if finding.n is None else "")
        instants = [finding.intact_at, merged[key].intact_at if key in merged else None]
        merged[key] = replace(finding, intact_at=max(filter(None, instants), default=None))
    return sorted(merged.values(), key=lambda finding: (finding.subject, finding.n or 0))
