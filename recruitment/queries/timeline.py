"""The tab 过程纪实: what is on record of each step, what it waits for, and what else happened."""

import re

from django.urls import reverse

from recruitment.links import link_to
from recruitment.rulesets import reading
from recruitment.stages import Body, RoadState, SituationKind
from recruitment.steps import GROUPS, STEPS
from recruitment.steps import step as step_row

PREREQUISITE = "prerequisite_missing"
OFFICE = "office"
CULTIVATION, PROBATION = 6, 21
REVIEWED = (CULTIVATION, PROBATION)


def timeline_of(code, facts, road, dues, today, *, user, may_branch, may_office):
    """(stages so far with their steps, stages to come folded) for the tab 过程纪实."""
    records = {}
    for fact in facts.steps:
        records.setdefault(fact.step, []).append(fact)
    reached = max(
        (row.step for row in road.steps if row.state == "done" or row.state in ("allowed", "late")), default=1
    )
    shown_groups = [group for group in GROUPS if group.number <= step_row(min(reached + 1, 25)).group]
    timeline = []
    for group in shown_groups:
        steps = [row for row in road.steps if step_row(row.step).group == group.number]
        timeline.append(
            {
                "number": group.numeral,
                "name": group.name,
                "period": _period(steps),
                "steps": [
                    _timeline_step(
                        row, records.get(row.step, []), facts, road, dues, today, may_branch, may_office, code, user
                    )
                    for row in steps
                ],
            }
        )
    if timeline:
        timeline[-1]["steps"][-1]["is_last"] = True
    if facts.situations:
        timeline.append(
            {"number": "", "name": "特殊情形", "period": "", "steps": situations_of(facts, code, may=may_branch)}
        )
    rest = [group for group in GROUPS if group not in shown_groups]
    ahead = None
    if rest:
        ahead = {
            "title": "，".join(f"{group.numeral}　{group.name}" for group in rest),
            "steps": [
                {
                    "number": step.number,
                    "title": step.name,
                    "law": step.citation(reading(today)),
                    "is_milestone": step.is_milestone,
                }
                for step in STEPS
                if step.group > len(shown_groups)
            ],
        }
    return timeline, ahead


def _timeline_step(row, records, facts, road, dues, today, may_branch, may_office, code, user):
    step = step_row(row.step)
    own = [due for due in dues if due.step == row.step]
    late = any(due.is_overdue(today) for due in own)
    state = (
        "overdue"
        if late
        else "done"
        if row.state == "done"
        else "current"
        if row.state in ("allowed", "late")
        else "todo"
    )
    office = step.recorded_by == OFFICE
    may = may_office if office else may_branch
    gate = None
    if row is next((r for r in road.steps if r.state == "blocked"), None) and waits_for_a_day(row, today):
        gate = {"on": row.earliest_on, "text": f"办理“{step.name}”。", "more": what_is_missing(row.objections)}
    return {
        "number": row.step,
        "title": step.name,
        "law": step.citation(reading(row.decided_on or today)),
        "state": state,
        "is_milestone": step.is_milestone,
        "is_last": False,
        "on": row.decided_on,
        "until_on": None,
        "note": records[0].body and _body_label(records[-1].body) if records else "",
        "facts": [sentence for record in records for sentence in sentences(record)]
        + _review_sentences(row.step, facts),
        "late_text": next((f"原因：{record.late_reason}" for record in records if record.late_reason), ""),
        "files": [],
        "dues": [
            {
                "title": due.title,
                "due_on": due.due_on if due.is_binding else None,
                "waiting": office and not may_office,
                "text": "",
                "action_url": link_to(due) if may_settle(due, user, may) and due.opens_on <= today else "",
                "action_label": "办理",
                "files": [],
            }
            for due in own
        ],
        "meter": _meter(row, road, today),
        "checks": [],
        "gate": gate,
        "hint": "" if row.state == "done" else "；".join(step.conditions[:2]),
        "corrections": corrections_of(row.step, records, facts, code) if may else [],
        # a file that is closed has no next step, but what was left out or superseded may still be entered
        "refill_url": reverse("step-record", args=[code, row.step])
        if may and road.state == RoadState.CLOSED and row.state != "done"
        else "",
    }


def may_settle(due, user, by_post):
    """Whether ``user`` may settle ``due``: the one who owes it in person, else whoever may by post."""
    return by_post if due.owed_by_person_id is None else due.owed_by_person_id == user.person_id


def waits_for_a_day(row, today):
    """True when a blocked step waits for a day rather than for other steps only."""
    return bool(row.earliest_on and row.earliest_on > today and any(o.code != PREREQUISITE for o in row.objections))


def what_is_missing(objections):
    """Objections in one sentence each; steps that must come first are named together."""
    first = [objection for objection in objections if objection.code == PREREQUISITE]
    found = [objection.message for objection in objections if objection.code != PREREQUISITE]
    if first:
        numbers = "、".join(
            dict.fromkeys(number for o in first for number in re.findall(r"第 (\d+) 步", o.message)[:1])
        )
        found.append(f"须先办理第 {numbers} 步。")
    return "".join(found)


def _period(rows):
    days = [row.decided_on for row in rows if row.decided_on]
    if not days:
        return "未开始"
    if all(row.state == "done" for row in rows):
        return f"{min(days)} 至 {max(days)}"
    return f"{min(days)} 起"


def corrections_of(step, records, facts, code):
    """Links by which the records of one step can be superseded."""
    found = [("step", record.id, "") for record in records]
    if step in REVIEWED:
        found += [
            ("review", review.id, f"第 {review.window} 次考察")
            for review in facts.reviews
            if review.during_probation == (step == PROBATION)
        ]
    many = len(found) > 1
    return [
        {"label": label if many else "", "url": reverse("record-correct", args=[code, kind, key])}
        for kind, key, label in found
    ]


def situations_of(facts, code, *, may):
    """Special situations as a stage of their own at the end of the timeline."""
    return [
        {
            "number": "",
            "title": SituationKind(fact.kind).label,
            "law": "",
            "state": "done",
            "is_last": fact is facts.situations[-1],
            "on": fact.on,
            "note": fact.decided_by,
            "facts": [text for text in (fact.unit.name if fact.unit else "", fact.recognised_by) if text],
            "corrections": [{"label": "", "url": reverse("record-correct", args=[code, "situation", fact.id])}]
            if may
            else [],
        }
        for fact in sorted(facts.situations, key=lambda fact: fact.on)
    ]


def _body_label(body):
    return Body(body).label if body in Body.values else body


def _meter(row, road, today):
    if row.step != CULTIVATION or row.state == "done" or not road.cultivation_from_on:
        return None
    days = (today - road.cultivation_from_on).days
    return {"label": "培养教育", "text": f"{days} / 365 天", "percent": min(100, round(days / 365 * 100))}


def _review_sentences(step, facts):
    if step not in REVIEWED:
        return []
    during = step == PROBATION
    return [
        f"第 {review.window} 次考察　{review.reviewed_on}"
        for review in sorted(facts.reviews, key=lambda review: review.reviewed_on)
        if review.during_probation == during
    ]


def sentences(record):
    """What a recorded step says, in one or two plain sentences."""
    found = []
    if record.persons:
        found.append("、".join(f"{person.name}" for person in record.persons))
    if record.votes:
        votes = record.votes
        found.append(
            f"应到 {votes.eligible} 人，实到 {votes.present} 人，赞成 {votes.in_favour} 票，"
            f"反对 {votes.against} 票，弃权 {votes.abstained} 票。"
        )
    if record.publicity_from_on:
        found.append(f"公示 {record.publicity_from_on} 至 {record.publicity_until_on or '—'}。")
    if record.hours or record.days:
        found.append(f"集中培训 {record.days or '—'} 天、{record.hours or '—'} 学时。")
    if record.form_number:
        found.append(f"入党志愿书编号 {record.form_number}。")
    if record.exception_reason:
        found.append(f"例外：{record.exception_reason}")
    return found
