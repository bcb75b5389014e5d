"""From a due, wherever it was told of, to the form that settles it."""

from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_safe

from committee.queries.dues import due_told_of, may_settle, with_whom
from committee.views.acting import found
from recruitment.links import link_to


@require_safe
def due_view(request, due_id):
    """The address in mails, notices and calendars: on to the form, or what became of the due; 404 for strangers.

    Who is told of it only to push it forward reads whose turn it is instead of being turned away by the form.
    """
    due = found(due_told_of, user=request.user, due_id=due_id)
    if due.settled_at is not None:
        return render(request, "committee/due.html", {"due": due})
    if not may_settle(request.user, due):
        whose = with_whom(due, today=timezone.localdate())
        return render(request, "committee/due.html", {"due": due, "whose": whose, "is_of_others": True})
    if path := link_to(due):
        return redirect(path)
    return render(request, "committee/due.html", {"due": due})


@require_safe
def calendar_due_view(request, due_id):
    """A year without the official arrangement: to the page that takes it in."""
    found(due_told_of, user=request.user, due_id=due_id)
    return redirect("calendar")


@require_safe
def grant_due_view(request, due_id):
    """A grant that is about to end: to the page of grants."""
    found(due_told_of, user=request.user, due_id=due_id)
    return redirect("grants")
