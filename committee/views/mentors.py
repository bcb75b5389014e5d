"""Mentors: how many each has, who accompanies one person, changing that, and the half-yearly opinion."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from committee.forms.mentors import MentorsForm, OpinionForm
from committee.queries.mentors import loads, mentor_choices, mentors_page, serving_mentors
from committee.views.acting import carried_out, decided, found, shown
from recruitment.actions.mentors import change_mentors
from recruitment.actions.opinions import record_opinion
from recruitment.navigation import home_of
from recruitment.scope import scope_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def mentors_view(request):
    """Everybody who mentors somebody within reach, with the load."""
    if not scope_of(request.user).paths:
        raise Http404
    return render(request, "committee/mentors.html", {"rows": loads(user=request.user, today=timezone.localdate())})


@require_safe
def candidate_mentors_view(request, code):
    """Who accompanies one person, and what they thought."""
    today = timezone.localdate()
    page = found(mentors_page, user=request.user, code=code, today=today)
    return render(request, "committee/candidate_mentors.html", {"page": page, "today": today})


@form_methods
def mentors_change_view(request, code):
    """Decide who accompanies somebody from now on."""
    today = timezone.localdate()
    page = found(mentors_page, user=request.user, code=code, today=today)
    if not page.may_change:
        raise PermissionDenied("培养联系人由党支部或党办办理；首次指定请办理第 5 步。")
    people, choices = mentor_choices(request.user, page.candidate, today)
    initial = {"decided_on": today, "persons": [mentor.code for mentor in page.current]}
    form = MentorsForm(request.POST or None, candidate=page.candidate, people=people, choices=choices, initial=initial)
    if form.is_bound and form.is_valid():
        if decided(form, change_mentors, by=request.user, code=code, **form.proposal()):
            messages.success(request, f"已更换{page.candidate.person.name}的培养联系人。")
            return redirect("candidate-mentors", code)
    context = {"form": form, "page": page, "heading": "更换培养联系人", "submit": "更换"}
    return shown(request, "committee/mentor_form.html", context)


@form_methods
def opinion_view(request, code):
    """The mentor's half-yearly opinion."""
    today = timezone.localdate()
    page = found(mentors_page, user=request.user, code=code, today=today)
    if not (page.may_give or page.may_enter):
        raise PermissionDenied("意见由现任培养联系人填写，或由党支部代为录入。")
    mentors = None if page.may_give else serving_mentors(page.candidate, today)
    form = OpinionForm(request.POST or None, candidate=page.candidate, mentors=mentors, initial={"given_on": today})
    if form.is_bound and form.is_valid():
        if carried_out(form, record_opinion, by=request.user, code=code, **form.proposal()):
            messages.success(request, f"已记录对{page.candidate.person.name}的意见。")
            return redirect(reverse(home_of(request.user)))
    context = {"form": form, "page": page, "heading": "填写培养联系人意见", "submit": "保存意见"}
    return shown(request, "committee/mentor_form.html", context)
