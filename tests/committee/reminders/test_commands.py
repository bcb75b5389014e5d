"""The commands of reminders: what they count, write and refuse."""

import os
import signal
import subprocess
import sys
import time
from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command

from committee import tasks
from committee.models import Notice, Pulse
from recruitment.models import Due

pytestmark = pytest.mark.django_db


@pytest.fixture
def people(factory):
    return [factory.candidate(step) for step in (1, 2, 5, 10)]


def test_after_the_verbs_no_due_differs_from_the_facts(people, capsys):
    call_command("check_dues")
    assert "核对 4 人，0 人的待办与记录不符" in capsys.readouterr().out


def test_a_due_that_somebody_meddled_with_is_found_and_mended(people, capsys):
    due = Due.objects.open().filter(candidate=people[0]).first()
    Due.objects.filter(pk=due.pk).update(due_on=due.due_on + timedelta(days=300))
    Due.objects.open().filter(candidate=people[2]).delete()
    with pytest.raises(CommandError, match="2 人的待办与记录不符"):
        call_command("check_dues")
    call_command("refresh_dues", "--dry-run")
    assert "没有写入" in capsys.readouterr().out
    assert Due.objects.get(pk=due.pk).due_on == due.due_on + timedelta(days=300)
    call_command("refresh_dues")
    assert "已改正" in capsys.readouterr().out
    assert Due.objects.get(pk=due.pk).due_on == due.due_on
    call_command("check_dues")


def test_the_night_tells_the_office_when_dues_differ(people, cast):
    tasks.check_dues()
    assert not Notice.objects.filter(kind="alarm").exists()
    Due.objects.open().filter(candidate=people[0]).delete()
    tasks.check_dues()
    assert Notice.objects.filter(recipient=cast.office, kind="alarm").count() == 1
    assert Notice.objects.filter(recipient=cast.system_administrator, kind="alarm").count() == 1
    assert Pulse.objects.filter(name="check_dues").exists()


def test_a_day_other_than_today_is_only_shown(cast):
    with pytest.raises(CommandError, match="dry-run"):
        call_command("send_digests", "--date", str(cast.today + timedelta(days=1)))


@pytest.mark.parametrize("command", ["send_digests", "refresh_dues", "check_dues"])
@pytest.mark.parametrize("day", ["1899-12-31", "2201-01-01", "9999-12-31", "morgen"])
def test_a_day_that_cannot_be_meant_is_refused_before_anything_is_looked_at(people, command, day):
    with pytest.raises(CommandError, match="--date"):
        call_command(command, "--dry-run", f"--date={day}")


@pytest.mark.parametrize("command", ["send_digests", "refresh_dues"])
@pytest.mark.parametrize("day", ["1900-01-01", "2200-12-31"])
def test_the_first_and_the_last_day_there_is_can_be_looked_at(people, command, day, capsys):
    call_command(command, "--dry-run", f"--date={day}")
    assert capsys.readouterr().out


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_runworker_ticks_without_a_broker_and_stops_when_told(settings):
    environment = os.environ | {"DATABASE_URL": _url(settings), "REDIS_URL": "", "EMAIL_HOST": ""}
    worker = subprocess.Popen([sys.executable, "manage.py", "runworker"], env=environment, cwd=settings.BASE_DIR)
    try:
        deadline = time.monotonic() + 30
        while not Pulse.objects.filter(name="tick").exists() and time.monotonic() < deadline:
            time.sleep(0.2)
        assert Pulse.objects.filter(name="tick").exists()
        worker.send_signal(signal.SIGTERM)
        assert worker.wait(10) == 0
    finally:
        worker.kill()


def _url(settings):
    database = settings.DATABASES["default"]
    return "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
