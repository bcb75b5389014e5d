"""The mailbox of the embedded site."""

from django.http import Http404
from django.shortcuts import render
from django.views.decorators.http import require_safe

from committee.mailbox import is_in_use
from committee.queries.mailbox import mail_list, mail_of
from committee.views.acting import found


@require_safe
def mailbox_view(request):
    """The mails kept for the user; 404 where mails are really sent."""
    _only_where_mails_are_kept()
    q = request.GET.get("q", "")
    context = {"page": mail_list(user=request.user, q=q, number=request.GET.get("page")), "q": q}
    return render(request, "committee/mailbox.html", context)


@require_safe
def mailbox_message_view(request, mail_id):
    """One mail, as text and as HTML."""
    _only_where_mails_are_kept()
    return render(
        request, "committee/mailbox_message.html", {"mail": found(mail_of, user=request.user, mail_id=mail_id)}
    )


def _only_where_mails_are_kept():
    if not is_in_use():
        raise Http404
