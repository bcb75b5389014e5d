"""Reminder rules: when and whom, edited with their history, tried out on any day."""

from datetime import timedelta

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee.actions.reminders import may_set_rules, reset_rule, set_rule
from committee.forms.reminders import CourseForm, DayForm, RuleForm
from committee.queries.digest_preview import preview
from committee.queries.reminder_board import may_see_board
from committee.queries.reminder_rules import branches_to_try, course_of, kinds, rule_of, rule_rows
from committee.views.acting import carried_out, found, shown

# What the rule for every kind without its own is called in addresses.
OTHERS = "others"


def _only_those_who_set_rules(user):
    if not may_see_board(user):
        raise Http404
    if not may_set_rules(user):
        raise PermissionDenied("提醒规则对全院有效，由院党委的党办设定。")


def _kind(slug):
    kind = "" if slug == OTHERS else slug
    if kind not in kinds():
        raise Http404
    return kind


@require_safe
def rules_view(request):
    """All kinds with their rules, and what was changed."""
    _only_those_who_set_rules(request.user)
    rows, changes = rule_rows()
    return render(request, "committee/reminder_rules.html", {"rows": rows, "changes": changes, "others": OTHERS})


@require_http_methods(["GET", "HEAD", "POST"])
def rule_view(request, slug):
    """Edit the rule of one kind."""
    _only_those_who_set_rules(request.user)
    row = rule_of(kind=_kind(slug))
    form = RuleForm(request.POST or None, initial=RuleForm.initial_of(row.policy))
    if form.is_bound and form.is_valid():
        reason = form.cleaned_data["reason"]
        if carried_out(form, set_rule, by=request.user, kind=row.kind, policy=form.policy(), reason=reason):
            messages.success(request, f"已保存“{row.words}”的提醒规则，下一次提醒起生效。")
            return redirect("reminder-rules")
    return shown(request, "committee/reminder_rule_form.html", {"form": form, "row": row, "slug": slug})


@require_POST
def rule_reset_view(request, slug):
    """Return to the default."""
    _only_those_who_set_rules(request.user)
    found(reset_rule, by=request.user, kind=_kind(slug), now=timezone.now())
    messages.success(request, "已恢复默认规则。")
    return redirect("reminder-rules")


@require_safe
def tryout_view(request):
    """Who would be told what on a day; and the course of one due from the first word to the last."""
    _only_those_who_set_rules(request.user)
    today = timezone.localdate()
    day_form = DayForm(request.GET if "day" in request.GET else None, initial={"day": today})
    course_form = CourseForm(
        request.GET if "due_on" in request.GET else None,
        kinds=kinds(),
        units=branches_to_try(),
        initial={"due_on": today + timedelta(days=30)},
    )
    context = {"today": today, "day_form": day_form, "course_form": course_form, "preview": None, "course": None}
    if day_form.is_bound and day_form.is_valid():
        context["preview"] = preview(day_form.cleaned_data["day"], today=today)
    if course_form.is_bound and course_form.is_valid():
        values = course_form.cleaned_data
        context["course"] = course_of(
            kind=values["kind"],
            due_on=values["due_on"],
            opens_on=values["due_on"] - timedelta(days=90),
            unit_id=values["unit"].pk,
        )
    return render(request, "committee/reminder_tryout.html", context)
