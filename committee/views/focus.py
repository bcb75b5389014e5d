"""The focus list: proposals from the roster, decisions, criteria."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from committee.actions.criteria import save_criterion
from committee.actions.focus import end_listing, list_person, renew_listing
from committee.forms.focus import CriterionForm, ListingForm, NewListingForm
from committee.queries.focus import (
    criteria_rows,
    criterion_of,
    focus_list,
    listing_of_due,
    listing_within,
    may_list,
    may_set_criteria,
    person_to_list,
    proposals,
)
from committee.queries.stage_counts import branches_within
from committee.rules.focus import default_end
from committee.views.acting import carried_out, found, shown
from recruitment.scope import scope_of

form_methods = require_http_methods(["GET", "HEAD", "POST"])


def _office(request):
    if not may_list(request.user):
        raise Http404


@require_safe
def focus_view(request):
    """Who is on the list, within the reach of the user."""
    if not scope_of(request.user).paths:
        raise Http404
    today = timezone.localdate()
    page = focus_list(user=request.user, number=request.GET.get("page"), today=today)
    context = {"today": today, "page": page, "may_list": may_list(request.user)}
    return render(request, "committee/focus.html", context)


@require_safe
def focus_proposals_view(request):
    """Whom the criteria propose from the roster."""
    _office(request)
    criterion = request.GET.get("criterion", "")
    page = proposals(user=request.user, criterion=criterion, number=request.GET.get("page"), today=timezone.localdate())
    context = {
        "page": page,
        "criteria": criteria_rows(),
        "criterion": criterion,
        "may_set_criteria": may_set_criteria(request.user),
    }
    return render(request, "committee/focus_proposals.html", context)


@form_methods
def focus_add_view(request, code):
    """Decide that somebody of the roster is listed."""
    today = timezone.localdate()
    person = found(person_to_list, user=request.user, code=code)
    branches = branches_within(request.user)
    initial = {"starts_on": today, "ends_on": default_end(today), "unit": person.unit and person.unit.code}
    form = NewListingForm(request.POST or None, branches=branches, initial=initial)
    if form.is_bound and form.is_valid():
        if carried_out(form, list_person, by=request.user, person=person, **form.proposal()):
            messages.success(request, f"已将{person.name}列入重点关注名单。")
            return redirect("focus")
    context = {"form": form, "name": person.name, "heading": "列入重点关注名单", "submit": "列入"}
    return shown(request, "committee/listing_form.html", context)


@form_methods
def focus_renew_view(request, code):
    """Decide anew how long somebody stays listed."""
    listing = found(listing_within, user=request.user, code=code)
    initial = {name: getattr(listing, name) for name in ("purpose", "level", "next_step")}
    initial["ends_on"] = default_end(timezone.localdate())
    form = ListingForm(request.POST or None, initial=initial)
    name = listing.candidate.person.name
    if form.is_bound and form.is_valid():
        if carried_out(form, renew_listing, by=request.user, code=code, **form.proposal()):
            messages.success(request, f"{name}已续列。")
            return redirect("focus")
    context = {"form": form, "name": name, "heading": "续列或调整", "submit": "续列", "listing": listing}
    return shown(request, "committee/listing_form.html", context)


@require_safe
def listing_due_view(request, due_id):
    """From a due to the decision that settles it."""
    return redirect("focus-renew", found(listing_of_due, user=request.user, due_id=due_id))


@require_POST
def focus_end_view(request, code):
    """Take somebody off the list."""
    listing = found(end_listing, by=request.user, code=code, now=timezone.now())
    messages.success(request, f"{listing.candidate.person.name}已移出重点关注名单。")
    return redirect("focus")


@form_methods
def criterion_view(request, pk=None):
    """Set a criterion; criteria are one for the whole institute."""
    if not may_set_criteria(request.user):
        raise Http404
    row = found(criterion_of, pk=pk) if pk else None
    form = CriterionForm(request.POST or None, instance=row)
    if form.is_bound and form.is_valid():
        save_criterion(by=request.user, criterion=form.instance)
        messages.success(request, f"已保存条件“{form.instance.name}”。")
        return redirect("focus-proposals")
    context = {"form": form, "heading": "关注条件", "submit": "保存", "criteria": criteria_rows()}
    return shown(request, "committee/criterion_form.html", context)
