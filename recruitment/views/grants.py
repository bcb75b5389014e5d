"""Grants: proposed by the office, decided by somebody else, ended when no longer needed."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.forms.refusals import add_refusal
from branches.views.fresh import fresh_login
from recruitment.actions.grants import decide_grant, end_grant, propose_grant
from recruitment.actions.refusals import NotYours, Refused
from recruitment.forms.grants import GrantForm
from recruitment.queries.emergencies import emergencies
from recruitment.queries.grants import grants, may_propose, reads_grants


@require_safe
def grants_view(request):
    """What waits, what is in force, what is over."""
    if not reads_grants(request.user):
        raise Http404
    lines = grants(user=request.user, today=timezone.localdate())
    groups = [
        ("待核准", [line for line in lines if line.state == "waiting"]),
        ("生效中", [line for line in lines if line.state == "in_force"]),
        ("已结束", [line for line in lines if line.state in ("over", "refused")]),
    ]
    context = {
        "groups": groups,
        "emergencies": emergencies(user=request.user, now=timezone.now()),
        "may_propose": may_propose(request.user),
    }
    return render(request, "recruitment/grants.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def grant_propose_view(request):
    """The form of a proposal."""
    if not may_propose(request.user):
        raise Http404
    form = GrantForm(request.POST or None, user=request.user, today=timezone.localdate())
    if request.method == "POST" and form.is_valid():
        try:
            propose_grant(by=request.user, now=timezone.now(), **form.proposal())
        except Refused as refusal:
            add_refusal(form, refusal)
        except NotYours:
            raise PermissionDenied from None
        else:
            messages.success(request, "授权申请已提出，等待另一位同志核准。")
            return redirect("grants")
    return render(request, "recruitment/grant_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@fresh_login
def grant_decide_view(request, pk):
    """Approve or turn down a proposal."""
    approve = approves(request)
    _carry_out(request, decide_grant, "授权已生效。" if approve else "授权申请已退回。", pk=pk, approve=approve)
    return redirect("grants")


@require_POST
@fresh_login
def grant_end_view(request, pk):
    """End a grant before its day."""
    _carry_out(request, end_grant, "授权已结束。", pk=pk)
    return redirect("grants")


def approves(request):
    """True for ``approve=1`` (核准), False for ``approve=0`` (退回), None for a request that says neither."""
    return {"1": True, "0": False}.get(request.POST.get("approve"))


def _carry_out(request, verb, done, **kwargs):
    if not reads_grants(request.user):
        raise Http404
    try:
        verb(by=request.user, now=timezone.now(), **kwargs)
    except Refused as refusal:
        messages.warning(request, str(refusal))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    else:
        messages.success(request, done)
