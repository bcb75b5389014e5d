"""逐环节沟通: what office and branch wrote about each step of a key candidate (notice R7)."""

from dataclasses import dataclass
from datetime import date

from branches.offices import BRANCH_OFFICES, Office
from committee.models import Consultation
from recruitment.models import Candidate, Due
from recruitment.rules.exchange import CONFIRMATION, GUIDANCE, step_of
from recruitment.scope import scope_of
from recruitment.steps import step as step_row


@dataclass(frozen=True, slots=True)
class Contribution:
    """One contribution."""

    kind: str
    who: str
    at: object
    text: str
    papers: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class StepExchange:
    """One step with what was written about it and what the office still owes."""

    number: int
    title: str
    contributions: tuple[Contribution, ...]
    owed: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class ExchangePage:
    """The exchange about one person."""

    candidate: Candidate
    steps: tuple[StepExchange, ...]
    is_office: bool
    is_branch: bool
    years: tuple[int, ...]


def exchange_page(*, user, code, today):
    """The exchange about candidate ``code``; raises Candidate.DoesNotExist for strangers; branch and office only."""
    candidate = Candidate.objects.visible_to(user).select_related("person", "unit").get(code=code)
    offices = scope_of(user).offices_over(candidate.unit_path)
    is_office, is_branch = Office.PARTY_OFFICE in offices, bool(set(BRANCH_OFFICES) & offices)
    if not (is_office or is_branch):
        raise Candidate.DoesNotExist
    written = {}
    for row in Consultation.objects.filter(candidate=candidate).select_related("written_by__person"):
        written.setdefault(row.step, []).append(_contribution(row))
    owed = {
        step_of(due.key): due
        for due in Due.objects.open().filter(candidate=candidate, kind__in=(GUIDANCE, CONFIRMATION))
    }
    return ExchangePage(
        candidate=candidate,
        steps=tuple(_step(number, written.get(number, ()), owed.get(number)) for number in sorted({*written, *owed})),
        is_office=is_office,
        is_branch=is_branch,
        years=(today.year, today.year + 1),
    )


def _step(number, contributions, due):
    return StepExchange(
        number=number,
        title=step_row(number).name,
        contributions=tuple(contributions),
        owed=due.title.partition("：")[0] if due else "",
        due_on=due.due_on if due and due.is_binding else None,
    )


def _contribution(row):
    titles = {paper.code: paper.title for paper in step_row(row.step).papers}
    return Contribution(
        kind=row.get_kind_display(),
        who=row.written_by.display_name,
        at=row.written_at,
        text=row.text,
        papers=tuple(titles[code] for code in row.papers if code in titles),
    )


def united_front_due(*, user, due_id):
    """The due to consult about somebody on the path of a democratic party; raises Due.DoesNotExist."""
    due = (
        Due.objects.visible_to(user)
        .open()
        .select_related("candidate__person", "candidate__unit")
        .get(pk=due_id, kind="other_party_consultation")
    )
    if Office.PARTY_OFFICE not in scope_of(user).offices_over(due.unit_path):
        raise Due.DoesNotExist
    return due
