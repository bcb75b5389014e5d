"""Stricter limits of a committee: set, replaced and ended as dated rows; the dues they touch are judged anew at once."""

from django.db import transaction

from branches.offices import Office, UnitKind
from recruitment.actions.refusals import NotYours, refuse
from recruitment.actions.roads import recompute
from recruitment.models import Candidate, LocalLimitRow
from recruitment.rulesets import LOCAL_LIMITS, refuse_looser
from recruitment.scope import scope_of
from recruitment.stages import RoadState

BATCH = 500


@transaction.atomic
def set_local_limit(*, by, unit, code, value, since_on, basis, now):
    """Set the stricter limit ``code`` of committee ``unit`` to ``value`` for events from ``since_on`` on.

    ``value`` counts in the limit's own unit (LOCAL_LIMITS[code].local_unit). The setting in force before is ended, not
    changed. Refused: a looser limit than the national one, a unit that is no committee, a missing basis.
    Returns (the row, how many people's dues it touched).
    """
    _check(by, unit)
    if sentence := refuse_looser(code, value):
        refuse("looser_than_national", sentence, field="value")
    if not basis.strip():
        refuse("basis_required", "请写明依据：哪次党委会、哪份文件。", field="basis")
    current = LocalLimitRow.objects.select_for_update().filter(unit=unit, code=code, until_on__isnull=True).first()
    if current is not None:
        if current.value == value and current.since_on == since_on:
            refuse("nothing_changes", "与现行规定相同，不需更改。", field="value")
        _end(current, max(since_on, current.since_on))
    row = LocalLimitRow.objects.create(
        unit=unit, code=code, value=value, since_on=since_on, basis=basis.strip(), set_by=by, set_at=now
    )
    return row, rejudge(unit, now=now)


@transaction.atomic
def end_local_limit(*, by, unit, code, until_on, now):
    """End the setting of ``code`` in force at ``unit``: from ``until_on`` on the national limit holds alone.

    Returns how many people's dues it touched.
    """
    _check(by, unit)
    current = LocalLimitRow.objects.select_for_update().filter(unit=unit, code=code, until_on__isnull=True).first()
    if current is None:
        refuse("no_such_limit", "这一项没有本单位规定。")
    _end(current, max(until_on, current.since_on))
    return rejudge(unit, now=now)


def _check(by, unit):
    if unit.kind != UnitKind.COMMITTEE or Office.PARTY_OFFICE not in scope_of(by).offices_over(unit.path):
        raise NotYours


def _end(row, until_on):
    row.until_on = until_on
    row.save()


def rejudge(unit, *, now):
    """Recompute the dues of everybody on the road under ``unit`` (None: everywhere); returns how many people's changed."""
    people = Candidate.objects.filter(state=RoadState.ACTIVE).order_by("pk")
    if unit is not None:
        people = people.filter(unit_path__startswith=unit.path)
    touched, last = 0, 0
    while batch := list(people.filter(pk__gt=last).select_related("person", "unit")[:BATCH]):
        touched += len(recompute(batch, now=now))
        last = batch[-1].pk
    return touched


def limit_choices():
    """Limits a committee may tighten: (code, title with its unit)."""
    return [(code, f"{limit.title}（{limit.local_unit.label}）") for code, limit in LOCAL_LIMITS.items()]
