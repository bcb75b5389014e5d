"""Roads written as JSON in the documented format (docs/road.md): fields are added, none is renamed or removed."""

from dataclasses import replace
from datetime import date

from recruitment import rules
from recruitment.facts_json import FORMAT, Question
from recruitment.rulesets import RULE_SETS
from recruitment.steps import step


def answer(question: Question, *, today: date) -> dict:
    """The road of a question on ``today`` as JSON values, with what is held against each record and each proposal."""
    facts, calendar = question.facts, question.calendar
    written = road_as_json(rules.road(facts, today=today, calendar=calendar), today=today)
    places = {id(fact): place for place, fact in enumerate(facts.steps)}
    written["records"] = [
        {
            "index": places[id(row.record)],
            "step": row.record.step,
            "decided_on": row.record.decided_on.isoformat(),
            "counts": not any(objection.voids for objection in row.objections),
            "objections": objections_as_json(row.objections),
        }
        for row in rules.rejudge(facts, today=today, calendar=calendar)
    ]
    written["reviews"] = [
        {"index": place, "objections": objections_as_json(found)}
        for place, found in _judged(facts, "reviews", today, calendar)
    ]
    written["situations"] = [
        {"index": place, "objections": objections_as_json(found)}
        for place, found in _judged(facts, "situations", today, calendar)
    ]
    written["proposals"] = {
        "steps": [_judgement(rules.objections(facts, fact, today=today, calendar=calendar)) for fact in question.steps],
        "reviews": [
            _judgement(rules.review_objections(facts, fact, today=today, calendar=calendar))
            for fact in question.reviews
        ],
        "situations": [
            _judgement(rules.situation_objections(facts, fact, today=today, calendar=calendar))
            for fact in question.situations
        ],
    }
    return written


def _judged(facts, name, today, calendar):
    """Each review or situation on file, judged as if it were proposed to what else is on file."""
    judge = {"reviews": rules.review_objections, "situations": rules.situation_objections}[name]
    rows = getattr(facts, name)
    for place, fact in enumerate(rows):
        others = replace(facts, **{name: rows[:place] + rows[place + 1 :]})
        yield place, judge(others, fact, today=today, calendar=calendar)


def _judgement(found) -> dict:
    return {"allowed": not found, "objections": objections_as_json(found)}


def objections_as_json(found) -> list[dict]:
    return [
        {
            "code": objection.code,
            "level": str(objection.level),
            "message": objection.message,
            "article": objection.article,
            "holds_until": _iso(objection.holds_until),
            "field": objection.field,
        }
        for objection in found
    ]


def road_as_json(road: rules.Road, *, today: date) -> dict:
    """A road as JSON values in the documented format."""
    return {
        "format": FORMAT,
        "today": today.isoformat(),
        "stage": {"code": int(road.stage), "label": road.stage.label},
        "state": {"code": road.state.value, "label": road.state.label},
        "stopped_on": _iso(road.stopped_on),
        "restarted_on": _iso(road.restarted_on),
        "activist_on": _iso(road.activist_on),
        "cultivation_from_on": _iso(road.cultivation_from_on),
        "cultivation_full_on": _iso(road.cultivation_full_on),
        "listed_on": _iso(road.listed_on),
        "probation_from_on": _iso(road.probation_from_on),
        "probation_ends_on": _iso(road.probation_ends_on),
        "is_extended": road.is_extended,
        "party_standing_from_on": _iso(road.party_standing_from_on),
        "next_steps": list(road.next_steps),
        "late_steps": list(road.late_steps),
        "steps": [_step_as_json(row) for row in road.steps],
        "dues": [_due_as_json(due) for due in road.dues],
    }


def _step_as_json(row: rules.StepForecast) -> dict:
    official = step(row.step)
    return {
        "step": row.step,
        "name": official.name,
        "state": row.state,
        "earliest_on": _iso(row.earliest_on),
        "completes_on": _iso(row.completes_on),
        "due_on": _iso(row.due_on),
        "binding": row.binding,
        "latest_on": _iso(row.latest_on),
        "planned_on": _iso(row.planned_on),
        "decided_on": _iso(row.decided_on),
        "provisional": row.provisional,
        "late": row.late,
        "gap": row.gap,
        "articles": {code: official.citation(code) for code in RULE_SETS},
        "objections": objections_as_json(row.objections),
    }


def _due_as_json(due: rules.DueFact) -> dict:
    return {
        "key": due.key,
        "kind": due.kind.value,
        "title": due.title,
        "step": due.step,
        "window": due.window,
        "opens_on": due.opens_on.isoformat(),
        "due_on": due.due_on.isoformat(),
        "binding": due.binding,
        "owed_by": due.owed_by.value,
        "article": due.article,
        "provisional": due.provisional,
    }


def _iso(day: date | None) -> str | None:
    return day.isoformat() if day else None
