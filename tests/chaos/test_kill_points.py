"""F1: the sender killed at every point of one delivery; the judge is the mail server's own log."""

import subprocess
import sys
from datetime import timedelta

import pytest

from committee.models import Digest, DigestKind, DigestState
from tests.chaos.conftest import copies_of, deliver_until_done
from tests.chaos.killer import MAY_REPEAT, POINTS
from tests.chaos.mailhouse import ROOT

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]


@pytest.mark.parametrize("point", POINTS)
def test_a_sender_killed_at_any_point_loses_nothing_and_repeats_only_what_nobody_can_know(
    point, cast, make_due, create_now, site, mailhouse
):
    mailhouse.behave(drop_before_accepting=point == "after the final dot, not accepted")
    make_due(cast.today + timedelta(days=1))
    create_now()
    ended = subprocess.run([sys.executable, "-m", "tests.chaos.killer", point], cwd=ROOT, env=site, check=False)
    assert ended.returncode == -9, "the sender was to die"
    mailhouse.behave()
    deliver_until_done()
    digest = Digest.objects.get(recipient=cast.secretary, kind=DigestKind.DAILY)
    assert digest.state == DigestState.SENT
    copies = copies_of(mailhouse, digest)
    assert len(copies) == 1 or (point in MAY_REPEAT and len(copies) == 2)
    assert len({mail.digest for mail in copies}) == 1, "a repeat has the same bytes"
