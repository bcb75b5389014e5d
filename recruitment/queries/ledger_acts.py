"""The register of acts: every entry of the ledger about people within reach, the newest first."""

from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.utils import timezone

from recruitment.models import Candidate, LedgerEntry
from recruitment.queries.candidate_tabs import digest

PER_PAGE = 100
# The kinds of acts that people look for; the others are found among all.
ACTIONS = {
    "step": "办理步骤",
    "review": "考察",
    "opinion": "培养联系人意见",
    "talk": "谈心谈话",
    "situation": "特殊情形",
    "superseded": "更正",
    "imported": "导入",
    "document": "上传材料",
    "paper_noted": "登记纸质件",
}


def acts_page(*, user, filters, number):
    """One page of the entries about people whom ``user`` may see; ``filters`` is cleaned data of ActsFilter."""
    entries = LedgerEntry.objects.visible_to(user)
    if filters.get("q") or filters.get("unit"):
        people = Candidate.objects.visible_to(user)
        if filters.get("q"):
            people = people.search(filters["q"])
        if filters.get("unit"):
            people = people.filter(unit_path__startswith=filters["unit"])
        entries = entries.filter(candidate__in=people.order_by().values("pk"))
    if filters.get("action"):
        entries = entries.filter(action=filters["action"])
    if filters.get("since"):
        entries = entries.filter(recorded_at__gte=_begin_of(filters["since"]))
    if filters.get("until"):
        entries = entries.filter(recorded_at__lt=_begin_of(filters["until"] + timedelta(days=1)))
    entries = entries.select_related("candidate__person", "actor__person").order_by("-pk")
    page = Paginator(entries, PER_PAGE).get_page(number)
    page.object_list = [_line(entry) for entry in page.object_list]
    return page


def _begin_of(day):
    return timezone.make_aware(datetime.combine(day, time.min))


def _line(entry):
    return {
        "n": entry.n,
        "code": entry.candidate.code,
        "name": entry.candidate.person.name,
        "step": entry.step,
        "summary": entry.summary,
        "decided_on": entry.decided_on,
        "recorded_at": entry.recorded_at,
        "actor": entry.actor.display_name if entry.actor_id else "",
        "digest": digest(entry.hash),
    }
