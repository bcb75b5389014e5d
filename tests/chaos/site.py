"""A whole site out of processes that can be killed: PostgreSQL, Redis, a mail server, Celery workers and beats."""

import os
import random
import signal
import socket
import subprocess
import sys
import time
from collections import defaultdict
from contextlib import closing, suppress
from itertools import count
from pathlib import Path

import psycopg2

from tests.chaos.mailhouse import ROOT, MailhouseProcess
from tests.services import LOOPBACK, Postgres, Redis, die_with_parent, free_port

LEASES = {
    "EMAIL_TIMEOUT": "2",
    "YINLING_CLAIM_LEASE_SECONDS": "4",
    "YINLING_TRANSMIT_LEASE_SECONDS": "4",
    "YINLING_RESEND_UNCERTAIN_SECONDS": "1",
    "YINLING_DIGEST_HOUR": "0",
    "YINLING_DIGEST_LAST_HOUR": "24",
}
numbers = count(1)


class Cluster:
    """A PostgreSQL with filled institutes of several sizes that every test gets a fresh copy of."""

    def __init__(self, folder: Path):
        self.folder = folder
        self.sizes = []
        self.server = Postgres(folder / "postgresql")
        self.server.start()

    def institute(self, branches):
        """The name of an institute with so many branches, made from the next smaller one when there is none yet."""
        name = f"institute{branches}"
        if branches not in self.sizes:
            smaller = max((size for size in self.sizes if size < branches), default=None)
            template = f" TEMPLATE institute{smaller}" if smaller else ""
            self.execute("postgres", f"CREATE DATABASE {name}{template}")
            self.run("-m", "tests.chaos.institute", str(branches), database=name)
            self.sizes.append(branches)
        return name

    def url(self, database):
        return self.server.url.rpartition("/")[0] + f"/{database}"

    def execute(self, database, sql, *parameters):
        """Run one statement outside any transaction and return its rows."""
        with closing(psycopg2.connect(self.url(database), connect_timeout=5)) as connection:
            connection.autocommit = True
            with connection.cursor() as cursor:
                cursor.execute(sql, parameters)
                return cursor.fetchall() if cursor.description else []

    def copy(self, branches):
        """The name of a fresh copy of the institute with so many branches."""
        name = f"copy{next(numbers)}"
        self.execute("postgres", f"CREATE DATABASE {name} TEMPLATE {self.institute(branches)}")
        return name

    def environment(self, database):
        return os.environ | {
            "DATABASE_URL": self.url(database),
            "DJANGO_SETTINGS_MODULE": "config.settings",
            "YINLING_VAR": str(self.folder / "var"),
            # A checkpoint of one copy would show the next copy as a database that was put back.
            "YINLING_CHECKPOINT_DIR": str(self.folder / "checkpoints" / database),
            "REDIS_URL": "",
            **LEASES,
        }

    def run(self, *arguments, database, **environment):
        """Run Python to its end and return the finished process; raises with what it said when it fails."""
        command = [sys.executable, *arguments]
        env = self.environment(database) | environment
        done = subprocess.run(command, cwd=ROOT, env=env, check=False, capture_output=True, text=True)
        assert done.returncode == 0, f"{arguments} ended with {done.returncode}:\n{done.stdout}\n{done.stderr[-4000:]}"
        return done

    def crash(self):
        """PostgreSQL as after a power cut, and started again."""
        self.server.kill()
        (self.server.data / "postmaster.pid").unlink(missing_ok=True)
        self.server.start()


class Site:
    """The processes around one copy of the institute."""

    def __init__(self, cluster: Cluster, folder: Path, branches: int):
        self.cluster = cluster
        self.folder = folder
        self.branches = branches
        folder.mkdir(parents=True, exist_ok=True)
        self.database = cluster.copy(branches)
        self.redis = Redis(folder / "redis")
        self.redis.start()
        self.mailhouse = MailhouseProcess(folder / "mailhouse").start()
        self.processes = []

    def __enter__(self):
        return self

    def __exit__(self, *_):
        for process in list(self.processes):
            self.kill(process)
        self.redis.kill()
        self.mailhouse.kill()

    @property
    def environment(self):
        return self.cluster.environment(self.database) | self.mailhouse.environment | {"REDIS_URL": self.redis.url}

    def launch(self, *arguments, **environment):
        """Start a Python process of the site that dies with the tests."""
        name = f"{arguments[-1].strip('-')}-{next(numbers)}"
        path = self.folder / f"{name}.log"
        with path.open("wb") as log:
            process = subprocess.Popen(
                [sys.executable, *arguments], cwd=ROOT, env=self.environment | environment, stdout=log, stderr=log,
                start_new_session=True, preexec_fn=die_with_parent(signal.SIGKILL),
            )  # fmt: skip
        process.log = path
        self.processes.append(process)
        return process

    def start_worker(self):
        name = f"worker{next(numbers)}@chaos"
        return self.launch(
            "-m", "celery", "-A", "tests.chaos.clockwork", "worker", "-n", name, "--concurrency=1", "--loglevel=ERROR",
            "--without-gossip", "--without-mingle", "--without-heartbeat",
        )  # fmt: skip

    def start_beat(self):
        schedule = self.folder / f"beat-{next(numbers)}"
        return self.launch(
            "-m", "celery", "-A", "tests.chaos.clockwork", "beat", "--loglevel=ERROR", "--pidfile=",
            CLOCKWORK_BEAT_FILE=str(schedule),
        )  # fmt: skip

    def start_web(self, **environment):
        """Start the web server as in production; returns the process and its address."""
        port = free_port()
        process = self.launch(
            "-m", "gunicorn", "config.wsgi", "--bind", f"{LOOPBACK}:{port}", "--workers", "2", "--worker-class", "gthread",
            "--threads", "8", "--no-control-socket", "--log-level=error",
            **environment,
        )  # fmt: skip
        self.wait_until(lambda _: answers(port), 300)
        return process, f"http://{LOOPBACK}:{port}"

    def start_runworker(self):
        return self.launch("manage.py", "runworker", "--every=1", REDIS_URL="redis://127.0.0.1:1/0")

    def kill(self, process):
        """SIGKILL for the process and everything it forked."""
        self.processes.remove(process)
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()

    def rows(self, sql, *parameters):
        return self.cluster.execute(self.database, sql, *parameters)

    def states(self):
        """{state: how many digests}; empty while PostgreSQL does not answer."""
        try:
            return dict(self.rows("SELECT state, count(*) FROM committee_digest GROUP BY state"))
        except psycopg2.OperationalError:
            return {}

    def wait_until(self, reached, seconds):
        """Wait until ``reached(states)``; the time-out tells how far it came."""
        deadline = time.monotonic() + seconds
        while not reached(states := self.states()):
            assert time.monotonic() < deadline, f"still {states} after {seconds} s; logs in {self.folder}"
            time.sleep(0.1)

    def wait_until_sent(self, count=None, seconds=300):
        """Wait until every digest that was created has been sent, ``count`` of them (default: one a branch)."""
        count = count or self.branches
        self.wait_until(lambda states: set(states) == {"sent"} and sum(states.values()) >= count, seconds)

    def judge(self, day=None):
        """The verdict, from the mail server's own log: one digest each, none lost, repeats identical; dues and ledger whole.

        ``day`` looks at the digests and the mails of one local day; without it there must be one day only. Returns how many
        mails were repeats.
        """
        digests = dict(
            self.rows(
                "SELECT p.email, d.message_id FROM committee_digest d JOIN branches_user u ON u.id = d.recipient_id"
                " JOIN branches_person p ON p.id = u.person_id"
                " WHERE d.kind = 'daily' AND (d.local_date = %s OR %s IS NULL)",
                day,
                day,
            )
        )
        assert len(digests) == self.branches
        assert set(self.states()) == {"sent"}
        copies = defaultdict(list)
        for mail in self.mailhouse.accepted:
            if day is None or mail.message_id in digests.values():
                copies[mail.recipient].append(mail)
        assert set(copies) == set(digests), "everybody got a mail, and nobody else did"
        for recipient, mails in copies.items():
            assert {mail.message_id for mail in mails} == {digests[recipient]}, recipient
            assert len({mail.digest for mail in mails}) == 1, f"{recipient}: a repeat has other bytes"
        self.cluster.run("manage.py", "check_dues", database=self.database)
        self.cluster.run("manage.py", "verify_ledger", "--quiet", database=self.database)
        return sum(len(mails) - 1 for mails in copies.values())


def answers(port):
    """True when somebody listens there."""
    with suppress(OSError), socket.create_connection((LOOPBACK, port), timeout=1):
        return True
    return False


def shortly(longest):
    """A random moment of up to ``longest`` seconds passes."""
    time.sleep(random.random() * longest)


__all__ = ["LOOPBACK", "Cluster", "Site", "shortly"]
