"""Attaching files to a candidate, withdrawing them, handing them out, and erasing what they held."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from recruitment.actions import ledger
from recruitment.actions.access import DOWNLOADED, VIEWED, log_view
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.actions.roads import follow_papers, locked
from recruitment.files import vault
from recruitment.files.intake import take_in
from recruitment.files.limits import FILES_AT_ONCE, FILES_PER_PERSON
from recruitment.files.names import readable_name
from recruitment.files.papers import OTHER, is_paper, title_of
from recruitment.imports.refusals import FileRefused
from recruitment.models import Candidate, Document, FileContent
from recruitment.queries.documents import handed_out_since, may_attach, may_withdraw
from recruitment.rules import Objection

ERASED = "（已删除）"
# Whoever opens more files than this in an hour is not reading them.
AN_HOUR, FILES_AN_HOUR = timedelta(hours=1), 200


def attach(*, by, code, step, paper, files, now):
    """Attach ``files`` (pairs of name and bytes) to step ``step`` (0: to the person) of candidate ``code`` as ``paper``.

    All or none. Refused (field "files"): what is no harmless PDF, picture, .docx or .xlsx, each with a sentence; too
    many files. What stands there already is not attached twice. Raises Candidate.DoesNotExist for strangers, NotYours
    for who may only read. Returns the Documents, in the order of ``files``.
    """
    candidate = Candidate.objects.visible_to(by).get(code=code)
    if not may_attach(by, candidate):
        raise NotYours
    if not is_paper(step, paper):
        refuse("no_such_paper", "请选择是哪一份材料。", field="paper")
    if not 1 <= len(files) <= FILES_AT_ONCE:
        refuse("number_of_files", f"一次可传 1 至 {FILES_AT_ONCE} 份文件，请分次上传。", field="files")
    taken = _taken_in(files)
    put = []
    try:
        for it in taken:
            put.append(vault.put(it.content))  # noqa: PERF401  # known here even when the next one fails
        return _attach(by, code, step, paper, list(zip(taken, put, strict=True)), now)
    except BaseException:
        for name, _ in put:
            vault.remove(name)
        raise


def _taken_in(files):
    """Each file as it may be kept; refuses all when one is refused, naming every one that is."""
    taken, objections = [], []
    for name, data in files:
        try:
            taken.append(take_in(name, data, settings.YINLING_VIRUS_SCAN))
        except FileRefused as refusal:
            shown = readable_name(name)[:60] or "没有名字的文件"
            objections.append(Objection("file_refused", f"“{shown}”：{refusal}", field="files"))
    if objections:
        raise Refused(objections)
    return taken


@transaction.atomic
def _attach(by, code, step, paper, taken, now):
    candidate = locked(user=by, code=code)
    if Document.objects.filter(candidate=candidate).count() + len(taken) > FILES_PER_PERSON:
        refuse(
            "too_many_files",
            f"一个人最多存 {FILES_PER_PERSON} 份文件。请把同一份材料的各页合成一个 PDF。",
            field="files",
        )
    kept = {}
    # Everybody takes contents in the same order, so that two uploads of the same files cannot block each other.
    for it, (name, key) in sorted(taken, key=lambda pair: pair[0].hash):
        kept[it.hash] = _keep(by, candidate, step, paper, it, name, key, now)
    follow_papers(candidate, now=now)
    return [kept[it.hash] for it, _ in taken]


def _keep(by, candidate, step, paper, it, name, key, now):
    content, is_new = FileContent.objects.select_for_update().get_or_create(
        hash=it.hash,
        defaults={
            "name": name,
            "key": key,
            "kind": it.kind,
            "size": len(it.content),
            "pages": it.pages,
            "is_signed": it.is_signed,
            "thumbnail": it.thumbnail,
            "kept_at": now,
        },
    )
    if not is_new:
        vault.remove(name)
    again = Document.objects.standing().filter(candidate=candidate, step=step, paper=paper, content=content).first()
    if again:
        return again
    document = Document.objects.create(
        candidate=candidate, step=step, paper=paper, name=it.name, content=content, sent_hash=it.sent_hash,
        uploaded_by=by, uploaded_at=now,
    )  # fmt: skip
    ledger.append(
        candidate=candidate,
        action="document",
        step=step or None,
        summary=f"上传材料：{title_of(step, paper)}",
        actor=by,
        now=now,
        details={
            "document": str(document.code),
            "paper": paper,
            "kind": it.kind,
            "size": len(it.content),
            "hash": it.hash,
            "sent_hash": it.sent_hash,
        },
        private={"name": it.name},
    )
    return document


@transaction.atomic
def note_on_paper(*, by, code, papers, place, now):
    """Note that ``papers``, pairs of step and code, of candidate ``code`` are held on paper at ``place``; no file is kept.

    What is on file already, as a scan or on paper, is not noted again. Refused: nothing chosen, what is no paper of that
    step, more than a person's file holds. Raises Candidate.DoesNotExist for strangers, NotYours for who may only read.
    Returns the Documents made.
    """
    candidate = locked(user=by, code=code)
    if not may_attach(by, candidate):
        raise NotYours
    papers = list(dict.fromkeys(papers))
    if not papers:
        refuse("nothing_chosen", "请勾选已有纸质件的材料。", field="papers")
    if any(paper == OTHER or not is_paper(step, paper) for step, paper in papers):
        refuse("no_such_paper", "请从列出的材料中勾选。", field="papers")
    held = set(Document.objects.standing().filter(candidate=candidate).values_list("step", "paper"))
    wanted = [pair for pair in papers if pair not in held]
    if Document.objects.filter(candidate=candidate).count() + len(wanted) > FILES_PER_PERSON:
        refuse("too_many_files", f"一个人最多存 {FILES_PER_PERSON} 份材料。", field="papers")
    made = [_note(by, candidate, step, paper, place.strip()[:160], now) for step, paper in wanted]
    follow_papers(candidate, now=now)
    return made


def _note(by, candidate, step, paper, place, now):
    document = Document.objects.create(
        candidate=candidate, step=step, paper=paper, name=place, is_on_paper=True, uploaded_by=by, uploaded_at=now
    )
    ledger.append(
        candidate=candidate,
        action="paper_noted",
        step=step or None,
        summary=f"登记纸质件：{title_of(step, paper)}",
        actor=by,
        now=now,
        details={"document": str(document.code), "paper": paper},
        private={"place": place} if place else None,
    )
    return document


@transaction.atomic
def withdraw(*, by, code, document, reason, now):
    """Mark the document ``document`` (its code) as withdrawn, for ``reason``; it stays on file and stays readable.

    Raises Candidate.DoesNotExist or Document.DoesNotExist for strangers, NotYours for who may only read. Refused: no
    reason, withdrawn already. Returns the Document.
    """
    candidate = locked(user=by, code=code)
    found = Document.objects.visible_to(by).select_for_update(of=("self",)).get(candidate=candidate, code=document)
    if not may_withdraw(by, candidate, found):
        raise NotYours
    if found.withdrawn_at:
        refuse("withdrawn_already", "这份材料已经撤下，请刷新页面查看。")
    if not reason.strip():
        refuse("reason_required", "请写明为什么撤下：文件会保留，并注明原因。", field="reason")
    found.withdrawn_at, found.withdrawn_by, found.withdraw_reason = now, by, reason.strip()
    found.save(update_fields=["withdrawn_at", "withdrawn_by", "withdraw_reason"])
    follow_papers(candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="document_withdrawn",
        step=found.step or None,
        summary=f"撤下材料：{title_of(found.step, found.paper)}",
        actor=by,
        now=now,
        details={"document": str(found.code), "paper": found.paper},
        private={"reason": reason.strip()},
    )
    return found


def hand_out(*, user, document, now, address=None, page=None):
    """Log that ``user`` is given the Document, or shown its page ``page``; called before anything is sent.

    Refused: too many files within an hour.
    """
    if handed_out_since(user, now - AN_HOUR) >= FILES_AN_HOUR:
        refuse("too_many_files", f"一小时内打开的材料超过 {FILES_AN_HOUR} 份，请稍后再看；确有需要的，请告诉党办。")
    title = title_of(document.step, document.paper)
    what = f"下载材料：{title}" if page is None else f"查看材料：{title}，第 {page} 页"
    action = DOWNLOADED if page is None else VIEWED
    log_view(user=user, candidate=document.candidate, what=what, action=action, now=now, address=address)


@transaction.atomic
def erase_files(*, candidate, actor, now):
    """Erase what the files of a locked ``candidate`` held, their names, and where papers lie; contents others share stay for them.

    The ledger keeps that they were there, with their hashes. Returns how many documents there were.
    """
    documents = Document.objects.filter(Q(content__isnull=False) | Q(is_on_paper=True), candidate=candidate)
    documents = documents.exclude(name=ERASED)
    keys = set(documents.values_list("content_id", flat=True))
    contents = list(FileContent.objects.select_for_update().filter(pk__in=keys).order_by("hash"))
    count = documents.update(content=None, name=ERASED, withdraw_reason="")
    for content in contents:
        if not content.documents.exists():
            content.delete()
            transaction.on_commit(lambda name=content.name: vault.remove(name))
    if count:
        summary, details = "删除材料内容", {"documents": count}
        ledger.append(
            candidate=candidate, action="files_erased", summary=summary, actor=actor, now=now, details=details
        )
    return count
