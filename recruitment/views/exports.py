"""Ledgers as files: small ones at once, large ones by a worker, to be watched, given up and taken away once."""

from dataclasses import dataclass
from urllib.parse import quote

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branches.views.fresh import fresh_login
from branches.views.requests import address_of
from recruitment.actions import exports as verbs
from recruitment.actions.access import EXPORTED, log_view
from recruitment.actions.refusals import Refused
from recruitment.forms.ledger import ExportReasonForm
from recruitment.models import LedgerExport
from recruitment.queries import exports as queries
from recruitment.queries.rights import rights_of
from recruitment.spreadsheets import CSV, XLSX

# A file about more people than this is made only for a stated reason.
PEOPLE_WITHOUT_REASON = 50
# A file about more people than this is made by a worker: it takes longer than anybody waits for a page.
PEOPLE_AT_ONCE = 300
TYPES = {"xlsx": XLSX, "csv": CSV}


@dataclass(frozen=True, slots=True)
class Question:
    """What a file was asked for: whose ledger (a key of the worker's makers), in which format, under which title."""

    subject: str
    file_kind: str
    title: str
    note: str
    asked: dict
    back_url: str


def for_exporters(user):
    """403 for those who see a ledger and may not carry it away."""
    if not rights_of(user)["may_export"]:
        raise PermissionDenied("导出台账由党支部和党办办理。")


def answer(request, question, *, at_most, make, now):
    """The file, the question for a reason above fifty people, or the way to a worker's progress above three hundred.

    ``at_most`` says how many people the file could be about, ``make`` makes it (see recruitment.actions.exports.build).
    """
    is_large = at_most > PEOPLE_AT_ONCE
    people, book = at_most, None
    if not is_large:
        book, keys = make(user=request.user, asked=question.asked, now=now, progress=lambda share: None)
        people = len(set(keys))
    form = ExportReasonForm(request.POST or None)
    if people > PEOPLE_WITHOUT_REASON and not (request.method == "POST" and form.is_valid()):
        return _reason_page(request, form, question, people, is_large)
    reason = form.cleaned_data["reason"] if form.is_bound and form.is_valid() else ""
    if is_large:
        try:
            export = verbs.ask_export(
                by=request.user, subject=question.subject, file_kind=question.file_kind, title=question.title,
                asked=question.asked, reason=reason, people=people, now=now,
            )  # fmt: skip
        except Refused as refusal:
            form.add_error("reason", str(refusal))
            return _reason_page(request, form, question, people, is_large)
        return redirect("ledger-export", export.code)
    content = verbs.FORMATS[question.file_kind](book)
    what = f"{question.title}（{question.file_kind}）"
    log_view(
        user=request.user, now=now, action=EXPORTED, what=what, people_count=people, reason=reason,
        address=address_of(request),
    )  # fmt: skip
    day = question.asked["day"].replace("-", "")
    return _file(content, question.file_kind, f"{question.title}{day}.{question.file_kind}")


def _reason_page(request, form, question, people, is_large):
    context = {"form": form, "people": people, "question": question, "is_large": is_large}
    return render(request, "recruitment/ledger_export.html", context, status=422 if form.is_bound else 200)


@require_safe
def exports_view(request):
    """One's own exports, the newest first."""
    now = timezone.now()
    exports = [(export, queries.is_ready(export, now)) for export in queries.own_exports(user=request.user)]
    return render(request, "recruitment/ledger_exports.html", {"exports": exports})


@require_safe
def export_progress_view(request, code):
    """How far the worker is; then the button that takes the file away."""
    export = _own(request, code)
    context = {
        "export": export,
        "is_under_way": queries.is_under_way(export),
        "is_ready": queries.is_ready(export, timezone.now()),
    }
    if request.htmx:
        if not context["is_under_way"]:
            return HttpResponse(headers={"HX-Refresh": "true"})
        return render(request, "recruitment/_export_progress.html", context)
    return render(request, "recruitment/ledger_export_progress.html", context)


@require_POST
def export_cancel_view(request, code):
    """Give it up; what was made is deleted."""
    verbs.cancel_export(by=request.user, code=_own(request, code).code, now=timezone.now())
    return redirect("ledger-export", code)


@require_POST
@fresh_login(file_from="ledger-exports")
def export_download_view(request, code):
    """The file, once."""
    _own(request, code)
    try:
        export, content = verbs.hand_out(by=request.user, code=code, now=timezone.now(), address=address_of(request))
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("ledger-export", code)
    return _file(content, export.file_kind, queries.file_name(export))


def _own(request, code):
    try:
        return queries.export_for(user=request.user, code=code)
    except LedgerExport.DoesNotExist as missing:
        raise Http404 from missing


def _file(content, kind, name):
    response = HttpResponse(content, content_type=TYPES[kind])
    response["Content-Disposition"] = f"attachment; filename=\"ledger.{kind}\"; filename*=UTF-8''{quote(name)}"
    return response
