"""The rules on the screen: local limits, the road explained, a person's road in time, the road of a bare date."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruitment.actions.calendar import announce_year, load_calendar, set_day
from recruitment.actions.limits import end_local_limit, set_local_limit
from recruitment.actions.refusals import Refused
from recruitment.forms.calendar import CalendarDayForm, CalendarFileForm, CalendarYearForm
from recruitment.forms.limits import ForecastForm, LimitForm
from recruitment.queries.calendar import calendar_page, may_edit_calendar
from recruitment.queries.forecast import forecast_from_date
from recruitment.queries.limits import committees_of, limit_lines, past_limits
from recruitment.queries.road_help import road_help
from recruitment.views.acts import attempt


@require_http_methods(["GET", "HEAD", "POST"])
def limits_view(request):
    """Stricter local limits of the committees whose office the user holds."""
    units = committees_of(request.user)
    if not units:
        raise Http404
    form = LimitForm(request.POST or None, units=units)
    if request.method == "POST" and form.is_valid():
        outcome, _ = attempt(form, set_local_limit, by=request.user, **form.proposal())
        if outcome:
            _, touched = outcome
            messages.success(request, f"已设定，{touched} 人的期限随之重算。")
            return redirect("limits")
    context = {
        "today": timezone.localdate(),
        "form": form,
        "units": [
            {"code": unit.code, "name": unit.name, "lines": limit_lines(unit), "past": past_limits(unit)} for unit in units
        ],
    }
    return render(request, "recruitment/limits.html", context, status=422 if form.errors else 200)


@require_POST
def limit_end_view(request, code, limit):
    """End one local limit as of today."""
    unit = committees_of(request.user).filter(code=code).first()
    if unit is None:
        raise Http404
    now = timezone.now()
    try:
        touched = end_local_limit(by=request.user, unit=unit, code=limit, until_on=timezone.localdate(now), now=now)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"已停用，{touched} 人的期限随之重算。")
    return redirect("limits")


@require_safe
def forecast_view(request):
    """The whole road that would follow an application of a given day."""
    form = ForecastForm(request.GET or None)
    forecast = None
    if form.is_valid():
        forecast, found = forecast_from_date(today=timezone.localdate(), **form.cleaned_data)
        for objection in found:
            form.add_error("applied_on", f"{objection.message}（{objection.article}）")
    context = {"form": form, "forecast": forecast}
    return render(request, "recruitment/forecast.html", context, status=422 if form.errors else 200)


CALENDAR_ACTS = {
    "file": (CalendarFileForm, lambda data: {"text": data["file"]}, load_calendar),
    "day": (CalendarDayForm, lambda data: {name: data[name] for name in ("day", "kind", "name", "source")}, set_day),
    "year": (CalendarYearForm, lambda data: {name: data[name] for name in ("year", "source")}, announce_year),
}


@require_http_methods(["GET", "HEAD", "POST"])
def calendar_view(request):
    """The official calendar, editable by the office; every change has the limits judged anew."""
    if not may_edit_calendar(request.user):
        raise Http404
    act = request.POST.get("act") if request.method == "POST" else None
    forms = {
        key: form(request.POST, request.FILES, auto_id=f"id_{key}_%s") if key == act else form(auto_id=f"id_{key}_%s")
        for key, (form, _, _) in CALENDAR_ACTS.items()
    }
    if act in CALENDAR_ACTS and forms[act].is_valid():
        _, arguments, verb = CALENDAR_ACTS[act]
        outcome, _ = attempt(forms[act], verb, by=request.user, **arguments(forms[act].cleaned_data))
        if outcome is not None:
            touched = outcome[-1] if isinstance(outcome, tuple) else outcome
            messages.success(request, f"已登记，{touched} 人的期限随之重算。")
            return redirect("calendar")
    asked = request.GET.get("year", "")
    year = int(asked) if asked.isdecimal() and len(asked) == 4 else 0
    context = calendar_page(year=year or timezone.localdate().year) | {f"{key}_form": form for key, form in forms.items()}
    refused = act and forms.get(act) is not None and forms[act].errors
    return render(request, "recruitment/calendar.html", context, status=422 if refused else 200)


@require_safe
def road_help_view(request):
    """The twenty-five steps in words, from the table that the rules judge by; printable."""
    return render(request, "recruitment/road_help.html", road_help(request.user, today=timezone.localdate()))
