"""Logging in with the institute's account, against a real provider in a process of its own."""

import html
import re
import signal
import subprocess
import sys
import time
from datetime import timedelta
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
import time_machine
from django.core.cache import cache
from django.test import Client
from django.utils import timezone

from branches import single_sign_on
from branches.actions.users import reset_password
from branches.models import InstituteAccount, Person, User
from tests.branches.doors.provider import CLIENT
from tests.services import LOOPBACK, die_with_parent, free_port

SITE = "http://testserver"
CALLBACK = "/login/institute/callback/"
START = "/login/institute/"


@pytest.fixture(scope="module")
def provider_address():
    port = free_port()
    command = [sys.executable, Path(__file__).with_name("provider.py"), str(port)]
    process = subprocess.Popen(command, preexec_fn=die_with_parent(signal.SIGKILL))
    address = f"http://{LOOPBACK}:{port}"
    deadline = time.monotonic() + 20
    while True:
        try:
            requests.get(f"{address}/keys", timeout=1)
            break
        except requests.ConnectionError:
            assert process.poll() is None and time.monotonic() < deadline, "the provider did not start"
            time.sleep(0.05)
    yield address
    process.kill()
    process.wait()


class Institute:
    """The provider as the tests steer it."""

    def __init__(self, address):
        self.address = address

    def setup(self, **values):
        requests.put(f"{self.address}/setup", json=values, timeout=5).raise_for_status()
        cache.clear()


@pytest.fixture
def institute(provider_address, settings, cast):
    """The provider knows the cast's secretary and office by staff number, and somebody whom the site does not know."""
    settings.YINLING_SSO_ISSUER = provider_address
    settings.YINLING_SSO_CLIENT_ID, settings.YINLING_SSO_CLIENT_SECRET = CLIENT
    settings.YINLING_SSO_NAME = "科技云通行证"
    settings.YINLING_SITE_URL = SITE
    numbers = {name: getattr(cast, name).person.staff_number for name in ("secretary", "office", "deputy")}
    users = {
        name: {"password": "at-the-institute", "sub": f"sub-{name}", "employee_number": n}
        for name, n in numbers.items()
    }
    users["guest"] = {"password": "at-the-institute", "sub": "sub-guest", "employee_number": "X99999"}
    institute = Institute(provider_address)
    institute.setup(users=users, fault="", redirect_uri=SITE + CALLBACK)
    institute.users = users
    return institute


def way_to(response):
    """Where the page leads on to."""
    return html.unescape(re.search(r'content="0; url=([^"]+)"', response.content.decode())[1])


class Traveller:
    """A person with one browser: its cookies at the site and those at the provider."""

    def __init__(self, username):
        self.username = username
        self.site = Client()
        self.elsewhere = requests.Session()
        self.was_asked = False

    def at_provider(self, address):
        """Log in there if asked to; returns the path that leads back."""
        response = self.elsewhere.get(address, allow_redirects=False, timeout=5)
        self.was_asked = response.status_code == 200
        if self.was_asked:
            answers = {"username": self.username, "password": "at-the-institute"}
            response = self.elsewhere.post(address, data=answers, allow_redirects=False, timeout=5)
        assert response.status_code == 303, response.text
        back = response.headers["Location"]
        assert back.startswith(SITE)
        return back.removeprefix(SITE)

    def log_in(self, **data):
        return self.site.get(self.at_provider(way_to(self.site.post(START, data))))

    @property
    def is_in(self):
        return self.site.get("/account/").status_code == 200


def test_a_person_with_a_login_comes_in_and_is_tied_by_staff_number(institute, cast):
    traveller = Traveller("secretary")
    assert traveller.log_in(next="/todo/")["Location"] == "/todo/"
    assert traveller.is_in
    tie = InstituteAccount.objects.get()
    assert (tie.user, tie.issuer, tie.subject) == (cast.secretary, institute.address, "sub-secretary")


def test_the_login_page_offers_it_only_where_it_is_configured(institute, cast, client, settings):
    assert "用科技云通行证登录" in client.get("/login/").content.decode()
    settings.YINLING_SSO_ISSUER = settings.YINLING_SSO_NAME = ""
    assert START not in client.get("/login/").content.decode()
    assert client.post(START).status_code == 404
    assert client.get(CALLBACK).status_code == 404


def test_nobody_is_signed_up(institute, cast):
    people, users = Person.objects.count(), User.objects.count()
    traveller = Traveller("guest")
    response = traveller.log_in()
    assert response.status_code == 403
    assert "没有可用的账号" in response.content.decode()
    assert (Person.objects.count(), User.objects.count()) == (people, users)
    assert not traveller.is_in


def test_an_email_address_ties_nothing(institute, cast):
    institute.users["guest"]["email"] = cast.secretary.email
    institute.setup(users=institute.users)
    assert Traveller("guest").log_in().status_code == 403


def test_a_login_that_was_switched_off_stays_shut(institute, cast):
    cast.secretary.is_active = False
    cast.secretary.save()
    assert Traveller("secretary").log_in().status_code == 403


def test_a_staff_number_given_to_another_account_opens_nothing(institute, cast):
    assert Traveller("secretary").log_in().status_code == 302
    institute.users["guest"]["employee_number"] = cast.secretary.person.staff_number
    institute.setup(users=institute.users)
    assert Traveller("guest").log_in().status_code == 403


def test_an_account_given_another_staff_number_opens_nothing(institute, cast):
    assert Traveller("secretary").log_in().status_code == 302
    institute.users["secretary"]["employee_number"] = cast.office.person.staff_number
    institute.setup(users=institute.users)
    assert Traveller("secretary").log_in().status_code == 403


def test_the_staff_number_may_stand_in_userinfo_only(institute, cast):
    institute.users["secretary"]["number_in_userinfo_only"] = True
    institute.setup(users=institute.users)
    traveller = Traveller("secretary")
    traveller.log_in()
    assert traveller.is_in
    institute.setup(fault="other_userinfo")
    assert Traveller("secretary").log_in().status_code == 502


def test_a_provider_that_wants_the_secret_in_the_body_gets_it_there(institute, cast):
    institute.setup(fault="wants_secret_in_body")
    traveller = Traveller("secretary")
    traveller.log_in()
    assert traveller.is_in


@pytest.mark.parametrize(
    "fault",
    [
        "foreign_key",
        "unsigned",
        "signed_with_the_shared_secret",
        "other_nonce",
        "other_client",
        "made_for_another",
        "other_issuer",
        "run_out",
    ],
)
def test_a_token_with_anything_wrong_opens_nothing(institute, cast, fault):
    institute.setup(fault=fault)
    traveller = Traveller("secretary")
    response = traveller.log_in()
    assert response.status_code == 502
    assert "统一认证没有完成" in response.content.decode()
    assert not traveller.is_in


def test_a_provider_that_calls_itself_by_another_name_is_not_asked(institute, client):
    institute.setup(fault="other_name")
    assert client.post(START).status_code == 502


def test_a_provider_that_does_not_answer_leaves_the_password(institute, cast, client, settings):
    settings.YINLING_SSO_ISSUER = f"http://{LOOPBACK}:{free_port()}"
    response = client.post(START)
    assert response.status_code == 502
    assert "用账号和密码登录" in response.content.decode()


def test_the_way_there_carries_what_binds_the_answer_to_it(institute, client):
    query = parse_qs(urlsplit(way_to(client.post(START))).query)
    assert query["code_challenge_method"] == ["S256"]
    assert len(query["code_challenge"][0]) == 43
    assert query["redirect_uri"] == [SITE + CALLBACK]
    kept = client.session["institute"]
    assert query["state"] == [kept["state"]]
    assert query["nonce"] == [kept["nonce"]]
    assert kept["verifier"] not in str(query)


def test_a_code_of_somebody_else_opens_nothing_in_my_browser(institute, cast):
    attacker, victim = Traveller("deputy"), Traveller("secretary")
    back = attacker.at_provider(way_to(attacker.site.post(START)))
    way_to(victim.site.post(START))
    assert victim.site.get(back).status_code == 502, "the state is the attacker's"
    assert not victim.is_in
    assert Client().get(back)["Location"] == "/login/", "nor in one that sent nobody on an errand"
    assert attacker.site.get(back).status_code == 302, "the code was not even shown to the provider"


def test_an_answer_is_taken_once_and_not_after_ten_minutes(institute, cast):
    traveller = Traveller("secretary")
    back = traveller.at_provider(way_to(traveller.site.post(START)))
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert traveller.site.get(back)["Location"] == "/login/"
    assert traveller.site.get(back)["Location"] == "/login/"
    assert not traveller.is_in


def test_who_turns_back_at_the_provider_is_told_so(institute, client):
    client.post(START)
    state = client.session["institute"]["state"]
    response = client.get(CALLBACK, {"error": "access_denied", "state": state})
    assert response.status_code == 502
    assert "统一认证没有完成" in response.content.decode()


def test_it_leads_to_no_other_site(institute, cast):
    assert Traveller("secretary").log_in(next="https://evil.example.org/")["Location"] == "/"


def test_the_second_factor_is_asked_for_here_too(institute, cast, phone_of):
    phone = phone_of(cast.office)
    traveller = Traveller("office")
    assert traveller.log_in()["Location"] == "/login/code/"
    assert not traveller.is_in
    assert traveller.site.post("/login/code/", {"code": phone.shows()}).status_code == 302
    assert traveller.is_in


def test_who_has_only_the_institutes_account_needs_no_password_of_the_sites_own(institute, cast):
    reset_password(by=cast.system_administrator, user=cast.secretary, now=timezone.now())
    traveller = Traveller("secretary")
    traveller.log_in()
    assert traveller.is_in
    cast.secretary.refresh_from_db()
    assert cast.secretary.must_change_password, "the first password is still to be changed by whoever uses it"


def test_the_fresh_login_is_the_providers_and_it_asks_for_the_password_again(institute, cast):
    traveller = Traveller("office")
    traveller.log_in()
    assert traveller.was_asked
    with time_machine.travel(timezone.now() + timedelta(minutes=6)):
        question = traveller.site.get("/login/again/?next=/grants/new/").content.decode()
        assert START in question
        address = way_to(traveller.site.post(START, {"next": "/grants/new/"}))
    assert "prompt=login" in address
    assert "max_age=0" in address
    back = traveller.at_provider(address)
    assert traveller.was_asked, "though the provider remembers the person"
    confirmed_at = traveller.site.session["confirmed_at"]
    assert traveller.site.get(back)["Location"] == "/grants/new/"
    assert traveller.site.session["confirmed_at"] > confirmed_at


def test_a_provider_that_did_not_ask_again_proves_nothing(institute, cast):
    traveller = Traveller("office")
    traveller.log_in()
    institute.setup(fault="old_login")
    back = traveller.at_provider(way_to(traveller.site.post(START)))
    assert traveller.site.get(back).status_code == 502


def test_another_persons_account_does_not_refresh_my_login(institute, cast):
    traveller = Traveller("office")
    traveller.log_in()
    traveller.username = "secretary"
    back = traveller.at_provider(way_to(traveller.site.post(START)))
    assert traveller.site.get(back).status_code == 502
    assert traveller.site.get("/account/").wsgi_request.user == cast.office


def test_what_goes_wrong_is_logged_without_secrets(institute, cast, caplog):
    institute.setup(fault="foreign_key")
    Traveller("secretary").log_in()
    assert "Single sign-on failed: its token is not valid: InvalidSignatureError" in caplog.text
    assert CLIENT[1] not in caplog.text


def test_less_secure_endpoints_than_the_providers_own_address_are_refused(monkeypatch):
    described = {"issuer": "https://id.example.org", "authorization_endpoint": "https://id.example.org/a"}
    described |= {"token_endpoint": "http://id.example.org/t", "jwks_uri": "https://id.example.org/k"}
    monkeypatch.setattr(single_sign_on, "_answer", lambda method, address: described)
    with pytest.raises(single_sign_on.ProviderFailed, match="token_endpoint"):
        single_sign_on._described("https://id.example.org")


def test_in_a_real_browser_the_sites_own_policy_lets_the_way_there_and_back_pass(
    institute, cast, live_server, page, settings
):
    settings.YINLING_SITE_URL = live_server.url
    institute.setup(redirect_uri=live_server.url + CALLBACK)
    page.goto(f"{live_server.url}/login/")
    page.get_by_role("button", name="用科技云通行证登录").click()
    page.wait_for_url(f"{institute.address}/authorize**")
    page.fill("[name=username]", "secretary")
    page.fill("[name=password]", "at-the-institute")
    page.get_by_role("button", name="OK").click()
    page.wait_for_url(f"{live_server.url}/**")
    assert page.get_by_role("button", name="退出登录").is_visible()
