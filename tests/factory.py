"""A candidate at any point of the road, built through the actions as people would have built it.

Ask for the fixture ``factory``. Every date lies in the past, in lawful distances, and the last one ``days_ago`` (5 days
unless told otherwise) before today, so that a candidate of any step is where a real one would be.
"""

from dataclasses import dataclass, replace
from datetime import timedelta
from uuid import uuid4

import pytest
from django.utils import timezone

from branches.offices import TitleRank
from recruitment.actions.declines import decline
from recruitment.actions.registering import open_prospect, register_applicant
from recruitment.actions.reviews import record_review
from recruitment.actions.steps import record_step
from recruitment.calendar import add_months, seed_calendar
from recruitment.facts import StepFact, Votes
from recruitment.models import Candidate
from recruitment.rulesets import YEAR_2026, rule_set_on
from recruitment.steps import ARCHIVED_PAPERS, STEPS, step
from tests.cast import Cast, make_person

REVIEW_MONTHS = (5, 11)  # after the person became an activist: one review in each half-year
VOTES = Votes(eligible=11, present=9, in_favour=9)
COMMITTEE_VOTES = Votes(eligible=9, present=9, in_favour=9)
PUBLICITY_WORKDAYS = 5

# Days from the step named to the next one; where a whole year must pass, plan() says so itself.
DAYS_AFTER = {
    2: (1, 10),
    3: (1, 100),
    4: (3, 10),
    5: (3, 12),
    7: (6, 10),
    8: (7, 20),
    12: (11, 10),
    13: (12, 12),
    14: (13, 4),
    15: (13, 20),
    16: (15, 10),
    17: (15, 40),
    18: (17, 8),
    19: (17, 10),
    20: (17, 20),
    24: (23, 20),
    25: (24, 10),
}


def plan(applied_on):
    """{step: day} of an ordinary road that begins with an application on ``applied_on``; 8 is the committee's day."""
    days = {1: applied_on}
    for row in STEPS[1:]:
        number = row.number
        if number == 6:
            days[6] = add_months(days[3], 12)
        elif number in (9, 10, 11):
            days[number] = publicity_of(days[8])[2] + timedelta(days={9: 3, 10: 5, 11: 9}[number])
        elif number in (21, 22, 23):
            days[number] = add_months(days[15], 12) + timedelta(days={21: -1, 22: -4, 23: 8}[number])
        else:
            after, count = DAYS_AFTER[number]
            days[number] = days[after] + timedelta(days=count)
    return days


def publicity_of(agreed_on):
    """(from, until, listed on) of a publicity that begins the day after the committee agreed."""
    begin_on = agreed_on + timedelta(days=1)
    until_on = seed_calendar().nth_workday(begin_on, PUBLICITY_WORKDAYS)
    return begin_on, until_on, until_on + timedelta(days=1)


def last_day(days, number):
    """The last date that a record of step ``number`` bears."""
    return publicity_of(days[8])[2] if number == 8 else days[number]


def plan_until(number, day):
    """The plan of a road whose step ``number`` bears ``day`` as its last date (or the nearest day before that)."""
    applied_on = day
    while (excess := (last_day(plan(applied_on), number) - day).days) > 0:
        applied_on -= timedelta(days=excess)
    return plan(applied_on)


def ordinary_fact(number, on):
    """What an ordinary record of step ``number`` on day ``on`` says."""
    row = step(number)
    # Within the week between issue and publication of the new rules whoever records says which of them holds.
    rule_set = "" if rule_set_on(on) else YEAR_2026
    fact = StepFact(step=number, decided_on=on, body=row.bodies[0], conclusion=row.conclusions[0], rule_set=rule_set)
    if number == 8:
        begin_on, until_on, listed_on = publicity_of(on)
        return replace(fact, publicity_from_on=begin_on, publicity_until_on=until_on, listed_on=listed_on)
    if number == 11:
        return replace(fact, starts_on=on - timedelta(days=2), ends_on=on, days=3, hours=24)
    if number == 14:
        return replace(fact, form_number="甘A000001")
    if number in (15, 23):
        return replace(fact, votes=VOTES)
    if number in (17, 24):
        return replace(fact, votes=COMMITTEE_VOTES)
    if number == 25:
        return replace(fact, documents=tuple(paper.code for paper in ARCHIVED_PAPERS))
    return fact


@dataclass
class Factory:
    """Builds candidates for the institute of ``cast``; what is not named is ordinary."""

    cast: Cast
    made: int = 0

    @property
    def today(self):
        """The day on which the cast was made."""
        return self.cast.today

    def person(self, name=None, **fields):
        """A saved key scientist outside the Party, 40 years old, near the glacier branch."""
        self.made += 1
        fields.setdefault("title", "副研究员")
        fields.setdefault("title_rank", TitleRank.ASSOCIATE_SENIOR)
        fields.setdefault("unit", self.cast.glacier)
        fields.setdefault("department", self.cast.ice_lab)
        person = make_person(10_000 + self.made, name or f"甲{chr(0x4E00 + self.made)}", **fields)
        person.save()
        return person

    def prospect(self, *, person=None, unit=None):
        """Somebody who is to be contacted and has not applied."""
        unit = unit or self.cast.glacier
        person = person or self.person(unit=unit)
        return open_prospect(by=self.acting_for(unit), person=person, unit=unit, now=timezone.now())

    def applicant(self, *, person=None, unit=None, applied_on=None):
        """Somebody who handed in an application, ten days ago unless told otherwise."""
        unit = unit or self.cast.glacier
        return register_applicant(
            by=self.acting_for(unit),
            person=person or self.person(unit=unit),
            unit=unit,
            applied_on=applied_on or self.today - timedelta(days=10),
            now=timezone.now(),
            form_token=uuid4(),
        )

    def candidate(self, step=1, *, person=None, unit=None, days_ago=5, until=None, reviewed=True):
        """Somebody for whom the steps 1 to ``step`` are on record, the last of them ``days_ago`` before today.

        ``until`` names that day instead; ``reviewed`` False leaves the half-yearly reviews out (the steps from 7 on
        need them).
        """
        days = plan_until(step, until or self.today - timedelta(days=days_ago))
        candidate = self.applicant(person=person, unit=unit, applied_on=days[1])
        last = last_day(days, step)
        for number in range(2, step + 1):
            if number == 6 and reviewed:
                self._review(candidate, days, last)
            self.record(candidate, number, days[number])
        if step in (3, 4, 5) and reviewed:
            self._review(candidate, days, last)
        return self.fresh(candidate)

    def _review(self, candidate, days, last):
        for months in REVIEW_MONTHS:
            reviewed_on = add_months(days[3], months)
            if reviewed_on <= last:
                self.review(candidate, reviewed_on)

    def record(self, candidate, number, on, *, by=None, persons=None, **changes):
        """Record step ``number`` as an ordinary one of day ``on``, with ``changes`` to its StepFact."""
        unit = candidate.unit
        office = step(number).recorded_by == "office"
        return record_step(
            by=by or (self.cast.office if office else self.acting_for(unit)),
            code=candidate.code,
            version=None,
            fact=replace(ordinary_fact(number, on), **changes),
            persons=self.named_in(number, unit) if persons is None else persons,
            now=timezone.now(),
            form_token=uuid4(),
        )

    def review(self, candidate, on, *, conclusion="表现良好，继续培养。", **fields):
        """Record a half-yearly review."""
        return record_review(
            by=self.acting_for(candidate.unit),
            code=candidate.code,
            version=None,
            reviewed_on=on,
            conclusion=conclusion,
            now=timezone.now(),
            form_token=uuid4(),
            **fields,
        )

    def declined(self, step=1, **fields):
        """Somebody at ``step`` who said no; invisible to everybody from then on."""
        candidate = self.candidate(step, **fields)
        decline(by=self.acting_for(candidate.unit), code=candidate.code, now=timezone.now())
        return self.fresh(candidate)

    def acting_for(self, unit):
        """The user who records for the branch ``unit``: its secretary."""
        secretaries = {
            self.cast.glacier.pk: self.cast.secretary,
            self.cast.desert.pk: self.cast.neighbour_secretary,
            self.cast.ecology.pk: self.cast.ecology_secretary,
        }
        return secretaries[unit.pk]

    def named_in(self, number, unit):
        """The persons whom an ordinary record of step ``number`` names."""
        return {
            2: (self.acting_for(unit).person,),
            5: (self.cast.mentor.person,),
            9: (self.cast.mentor.person, self.cast.full_members[0]),
            16: (self.cast.member.person,),
        }.get(number, ())

    def fresh(self, candidate):
        """The candidate as the database has it now, with person and unit."""
        return Candidate.objects.select_related("person", "unit").get(pk=candidate.pk)


@pytest.fixture
def factory(cast):
    """A Factory for the cast."""
    return Factory(cast)
