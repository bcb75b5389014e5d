"""The pages of the Excel import: send a file, say what its columns mean, look at the check, confirm, watch, take back."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.utils.http import content_disposition_header
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruitment.actions import import_undoing
from recruitment.actions import imports as verbs
from recruitment.actions.refusals import NotYours, Refused
from recruitment.forms.imports import LIMITS_TEXT, AnswersForm, ColumnsForm, ConsentForm, UndoForm, UploadForm
from recruitment.imports.blank_ledger import blank_ledger
from recruitment.imports.gates import too_large
from recruitment.imports.limits import LIMITS
from recruitment.imports.states import BatchState
from recruitment.models import ImportBatch
from recruitment.queries import imports as queries
from recruitment.queries.import_columns import file_text

XLSX = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
UNDO_NOTE = "可整批撤销"
# A form around the file; anything larger is refused before it is unpacked from the request.
ENVELOPE = 64 * 1024
DRAINED = 256 * 1024 * 1024
form_methods = require_http_methods(["GET", "HEAD", "POST"])


@csrf_exempt  # checking the token would read the whole body first; the protected function below stores what is sent
@form_methods
def import_view(request):
    """Send a file. One that is far too large is answered before anything of it is kept."""
    length = request.META.get("CONTENT_LENGTH") or ""
    sent = int(length) if length.isdecimal() else 0
    if request.method == "POST" and sent > LIMITS.file_bytes + ENVELOPE:
        drain(request, min(sent, DRAINED))
        return _too_large(request, sent)
    return _import(request)


@csrf_protect
def _import(request):
    if not queries.may_import(request.user):
        raise Http404
    form = UploadForm(request.POST or None, request.FILES or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = verbs.upload(
                by=request.user,
                unit=form.cleaned_data["unit"],
                file_name=file.name,
                content=file.read(),
                now=timezone.now(),
            )
        except Refused as refusal:
            _add(form, refusal)
        else:
            return redirect("import-mapping", batch.code)
    return render(request, "recruitment/import_upload.html", _upload_page(request, form), status=_status(form))


def drain(request, size):
    """Let the browser finish sending: it would show a broken connection instead of the sentence."""
    left = size
    while left > 0 and (part := request.read(min(left, 1024 * 1024))):
        left -= len(part)


def _too_large(request, sent):
    if not queries.may_import(request.user):
        raise Http404
    form = UploadForm({}, user=request.user)
    form.errors.clear()
    form.add_error("file", too_large(sent))
    return render(request, "recruitment/import_upload.html", _upload_page(request, form), status=413)


def _upload_page(request, form):
    return {
        "form": form,
        "template_url": reverse("import-template"),
        "limits_text": LIMITS_TEXT,
        "batches": [_listed(batch) for batch in queries.recent(request.user)],
        "history_url": reverse("import-history"),
        "flow_notes": ("Excel 或 CSV", "不改动任何数据", UNDO_NOTE),
    }


@require_safe
def import_template_view(request):
    """An empty ledger to fill in."""
    if not queries.may_import(request.user):
        raise Http404
    return _file(blank_ledger(), "发展党员台账模板.xlsx")


@require_safe
def import_history_view(request):
    """All imports of the units that the user acts for."""
    if not queries.may_import(request.user):
        raise Http404
    page = queries.history(request.user, request.GET.get("page"))
    return render(
        request, "recruitment/import_history.html", {"page": page, "batches": [_listed(batch) for batch in page]}
    )


@form_methods
def import_mapping_view(request, code):
    """Say what the columns mean; then every row is checked."""
    batch = _found(request, code, BatchState.UPLOADED, BatchState.CHECKED)
    if isinstance(batch, HttpResponse):
        return batch
    sheet = request.POST.get("sheet", "")
    if sheet.isdecimal() and len(sheet) < 4:
        return _attempt(request, batch, verbs.choose_sheet, sheet=int(sheet), then="import-mapping")
    page = queries.columns_of(batch)
    form = ColumnsForm(request.POST or None, user=request.user, page=page, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_columns(
                by=request.user,
                code=code,
                sheet=page.sheet,
                mapping=form.mapping(),
                default_unit=form.cleaned_data["default_unit"],
                now=timezone.now(),
            )
        except Refused as refusal:
            _add(form, refusal)
        else:
            return redirect("import-check", code)
    context = {
        "batch": batch,
        "form": form,
        "page": page,
        "columns": [(column, form[f"column_{column.index}"]) for column in page.columns],
        "flow_notes": (file_text(batch), f"表头在第 {page.header_row} 行", UNDO_NOTE),
    }
    return render(request, "recruitment/import_mapping.html", context, status=_status(form))


@form_methods
def import_check_view(request, code):
    """What each row would do; doubts are settled here."""
    batch = _found(request, code, BatchState.CHECKED)
    if isinstance(batch, HttpResponse):
        return batch
    page = queries.check_page(
        user=request.user,
        batch=batch,
        view=request.GET.get("view"),
        number=request.GET.get("page"),
        today=timezone.localdate(),
    )
    answers = AnswersForm(request.POST or None, asked=page.asked)
    if request.method == "POST" and answers.is_valid():
        here = f"?view={page.view}&page={page.page.number}"
        return _attempt(request, batch, verbs.decide, answers=answers.answers(), now=timezone.now(), query=here)
    context = {
        "batch": batch,
        "check": page,
        "problems": [(it, answers[f"row_{it.row}"] if it.asks else None) for it in page.problems],
        "answers": answers,
        "consent": ConsentForm(initial={"fingerprint": batch.layout.get("fingerprint", "")}),
        "flow_notes": (file_text(batch), f"{batch.rows_total} 行，{batch.checked_on} 校验", UNDO_NOTE),
    }
    return render(request, "recruitment/import_check.html", context)


@require_POST
def import_confirm_view(request, code):
    """Agree to what was shown; a worker writes it."""
    batch = _found(request, code)
    agreed_to = request.POST.get("fingerprint", "")
    return _attempt(request, batch, verbs.confirm, agreed_to=agreed_to, now=timezone.now(), then="import-progress")


@require_POST
def import_cancel_view(request, code):
    """Give the import up."""
    return _attempt(request, _found(request, code), verbs.cancel, now=timezone.now(), then="import-progress")


@require_safe
def import_progress_view(request, code):
    """How far the worker is, then what came of it."""
    batch = _found(request, code)
    if batch.state == BatchState.UPLOADED:
        return redirect("import-mapping", code)
    if batch.state == BatchState.CHECKED:
        return redirect("import-check", code)
    notes = (file_text(batch), f"{batch.rows_total} 行", UNDO_NOTE)
    if queries.is_under_way(batch):
        context = {"batch": batch, "progress": queries.progress(batch), "flow_notes": notes}
        fragment = "recruitment/_import_progress.html" if request.htmx else "recruitment/import_progress.html"
        return render(request, fragment, context)
    if request.htmx:
        return HttpResponse(headers={"HX-Refresh": "true"})
    return _done(request, batch, UndoForm(), notes)


@require_POST
def import_undo_view(request, code):
    """Take a whole batch back, with a reason."""
    batch = _found(request, code)
    form = UndoForm(request.POST)
    if form.is_valid():
        try:
            import_undoing.ask_to_undo(
                by=request.user, code=code, reason=form.cleaned_data["reason"], now=timezone.now()
            )
        except Refused as refusal:
            _add(form, refusal)
        else:
            return redirect("import-progress", code)
    return _done(request, batch, form, (file_text(batch), f"{batch.rows_total} 行", UNDO_NOTE))


def _done(request, batch, form, notes):
    problems = batch.counts.get("error", 0) + batch.counts.get("ask", 0)
    context = {
        "batch": batch,
        "people": queries.written_people(request.user, batch, request.GET.get("page")),
        "left_out": problems if batch.state == BatchState.DONE else 0,
        "has_file": queries.has_file(batch),
        "form": form,
        "flow_notes": notes,
    }
    return render(request, "recruitment/import_done.html", context, status=_status(form))


@require_safe
def import_annotated_view(request, code):
    """The user's own file with the problems written into it."""
    batch = _found(request, code)
    if not queries.has_file(batch) or not batch.checked_on:
        raise Http404
    content, name = queries.annotated(batch)
    return _file(content, name)


def _found(request, code, *states):
    """The batch within reach, or 404; where it is not in one of ``states``, the way to its page."""
    try:
        batch = queries.batch_for(request.user, code)
    except ImportBatch.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("import-progress", code) if states and batch.state not in states else batch


def _attempt(request, batch, verb, *, then="import-check", query="", **arguments):
    """Call ``verb`` and go on to the page ``then``; a refusal is shown there."""
    try:
        verb(by=request.user, code=batch.code, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
    except NotYours as missing:
        raise Http404 from missing
    return redirect(reverse(then, args=[batch.code]) + query)


def _add(form, refusal):
    for objection in refusal.objections:
        form.add_error(objection.field if objection.field in form.fields else None, objection.message)


def _status(form):
    return 422 if form.is_bound and form.errors else 200


def _listed(batch):
    return {
        "at": batch.uploaded_at,
        "file_name": batch.file_name,
        "who": f"{batch.uploaded_by.display_name}，{batch.unit.short_name}",
        "text": queries.batch_text(batch),
        "url": reverse("import-progress", args=[batch.code]),
    }


def _file(content, name):
    response = HttpResponse(content, content_type=XLSX)
    response["Content-Disposition"] = content_disposition_header(as_attachment=True, filename=name)
    response["Content-Security-Policy"] = "sandbox"
    response["Cache-Control"] = "no-store"
    return response
