"""Emergency access: asking, opening, ending."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from branches.forms.refusals import add_refusal
from branches.views.fresh import fresh_login
from recruitment.actions.emergencies import ask_emergency_access, decide_emergency_access, end_emergency_access
from recruitment.actions.refusals import NotYours, Refused
from recruitment.forms.emergencies import EmergencyForm
from recruitment.queries.emergencies import may_ask_emergency
from recruitment.queries.grants import reads_grants
from recruitment.queries.reach import within_reach
from recruitment.views.grants import approves


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def emergency_ask_view(request, code):
    """The question and its reason."""
    candidate = _found(request.user, code)
    if not may_ask_emergency(request.user, candidate):
        raise PermissionDenied("紧急查阅由党办提出。")
    form = EmergencyForm(request.POST or None)
    if form.is_valid():
        try:
            ask_emergency_access(by=request.user, code=code, now=timezone.now(), **form.cleaned_data)
        except Refused as refusal:
            add_refusal(form, refusal)
        except NotYours as other:
            raise PermissionDenied from other
        else:
            messages.success(request, "紧急查阅已提出，等待安全管理员或另一位组织员核准。")
            return redirect("grants")
    context = {"form": form, "candidate": {"code": code, "name": candidate.person.name}}
    return render(request, "recruitment/emergency_form.html", context, status=422 if form.errors else 200)


@require_POST
@fresh_login
def emergency_decide_view(request, pk):
    """Open or turn down what was asked."""
    approve = approves(request)
    done = "紧急查阅已开启，24 小时后自动结束。" if approve else "紧急查阅申请已退回。"
    return _carried_out(request, decide_emergency_access, done, pk=pk, approve=approve)


@require_POST
@fresh_login
def emergency_end_view(request, pk):
    """End open access before its day is over."""
    return _carried_out(request, end_emergency_access, "紧急查阅已结束。", pk=pk)


def _found(user, code):
    try:
        return within_reach(user=user, code=code)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing


def _carried_out(request, verb, done, **kwargs):
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
    return redirect("grants")
