"""人才动向: what HR reported, for offices and branches."""

from django.contrib import messages
from django.http import Http404
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branches.forms.movements import MovementFilter
from committee.actions.movements import acknowledge_movements, tell_contacts
from committee.forms.movements import SeenForm
from committee.queries.dues import due_told_of
from committee.queries.movements import KIND, OPEN, STATES, movement_page, reads_movements
from committee.views.acting import found
from recruitment.actions.refusals import Refused


@require_safe
def movements_view(request):
    """What waits, what is done, or everything; by kind."""
    _reader(request)
    form, state = MovementFilter(request.GET), request.GET.get("state", OPEN)
    state = state if state in dict(STATES) else OPEN
    kind = form.chosen_kind()
    listed = movement_page(user=request.user, state=state, kind=kind, number=request.GET.get("page"))
    context = {"listed": listed, "page": listed.page, "state": state, "states": STATES, "kind": kind}
    return render(request, "committee/movements.html", context | {"filter_form": form})


@require_POST
def movements_acknowledge_view(request):
    """Note that the ticked ones were seen."""
    _reader(request)
    form = SeenForm(request.POST)
    if form.is_valid():
        count = found(
            acknowledge_movements, by=request.user, movements=form.cleaned_data["movement"], now=timezone.now()
        )
        messages.success(request, f"{count} 条动向已阅。" if count else "这些动向已经有人处理。")
    else:
        messages.warning(request, form.errors["movement"][0])
    return redirect("movements")


@require_POST
def movement_tell_view(request, pk):
    """Tell those who look after the person."""
    _reader(request)
    try:
        count = found(tell_contacts, by=request.user, movement=pk, now=timezone.now())
    except Refused as refusal:
        messages.warning(request, str(refusal))
    else:
        messages.success(request, f"已通知 {count} 位联系人。")
    return redirect(f"{reverse('movements')}?state=all#movement-{pk}")


@require_safe
def movement_due_view(request, due_id):
    """From a due to the movement it is about, or to all that wait; who only accompanies the person goes to them."""
    due = found(due_told_of, user=request.user, due_id=due_id)
    if due.kind != KIND:
        raise Http404
    if due.candidate_id and not reads_movements(request.user):
        return redirect("candidate", due.candidate.code)
    anchor = f"#{due.key.replace(':', '-')}" if due.candidate_id else ""
    return redirect(reverse("movements") + anchor)


def _reader(request):
    if not reads_movements(request.user):
        raise Http404
