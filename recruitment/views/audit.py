"""The access log: who looked at what."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from recruitment.forms.access_log import AccessLogFilter
from recruitment.queries.access_log import access_log, may_read_log


@require_safe
def access_log_view(request):
    """Entries newest first, for the auditor and the party office."""
    if not may_read_log(request.user):
        raise Http404
    form = AccessLogFilter(request.GET)
    page = access_log(user=request.user, number=request.GET.get("page"), **form.narrowing())
    return render(request, "recruitment/access_log.html", {"page": page, "filter_form": form})
