"""What HR reported, for HR; what the party side does with it is not told here (notice R4)."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.offices import MovementKind
from branches.queries.movements import sends_movements, sent_movements


@require_safe
def movements_sent(request):
    """The movements that HR reported, newest first."""
    today = timezone.localdate()
    if not sends_movements(request.user, today):
        raise Http404
    kind = request.GET.get("kind", "")
    page = sent_movements(user=request.user, kind=kind, number=request.GET.get("page"), today=today)
    context = {"page": page, "kind": kind, "kinds": MovementKind.choices}
    return render(request, "branches/movements_sent.html", context)
