"""The roster of persons, for HR and the party office; it never says who is on the road (notice R4)."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.core.paginator import Paginator
from django.http import Http404
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.actions.people import add_person, change_person
from branches.actions.refusals import NotYours, Refused, Stale
from branches.forms.refusals import add_refusal
from branches.forms.roster import PersonForm, RosterFilter
from branches.queries.roster import keeps_roster, knows_party_matters, narrowed, roster_for, version_of

PAGE_SIZE = 50


@require_safe
def roster(request):
    """Everybody on the roster within reach."""
    today = _today_of_keeper(request)
    form = RosterFilter(request.GET, user=request.user, today=today)
    people = narrowed(roster_for(request.user, today), **form.narrowing())
    page = Paginator(people, PAGE_SIZE).get_page(request.GET.get("page"))
    return render(request, "branches/roster.html", {"page": page, "filter_form": form, "today": today})


@require_safe
def person(request, code):
    """One person of the roster."""
    today = _today_of_keeper(request)
    found = get_object_or_404(roster_for(request.user, today), code=code)
    context = {"person": found, "party_matters": knows_party_matters(request.user, today)}
    return render(request, "branches/person.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
def person_add(request):
    """Enter somebody on the roster."""
    form = _form(request, None, _today_of_keeper(request))
    if request.method == "POST" and form.is_valid():
        try:
            added = add_person(by=request.user, now=timezone.now(), **form.values())
        except Refused as refusal:
            add_refusal(form, refusal)
        else:
            messages.success(request, f"{added.name}已录入名册。")
            return redirect("person", added.code)
    return render(request, "branches/person_form.html", {"form": form, "person": None})


@require_http_methods(["GET", "HEAD", "POST"])
def person_edit(request, code):
    """Change somebody's entry; a stale form is told so and shows what stands there now."""
    today = _today_of_keeper(request)
    found = get_object_or_404(roster_for(request.user, today), code=code)
    form = _form(request, found, today)
    if request.method == "POST" and form.is_valid():
        try:
            change_person(
                by=request.user,
                person=found,
                now=timezone.now(),
                version=form.cleaned_data["version"],
                **form.values(),
            )
        except Refused as refusal:
            add_refusal(form, refusal)
        except Stale:
            form.add_error(None, "这份表单打开以后，此人的信息已被他人修改。请重新打开表单，核对后再改。")
        except NotYours:
            raise PermissionDenied from None
        else:
            messages.success(request, "名册已更新。")
            return redirect("person", code)
    return render(request, "branches/person_form.html", {"form": form, "person": found})


def _form(request, person, today):
    return PersonForm(
        request.POST or None,
        instance=person,
        initial={"version": version_of(person)} if person else {},
        user=request.user,
        today=today,
        party_matters=knows_party_matters(request.user, today),
    )


def _today_of_keeper(request):
    """Today, for those who keep the roster; the page is nobody else's."""
    today = timezone.localdate()
    if not keeps_roster(request.user, today):
        raise Http404
    return today
