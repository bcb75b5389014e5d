"""The rules on the screen: local limits, the road explained, a person's road in time, the road of a bare date."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from recruitment.actions.limits import end_local_limit, set_local_limit
from recruitment.forms.limits import ForecastForm, LimitForm
from recruitment.queries.forecast import forecast_from_date
from recruitment.queries.limits import committees_of, limit_lines, past_limits
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
            row, touched = outcome
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
    touched = end_local_limit(by=request.user, unit=unit, code=limit, until_on=timezone.localdate(now), now=now)
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
