"""An empty site asks at the terminal who sets it up."""

import builtins
from io import StringIO

import pytest
from django.core.management import CommandError, call_command

from branches.models import Posting, User
from branches.offices import Office

pytestmark = pytest.mark.django_db


@pytest.fixture
def typed(monkeypatch):
    """What the person at the terminal types: names first, passwords second."""

    def prepare(answers, passwords):
        answers, passwords = iter(answers), iter(passwords)
        monkeypatch.setattr(builtins, "input", lambda label: next(answers))
        monkeypatch.setattr("getpass.getpass", lambda label: next(passwords))

    return prepare


def test_the_first_administrator_is_a_person_with_a_login_and_a_post(typed):
    typed(
        ["00001", "", "丁一", "dingyi"],
        ["short", "glacier-river-1", "glacier-river-2", "glacier-river-1", "glacier-river-1"],
    )
    said = StringIO()
    call_command("create_first_administrator", stdout=said)
    user = User.objects.get(username="dingyi")
    assert user.person.name == "丁一"
    assert user.check_password("glacier-river-1")
    assert not user.is_superuser
    assert Posting.objects.get(person=user.person).office == Office.SYSTEM_ADMINISTRATOR
    assert "两次输入不同" in said.getvalue()


def test_asking_twice_makes_no_second_one(typed):
    typed(["00001", "丁一", "dingyi"], ["glacier-river-1", "glacier-river-1"])
    call_command("create_first_administrator", stdout=StringIO())
    said = StringIO()
    call_command("create_first_administrator", stdout=said)
    assert "已有系统管理员" in said.getvalue()
    assert User.objects.count() == 1


def test_whoever_stops_half_way_leaves_nothing(typed, monkeypatch):
    def leaves(label):
        raise EOFError

    monkeypatch.setattr(builtins, "input", leaves)
    with pytest.raises(CommandError):
        call_command("create_first_administrator", stdout=StringIO())
    assert not User.objects.exists()
