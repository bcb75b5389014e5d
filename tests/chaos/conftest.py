"""What fault tests share: short leases, a mail server in a process of its own, and digests that are due."""

import os
import shutil
import time

import pytest

from branches.models import Unit
from committee.delivery.clock import database_now
from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from committee.models import Digest, DigestState
from tests.chaos.mailhouse import MailhouseProcess
from tests.chaos.site import Cluster, Site
from tests.committee.reminders.conftest import make_candidate, make_due, today
from tests.services import server_folder

__all__ = ["make_candidate", "make_due", "today"]

LEASES = {
    "YINLING_CLAIM_LEASE_SECONDS": "1",
    "YINLING_TRANSMIT_LEASE_SECONDS": "1",
    "YINLING_RESEND_UNCERTAIN_SECONDS": "1",
    "YINLING_DIGEST_HOUR": "0",
    "YINLING_DIGEST_LAST_HOUR": "24",
}


FEW = 60
# so slow a mail server that there is something to kill in the middle of
SLOW = {"before": 0.02, "after": 0.02}


@pytest.fixture(scope="session")
def cluster():
    """A PostgreSQL with institutes to copy, for all tests of whole sites."""
    folder = server_folder()
    cluster = Cluster(folder)
    yield cluster
    cluster.server.kill()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture
def whole_site(cluster, tmp_path, request):
    """A site out of processes, with sixty branches or as many as the test asks for."""
    with Site(cluster, tmp_path / "site", getattr(request, "param", FEW)) as site:
        site.mailhouse.behave(**SLOW)
        yield site


@pytest.fixture
def mailhouse(tmp_path):
    with MailhouseProcess(tmp_path / "mailhouse") as house:
        yield house


@pytest.fixture
def site(settings, mailhouse):
    """The variables of a site that sends to the mailhouse, for this process and for others."""
    database = settings.DATABASES["default"]
    url = "postgresql://{USER}:{PASSWORD}@{HOST}:{PORT}/{NAME}".format(**database)
    for name, value in LEASES.items():
        setattr(settings, name, int(value))
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_TIMEOUT = "127.0.0.1", mailhouse.port, 5
    return os.environ | LEASES | mailhouse.environment | {"DATABASE_URL": url}


@pytest.fixture
def create_now():
    """Create the digests of today, whatever the day and the hour."""

    def create():
        Unit.objects.update(digest_hour=0)
        return create_due(database_now(), anyway=True)

    return create


def deliver_until_done(seconds=90, pause=0.2):
    """Go on with rounds, as the ticks would, until nothing is due, claimed, in transmission or uncertain."""
    deadline = time.monotonic() + seconds
    open_states = (DigestState.DUE, DigestState.CLAIMED, DigestState.TRANSMITTING, DigestState.UNCERTAIN)
    while Digest.objects.filter(state__in=open_states).exists():
        assert time.monotonic() < deadline, list(
            Digest.objects.values("recipient__username", "state", "attempt", "reply")
        )
        deliver_due()
        time.sleep(pause)


def copies_of(mailhouse, digest):
    """What the mail server took over of one digest."""
    return [mail for mail in mailhouse.accepted if mail.message_id == digest.message_id]
