"""The second factor: required of those who see most, offered to everybody, every code good for one time."""

import base64
import re
import threading
from datetime import timedelta

import pytest
import time_machine
from defusedxml import ElementTree
from django.db import connection, connections
from django.urls import reverse
from django.utils import timezone

from branches import codes
from branches.actions.doors import CODE, LIMIT
from branches.actions.refusals import NotYours, Refused
from branches.actions.second_factor import remove_second_factor, try_code
from branches.actions.users import reset_password
from branches.hashing import account_of
from branches.models import GuessCount, RecoveryCode, SecondFactor
from tests.branches.doors.conftest import Phone, Visitor
from tests.cast import PASSWORD

SET_UP = "/account/second-factor/"
STRICT = ("office", "sub_office", "auditor", "system_administrator", "security_administrator")
OTHERS = ("secretary", "member", "hr", "mentor", "stranger")


@pytest.fixture
def required(settings):
    settings.YINLING_REQUIRE_SECOND_FACTOR = True


def key_shown(page):
    """The key that the page offers for typing in, as an app takes it."""
    letters = re.search(r"<code>([A-Z2-7 ]+)</code>", page.content.decode())[1]
    return base64.b32decode(letters.replace(" ", ""))


@pytest.mark.parametrize("name", STRICT)
def test_where_it_is_required_the_office_and_the_administrators_set_it_up_before_anything_else(
    cast, visitor, required, name
):
    visitor.log_in(name)
    for path in ("/", "/account/", "/candidates/", "/admin/", "/grants/"):
        assert visitor.get(path)["Location"] == SET_UP, path
    phone = Phone(key_shown(visitor.get(SET_UP)))
    done = visitor.post(SET_UP, {"code": phone.shows()})
    assert done.status_code == 200
    assert "恢复码" in done.content.decode()
    assert visitor.is_in


@pytest.mark.parametrize("name", OTHERS)
def test_everybody_else_works_without_it_and_is_offered_it(cast, visitor, required, name):
    visitor.log_in(name)
    page = visitor.get("/account/")
    assert page.status_code == 200
    assert SET_UP in page.content.decode()


@pytest.mark.parametrize("name", [*STRICT, *OTHERS])
def test_where_it_is_not_required_nobody_has_to(cast, visitor, name):
    visitor.log_in(name)
    assert visitor.is_in


def test_a_foreign_code_sets_nothing_up(cast, visitor):
    visitor.log_in("secretary")
    visitor.get(SET_UP)
    response = visitor.post(SET_UP, {"code": "000000"})
    assert response.status_code == 422
    assert "请核对手机时间" in response.content.decode()
    assert not SecondFactor.objects.exists()


def test_the_square_brings_its_own_white_ground_so_that_it_is_read_from_a_dark_page(cast, visitor):
    visitor.log_in("secretary")
    square = visitor.get(SET_UP).context["square"]
    drawing = ElementTree.fromstring(base64.b64decode(square.partition(",")[2]))
    ground, dots = drawing[0], drawing[1]
    assert (ground.attrib["fill"], ground.attrib["width"]) == ("white", "100%")
    assert dots.attrib["fill"] == "#000000"


def test_who_set_it_up_logs_in_with_password_and_code(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    assert visitor.log_in("secretary", next="/todo/")["Location"] == "/login/code/"
    assert not visitor.is_in, "the password alone opens nothing"
    assert visitor.post("/login/code/", {"code": phone.shows()})["Location"] == "/todo/"
    assert visitor.is_in


def test_the_page_for_the_code_opens_only_after_the_password_and_for_ten_minutes(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    assert visitor.get("/login/code/")["Location"] == "/login/"
    visitor.log_in("secretary")
    with time_machine.travel(timezone.now() + timedelta(minutes=11)):
        assert visitor.post("/login/code/", {"code": phone.shows()})["Location"] == "/login/"
        assert not visitor.is_in


def test_a_password_that_was_changed_meanwhile_does_not_lead_to_the_code(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    visitor.log_in("secretary")
    reset_password(by=cast.system_administrator, user=cast.secretary, now=timezone.now())
    assert visitor.post("/login/code/", {"code": phone.shows()})["Location"] == "/login/"
    assert not visitor.is_in


def test_a_code_that_was_used_serves_no_more_nor_does_one_before_it(cast, phone_of):
    phone, now = phone_of(cast.secretary), timezone.now()
    who = {"user": cast.secretary, "account": account_of("secretary"), "device": "", "now": now}
    assert try_code(code=phone.shows(now), **who)
    assert not try_code(code=phone.shows(now), **who)
    assert not try_code(code=phone.shows(now - timedelta(seconds=30)), **who)


@pytest.mark.parametrize(("seconds", "is_taken"), [(-61, False), (-30, True), (0, True), (30, True), (61, False)])
def test_a_clock_may_be_off_by_half_a_minute(seconds, is_taken):
    secret, now = codes.new_secret(), timezone.now().replace(second=10, microsecond=0)
    shown = Phone(secret).shows(now + timedelta(seconds=seconds))
    assert (codes.matching_step(secret, shown, now) is not None) == is_taken


def test_codes_are_those_of_the_standard():
    """RFC 6238, appendix B: the last six of its eight digits."""
    secret = b"12345678901234567890"
    assert [codes.code_of(secret, at // 30) for at in (59, 1111111109, 1234567890, 20000000000)] == [
        "287082",
        "081804",
        "005924",
        "353130",
    ]


@pytest.mark.slow
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_of_many_who_send_the_same_code_at_once_one_gets_in(cast, phone_of):
    phone, now = phone_of(cast.secretary), timezone.now()
    gate, let_in = threading.Barrier(4), []

    def send(code):
        gate.wait()
        try:
            who = {"user": cast.secretary, "account": account_of("secretary"), "device": "", "now": now}
            let_in.append(try_code(code=code, **who))
        finally:
            connections.close_all()

    for code in (phone.shows(now), phone.recovery_codes[0]):
        let_in.clear()
        threads = [threading.Thread(target=send, args=(code,)) for _ in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(let_in) == [False, False, False, True]


def test_codes_are_guessed_as_rarely_as_passwords(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    visitor.log_in("secretary")
    for n in range(LIMIT):
        assert visitor.post("/login/code/", {"code": f"{n:06}"}).status_code == 422
    assert visitor.post("/login/code/", {"code": phone.shows()}).status_code == 422, "not even the right one is judged"
    assert not visitor.is_in


def test_a_recovery_code_opens_once_however_it_is_typed(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    visitor.log_in("secretary")
    typed = phone.recovery_codes[0].upper().replace("-", " ")
    assert visitor.post("/login/code/", {"code": typed}).status_code == 302
    assert visitor.is_in
    assert "恢复码还有 9 个" in visitor.get("/account/").content.decode()
    again = Visitor()
    again.log_in("secretary")
    assert again.post("/login/code/", {"code": phone.recovery_codes[0]}).status_code == 422


def test_new_recovery_codes_make_the_former_ones_worthless(cast, visitor, phone_of):
    phone = phone_of(cast.secretary)
    visitor.log_in("secretary")
    visitor.post("/login/code/", {"code": phone.shows()})
    page = visitor.post("/account/second-factor/codes/").content.decode()
    assert page.count('<code class="num">') == 10
    assert not any(code in page for code in phone.recovery_codes)
    assert RecoveryCode.objects.count() == 10


def test_neither_key_nor_codes_lie_readable_in_the_database(cast, phone_of):
    phone = phone_of(cast.secretary)
    with connection.cursor() as cursor:
        cursor.execute("SELECT secret FROM branches_secondfactor")
        (stored,) = cursor.fetchone()
        cursor.execute("SELECT digest FROM branches_recoverycode")
        digests = {digest for (digest,) in cursor.fetchall()}
    assert codes.in_letters(phone.secret).replace(" ", "") not in stored
    assert phone.secret.hex() not in stored
    assert codes.unsealed(stored) == phone.secret
    assert digests.isdisjoint(phone.recovery_codes)


def test_a_new_site_key_with_the_old_one_beside_it_still_opens(cast, phone_of, settings):
    stored = SecondFactor.objects.get(user=cast.secretary).secret if phone_of(cast.secretary) else ""
    settings.SECRET_KEY_FALLBACKS, settings.SECRET_KEY = [settings.SECRET_KEY], "another-key-of-the-site-" * 3
    assert codes.unsealed(stored)


def test_setting_it_up_ends_the_other_sessions(cast, visitor):
    elsewhere = Visitor()
    elsewhere.log_in("secretary")
    visitor.log_in("secretary")
    phone = Phone(key_shown(visitor.get(SET_UP)))
    visitor.post(SET_UP, {"code": phone.shows()})
    assert visitor.is_in
    assert not elsewhere.is_in


def test_a_new_password_leaves_the_second_factor_in_place(cast, visitor, phone_of):
    phone_of(cast.secretary)
    first = reset_password(by=cast.system_administrator, user=cast.secretary, now=timezone.now())
    assert visitor.log_in("secretary", first)["Location"] == "/login/code/"


def test_one_may_do_without_it_again_unless_the_post_requires_it(cast, visitor, phone_of, required):
    for name, is_left in (("secretary", False), ("office", True)):
        user = getattr(cast, name)
        phone, own = phone_of(user), Visitor()
        own.log_in(name)
        own.post("/login/code/", {"code": phone.shows()})
        own.post(reverse("second-factor-remove"))
        assert SecondFactor.objects.filter(user=user).exists() == is_left


def test_when_the_phone_is_lost_the_security_administrator_helps_and_nobody_else(cast, phone_of, required):
    phone_of(cast.secretary)
    for name in ("system_administrator", "office", "auditor", "deputy"):
        with pytest.raises(NotYours):
            remove_second_factor(by=getattr(cast, name), user=cast.secretary, now=timezone.now())
    phone_of(cast.security_administrator)
    with pytest.raises(Refused, match="不能停用"):
        remove_second_factor(by=cast.security_administrator, user=cast.security_administrator, now=timezone.now())


def test_the_page_for_lost_phones_exists_for_the_security_administrator_only(cast, visitor, phone_of):
    phone_of(cast.secretary)
    holder = Visitor()
    for name in ("system_administrator", "office", "secretary"):
        other = Visitor()
        other.force_login(getattr(cast, name))
        assert other.get("/account/lost-phone/").status_code == 404
    visitor.log_in("security_administrator")
    assert visitor.post("/account/lost-phone/", {"username": "nobody"}).status_code == 422
    assert visitor.post("/account/lost-phone/", {"username": "secretary"}).status_code == 302
    assert holder.log_in("secretary", PASSWORD)["Location"] == "/"


def test_an_unfinished_login_counts_the_codes_and_not_the_password(cast, phone_of):
    phone_of(cast.secretary)
    visitor = Visitor()
    visitor.log_in("secretary")
    visitor.post("/login/code/", {"code": "123456"})
    assert GuessCount.objects.get(door=CODE).count == 1
    assert GuessCount.objects.exclude(door=CODE).get().count == 0
