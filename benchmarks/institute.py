"""An institute of any size, written in bulk: branches, people, roads of every length, dues, talks, contacts."""

import random
from datetime import timedelta
from types import SimpleNamespace

from django.db import connection
from django.utils import timezone
from psycopg2.extras import execute_values

from branches.models import Department, Person, Posting, Unit, User
from branches.offices import Office, PoliticalStatus, TitleRank, UnitKind
from recruitment import rules
from recruitment.actions.roads import ROAD, apply_road, difference
from recruitment.calendar import add_months
from recruitment.models import Candidate, DesignatedContact, Due, Mentorship, StepPerson, StepRecord
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.stages import Body, Conclusion, Stage
from recruitment.steps import step as step_row

PER_BRANCH = 33
BATCH = 2000
SURNAMES = "赵钱孙李周吴郑王冯陈褚卫蒋沈韩杨朱秦尤许何吕施张孔曹严华金魏陶姜"
GIVEN = "安帆涵嘉凯澜明宁鹏清然舒桐文熙雅毅远哲知"
# How far from the application each step is, in months, on an ordinary road.
MONTHS = {1: 0, 2: 0, 3: 4, 4: 4, 5: 4, 6: 16, 7: 17, 8: 18, 9: 19, 10: 19, 11: 20}
COLUMNS = ("stage", "state", "steps_done", "last_step", "applied_on", "activist_on", "target_on")
SETTLE = """
UPDATE recruitment_candidate AS row SET stage = found.stage, state = found.state, steps_done = found.steps_done,
    last_step = found.last_step, applied_on = found.applied_on, activist_on = found.activist_on, target_on = found.target_on
FROM (VALUES %s) AS found (id, stage, state, steps_done, last_step, applied_on, activist_on, target_on)
WHERE row.id = found.id
"""
DEPTHS = (1, 2, 3, 5, 5, 6, 8, 11)


def _bulk(model, rows):
    created = []
    for start in range(0, len(rows), BATCH):
        created += model.objects.bulk_create(rows[start : start + BATCH])
    return created


def build(people, *, seed=1, today=None, with_roads=True):
    """Write an institute with ``people`` candidates; returns the users to try it with and one candidate.

    Without roads everybody has just applied, and nothing is owed.
    """
    chance = random.Random(seed)
    today = today or timezone.localdate()
    now = timezone.now()
    branches = _units(max(3, people // PER_BRANCH))
    department = Department.objects.create(name="冰川室")
    rows = []
    for number in range(people):
        name = chance.choice(SURNAMES) + chance.choice(GIVEN) + chance.choice(GIVEN)
        rows.append(_scientist(number, name, branches[number % len(branches)], department, chance, today))
    scientists = _bulk(Person, rows)
    members = _bulk(
        Person,
        [_member(f"M{number:07d}", branches[number % len(branches)], today) for number in range(len(branches) * 4)],
    )
    users = _users(members, branches, today)
    candidates = _bulk(
        Candidate,
        [
            Candidate(person=person, unit=person.unit, unit_path=person.unit.path, stage=Stage.APPLICANT, opened_at=now)
            for person in scientists
        ],
    )
    if with_roads:
        _roads(candidates, members, branches, users.secretary, chance, today, now)
    some = candidates[: len(branches) * 2]
    _bulk(
        DesignatedContact,
        [
            DesignatedContact(candidate=candidate, leader=users.member.person, starts_on=today - timedelta(days=90))
            for candidate in some[:2]
        ],
    )
    if with_roads:
        settle_all(candidates, today, now)
    users.candidate = max(
        Candidate.objects.filter(unit=branches[0]).select_related("person"), key=lambda row: row.last_step
    )
    return users


def _scientist(number, name, unit, department, chance, today):
    key = f"{number:07d}"
    return Person(
        staff_number=f"C{key}",
        name=name,
        pinyin=f"p{key}",
        initials=f"p{key}",
        sex=chance.choice("12"),
        birth_on=today - timedelta(days=chance.randint(28, 58) * 365),
        department=department,
        unit=unit,
        title="研究员",
        title_rank=chance.choice(TitleRank.values),
        talent_programme=chance.choice(("", "", "院人才计划")),
        overseas_experience=chance.choice(("", "瑞士，博士后")),
    )


def _units(count):
    institute = Unit.objects.create(name="研究院党委", short_name="院党委", kind=UnitKind.COMMITTEE, may_approve=True)
    institute.path = institute.path_below("")
    institute.save()
    units = _bulk(
        Unit,
        [
            Unit(name=f"第{n}党支部", short_name=f"第{n}支部", kind=UnitKind.BRANCH, parent=institute)
            for n in range(count)
        ],
    )
    for unit in units:
        unit.path = unit.path_below(institute.path)
    Unit.objects.bulk_update(units, ["path"], batch_size=500)
    return units


def _member(number, unit, today):
    return Person(
        staff_number=number,
        name=f"党员{number[-4:]}",
        pinyin=number.lower(),
        initials=number.lower(),
        unit=unit,
        title="研究员",
        political_status=PoliticalStatus.FULL_MEMBER,
        member_since_on=today - timedelta(days=4000),
    )


def _users(members, branches, today):
    since = today - timedelta(days=400)
    institute = branches[0].parent
    users = SimpleNamespace()
    parts = (
        ("secretary", members[0], Office.SECRETARY, branches[0]),
        ("office", members[1], Office.PARTY_OFFICE, institute),
        ("member", members[2], Office.COMMITTEE_MEMBER, institute),
        ("mentor", members[3], None, None),
    )
    for part, person, office, unit in parts:
        setattr(users, part, User.objects.create(username=person.staff_number, person=person))
        if office:
            Posting.objects.create(person=person, office=office, unit=unit, starts_on=since)
    return users


def _roads(candidates, members, branches, by, chance, today, now):
    by_branch = {branch.pk: [] for branch in branches}
    for person in members:
        by_branch[person.unit_id].append(person)
    for start in range(0, len(candidates), BATCH):
        _write_roads(candidates[start : start + BATCH], by_branch, by, chance, today, now)


def _write_roads(candidates, by_branch, by, chance, today, now):
    records, named, mentorships = [], [], []
    for candidate in candidates:
        depth = chance.choice(DEPTHS)
        applied_on = add_months(today, -MONTHS[depth] - chance.randint(0, 5)) - timedelta(days=chance.randint(1, 25))
        helpers = by_branch[candidate.unit_id]
        for number in range(1, depth + 1):
            record = StepRecord(
                candidate=candidate,
                step=number,
                decided_on=min(today, add_months(applied_on, MONTHS[number]) + timedelta(days=number)),
                body=(step_row(number).bodies or (Body.BRANCH,))[0],
                conclusion=step_row(number).conclusions[0],
                recorded_by=by,
                recorded_at=now,
            )
            if number == 8:
                record.conclusion = Conclusion.AGREED
                record.publicity_from_on = record.decided_on + timedelta(days=1)
                record.publicity_until_on = record.decided_on + timedelta(days=12)
            if number == 11:
                record.hours, record.days = 24, 3
            records.append(record)
            if number == 5:
                mentorships += [
                    Mentorship(candidate=candidate, party_member=person, starts_on=record.decided_on)
                    for person in helpers[:2]
                ]
            if number in (2, 5, 9):
                named += [(record, person) for person in helpers[: 1 if number == 2 else 2]]
    _bulk(StepRecord, records)
    _bulk(StepPerson, [StepPerson(record=record, person=person, standing="full") for record, person in named])
    _bulk(Mentorship, mentorships)


def _write_columns(candidates):
    """One statement for all of them; ``bulk_update`` compares every row with every other."""
    fields = [Candidate._meta.get_field(name) for name in COLUMNS]
    rows = [(row.pk, *(field.get_prep_value(getattr(row, field.name)) for field in fields)) for row in candidates]
    template = f"({', '.join(['%s'] * 5)}, {', '.join(['%s::date'] * 3)})"
    with connection.cursor() as cursor:
        execute_values(
            cursor.cursor,
            SETTLE,
            rows,
            template,
            len(rows),
        )


def settle_all(candidates, today, now):
    """Columns and dues from the facts, as the verbs would have left them."""
    calendar = calendar_in_force()
    for start in range(0, len(candidates), BATCH):
        batch = candidates[start : start + BATCH]
        dues = []
        by_pk = {row.pk: row for row in batch}
        for pk, facts in facts_for(batch).items():
            candidate = by_pk[pk]
            road = rules.road_on_record(facts, today=today, calendar=calendar)
            apply_road(candidate, road)
            dues += difference(candidate, [], road.dues, now=now).opened
        _write_columns(batch)
        Due.objects.bulk_create(dues, batch_size=BATCH)
    assert Due.objects.filter(key__startswith=ROAD).exists()
