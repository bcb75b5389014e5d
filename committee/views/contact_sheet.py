"""The contact ledger: as a wide sheet, and as a file."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.views.fresh import fresh_login
from committee.forms.contact_sheet import ContactSheetFilter
from committee.queries.contact_sheet import contact_sheet_page, contacts_file, people_at_most
from committee.rules.contact_sheet import TITLES, ContactKind, Rows
from recruitment.queries.candidate_list import head
from recruitment.queries.ledger import badge
from recruitment.queries.rights import rights_of
from recruitment.views import exports
from recruitment.views.ledger import for_insiders


@require_safe
def contact_ledger_view(request):
    """Contacts and their talks, a hundred rows to a page."""
    for_insiders(request.user)
    today = timezone.localdate()
    top = head(user=request.user, today=today)
    form = ContactSheetFilter(request.GET, units=top.units)
    asked = form.asked(today)
    sheet = contact_sheet_page(user=request.user, asked=asked, number=request.GET.get("page"))
    query = {name: value for name, value in request.GET.items() if value and name != "page"}
    context = {
        "sheet": sheet,
        "asked": asked,
        "title": TITLES[asked.kind],
        "page": sheet.page,
        "modes": _modes(),
        "shows": _shows(query, asked),
        "is_filtered": bool(set(query) - {"only"}),
        "filter_form": form,
        "chain": badge(timezone.now()),
        "updated_at": timezone.now(),
        "export_url": f"{reverse('contact-ledger-xlsx')}?{urlencode(query)}",
        "csv_url": f"{reverse('contact-ledger-csv')}?{urlencode(query)}",
        **rights_of(request.user),
    }
    return render(request, "committee/contact_sheet.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login(file_from="contact-ledger")
def contact_export_view(request, kind):
    """The contact ledger as asked for, as a file."""
    for_insiders(request.user)
    exports.for_exporters(request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    asked = ContactSheetFilter(request.GET, units=head(user=request.user, today=today).units).asked(today)
    question = exports.Question(
        subject="contacts",
        file_kind=kind,
        title=TITLES[asked.kind],
        note=f"{asked.kind.label}，截至 {asked.day:%Y-%m-%d}",
        asked=asked.stored(),
        back_url=f"{reverse('contact-ledger')}?{request.GET.urlencode()}",
    )
    at_most = people_at_most(user=request.user, asked=asked)
    return exports.answer(request, question, at_most=at_most, make=contacts_file, now=now)


def _modes():
    return [
        {"label": "按人员", "url": reverse("ledger"), "current": False},
        {"label": "按记录", "url": reverse("ledger-acts"), "current": False},
        {"label": "定向联系", "url": reverse("contact-ledger"), "current": True},
    ]


def _shows(query, asked):
    """Every talk, the last of each contact, or only where it is too long ago; of talks there is only every one."""
    if asked.kind == ContactKind.TALKS:
        return []
    rest = {name: value for name, value in query.items() if name != "only"}
    return [
        {
            "label": rows.label,
            "url": f"{reverse('contact-ledger')}?{urlencode(rest | ({'only': rows.value} if rows.value else {}))}",
            "current": asked.only == rows.value,
        }
        for rows in Rows
    ]
