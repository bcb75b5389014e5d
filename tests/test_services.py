"""The tests stand on the real things: each of these fails when a stand-in is used instead."""

import os
import shutil
import subprocess
import sys
import time
from pathlib import Path

import pytest
from django.conf import settings
from django.core.cache import cache
from django.core.mail import send_mail
from django.db import connection
from django.db.backends.postgresql.psycopg_any import is_psycopg3

from tests.services import server_folder


@pytest.mark.postgres
@pytest.mark.django_db
def test_the_database_is_postgresql_through_psycopg2():
    with connection.cursor() as cursor:
        cursor.execute("SELECT version()")
        assert cursor.fetchone()[0].startswith("PostgreSQL")
    assert not is_psycopg3, "psycopg 3 crept into the lock: Django silently prefers it"


@pytest.mark.postgres
def test_the_cache_is_redis():
    assert settings.CACHES["default"]["BACKEND"].endswith("RedisCache")
    cache.set("key", "值", 5)
    assert cache.get("key") == "值"


def test_a_mail_reaches_the_smtp_server(smtp):
    send_mail("主题", "正文", "yinling@example.org", ["wei@example.org"])
    [delivery] = smtp.deliveries
    assert delivery.recipients == ["wei@example.org"]
    assert delivery.message["Subject"] == "主题"
    assert delivery.message.get_content().strip() == "正文"


def test_chromium_draws_chinese_with_a_chinese_font(page):
    page.set_content('<span style="font: 40px sans-serif">引</span><span style="font: 40px sans-serif">\ue000</span>')
    spans = page.locator("span")
    assert spans.nth(0).bounding_box()["width"] == 40  # a box for a missing character has another width
    assert spans.nth(0).screenshot() != spans.nth(1).screenshot()


@pytest.mark.slow
@pytest.mark.alone
@pytest.mark.postgres
def test_servers_of_a_killed_run_die_with_it():
    """The kernel ends the servers when the process that started them is killed without a chance to tidy up."""
    folder = server_folder()
    run = subprocess.Popen([sys.executable, "-c", START_AND_WAIT, folder], stdout=subprocess.PIPE, text=True)
    try:
        pids = [int(pid) for pid in run.stdout.readline().split()]
        assert len(pids) == 2 and all(_alive(pid) for pid in pids)
        run.kill()
        run.wait()
        deadline = time.monotonic() + 10
        while any(_alive(pid) for pid in pids) and time.monotonic() < deadline:
            time.sleep(0.1)
        assert not any(_alive(pid) for pid in pids)
    finally:
        run.kill()
        shutil.rmtree(folder)


START_AND_WAIT = """
import sys, time
from pathlib import Path
from tests.services import Postgres, Redis
folder = Path(sys.argv[1])
servers = [Postgres(folder / "postgresql"), Redis(folder / "redis")]
for server in servers:
    server.start()
print(*[server.process.pid for server in servers], flush=True)
time.sleep(60)
"""


def _alive(pid: int) -> bool:
    """Whether the process runs; one that ended and was not waited for does not."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return " Z " not in Path(f"/proc/{pid}/stat").read_text()
