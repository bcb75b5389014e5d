"""Problems raised in talks: what is open and with whom, for those within reach and for liaisons."""

from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import F
from django.urls import reverse

from branches.offices import BRANCH_OFFICES, Office
from committee.models import Problem, Solver
from recruitment.models import Due
from recruitment.scope import scope_of

PER_PAGE = 50
# Kinds of dues that lead to a problem; their keys end in ":" and its number.
KIND = "problem"
FORWARDED = "problem_forwarded"


@dataclass(frozen=True, slots=True)
class ProblemRow:
    """One problem. ``url`` leads to the form of the answer, ``forward_url`` to handing it on; "" where it may not."""

    code: object
    candidate_code: object
    name: str
    title: str
    note: str
    due_on: date | None
    answer: str
    answered_on: date | None
    url: str
    forward_url: str


def problem_list(*, user, answered, number):
    """A page of problems within reach: the open ones by last day, or the answered ones, newest first."""
    problems = Problem.objects.visible_to(user).select_related("candidate__person", "candidate__unit")
    problems = (
        problems.filter(answered_on__isnull=False).order_by("-answered_on", "-pk")
        if answered
        else problems.open().order_by(F("due_on").asc(nulls_last=True), "pk")
    )
    page = Paginator(problems, PER_PAGE).get_page(number)
    page.object_list = [row_of(problem, user) for problem in page.object_list]
    return page


def row_of(problem, user):
    """A loaded problem as a row."""
    is_office = Office.PARTY_OFFICE in scope_of(user).offices_over(problem.candidate.unit_path)
    is_open = problem.answered_on is None
    may_forward = is_open and is_office and problem.solver in (Solver.HR, Solver.DEPARTMENT)
    return ProblemRow(
        code=problem.code,
        candidate_code=problem.candidate.code,
        name=problem.candidate.person.name,
        title=problem.summary,
        note=note_of(problem),
        due_on=problem.due_on,
        answer=problem.answer,
        answered_on=problem.answered_on,
        url=reverse("problem-answer", args=[problem.code]) if is_open and _acts_for(user, problem) else "",
        forward_url=reverse("problem-forward", args=[problem.code]) if may_forward else "",
    )


def note_of(problem):
    """When it was raised, who solves it and until when, in words."""
    words = [f"{problem.raised_on} 提出", f"{problem.get_solver_display()}办理"]
    if problem.forwarded_on:
        words.append(f"{problem.forwarded_on} 已转办")
    if problem.due_on:
        words.append(f"答复期限 {problem.due_on}")
    return "，".join(words)


def handed_on(*, user):
    """What the office handed on to the user's post, open first: its words, the person's name, the last day."""
    problems = Problem.objects.forwarded_to(user).select_related("candidate__person__department")
    problems = problems.order_by(F("answered_on").asc(nulls_first=True), "due_on", "pk")[:PER_PAGE]
    return [
        ProblemRow(
            code=problem.code,
            candidate_code="",
            name=problem.candidate.person.name,
            title=problem.forwarded_text,
            note=f"{problem.forwarded_on} 党办转来",
            due_on=problem.due_on,
            answer=problem.answer,
            answered_on=problem.answered_on,
            url=reverse("problem-answer", args=[problem.code]) if problem.answered_on is None else "",
            forward_url="",
        )
        for problem in problems
    ]


def problem_to_answer(*, user, code):
    """(problem, the words this user may see, whether as a liaison); raises Problem.DoesNotExist for strangers."""
    handed = Problem.objects.forwarded_to(user).filter(code=code).select_related("candidate__person").first()
    seen = (
        Problem.objects.visible_to(user)
        .filter(code=code)
        .select_related("candidate__person", "candidate__unit")
        .first()
    )
    if seen is not None:
        return seen, seen.summary, False
    if handed is not None:
        return handed, handed.forwarded_text, True
    raise Problem.DoesNotExist


def may_answer(user, problem):
    """True for the office and branch over the person, for whoever raised it, and for the liaison it went to."""
    if Problem.objects.forwarded_to(user).filter(pk=problem.pk).exists():
        return True
    return Problem.objects.visible_to(user).filter(pk=problem.pk).exists() and _acts_for(user, problem)


def _acts_for(user, problem):
    offices = scope_of(user).offices_over(problem.candidate.unit_path)
    return bool({*BRANCH_OFFICES, Office.PARTY_OFFICE} & offices) or problem.recorded_by_id == user.pk


def problem_of_due(*, user, due_id):
    """The code of the problem that the due ``due_id`` is about; raises Due.DoesNotExist or Problem.DoesNotExist."""
    due = Due.objects.visible_to(user).get(pk=due_id, kind__in=(KIND, FORWARDED))
    return problem_to_answer(user=user, code=Problem.objects.get(pk=due.key.partition(":")[2]).code)[0].code
