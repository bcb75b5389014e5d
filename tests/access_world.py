"""The world that the access table is judged in: one object of every kind, with words in it that strangers must never see.

Four people are on file, each in a relation of their own to everybody in the cast: ``own`` of the glacier branch, with a
designated contact, a mentor and a grant; ``neighbour`` of the desert branch; ``distant`` below the sub-committee; and
``declined``, once of the glacier branch, who said no and whom nobody may find any more.
"""

import io
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.test import Client
from django.utils import timezone
from openpyxl import Workbook

from branches.actions.movements import report_movement
from branches.models import Person, Posting, Unit
from branches.offices import MovementKind, Office
from committee.actions.campaigns import open_campaign
from committee.actions.completions import record_completion
from committee.actions.focus import list_person
from committee.actions.movements import deliver_movements
from committee.actions.talks import record_talk
from committee.models import (
    CriterionKind,
    Digest,
    DigestRun,
    DigestState,
    FocusCriterion,
    FocusLevel,
    MailboxMessage,
    Notice,
    Pulse,
    Robot,
    Snooze,
    Solver,
    Topic,
    Way,
)
from committee.rules.campaigns import Account
from recruitment.actions.access import log_view
from recruitment.actions.contacts import assign_contact
from recruitment.actions.declines import decline
from recruitment.actions.departments import share_with_department
from recruitment.actions.documents import attach
from recruitment.actions.emergencies import ask_emergency_access
from recruitment.actions.exports import ask_export
from recruitment.actions.grants import decide_grant, propose_grant
from recruitment.actions.imports import upload
from recruitment.actions.limits import set_local_limit
from recruitment.actions.papers import replace_template
from recruitment.actions.roster_import import upload as upload_roster
from recruitment.models import Candidate, DesignatedContact, Due, GrantProposal, Mentorship, Reopening
from recruitment.planning import Aim
from recruitment.queries.sheets import Asked
from recruitment.sheets import LedgerKind
from tests.cast import Cast, grant_candidate
from tests.recruitment.documents import samples
from tests.recruitment.plans import Way as PlanWay

# Words that stand in one object each. NAMES are persons', whom the roster shows to its keepers all the same.
NAMES = {"own": "殷若兰", "neighbour": "仝海天", "distant": "佟远山", "declined": "郗无声"}
TEXTS = {
    "talk": "野杏花开在第三观测场",  # a talk kept within the working circle
    "shared talk": "雪线以上的黄羊",  # a talk that the office may read
    "problem": "旧温室的第七扇窗",
    "review": "沙枣树下的半年考察",
    "purpose": "名单上的红柳",
    "grant": "代拟函调的芨芨草",
    "emergency": "沙尘暴那天的胡杨须待核实",
    "file": "骆驼刺台账.xlsx",
    "mail": "信箱里的苜蓿",
    "notice": "消息里的沙蓬",
    "reopening person": "晏重来",
    "movement": "入选计划的白刺",
    "declined's movement": "回国的盐爪爪",
    "roster": "碱蓬花名册.xlsx",
    "plan": "沙冬青那样的目标",
    "plan remark": "梭梭林里的时限意见",
    "share": "请部门配合的芦苇",
    "document": "入党申请书里的柠条.pdf",
    "paper template": "本院版式的沙米.docx",
    "report": "传达学习会上的罗布麻",
}


@dataclass
class World:
    """The objects by name; ``clients`` are browsers in which everybody of the cast is logged in."""

    cast: Cast
    own: Candidate
    neighbour: Candidate
    distant: Candidate
    declined: Candidate
    things: dict = field(default_factory=dict)
    clients: dict = field(default_factory=dict)

    def __getattr__(self, name):
        return self.things[name]


def make_world(cast, factory):
    """Builds everything; the clock is the real one, because access is always about now."""
    now, today = timezone.now(), cast.today
    own = factory.candidate(5, person=factory.person(NAMES["own"]), days_ago=200, reviewed=False)
    factory.review(own, today - timedelta(days=40), conclusion=TEXTS["review"])
    neighbour = factory.candidate(2, person=factory.person(NAMES["neighbour"], unit=cast.desert), unit=cast.desert)
    distant = factory.candidate(2, person=factory.person(NAMES["distant"], unit=cast.ecology), unit=cast.ecology)
    declined = factory.candidate(2, person=factory.person(NAMES["declined"]))
    contact = assign_contact(
        by=cast.office, code=own.code, leader=cast.member.person, decided_on=today - timedelta(days=90), reason="党委会", now=now
    )  # fmt: skip
    # Company that has ended: it gives no access any more.
    Mentorship.objects.create(
        candidate=own, party_member=cast.second_mentor.person, starts_on=today - timedelta(days=100), ends_on=today
    )
    DesignatedContact.objects.create(
        candidate=own, leader=cast.other_member.person, starts_on=today - timedelta(days=100), ends_on=today
    )
    grant_candidate(own, cast.grantee, today + timedelta(days=30), by=cast.office)
    grant_candidate(own, cast.late_grantee, today, by=cast.office)
    world = World(cast, own, neighbour, distant, declined)
    world.things = {"contact": contact, **_talks(cast, own, today, now), **_office_things(cast, own, today, now)}
    world.things |= _rows(cast, own, now)
    world.things |= _plan(cast, own, declined)
    decline(by=cast.secretary, code=declined.code, now=now)
    world.things |= _of_hr(cast, own, declined, now)
    world.things |= _papers(cast, own, now)
    world.things |= _campaign(cast, now)
    log_view(user=cast.secretary, candidate=own, what="过程纪实", now=now)
    for name in ("own", "neighbour", "distant", "declined"):
        setattr(world, name, Candidate.objects.select_related("person", "unit").get(pk=getattr(world, name).pk))
    for who, user in cast.users.items():
        user.__dict__.pop("_scope", None)
        world.clients[who] = Client()
        world.clients[who].force_login(user)
    world.clients["nobody"] = Client()
    return world


def _talks(cast, own, today, now):
    member = type(cast.member).objects.select_related("person").get(pk=cast.member.pk)
    talk = record_talk(
        by=member, code=own.code, held_on=today - timedelta(days=20), way=Way.MEETING, topics=[Topic.RESEARCH],
        outlook=TEXTS["talk"], now=now,
        problems=[{"summary": TEXTS["problem"], "solver": Solver.HR, "due_on": today + timedelta(days=9)}],
    )  # fmt: skip
    shared = record_talk(
        by=member, code=own.code, held_on=today - timedelta(days=3), way=Way.PHONE, topics=[Topic.TEAM],
        outlook=TEXTS["shared talk"], is_shared_with_office=True, now=now,
    )  # fmt: skip
    problem = talk.problems.get()
    problem_due = Due.objects.open().filter(candidate=own, kind="problem").get()
    return {"talk": talk, "shared_talk": shared, "problem": problem, "problem_due": problem_due}


def _office_things(cast, own, today, now):
    listing = list_person(
        by=cast.office, person=own.person, unit=cast.glacier, purpose=TEXTS["purpose"], level=FocusLevel.CLOSE,
        starts_on=today - timedelta(days=10), now=now,
    )  # fmt: skip
    waiting = propose_grant(
        by=cast.office,
        user=cast.stranger,
        candidate=own,
        reason=TEXTS["grant"],
        ends_on=today + timedelta(days=9),
        now=now,
    )
    running = propose_grant(
        by=cast.office,
        user=cast.grantee,
        unit=cast.desert,
        reason="学习期间代理",
        ends_on=today + timedelta(days=9),
        now=now,
    )
    decide_grant(by=cast.office_colleague, pk=running.pk, approve=False, now=now)
    limit, _ = set_local_limit(
        by=cast.office, unit=cast.institute, code="training_hours", value=32, since_on=today, basis="党委会", now=now
    )
    emergency = ask_emergency_access(by=cast.office, code=own.code, reason=TEXTS["emergency"], now=now)
    running = GrantProposal.objects.get(pk=running.pk)
    listing_due = Due.objects.open().get(candidate=own, kind="listing_end")
    return {"listing": listing, "listing_due": listing_due, "waiting": waiting, "emergency": emergency, "running": running, "limit": limit}


def _plan(cast, own, declined):
    """The glacier branch's plan of next year, with the office: it names ``own``, and named ``declined`` before the no."""
    way = PlanWay(cast)
    way.draft(goal=TEXTS["plan"])
    planned, _ = way.name(own), way.name(declined, step=Aim.ACTIVISTS)
    way.submit()
    way.remark("尚未成熟。", code=declined.code)
    remark = way.remark(TEXTS["plan remark"], code=own.code)
    due = Due.objects.open().get(unit=cast.glacier, kind="plan_reply")
    return {"plan": remark.plan, "planned": planned, "remark": remark, "plan_due": due}


def a_ledger():
    """The bytes of a small ledger as an Excel file."""
    book = Workbook()
    book.active.append(["序号", "姓名", "工号", "申请入党时间"])
    book.active.append([1, "吕晓明", "N00201", "2026-05-06"])
    content = io.BytesIO()
    book.save(content)
    return content.getvalue()


def _papers(cast, own, now):
    """A scanned application, a template of the institute's own, and a line of the history of a person's particulars."""
    scan = (TEXTS["document"], samples.pdf(1))
    documents = attach(by=cast.secretary, code=own.code, step=1, paper="application_letter", files=[scan], now=now)
    template = replace_template(
        by=cast.office, unit=cast.institute, name="talk_record", file_name=TEXTS["paper template"],
        content=samples.word("{{ person.name }}"), now=now,
    )  # fmt: skip
    return {"document": documents[0], "paper_template": template, "line": own.person.history.latest("history_id")}


def _campaign(cast, now):
    """A campaign of the whole institute, of which the glacier branch has reported one milestone."""
    year = cast.today.year - 1
    campaign = open_campaign(
        by=cast.office, unit=cast.institute, title="专项", year=year, basis="通知", begins_on=date(year, 11, 1), now=now
    )
    study, plan, _, assessment = campaign.milestones.all()
    completion = record_completion(
        by=cast.secretary, code=study.code, unit_code=cast.glacier.code, now=now,
        account=Account(done_on=study.due_on, summary=TEXTS["report"], eligible=20, present=18),
    )  # fmt: skip
    return {
        "campaign": campaign,
        "milestone": study,
        "assessment": assessment,
        "completion": completion,
        "campaign_due": Due.objects.open().get(key=f"campaign:{plan.pk}", unit=cast.glacier),
    }


def _of_hr(cast, own, declined, now):
    """What HR sent, and what the office shared with a department that nobody of the cast speaks for."""
    movement = report_movement(
        by=cast.hr, person=own.person, kind=MovementKind.PROGRAMME, happened_on=cast.today, summary=TEXTS["movement"], now=now
    )  # fmt: skip
    report_movement(
        by=cast.hr, person=declined.person, kind=MovementKind.RETURNED, happened_on=cast.today,
        summary=TEXTS["declined's movement"], now=now,
    )  # fmt: skip
    deliver_movements(now=now)
    share = share_with_department(
        by=cast.office, department=cast.sand_lab, unit=cast.institute, reason=TEXTS["share"],
        ends_on=cast.today + timedelta(days=30), now=now,
    )  # fmt: skip
    return {
        "movement": movement,
        "movement_due": Due.objects.open().get(candidate=own, kind="talent_movement"),
        "roster": upload_roster(by=cast.hr, file_name=TEXTS["roster"], content=a_ledger(), now=now),
        "share": share,
    }


def _rows(cast, own, now):
    """What has no verb of its own here: rows as other verbs leave them."""
    of_the_road = Due.objects.open().filter(candidate=own, owed_by=Office.SECRETARY, key__startswith="road:")
    due = of_the_road.exclude(kind="papers").first()
    snooze = Snooze.objects.create(
        due=due, reason="等待会议", until_on=cast.today + timedelta(days=5), asked_by=cast.secretary, asked_at=now
    )
    asked = Asked(kind=LedgerKind.ALL, day=cast.today, today=cast.today).stored()
    export = ask_export(
        by=cast.secretary, subject="people", file_kind="xlsx", title="台账", asked=asked, reason="报送上级党委",
        people=301, now=now,
    )  # fmt: skip
    batch = upload(by=cast.secretary, unit=cast.glacier, file_name=TEXTS["file"], content=a_ledger(), now=now)
    person = Person.objects.create(staff_number="N99999", name=TEXTS["reopening person"], unit=cast.glacier)
    return {
        "due": due,
        "snooze": snooze,
        "batch": batch,
        "export": export,
        "mail": MailboxMessage.objects.create(to=cast.secretary.email, subject=TEXTS["mail"], raw=b"Subject: x\n\nx"),
        "robot": Robot.objects.create(
            name="党办群", kind="wecom", unit=cast.institute, address="https://127.0.0.1:9/", reply="已发送"
        ),
        "digest": Digest.objects.create(
            recipient=cast.secretary, local_date=cast.today - timedelta(days=1), kind="weekly",
            state=DigestState.UNCERTAIN, created_at=now, not_before_at=now,
        ),
        # ahead, because on a busy machine the table takes longer than silence may last
        "pulse": Pulse.objects.create(name="tick", beat_at=now + timedelta(hours=1)),
        "run": DigestRun.objects.create(local_date=cast.today, hour=8, created_at=now),
        "notice": Notice.objects.create(recipient=cast.secretary, key="x", text=TEXTS["notice"], path="/todo/", at=now),
        "criterion": FocusCriterion.objects.create(name="副高及以上", kind=CriterionKind.TITLE_RANK, low=3),
        "reopening": Reopening.objects.create(
            person=person, applied_on=cast.today, proposed_by=cast.office, proposed_at=now
        ),
        "posting": Posting.objects.get(person=cast.deputy.person),
        "record": own.steprecords.standing().get(step=2),
        "unit": Unit.objects.get(pk=cast.glacier.pk),
        "scientist": cast.scientists[0],
    }
