"""What every form of these pages does with a verb's answer."""

from django.core.exceptions import ObjectDoesNotExist, PermissionDenied
from django.http import Http404
from django.shortcuts import render
from django.utils import timezone

from recruitment.actions.refusals import NotYours, Refused


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
