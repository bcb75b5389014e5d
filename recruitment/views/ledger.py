"""The ledgers: by person, by act, of one person; and the files made of them."""

from urllib.parse import urlencode

from django.http import Http404
from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_safe

from branches.views.fresh import fresh_login
from branches.views.requests import address_of
from recruitment.actions.access import VIEWED, log_view
from recruitment.forms.ledger import ActsFilter, LedgerFilter
from recruitment.models import Candidate
from recruitment.queries.candidate_list import head
from recruitment.queries.candidate_record import candidate_record
from recruitment.queries.ledger import badge
from recruitment.queries.ledger_acts import acts_page
from recruitment.queries.ledger_files import TITLES, people_file
from recruitment.queries.rights import rights_of
from recruitment.queries.sheets import people_at_most, sheet_page, totals_in_words
from recruitment.scope import scope_of
from recruitment.sheets import DATE, PEOPLE
from recruitment.views import exports


@require_safe
def ledger_view(request):
    """A ledger as a wide sheet, a hundred people to a page."""
    for_insiders(request.user)
    today = timezone.localdate()
    top = head(user=request.user, today=today)
    form = LedgerFilter(request.GET, user=request.user, units=top.units)
    asked = form.asked(today)
    sheet = sheet_page(user=request.user, asked=asked, number=request.GET.get("page"))
    query = {name: value for name, value in request.GET.items() if value and name != "page"}
    context = {
        "mode": "people",
        "modes": _modes(query),
        "shows": _shows(query, asked),
        "sheet": sheet,
        "asked": asked,
        "is_past": not asked.is_now,
        "page": sheet.page,
        "unit_word": "人",
        "totals": totals_in_words(sheet.totals),
        "scope_text": top.scope_text,
        "filter_form": form,
        "is_filtered": bool(set(query) - {"only"}),
        "chain": badge(timezone.now()),
        "updated_at": timezone.now(),
        "export_url": f"{reverse('ledger-xlsx')}?{urlencode(query)}",
        "csv_url": f"{reverse('ledger-csv')}?{urlencode(query)}",
        **rights_of(request.user),
    }
    return render(request, "recruitment/ledger.html", context)


@require_safe
def acts_view(request):
    """The register of acts, the newest first."""
    for_insiders(request.user)
    form = ActsFilter(request.GET, units=head(user=request.user, today=timezone.localdate()).units)
    page = acts_page(user=request.user, filters=form.narrowed(), number=request.GET.get("page"))
    context = {
        "mode": "entries",
        "modes": _modes({}, entries=True),
        "page": page,
        "entries": page.object_list,
        "unit_word": "条",
        "filter_form": form,
        "is_filtered": any(request.GET.values()),
        "chain": badge(timezone.now()),
        "updated_at": timezone.now(),
    }
    return render(request, "recruitment/ledger.html", context)


@require_safe
def record_view(request, code):
    """The whole process of one person on one form, to be read and printed."""
    now = timezone.now()
    try:
        record = candidate_record(user=request.user, code=code, today=timezone.localdate(now))
    except Candidate.DoesNotExist as missing:
        raise Http404 from missing
    log_view(
        user=request.user,
        now=now,
        action=VIEWED,
        what="全程纪实表",
        address=address_of(request),
        candidate=record.candidate,
    )
    return render(request, "recruitment/candidate_record.html", {"record": record, "chain": badge(now)})


@require_http_methods(["GET", "HEAD", "POST"])
@fresh_login(file_from="ledger")
def export_view(request, kind):
    """The ledger as asked for, as a file."""
    for_insiders(request.user)
    exports.for_exporters(request.user)
    now = timezone.now()
    today = timezone.localdate(now)
    asked = LedgerFilter(request.GET, user=request.user, units=head(user=request.user, today=today).units).asked(today)
    question = exports.Question(
        subject="people",
        file_kind=kind,
        title=TITLES[asked.kind],
        note=f"{asked.kind.label}，截至 {asked.day:%Y-%m-%d}",
        asked=asked.stored(),
        back_url=f"{reverse('ledger')}?{request.GET.urlencode()}",
    )
    at_most = people_at_most(user=request.user, asked=asked)
    return exports.answer(request, question, at_most=at_most, make=people_file, now=now)


def for_insiders(user):
    """For those who can see nobody, there is no ledger."""
    if not scope_of(user).paths and not scope_of(user).candidate_ids:
        raise Http404


def _modes(query, *, entries=False):
    people = reverse("ledger") + (f"?{urlencode(query)}" if query else "")
    return [
        {"label": "按人员", "url": people, "current": not entries},
        {"label": "按记录", "url": reverse("ledger-acts"), "current": entries},
        {"label": "定向联系", "url": reverse("contact-ledger"), "current": False},
    ]


def _shows(query, asked):
    """Which columns or rows: all, dates, people, or only those who lack something."""
    rest = {name: value for name, value in query.items() if name not in ("only", "overdue")}
    overdue = bool(asked.filters.get("overdue"))
    choices = (("全部列", {}), ("仅日期", {"only": DATE}), ("仅责任人", {"only": PEOPLE}), ("仅逾期", {"overdue": "on"}))
    return [
        {
            "label": label,
            "url": f"{reverse('ledger')}?{urlencode(rest | more)}",
            "current": ("overdue" in more) == overdue and more.get("only", "") == ("" if overdue else asked.only),
        }
        for label, more in choices
    ]
