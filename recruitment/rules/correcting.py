"""What a correction does to the road: which other records no longer hold once one is superseded."""

from dataclasses import dataclass, replace
from datetime import date

from recruitment.calendar import Calendar
from recruitment.facts import Facts, StepFact
from recruitment.rules.objection import Objection
from recruitment.rules.walking import still_to_come, walk


@dataclass(frozen=True, slots=True)
class Judgement:
    """A record on file and what the rules hold against it as it stands."""

    record: StepFact
    objections: tuple[Objection, ...]


def rejudge(facts: Facts, *, today: date, calendar: Calendar) -> tuple[Judgement, ...]:
    """Every recorded step in the order of its date with the objections to it: by what stood on file before it.

    An empty list of objections means that the record holds; one dated after ``today`` counts for nothing yet.
    """
    standing = walk(facts, calendar, until=today)
    judged = []
    for place, fact in enumerate(facts.steps):
        found = standing.on_file.get(place, ()) if fact.decided_on <= today else (still_to_come(fact, today),)
        judged.append(Judgement(fact, tuple(found)))
    judged.sort(key=lambda row: (row.record.decided_on, row.record.step))
    return tuple(judged)


def objections_after(facts: Facts, removed_id: str, *, today: date, calendar: Calendar) -> tuple[Judgement, ...]:
    """The records that would lose their ground if the step, review or situation ``removed_id`` were superseded.

    Only objections that the removal brings are listed. KeyError when nothing on file bears that id.
    """
    after = without(facts, removed_id)
    before = {row.record: row.objections for row in rejudge(facts, today=today, calendar=calendar)}
    found = []
    for row in rejudge(after, today=today, calendar=calendar):
        known = {objection.code for objection in before.get(row.record, ())}
        fresh = tuple(objection for objection in row.objections if objection.code not in known)
        if fresh:
            found.append(Judgement(row.record, fresh))
    return tuple(found)


def without(facts: Facts, removed_id: str) -> Facts:
    """The facts as if the record ``removed_id`` had never been made; KeyError when nothing bears that id."""
    for name in ("steps", "reviews", "situations"):
        rows = getattr(facts, name)
        kept = tuple(row for row in rows if not removed_id or row.id != removed_id)
        if len(kept) < len(rows):
            return replace(facts, **{name: kept})
    raise KeyError(removed_id)
