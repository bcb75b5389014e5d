"""Ordinary roads for the demonstration: when each act happens, what its record says, and how it is recorded."""

from dataclasses import replace
from datetime import datetime, time, timedelta

from django.utils import timezone

from recruitment.actions.opinions import record_opinion
from recruitment.actions.refusals import Refused
from recruitment.actions.registering import register_applicant
from recruitment.actions.reviews import record_review
from recruitment.actions.steps import record_step
from recruitment.calendar import add_months, seed_calendar
from recruitment.facts import StepFact, Votes
from recruitment.rulesets import YEAR_2014, rule_set_on
from recruitment.steps import ARCHIVED_PAPERS, STEPS, step

# Days between an act and the one it follows, as (that one, from, to); where a year must pass, plan() says so.
GAPS = {
    2: (1, 4, 26),
    3: (1, 96, 150),
    4: (3, 5, 18),
    5: (4, 2, 9),
    7: (6, 5, 20),
    8: (7, 8, 20),
    12: (11, 6, 14),
    13: (12, 8, 16),
    14: (13, 2, 6),
    15: (13, 12, 26),
    16: (15, 6, 16),
    17: (15, 25, 60),
    18: (17, 4, 12),
    19: (17, 3, 12),
    20: (17, 9, 26),
    24: (23, 10, 40),
    25: (24, 4, 12),
}
AFTER_LISTING = {9: (1, 6), 10: (4, 16), 11: (12, 26)}
PUBLICITY_WORKDAYS = 5
TALKED_LATE = 0.08  # how often the first talk took longer than its month
OPINIONS = (
    "思想上积极要求进步，按时参加学习，科研任务完成得好。同意继续培养。",
    "能主动向党组织汇报思想，工作踏实，团结同志。建议加强理论学习。",
    "承担野外站点观测任务，按期完成；参加支部主题党日三次。继续考察。",
    "牵头的项目通过中期检查，带教研究生认真负责。同意继续培养。",
)
LATE_REASON = "支部换届，工作交接延误"
EXAMINED = (5, 11)  # months after becoming an activist
NAMES_MENTORS, ADMITTED = 5, 17


class Plan:
    """The day of every act of one road; ``rng`` varies it within what is lawful."""

    def __init__(self, rng):
        self.gaps = {number: rng.randint(low, high) for number, (_, low, high) in GAPS.items()}
        if rng.random() < TALKED_LATE:
            self.gaps[2] = rng.randint(33, 45)
        self.after_listing = {number: rng.randint(*span) for number, span in AFTER_LISTING.items()}
        self.extra = rng.randint(0, 12)

    def days(self, applied_on):
        """{step: day} of the road that begins with an application on ``applied_on``."""
        days = {1: applied_on}
        for row in STEPS[1:]:
            number = row.number
            if number == 6:
                days[6] = add_months(days[3], 12) + timedelta(days=self.extra)
            elif number in AFTER_LISTING:
                days[number] = publicity_of(days[8])[2] + timedelta(days=self.after_listing[number])
            elif number in (21, 22, 23):
                days[number] = add_months(days[15], 12) + timedelta(days={21: -2, 22: -6, 23: 5 + self.extra}[number])
            else:
                days[number] = days[GAPS[number][0]] + timedelta(days=self.gaps[number])
        return days

    def until(self, number, day):
        """The days of a road that has come to step ``number`` by ``day``, or by the nearest possible day before."""
        applied_on = day
        while (excess := (self.last(self.days(applied_on), number) - day).days) > 0:
            applied_on -= timedelta(days=excess)
        return self.days(applied_on)

    def last(self, days, number):
        """The last date on the records of the steps up to ``number``: some run beside each other."""
        listed_on = [publicity_of(days[8])[2]] if number >= 8 else []
        return max([days[step] for step in range(1, number + 1)] + listed_on)


def publicity_of(agreed_on):
    """(from, until, listed on) of a publicity that begins the day after the committee agreed."""
    begin_on = agreed_on + timedelta(days=1)
    until_on = seed_calendar().nth_workday(begin_on, PUBLICITY_WORKDAYS)
    return begin_on, until_on, until_on + timedelta(days=1)


def fact_of(number, on, rng):
    """What the record of step ``number`` on day ``on`` says."""
    row = step(number)
    rule_set = "" if rule_set_on(on) else YEAR_2014
    fact = StepFact(step=number, decided_on=on, body=row.bodies[0], conclusion=row.conclusions[0], rule_set=rule_set)
    if number == 8:
        begin_on, until_on, listed_on = publicity_of(on)
        return replace(fact, publicity_from_on=begin_on, publicity_until_on=until_on, listed_on=listed_on)
    if number == 11:
        return replace(fact, starts_on=on - timedelta(days=3), ends_on=on, days=4, hours=rng.choice((24, 28, 32)))
    if number == 14:
        return replace(fact, form_number=f"甘{rng.randint(100000, 999999)}")
    if number in (15, 23):
        return replace(fact, votes=ballot(rng, rng.randint(9, 23)))
    if number in (17, 24):
        return replace(fact, votes=Votes(eligible=9, present=9, in_favour=9))
    if number == 25:
        return replace(fact, documents=tuple(paper.code for paper in ARCHIVED_PAPERS))
    return fact


def ballot(rng, eligible):
    """A vote that passes: one or two absent, at most one abstention."""
    present = eligible - rng.randint(0, 2)
    abstained = rng.randint(0, 1)
    return Votes(eligible=eligible, present=present, in_favour=present - abstained, abstained=abstained)


def recorded_at(day, rng, now):
    """When somebody typed in what was decided on ``day``: within three days, in office hours, never after ``now``."""
    moment = datetime.combine(day + timedelta(days=rng.randint(0, 3)), time(rng.randint(9, 17), rng.randint(0, 59)))
    return min(timezone.make_aware(moment), now)


class Walk:
    """Takes one person along a road, as the branch and the office would have recorded it."""

    def __init__(self, *, branch, office, rng, now):
        self.branch = branch
        self.office = office
        self.rng = rng
        self.now = now
        self.today = timezone.localdate(now)

    def to(self, number, person, *, days_ago, gap_chance=0.0):
        """Register ``person`` and record the steps 1 to ``number``, the last of them ``days_ago`` before today.

        With ``gap_chance`` a half-yearly review that has become due since is missing. Returns the Candidate.
        """
        plan = Plan(self.rng)
        days = plan.until(number, self.today - timedelta(days=days_ago))
        candidate = register_applicant(
            by=self.branch.recorder, person=person, unit=self.branch.unit, applied_on=days[1],
            now=recorded_at(days[1], self.rng, self.now),
        )  # fmt: skip
        for following in range(2, number + 1):
            if following == 6:
                self.review(candidate, days, until=days[6])
            self.record(candidate, following, days[following])
            if following == NAMES_MENTORS:
                until = days[ADMITTED] if number >= ADMITTED else self.today
                self.opine(candidate, until=until, gap_chance=gap_chance if number < ADMITTED else 0.0)
        if number in (3, 4, 5) and self.rng.random() >= gap_chance:
            self.review(candidate, days, until=self.today)
        return candidate

    def opine(self, candidate, *, until, gap_chance):
        """The half-yearly opinions of the mentors that fall before ``until``, entered by the branch; the last may lack."""
        for tie in candidate.mentorships.open().select_related("party_member"):
            given_on = add_months(tie.starts_on, 6) - timedelta(days=self.rng.randint(2, 20))
            lacks_last = self.rng.random() < gap_chance / 2
            while given_on <= until and not (lacks_last and add_months(given_on, 6) > until):
                record_opinion(
                    by=self.branch.recorder, mentor=tie.party_member, code=candidate.code, given_on=given_on,
                    opinion=self.rng.choice(OPINIONS), now=recorded_at(given_on, self.rng, self.now),
                )  # fmt: skip
                given_on = add_months(given_on, 6)

    def review(self, candidate, days, *, until):
        """The half-yearly reviews that fall before ``until``."""
        for months in EXAMINED:
            reviewed_on = add_months(days[3], months) + timedelta(days=self.rng.randint(0, 20))
            if reviewed_on <= until:
                record_review(
                    by=self.branch.recorder, code=candidate.code, version=None, reviewed_on=reviewed_on,
                    conclusion=self.rng.choice(OPINIONS), now=recorded_at(reviewed_on, self.rng, self.now),
                )  # fmt: skip

    def record(self, candidate, number, on):
        """Record step ``number``; where it is late, with the reason for it."""
        by = self.office.user if step(number).recorded_by == "office" else self.branch.recorder
        fact = fact_of(number, on, self.rng)
        act = {
            "by": by, "code": candidate.code, "version": None, "persons": self.named(number, on),
            "now": recorded_at(fact.listed_on or on, self.rng, self.now),
        }  # fmt: skip
        try:
            return record_step(fact=fact, **act)
        except Refused as refusal:
            if any(objection.level != "late" for objection in refusal.objections):
                raise
            return record_step(fact=replace(fact, late_reason=LATE_REASON), **act)

    def named(self, number, on):
        """The persons whom the record of step ``number`` names."""
        if number == 2:
            return (self.branch.talker(on),)
        if number in (5, 9):
            members = [person for person in self.branch.mentors if person.member_since_on <= on]
            return tuple(self.rng.sample(members, self.rng.randint(1, 2) if number == 5 else 2))
        if number == 16:
            return (self.rng.choice(self.office.members),)
        return ()
