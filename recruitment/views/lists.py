"""Pages of many people: the to-do list and the list of everybody on the road."""

from urllib.parse import urlencode

from django.shortcuts import render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_safe

from recruitment.forms.filters import CandidateFilter
from recruitment.queries import candidate_list, todo
from recruitment.queries.rights import rights_of


@require_safe
def todo_view(request):
    """What is owed, by last day."""
    page = todo.todo_page(user=request.user, today=timezone.localdate())
    return render(request, "recruitment/todo.html", todo.as_context(page))


@require_safe
def candidates_view(request):
    """The people within reach, filtered and sorted by the query string."""
    today = timezone.localdate()
    head = candidate_list.head(user=request.user, today=today)
    form = CandidateFilter(request.GET, user=request.user, units=head.units)
    filters = form.narrowed()
    sort = filters.get("sort") or "due"
    page = candidate_list.candidate_list(
        user=request.user, filters=filters, sort=sort, number=request.GET.get("page"), today=today
    )
    without_page = {key: value for key, value in request.GET.items() if key != "page" and value}
    context = {
        "today": today,
        "page": page,
        "filter_form": form,
        "filter_text": form.in_words(),
        "clear_url": reverse("candidates"),
        "export_url": f"{reverse('ledger-xlsx')}?{urlencode(without_page)}",
        "sorts": {
            "name": _sort(without_page, sort, "name"),
            "due": _sort(without_page, sort, "due"),
        },
        "identities": [
            {
                "label": label,
                "count": count,
                "current": str(filters.get("stage", "")) == value,
                "url": "?"
                + urlencode(
                    {**{k: v for k, v in without_page.items() if k != "stage"}, **({"stage": value} if value else {})}
                ),
            }
            for label, value, count in head.identities
        ],
        "scope_text": head.scope_text,
        "overdue_count": head.overdue_count,
        "show_unit": head.show_unit,
        **rights_of(request.user),
    }
    return render(request, "recruitment/candidate_list.html", context)


def _sort(query, sort, key):
    aria = {key: "ascending", f"-{key}": "descending"}.get(sort, "none")
    following = f"-{key}" if sort == key else key
    return {"aria": aria, "url": "?" + urlencode({**query, "sort": following})}
