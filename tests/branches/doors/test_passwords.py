"""Two profiles of passwords: one that asks for length, one that asks for what assessors of 等保 want."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.contrib.auth import password_validation
from django.core.exceptions import ValidationError
from django.utils import timezone

from branches.actions.users import choose_password, reset_password
from branches.models import FormerPassword, User
from config.settings import AUTH_PASSWORD_VALIDATORS
from tests.cast import PASSWORD

DENGBAO = [{"NAME": "branches.passwords.ThreeKinds"}, {"NAME": "branches.passwords.NotUsedBefore"}]


def is_taken(password, user=None):
    try:
        password_validation.validate_password(password, user)
    except ValidationError:
        return False
    return True


@pytest.fixture
def dengbao(settings):
    settings.YINLING_DENGBAO_PASSWORDS = True
    settings.AUTH_PASSWORD_VALIDATORS = [*AUTH_PASSWORD_VALIDATORS, *DENGBAO]
    password_validation.get_default_password_validators.cache_clear()
    yield
    password_validation.get_default_password_validators.cache_clear()


@pytest.mark.parametrize(
    "password",
    [
        "four unrelated plain words",
        "正确的马电池订书钉十二个字",
        "gletscher-wandern-am-morgen",
        "k7#mQ2!vX9$pL4",
        "aaaa-longer-than-a-run-of-four-letters",
    ],
)
def test_a_long_password_that_nobody_guesses_is_taken_whatever_it_is_made_of(password):
    assert is_taken(password)


@pytest.mark.parametrize("password", ["short", "190000000000000000", "password2024!!!!", "张一张一张一张一张一张一"])
def test_a_refused_password_is_told_why_in_chinese(password):
    with pytest.raises(ValidationError) as refusal:
        password_validation.validate_password(password)
    assert refusal.value.messages
    assert not [message for message in refusal.value.messages if re.search("[A-Za-z]", message)]


@pytest.mark.parametrize(
    "password",
    [
        "short-one11",  # eleven characters
        "190000000000000000",
        "password2024!!!!",
        "!!!!dragon!!!!2025",
        "aaaaaaaaaaaaaaaa",
        "abcabcabcabcabc",
        "qwertyuiop[]123",
        "1qaz2wsx3edc4rfv",
        "poiuytrewq4321",
        "zhongguo20241001",
        "yinling-dangban-2026",
        "Woaizhongguo1949",
    ],
)
def test_a_password_that_is_tried_first_is_not_taken(password):
    assert not is_taken(password)


def test_the_own_name_in_pinyin_the_login_and_the_staff_number_do_not_make_a_password(cast):
    user = cast.secretary  # 周维岳, N00001, login "secretary"
    assert not is_taken("zhouweiyue1975!", user)
    assert not is_taken("secretary-20260101", user)
    assert not is_taken("N00001-N00001-99", user)
    assert is_taken("zhouweiyue-liebt-gletscher", user), "a name in a long password is no weakness"


def test_length_alone_is_enough_in_the_ordinary_profile_and_never_runs_out(cast, visitor):
    assert is_taken("gletscher wandern am morgen")
    with time_machine.travel(timezone.now() + timedelta(days=400)):
        assert visitor.log_in("secretary").status_code == 302
        assert visitor.is_in


def test_dengbao_asks_for_three_kinds_of_characters(dengbao):
    assert not is_taken("gletscher wandern")
    assert not is_taken("gletscher-wandern-am")
    assert is_taken("Gletscher-wandern-am-5ten")


def test_dengbao_asks_for_a_new_password_after_ninety_days(cast, visitor, dengbao):
    now = timezone.now()
    choose_password(user=cast.secretary, password=PASSWORD, now=now)
    with time_machine.travel(now + timedelta(days=89, hours=23)):
        visitor.log_in("secretary")
        assert visitor.is_in
    with time_machine.travel(now + timedelta(days=90, minutes=1)):
        visitor.log_in("secretary")
        assert visitor.get("/account/")["Location"] == "/password/"
        new = "Gletscher-wandern-am-5ten"
        answers = {"old_password": PASSWORD, "new_password1": new, "new_password2": new}
        assert visitor.post("/password/", answers).status_code == 302
        assert visitor.is_in


def test_dengbao_takes_none_of_the_last_five_and_keeps_no_more_of_them(cast, dengbao):
    passwords = [f"Gletscher-wandern-am-{n}ten" for n in range(7)]
    user, now = User.objects.get(pk=cast.secretary.pk), timezone.now()
    for n, password in enumerate(passwords):
        choose_password(user=user, password=password, now=now + timedelta(days=n))
    assert [is_taken(password, user) for password in passwords] == [True, True, False, False, False, False, False]
    assert FormerPassword.objects.filter(user=user).count() == 4, "the fifth is the present one"


def test_the_ordinary_profile_keeps_no_former_password(cast):
    choose_password(user=cast.secretary, password="gletscher-wandern-am-morgen", now=timezone.now())
    assert not FormerPassword.objects.exists()


def test_a_first_password_opens_one_session_within_three_days(cast, visitor):
    now = timezone.now()
    first = reset_password(by=cast.system_administrator, user=cast.secretary, now=now)
    with time_machine.travel(now + timedelta(hours=72, minutes=1)):
        response = visitor.log_in("secretary", first)
        assert "初始密码已用过或已过有效期" in response.content.decode()
    with time_machine.travel(now + timedelta(hours=71)):
        assert visitor.log_in("secretary", first)["Location"] == "/"
        assert visitor.get("/account/")["Location"] == "/password/", "before anything else, one of their own"
        assert "初始密码已用过" in type(visitor)().log_in("secretary", first).content.decode()


def test_a_password_change_asks_for_the_present_one_and_counts_the_guesses(cast, visitor):
    visitor.log_in("secretary")
    new = "gletscher-wandern-am-morgen"
    answers = {"old_password": "wrong-one", "new_password1": new, "new_password2": new}
    for _ in range(10):
        assert visitor.post("/password/", answers).status_code == 200
    response = visitor.post("/password/", {**answers, "old_password": PASSWORD})
    assert "尝试次数过多" in response.content.decode()


def test_the_page_says_what_is_asked_for(cast, visitor, dengbao):
    visitor.log_in("secretary")
    page = visitor.get("/password/").content.decode()
    assert "12 个字符" in page
    assert "四类中至少有三类" in page
