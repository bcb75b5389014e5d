"""Rows that the ledger's tests write about: two candidates and somebody who acts."""

from dataclasses import dataclass
from datetime import UTC, datetime

import pytest
from django.utils import timezone

from branches.models import Person, Unit, User
from branches.offices import UnitKind
from recruitment.actions.checkpoints import run_signer
from recruitment.actions.ledger import append
from recruitment.models import Candidate

NOW = datetime(2026, 11, 18, 6, 0, tzinfo=UTC)


@dataclass
class Acts:
    """Two chains, who writes them, and the instant that the tests write at."""

    first: Candidate
    second: Candidate
    actor: User
    now: datetime = NOW


@pytest.fixture
def acts(db):
    return make_acts()


@pytest.fixture
def signer(settings, tmp_path):
    """Signs what is new, with a key and a directory of copies of this test alone; returns the directory."""
    settings.YINLING_LEDGER_KEY_FILE = str(tmp_path / "key.pem")
    settings.YINLING_LEDGER_PUBLIC_KEYS = ""
    settings.YINLING_EMBEDDED = True
    settings.YINLING_CHECKPOINT_DIR = str(tmp_path / "copies")
    settings.YINLING_AUDITOR_MAIL = ""

    def sign():
        run_signer(now=timezone.now())
        return tmp_path / "copies"

    return sign


def make_acts():
    branch = Unit.objects.create(name="冰冻圈党支部", short_name="冰冻圈", kind=UnitKind.BRANCH, path="000001/")
    people = [Person.objects.create(staff_number=name, name=name) for name in ("沈砚舟", "唐聿川")]
    actor = User.objects.create_user("zhou", password=None)
    first, second = (
        Candidate.objects.create(person=person, unit=branch, unit_path=branch.path, opened_at=NOW) for person in people
    )
    return Acts(first=first, second=second, actor=actor)


@pytest.fixture
def chains(signer):
    """Two chains of five entries each."""
    acts = make_acts()
    for number in range(5):
        for candidate in (acts.first, acts.second):
            append(
                candidate=candidate, action="step", step=number + 1, summary=f"第 {number + 1} 步", actor=acts.actor,
                now=acts.now, details={"in_favour": number}, private={"remark": f"文字 {number}"},
            )  # fmt: skip
    return acts
