"""The exchange about key candidates, step by step, and the office's word with the united front."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee.actions.consultations import mark_key_candidate, record_united_front, write_consultation
from committee.forms.consultations import ConsultationForm, ConsultedForm
from committee.queries.consultations import exchange_page, united_front_due
from committee.views.acting import carried_out, found, shown
from recruitment.actions.refusals import NotYours, Refused
from recruitment.steps import LAST_STEP
from recruitment.steps import step as step_row

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def consultations_view(request, code):
    """What was written about each step."""
    today = timezone.localdate()
    page = found(exchange_page, user=request.user, code=code, today=today)
    return render(request, "committee/consultations.html", {"page": page, "today": today})


@form_methods
def consultation_write_view(request, code, step):
    """Write about one step."""
    if not 1 <= step <= LAST_STEP:
        raise Http404
    page = found(exchange_page, user=request.user, code=code, today=timezone.localdate())
    row = step_row(step)
    form = ConsultationForm(request.POST or None, candidate=page.candidate, step=row, is_office=page.is_office)
    if form.is_bound and form.is_valid():
        if carried_out(form, write_consultation, by=request.user, code=code, step=step, **form.proposal()):
            messages.success(request, f"已记录：{row.name}。")
            return redirect("consultations", code)
    return shown(request, "committee/consultation_form.html", {"form": form, "page": page, "step": row})


@require_POST
def key_candidate_view(request, code):
    """Make somebody a key candidate of the year, or none any more."""
    asked = request.POST.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0  # which the verb refuses
    try:
        found(mark_key_candidate, by=request.user, code=code, year=year if asked else None, now=timezone.now())
        messages.success(request, "已保存。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    except NotYours as other:
        raise PermissionDenied("年度重点对象由党办确定。") from other
    return redirect("consultations", code)


@form_methods
def united_front_view(request, due_id):
    """Record that the office consulted."""
    due = found(united_front_due, user=request.user, due_id=due_id)
    form = ConsultedForm(request.POST or None, initial={"consulted_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        consulted_on = form.cleaned_data["consulted_on"]
        if carried_out(form, record_united_front, by=request.user, due_id=due_id, consulted_on=consulted_on):
            messages.success(request, "已记录沟通日期。")
            return redirect("todo")
    return shown(request, "committee/united_front_form.html", {"form": form, "due": due})
