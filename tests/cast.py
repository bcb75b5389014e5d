"""The cast: one small institute and its people, by name, for all tests.

Ask for the fixture ``cast``. Everybody in it is a User with a person; the password of all is PASSWORD. Rows are written
straight into the tables, because a cast is made for every test and no test is about how it came to be.
"""

from dataclasses import dataclass
from datetime import date, timedelta

import pytest
from django.contrib.auth.hashers import make_password
from django.contrib.auth.models import Permission
from django.utils import timezone

from branches.models import CalendarYear, Department, Person, Posting, Unit, User, Workday
from branches.offices import Office, PoliticalStatus, Sex, StaffCategory, TitleRank, UnitKind
from branches.pinyin import pinyin_of
from recruitment.calendar import SEED_FILE, read_calendar_rows
from recruitment.models import CandidateGrant, UnitGrant

PASSWORD = "correct-horse-battery-1949"
IN_OFFICE_SINCE = date(2020, 1, 6)
MEMBER_SINCE = date(2008, 7, 1)


@dataclass
class Cast:
    """The units and people by name; ``today`` is the day on which the cast was made."""

    today: date

    # --- Units, as a tree
    institute: Unit  # 党委 of the institute, may approve members
    glacier: Unit  # 党支部 directly under the institute: the branch that most tests are about
    glacier_group: Unit  # 党小组 of the glacier branch
    general: Unit  # 党总支: may only deliberate
    desert: Unit  # 党支部 under the general branch: the neighbour
    sub_committee: Unit  # 二级党委, may approve members
    ecology: Unit  # 党支部 under the sub-committee
    ice_lab: Department  # where most candidates of the glacier branch work
    sand_lab: Department

    # --- Those who act for a branch
    secretary: User  # 周维岳 leads the glacier branch
    deputy: User  # 陈牧野 is his deputy
    commissioner: User  # 韩若川 is the organisation commissioner
    neighbour_secretary: User  # 单晓明 leads the desert branch and has no business with the glacier
    ecology_secretary: User  # 苗青禾 leads the ecology branch under the sub-committee
    group_leader: User  # 石砚秋 leads the glacier's group: a post without access

    # --- Those who look after the whole
    office: User  # 温予安 of the institute's party office sees everybody
    office_colleague: User  # 路知远 sits beside her: who proposes does not approve
    sub_office: User  # 白景行 is the party office of the sub-committee and sees its branches only
    committee_secretary: User  # 顾长河 heads the institute's committee
    member: User  # 沈望舒 is a committee member with designated contacts
    other_member: User  # 杜衡 is a committee member without any yet

    # --- Those who accompany
    mentor: User  # 叶知秋 is a full member of the glacier branch without any post
    second_mentor: User  # 林见山, likewise

    # --- Those from outside the Party's own line
    hr: User  # 赵清和 of HR keeps the roster and never learns who is on the road
    department_liaison: User  # 许星河 speaks for the ice laboratory
    auditor: User  # 严正 reads who did what when, without contents
    system_administrator: User  # 丁一 sets up the system and sees nobody
    security_administrator: User  # 方圆 grants and cannot use

    # --- Those who must not see anything
    former_secretary: User  # 贺兰山 acted for the glacier branch, as deputy secretary, until yesterday
    stand_in: User  # 唐小舟 stands in for the glacier's secretary by a unit grant
    late_stand_in: User  # 秦晚 did so until her grant ran out today
    grantee: User  # 夏书白 has no post; tests grant him single candidates (grant_candidate)
    late_grantee: User  # 欧阳暮, likewise, with grants that have run out
    stranger: User  # 覃海 has a login and nothing else

    # --- People without a login
    full_members: list[Person]  # six full members of the glacier branch who may mentor and recommend
    probationer: Person  # a probationary member: may neither mentor nor recommend
    suspended_member: Person  # a full member whose rights are suspended (留党察看)
    scientists: list[Person]  # eight key scientists outside the Party, near the glacier branch
    student: Person  # a student of 17 years

    @property
    def users(self):
        """Everybody who can log in, by the name of the part they play."""
        return {name: value for name, value in vars(self).items() if isinstance(value, User)}


UNITS = [
    # attribute, name, short name, kind, parent, may approve
    ("institute", "研究院党委", "院党委", UnitKind.COMMITTEE, None, True),
    ("glacier", "冰冻圈科学党支部", "冰冻圈", UnitKind.BRANCH, "institute", False),
    ("general", "寒旱区党总支", "寒旱区总支", UnitKind.GENERAL_BRANCH, "institute", False),
    ("sub_committee", "生态研究中心党委", "生态党委", UnitKind.COMMITTEE, "institute", True),
    ("glacier_group", "冰冻圈第一党小组", "第一小组", UnitKind.GROUP, "glacier", False),
    ("desert", "沙漠与沙漠化党支部", "沙漠", UnitKind.BRANCH, "general", False),
    ("ecology", "植物生态党支部", "植物生态", UnitKind.BRANCH, "sub_committee", False),
]

USERS = [
    # attribute, name, branch (where they are a member), office, unit of the office
    ("secretary", "周维岳", "glacier", Office.SECRETARY, "glacier"),
    ("deputy", "陈牧野", "glacier", Office.DEPUTY_SECRETARY, "glacier"),
    ("commissioner", "韩若川", "glacier", Office.ORGANISATION_COMMISSIONER, "glacier"),
    ("neighbour_secretary", "单晓明", "desert", Office.SECRETARY, "desert"),
    ("ecology_secretary", "苗青禾", "ecology", Office.SECRETARY, "ecology"),
    ("group_leader", "石砚秋", "glacier", Office.GROUP_LEADER, "glacier_group"),
    ("office", "温予安", "glacier", Office.PARTY_OFFICE, "institute"),
    ("office_colleague", "路知远", "desert", Office.PARTY_OFFICE, "institute"),
    ("sub_office", "白景行", "ecology", Office.PARTY_OFFICE, "sub_committee"),
    ("committee_secretary", "顾长河", "desert", Office.COMMITTEE_SECRETARY, "institute"),
    ("member", "沈望舒", "desert", Office.COMMITTEE_MEMBER, "institute"),
    ("other_member", "杜衡", "ecology", Office.COMMITTEE_MEMBER, "institute"),
    ("mentor", "叶知秋", "glacier", None, None),
    ("second_mentor", "林见山", "glacier", None, None),
    ("hr", "赵清和", "desert", Office.HR_LIAISON, "institute"),
    ("department_liaison", "许星河", "desert", Office.DEPARTMENT_LIAISON, None),
    ("auditor", "严正", "desert", Office.AUDITOR, "institute"),
    ("system_administrator", "丁一", "desert", Office.SYSTEM_ADMINISTRATOR, "institute"),
    ("security_administrator", "方圆", "desert", Office.SECURITY_ADMINISTRATOR, "institute"),
    ("former_secretary", "贺兰山", "glacier", Office.DEPUTY_SECRETARY, "glacier"),
    ("stand_in", "唐小舟", "glacier", None, None),
    ("late_stand_in", "秦晚", "glacier", None, None),
    ("grantee", "夏书白", "desert", None, None),
    ("late_grantee", "欧阳暮", "desert", None, None),
    ("stranger", "覃海", "desert", None, None),
]

SCIENTISTS = ["吕晓明", "沈一帆", "曾远", "尉迟岚", "江寒", "纪云舒", "莫问", "乐山"]
FULL_MEMBERS = ["程门雪", "孟春和", "俞伯牙", "钟子期", "高山", "柳成荫"]


def make_units():
    """The tree, parents before children."""
    units = {}
    for attribute, name, short_name, kind, parent, may_approve in UNITS:
        unit = Unit(name=name, short_name=short_name, kind=kind, parent=units.get(parent), may_approve=may_approve)
        Unit.objects.bulk_create([unit])
        unit.path = unit.path_below(unit.parent.path if unit.parent else "")
        units[attribute] = unit
    Unit.objects.bulk_update(units.values(), ["path"])
    return units


def make_person(number, name, **fields):
    """An unsaved person; a man of 40, on the staff, of the masses, unless told otherwise."""
    fields["pinyin"], fields["initials"] = pinyin_of(name)
    defaults = {
        "sex": Sex.MALE,
        "birth_on": date(1986, 3, 15),
        "category": StaffCategory.STAFF,
        "email": f"p{number}@institute.test",
    }
    return Person(staff_number=f"N{number:05d}", name=name, **{**defaults, **fields})


def make_people(units, departments, today):
    """All persons, in one insert: those who log in, members, scientists, a student."""
    member = {
        "political_status": PoliticalStatus.FULL_MEMBER,
        "member_since_on": MEMBER_SINCE,
        "birth_on": date(1975, 5, 20),
    }
    scientist = {
        "title": "研究员",
        "title_rank": TitleRank.SENIOR,
        "unit": units["glacier"],
        "department": departments[0],
    }
    users = [make_person(n, name, unit=units[unit], **member) for n, (_, name, unit, *_) in enumerate(USERS, 1)]
    full_members = [make_person(n, name, unit=units["glacier"], **member) for n, name in enumerate(FULL_MEMBERS, 101)]
    scientists = [make_person(n, name, **scientist) for n, name in enumerate(SCIENTISTS, 201)]
    others = [
        make_person(
            301, "谢初雪", unit=units["glacier"], **{**member, "political_status": PoliticalStatus.PROBATIONARY_MEMBER}
        ),
        make_person(302, "郑克己", unit=units["glacier"], is_suspended=True, **member),
        make_person(
            303, "安小满", unit=units["glacier"], category=StaffCategory.STUDENT, birth_on=date(today.year - 17, 1, 1)
        ),
    ]
    Person.objects.bulk_create([*users, *full_members, *scientists, *others])
    return users, full_members, scientists, others


def make_cast(today):
    """Writes the institute and returns its Cast; needs the database."""
    units = make_units()
    ice_lab, sand_lab = Department.objects.bulk_create([Department(name="冰冻圈实验室"), Department(name="沙漠实验室")])
    people, full_members, scientists, (probationer, suspended, student) = make_people(units, (ice_lab, sand_lab), today)
    password = make_password(PASSWORD)
    users = User.objects.bulk_create(
        User(username=attribute, person=person, password=password, email=person.email)
        for (attribute, *_), person in zip(USERS, people, strict=True)
    )
    by_name = {attribute: user for (attribute, *_), user in zip(USERS, users, strict=True)}
    yesterday = today - timedelta(days=1)
    Posting.objects.bulk_create(
        Posting(
            person=by_name[attribute].person,
            office=office,
            unit=units.get(unit),
            department=ice_lab if office == Office.DEPARTMENT_LIAISON else None,
            starts_on=IN_OFFICE_SINCE,
            ends_on=yesterday if attribute == "former_secretary" else None,
        )
        for attribute, _, _, office, unit in USERS
        if office
    )
    grant_unit(units["glacier"], by_name["stand_in"], today + timedelta(days=30), by=by_name["office"])
    grant_unit(units["glacier"], by_name["late_stand_in"], today, by=by_name["office"])
    return Cast(
        today=today,
        ice_lab=ice_lab,
        sand_lab=sand_lab,
        full_members=full_members,
        probationer=probationer,
        suspended_member=suspended,
        scientists=scientists,
        student=student,
        **units,
        **by_name,
    )


def grant_unit(unit, user, ends_on, *, by, reason="书记外出学习，临时代理"):
    """Access of ``user`` to the people of ``unit`` until before ``ends_on``."""
    permission = Permission.objects.get_by_natural_key("view_unit", "branches", "unit")
    return UnitGrant.objects.create(
        content_object=unit, user=user, permission=permission, reason=reason, ends_on=ends_on, granted_by=by
    )


def grant_candidate(candidate, user, ends_on, *, by, reason="协助政治审查"):
    """Access of ``user`` to one candidate until before ``ends_on``."""
    permission = Permission.objects.get_by_natural_key("view_candidate", "recruitment", "candidate")
    return CandidateGrant.objects.create(
        content_object=candidate, user=user, permission=permission, reason=reason, ends_on=ends_on, granted_by=by
    )


def load_calendar():
    """The official calendar of the seed, without the history that the office's own entries have."""
    rows = read_calendar_rows(SEED_FILE.read_text(encoding="utf-8"))
    Workday.objects.bulk_create(Workday(day=row.day, kind=row.kind, name=row.name, source=row.source) for row in rows)
    years = sorted({row.day.year for row in rows})
    CalendarYear.objects.bulk_create(CalendarYear(year=year, source="国务院办公厅") for year in years)


@pytest.fixture
def calendar(db):
    """The official calendar in the database."""
    load_calendar()


@pytest.fixture
def cast(calendar):
    """The institute and its people, made today, with the official calendar."""
    return make_cast(timezone.localdate())
