"""Rows judged by the rules of the road, as if what they say had been recorded in its time."""

from dataclasses import replace
from datetime import date

from recruitment import rules
from recruitment.calendar import add_months
from recruitment.facts import Facts, PersonFact, StepFact, Votes
from recruitment.imports.columns import ERROR, NOTE, Problem, Row
from recruitment.imports.fields import BY_KEY
from recruitment.imports.snapshot import Frame, Known, Member, Snapshot
from recruitment.rules.walking import walk
from recruitment.steps import step

ADULT_MONTHS = 12 * 18
# Of these steps a row in good order cannot be refused, see :func:`is_plainly_in_order`.
_PLAIN = frozenset((1, 2, 3, 4, 5))
# Local limits that can refuse one of them.
_RELEVANT = frozenset(("activist_wait", "activist_publicity"))
_VOTES = ("eligible", "present", "in_favour", "against", "abstained")
_PARTS = (
    "publicity_from_on",
    "publicity_until_on",
    "listed_on",
    "starts_on",
    "ends_on",
    "hours",
    "extended_until_on",
    "form_number",
)
_COLUMN_OF_PART = {
    "publicity_from_on": ("publicity_from_on", "target_publicity", "activist_publicity"),
    "persons": ("mentors", "mentor_1", "recommenders", "recommender_1", "talker", "approval_talker"),
}


def person_of(row: Row, known: Known | None) -> PersonFact:
    """The person as the rules see one: by the roster where it knows, else by the row."""
    if known is None:
        return PersonFact(key=f"row:{row.number}", name=row.name, birth_on=row.birth_on)
    if known.birth_on is None and row.birth_on is not None:
        return replace(known.fact, birth_on=row.birth_on)
    return known.fact


def fact_of(number: int, parts: dict, members: tuple[Member, ...] = ()) -> StepFact:
    """One step of a row as a fact; without a stated conclusion it ended the ordinary way, for it is in the ledger."""
    row = step(number)
    votes = Votes(*(parts[name] for name in _VOTES)) if "eligible" in parts else None
    return StepFact(
        step=number,
        decided_on=parts["decided_on"],
        body=row.bodies[0] if len(row.bodies) == 1 else "",
        conclusion=parts.get("conclusion", row.conclusions[0]),
        votes=votes,
        persons=tuple(member.fact_on(parts["decided_on"]) for member in members),
        **{name: parts[name] for name in _PARTS if name in parts},
    )


def is_plainly_in_order(
    row: Row, steps: list[int], known: Known | None, members: list[Member], frame: Frame, today: date
) -> bool:
    """True when no rule can refuse these steps of somebody new, found out without walking the road.

    A sufficient condition for the steps up to naming mentors, ten times cheaper than the rules; False means only that
    the rules must be asked. A test holds it against them.
    """
    if (
        not _PLAIN.issuperset(steps)
        or 1 not in steps
        or (frame.limits and _RELEVANT & {it.code for it in frame.limits})
    ):
        return False
    parts = row.steps
    applied_on = last = parts[1]["decided_on"]
    for number in (2, 3):
        if number in steps:
            day = parts[number]["decided_on"]
            if day < last:
                return False
            last = day
    latest = last
    for number in (4, 5):
        if number in steps:
            day = parts[number]["decided_on"]
            if day < last or 3 not in steps:
                return False
            latest = max(latest, day)
    birth_on = known.birth_on if known is not None and known.birth_on is not None else row.birth_on
    if latest > today or (birth_on is not None and applied_on < add_months(birth_on, ADULT_MONTHS)):
        return False
    return 5 not in steps or _may_mentor(members, row.name)


def _may_mentor(members: list[Member], name: str) -> bool:
    """One or two different full members, of another name than the person's."""
    if not 1 <= len(members) <= 2 or members[0] is members[-1] and len(members) == 2:
        return False
    return all(
        member.fact.standing == "full" and not member.fact.suspended and member.fact.name != name for member in members
    )


def judge(
    base: Facts, added: list[StepFact], row: Row, places: dict[str, int], snapshot: Snapshot, today: date
) -> list[Problem]:
    """What the rules say to ``added`` on top of ``base``: errors for what cannot count, notes for gaps and missed limits."""
    problems = [
        Problem(
            f"日期 {fact.decided_on} 在今天（{today}）之后，请核对",
            *_cell(fact.step, "decided_on", places)[:2],
            str(fact.decided_on),
        )
        for fact in added
        if fact.decided_on > today
    ]
    if problems:
        return problems
    merged = replace(base, steps=(*base.steps, *added))
    standing = walk(merged, snapshot.calendar)
    before = walk(base, snapshot.calendar).on_file if base.steps else {}
    new_from = len(base.steps)
    for place, objections in sorted(standing.on_file.items()):
        known = {objection.code for objection in before.get(place, ())}
        fact = merged.steps[place]
        for objection in objections:
            refuses = objection.voids and objection.level == rules.BLOCKED
            if place < new_from and (not refuses or objection.code in known):
                continue
            column, label, part = _cell(fact.step, objection.field or "decided_on", places)
            text = _text_of(row.steps.get(fact.step, {}), part)
            problems.append(
                Problem(objection.message, column, label, text, objection.article, ERROR if refuses else NOTE)
            )
    return problems


def _text_of(parts: dict, part: str) -> str:
    """What the row says in a column, as people read it."""
    value = parts.get(part, parts.get("decided_on", ""))
    return "、".join(value) if isinstance(value, tuple) else str(getattr(value, "label", value))


def _cell(number: int, part: str, places: dict[str, int]) -> tuple[int | None, str, str]:
    """Column and label of what an objection is about, and which part of the step stands there."""
    preferred = _COLUMN_OF_PART.get(part, ())
    keys = [key for key, meaning in BY_KEY.items() if meaning.step == number and key in places]
    for key in (*preferred, *(key for key in keys if BY_KEY[key].part == part), *keys):
        if key in keys:
            return places[key], BY_KEY[key].label, BY_KEY[key].part
    return None, step(number).name, "decided_on"
