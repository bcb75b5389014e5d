"""Who looked at what, for the auditor (who, when, what kind; no names of candidates) and for the party office."""

import re
from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.core.paginator import Paginator
from django.db.models import Q
from django.utils import timezone

from branches.offices import Office
from recruitment.models import AccessEntry
from recruitment.scope import scope_of

PAGE_SIZE = 100
ACTIONS = {
    "viewed": "查看",
    "exported": "导出",
    "printed": "打印",
    "downloaded": "下载",
    "read_talk": "读谈话记录",
    "emergency": "紧急查阅",
}
CODE = re.compile(r"[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}")
AUDITED_BY = (Office.AUDITOR,)
READ_BY = (Office.AUDITOR, Office.PARTY_OFFICE)


@dataclass(frozen=True, slots=True)
class Line:
    """One line of the log as the page shows it."""

    at: datetime
    who: str
    action: str
    whom: str
    what: str
    people_count: int | None
    reason: str
    address: str


def may_read_log(user):
    """True for the auditor and the party office."""
    return scope_of(user).holds(*READ_BY)


def entries_for(user):
    """Entries that ``user`` may read: the auditor all, the office those about its people and its own about nobody.

    What somebody of the office once looked at is gone from their log with the person who said no (notice R6): a name
    that is found nowhere else would tell whose no it was.
    """
    scope = scope_of(user)
    if scope.holds(*AUDITED_BY):
        return AccessEntry.objects.all()
    if scope.holds(Office.PARTY_OFFICE):
        about = Q(candidate__isnull=False) & scope.candidates("candidate__")
        return AccessEntry.objects.filter(about | Q(user_id=user.pk, candidate__isnull=True))
    return AccessEntry.objects.none()


def access_log(*, user, who="", action="", from_on=None, until_on=None, number=None):
    """A page of Lines, newest first; ``from_on`` and ``until_on`` are days, both included."""
    entries = entries_for(user).select_related("user__person", "candidate__person", "candidate__unit")
    if who:
        entries = entries.filter(Q(user__person__name__contains=who) | Q(user__username=who))
    if action in ACTIONS:
        entries = entries.filter(action=action)
    if from_on:
        entries = entries.filter(at__gte=_midnight(from_on))
    if until_on:
        entries = entries.filter(at__lt=_midnight(until_on + timedelta(days=1)))
    page = Paginator(entries, PAGE_SIZE).get_page(number)
    names = not scope_of(user).holds(*AUDITED_BY)
    page.object_list = [_line(entry, names=names) for entry in page.object_list]
    return page


def _line(entry, *, names):
    candidate = entry.candidate
    return Line(
        at=timezone.localtime(entry.at),
        who=entry.user.display_name,
        action=ACTIONS.get(entry.action, entry.action),
        whom=_whom(candidate, names=names) if candidate else "",
        what=in_words(entry.what),
        people_count=entry.people_count,
        reason=entry.reason,
        address=entry.address or "",
    )


def in_words(what):
    """What was looked at, for reading: of a code its first eight signs, which is how files are told apart as well."""
    return CODE.sub(lambda code: code.group()[:8], what)


def _whom(candidate, *, names):
    """The person's name for those who may know it; the auditor tells files apart by number and branch."""
    if names:
        return candidate.person.name
    return f"{candidate.unit.short_name} {str(candidate.code)[:8]}"


def _midnight(day):
    return timezone.make_aware(datetime.combine(day, time.min))
