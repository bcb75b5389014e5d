"""The story of one applicant told through the forms, and what the forms refuse."""

import re
import threading
from datetime import timedelta

import pytest
from django.db import connection, connections
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.refusals import Refused
from recruitment.actions.registering import register_applicant
from recruitment.actions.steps import record_step
from recruitment.facts import StepFact
from recruitment.models import Candidate, Due, LedgerEntry, StepRecord
from recruitment.stages import Body, Stage

pytestmark = pytest.mark.django_db


def apply(cast, person=None, days_ago=20, by=None):
    """Register one scientist of the glacier branch, applied some days ago."""
    return register_applicant(
        by=by or cast.secretary,
        person=person or cast.scientists[0],
        unit=cast.glacier,
        applied_on=cast.today - timedelta(days=days_ago),
        now=timezone.now(),
    )


def tokens(response):
    """The hidden fields of a form as a browser would send them back."""
    html = response.content.decode()
    return {
        name: re.search(rf'name="{name}" value="([^"]*)"', html).group(1)
        for name in ("version", "form_token")
        if f'name="{name}"' in html
    }


def test_a_secretary_registers_an_applicant_and_owes_the_talk(client, cast):
    client.force_login(cast.secretary)
    page = client.get(reverse("candidate-register"))
    assert page.status_code == 200
    person = cast.scientists[0]
    sent = {
        "unit": cast.glacier.code,
        "staff_number": person.staff_number,
        "name": person.name,
        "applied_on": (cast.today - timedelta(days=3)).isoformat(),
        **tokens(page),
    }
    answer = client.post(reverse("candidate-register"), sent)
    candidate = Candidate.objects.get(person=person)
    assert answer.status_code == 302
    assert answer.url == reverse("candidate", args=[candidate.code])
    assert candidate.stage == Stage.APPLICANT
    due = Due.objects.open().get(candidate=candidate, step=2)
    assert due.due_on > cast.today
    entry = LedgerEntry.objects.get(candidate=candidate)
    assert (entry.step, entry.actor) == (1, cast.secretary)
    todo = client.get(reverse("todo")).content.decode()
    assert person.name in todo
    assert "派人谈话" in todo


def test_the_same_form_sent_twice_is_one_record(client, cast):
    candidate = apply(cast)
    client.force_login(cast.secretary)
    url = reverse("step-record", args=[candidate.code, 2])
    sent = {
        "decided_on": (cast.today - timedelta(days=1)).isoformat(),
        "person_1": cast.secretary.person.code,
        **tokens(client.get(url)),
    }
    first, second = client.post(url, sent), client.post(url, sent)
    assert (first.status_code, second.status_code) == (302, 302)
    assert StepRecord.objects.filter(candidate=candidate, step=2).count() == 1


def test_a_seventeen_year_old_is_refused_with_the_article_and_nothing_is_written(client, cast):
    client.force_login(cast.secretary)
    url = reverse("candidate-register")
    sent = {
        "unit": cast.glacier.code,
        "staff_number": cast.student.staff_number,
        "name": cast.student.name,
        "applied_on": cast.today.isoformat(),
        **tokens(client.get(url)),
    }
    answer = client.post(url, sent)
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "十八" in html or "18" in html
    assert "第五条" in html
    assert cast.student.staff_number in html, "what was typed must not be lost"
    assert list(answer.context["form"].errors) == ["applied_on"], "the refusal stands beside the date"
    assert not Candidate.objects.exists()


def test_a_stale_form_overwrites_nothing_and_keeps_what_was_typed(client, cast):
    candidate = apply(cast)
    client.force_login(cast.secretary)
    url = reverse("step-record", args=[candidate.code, 2])
    opened = tokens(client.get(url))
    other = Client()
    other.force_login(cast.deputy)
    now_sent = {"decided_on": cast.today.isoformat(), "person_1": cast.deputy.person.code, **tokens(other.get(url))}
    assert other.post(url, now_sent).status_code == 302
    answer = client.post(
        url, {"decided_on": cast.today.isoformat(), "person_1": cast.secretary.person.code, "remark": "补记", **opened}
    )
    html = answer.content.decode()
    assert answer.status_code == 422
    assert "补记" in html
    assert cast.deputy.person.name in html
    assert StepRecord.objects.get(candidate=candidate, step=2).recorded_by == cast.deputy


def test_a_neighbour_gets_not_found_wherever_he_knocks(client, cast):
    candidate = apply(cast)
    client.force_login(cast.neighbour_secretary)
    for name, args in (
        ("candidate", [candidate.code]),
        ("candidate-tab", [candidate.code, "ledger"]),
        ("step-record", [candidate.code, 2]),
        ("review-record", [candidate.code]),
        ("situations", [candidate.code]),
        ("situation-record", [candidate.code, "withdrawn"]),
    ):
        assert client.get(reverse(name, args=args)).status_code == 404, name
        assert client.post(reverse(name, args=args), {}).status_code in (404, 405), name
    assert candidate.person.name not in client.get(
        reverse("candidates"), {"q": candidate.person.name}
    ).content.decode().replace(f'value="{candidate.person.name}"', "").replace(f"“{candidate.person.name}”", "")


def test_the_secretary_is_told_that_an_act_of_the_committee_is_the_office_s(client, cast):
    candidate = apply(cast)
    client.force_login(cast.secretary)
    answer = client.get(reverse("step-record", args=[candidate.code, 13]))
    assert answer.status_code == 403
    assert "党办" in answer.content.decode()


def test_a_step_out_of_order_says_what_is_missing(cast):
    candidate = apply(cast)
    with pytest.raises(Refused) as refusal:
        record_step(
            by=cast.secretary,
            code=candidate.code,
            version=candidate.version,
            fact=StepFact(step=3, decided_on=cast.today, body=Body.BRANCH_COMMITTEE),
            now=timezone.now(),
        )
    found = refusal.value.objections
    assert any(objection.code == "prerequisite_missing" and objection.article for objection in found)
    candidate.refresh_from_db()
    assert candidate.last_step == 1


def test_registering_costs_at_most_twenty_four_queries(cast, django_assert_max_num_queries):
    with django_assert_max_num_queries(24):
        apply(cast)


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_clicks_at_once_record_one_step(cast):
    candidate = apply(cast)
    together = threading.Barrier(2)
    outcomes = []

    def click(user):
        try:
            together.wait()
            record_step(
                by=user,
                code=candidate.code,
                version=candidate.version,
                fact=StepFact(step=2, decided_on=cast.today, body=Body.BRANCH),
                persons=[cast.secretary.person],
                now=timezone.now(),
            )
            outcomes.append("recorded")
        except Exception as refusal:
            outcomes.append(type(refusal).__name__)
        finally:
            connections.close_all()

    threads = [threading.Thread(target=click, args=[user]) for user in (cast.secretary, cast.deputy)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["Stale", "recorded"]
    assert StepRecord.objects.filter(candidate=candidate, step=2).count() == 1
    assert connection.vendor == "postgresql"
