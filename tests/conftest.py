"""What all tests share: Chromium, an SMTP server, and the rule that a skipped test is a failed run."""

import email
import email.policy
import os
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage

import hypothesis
import pytest
from aiosmtpd.controller import Controller
from django.db.models.sql.compiler import SQLCompiler
from django.db.transaction import TransactionManagementError
from django.test import override_settings

from recruitment.papers import converting
from tests.services import LOOPBACK, free_port

pytest_plugins = ["tests.cast", "tests.factory", "tests.walls"]

# Playwright's synchronous interface runs an event loop in the tests' thread, where Django would refuse the database.
os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"

# A machine that is busy with something else makes an example slow, not wrong.
hypothesis.settings.register_profile("any machine", deadline=None)
hypothesis.settings.load_profile("any machine")

CHROMIUM_ARGUMENTS = [
    "--no-sandbox",  # refused to root otherwise
    "--disable-dev-shm-usage",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    # Nothing but the pages under test: no look-ups of its own.
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(config: pytest.Config, items: list[pytest.Item]) -> None:
    """Marks what drives a browser and what injects faults; leaves out, with --embedded, what needs PostgreSQL or Redis."""
    for item in items:
        if "browser" in getattr(item, "fixturenames", ()):
            item.add_marker(pytest.mark.browser)
        if "chaos" in item.path.parts:
            item.add_marker(pytest.mark.alone)
    if not config.getoption("embedded"):
        return
    left_out = [item for item in items if item.get_closest_marker("postgres")]
    if left_out:
        config.hook.pytest_deselected(items=left_out)
        items[:] = [item for item in items if item not in left_out]


@pytest.hookimpl(tryfirst=True)
def pytest_sessionfinish(session: pytest.Session) -> None:
    """A test that skips itself proves nothing, so the run does not count as passed."""
    reporter = session.config.pluginmanager.get_plugin("terminalreporter")
    if reporter and reporter.stats.get("skipped") and session.exitstatus == pytest.ExitCode.OK:
        reporter.write_line("A skipped test counts as failed: see the reasons below.", red=True)
        session.exitstatus = pytest.ExitCode.TESTS_FAILED


@pytest.fixture(scope="session", autouse=True)
def quick_passwords() -> Iterator[None]:
    """Hashing that takes its time is right for the site and wrong for a cast of users made for every test."""
    hashers = ["django.contrib.auth.hashers.MD5PasswordHasher", "django.contrib.auth.hashers.Argon2PasswordHasher"]
    with override_settings(PASSWORD_HASHERS=hashers):
        yield


@pytest.fixture(scope="session", autouse=True)
def locks_need_a_transaction_of_the_product() -> Iterator[None]:
    """A row locked outside any transaction is an error of the served site, which the transaction around a test would hide."""
    as_sql = SQLCompiler.as_sql

    def checked(self, *args, **kwargs):
        if self.query.select_for_update and all(block._from_testcase for block in self.connection.atomic_blocks):
            raise TransactionManagementError("select_for_update outside of a transaction of the product's own")
        return as_sql(self, *args, **kwargs)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(SQLCompiler, "as_sql", checked)
        yield


@pytest.fixture(autouse=True)
def no_note_of_use(monkeypatch) -> None:
    """A session notes once a minute that it is used. On a busy machine a test takes longer, and would count those queries."""
    monkeypatch.setattr("branches.middleware.NOTED_EVERY", timedelta(hours=1))


@pytest.fixture(scope="session", autouse=True)
def no_office_program() -> Iterator[None]:
    """Whether a machine has LibreOffice makes no difference; the tests that need one bring a program of their own."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(converting, "PROGRAMS", ())
        yield


@pytest.fixture(scope="session")
def browser_type_launch_args(browser_type_launch_args: dict) -> dict:
    """Playwright starts the Chromium that tests/debs.sh found, never one that it would download."""
    return {**browser_type_launch_args, "executable_path": os.environ["CHROMIUM"], "args": CHROMIUM_ARGUMENTS}


@pytest.fixture(scope="session")
def browser_context_args(browser_context_args: dict) -> dict:
    return {**browser_context_args, "locale": "zh-CN", "timezone_id": "Asia/Shanghai"}


@dataclass(frozen=True)
class Delivery:
    """A mail as the server accepted it."""

    sender: str
    recipients: list[str]
    message: EmailMessage


class Mailhouse:
    """An SMTP server on a free port; what it accepted is in `deliveries`, oldest first."""

    def __init__(self) -> None:
        self.deliveries: list[Delivery] = []
        self.host = LOOPBACK
        self.port = free_port()
        self._controller = Controller(self, hostname=self.host, port=self.port)

    async def handle_DATA(self, server, session, envelope) -> str:  # noqa: N802  # aiosmtpd's name
        message = email.message_from_bytes(envelope.original_content, policy=email.policy.default)
        self.deliveries.append(Delivery(envelope.mail_from, list(envelope.rcpt_tos), message))
        return "250 OK"

    def __enter__(self) -> "Mailhouse":
        self._controller.start()
        return self

    def __exit__(self, *_) -> None:
        self._controller.stop()


@pytest.fixture
def smtp(settings) -> Iterator[Mailhouse]:
    """A running SMTP server that the site's mail goes to."""
    with Mailhouse() as house:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = house.host, house.port
        settings.EMAIL_USE_TLS = settings.EMAIL_USE_SSL = False
        yield house
