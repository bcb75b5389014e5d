"""Problems raised in talks: the list, the answer, and handing one on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.offices import LIAISON_OFFICES, Office
from committee.actions.problems import answer_problem, forward_problem
from committee.forms.talks import AnswerForm, ForwardForm
from committee.queries.problems import handed_on, may_answer, problem_list, problem_of_due, problem_to_answer
from committee.views.acting import carried_out, found, shown
from recruitment.scope import scope_of


@require_safe
def problems_view(request):
    """What is open and what was answered; a liaison sees what the office handed on."""
    today = timezone.localdate()
    answered = request.GET.get("answered") == "1"
    context = {"today": today, "answered": answered}
    if scope_of(request.user).holds(*LIAISON_OFFICES):
        context["handed_on"] = handed_on(user=request.user)
    context["page"] = problem_list(user=request.user, answered=answered, number=request.GET.get("page"))
    return render(request, "committee/problems.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_answer_view(request, code):
    """Record how a problem was solved, or why it cannot be."""
    problem, words, is_liaison = found(problem_to_answer, user=request.user, code=code)
    if not may_answer(request.user, problem):
        raise PermissionDenied("答复由党办、党支部、提出人或承办部门填写。")
    form = AnswerForm(request.POST or None, is_liaison=is_liaison, initial={"answered_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        answer = {name: form.cleaned_data[name] for name in ("answer", "answered_on")}
        if carried_out(form, answer_problem, by=request.user, code=code, **answer):
            messages.success(request, "已答复党办。" if is_liaison else "已答复，联系人会收到提醒并告诉本人。")
            return redirect("problems")
    context = {"form": form, "problem": problem, "words": words, "heading": "答复问题", "submit": "保存答复"}
    return shown(request, "committee/problem_form.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def problem_forward_view(request, code):
    """Hand a problem on to HR or the department, in the office's words."""
    problem, words, is_liaison = found(problem_to_answer, user=request.user, code=code)
    if is_liaison:
        raise Http404
    if Office.PARTY_OFFICE not in scope_of(request.user).offices_over(problem.candidate.unit_path):
        raise PermissionDenied("转办由党办办理。")
    form = ForwardForm(request.POST or None, initial={"forwarded_text": problem.forwarded_text or problem.summary})
    if form.is_bound and form.is_valid():
        text = form.cleaned_data["forwarded_text"]
        if carried_out(form, forward_problem, by=request.user, code=code, text=text):
            messages.success(request, f"已转{problem.get_solver_display()}办理。")
            return redirect("problems")
    context = {"form": form, "problem": problem, "words": words, "heading": "转办问题", "submit": "转办"}
    return shown(request, "committee/problem_form.html", context)


@require_safe
def problem_due_view(request, due_id):
    """From a due to the form that settles it."""
    return redirect("problem-answer", found(problem_of_due, user=request.user, due_id=due_id))
