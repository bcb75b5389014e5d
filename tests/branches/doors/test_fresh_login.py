"""Exports, grants and the like ask for the password again after five minutes, and lose nothing of what was typed."""

import re
from datetime import timedelta
from html import unescape
from uuid import uuid4

import pytest
import time_machine
from django.urls import reverse
from django.utils import timezone

from recruitment.actions.access import EXPORTED
from recruitment.models import AccessEntry, GrantProposal
from tests.cast import PASSWORD

PROPOSE = "/grants/new/"


@pytest.fixture
def later():
    """Six minutes after the login."""
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        yield


@pytest.fixture
def office(cast, visitor):
    visitor.log_in("office")
    return visitor


@pytest.fixture
def proposal(cast):
    return {
        "user": cast.deputy.pk,
        "unit": str(cast.glacier.code),
        "person": "",
        "reason": "书记出差，按支委会决定代理",
        "ends_on": (cast.today + timedelta(days=20)).isoformat(),
    }


def hidden_fields(response):
    return dict(re.findall(r'<input type="hidden" name="([^"]+)" value="([^"]*)">', response.content.decode()))


def test_minutes_after_the_login_nothing_is_asked(office, proposal):
    assert office.get(PROPOSE).status_code == 200
    assert office.post(PROPOSE, proposal).status_code == 302
    assert GrantProposal.objects.count() == 1


def test_later_the_page_leads_to_the_question_and_back(office, later):
    question = office.get(PROPOSE)
    assert question["Location"] == "/login/again/?next=%2Fgrants%2Fnew%2F"
    assert "请再次验证身份" in office.get(question["Location"]).content.decode()
    assert office.post(question["Location"], {"again-password": PASSWORD})["Location"] == PROPOSE
    assert office.get(PROPOSE).status_code == 200


def test_a_form_sent_later_is_not_carried_out_but_kept_and_carried_out_with_the_password(office, proposal, later):
    question = office.post(PROPOSE, proposal)
    assert question.status_code == 403
    assert not GrantProposal.objects.exists()
    kept = hidden_fields(question)
    assert {name: kept[name] for name in proposal} == {name: str(value) for name, value in proposal.items()}
    assert office.post(PROPOSE, {**kept, "again-password": "wrong"}).status_code == 403
    assert not GrantProposal.objects.exists()
    assert office.post(PROPOSE, {**kept, "again-password": PASSWORD}).status_code == 302
    assert GrantProposal.objects.get().reason == proposal["reason"]


def test_the_password_does_not_travel_through_the_page(office, proposal, later):
    question = office.post(PROPOSE, {**proposal, "again-password": "a-wrong-password-of-mine"})
    assert "a-wrong-password-of-mine" not in question.content.decode()


def test_the_freshness_ends_after_five_minutes_again(office, proposal):
    now = timezone.now()
    with time_machine.travel(now + timedelta(minutes=6)):
        office.post("/login/again/", {"again-password": PASSWORD})
    with time_machine.travel(now + timedelta(minutes=10, seconds=59)):
        assert office.get(PROPOSE).status_code == 200
    with time_machine.travel(now + timedelta(minutes=11, seconds=1)):
        assert office.get(PROPOSE).status_code == 302


def test_guesses_at_the_question_are_counted(office, later):
    for n in range(10):
        office.post("/login/again/", {"again-password": f"guess-{n}"})
    assert office.post("/login/again/", {"again-password": PASSWORD}).status_code == 422


def test_who_has_a_second_factor_is_asked_for_both(cast, visitor, phone_of):
    phone = phone_of(cast.office)
    visitor.log_in("office")
    visitor.post("/login/code/", {"code": phone.shows()})
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        assert visitor.post("/login/again/", {"again-password": PASSWORD}).status_code == 422
        both = {"again-password": PASSWORD, "again-code": phone.shows()}
        assert visitor.post("/login/again/", both).status_code == 302


@pytest.mark.parametrize("elsewhere", ["https://evil.example.org/", "//evil.example.org", "javascript:alert(1)", "todo/", "0"])
def test_the_question_leads_to_no_other_site(office, later, elsewhere):
    response = office.post("/login/again/", {"again-password": PASSWORD, "next": elsewhere})
    assert response["Location"] == "/"


@pytest.mark.parametrize("elsewhere", ["https://evil.example.org/", "//evil.example.org", "todo/", "0"])
def test_the_login_leads_to_no_other_site(cast, visitor, elsewhere):
    assert visitor.log_in("office", next=elsewhere)["Location"] == "/"


@pytest.mark.parametrize("name", ["grant-propose", "posting-open", "second-factor-set-up", "ledger-xlsx", "ledger-csv"])
def test_these_pages_ask(name, office, later):
    assert office.get(reverse(name))["Location"].startswith("/login/again/")


@pytest.mark.parametrize("name", ["ledger", "contact-ledger"])
def test_a_file_does_not_leave_the_browser_at_the_question(cast, factory, office, later, name):
    factory.candidate(2)
    file_url = f"{reverse(f'{name}-xlsx')}?sort=unit"
    page = office.post("/login/again/", {"again-password": PASSWORD, "next": file_url}).text
    assert "身份已验证" in page
    assert f'<meta http-equiv="refresh" content="0; url={file_url}">' in page
    assert f'href="{reverse(name)}?sort=unit"' in page
    assert office.get(file_url)["Content-Disposition"].startswith("attachment")


def test_a_form_that_asks_for_a_file_is_sent_again_from_a_page_that_stays(cast, factory, office, later, monkeypatch):
    monkeypatch.setattr("recruitment.views.exports.PEOPLE_WITHOUT_REASON", 0)
    factory.candidate(2)
    file_url, sent = reverse("ledger-csv"), {"reason": "报送“上级”<党委>"}
    assert office.post(file_url, sent).status_code == 403
    page = office.post(file_url, {**sent, "again-password": PASSWORD})
    assert "身份已验证" in page.text
    assert "Content-Disposition" not in page
    assert not AccessEntry.objects.filter(action=EXPORTED).exists(), "nothing was carried away yet"
    kept = {name: unescape(value) for name, value in hidden_fields(page).items()}
    assert kept["reason"] == sent["reason"]
    assert office.post(file_url, kept)["Content-Disposition"].startswith("attachment")
    assert AccessEntry.objects.get(action=EXPORTED).reason == sent["reason"]


def test_a_file_that_a_worker_made_is_handed_over_by_a_form(cast, factory, office, later):
    path = f"/ledger/exports/{uuid4()}/download/"
    page = office.post(path, {"again-password": PASSWORD}).text
    assert f'<form method="post" action="{path}">' in page
    assert "http-equiv" not in page


@pytest.mark.parametrize("path", ["/grants/1/decide/", "/grants/1/end/", "/account/second-factor/remove/"])
def test_these_acts_ask(path, office, later):
    assert office.post(path).status_code == 403


def test_the_administrators_changes_ask_and_reading_does_not(cast, visitor):
    visitor.log_in("system_administrator")
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        page = f"/admin/branches/user/{cast.secretary.pk}/change/"
        assert visitor.get(page).status_code == 200
        assert visitor.post(page, {"is_active": "", "new_password": "on"}).status_code == 403
        cast.secretary.refresh_from_db()
        assert cast.secretary.is_active
