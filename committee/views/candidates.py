"""One person's page with its tabs; it shows what all three tiers know, so it lives in the top one."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.views.requests import address_of
from committee.queries.candidate_page import TABS, candidate_context
from recruitment.actions.access import log_view
from recruitment.forms.documents import UploadForm
from recruitment.models import Candidate


@require_safe
def candidate_view(request, code, tab="log"):
    """The page, opened at ``tab``; that it was read is logged, and the log is part of the page."""
    if tab not in TABS:
        raise Http404
    now = timezone.now()
    try:
        context = candidate_context(user=request.user, code=code, tab=tab, now=now)
    except Candidate.DoesNotExist as missing:
        raise Http404 from missing
    log_view(
        user=request.user,
        candidate=context["page"].candidate,
        what=TABS[tab],
        now=now,
        address=address_of(request),
    )
    if context.get("may_attach"):
        context["upload_form"] = UploadForm()
    return render(request, "recruitment/candidate.html", context)
