"""Problems raised in talks: who solves them, until when, and how the answer finds its way back (notice R2)."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from branches.offices import Office
from committee.actions.problems import answer_problem, forward_problem, move_problem_day
from committee.actions.talks import record_talk
from committee.models import Notice, Problem, Solver
from recruitment.actions.contacts import assign_contact
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import Candidate, Due, LedgerEntry


@pytest.fixture
def raised(cast, factory):
    """A problem that 沈望舒 heard of from her contact, for HR to solve within ten days."""

    def raise_it(solver=Solver.HR, by=None):
        candidate = factory.applicant()
        now = timezone.now()
        assign_contact(
            by=cast.office,
            code=candidate.code,
            leader=cast.member.person,
            decided_on=cast.today,
            reason="研究",
            now=now,
        )
        record_talk(
            by=User.objects.get(pk=(by or cast.member).pk),
            code=candidate.code,
            held_on=cast.today,
            way="meeting",
            topics=["family"],
            outlook="金丝雀谈话",
            problems=[{"summary": "金丝雀子女转学", "solver": solver, "due_on": cast.today + timedelta(days=10)}],
            now=now,
        )
        return Problem.objects.get(candidate=candidate)

    return raise_it


def answer(problem, by, **fields):
    values = {"answer": "已联系学校", "answered_on": timezone.localdate()} | fields
    return answer_problem(by=User.objects.get(pk=by.pk), code=problem.code, now=timezone.now(), **values)


def forward(cast, problem, text="请协助办理子女转学证明"):
    return forward_problem(by=cast.office, code=problem.code, text=text, now=timezone.now())


@pytest.mark.parametrize(
    ("solver", "office"),
    [
        (Solver.OFFICE, Office.PARTY_OFFICE),
        (Solver.HR, Office.PARTY_OFFICE),
        (Solver.DEPARTMENT, Office.PARTY_OFFICE),
        (Solver.BRANCH, Office.SECRETARY),
    ],
)
def test_a_problem_is_owed_by_a_post_with_a_last_day_and_without_contents(cast, raised, solver, office):
    problem = raised(solver)
    due = Due.objects.open().get(kind="problem")
    assert (due.owed_by, due.due_on, due.candidate_id) == (office, problem.due_on, problem.candidate_id)
    assert "金丝雀" not in due.title


def test_the_answer_goes_back_to_whoever_raised_it(cast, raised):
    problem = raised()
    answer(problem, cast.office)
    assert not Due.objects.open().filter(kind="problem").exists()
    due = Due.objects.open().get(kind="problem_answered")
    assert due.owed_by_person == cast.member.person
    notice = Notice.objects.get(recipient=cast.member)
    assert problem.candidate.person.name not in notice.text and "金丝雀" not in notice.text
    record_talk(
        by=User.objects.get(pk=cast.member.pk),
        code=problem.candidate.code,
        held_on=cast.today,
        way="phone",
        topics=["family"],
        now=timezone.now(),
    )
    due.refresh_from_db()
    assert due.was_done


def test_whoever_raised_it_may_answer_it_and_owes_nothing_then(cast, raised):
    answer(raised(), cast.member)
    assert not Due.objects.open().filter(kind__startswith="problem").exists()


def test_an_answer_needs_words_and_a_day_that_has_come(cast, raised):
    problem = raised()
    for fields, code in [
        ({"answer": " "}, "answer_without_words"),
        ({"answered_on": cast.today + timedelta(days=1)}, "answer_in_future"),
        ({"answered_on": cast.today - timedelta(days=1)}, "answer_before_question"),
    ]:
        with pytest.raises(Refused) as refusal:
            answer(problem, cast.office, **fields)
        assert [objection.code for objection in refusal.value.objections] == [code]
    answer(problem, cast.office)
    with pytest.raises(Refused):
        answer(problem, cast.office)


@pytest.mark.parametrize("part", ["neighbour_secretary", "other_member", "hr", "auditor", "stranger"])
def test_for_outsiders_there_is_no_problem(client, cast, raised, part):
    problem = raised()
    with pytest.raises(Problem.DoesNotExist):
        answer(problem, getattr(cast, part))
    client.force_login(getattr(cast, part))
    assert client.get(reverse("problem-answer", args=[problem.code])).status_code == 404
    assert "金丝雀" not in client.get(reverse("problems")).text


def test_a_mentor_knows_of_it_and_does_not_answer(cast, factory, client):
    candidate = factory.candidate(5)
    record_talk(
        by=cast.secretary,
        code=candidate.code,
        held_on=cast.today,
        way="phone",
        topics=["team"],
        problems=[{"summary": "团队用房", "solver": Solver.DEPARTMENT, "due_on": cast.today}],
        now=timezone.now(),
    )
    with pytest.raises(NotYours):
        answer(Problem.objects.get(), cast.mentor)
    client.force_login(cast.mentor)
    assert client.get(reverse("problem-answer", args=[Problem.objects.get().code])).status_code == 403


# --- Handing on


def test_hr_sees_the_offices_words_only_and_never_the_road(client, cast, raised):
    problem = raised()
    client.force_login(cast.hr)
    assert client.get(reverse("problem-answer", args=[problem.code])).status_code == 404
    forward(cast, problem)
    text = client.get(reverse("problems")).text
    assert "请协助办理子女转学证明" in text and problem.candidate.person.name in text
    form = client.get(reverse("problem-answer", args=[problem.code])).text
    for page in (text, form):
        assert "金丝雀" not in page and "申请人" not in page and str(problem.candidate.code) not in page
        assert "谈" not in page and "联系人" not in page
    assert client.get(reverse("candidate", args=[problem.candidate.code])).status_code == 404
    due = Due.objects.open().get(kind="problem_forwarded")
    assert (due.candidate_id, due.owed_by_person) == (None, cast.hr.person)
    assert client.get(reverse("due-problem_forwarded", args=[due.pk])).status_code == 302
    data = {"answer": "证明已开", "answered_on": cast.today}
    assert "联系人" not in client.post(reverse("problem-answer", args=[problem.code]), data, follow=True).text
    problem.refresh_from_db()
    assert (problem.answer, problem.answered_by) == ("证明已开", cast.hr)
    assert not Due.objects.open().filter(kind__in=("problem", "problem_forwarded")).exists()
    assert Due.objects.open().filter(kind="problem_answered").exists()


def test_a_department_gets_what_concerns_its_own_people(cast, raised):
    problem = raised(Solver.DEPARTMENT)
    assert problem.candidate.person.department == cast.ice_lab
    forward(cast, problem)
    assert Problem.objects.forwarded_to(cast.department_liaison).get() == problem
    assert not Problem.objects.forwarded_to(cast.hr).exists()


def test_only_the_office_hands_on_and_only_what_others_solve(client, cast, raised):
    problem = raised(Solver.BRANCH)
    with pytest.raises(Refused):
        forward(cast, problem)
    problem = raised(Solver.HR)
    with pytest.raises(NotYours):
        forward_problem(by=cast.secretary, code=problem.code, text="请办", now=timezone.now())
    with pytest.raises(Problem.DoesNotExist):
        forward_problem(by=cast.neighbour_secretary, code=problem.code, text="请办", now=timezone.now())
    client.force_login(cast.secretary)
    assert client.get(reverse("problem-forward", args=[problem.code])).status_code == 403
    client.force_login(cast.office)
    assert client.post(reverse("problem-forward", args=[problem.code]), {"forwarded_text": "请协助"}).status_code == 302


def test_what_was_handed_on_is_hidden_when_the_person_says_no(cast, raised):
    problem = raised()
    forward(cast, problem)
    Candidate.objects.filter(pk=problem.candidate_id).update(state="declined")
    assert not Problem.objects.forwarded_to(cast.hr).exists()


def test_the_ledger_keeps_no_contents(cast, raised):
    problem = raised()
    forward(cast, problem)
    answer(problem, cast.office)
    for entry in LedgerEntry.objects.filter(candidate=problem.candidate):
        kept = entry.summary + bytes(entry.payload).decode()
        assert "金丝雀" not in kept and "转学" not in kept and "已联系学校" not in kept


def test_the_day_and_the_solver_can_be_moved(cast, raised):
    problem = raised()
    later = cast.today + timedelta(days=25)
    move_problem_day(by=cast.office, code=problem.code, due_on=later, solver=Solver.BRANCH, now=timezone.now())
    due = Due.objects.open().get(kind="problem")
    assert (due.due_on, due.owed_by) == (later, Office.SECRETARY)


# --- The list


def test_the_list_shows_open_and_answered_ones_to_those_within_reach(client, cast, raised):
    problem = raised()
    for part in ("member", "secretary", "office"):
        client.force_login(getattr(cast, part))
        assert "金丝雀子女转学" in client.get(reverse("problems")).text
        assert "金丝雀子女转学" not in client.get(reverse("problems"), {"answered": "1"}).text
    answer(problem, cast.office)
    assert "已联系学校" in client.get(reverse("problems"), {"answered": "1"}).text
