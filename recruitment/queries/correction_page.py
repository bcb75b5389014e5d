"""Before a record is superseded: what it says and what rests on it."""

from dataclasses import dataclass

from recruitment import rules
from recruitment.models import FACT_KINDS, Candidate
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.steps import step as step_row


@dataclass
class CorrectionPage:
    """The record, its title, and the objections that other records would meet without it."""

    candidate: Candidate
    record: object
    title: str
    law: str
    on: object
    consequences: tuple

    def context(self, form, today, stale):
        """The names that templates/recruitment/correction_form.html asks for."""
        return {
            "today": today,
            "candidate": {"code": self.candidate.code, "name": self.candidate.person.name},
            "record": {"title": self.title, "on": self.on, "law": self.law, "by": self.record.recorded_by.display_name},
            "consequences": self.consequences,
            "form": form,
            "stale": stale,
        }


def correction_page(*, user, code, kind, record, today):
    """The standing record ``record`` of ``kind``; raises Candidate.DoesNotExist or LookupError when it is not to be seen."""
    candidate = Candidate.objects.visible_to(user).select_related("person", "unit").get(code=code)
    row = (
        FACT_KINDS[kind]
        .objects.standing()
        .filter(candidate=candidate, code=record)
        .select_related("recorded_by__person")
        .first()
    )
    if row is None:
        raise LookupError(record)
    facts = facts_for([candidate])[candidate.pk]
    consequences = tuple(
        {
            "title": f"第 {judged.record.step} 步　{step_row(judged.record.step).name}",
            "text": "".join(objection.message for objection in judged.objections),
        }
        for judged in rules.objections_after(facts, str(row.code), today=today, calendar=calendar_in_force())
    )
    return CorrectionPage(
        candidate=candidate,
        record=row,
        title=step_row(row.step).name if kind == "step" else "考察" if kind == "review" else row.get_kind_display(),
        law=step_row(row.step).citation("2026") if kind == "step" else "",
        on=getattr(row, "decided_on", None) or getattr(row, "reviewed_on", None) or getattr(row, "on", None),
        consequences=consequences,
    )
