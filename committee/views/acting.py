"""What every form of these pages does with a verb's answer."""

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.queries.reach import within_reach
from recruitment.queries.step_page import what_changed


def carried_out(form, verb, **kwargs):
    """Call ``verb`` now; None with the refusal on ``form``, 404 for strangers, 403 for insiders without the right."""
    try:
        return verb(now=timezone.now(), **kwargs)
    except Refused as refusal:
        form.add_objections(refusal.objections)
        return None
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except NotYours as other:
        raise PermissionDenied from other


def decided(form, verb, **kwargs):
    """As carried_out, for a form that carries the version of the person ``code``; None with who was faster on a stale one.

    What was typed stays, and sent once more it is decided on top of what happened meanwhile.
    """
    try:
        return carried_out(form, verb, **kwargs)
    except Stale as stale:
        form.reopen(stale.version)
        last = what_changed(within_reach(user=kwargs["by"], code=kwargs["code"]))
        acts = "；".join(change["theirs"] for change in last["changes"])
        form.add_error(None, f"这份表单打开以后，{last['who']}办理过此人的事项：{acts}。请核对后再次提交。")
        return None


def found(query, **kwargs):
    """What ``query`` gives, or 404 for strangers and for what does not exist, alike; 403 for insiders without the right."""
    try:
        return query(**kwargs)
    except ObjectDoesNotExist as missing:
        raise Http404 from missing
    except NotYours as other:
        raise PermissionDenied from other


def shown(request, template, context):
    """The form; 422 when it was sent and not taken."""
    taken = not (context["form"].errors or context.get("stale"))
    return render(request, template, context, status=200 if taken else 422)
