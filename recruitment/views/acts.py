"""Forms by which somebody acts on one person: register, record a step or a review, correct, report a situation."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from recruitment.actions.arrivals import receive
from recruitment.actions.corrections import supersede
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.actions.registering import branches_for, register_applicant
from recruitment.actions.reviews import record_review
from recruitment.actions.situations import record_situation
from recruitment.actions.steps import permission_for, record_step
from recruitment.forms.situations import ArrivalForm, CorrectionForm, SituationForm, kinds_for
from recruitment.forms.steps import ApplicantForm, ReviewForm, StepForm
from recruitment.models import FACT_KINDS, Candidate
from recruitment.queries.correction_page import correction_page
from recruitment.queries.reach import is_within_reach, within_reach
from recruitment.queries.step_page import review_page, step_page, what_changed
from recruitment.stages import ReviewKind, SituationKind

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def attempt(form, verb, **kwargs):
    """Call ``verb`` with what the form carries: (what it returned, None), or (None, what changed meanwhile).

    A refusal of the rules is written on the form beside the fields it is about; a stale form keeps what was typed.
    """
    try:
        return verb(now=timezone.now(), **kwargs), None
    except Refused as refusal:
        form.add_objections(refusal.objections)
        return None, None
    except Stale as stale:
        form.reopen(stale.version)
        return None, what_changed(within_reach(user=kwargs["by"], code=kwargs["code"]))


def found(query, **kwargs):
    """What ``query`` gives, or 404 for strangers and for what does not exist, alike."""
    try:
        return query(**kwargs)
    except (Candidate.DoesNotExist, LookupError) as missing:
        raise Http404 from missing


def forbidden(request, reason):
    """The page for insiders without the right: whose act it is."""
    return render(request, "403.html", {"reason": reason}, status=403)


def shown(request, template, context):
    """The form again; 422 when it was sent and not taken."""
    taken = not (context["form"].errors or context.get("stale"))
    return render(request, template, context, status=200 if taken else 422)


@form_methods
def register_view(request):
    """Enter an applicant."""
    units = branches_for(request.user)
    if not units:
        raise Http404
    form = ApplicantForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        candidate, _ = attempt(form, register_applicant, by=request.user, form_token=form.token(), **form.proposal())
        if candidate:
            messages.success(request, f"{candidate.person.name}已登记为入党申请人。请在一个月内派人谈话。")
            return redirect("candidate", candidate.code)
    return shown(request, "recruitment/candidate_form.html", {"heading": "新增申请人", "form": form})


@form_methods
def arrival_view(request):
    """Take over somebody who arrives from another institute in the middle of the road."""
    units = branches_for(request.user)
    if not units:
        raise Http404
    form = ArrivalForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        candidate, _ = attempt(form, receive, by=request.user, form_token=form.token(), **form.proposal())
        if candidate:
            messages.success(request, f"{candidate.person.name}已接收为{candidate.get_stage_display()}。")
            return redirect("candidate", candidate.code)
    return shown(request, "recruitment/arrival_form.html", {"form": form})


@form_methods
def step_view(request, code, number):
    """Record one of the twenty-five steps."""
    page = found(step_page, user=request.user, code=code, number=number, today=timezone.localdate())
    if not request.user.has_perm(permission_for(page.step), page.candidate):
        return forbidden(request, f"“{page.step.name}”由党办办理。")
    form = StepForm(request.POST or None, step=page.step, candidate=page.candidate, user=request.user)
    stale = None
    if request.method == "POST" and form.is_valid():
        record, stale = attempt(
            form, record_step, by=request.user, form_token=form.token(), code=code, **form.proposal()
        )
        if record:
            messages.success(request, f"已记录：{page.candidate.person.name}，{page.step.name}。")
            return redirect("candidate", code)
    return shown(request, "recruitment/step_form.html", page.context(form, timezone.localdate(), stale))


@form_methods
def review_view(request, code):
    """Record a half-yearly review, a report of the activist, or a check during probation."""
    asked = request.POST.get("kind") or request.GET.get("kind")
    kind = ReviewKind.REPORT if asked == ReviewKind.REPORT else ReviewKind.REVIEW
    page = found(review_page, user=request.user, code=code, today=timezone.localdate(), kind=kind)
    if not request.user.has_perm("recruitment.record_branch_step", page.candidate):
        return forbidden(request, "考察由党支部办理。")
    form = ReviewForm(request.POST or None, candidate=page.candidate, kind=kind)
    stale = None
    if request.method == "POST" and form.is_valid():
        proposal = form.proposal() | {"during_probation": page.during_probation, "form_token": form.token()}
        record, stale = attempt(form, record_review, by=request.user, code=code, **proposal)
        if record:
            messages.success(request, f"已记录：{page.candidate.person.name}，{page.heading}。")
            return redirect("candidate", code)
    return shown(request, "recruitment/step_form.html", page.context(form, timezone.localdate(), stale))


@require_safe
def situations_view(request, code):
    """Which special situations there are for somebody at this stage."""
    page = found(step_page, user=request.user, code=code, number=1, today=timezone.localdate())
    if not request.user.has_perm("recruitment.record_branch_step", page.candidate):
        return forbidden(request, "特殊情形由党支部或党办办理。")
    context = {"candidate": page.candidate, "kinds": kinds_for(page.candidate)}
    return render(request, "recruitment/situations.html", context)


@form_methods
def situation_view(request, code, kind):
    """Report one special situation: moving, leaving, removal, withdrawal, the democratic-party path, death."""
    page = found(step_page, user=request.user, code=code, number=1, today=timezone.localdate())
    if not request.user.has_perm("recruitment.record_branch_step", page.candidate):
        return forbidden(request, "特殊情形由党支部或党办办理。")
    if kind not in {row["kind"] for row in kinds_for(page.candidate)}:
        raise Http404
    page.as_situation(SituationKind(kind).label)
    form = SituationForm(request.POST or None, kind=kind, candidate=page.candidate)
    stale = None
    if request.method == "POST" and form.is_valid():
        proposal = form.proposal() | {"form_token": form.token()}
        record, stale = attempt(form, record_situation, by=request.user, code=code, **proposal)
        if record:
            messages.success(request, f"已记录：{page.candidate.person.name}，{record.get_kind_display()}。")
            still_mine = is_within_reach(user=request.user, code=code)
            return redirect("candidate", code) if still_mine else redirect("candidates")
    return shown(request, "recruitment/step_form.html", page.context(form, timezone.localdate(), stale))


@form_methods
def correction_view(request, code, kind, record):
    """Supersede a wrong record, after showing what rests on it."""
    if kind not in FACT_KINDS:
        raise Http404
    page = found(correction_page, user=request.user, code=code, kind=kind, record=record, today=timezone.localdate())
    if not request.user.has_perm("recruitment.correct_record", page.candidate):
        return forbidden(request, "更正由党支部或党办办理。")
    form = CorrectionForm(request.POST or None, candidate=page.candidate)
    stale = None
    if request.method == "POST" and form.is_valid():
        try:
            row, stale = attempt(
                form, supersede, by=request.user, code=code, kind=kind, record_code=record, **form.proposal()
            )
        except NotYours:
            return forbidden(request, f"“{page.title}”由党办更正。")
        if row:
            messages.success(request, f"已更正：{page.title}。原记录保留在台账中。")
            return redirect("candidate", code)
    return shown(request, "recruitment/correction_form.html", page.context(form, timezone.localdate(), stale))
