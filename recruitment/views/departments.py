"""The page of a department's head, and what the party office shares with departments."""

from django.contrib import messages
from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.forms.refusals import add_refusal
from branches.views.fresh import fresh_login
from branches.views.requests import address_of
from recruitment.actions.access import log_view
from recruitment.actions.departments import end_share, share_with_department
from recruitment.actions.refusals import NotYours, Refused
from recruitment.forms.departments import DepartmentShareForm
from recruitment.queries.departments import departments_of, may_share, people_shared_with, share_lines


@require_safe
def department_view(request):
    """Who of the department is on the road, as far as the office shares it; every look is logged with the person."""
    departments = departments_of(request.user)
    if not departments:
        raise Http404
    people = people_shared_with(request.user, timezone.localdate())
    for person in people:
        log_view(
            user=request.user,
            candidate=person.candidate,
            what="部门页",
            address=address_of(request),
            now=timezone.now(),
        )
    return render(request, "recruitment/department.html", {"departments": departments, "people": people})


@require_safe
def department_shares_view(request):
    """What is shared with which department, and what was."""
    if not may_share(request.user):
        raise Http404
    lines = share_lines(request.user, timezone.localdate())
    groups = [
        ("生效中", [line for line in lines if line.state == "in_force"]),
        ("已结束", [line for line in lines if line.state == "over"]),
    ]
    return render(request, "recruitment/department_shares.html", {"groups": groups})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login
def department_share_view(request):
    """Decide that a department is told."""
    if not may_share(request.user):
        raise Http404
    form = DepartmentShareForm(request.POST or None, user=request.user)
    if request.method == "POST" and form.is_valid():
        try:
            share = share_with_department(by=request.user, now=timezone.now(), **form.proposal())
        except Refused as refusal:
            add_refusal(form, refusal)
        except NotYours:
            raise PermissionDenied from None
        except ObjectDoesNotExist as missing:
            raise Http404 from missing
        else:
            messages.success(request, f"已与{share.department.name}共享。")
            return redirect("department-shares")
    return render(request, "recruitment/department_share_form.html", {"form": form}, status=422 if form.errors else 200)


@require_POST
@fresh_login
def department_share_end_view(request, code):
    """End a share before its day."""
    try:
        share = end_share(by=request.user, code=code, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    else:
        messages.success(request, f"已停止与{share.department.name}共享。")
    return redirect("department-shares")
