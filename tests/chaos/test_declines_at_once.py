"""A person's no against whatever is under way at that moment: it wins, and nothing about the person begins after it (notice R6).

Each race is run several times with the no falling at another moment, so that it goes both ways.
"""

import io
import random
import time
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from openpyxl import load_workbook

from branches.models import TalentMovement, User
from committee.actions.declines import decline
from committee.actions.movements import deliver_movements
from committee.actions.talks import record_talk
from committee.models import FocusListing, Notice, Problem, Talk
from recruitment.actions.contacts import assign_contact
from recruitment.actions.documents import attach
from recruitment.actions.import_writing import write
from recruitment.actions.imports import confirm
from recruitment.actions.mentors import change_mentors
from recruitment.actions.refusals import Refused
from recruitment.actions.reviews import record_review
from recruitment.imports.matching import CLOSED_DOOR
from recruitment.imports.states import BatchState
from recruitment.models import Candidate, DesignatedContact, Due, ImportBatch, LedgerEntry, Mentorship, Recommender
from recruitment.stages import RoadState
from tests.chaos.test_races import at_once
from tests.factory import Factory
from tests.recruitment.documents import samples
from tests.recruitment.imports import ledgers
from tests.recruitment.imports.conftest import Sender as LedgerSender
from tests.recruitment.roster.conftest import Sender as RosterSender

pytestmark = [pytest.mark.slow, pytest.mark.postgres, pytest.mark.django_db(transaction=True)]

TURNS = 4
COLUMNS = ["所在党支部", "姓名", "工号", "出生日期", "申请入党时间", "派人谈话时间"]


def afresh(user):
    return User.objects.select_related("person").get(pk=user.pk)


def nothing_is_left(candidate):
    """What must hold once the no is committed, whatever came before or at the same time."""
    candidate.refresh_from_db()
    assert candidate.state == RoadState.DECLINED
    assert list(Candidate.objects.filter(person=candidate.person).values_list("pk", flat=True)) == [candidate.pk]
    assert not Due.objects.open().filter(candidate=candidate).exists()
    for tie in (Mentorship, Recommender, DesignatedContact):
        assert not tie.objects.open().filter(candidate=candidate).exists(), tie
    assert not FocusListing.objects.filter(candidate=candidate, ended_on__isnull=True).exists()
    last = LedgerEntry.objects.filter(candidate=candidate).order_by("-n").first()
    assert last.action == "declined", f"{last.action} was entered after the no"


def race(candidate, by, act, *, longest):
    """Run ``act`` while ``by`` records the no somewhere within ``longest`` seconds; True when the act was carried out."""
    outcome = {}
    waits = random.random() * longest

    def acts():
        try:
            act()
            outcome["done"] = True
        except (Refused, Candidate.DoesNotExist):
            outcome["done"] = False

    def says_no():
        time.sleep(waits)
        decline(by=by, code=candidate.code, now=timezone.now())

    at_once(acts, says_no)
    nothing_is_left(candidate)
    return outcome["done"]


# --- What people do


def acts_of(cast, candidate):
    """The acts by name: each a function that carries it out about ``candidate``."""
    now, day = timezone.now(), cast.today
    office, secretary, member = afresh(cast.office), afresh(cast.secretary), afresh(cast.member)
    code = candidate.code
    scan = ("扫描件.pdf", samples.pdf(1))
    return {
        "step": lambda: _record_step(cast, candidate),
        "review": lambda: record_review(
            by=secretary, code=code, version=None, reviewed_on=day, conclusion="继续培养。", late_reason="会议延期",
            now=now
        ),
        "contact": lambda: assign_contact(
            by=office, code=code, leader=member.person, decided_on=day, reason="研究", now=now
        ),
        "mentors": lambda: change_mentors(
            by=secretary, code=code, mentors=[cast.full_members[1]], decided_on=day, reason="调整", now=now
        ),
        "talk": lambda: record_talk(
            by=secretary, code=code, held_on=day, way="phone", topics=["study"], now=now,
            follow_up_on=day + timedelta(days=3),
            problems=[{"summary": "用房", "solver": "office", "due_on": day + timedelta(days=9)}],
        ),
        "file": lambda: attach(
            by=secretary, code=code, step=1, paper="application_letter", files=[scan], now=now
        ),
    }  # fmt: skip


def _record_step(cast, candidate):
    Factory(cast).record(candidate, 6, cast.today, by=afresh(cast.secretary))


@pytest.mark.parametrize("name", ["step", "review", "contact", "mentors", "talk", "file"])
def test_an_act_comes_before_the_no_or_does_not_come(cast, factory, name, settings, tmp_path):
    settings.MEDIA_ROOT = str(tmp_path / "vault")
    outcomes = set()
    for _ in range(TURNS):
        candidate = factory.candidate(5, days_ago=400)
        act = acts_of(cast, candidate)[name]
        outcomes.add(race(candidate, afresh(cast.deputy), act, longest=0.12))
        for model in (Talk, Problem):
            for row in model.objects.filter(candidate=candidate):
                assert row.recorded_at <= candidate.decline.declined_at
    # whichever came first, the act refused or undone: once it ran alone first, it went through
    candidate = factory.candidate(5, days_ago=400)
    acts_of(cast, candidate)[name]()
    decline(by=afresh(cast.deputy), code=candidate.code, now=timezone.now())
    nothing_is_left(candidate)
    with pytest.raises(Candidate.DoesNotExist):
        acts_of(cast, candidate)[name]()
    nothing_is_left(candidate)


# --- Files that come in


def row_of(person, **more):
    return {
        "所在党支部": "冰冻圈科学党支部", "姓名": person.name, "工号": person.staff_number, "出生日期": str(person.birth_on),
    } | more  # fmt: skip


def test_an_import_that_writes_the_person_neither_resurrects_nor_names_them(cast, factory):
    sender, ways = LedgerSender(cast), set()
    for turn in range(TURNS):
        candidate = factory.applicant(applied_on=cast.today - timedelta(days=60))
        person = candidate.person
        news = {"申请入党时间": str(candidate.applied_on), "派人谈话时间": str(cast.today - timedelta(days=50))}
        another = row_of(person, 姓名=f"邻行{chr(0x4E00 + turn)}", 工号=f"T{turn:04d}", 申请入党时间="2025-03-10")
        batch = sender.check(ledgers.table(COLUMNS, [row_of(person, **news), another]))
        confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
        race(
            candidate,
            afresh(cast.deputy),
            lambda batch=batch: write(batch_pk=batch.pk, now=timezone.now()),
            longest=0.5,
        )
        batch = ImportBatch.objects.get(pk=batch.pk)
        ways.add(batch.state)
        if batch.state == BatchState.DONE:
            continue
        assert batch.state == BatchState.CHECKED, "what was agreed to holds no more: nothing was written"
        kept = next(row for row in sender.findings(batch).values() if row.number == 2)
        said = " ".join(str(problem) for problem in kept.problems)
        assert CLOSED_DOOR in said
        assert "暂无意愿" not in said and "停止" not in said
        # what is left to be written is the neighbour's row, and it can be
        confirm(by=cast.office, code=batch.code, agreed_to=batch.layout["fingerprint"], now=timezone.now())
        write(batch_pk=batch.pk, now=timezone.now())
        assert ImportBatch.objects.get(pk=batch.pk).state == BatchState.DONE
        nothing_is_left(candidate)
    assert ways <= {BatchState.DONE, BatchState.CHECKED}


def test_a_roster_that_tells_news_of_the_person_makes_no_work_after_the_no(cast, factory):
    sender = RosterSender(cast)
    for _ in range(TURNS):
        candidate = factory.applicant()
        person = candidate.person
        batch = sender.check(
            ledgers.table(
                ["工号", "姓名", "部门", "职称", "人才计划"],
                [[person.staff_number, person.name, cast.ice_lab.name, person.title, "西部之光"]],
            )
        )

        def told(batch=batch):
            sender.commit(batch)
            deliver_movements(now=timezone.now())

        race(candidate, afresh(cast.deputy), told, longest=0.4)
        deliver_movements(now=timezone.now())
        nothing_is_left(candidate)
        assert TalentMovement.objects.filter(person=person).exists(), "the roster is HR's and says nothing of the road"
        after = Notice.objects.filter(path__contains=str(candidate.code), at__gt=candidate.decline.declined_at)
        assert not after.exists()


# --- Files that go out


def test_an_export_that_names_the_person_began_before_the_no(cast, factory):
    other = factory.applicant()
    named, unnamed = 0, 0
    for _ in range(TURNS):
        candidate = factory.applicant()
        name, began, said, answers = candidate.person.name, [], [], []
        client = Client()
        client.force_login(cast.secretary)
        waits = random.random() * 0.3

        def exports(client=client, began=began, waits=waits, answers=answers):
            time.sleep(0.3 - waits)
            began.append(time.monotonic())
            answers.append(client.get(reverse("ledger-xlsx")))

        def says_no(candidate=candidate, said=said, waits=waits):
            time.sleep(waits)
            decline(by=afresh(cast.deputy), code=candidate.code, now=timezone.now())
            said.append(time.monotonic())

        at_once(exports, says_no)
        (answer,) = answers
        sheets = load_workbook(io.BytesIO(b"".join(answer) if answer.streaming else answer.content), read_only=True)
        cells = {str(value) for sheet in sheets for row in sheet.iter_rows(values_only=True) for value in row}
        assert other.person.name in cells
        if name in cells:
            named += 1
            assert began[0] < said[0], "an export that began after the no names the person"
        else:
            unnamed += 1
        again = client.get(reverse("ledger-csv"))
        assert name not in (b"".join(again) if again.streaming else again.content).decode("utf-8-sig")
    assert named + unnamed == TURNS
