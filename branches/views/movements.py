"""What HR reported, for HR; what the party side does with it is not told here (notice R4)."""

from django.http import Http404
from django.shortcuts import render
from django.utils import timezone
from django.views.decorators.http import require_safe

from branches.forms.movements import MovementFilter
from branches.queries.movements import sends_movements, sent_movements


@require_safe
def movements_sent(request):
    """The movements that HR reported, newest first."""
    today = timezone.localdate()
    if not sends_movements(request.user, today):
        raise Http404
    form = MovementFilter(request.GET)
    page = sent_movements(user=request.user, kind=form.chosen_kind(), number=request.GET.get("page"), today=today)
    return render(request, "branches/movements_sent.html", {"page": page, "filter_form": form})
