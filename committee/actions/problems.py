"""Problems raised in talks: someone solves them by a day, and the answer goes back to the contact (notice R2)."""

from datetime import timedelta

from django.db import transaction
from django.urls import reverse
from django.utils import timezone

from branches.models import Posting
from branches.offices import BRANCH_OFFICES, Office
from committee.actions.notices import tell_many
from committee.models import Problem, Solver
from committee.queries.problems import FORWARDED, KIND, may_answer
from committee.rules.talks import ProblemFact, answer_objections, problem_objections
from recruitment.actions import ledger
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.refusals import NotYours, Refused, refuse
from recruitment.models import Candidate, Due
from recruitment.scope import scope_of
from recruitment.stages import RoadState

ANSWERED = "problem_answered"
PASS_ON_DAYS = 14


def create_problem(*, candidate, talk, summary, solver, due_on, raised_on, by, now):
    """Write one problem and its due; part of the transaction of the talk that raised it.

    The due names no contents. It is owed by the office, which also follows what departments and HR solve, or by the
    branch's secretary where the branch solves it.
    """
    problem = Problem.objects.create(
        candidate=candidate,
        talk=talk,
        raised_on=raised_on,
        summary=summary.strip(),
        solver=solver,
        due_on=due_on,
        recorded_by=by,
        recorded_at=now,
    )
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=KIND,
        key=due_key(problem),
        title="答复谈话中反映的问题",
        article="通知 三（二）",
        opens_on=raised_on,
        due_on=due_on,
        owed_by=Office.SECRETARY if solver == Solver.BRANCH else Office.PARTY_OFFICE,
        now=now,
    )
    return problem


@transaction.atomic
def forward_problem(*, by, code, text, now):
    """Hand the problem ``code`` on to HR or the department that solves it, in the words ``text`` of the office.

    From then on their liaison sees these words, the person's name and the last day, and may answer; nothing of the
    road. In the same words once more it stays handed on as it was. Refused: a problem that the office or branch solves
    itself, without words, already answered.
    """
    problem, candidate = _locked(code)
    if not Problem.objects.visible_to(by).filter(pk=problem.pk).exists():
        raise Problem.DoesNotExist
    if Office.PARTY_OFFICE not in scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    if problem.answered_on:
        refuse("already_answered", "这个问题已有答复。")
    if problem.solver not in (Solver.HR, Solver.DEPARTMENT):
        refuse("solved_here", "由党办或党支部解决的问题不需要转办。")
    if not text.strip():
        refuse("text_required", "请写明转办说明：只写需要对方解决的事项，不写谈话内容。", field="forwarded_text")
    if problem.forwarded_on and problem.forwarded_text == text.strip():
        return problem
    problem.forwarded_on = problem.forwarded_on or timezone.localdate(now)
    problem.forwarded_text, problem.forwarded_by = text.strip(), by
    problem.save()
    _owe_liaison(problem, candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="problem_forwarded",
        summary=f"问题转{problem.get_solver_display()}办理",
        decided_on=timezone.localdate(now),
        actor=by,
        now=now,
        details={"problem": str(problem.code)},
    )
    return problem


@transaction.atomic
def answer_problem(*, by, code, answer, answered_on, now):
    """Record how the problem ``code`` was solved, or why it cannot be; the contact is told and owes it to the person.

    The office, the branch, whoever raised it and the liaison it was forwarded to may. Answering twice is refused.
    """
    problem, candidate = _locked(code)
    if not may_answer(by, problem):
        raise Problem.DoesNotExist if not _knows(by, problem) else NotYours
    if candidate.state == RoadState.DECLINED:
        raise Problem.DoesNotExist
    if problem.answered_on:
        refuse("already_answered", f"这个问题已于 {problem.answered_on} 答复，请刷新页面查看。")
    today = timezone.localdate(now)
    found = answer_objections(raised_on=problem.raised_on, answered_on=answered_on, answer=answer, today=today)
    if found:
        raise Refused(found)
    problem.answer, problem.answered_on, problem.answered_by = answer.strip(), answered_on, by
    problem.save()
    settle_due(candidate=candidate, key=due_key(problem), settled_on=answered_on, now=now)
    for due in Due.objects.open().filter(candidate=None, key=liaison_key(problem)):
        settle_due(candidate=None, unit=due.unit, key=due.key, settled_on=answered_on, now=now)
    _owe_passing_on(problem, candidate, by=by, today=today, now=now)
    ledger.append(
        candidate=candidate,
        action="problem_answered",
        summary="问题已答复",
        decided_on=answered_on,
        actor=by,
        now=now,
        details={"problem": str(problem.code)},
    )
    return problem


@transaction.atomic
def move_problem_day(*, by, code, due_on, solver, now):
    """Change who solves an open problem, or its last day; the office and the branch may."""
    problem, candidate = _locked(code)
    if not _knows(by, problem):
        raise Problem.DoesNotExist
    if not {*BRANCH_OFFICES, Office.PARTY_OFFICE} & scope_of(by).offices_over(candidate.unit_path):
        raise NotYours
    if problem.answered_on:
        refuse("already_answered", "这个问题已有答复。")
    fact = ProblemFact(problem.summary, due_on)
    if found := problem_objections(fact, raised_on=problem.raised_on, today=timezone.localdate(now)):
        raise Refused(found)
    problem.due_on, problem.solver = due_on, solver
    problem.save()
    due = candidate.dues.open().filter(key=due_key(problem)).first()
    if due:
        due.due_on, due.owed_by = due_on, Office.SECRETARY if solver == Solver.BRANCH else Office.PARTY_OFFICE
        due.save()
    return problem


def due_key(problem):
    """The key of the due for the answer."""
    return f"problem:{problem.pk}"


def liaison_key(problem):
    """The key of what the liaison owes."""
    return f"problem-forwarded:{problem.pk}"


def first_office(user):
    """The post in which a person owes something personally; a mentor without a post acts for the branch committee."""
    return next((post.office for post in scope_of(user).posts), Office.BRANCH_COMMITTEE_MEMBER)


def _knows(user, problem):
    return Problem.objects.visible_to(user).filter(pk=problem.pk).exists()


def _locked(code):
    """The problem and its candidate, both locked, in the order in which every verb locks."""
    candidate_id = Problem.objects.values_list("candidate_id", flat=True).get(code=code)
    candidate = Candidate.objects.select_for_update(of=("self",)).select_related("person", "unit").get(pk=candidate_id)
    problem = Problem.objects.select_for_update(of=("self",)).get(code=code)
    problem.candidate = candidate
    return problem, candidate


def _owe_liaison(problem, candidate, *, now):
    """What the liaison owes is a due without a candidate: it must not say that the person is on the road."""
    today = timezone.localdate(now)
    posts = Posting.objects.on(today).select_related("person", "unit")
    if problem.solver == Solver.HR:
        posts = posts.filter(office=Office.HR_LIAISON)
    else:
        posts = posts.filter(office=Office.DEPARTMENT_LIAISON, department_id=candidate.person.department_id)
    post = posts.order_by("starts_on").first()
    if post is None:
        refuse(
            "no_liaison",
            f"没有登记{problem.get_solver_display()}的联络员，请先在任职中登记，或由党办直接联系后填写答复。",
        )
    open_due(
        candidate=None,
        unit=post.unit or _root_of(candidate.unit),
        kind=FORWARDED,
        key=liaison_key(problem),
        title="答复党办转来的事项",
        article="",
        opens_on=today,
        due_on=max(problem.due_on or today, today),
        owed_by=post.office,
        owed_by_person=post.person,
        now=now,
    )


def _root_of(unit):
    while unit.parent_id:
        unit = unit.parent
    return unit


def _tell(problem, contact, *, now):
    """A notice without names: who it is about is behind the link."""
    path = reverse("candidate-tab", args=[problem.candidate.code, "talks"])
    tell_many([(contact.pk, f"problem-answered:{problem.pk}", "你提出的一个问题已有答复，请告诉本人。", path)], now=now)


def _owe_passing_on(problem, candidate, *, by, today, now):
    """The contact who raised it is to tell the person; nothing is owed where the contact answered it."""
    contact = problem.recorded_by
    if contact.pk == by.pk or contact.person_id is None or candidate.state != RoadState.ACTIVE:
        return
    if not Candidate.objects.visible_to(contact).filter(pk=candidate.pk).exists():
        return
    open_due(
        candidate=candidate,
        unit=candidate.unit,
        kind=ANSWERED,
        key=f"problem-answered:{problem.pk}",
        title="把问题的答复告诉本人",
        article="通知 三（二）",
        opens_on=today,
        due_on=today + timedelta(days=PASS_ON_DAYS),
        owed_by=first_office(contact),
        owed_by_person=contact.person,
        now=now,
    )
    _tell(problem, contact, now=now)
