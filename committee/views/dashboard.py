"""The party office's home; committee members and auditors see numbers only."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.offices import Office
from committee.queries.dashboard import dashboard
from committee.queries.stage_counts import coarse_counts
from recruitment.scope import scope_of

NUMBERS_ONLY = (Office.COMMITTEE_MEMBER, Office.AUDITOR)


@require_safe
def dashboard_view(request):
    """Everything within the subtree of one's posts; numbers without small cells for those who see no persons there."""
    scope = scope_of(request.user)
    if scope.paths:
        page = dashboard(user=request.user, today=timezone.localdate())
        context = {name: getattr(page, name) for name in page.__dataclass_fields__}
        return render(request, "committee/dashboard.html", {**context, "updated_at": timezone.now()})
    if scope.holds(*NUMBERS_ONLY):
        return render(request, "committee/stage_numbers.html", {"counts": coarse_counts(request.user)})
    raise Http404
