"""The papers on a candidate's file: the tab 材料, the timeline's files, the archive checklist, one file to be handed out."""

import hashlib

from django.db.models import Q
from django.urls import reverse
from django.utils import timezone

from recruitment.files import vault
from recruitment.files.kinds import SHOWN, FileKind
from recruitment.files.papers import ARCHIVED, is_paper, step_text, title_of
from recruitment.models import AccessEntry, Document
from recruitment.scope import scope_of
from recruitment.steps import ARCHIVED_PAPERS, STEPS

ARCHIVING = len(STEPS)
FILE_ACTS = ("下载材料", "查看材料")


def may_attach(user, candidate):
    """True for those who act for the candidate's unit, and for those tied to this one person."""
    return user.has_perm("recruitment.change_candidate", candidate) or (
        user.has_perm("recruitment.view_candidate", candidate) and candidate.pk in scope_of(user).candidate_ids
    )


def may_withdraw(user, candidate, document):
    """True for those who act for the candidate's unit, and for whoever attached the document."""
    return user.has_perm("recruitment.change_candidate", candidate) or document.uploaded_by_id == user.pk


def document_for(*, user, code, document):
    """The Document ``document`` (a code) of candidate ``code`` with its content; raises Document.DoesNotExist.

    ``may_read`` says whether ``user`` may open it.
    """
    found = (
        Document.objects.visible_to(user)
        .select_related("candidate__person", "content", "uploaded_by__person")
        .get(candidate__code=code, code=document)
    )
    found.may_read = Document.objects.readable_by(user).filter(pk=found.pk).exists() and found.content_id is not None
    return found


def content_of(document):
    """The bytes of a document as they were kept; raises vault.Damaged when they are not those of its hash."""
    kept = document.content
    content = vault.get(kept.name, kept.key)
    if hashlib.sha256(content).hexdigest() != kept.hash:
        raise vault.Damaged(kept.name)
    return content


def handed_out_since(user, instant):
    """How many files or pages of files ``user`` was given since ``instant``."""
    of_files = Q(pk__in=())
    for act in FILE_ACTS:
        of_files |= Q(what__startswith=act)
    return AccessEntry.objects.filter(of_files, user=user, at__gte=instant).count()


# --- The tab


def documents_tab(user, candidate, road):
    """What templates/recruitment/candidate/_documents.html asks for; ``road`` says which steps are done."""
    documents = _of(candidate)
    readable = _readable(user, candidate)
    rows = [_row(user, candidate, it, readable) for it in documents]
    standing = {(it.step, it.paper) for it in documents if it.withdrawn_at is None}
    done = {row.step for row in road.steps if row.state == "done"}
    may = may_attach(user, candidate)
    # Papers may lie in a cupboard; only when the file is to be closed is a missing one somebody's concern.
    is_closing = ARCHIVING - 1 in done and ARCHIVING not in done
    missing = [_missing(candidate, step, paper, may) for step, paper in lacking(done, standing)]
    urgent = [row for row in missing if row["is_archived"] and is_closing]
    shown = [row for row in rows if not row["withdrawn_text"]] + urgent
    return {
        "documents": sorted(shown, key=lambda row: row["step"] or len(STEPS) + 1),
        "withdrawn": [row for row in rows if row["withdrawn_text"]],
        "not_scanned": [row for row in missing if row not in urgent],
        "may_attach": may,
        "on_paper_url": reverse("file-on-paper", args=[candidate.code]) if may else "",
    }


def with_files(timeline, user, candidate):
    """Hang the standing files that ``user`` may open on the steps of a timeline; returns the timeline."""
    standing = Document.objects.readable_by(user).standing().filter(candidate=candidate, is_on_paper=False)
    by_step = {}
    for it in standing.only("step", "paper", "code", "candidate"):
        by_step.setdefault(it.step, []).append(it)
    for stage in timeline:
        for step in stage["steps"]:
            found = by_step.get(step["number"], ())
            if found:
                step["files"] = [
                    {"name": title_of(it.step, it.paper), "url": reverse("file", args=[candidate.code, it.code])}
                    for it in found
                ]
    return timeline


def _of(candidate):
    documents = Document.objects.filter(candidate=candidate).select_related(
        "content", "uploaded_by__person", "withdrawn_by__person"
    )
    return list(documents.defer("content__thumbnail", "content__key"))


def _readable(user, candidate):
    return set(Document.objects.readable_by(user).filter(candidate=candidate).values_list("pk", flat=True))


def lacking(done, standing):
    """(step, Paper) of every paper of the steps ``done`` that is not among ``standing``, pairs of step and code."""
    expected = [(step.number, paper) for step in STEPS if step.number in done for paper in step.papers]
    return [(step, paper) for step, paper in expected if (step, paper.code) not in standing]


def lacking_of(candidate):
    """The same for one candidate, by the columns that follow from the road; one query."""
    standing = set(Document.objects.standing().filter(candidate=candidate).values_list("step", "paper"))
    return lacking({step.number for step in STEPS if candidate.has_done(step.number)}, standing)


def _row(user, candidate, it, readable):
    opens = it.pk in readable and it.content_id is not None
    args = [candidate.code, it.code]
    kept = it.content
    uploaded = timezone.localtime(it.uploaded_at)
    return {
        "step": it.step,
        "title": title_of(it.step, it.paper),
        "name": it.name if opens or (it.is_on_paper and it.pk in readable) else "",
        "url": reverse("file", args=args) if opens else "",
        "thumbnail_url": reverse("file-thumbnail", args=args) if opens and kept.kind in SHOWN else "",
        "preview_url": reverse("file-preview", args=args) if opens and kept.kind in SHOWN else "",
        "remove_url": reverse("file-remove", args=args) if may_withdraw(user, candidate, it) else "",
        "step_text": step_text(it.step),
        "uploaded_text": f"{uploaded:%Y-%m-%d}　{it.uploaded_by.display_name}",
        "size_text": size_text(kept) if kept else "" if it.is_on_paper else "内容已删除",
        "is_on_paper": it.is_on_paper,
        "digest": digest_text(kept.hash) if kept else "",
        "is_missing": False,
        "is_archived": it.paper in ARCHIVED,
        "withdrawn_text": _withdrawn(it),
    }


def _withdrawn(it):
    if it.withdrawn_at is None:
        return ""
    return f"{timezone.localtime(it.withdrawn_at):%Y-%m-%d}　{it.withdrawn_by.display_name}：{it.withdraw_reason}"


def _missing(candidate, step, paper, may):
    url = f"{reverse('file-upload', args=[candidate.code])}?paper={step}:{paper.code}" if may else ""
    return {
        "step": step,
        "title": paper.title,
        "name": paper.title,
        "upload_url": url,
        "step_text": step_text(step),
        "is_missing": True,
        "is_archived": paper.archived,
        "withdrawn_text": "",
    }


def size_text(content):
    """Kind, size and pages in words."""
    size = f"{content.size / 1048576:.1f} MB" if content.size >= 1048576 else f"{-(-content.size // 1024)} KB"
    parts = [FileKind(content.kind).label, size]
    if content.pages and content.kind == FileKind.PDF:
        parts.append(f"{content.pages} 页")
    if content.is_signed:
        parts.append("含电子签章，原样保存")
    return "，".join(parts)


def digest_text(hash_in_hex):
    """The first eight digits of a hash, in two groups."""
    return f"{hash_in_hex[:4]} {hash_in_hex[4:8]}"


def is_known_paper(text):
    """(step, code) of a choice such as "6:cultivation_record", or None."""
    step, _, code = (text or "").partition(":")
    return (int(step), code) if step.isdecimal() and len(step) < 3 and is_paper(int(step), code) else None


# --- The archive checklist of step 25


def archive_files(candidate):
    """{code of one of the five archived papers: (number of standing files, whether it is noted as held on paper)}."""
    rows = Document.objects.standing().filter(candidate=candidate, paper__in=ARCHIVED)
    found = dict.fromkeys(ARCHIVED, (0, False))
    for code, is_on_paper in rows.values_list("paper", "is_on_paper"):
        count, noted = found[code]
        found[code] = (count, True) if is_on_paper else (count + 1, noted)
    return found


def _held_text(count, is_on_paper):
    """What is on file of an archived paper, "" when nothing is."""
    return "，".join([*([f"已上传 {count} 份"] if count else []), *(["已登记纸质件"] if is_on_paper else [])])


def archive_choices(candidate):
    """([(code, title with what is on file)], codes of what is) for the form of step 25."""
    files = archive_files(candidate)
    choices = [
        (paper.code, f"{paper.title}（{_held_text(*files[paper.code]) or '没有上传扫描件'}）") for paper in ARCHIVED_PAPERS
    ]
    return choices, [code for code, held in files.items() if any(held)]


def archive_conditions(candidate):
    """The five papers as conditions beside the form of step 25."""
    files = archive_files(candidate)
    return [
        {
            "state": "ok" if any(files[paper.code]) else "later",
            "title": paper.title,
            "text": _held_text(*files[paper.code]) or "没有上传扫描件，请核对纸质件",
            "law": "",
        }
        for paper in ARCHIVED_PAPERS
    ]
