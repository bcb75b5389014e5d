"""Loading the demonstration: found the institute, take about a hundred and twenty people along the road, keep company."""

import random
from datetime import date, datetime

from branches.actions.calendar import load_workdays
from branches.actions.people import change_person
from branches.offices import PoliticalStatus, TitleRank
from committee.demo.campaigns import run_campaign
from committee.demo.company import Company
from committee.demo.founding import Founding
from committee.demo.institute import BRANCHES, TOLD
from committee.demo.names import Names
from committee.demo.plans import Plans
from committee.demo.roads import Walk
from recruitment.actions.corrections import supersede
from recruitment.actions.declines import decline
from recruitment.actions.opinions import owe_opinions
from recruitment.actions.roads import recompute
from recruitment.actions.situations import record_situation
from recruitment.calendar import SEED_FILE, read_calendar_rows
from recruitment.facts import SituationFact
from recruitment.queries.demonstration import candidates_on_the_road, people_of_mentor, standing_record
from recruitment.stages import SituationKind

SEED = 20181107  # the day of the notice
# Last step on record, days since it was taken (from, to), how many people. Some are late, some due, most ahead.
ROADS = (
    (1, 2, 24, 6), (1, 36, 55, 2), (2, 10, 80, 8), (2, 110, 160, 2),
    (3, 2, 10, 3), (3, 45, 60, 1), (4, 2, 8, 3), (5, 15, 300, 22), (5, 345, 385, 5),
    (6, 2, 16, 4), (6, 45, 70, 1), (7, 3, 18, 3), (8, 2, 15, 4), (9, 2, 8, 1), (10, 2, 12, 3), (11, 3, 20, 3),
    (12, 2, 10, 2), (13, 3, 20, 2), (13, 36, 48, 1), (14, 2, 8, 2), (15, 4, 24, 2), (16, 5, 30, 2), (16, 90, 100, 1),
    (17, 2, 10, 2), (18, 2, 10, 1), (20, 20, 300, 9), (20, 325, 345, 3), (22, 1, 5, 2), (23, 4, 24, 2), (24, 2, 14, 2),
    (25, 20, 300, 5),
)  # fmt: skip
LISTED_OUTSIDERS = 24
MISSED_REVIEWS = 0.25


class Demonstration:
    """One loading; ``now`` is the instant it takes place, ``tick`` is called as it goes along."""

    def __init__(self, *, now: datetime, today: date, tick=lambda: None):
        self.now, self.today, self.tick = now, today, tick
        self.rng = random.Random(SEED)  # noqa: S311  # the same institute every time, nothing secret
        self.names = Names(self.rng)

    def load(self):
        """Everything; returns how many people are on the road."""
        load_workdays(days=read_calendar_rows(SEED_FILE.read_text(encoding="utf-8")))
        self.founding = Founding(names=self.names, rng=self.rng, now=self.now, today=self.today, tick=self.tick)
        self.founding.found()
        self.crews, self.office = self.founding.crews, self.founding.office
        self.company = Company(founding=self.founding, rng=self.rng, now=self.now, today=self.today)
        self.taken = set()
        walked = [self._walk(*row) for row in self._roads()]
        prospects = self._prospects()
        self._company(walked, prospects)
        self._special(walked, prospects)
        self._mentor()
        run_campaign(crews=self.crews, office=self.office, rng=self.rng, now=self.now, today=self.today)
        self.tick()
        plans = Plans(founding=self.founding, rng=self.rng, now=self.now, today=self.today, tick=self.tick)
        plans.write()
        on_the_road = candidates_on_the_road()
        recompute(on_the_road, now=self.now)
        return len(on_the_road)

    def _roads(self):
        """(branch, step, days ago) of everybody who takes the road, spread unevenly over the branches."""
        weights = [7, 6, 5, 4, 3, 1, 5, 5, 3, 4, 3, 2]
        names = [row.name for row in BRANCHES]
        for number, least, most, count in ROADS:
            for branch in self.rng.choices(names, weights, k=count):
                yield branch, number, self.rng.randint(least, most)

    def _somebody(self, branch, *, key=True):
        """An outsider near ``branch`` who is not on file yet: a key scientist as a rule (notice F1)."""
        crew = self.crews[branch]
        wanted = key and self.rng.random() < 0.8
        free = [person for person in crew.outsiders if person.pk not in self.taken]
        free = [
            person
            for person in free
            if person.political_status in (PoliticalStatus.MASSES, PoliticalStatus.LEAGUE_MEMBER)
        ]
        keys = [person for person in free if person.title_rank >= TitleRank.ASSOCIATE_SENIOR]
        person = self.rng.choice(keys if wanted and keys else free)
        self.taken.add(person.pk)
        return person

    def _walk(self, branch, number, days_ago):
        walk = Walk(branch=self.crews[branch], office=self.office, rng=self.rng, now=self.now)
        person = self._somebody(branch)
        candidate = walk.to(number, person, days_ago=days_ago, gap_chance=MISSED_REVIEWS)
        if number >= 17:
            self._admitted(person, PoliticalStatus.FULL_MEMBER if number >= 24 else PoliticalStatus.PROBATIONARY_MEMBER)
        self.tick()
        return branch, number, candidate

    def _admitted(self, person, status):
        """The roster follows the approval."""
        change_person(by=self.office.user, person=person, political_status=status, now=self.now)

    def _prospects(self):
        found = []
        for branch in self.rng.choices(
            [row.name for row in BRANCHES if row.kind_of_people == "scientists"], k=LISTED_OUTSIDERS
        ):
            candidates = self.company.list_outsiders(branch, [self._somebody(branch)])
            found += [(branch, candidate) for candidate in candidates]
            self.tick()
        return found

    def _company(self, walked, prospects):
        """Committee members look after prospects and early applicants, secretaries after somebody of their own branch."""
        early = [candidate for _, number, candidate in walked if number in (2, 5)][:5]
        self.company.look_after([candidate for _, candidate in prospects[:8]] + early)
        for branch in dict.fromkeys(branch for branch, _ in prospects[8:]):
            candidate = next(candidate for name, candidate in prospects[8:] if name == branch)
            self.company.look_after_in_branch(branch, candidate)
            self.tick()
        self.company.report([candidate.person for _, candidate in prospects[::2]])
        told = self.founding.crews[TOLD].unit
        self.company.tell_department(next(it for _, number, it in walked if number == 5 and it.unit_id == told.pk))
        self.tick()

    def _special(self, walked, prospects):
        """Not every road goes straight on: two persons say no, one withdraws, one moves away, one joins another party."""
        by_step = {number: (branch, candidate) for branch, number, candidate in walked}
        for branch, candidate in (prospects[-1], by_step[2]):
            decline(by=self.crews[branch].recorder, code=candidate.code, now=self.now)
        for (branch, candidate), kind, remark in (
            (by_step[1], SituationKind.WITHDRAWN, "本人书面提出"),
            (by_step[4], SituationKind.MOVED_AWAY, "调往外单位"),
            (prospects[-2], SituationKind.OTHER_PARTY, ""),
        ):
            self._situation(branch, candidate, kind, remark)
        self._correct(*by_step[3])

    def _situation(self, branch, candidate, kind, remark):
        record_situation(
            by=self.crews[branch].recorder, code=candidate.code, version=None,
            fact=SituationFact(kind=kind, on=self.today), remark=remark, now=self.now,
        )  # fmt: skip

    def _mentor(self):
        """The mentor without a post who now accompanies most people of the branch is the one to log in as."""
        crew = self.crews[TOLD]
        without_post = crew.mentors[3:]
        accompanied = {person: people_of_mentor(person) for person in without_post}
        mentor = max(without_post, key=lambda person: len(accompanied[person]))
        self.founding.log_in_as_mentor(mentor)
        for candidate in accompanied[mentor]:
            owe_opinions(candidate, now=self.now)  # from now on in person

    def _correct(self, branch, candidate):
        """A date was entered wrongly: the record is superseded with its reason, and entered once more."""
        record = standing_record(candidate, 3)
        recorder = self.crews[branch].recorder
        supersede(
            by=recorder, code=candidate.code, version=None, kind="step", record_code=record.code,
            reason="日期误填，据会议记录更正", now=self.now,
        )  # fmt: skip
        walk = Walk(branch=self.crews[branch], office=self.office, rng=self.rng, now=self.now)
        walk.record(candidate, 3, record.decided_on)
