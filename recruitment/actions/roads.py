"""After every act the road is judged anew: stage, state and dues follow from the facts, in the same transaction."""

from dataclasses import dataclass, field

from django.db import IntegrityError, transaction
from django.utils import timezone

from recruitment import rules
from recruitment.actions.exchange import owe_exchange
from recruitment.actions.standing import follow_on_roster
from recruitment.models import Candidate, Due
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.stages import DueKind, RoadState
from recruitment.steps import LAST_STEP

# Dues of the road carry keys that begin so; all others belong to the verbs that opened them.
ROAD = "road:"

PAPER_KINDS = (DueKind.PAPERS, DueKind.ARCHIVE_PAPERS)

DUE_FIELDS = ("kind", "step", "window", "title", "article", "opens_on", "due_on", "owed_by", "is_provisional", "is_binding")
SETTLED_FIELDS = ("settled_at", "settled_on", "was_done")
ROAD_FIELDS = (
    "stage",
    "state",
    "steps_done",
    "last_step",
    "applied_on",
    "activist_on",
    "target_on",
    "probation_from_on",
    "probation_ends_on",
)


@dataclass
class Difference:
    """What recomputing one candidate's dues changes: dues to open, to change, to settle."""

    opened: list[Due] = field(default_factory=list)
    changed: list[Due] = field(default_factory=list)
    settled: list[Due] = field(default_factory=list)

    def __bool__(self):
        return bool(self.opened or self.changed or self.settled)


def locked(*, user, code):
    """The candidate ``code`` within reach of ``user``, locked for the rest of the transaction.

    Raises Candidate.DoesNotExist for strangers and for codes that are nobody's, alike.
    """
    candidate = (
        Candidate.objects.visible_to(user)
        .select_for_update(of=("self",))
        .select_related("person", "unit")
        .get(code=code)
    )
    return candidate


def apply_road(candidate, road):
    """Copy what the road says onto the candidate's columns; returns the names of those that changed."""
    done = {row.step: row for row in road.steps if row.state == "done"}
    values = {
        "stage": road.stage,
        "state": candidate.state if candidate.state == RoadState.DECLINED else road.state,
        "steps_done": sum(1 << (step - 1) for step in done),
        "last_step": max(done, default=0),
        "applied_on": done[1].decided_on if 1 in done else None,
        "activist_on": road.activist_on,
        "target_on": road.listed_on,
        "probation_from_on": road.probation_from_on,
        "probation_ends_on": road.probation_ends_on,
    }
    changed = [name for name in ROAD_FIELDS if getattr(candidate, name) != values[name]]
    for name in changed:
        setattr(candidate, name, values[name])
    return changed


def difference(candidate, open_dues, owed, *, now):
    """Compare the open dues of the road with those owed (DueFacts); nothing is written."""
    result = Difference()
    by_key = {due.key: due for due in open_dues}
    stopped = candidate.state != RoadState.ACTIVE
    for fact in () if stopped else owed:
        key = f"{ROAD}{fact.key}"
        values = {
            "kind": fact.kind,
            "step": fact.step or None,
            "window": fact.window,
            "title": fact.title,
            "article": fact.article,
            "opens_on": fact.opens_on,
            "due_on": fact.due_on,
            "owed_by": fact.owed_by,
            "is_provisional": fact.provisional,
            "is_binding": fact.binding,
        }
        due = by_key.pop(key, None)
        if due is None:
            result.opened.append(
                Due(
                    candidate=candidate,
                    unit_id=candidate.unit_id,
                    unit_path=candidate.unit_path,
                    key=key,
                    opened_at=now,
                    **values,
                )
            )
        elif any(getattr(due, name) != values[name] for name in DUE_FIELDS) or due.unit_id != candidate.unit_id:
            for name in DUE_FIELDS:
                setattr(due, name, values[name])
            due.unit_id, due.unit_path = candidate.unit_id, candidate.unit_path
            result.changed.append(due)
    result.settled.extend(by_key.values())
    return result


def write(result, *, now, settled_on, done_steps=(), done_kinds=()):
    """Write a :class:`Difference`; a settled due counts as done by its step among ``done_steps`` or its kind in ``done_kinds``."""
    if result.opened:
        Due.objects.bulk_create(result.opened)
    if result.changed:
        Due.objects.bulk_update(result.changed, [*DUE_FIELDS, "unit", "unit_path"])
    if result.settled:
        for due in result.settled:
            was_done = due.step in done_steps or due.kind in done_kinds
            due.settled_at, due.settled_on, due.was_done = now, settled_on, was_done
        Due.objects.bulk_update(result.settled, SETTLED_FIELDS)


def settle(candidate, *, now, facts=None, settled_on=None, done_steps=(), reason="", calendar=None):
    """Judge the road of a locked candidate anew and bring its columns and dues in line with the facts.

    ``now`` is the instant of the act, ``settled_on`` the legal date it bears, ``done_steps`` the steps just recorded,
    ``reason`` goes to the history. Returns the Road. Part of the caller's transaction.
    """
    today = timezone.localdate(now)
    if facts is None:
        facts = facts_for([candidate])[candidate.pk]
    road = rules.road(facts, today=today, calendar=calendar or calendar_in_force())
    stage_before = candidate.stage
    apply_road(candidate, road)
    follow_on_roster(candidate, road, stage_before=stage_before, reason=reason)
    candidate.version += 1
    candidate._change_reason = reason[:100]
    candidate.save()
    open_dues = Due.objects.open().filter(candidate=candidate, key__startswith=ROAD)
    write(
        difference(candidate, open_dues, road.dues, now=now),
        now=now,
        settled_on=settled_on or today,
        done_steps=done_steps,
        done_kinds=PAPER_KINDS if LAST_STEP in done_steps else (),
    )
    if candidate.key_year:
        owe_exchange(candidate, road, now=now)
    return road


def follow_papers(candidate, *, now):
    """Bring what a locked candidate's branch owes in papers in line with those on file; nothing else of the road changes.

    Part of the transaction that attached, noted or withdrew one. A form that somebody has open meanwhile stays good.
    """
    today = timezone.localdate(now)
    facts = facts_for([candidate])[candidate.pk]
    road = rules.road_on_record(facts, today=today, calendar=calendar_in_force())
    open_dues = Due.objects.open().filter(candidate=candidate, kind__in=PAPER_KINDS)
    owed = [due for due in road.dues if due.kind in PAPER_KINDS]
    write(difference(candidate, open_dues, owed, now=now), now=now, settled_on=today, done_kinds=PAPER_KINDS)


def stop(candidate, *, now, settled_on):
    """Void every open due of a candidate whose road has ended: no reminder may follow."""
    Due.objects.open().filter(candidate=candidate).update(settled_at=now, settled_on=settled_on, was_done=False)


def recompute(candidates, *, now, dry_run=False):
    """Bring the dues of a batch of candidates in line with their facts; returns {candidate id: Difference}.

    Used by the nightly check and the commands: for a consistent database every difference is empty.
    """
    candidates = list(candidates)
    today = timezone.localdate(now)
    calendar = calendar_in_force()
    open_dues = {candidate.pk: [] for candidate in candidates}
    for due in Due.objects.open().filter(candidate__in=candidates, key__startswith=ROAD):
        open_dues[due.candidate_id].append(due)
    found = {}
    total = Difference()
    by_pk = {candidate.pk: candidate for candidate in candidates}
    for pk, facts in facts_for(candidates).items():
        candidate = by_pk[pk]
        result = difference(candidate, open_dues[pk], rules.road(facts, today=today, calendar=calendar).dues, now=now)
        if result:
            found[pk] = result
            total.opened += result.opened
            total.changed += result.changed
            total.settled += result.settled
    if total and not dry_run:
        try:
            with transaction.atomic():
                write(total, now=now, settled_on=today)
        except IntegrityError:
            # a verb opened the same due meanwhile; it is already right
            return {}
    return found
