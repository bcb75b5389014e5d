"""The office's reminder board: what was sent, what came back, who has not acted."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from branches.offices import Office
from committee.actions.deliveries import send_again, take_as_sent
from committee.actions.reminders import may_set_rules, nudge
from committee.delivery.watch import health
from committee.queries.reminder_board import (
    digest_counts,
    digest_list,
    late_dues,
    latest_alarms,
    may_see_board,
    running_snoozes,
)
from committee.queries.settling import settling_pictures
from committee.views.acting import found
from recruitment.actions.refusals import Refused
from recruitment.scope import scope_of


def _only_the_office(user, *, acts=False):
    if not may_see_board(user):
        raise Http404
    if acts and not scope_of(user).holds(Office.PARTY_OFFICE):
        raise PermissionDenied("催办和重发由党办办理。")


@require_safe
def board_view(request):
    """Everything at a glance, within the reach of the office."""
    _only_the_office(request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    late, late_count = late_dues(user=request.user, today=today)
    by_state, trouble = digest_counts(user=request.user, today=today)
    by_branch, by_act = settling_pictures(user=request.user, today=today)
    context = {
        "today": today,
        "health": health(now),
        "late": late,
        "late_more": late_count - len(late),
        "late_count": late_count,
        "by_state": by_state,
        "sent_today": by_state.get("sent", 0),
        "made_today": sum(by_state.values()),
        "trouble": trouble,
        "snoozes": running_snoozes(user=request.user, today=today),
        "alarms": latest_alarms(today=today),
        "by_branch": by_branch,
        "by_act": by_act,
        "may_press": scope_of(request.user).holds(Office.PARTY_OFFICE),
        "may_set_rules": may_set_rules(request.user),
    }
    return render(request, "committee/reminder_board.html", context)


@require_safe
def digests_view(request):
    """What was sent to whom in the last month."""
    _only_the_office(request.user)
    today = timezone.localdate()
    state = request.GET.get("state", "")
    page = digest_list(user=request.user, today=today, state=state, number=request.GET.get("page"))
    context = {
        "page": page,
        "state": state,
        "today": today,
        "may_press": scope_of(request.user).holds(Office.PARTY_OFFICE),
    }
    return render(request, "committee/digests.html", context)


@require_POST
def nudge_view(request):
    """催办: press those who owe the chosen dues, or the one beside whose line the button was."""
    _only_the_office(request.user, acts=True)
    chosen = request.POST.getlist("only") or request.POST.getlist("due")
    ids = [int(value) for value in chosen if value.isdecimal() and len(value) < 16]
    try:
        told, only_notice = found(nudge, by=request.user, due_ids=ids, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
        return redirect("reminder-board")
    if told:
        messages.success(request, f"已催办：{'、'.join(told)}，邮件随即发出。")
    if only_notice:
        messages.info(request, f"{'、'.join(only_notice)}今天已收过催办邮件，这次只发站内通知。")
    return redirect("reminder-board")


@require_POST
def send_again_view(request, digest_id):
    """Send a stuck digest once more."""
    return _decided(request, send_again, digest_id, "已排入发送，一分钟内发出。")


@require_POST
def take_as_sent_view(request, digest_id):
    """Close a digest of unknown fate."""
    return _decided(request, take_as_sent, digest_id, "已记为送达。")


def _decided(request, verb, digest_id, words):
    _only_the_office(request.user, acts=True)
    try:
        found(verb, by=request.user, digest_id=digest_id, now=timezone.now())
    except Refused as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, words)
    return redirect("digests")
