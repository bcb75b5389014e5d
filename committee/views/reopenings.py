"""Taking up again after a no: put forward by one of the office, approved by another."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from committee.forms.reopenings import ReopeningForm
from committee.queries.focus import may_list
from committee.queries.reopenings import reopenings
from committee.views.acting import carried_out, found, shown
from recruitment.actions.declines import approve_reopening, propose_reopening
from recruitment.actions.refusals import Refused


@require_http_methods(["GET", "HEAD", "POST"])
def reopenings_view(request):
    """Put somebody's own application forward, and see what waits for a second person."""
    if not may_list(request.user):
        raise Http404
    form = ReopeningForm(request.POST or None, initial={"applied_on": timezone.localdate()})
    if form.is_bound and form.is_valid():
        if carried_out(form, propose_reopening, by=request.user, **form.proposal()):
            messages.success(request, "已提出，请另一位组织员核准。")
            return redirect("reopenings")
    waiting, decided = reopenings(user=request.user)
    context = {"form": form, "waiting": waiting, "decided": decided}
    return shown(request, "committee/reopenings.html", context)


@require_POST
def reopening_approve_view(request, code):
    """Approve what somebody else put forward."""
    try:
        found(approve_reopening, by=request.user, code=code, now=timezone.now())
        messages.success(request, "已核准，党支部可以登记本人的入党申请。")
    except Refused as refusal:
        messages.error(request, str(refusal))
    return redirect("reopenings")
