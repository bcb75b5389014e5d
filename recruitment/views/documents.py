"""The files of a candidate: sent in, handed out after the permission check, shown page by page, withdrawn."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_safe

from branches.views.requests import address_of
from recruitment.actions.documents import attach, hand_out, note_on_paper, withdraw
from recruitment.actions.refusals import NotYours, Refused
from recruitment.files import vault
from recruitment.files.intake import page_of
from recruitment.files.kinds import CONTENT_TYPES, SHOWN
from recruitment.files.limits import UPLOAD_BYTES
from recruitment.files.papers import title_of
from recruitment.forms.documents import OnPaperForm, UploadForm, WithdrawForm
from recruitment.imports.refusals import FileRefused
from recruitment.models import Candidate, Document
from recruitment.queries.documents import content_of, document_for, lacking_of, may_attach, may_withdraw
from recruitment.queries.reach import within_reach
from recruitment.views.acts import forbidden, form_methods, found, shown

DRAINED = 256 * 1024 * 1024
DAMAGED = "这份文件与上传时不一致（校验码不符）或已不在库中，未下载。请告诉系统管理员从备份恢复。"


@csrf_exempt  # checking the token would read the whole body first; the protected function below stores what is sent
@form_methods
def file_upload_view(request, code):
    """Send files in. An upload that is far too large is answered before anything of it is kept."""
    sent = int(request.META.get("CONTENT_LENGTH") or 0)
    if request.method == "POST" and sent > UPLOAD_BYTES:
        candidate = found(within_reach, user=request.user, code=code)
        _drain(request, min(sent, DRAINED))
        form = UploadForm({})
        form.errors.clear()
        form.add_error(
            "files", f"这些文件共 {sent / 1048576:.0f} MB，一次最多 {UPLOAD_BYTES // 1048576} MB。请分次上传。"
        )
        return render(request, "recruitment/file_upload.html", _page(candidate, form), status=413)
    return _upload(request, code)


@csrf_protect
def _upload(request, code):
    candidate = found(within_reach, user=request.user, code=code)
    if not may_attach(request.user, candidate):
        return forbidden(request, "材料由党支部、党办或与此人有联系的同志上传。")
    lacking, step = lacking_of(candidate), _asked_step(request)
    wanted = next((f"{number}:{paper.code}" for number, paper in lacking if number == step), None)
    paper = request.GET.get("paper") or wanted
    form = UploadForm(request.POST or None, request.FILES or None, paper=paper)
    if request.method == "POST" and form.is_valid():
        try:
            kept = attach(by=request.user, code=code, now=timezone.now(), **form.proposal())
        except Refused as refusal:
            for objection in refusal.objections:
                form.add_error(objection.field if objection.field in form.fields else None, objection.message)
        else:
            messages.success(request, f"已收 {len(kept)} 份文件：{title_of(kept[0].step, kept[0].paper)}。")
            return redirect("candidate-tab", code, "documents")
    return shown(request, "recruitment/file_upload.html", _page(candidate, form, OnPaperForm(lacking=lacking, step=step)))


def _page(candidate, form, on_paper=None):
    return {"candidate": candidate, "form": form, "upload_form": form, "on_paper": on_paper}


def _asked_step(request):
    """The step that a due led here for, None without one."""
    asked = request.GET.get("step", "")
    return int(asked) if asked.isdecimal() and len(asked) < 3 else None


@form_methods
def file_on_paper_view(request, code):
    """Note which papers lie somewhere on paper; nothing is sent in."""
    candidate = found(within_reach, user=request.user, code=code)
    if not may_attach(request.user, candidate):
        return forbidden(request, "材料由党支部、党办或与此人有联系的同志登记。")
    sent = request.POST if request.method == "POST" else None
    form = OnPaperForm(sent, lacking=lacking_of(candidate), step=_asked_step(request))
    if form.is_bound and form.is_valid():
        made = note_on_paper(by=request.user, code=code, now=timezone.now(), **form.proposal())
        messages.success(request, f"已登记 {len(made)} 份纸质件。")
        return redirect("candidate-tab", code, "documents")
    return shown(request, "recruitment/file_on_paper.html", {"candidate": candidate, "form": form})


def _drain(request, size):
    """Let the browser finish sending: it would show a broken connection instead of the sentence."""
    left = size
    while left > 0 and (part := request.read(min(left, 1024 * 1024))):
        left -= len(part)


@require_safe
def file_view(request, code, document):
    """Hand a file out, as an attachment and nothing else."""
    it = _readable(request, code, document)
    return it if isinstance(it, HttpResponse) else _handed_out(request, it, None)


@require_safe
def file_page_view(request, code, document, number):
    """One page of a PDF or a picture, as a picture."""
    it = _readable(request, code, document)
    if isinstance(it, HttpResponse):
        return it
    if it.content.kind not in SHOWN or not 1 <= number <= (it.content.pages or 1):
        raise Http404
    return _handed_out(request, it, number)


@require_safe
def file_thumbnail_view(request, code, document):
    """The small picture beside a file's name; that there is one was logged with the page that shows it."""
    it = _readable(request, code, document)
    if isinstance(it, HttpResponse):
        return it
    if not it.content.thumbnail:
        raise Http404
    return sealed(bytes(it.content.thumbnail), "image/jpeg", "thumbnail.jpg")


@require_safe
def file_preview_view(request, code, document):
    """A page that shows one page of a file; the picture itself is fetched, and logged, on its own."""
    it = _readable(request, code, document)
    if isinstance(it, HttpResponse):
        return it
    if it.content.kind not in SHOWN:
        raise Http404
    pages = it.content.pages or 1
    asked = request.GET.get("page", "1")
    number = min(max(int(asked), 1), pages) if asked.isdecimal() and len(asked) < 5 else 1
    context = {
        "candidate": it.candidate,
        "document": it,
        "title": title_of(it.step, it.paper),
        "number": number,
        "pages": pages,
        "before": number - 1,
        "after": number + 1 if number < pages else 0,
    }
    return render(request, "recruitment/file_preview.html", context)


@form_methods
def file_remove_view(request, code, document):
    """Withdraw a file, with a reason; it stays on file."""
    it = _found(request, code, document)
    if not may_withdraw(request.user, it.candidate, it):
        return forbidden(request, "材料由党支部、党办或上传的同志撤下。")
    form = WithdrawForm(request.POST or None, candidate=it.candidate)
    if request.method == "POST" and form.is_valid():
        reason = form.cleaned_data["reason"]
        try:
            withdraw(by=request.user, code=code, document=document, reason=reason, now=timezone.now())
        except Refused as refusal:
            form.add_objections(refusal.objections)
        except NotYours:
            return forbidden(request, "材料由党支部、党办或上传的同志撤下。")
        else:
            messages.success(request, "已撤下。文件保留在“已撤下”一栏，注明了原因。")
            return redirect("candidate-tab", code, "documents")
    context = {"candidate": it.candidate, "document": it, "title": title_of(it.step, it.paper), "form": form}
    return shown(request, "recruitment/file_remove.html", context)


def _found(request, code, document):
    try:
        return document_for(user=request.user, code=code, document=document)
    except (Document.DoesNotExist, Candidate.DoesNotExist) as missing:
        raise Http404 from missing


def _readable(request, code, document):
    """The document, or 404 for strangers, or the page that says whose it is."""
    it = _found(request, code, document)
    if it.content_id is None:
        raise Http404
    return it if it.may_read else forbidden(request, "材料由党支部、党办和上传的同志查阅。")


def _handed_out(request, it, number):
    """The file, or its page ``number``: logged first, then read, then sent."""
    try:
        hand_out(user=request.user, document=it, now=timezone.now(), address=address_of(request), page=number)
        content = content_of(it)
        if number is None:
            return sealed(content, CONTENT_TYPES[it.content.kind], it.name)
        return sealed(page_of(content, it.content.kind, number), "image/jpeg", f"page-{number}.jpg")
    except Refused as refusal:
        return render(
            request, "recruitment/file_missing.html", {"candidate": it.candidate, "text": str(refusal)}, status=429
        )
    except (vault.Damaged, FileRefused) as failure:
        text = DAMAGED if isinstance(failure, vault.Damaged) else str(failure)
        return render(request, "recruitment/file_missing.html", {"candidate": it.candidate, "text": text}, status=410)


def sealed(content, content_type, name):
    """An answer that a browser saves and never runs, shows in a frame of another site or keeps (R-29)."""
    response = HttpResponse(content, content_type=content_type)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "default-src 'none'; sandbox"
    response["X-Content-Type-Options"] = "nosniff"
    response["Cross-Origin-Resource-Policy"] = "same-origin"
    response["Cache-Control"] = "no-store"
    return response
