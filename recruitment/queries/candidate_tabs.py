"""What the tabs of a person's page show: ledger, history of fields, readers."""

from dataclasses import dataclass
from itertools import zip_longest

from django.urls import reverse
from django.utils import timezone

from recruitment.models import AccessEntry, Candidate, LedgerEntry, Mentorship
from recruitment.queries.access_log import ACTIONS, in_words

ROWS = 200
# Derived columns say what the road says; the records themselves are in the ledger.
NO_NEWS = frozenset({"opened_at", "last_talk_on"})


@dataclass(frozen=True, slots=True)
class FieldChange:
    """One field before and after; ``restore_url`` leads to where the old value is put back, "" where it cannot be."""

    label: str
    old: str
    new: str
    restore_url: str = ""


@dataclass(frozen=True, slots=True)
class Change:
    """Who changed which fields, when and why."""

    at: object
    who: str
    text: str
    fields: tuple[FieldChange, ...]
    reason: str


def ledger_tab(candidate):
    """The candidate's entries, newest first."""
    entries = LedgerEntry.objects.filter(candidate=candidate).select_related("actor__person").order_by("-n")[:ROWS]
    return {
        "entries": [
            {
                "n": entry.n,
                "step": entry.step,
                "summary": entry.summary,
                "decided_on": entry.decided_on,
                "recorded_at": entry.recorded_at,
                "actor": entry.actor.display_name if entry.actor_id else "",
                "digest": digest(entry.hash),
            }
            for entry in entries
        ]
    }


def digest(value):
    """The first eight hex digits of a hash, in two groups."""
    text = bytes(value or b"").hex()[:8]
    return f"{text[:4]} {text[4:]}".strip()


def changes_tab(candidate, restorable=frozenset()):
    """Field by field what changed on the person's particulars, the file and its mentors, newest first.

    ``restorable`` names the particulars that the reader may put back.
    """
    found = []
    for rows, what, fields in (
        (candidate.history.select_related("history_user__person"), "档案", frozenset()),
        (candidate.person.history.select_related("history_user__person"), "基本情况", restorable),
    ):
        rows = list(rows.order_by("-history_date", "-history_id")[:ROWS])
        found += _differences(rows, what, lambda row, name, fields=fields: _restore_url(candidate, row, name, fields))
    for row in Mentorship.history.filter(candidate_id=candidate.pk).select_related(
        "history_user__person", "party_member"
    )[:ROWS]:
        verb = {"+": "指定培养联系人", "~": "更改培养联系", "-": "移除培养联系"}[row.history_type]
        found.append(
            Change(row.history_date, _who(row), f"{verb}：{row.party_member.name}", (), row.history_change_reason or "")
        )
    found.sort(key=lambda change: change.at, reverse=True)
    return {"changes": found[:ROWS]}


def _restore_url(candidate, row, attname, fields):
    name = row.instance_type._meta.get_field(attname.removesuffix("_id")).name
    return reverse("field-restore", args=[candidate.code, row.history_id, name]) if name in fields else ""


def _differences(rows, what, restore_url):
    """Changes between neighbouring history rows; ``rows`` newest first."""
    found = []
    for newer, older in zip_longest(rows, rows[1:]):
        if older is None:
            if newer.history_type == "+":
                found.append(
                    Change(newer.history_date, _who(newer), f"建立{what}", (), newer.history_change_reason or "")
                )
            continue
        fields = tuple(
            FieldChange(
                field_label(newer, name), shown_value(older, name), shown_value(newer, name), restore_url(older, name)
            )
            for name in _tracked(newer)
            if getattr(newer, name) != getattr(older, name)
        )
        if fields:
            found.append(
                Change(newer.history_date, _who(newer), f"更改{what}", fields, newer.history_change_reason or "")
            )
    return found


def _tracked(row):
    return [field.attname for field in row.tracked_fields if field.attname not in NO_NEWS and field.name != "id"]


def field_label(row, attname):
    """What a field of a history row is called."""
    field = row.instance_type._meta.get_field(attname.removesuffix("_id"))
    return str(field.verbose_name)


def shown_value(row, attname):
    """The value of a field of a history row, in words."""
    value = getattr(row, attname)
    name = attname.removesuffix("_id")
    field = row.instance_type._meta.get_field(name)
    if field.is_relation:
        related = getattr(row, name, None) if value else None
        return str(related) if related else ""
    if field.choices:
        return str(dict(field.flatchoices).get(value, value))
    if value is True or value is False:
        return "是" if value else "否"
    return "" if value is None else str(value)


def _who(row):
    return row.history_user.display_name if row.history_user else "系统"


def reads_tab(candidate):
    """Who looked, newest first."""
    rows = AccessEntry.objects.filter(candidate=candidate).select_related("user__person")[:ROWS]
    return {
        "reads": [
            {
                "at": timezone.localtime(row.at),
                "who": row.user.display_name,
                "way": ACTIONS[row.action],
                "what": in_words(row.what),
            }
            for row in rows
        ]
    }


def candidate_of(*, user, code):
    """The candidate alone, for a tab that needs no road; raises Candidate.DoesNotExist for strangers."""
    return Candidate.objects.visible_to(user).select_related("person", "unit").get(code=code)
