"""The pages of HR's roster import: send a file, say what its columns mean, look at the differences, update."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.csrf import csrf_exempt, csrf_protect
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.forms.refusals import add_refusal
from recruitment.actions import roster_import as verbs
from recruitment.actions.refusals import NotYours, Refused
from recruitment.forms.imports import LIMITS_TEXT, ConsentForm
from recruitment.forms.roster_import import DoubtsForm, RosterColumnsForm, RosterUploadForm
from recruitment.imports.gates import too_large
from recruitment.imports.limits import LIMITS
from recruitment.models import RosterBatch
from recruitment.queries import roster_import as queries
from recruitment.queries.import_columns import file_text
from recruitment.roster.states import RosterState
from recruitment.views.imports import DRAINED, ENVELOPE, drain

form_methods = require_http_methods(["GET", "HEAD", "POST"])
NOTE = "按工号对应，不删除任何人"


@csrf_exempt  # checking the token would read the whole body first; the protected function below stores what is sent
@form_methods
def roster_import_view(request):
    """Send a roster. One that is far too large is answered before anything of it is kept."""
    length = request.META.get("CONTENT_LENGTH") or ""
    sent = int(length) if length.isdecimal() else 0
    if request.method == "POST" and sent > LIMITS.file_bytes + ENVELOPE:
        drain(request, min(sent, DRAINED))
        form = RosterUploadForm({})
        form.errors.clear()
        form.add_error("file", too_large(sent))
        return _upload_page(request, form, status=413)
    return _upload(request)


@csrf_protect
def _upload(request):
    form = RosterUploadForm(request.POST, request.FILES) if request.method == "POST" else RosterUploadForm()
    if _is_sender(request) and form.is_valid():
        file = form.cleaned_data["file"]
        try:
            batch = verbs.upload(by=request.user, file_name=file.name, content=file.read(), now=timezone.now())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("roster-import-columns", batch.code)
    return _upload_page(request, form, status=_status(form))


def _upload_page(request, form, status):
    if not _is_sender(request):
        raise Http404
    context = {
        "form": form,
        "limits_text": LIMITS_TEXT,
        "batches": [_listed(batch) for batch in queries.recent(request.user)],
        "flow_notes": ("Excel 或 CSV", "不改动名册", NOTE),
    }
    return render(request, "recruitment/roster_upload.html", context, status=status)


@form_methods
def roster_import_columns_view(request, code):
    """Say what the columns mean; then every row is compared with the roster."""
    batch = _found(request, code, RosterState.UPLOADED, RosterState.CHECKED)
    if isinstance(batch, HttpResponse):
        return batch
    sheet = request.POST.get("sheet", "")
    if sheet.isdecimal() and len(sheet) < 4:
        return _attempt(request, batch, verbs.choose_sheet, sheet=int(sheet), then="roster-import-columns")
    page = queries.columns_of(batch)
    form = RosterColumnsForm(request.POST or None, page=page, batch=batch)
    if request.method == "POST" and form.is_valid():
        try:
            verbs.set_columns(
                by=request.user,
                code=code,
                sheet=page.sheet,
                mapping=form.mapping(),
                is_first=form.cleaned_data["is_first"],
                now=timezone.now(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            return redirect("roster-import-preview", code)
    context = {
        "batch": batch,
        "form": form,
        "page": page,
        "columns": [(column, form[f"column_{column.index}"]) for column in page.columns],
        "flow_notes": (file_text(batch), f"表头在第 {page.header_row} 行", NOTE),
    }
    return render(request, "recruitment/roster_columns.html", context, status=_status(form))


@form_methods
def roster_import_preview_view(request, code):
    """What would change, field by field; doubts are settled here. After the update: what was changed."""
    batch = _found(request, code, RosterState.CHECKED, RosterState.DONE)
    if isinstance(batch, HttpResponse):
        return batch
    preview = queries.preview_page(
        user=request.user,
        batch=batch,
        view=request.GET.get("view"),
        number=request.GET.get("page"),
        today=timezone.localdate(),
    )
    is_open = batch.state == RosterState.CHECKED
    form = DoubtsForm(request.POST or None, preview=preview)
    if request.method == "POST" and is_open and form.is_valid():
        here = f"?view={preview.view}&page={preview.page.number}"
        answers = {"rows": form.rows(), "departments": form.departments()}
        return _attempt(request, batch, verbs.decide, now=timezone.now(), query=here, **answers)
    context = {
        "batch": batch,
        "is_open": is_open,
        "preview": preview,
        "rows": [(row, queries.problems_of(row), _bound(form, row)) for row in preview.page]
        if preview.view != "missing"
        else [],
        "departments": [
            (text, rows, form[f"department_{place}"]) for place, (_, text, rows, _) in enumerate(preview.unknown)
        ],
        "consent": ConsentForm(initial={"fingerprint": batch.layout.get("fingerprint", "")}),
        "flow_notes": (file_text(batch), f"{batch.rows_total} 行，{batch.checked_on} 核对", NOTE),
        "sent_url": reverse("movements-sent"),
    }
    return render(request, "recruitment/roster_preview.html", context)


@require_POST
def roster_import_commit_view(request, code):
    """Agree to what was shown, and write it."""
    batch = _found(request, code)
    agreed_to = request.POST.get("fingerprint", "")
    return _attempt(request, batch, verbs.commit, agreed_to=agreed_to, now=timezone.now())


@require_POST
def roster_import_cancel_view(request, code):
    """Give the roster up."""
    return _attempt(request, _found(request, code), verbs.cancel, now=timezone.now(), then=None)


@require_safe
def roster_import_batch_view(request, code):
    """Wherever the roster is on its way."""
    batch = _found(request, code)
    pages = {
        RosterState.UPLOADED: "roster-import-columns",
        RosterState.CHECKED: "roster-import-preview",
        RosterState.DONE: "roster-import-preview",
    }
    name = pages.get(batch.state)
    return redirect(name, code) if name else redirect("roster-import")


def _is_sender(request):
    if queries.sender_post(request.user, timezone.localdate()) is None:
        raise Http404
    return True


def _found(request, code, *states):
    """The batch within reach, or 404; where it is not in one of ``states``, the way to its page."""
    try:
        batch = queries.batch_for(request.user, code)
    except RosterBatch.DoesNotExist as missing:
        raise Http404 from missing
    return redirect("roster-import-batch", code) if states and batch.state not in states else batch


def _attempt(request, batch, verb, *, then="roster-import-preview", query="", **arguments):
    """Call ``verb`` and go on to the page ``then``; a refusal is shown there."""
    try:
        verb(by=request.user, code=batch.code, **arguments)
    except Refused as refusal:
        messages.error(request, str(refusal))
    except (NotYours, RosterBatch.DoesNotExist) as missing:
        raise Http404 from missing
    return redirect(reverse(then, args=[batch.code]) + query) if then else redirect("roster-import")


def _bound(form, row):
    name = f"row_{row.number}"
    return form[name] if name in form.fields else None


def _status(form):
    return 422 if form.is_bound and form.errors else 200


def _listed(batch):
    return {
        "at": batch.uploaded_at,
        "file_name": batch.file_name,
        "who": f"{batch.uploaded_by.display_name}，{batch.unit.short_name}",
        "text": queries.batch_text(batch),
        "url": reverse("roster-import-batch", args=[batch.code]),
    }
