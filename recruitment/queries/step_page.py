"""What stands beside the form of a step: what must hold, what follows, and whether it can be recorded at all."""

from dataclasses import dataclass, field

from django.utils import timezone

from recruitment import rules
from recruitment.models import Candidate, LedgerEntry
from recruitment.queries.candidate_list import track_for, with_open_dues
from recruitment.queries.documents import archive_conditions
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.queries.timeline import what_is_missing
from recruitment.rules.objection import BLOCKED
from recruitment.rulesets import reading
from recruitment.stages import DueKind, ReviewKind, RoadState, Stage
from recruitment.steps import STEPS
from recruitment.steps import step as step_row

REVIEW, PROBATION, ARCHIVING = 6, 21, 25
_LATE = "仍可办理。逾期办理须写明原因，记入台账。"
_SETTLES = {ReviewKind.REVIEW: DueKind.PERIODIC_REVIEW, ReviewKind.REPORT: DueKind.REPORT}
# What forbids an act today and may not have forbidden it on an earlier day that is only now being entered.
_ONLY_TODAY = frozenset(("approval_lapsed", "reconsideration_needed", "political_review_expired", "leaving_soon"))


@dataclass
class StepPage:
    """Everything beside the form; ``gate`` is set when the rules would refuse whatever is typed today."""

    candidate: Candidate
    step: object
    law: str
    track: object
    conditions: list = field(default_factory=list)
    afterwards: list = field(default_factory=list)
    gate: dict | None = None
    late: dict | None = None
    during_probation: bool = False
    heading: str = ""
    crumb: str = ""

    def as_situation(self, label):
        """Turn the page into that of a special situation, which belongs to no step."""
        self.heading = self.crumb = label
        self.law, self.conditions, self.afterwards, self.gate, self.late = "", [], [], None, None

    def context(self, form, today, stale):
        """The names that templates/recruitment/step_form.html asks for."""
        person = self.candidate.person
        return {
            "today": today,
            "heading": self.heading or f"办理：{self.step.name}",
            "crumb": self.crumb,
            "candidate": {
                "code": self.candidate.code,
                "name": person.name,
                "title": person.title,
                "department_name": str(person.department or ""),
            },
            "step": {"number": self.step.number, "law": self.law},
            "track": self.track,
            "form": form,
            "sections": form.sections() if hasattr(form, "sections") else (),
            "has_ballot": "eligible" in form.fields,
            "conditions": self.conditions,
            "afterwards": self.afterwards,
            # what was typed is never hidden behind a gate that went up meanwhile
            "gate": None if form.is_bound else self.gate,
            "late": self.late,
            "stale": stale,
            "submit_label": "提交",
        }


def review_page(*, user, code, today, kind=ReviewKind.REVIEW):
    """The form of a half-yearly review, a report, or a check during probation; raises Candidate.DoesNotExist for strangers."""
    candidate = Candidate.objects.visible_to(user).only("stage").get(code=code)
    during_probation = candidate.stage >= Stage.PROBATIONARY_MEMBER
    page = step_page(user=user, code=code, number=PROBATION if during_probation else REVIEW, today=today)
    settled = DueKind.PROBATION_CHECK if during_probation else _SETTLES[kind]
    due = next((due for due in page.candidate.open_dues if due.kind == settled), None)
    page.during_probation = during_probation
    page.late = {"due_on": due.due_on, "text": _LATE} if due and due.due_on < today else None
    words = "预备期考察" if during_probation else {ReviewKind.REPORT: "思想汇报"}.get(kind, "半年考察")
    page.heading = f"{words}（第 {due.window} 次）" if due else words
    page.crumb = page.heading
    page.afterwards = []
    page.gate = (
        None
        if candidate.stage >= Stage.ACTIVIST
        else {"on": None, "text": "确定为入党积极分子后方可记录。", "more": ""}
    )
    return page


def what_changed(candidate):
    """Who acted last on a candidate, when and what: for somebody whose form was opened before that."""
    entry = LedgerEntry.objects.filter(candidate=candidate).select_related("actor__person").order_by("-n").first()
    if entry is None:
        return {"who": "其他人", "at": None, "changes": []}
    return {
        "who": entry.actor.display_name if entry.actor_id else "系统",
        "at": timezone.localtime(entry.recorded_at),
        "changes": [
            {"label": "最近一次办理", "theirs": f"{entry.summary} {entry.decided_on or ''}".strip(), "yours": ""}
        ],
    }


def step_page(*, user, code, number, today):
    """Step ``number`` of candidate ``code`` for ``user``; raises Candidate.DoesNotExist for strangers."""
    candidate = (
        with_open_dues(Candidate.objects.visible_to(user)).select_related("person__department", "unit").get(code=code)
    )
    facts = facts_for([candidate])[candidate.pk]
    road = rules.road(facts, today=today, calendar=calendar_in_force())
    step = step_row(number)
    forecast = road.steps[number - 1]
    page = StepPage(
        candidate=candidate,
        step=step,
        law=step.citation(reading(today)),
        track=track_for(candidate, candidate.open_dues, today),
        conditions=_conditions(step, road) + (archive_conditions(candidate) if number == ARCHIVING else []),
        afterwards=_afterwards(step, today),
    )
    refusing = [objection for objection in forecast.objections if objection.level == BLOCKED]
    if forecast.state == "blocked" and refusing and all(objection.code in _ONLY_TODAY for objection in refusing):
        page.late = {"due_on": None, "text": f"{what_is_missing(refusing)}此前已经办理的，可按当日日期补记。"}
    elif road.state == RoadState.CLOSED and forecast.state == "blocked" and not refusing:
        page.late = {"due_on": None, "text": "材料已归档。遗漏或更正的环节，可按当日日期补记。"}
    elif forecast.state == "blocked":
        page.gate = {
            "on": forecast.earliest_on if forecast.earliest_on and forecast.earliest_on > today else None,
            "text": f"办理“{step.name}”。",
            "more": what_is_missing(forecast.objections),
        }
    elif forecast.due_on and forecast.due_on < today and forecast.state == "late":
        page.late = {"due_on": forecast.due_on, "text": _LATE}
    return page


def _conditions(step, road):
    done = {row.step for row in road.steps if row.state == "done"}
    found = []
    for number in step.after:
        before = step_row(number)
        found.append(
            {
                "state": "ok" if number in done else "bad",
                "title": f"第 {number} 步　{before.name}",
                "text": "",
                "law": "",
            }
        )
    found.extend({"state": "later", "title": text, "text": "", "law": ""} for text in step.conditions)
    return found


def _afterwards(step, today):
    return [
        {
            "title": following.name,
            "text": "由党办办理" if following.owed_by == "party_office" else "",
            "law": following.citation(reading(today)),
            "is_milestone": following.is_milestone,
        }
        for following in STEPS
        if step.number in following.after
    ][:3]
