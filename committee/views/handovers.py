"""The hand-over of a post: what the successor finds, and the word that it was taken over."""

from django.contrib import messages
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from committee.queries.handovers import hand_over_due, hand_over_page
from committee.views.acting import found
from recruitment.actions.postings import confirm_taking_over
from recruitment.navigation import home_of
from recruitment.queries.postings import may_see_posting


@require_safe
def handover_view(request, pk):
    """What is open, what is late, who is on the road, what is unread: for the holder of the post and the party office."""
    today = timezone.localdate()
    page = found(hand_over_page, user=request.user, pk=pk, today=today)
    return render(request, "committee/handover.html", {"page": page, "taken": page.taken_over, "today": today})


@require_POST
def handover_confirm_view(request, pk):
    """The holder confirms."""
    posting = found(confirm_taking_over, by=request.user, pk=pk, now=timezone.now())
    messages.success(request, f"已确认接手{posting}工作。")
    return redirect(home_of(request.user))


@require_safe
def handover_due_view(request, due_id):
    """From the due to the page, for those who may open it; others are shown what is owed."""
    due, pk = found(hand_over_due, user=request.user, due_id=due_id)
    if may_see_posting(user=request.user, pk=pk):
        return redirect("handover", pk)
    return render(request, "committee/due.html", {"due": due})
