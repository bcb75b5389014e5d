"""A login ends: after rest, after a day, and at once when its reason is gone."""

from datetime import datetime, timedelta

import pytest
import time_machine
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branches.actions.postings import end_posting, open_posting
from branches.actions.users import choose_password, reset_password, set_active
from branches.models import Session, User
from branches.offices import Office
from tests.branches.doors.conftest import Visitor
from tests.cast import PASSWORD

MORNING = datetime(2026, 11, 23, 8, 0, tzinfo=timezone.get_fixed_timezone(480))


def at(instant):
    """The clock stands still at the instant."""
    return time_machine.travel(instant, tick=False)


def visit(visitor, *, minutes):
    """Open a page so many minutes after the morning's login; True when it opened."""
    with at(MORNING + timedelta(minutes=minutes)):
        return visitor.is_in


def arrive(visitor, username):
    with at(MORNING):
        assert visitor.log_in(username).status_code == 302


@pytest.mark.parametrize(
    ("username", "minutes"),
    [
        ("secretary", 30),
        ("member", 30),
        ("stranger", 30),
        ("office", 15),
        ("auditor", 15),
        ("security_administrator", 15),
    ],
)
def test_a_login_ends_after_rest_and_sooner_for_those_who_see_most(cast, visitor, username, minutes):
    arrive(visitor, username)
    assert visit(visitor, minutes=minutes - 0.1)
    assert not visit(visitor, minutes=2 * minutes - 0.1)


def test_each_page_moves_the_end_but_not_beyond_ten_hours(cast, visitor):
    arrive(visitor, "secretary")
    for minutes in range(20, 600, 20):
        assert visit(visitor, minutes=minutes), minutes
    assert not visit(visitor, minutes=600)


def test_the_end_is_the_servers_whatever_cookie_the_browser_keeps(cast, visitor):
    arrive(visitor, "secretary")
    key = visitor.cookies["sessionid"].value
    with at(MORNING + timedelta(minutes=31)):
        thief = Visitor()
        thief.cookies["sessionid"] = key
        assert not thief.is_in
        assert not visitor.session.exists(key) or Session.objects.get(pk=key).expire_date < timezone.now()


def test_the_unread_mark_that_asks_by_itself_keeps_nobody_logged_in(cast, visitor):
    arrive(visitor, "secretary")
    for minutes in range(1, 30):
        with at(MORNING + timedelta(minutes=minutes)):
            assert visitor.get(reverse("notice-mark"), headers={"hx-request": "true"}).status_code == 200
    with at(MORNING + timedelta(minutes=30)):
        response = visitor.get(reverse("notice-mark"), headers={"hx-request": "true"})
    assert response.headers["HX-Refresh"] == "true", "the whole page asks, and comes to the login"
    assert not response.content


def test_a_login_by_other_means_than_the_form_has_an_end_too(cast, client):
    with at(MORNING):
        client.force_login(cast.office)
        assert client.get("/account/").status_code == 200
    with at(MORNING + timedelta(minutes=16)):
        assert client.get("/account/").status_code == 302


def test_the_session_has_a_new_number_after_logging_in(cast, visitor):
    visitor.get("/login/")
    visitor.session.save()
    before = visitor.session.session_key
    visitor.cookies["sessionid"] = before
    visitor.log_in("secretary")
    assert visitor.cookies["sessionid"].value != before


def test_switching_a_login_off_ends_it_at_once_and_switching_it_on_again_opens_nothing(cast, visitor):
    visitor.log_in("secretary")
    set_active(by=cast.system_administrator, user=cast.secretary, is_active=False, now=timezone.now())
    assert not visitor.is_in
    set_active(by=cast.system_administrator, user=cast.secretary, is_active=True, now=timezone.now())
    assert not visitor.is_in


def test_a_password_change_ends_the_other_sessions_and_not_this_one(cast, visitor):
    elsewhere = Visitor()
    elsewhere.log_in("secretary")
    visitor.log_in("secretary")
    new = "gletscher-wandern-am-morgen"
    answers = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
    assert visitor.post("/password/", answers).status_code == 302
    assert visitor.is_in
    assert not elsewhere.is_in


def test_a_new_first_password_ends_every_session(cast, visitor):
    visitor.log_in("secretary")
    reset_password(by=cast.system_administrator, user=cast.secretary, now=timezone.now())
    assert not visitor.is_in


def test_a_password_chosen_by_command_ends_every_session(cast, visitor):
    visitor.log_in("secretary")
    choose_password(user=cast.secretary, password="gletscher-wandern-am-morgen", now=timezone.now())
    assert not visitor.is_in


def test_the_end_of_a_post_ends_the_session_at_once(cast, visitor):
    visitor.log_in("secretary")
    posting = cast.secretary.person.postings.get()
    end_posting(by=cast.office, posting=posting, ends_on=cast.today, reason="换届选举", now=timezone.now())
    assert not visitor.is_in


def test_a_post_that_ends_tomorrow_ends_a_session_that_lasts_over_midnight(cast):
    evening = datetime.combine(cast.today, datetime.min.time(), timezone.get_current_timezone()) + timedelta(
        hours=23.75
    )
    secretary, neighbour = Visitor(), Visitor()
    with at(evening):
        secretary.log_in("secretary")
        neighbour.log_in("neighbour_secretary")
        end_posting(
            by=cast.office,
            posting=cast.secretary.person.postings.get(),
            ends_on=cast.today + timedelta(days=1),
            reason="换届选举",
            now=timezone.now(),
        )
        assert secretary.is_in, "today the post is held"
    with at(evening + timedelta(minutes=20)):
        assert not secretary.is_in
        assert neighbour.is_in, "whose post goes on works on"


def test_who_becomes_an_administrator_logs_in_anew_under_the_stricter_rules(cast, visitor):
    arrive(visitor, "stranger")
    with at(MORNING + timedelta(minutes=1)):
        now = timezone.now()
        open_posting(
            by=cast.system_administrator,
            person=cast.stranger.person,
            office=Office.AUDITOR,
            unit=None,
            starts_on=timezone.localdate(now),
            now=now,
        )
        assert not visitor.is_in
        visitor.log_in("stranger")
    assert not visit(visitor, minutes=17)


def test_everybody_sees_their_own_sessions_and_nobody_elses(cast, visitor):
    other = Visitor(
        headers={"user-agent": "Mozilla/5.0 (Linux; HarmonyOS) Chrome/120 Mobile Safari"}, REMOTE_ADDR="10.2.3.4"
    )
    other.log_in("secretary")
    Visitor(REMOTE_ADDR="10.9.9.9").log_in("deputy")
    visitor.log_in("secretary")
    page = visitor.get("/account/").content.decode()
    assert "Chrome，鸿蒙" in page
    assert "10.2.3.4" in page
    assert "10.9.9.9" not in page
    assert page.count("本机") == 1
    assert not any(session.session_key in page for session in Session.objects.all()), "a session's key opens it"


def test_a_session_is_ended_from_another_device(cast, visitor):
    other = Visitor()
    other.log_in("secretary")
    code = Session.objects.get().code
    visitor.log_in("secretary")
    assert visitor.post(reverse("session-end", args=[code])).status_code == 302
    assert not other.is_in
    assert visitor.is_in


def test_nobody_ends_another_persons_session(cast, visitor):
    other = Visitor()
    other.log_in("deputy")
    code = Session.objects.get().code
    visitor.log_in("secretary")
    assert visitor.post(reverse("session-end", args=[code])).status_code == 404
    assert other.is_in


def test_all_sessions_end_together(cast, visitor):
    others = [Visitor() for _ in range(3)]
    for one in (*others, visitor):
        one.log_in("secretary")
    assert visitor.post(reverse("sessions-end")).status_code == 302
    assert not any(one.is_in for one in (*others, visitor))


def test_what_has_ended_is_cleared_away_with_the_next_login(cast):
    with at(MORNING):
        for name in ("secretary", "deputy", "member"):
            Visitor().log_in(name)
    with at(MORNING + timedelta(hours=11)):
        Visitor().log_in("office")
    assert Session.objects.count() == 1


def test_a_session_costs_no_query_of_its_own(cast, client, django_assert_num_queries):
    client.force_login(cast.stranger)
    client.get("/login/")
    with django_assert_num_queries(2):  # the session and the user
        assert client.get("/login/").status_code == 302


def test_logging_out_empties_the_browser_and_the_server(cast, visitor):
    visitor.log_in("secretary")
    response = visitor.post("/logout/")
    assert response.headers["Clear-Site-Data"] == '"cache", "storage"'
    assert not Session.objects.exists()
    assert not visitor.is_in


@pytest.mark.parametrize("path", ["/account/", "/password/", "/notices/", "/does-not-exist/"])
def test_what_somebody_sees_is_kept_in_no_cache(cast, visitor, path):
    visitor.log_in("secretary")
    assert "no-store" in visitor.get(path).headers["Cache-Control"]


def test_the_login_page_is_kept_in_no_cache_and_other_sites_windows_do_not_reach_ours(visitor, db):
    response = visitor.get("/login/")
    assert "no-store" in response.headers["Cache-Control"]
    assert response.headers["Cross-Origin-Opener-Policy"] == "same-origin"
    assert response.headers["X-Content-Type-Options"] == "nosniff"
    assert response.headers["Referrer-Policy"] == "same-origin"
    assert "frame-ancestors 'none'" in response.headers["Content-Security-Policy"]


def test_the_database_takes_no_superuser(db):
    with pytest.raises(IntegrityError), transaction.atomic():
        User.objects.create_superuser("root", password="gletscher-wandern-am-morgen")
