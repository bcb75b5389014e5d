"""Notices inside the site, with an unread mark that follows without a reload."""

from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_POST, require_safe

from branches.views.requests import asks_by_itself
from committee.actions.notices import read_all_notices, read_notice
from committee.queries.notices import notice_list, unread_count
from committee.views.acting import found


@require_safe
def notices_view(request):
    """The user's notices; opening one is a button, because it marks it as read."""
    return render(
        request, "committee/notices.html", {"page": notice_list(user=request.user, number=request.GET.get("page"))}
    )


@asks_by_itself
@never_cache
@require_safe
def notice_mark_view(request):
    """The unread mark alone, which pages ask for every minute."""
    return render(request, "committee/_notice_mark.html", {"unread": unread_count(user=request.user)})


@require_POST
def notice_open_view(request, notice_id):
    """Mark one as read and go where it leads."""
    notice = found(read_notice, user=request.user, notice_id=notice_id, now=timezone.now())
    if notice.path and not notice.path.startswith("/"):
        raise Http404
    return redirect(notice.path or "notices")


@require_POST
def notices_read_view(request):
    """Mark all as read."""
    read_all_notices(user=request.user, now=timezone.now())
    return redirect("notices")
