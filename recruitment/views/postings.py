"""Posts and units, for the party office; the hand-over page, for whoever takes over."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.actions.units import open_unit
from branches.forms.refusals import add_refusal
from branches.rules import GIVEN_BY_OFFICE
from branches.views.fresh import fresh_login
from recruitment.actions.postings import end_post, fill_post, replace_post
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.units import change_unit
from recruitment.forms.postings import EndForm, PostingForm, ReplaceForm, UnitForm
from recruitment.queries.postings import (
    keeps_postings,
    postings_of,
    unit_posts,
    units_of_office,
    vacancies_of,
)

form_methods = require_http_methods(["GET", "HEAD", "POST"])


@require_safe
def postings_view(request):
    """Who holds which post, along the tree."""
    _office_only(request)
    units, liaisons = unit_posts(user=request.user, today=timezone.localdate())
    return render(
        request, "recruitment/postings.html", {"units": units, "liaisons": liaisons, "given": GIVEN_BY_OFFICE}
    )


@form_methods
@fresh_login
def posting_open_view(request):
    """Fill a post."""
    _office_only(request)
    form = PostingForm(request.POST or None, user=request.user, initial={"unit": request.GET.get("unit")})
    if request.method == "POST" and form.is_valid():
        posting = _carried_out(request, form, fill_post, **form.cleaned_data)
        if posting:
            messages.success(request, f"{posting.person.name}已任{posting.get_office_display()}。")
            return redirect("postings")
    return _form_page(request, form, "任职", "保存任职")


@require_safe
def vacancy_view(request, due_id):
    """The due for a vacant secretary's post leads to the form that fills it."""
    _office_only(request)
    due = get_object_or_404(vacancies_of(request.user), pk=due_id)
    return redirect(f"{reverse('posting-open')}?unit={due.unit.code}")


@form_methods
@fresh_login
def posting_end_view(request, pk):
    """End a post."""
    posting = _posting(request, pk)
    form = EndForm(request.POST or None, initial={"ends_on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        ended = _carried_out(request, form, end_post, posting=posting, **form.cleaned_data)
        if ended:
            messages.success(
                request, f"{posting.person.name}自 {ended.ends_on} 起不再任{posting.get_office_display()}。"
            )
            return redirect("postings")
    return _form_page(request, form, f"结束任职：{posting.person.name}，{posting}", "结束任职")


@form_methods
@fresh_login
def posting_replace_view(request, pk):
    """Hand a post over."""
    posting = _posting(request, pk)
    form = ReplaceForm(request.POST or None, user=request.user, initial={"on": timezone.localdate()})
    if request.method == "POST" and form.is_valid():
        new = _carried_out(request, form, replace_post, posting=posting, **form.cleaned_data)
        if new:
            messages.success(request, f"{new.person.name}接任{new.get_office_display()}，权限和待办已随职务转移。")
            return redirect("handover", new.pk)
    return _form_page(request, form, f"接任：{posting}（现任 {posting.person.name}）", "办理接任")


@require_safe
def units_view(request):
    """The tree of units."""
    _office_only(request)
    units, _ = unit_posts(user=request.user, today=timezone.localdate())
    return render(request, "recruitment/units.html", {"units": units})


@form_methods
def unit_open_view(request):
    """Found a unit."""
    _office_only(request)
    form = UnitForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        unit = _carried_out(request, form, open_unit, **form.cleaned_data)
        if unit:
            messages.success(request, f"{unit.name}已设立。")
            return redirect("units")
    return _form_page(request, form, "设立党组织", "设立")


@form_methods
def unit_change_view(request, code):
    """Change a unit, or put it under another."""
    _office_only(request)
    unit = get_object_or_404(units_of_office(request.user), code=code)
    form = UnitForm(request.POST or None, instance=unit, user=request.user)
    sent = request.method == "POST" and form.is_valid()
    if sent and _carried_out(request, form, change_unit, unit=unit, **form.cleaned_data):
        messages.success(request, "党组织信息已更新。")
        return redirect("units")
    return _form_page(request, form, f"修改：{unit.name}", "保存")


def _office_only(request):
    if not keeps_postings(request.user):
        raise Http404


def _posting(request, pk):
    _office_only(request)
    return get_object_or_404(postings_of(request.user), pk=pk)


def _carried_out(request, form, verb, **values):
    """What ``verb`` returns, or None with its refusal written on the form."""
    try:
        return verb(by=request.user, now=timezone.now(), **values)
    except Refused as refusal:
        add_refusal(form, refusal)
    except NotYours:
        raise PermissionDenied from None
    return None


def _form_page(request, form, heading, action):
    context = {"form": form, "heading": heading, "action": action}
    return render(request, "recruitment/posting_form.html", context, status=422 if form.errors else 200)
