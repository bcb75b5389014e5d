"""One's own reminders: how often, where else, and what rests."""

from django.conf import settings
from django.contrib import messages
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from committee.actions.reminders import choose_frequency, end_snooze, make_feed, revoke_feed, snooze_due
from committee.forms.reminders import FrequencyForm, SnoozeForm
from committee.queries.dues import due_told_of
from committee.queries.my_reminders import my_reminders
from committee.views.acting import carried_out, found, shown


@require_http_methods(["GET", "HEAD", "POST"])
def my_reminders_view(request):
    """How often one is told; the calendar address; what rests."""
    own = my_reminders(user=request.user, today=timezone.localdate())
    form = FrequencyForm(request.POST or None, initial={"frequency": own["frequency"]})
    if form.is_bound and form.is_valid():
        choose_frequency(user=request.user, frequency=form.cleaned_data["frequency"])
        messages.success(request, "已保存提醒频次。")
        return redirect("my-reminders")
    return shown(request, "committee/my_reminders.html", {"form": form, **own})


@require_POST
def feed_make_view(request):
    """Make a new calendar address and show it, this once."""
    secret = make_feed(user=request.user, now=timezone.now())
    address = settings.YINLING_SITE_URL + reverse("calendar-feed", args=[secret])
    return render(request, "committee/feed_address.html", {"address": address})


@require_POST
def feed_revoke_view(request):
    """Stop the calendar address."""
    revoke_feed(user=request.user)
    messages.success(request, "日历地址已停用，日历程序不能再读取。")
    return redirect("my-reminders")


@require_http_methods(["GET", "HEAD", "POST"])
def snooze_view(request, due_id):
    """Let the reminders of a due rest."""
    due = found(due_told_of, user=request.user, due_id=due_id)
    form = SnoozeForm(request.POST or None)
    if (
        form.is_bound
        and form.is_valid()
        and carried_out(form, snooze_due, by=request.user, due_id=due_id, **form.cleaned_data)
    ):
        messages.success(request, f"{form.cleaned_data['until_on']:%Y-%m-%d} 恢复提醒；期限不变。")
        return redirect("my-reminders")
    return shown(request, "committee/snooze_form.html", {"form": form, "due": due})


@require_POST
def snooze_end_view(request, snooze_id):
    """End a pause early."""
    found(end_snooze, by=request.user, snooze_id=snooze_id, now=timezone.now())
    messages.success(request, "已恢复提醒。")
    return redirect(request.POST.get("back") if request.POST.get("back") in BACK else "my-reminders")


# where a pause can be ended from
BACK = ("my-reminders", "reminder-board")
