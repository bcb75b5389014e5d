"""The annual plan: the overview, one branch's page, what the branch and what the office does with it."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruitment.actions import plan_reviews, plans
from recruitment.actions.refusals import Refused, Stale
from recruitment.forms import plans as forms
from recruitment.planning import RemarkKind
from recruitment.queries import plan_overview, plan_versions
from recruitment.queries import plans as queries
from recruitment.rules.plans import year_planned_on

form_methods = require_http_methods(["GET", "HEAD", "POST"])
OF_BRANCH = "年度计划由党支部拟定、修改和报送。"
OF_OFFICE = "沟通、提请审议、报送由党办办理。"
OTHER_SIDE = "由对方回应：党办的意见由支部回应，支部的说明由党办回应。"
STALE = "打开以后计划有了变化，请核对后再提交。"

# What is done with a whole plan: the verb, its form, the heading, the button, what is said afterwards.
BRANCH_ACTS = {
    "submit": (plans.submit_plan, forms.ActForm, "报党办沟通", "报党办", "已报党办。"),
    "take-back": (plans.take_back_plan, forms.ActForm, "收回修改", "收回", "已收回，修改后请再报党办。"),
}
OFFICE_ACTS = {
    "agree": (plan_reviews.agree_plan, forms.ActForm, "同意提请党委审议", "同意", "已同意，待党委审议。"),
    "return": (plan_reviews.return_plan, forms.ReturnForm, "退回支部修改", "退回", "已退回支部修改。"),
    "review": (
        plan_reviews.review_plan,
        forms.ReviewForm,
        "记录党委审议通过",
        "记录",
        "已记录，计划日已写入各人的时间推算。",
    ),
    "report": (plan_reviews.report_plan, forms.ReportForm, "记录报分院", "记录", "已记录报送。"),
    "adjust": (plan_reviews.adjust_number, forms.AdjustForm, "调整年度接收人数", "调整", "已调整年度接收人数。"),
}


def _sent(request):
    """What was posted, if only a button; None for a page that is looked at."""
    return request.POST if request.method == "POST" else None


def found(query, **kwargs):
    """What ``query`` gives, or 404 for strangers and for what does not exist, alike."""
    try:
        return query(**kwargs)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def carried_out(request, form, verb, **kwargs):
    """Call ``verb`` with what the form carries: its answer, or None with the reasons on the form."""
    try:
        return found(verb, by=request.user, now=timezone.now(), **form.arguments(), **kwargs)
    except Refused as refusal:
        form.add_objections(refusal.objections)
    except Stale as stale:
        form.reopen(stale.version)
        form.add_error(None, STALE)
    return None


def shown(request, template, context):
    """The form; 422 when it was sent and not taken."""
    return render(request, template, context, status=422 if context["form"].errors else 200)


# --- Reading


@require_safe
def plans_view(request):
    """One's own branch's plan, or all branches' within reach."""
    today = timezone.localdate()
    branch = plan_overview.own_branch(request.user)
    if branch:
        return redirect("plan", branch.code, year_planned_on(today))
    year = request.GET.get("year", "")
    year = int(year) if year.isdecimal() and len(year) == 4 and 2000 <= int(year) <= 2999 else None
    page = found(plan_overview.plan_overview, user=request.user, today=today, year=year)
    return render(request, "recruitment/plans/overview.html", {"page": page, "today": today})


@require_safe
def plan_view(request, unit, year):
    """One branch's plan of one year."""
    today = timezone.localdate()
    page = _page(request, unit, year, today)
    return render(request, "recruitment/plans/plan.html", {"page": page, "today": today})


@require_safe
def plan_compare_view(request, unit, year, number):
    """What the last version changed against the version ``number``."""
    branch, plan, changes = found(plan_versions.version_changes, user=request.user, unit=unit, year=year, number=number)
    context = {"branch": branch, "plan": plan, "number": number, "changes": changes}
    return render(request, "recruitment/plans/compare.html", context)


@require_safe
def plan_due_view(request, due_id):
    """From what is owed for a plan to its page, where it is settled."""
    unit, year = found(plan_overview.plan_due, user=request.user, due_id=due_id)
    return redirect("plan", unit, year)


def _page(request, unit, year, today):
    if not 2000 <= year <= 2999:
        raise Http404
    return found(queries.plan_page, user=request.user, unit=unit, year=year, today=today)


def _to_act(request, unit, year, may, whose):
    """The page for somebody who acts; 403 for those who read all of it, 404 for those who read a part, or none."""
    page = _page(request, unit, year, timezone.localdate())
    if not page.sees_everybody:
        raise Http404
    if not may(page):
        raise PermissionDenied(whose)
    return page


# --- The branch


@form_methods
def plan_edit_view(request, unit, year):
    """Write the four determinations."""
    page = _to_act(request, unit, year, lambda page: page.is_branch, OF_BRANCH)
    fields = (*forms.DeterminationsForm.base_fields, *forms.DeterminationsForm.NUMBERS)
    kept = {name: getattr(page.plan, name) for name in fields if page.plan and hasattr(page.plan, name)}
    form = forms.DeterminationsForm(_sent(request), candidate=page.plan, initial=kept)
    if form.is_bound and form.is_valid() and carried_out(request, form, plans.draft_plan, unit=unit, year=year):
        messages.success(request, "已保存草稿。")
        return redirect("plan", unit, year)
    return shown(request, "recruitment/plans/edit.html", {"form": form, "page": page})


@form_methods
def plan_person_view(request, unit, year):
    """Name a person, or give a person another day."""
    page = _to_act(request, unit, year, lambda page: page.is_branch, OF_BRANCH)
    if page.plan is None:
        raise Http404
    candidates = plan_versions.candidates_to_plan(user=request.user, branch=page.unit)
    asked = {name: request.GET[name] for name in ("code", "step", "month") if name in request.GET}
    form = forms.PersonForm(_sent(request), candidates=candidates, initial=asked)
    if form.is_bound and form.is_valid() and carried_out(request, form, plans.plan_person, unit=unit, year=year):
        messages.success(request, "已列入计划草稿。")
        return redirect("plan", unit, year)
    standing = plan_versions.standing_row(user=request.user, plan=page.plan, **asked)
    heading, button = ("改时限", "保存") if standing else ("列入人选", "列入")
    context = _context(page, form, heading, button) | {"standing": standing}
    return shown(request, "recruitment/plans/act.html", context)


@require_POST
def plan_person_remove_view(request, unit, year, row):
    """Take a person out of the draft."""
    _to_act(request, unit, year, lambda page: page.is_branch, OF_BRANCH)
    try:
        found(plans.unplan_person, by=request.user, unit=unit, year=year, row=row, now=timezone.now())
        messages.success(request, "已移出计划草稿。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("plan", unit, year)


@form_methods
def plan_branch_view(request, unit, year, act):
    """What the branch does with the whole plan."""
    return _act(request, unit, year, BRANCH_ACTS.get(act), OF_BRANCH, lambda page: page.is_branch)


@form_methods
def plan_office_view(request, unit, year, act):
    """What the office does with the whole plan."""
    return _act(request, unit, year, OFFICE_ACTS.get(act), OF_OFFICE, lambda page: page.is_office)


def _act(request, unit, year, act, whose, may):
    if act is None:
        raise Http404
    verb, form_class, heading, button, said = act
    page = _to_act(request, unit, year, may, whose)
    if page.plan is None:
        raise Http404
    form = form_class(_sent(request), candidate=page.plan)
    if form.is_bound and form.is_valid() and carried_out(request, form, verb, unit=unit, year=year):
        messages.success(request, said)
        return redirect("plan", unit, year)
    return shown(request, "recruitment/plans/act.html", _context(page, form, heading, button))


def _context(page, form, heading, button, remark=None):
    return {"page": page, "form": form, "heading": heading, "button": button, "remark": remark}


# --- The consultation


@form_methods
def plan_remark_view(request, unit, year):
    """Write a remark of the office or a note of the branch."""
    page = _to_act(request, unit, year, lambda page: page.is_office or page.is_branch, OF_OFFICE)
    if page.plan is None or not page.plan.number:
        raise Http404
    candidates = plan_versions.people_in_version(user=request.user, plan=page.plan)
    form = forms.RemarkForm(_sent(request), candidates=candidates)
    if form.is_bound and form.is_valid() and carried_out(request, form, plans.write_remark, unit=unit, year=year):
        messages.success(request, "已记入沟通记录。")
        return redirect("plan", unit, year)
    heading = "提出意见" if page.is_office else "补充说明"
    return shown(request, "recruitment/plans/act.html", _context(page, form, heading, "提交"))


@form_methods
def plan_answer_view(request, unit, year, remark):
    """Answer a contribution of the other side."""
    page = _to_act(request, unit, year, lambda page: page.is_office or page.is_branch, OF_BRANCH)
    row = found(plan_versions.remark_to_answer, user=request.user, plan=page.plan, pk=remark)
    if not (page.is_office if row.kind == RemarkKind.NOTE else page.is_branch):
        raise PermissionDenied(OTHER_SIDE)
    form = forms.AnswerForm(_sent(request))
    answer = {"unit": unit, "year": year, "remark": remark}
    if form.is_bound and form.is_valid() and carried_out(request, form, plans.answer_remark, **answer):
        messages.success(request, "已回应。")
        return redirect("plan", unit, year)
    return shown(request, "recruitment/plans/act.html", _context(page, form, "回应", "回应", row))
