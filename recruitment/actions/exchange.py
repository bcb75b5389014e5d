"""Key candidates of the year: before each step of the branch the office guides, after it the office confirms (notice R7)."""

from datetime import timedelta

from django.utils import timezone

from branches.offices import Office
from recruitment.actions.dues import open_due, settle_due
from recruitment.models import Due
from recruitment.rules.exchange import ARTICLE, CONFIRMATION, GUIDANCE, WITHIN_DAYS, key_of, step_of
from recruitment.stages import RoadState
from recruitment.steps import step as step_row


def owe_exchange(candidate, road, *, now):
    """Bring what the office owes a key candidate in line with ``road``; part of the transaction of whatever changed it.

    Guidance is owed once for each step of the branch that may be taken next, within a week; confirmation within a week
    of the record of a step that was to be guided.
    """
    today = timezone.localdate(now)
    known = {due.key: due for due in Due.objects.filter(candidate=candidate, kind__in=(GUIDANCE, CONFIRMATION))}
    if candidate.state != RoadState.ACTIVE or candidate.key_year is None:
        for due in known.values():
            if due.settled_at is None:
                settle_due(candidate=candidate, key=due.key, settled_on=today, now=now, done=False)
        return
    for due in known.values():
        number = step_of(due.key)
        if due.kind == GUIDANCE and candidate.has_done(number):
            if due.settled_at is None:
                settle_due(candidate=candidate, key=due.key, settled_on=today, now=now, done=False)
            if key_of(CONFIRMATION, number) not in known:
                _open(candidate, CONFIRMATION, number, due_on=today + timedelta(days=WITHIN_DAYS), now=now)
    for number in road.next_steps:
        if step_row(number).owed_by != Office.PARTY_OFFICE and key_of(GUIDANCE, number) not in known:
            _open(candidate, GUIDANCE, number, due_on=today + timedelta(days=WITHIN_DAYS), now=now)


def _open(candidate, kind, number, *, due_on, now):
    words = {GUIDANCE: "办前指导和材料核对", CONFIRMATION: "办后确认"}[kind]
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=kind,
        key=key_of(kind, number),
        title=f"{words}：{step_row(number).name}",
        article=ARTICLE,
        opens_on=timezone.localdate(now),
        due_on=due_on,
        owed_by=Office.PARTY_OFFICE,
        now=now,
    )
