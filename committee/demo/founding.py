"""Founding the demonstration institute: units, roster, posts and logins, in the order in which they depend on each other."""

import itertools
from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from branches.actions.first import create_first_administrator
from branches.actions.people import add_person, change_person, open_department
from branches.actions.postings import open_posting
from branches.actions.units import open_unit
from branches.actions.users import choose_password, create_user
from branches.models import Person, Unit, User
from branches.offices import Office, PoliticalStatus, TitleRank, UnitKind
from branches.queries.logins import user_named
from committee.demo.institute import (
    BRANCHES,
    COMMITTEE,
    COMMITTEE_MEMBERS,
    HANDED_OVER,
    LOGINS,
    PASSWORD,
    UNITS,
    VACANT,
)
from committee.demo.people import drafts
from recruitment.actions.grants import decide_grant, propose_grant
from recruitment.actions.limits import set_local_limit
from recruitment.actions.postings import end_post, replace_post

STAFF_BRANCH = "机关党支部"
HANDED_OVER_DAYS_AGO = 140
VACANT_DAYS = 38


@dataclass
class BranchCrew:
    """Those who act for one branch: who records, who mentors, who talked with applicants on a day."""

    unit: Unit
    recorder: User | None = None
    deputy: Person | None = None
    secretaries: list[tuple[date, Person]] = field(default_factory=list)
    mentors: list[Person] = field(default_factory=list)
    outsiders: list[Person] = field(default_factory=list)

    def talker(self, on):
        """Who talked with an applicant on day ``on``: the secretary of that day, else the deputy."""
        serving = [person for since, person in self.secretaries if since <= on]
        return serving[-1] if serving else self.deputy


@dataclass
class OfficeCrew:
    """The party office and the committee: who records for it, who may talk before an approval."""

    user: User | None = None
    members: list[Person] = field(default_factory=list)
    member_users: list[User] = field(default_factory=list)


class Founding:
    """Founds everything that stands before anybody applies; ``tick`` is called after every step of some length."""

    def __init__(self, *, names, rng, now, today, tick):
        self.names, self.rng, self.now, self.today, self.tick = names, rng, now, today, tick
        self.since = date(today.year - 7, 3, 1)
        self.units, self.crews, self.office = {}, {}, OfficeCrew()
        self.members = defaultdict(list)
        self.logins = {login.username: login for login in LOGINS}

    def found(self):
        """Everything, in order; afterwards ``crews`` and ``office`` say who acts."""
        self.admin = create_first_administrator(
            staff_number="00001", name=self.names.next(), username="xitong", password=PASSWORD, now=self.now
        )
        self._units()
        self._people()
        self._offices()
        self._branches()
        self._stand_in()
        self._others()
        set_local_limit(
            by=self.office.user, unit=self.units[COMMITTEE], code="activist_wait", value=3, since_on=self.since,
            basis="院党委会议纪要", now=self.now,
        )  # fmt: skip

    # --- units and people

    def _units(self):
        for row in UNITS:
            self.units[row.name] = open_unit(
                by=self.admin, name=row.name, short_name=row.short_name, kind=row.kind,
                parent=self.units.get(row.parent), may_approve=row.may_approve, now=self.now,
            )  # fmt: skip
        self.tick()

    def _people(self):
        numbers = itertools.count(101)
        for row in BRANCHES:
            unit = self.units[row.name]
            crew = self.crews[row.name] = BranchCrew(unit)
            department = open_department(by=self.admin, name=row.department, now=self.now)
            for fields in drafts(row, self.names, self.rng, self.today, numbers):
                person = add_person(by=self.admin, unit=unit, department=department, now=self.now, **fields)
                if person.political_status == PoliticalStatus.FULL_MEMBER:
                    self.members[row.name].append(person)
                else:
                    crew.outsiders.append(person)
            self.tick()

    # --- posts and logins

    def _appoint(self, person, office, unit, *, by=None, since=None, reason="换届选举", **where):
        return open_posting(
            by=by or self.office.user, person=person, office=office, unit=unit and self.units[unit],
            starts_on=since or self.since, reason=reason, now=self.now, **where,
        )  # fmt: skip

    def _login(self, person, username=None):
        """A login; those of the printed table get the printed password, others a first password that nobody knows."""
        name = username or f"u{person.staff_number}"
        user, _ = create_user(by=self.admin, person=person, username=name, now=self.now)
        if name in self.logins:
            choose_password(user=user, password=PASSWORD, now=self.now)
        return user_named(name)

    def log_in_as_mentor(self, person):
        """The printed login of a mentor without a post is this person's."""
        return self._login(person, "lianxiren")

    def _take(self, branch, *, youngest=0, oldest=58):
        """A full member of ``branch`` of that age without any post so far."""
        for person in self.members[branch]:
            if youngest <= self.today.year - person.birth_on.year <= oldest:
                self.members[branch].remove(person)
                return person
        return self.members[branch].pop()

    def _offices(self):
        for username in ("dangban", "dangban2"):
            person = self._take(STAFF_BRANCH)
            self._appoint(person, Office.PARTY_OFFICE, COMMITTEE, by=self.admin, reason="院党委任命")
            user = self._login(person, username)
            self.office.user = self.office.user or user
        for committee, branch, username in (
            ("生态与农业研究中心党委", "植物生态党支部", "erji"),
            ("油气资源研究中心党委", "沉积盆地党支部", None),
        ):
            person = self._take(branch)
            self._appoint(person, Office.PARTY_OFFICE, committee, by=self.admin, reason="中心党委任命")
            self._login(person, username)
        homes = itertools.cycle(row.name for row in BRANCHES if row.kind_of_people != "retired")
        for number in range(COMMITTEE_MEMBERS):
            person = self._take(next(homes), youngest=40)
            self._appoint(person, Office.COMMITTEE_MEMBER, COMMITTEE)
            if number == 0:
                self._appoint(person, Office.COMMITTEE_SECRETARY, COMMITTEE)
            user = self._login(person, {0: "dangwei", 1: "weiyuan"}.get(number))
            self.office.members.append(person)
            self.office.member_users.append(user)
        self.tick()

    def _branches(self):
        handed_over_on = self.today - timedelta(days=HANDED_OVER_DAYS_AGO)
        for row in BRANCHES:
            crew = self.crews[row.name]
            oldest = 90 if row.kind_of_people == "retired" else 55
            crew.deputy = self._take(row.name, oldest=oldest)
            self._appoint(crew.deputy, Office.DEPUTY_SECRETARY, row.name)
            self._appoint(self._take(row.name, oldest=oldest), Office.ORGANISATION_COMMISSIONER, row.name)
            if row.name == VACANT:
                self._vacate(row, oldest)
            else:
                self._secretary(row, crew, oldest, handed_over_on)
            # Roads go back years, and a mentor of those years was a member then.
            self.members[row.name].sort(key=lambda person: person.member_since_on)
            crew.mentors = [self.members[row.name].pop(0) for _ in range(min(8, len(self.members[row.name]) - 2))]
            for person in crew.mentors[:2]:
                self._appoint(person, Office.BRANCH_COMMITTEE_MEMBER, row.name)
            self._influential(crew.mentors)
        for row in UNITS:
            if row.kind == UnitKind.GROUP:
                self._appoint(self.crews[row.parent].mentors[2], Office.GROUP_LEADER, row.name)
        self.tick()

    def _secretary(self, row, crew, oldest, handed_over_on):
        secretary = self._take(row.name, oldest=oldest)
        posting = self._appoint(secretary, Office.SECRETARY, row.name)
        crew.secretaries.append((self.since, secretary))
        if row.name == HANDED_OVER:
            secretary = self._take(row.name)
            replace_post(
                by=self.office.user, posting=posting, successor=secretary, on=handed_over_on, reason="支部换届选举",
                now=self.now,
            )  # fmt: skip
            crew.secretaries.append((handed_over_on, secretary))
        username = next(
            (login.username for login in LOGINS if login.office == Office.SECRETARY and login.unit == row.name), None
        )
        crew.recorder = self._login(secretary, username)

    def _vacate(self, row, oldest):
        """The secretary left more than a month ago, and the office owes the branch another one."""
        posting = self._appoint(self._take(row.name, oldest=oldest), Office.SECRETARY, row.name)
        left_on = self.today - timedelta(days=VACANT_DAYS)
        end_post(by=self.office.user, posting=posting, ends_on=left_on, reason="调任", now=self.now)

    def _stand_in(self):
        """The vacant branch is led by a colleague, by a grant that the security administrator approved."""
        security = self._login_of_administrator("anquan", Office.SECURITY_ADMINISTRATOR)
        self._login_of_administrator("shenji", Office.AUDITOR)
        crew = self.crews[VACANT]
        colleague = self._login(crew.mentors[0], "daili")
        proposal = propose_grant(
            by=self.office.user, user=colleague, unit=crew.unit, reason="书记调任，换届前代理",
            ends_on=self.today + timedelta(days=75), now=self.now,
        )  # fmt: skip
        decide_grant(by=security, pk=proposal.pk, approve=True, now=self.now)
        crew.recorder = user_named("daili")

    def _login_of_administrator(self, username, office):
        person = self._take(STAFF_BRANCH)
        self._appoint(person, office, COMMITTEE, by=self.admin, reason="院任命")
        return self._login(person, username)

    def _others(self):
        hr = self._take(STAFF_BRANCH)
        self._appoint(hr, Office.HR_LIAISON, COMMITTEE, reason="人事部门指定")
        self.hr = self._login(hr, "renshi")
        liaison = self.members["冰冻圈科学党支部"][-1]
        self._appoint(liaison, Office.DEPARTMENT_LIAISON, None, reason="部门指定", department=liaison.department)
        self._login(liaison, "bumen")
        self.tick()

    def _influential(self, members):
        """The office marks the member scientists who lead others by example."""
        senior = [person for person in members if person.title_rank == TitleRank.SENIOR]
        for person in senior[:1]:
            change_person(by=self.office.user, person=person, is_influential=True, now=self.now)
