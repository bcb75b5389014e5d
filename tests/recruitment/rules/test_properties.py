"""Properties that hold for any road: order, no lawfulness in hindsight, no crash, and forecasts that can be followed to the day."""

from dataclasses import replace
from datetime import date, timedelta

from hypothesis import event, given, settings
from hypothesis import strategies as st

from recruitment import rules
from recruitment.calendar import add_months
from recruitment.facts import Facts, LocalLimit, PersonFact, ReviewFact, SituationFact, StepFact, UnitFact, Votes
from recruitment.rulesets import LOCAL_LIMITS, LimitUnit
from recruitment.stages import Body, Conclusion, RoadState, SituationKind, Stage
from recruitment.steps import STEPS, step
from tests.recruitment.rules.roads import (
    BRANCH,
    CALENDAR,
    CANDIDATE,
    COMMITTEE,
    COMMITTEE_MEMBER,
    MENTOR,
    PAPERS,
    PASSED,
    SECOND_MENTOR,
    SECRETARY,
    facts_until,
    proposal,
)  # fmt: skip

FAR = date(2060, 1, 1)
ONE_DAY = timedelta(days=1)


def lawful_record(facts: Facts, number: int, on: date, ends_on: date | None = None) -> StepFact:
    """A record of step ``number`` on ``on`` that says all that any rule set and any committee may ask for."""
    persons = {2: (SECRETARY,), 5: (MENTOR, SECOND_MENTOR), 9: (MENTOR, SECOND_MENTOR), 16: (COMMITTEE_MEMBER,)}
    votes = PASSED if number in (15, 17, 23, 24) else None
    posted = {}
    if number in (4, 8):
        start = max(fact.decided_on for fact in facts.steps) if number == 4 else on
        end = CALENDAR.nth_workday(start, 10)
        posted = {"publicity_from_on": start, "publicity_until_on": end}
    return StepFact(
        number,
        on,
        body=step(number).bodies[0],
        conclusion=step(number).conclusions[0],
        votes=votes,
        persons=persons.get(number, ()),
        days=10,
        hours=100,
        form_number="1",
        documents=PAPERS,
        late_reason="补记",
        rule_set="",
        **posted,
    )


# --- the forecast can be followed ---------------------------------------------------------------------------------------

WAITS = st.lists(
    st.builds(
        lambda code, more, since: LocalLimit(code, LOCAL_LIMITS[code].base("2026")[0] + more, since, "院党委"),
        st.sampled_from(["activist_wait", "cultivation"]),
        st.integers(0, 9),
        st.dates(date(2015, 1, 1), date(2027, 1, 1)),
    ),
    max_size=3,
).map(tuple)


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2014, 6, 1), date(2026, 4, 1)), WAITS, st.integers(0, 3))
def test_every_step_is_lawful_on_its_earliest_day_and_not_the_day_before(applied_on, limits, pace):
    facts = Facts(CANDIDATE, BRANCH, COMMITTEE, (StepFact(1, applied_on, body="applicant"),), local_limits=limits)
    for row in STEPS[1:]:
        last_on = max(fact.listed_on or fact.decided_on for fact in facts.steps)
        now = rules.road(facts, today=last_on, calendar=CALENDAR).step(row.number)
        assert now.state in ("allowed", "late", "blocked")
        on = now.earliest_on + timedelta(days=pace * (row.number % 3 == 0))
        record = lawful_record(facts, row.number, on)
        if row.number == 8:
            record = replace(record, listed_on=record.publicity_until_on + ONE_DAY)
        if 11 <= on.day <= 17 and (on.year, on.month) == (2026, 5):
            record = replace(record, rule_set="2026")
        found = rules.objections(facts, record, today=FAR, calendar=CALENDAR)
        assert found == (), (row.number, found)
        if pace == 0 and now.earliest_on > last_on:
            early = replace(record, decided_on=now.earliest_on - ONE_DAY)
            assert rules.objections(facts, early, today=FAR, calendar=CALENDAR), row.number
        facts = rules.with_step(facts, record)
    assert rules.road(facts, today=FAR, calendar=CALENDAR).state == RoadState.CLOSED


@settings(max_examples=60, deadline=None)
@given(st.dates(date(2014, 6, 1), date(2025, 1, 1)), st.integers(0, 900), st.integers(1, 14), WAITS)
def test_a_forecast_comes_true_when_every_step_is_taken_on_its_first_day_from_today(applied_on, waited, known, limits):
    """However long a road has rested: what is not on record begins today, and the days foretold are the days that come."""
    facts = Facts(CANDIDATE, BRANCH, COMMITTEE, (StepFact(1, applied_on, body="applicant"),), local_limits=limits)
    today, foretold = applied_on, None
    for row in STEPS[1:]:
        if row.number == known + 1:
            today = max(today, max(fact.listed_on or fact.decided_on for fact in facts.steps)) + timedelta(days=waited)
            foretold = rules.road(facts, today=today, calendar=CALENDAR)
        now = rules.road(facts, today=today, calendar=CALENDAR).step(row.number)
        on = max(now.earliest_on, today)
        if foretold is not None:
            assert on == max(foretold.step(row.number).earliest_on, today), row.number
        record = replace(lawful_record(facts, row.number, on), rule_set="2014" if reads_both_ways(on) else "")
        if row.number == 8:
            listed_on = foretold.step(8).completes_on if foretold else now.completes_on
            record = replace(record, listed_on=listed_on, publicity_until_on=listed_on - ONE_DAY)
        facts = rules.with_step(facts, record)


def reads_both_ways(on: date) -> bool:
    """A day between the issue and the publication of the rules of 2026."""
    return date(2026, 5, 11) <= on <= date(2026, 5, 17)


# --- random roads -------------------------------------------------------------------------------------------------------

UNITS = st.sampled_from([None, COMMITTEE, BRANCH, UnitFact("x", "总支", "general_branch", True)])
PERSONS = st.lists(
    st.sampled_from([MENTOR, SECOND_MENTOR, SECRETARY, COMMITTEE_MEMBER, CANDIDATE, PersonFact("z", "z")]), max_size=3
).map(tuple)
BALLOTS = st.none() | st.builds(
    Votes, st.just(12), st.integers(0, 13), st.integers(0, 13), st.integers(0, 2), st.just(0), st.integers(0, 1)
)
DAYS = st.dates(date(2019, 1, 1), date(2029, 12, 31))
ANY_STEP = st.builds(
    StepFact,
    step=st.integers(1, 25),
    decided_on=DAYS,
    body=st.sampled_from(["", *Body.values]),
    conclusion=st.sampled_from(["", *Conclusion.values]),
    unit=UNITS,
    votes=BALLOTS,
    persons=PERSONS,
    publicity_from_on=st.none() | DAYS,
    publicity_until_on=st.none() | DAYS,
    listed_on=st.none() | DAYS,
    starts_on=st.none() | DAYS,
    ends_on=st.none() | DAYS,
    hours=st.none() | st.integers(-1, 40),
    days=st.none() | st.integers(-1, 5),
    extended_until_on=st.none() | DAYS,
    documents=st.sampled_from([(), PAPERS]),
    rule_set=st.sampled_from(["", "2014", "2026"]),
    late_reason=st.sampled_from(["", "有原因"]),
)
ANY_SITUATION = st.builds(
    SituationFact,
    kind=st.sampled_from(SituationKind.values),
    on=DAYS,
    unit=UNITS,
    recognised=st.none() | st.booleans(),
    recognised_by=st.sampled_from(["", "函"]),
    until_on=st.none() | DAYS,
    counts_from_on=st.none() | DAYS,
    votes=BALLOTS,
    decided_by=st.sampled_from(["", "院党委"]),
)
ANY_REVIEW = st.builds(ReviewFact, reviewed_on=DAYS, window=st.integers(0, 4), during_probation=st.booleans())
ANY_LIMIT = st.builds(
    LocalLimit,
    code=st.sampled_from([code for code, limit in LOCAL_LIMITS.items() if limit.local_unit is not LimitUnit.SWITCH]),
    value=st.integers(1, 12),
    since_on=DAYS,
    set_by=st.sampled_from(["院党委", "所党委"]),
)
ANY_FACTS = st.builds(
    Facts,
    person=st.sampled_from([CANDIDATE, PersonFact(), replace(CANDIDATE, political_status="10")]),
    unit=st.just(BRANCH),
    superior=st.just(COMMITTEE),
    steps=st.lists(ANY_STEP, max_size=12).map(tuple),
    reviews=st.lists(ANY_REVIEW, max_size=3).map(tuple),
    situations=st.lists(ANY_SITUATION, max_size=3).map(tuple),
    mentors=PERSONS,
    recommenders=PERSONS,
    local_limits=st.lists(ANY_LIMIT, max_size=2).map(tuple),
    plan=st.dictionaries(st.integers(1, 25), DAYS, max_size=2),
)


@settings(max_examples=150, deadline=None)
@given(ANY_FACTS, ANY_STEP, ANY_REVIEW, ANY_SITUATION, DAYS)
def test_whatever_the_facts_an_answer_is_given(facts, fact, review, situation, today):
    now = rules.road(facts, today=today, calendar=CALENDAR)
    assert [row.step for row in now.steps] == list(range(1, 26))
    seen = replace(facts, steps=tuple(row for row in facts.steps if row.decided_on <= today))
    assert now.dues == rules.dues(seen, calendar=CALENDAR)
    assert len({due.key for due in now.dues}) == len(now.dues)
    if now.state != RoadState.ACTIVE:
        assert now.dues == () and now.next_steps == ()
    for found in (
        rules.objections(facts, fact, today=today, calendar=CALENDAR),
        rules.review_objections(facts, review, today=today, calendar=CALENDAR),
        rules.situation_objections(facts, situation, today=today, calendar=CALENDAR),
    ):
        assert all(row.code and row.message.endswith(("。", "）")) for row in found)


@settings(max_examples=150, deadline=None)
@given(ANY_FACTS, ANY_STEP, st.one_of(ANY_STEP, ANY_SITUATION, ANY_REVIEW, ANY_LIMIT))
def test_nothing_dated_later_makes_a_refusal_lawful(facts, fact, later):
    refused = [row for row in rules.objections(facts, fact, today=FAR, calendar=CALENDAR) if row.level == "blocked"]
    if not refused:
        return
    shift = fact.decided_on + ONE_DAY
    if isinstance(later, StepFact):
        more = replace(facts, steps=(*facts.steps, replace(later, decided_on=max(later.decided_on, shift))))
    elif isinstance(later, SituationFact):
        more = replace(facts, situations=(*facts.situations, replace(later, on=max(later.on, shift))))
    elif isinstance(later, ReviewFact):
        more = replace(facts, reviews=(*facts.reviews, replace(later, reviewed_on=max(later.reviewed_on, shift))))
    else:
        limit = replace(later, since_on=max(later.since_on, shift))
        more = replace(facts, local_limits=(*facts.local_limits, limit))
    again = rules.objections(more, fact, today=FAR, calendar=CALENDAR)
    assert any(row.level == "blocked" for row in again)


CONSENTS = {
    3: ("superior_not_consulted", SituationKind.SUPERIOR_CONSULTED, {"person": replace(CANDIDATE, political_status="10")}),
    13: ("leaving_soon", SituationKind.LEAVING_SOON, {}),
    17: ("reconsideration_needed", SituationKind.RECONSIDERED, {}),
}


@settings(max_examples=60, deadline=None)
@given(st.sampled_from(sorted(CONSENTS)), st.integers(-3, 400))
def test_a_consent_heals_what_follows_it_and_nothing_before(number, after):
    """The very fact that is missing, recorded for a later day, leaves the refusal as it was; for an earlier day it heals it."""
    code, kind, changes = CONSENTS[number]
    fact = proposal(number)
    if kind == SituationKind.LEAVING_SOON:
        leaving = SituationFact(kind, fact.decided_on - timedelta(days=4), until_on=fact.decided_on + timedelta(days=30))
        changes = {"situations": (leaving,)}
    if kind == SituationKind.RECONSIDERED:
        fact = replace(fact, decided_on=add_months(facts_until(15).steps[-1].decided_on, 4), late_reason="外调")
        changes = {"local_limits": (LocalLimit("reconsider_after", 3, date(2015, 1, 1), "院党委"),)}
    facts = facts_until(number - 1, **changes)
    consent = SituationFact(
        kind, fact.decided_on + timedelta(days=after), recognised=True, recognised_by="院党委", decided_by="院党委",
        until_on=fact.decided_on + timedelta(days=30), votes=PASSED,
    )  # fmt: skip
    before = rules.objections(facts, fact, today=FAR, calendar=CALENDAR)
    more = replace(facts, situations=(*facts.situations, consent))
    now = rules.objections(more, fact, today=FAR, calendar=CALENDAR)
    assert [row.code for row in before] == [code]
    assert now == (before if after > 0 else ())


@settings(max_examples=60, deadline=None)
@given(st.randoms(use_true_random=False), st.lists(ANY_STEP, min_size=5, max_size=10), st.lists(ANY_LIMIT, max_size=1))
def test_no_sequence_of_allowed_steps_breaks_an_order(random, wild, limits):
    """Wild proposals among lawful ones, at any pace, some ending in a no; what is allowed is recorded; the order holds."""
    facts = Facts(CANDIDATE, BRANCH, COMMITTEE, local_limits=tuple(limits))
    on = date(2020, 1, 1)
    for _ in range(60):
        on += timedelta(days=random.choice((0, 1, 7, 40, 200)))
        fact = replace(random.choice(wild), decided_on=on)
        ready = rules.road(facts, today=on, calendar=CALENDAR).next_steps
        if ready and random.random() < 0.8 and (facts.steps or ready == (1,)):
            fact = lawful_record(facts, random.choice(ready), on)
            if random.random() < 0.1:
                fact = replace(
                    fact, conclusion=step(fact.step).conclusions[-1], votes=fact.votes and Votes(12, 12, 6, 6)
                )
        if not rules.objections(facts, fact, today=FAR, calendar=CALENDAR):
            facts = rules.with_step(facts, fact)
    event(f"{len(facts.steps) // 5 * 5} steps or more")
    judged = rules.rejudge(facts, today=FAR, calendar=CALENDAR)
    assert all(row.objections == () for row in judged)
    now = rules.road(facts, today=FAR, calendar=CALENDAR)
    done = {row.step: row for row in now.steps if row.state == "done"}
    for number, row in done.items():
        for before in step(number).after:
            if not now.is_extended:
                assert before in done and done[before].decided_on <= row.decided_on
    if now.cultivation_from_on and 7 in done:
        assert done[7].decided_on >= add_months(now.cultivation_from_on, 12)
    if now.stage == Stage.FULL_MEMBER:
        assert done[23].decided_on >= now.probation_ends_on
    if 17 in done:
        assert done[17].decided_on <= add_months(done[15].decided_on, 6)


@settings(max_examples=60, deadline=None)
@given(ANY_FACTS, st.randoms(use_true_random=False))
def test_the_order_in_which_facts_are_told_does_not_matter(facts, random):
    steps = tuple({fact.decided_on: fact for fact in facts.steps}.values())  # one act a day: no order within a day
    facts = replace(facts, steps=steps, situations=facts.situations[:1], reviews=())
    shuffled = replace(facts, steps=tuple(random.sample(steps, len(steps))))
    assert rules.road(facts, today=FAR, calendar=CALENDAR) == rules.road(shuffled, today=FAR, calendar=CALENDAR)


@settings(max_examples=60, deadline=None)
@given(ANY_FACTS, ANY_STEP)
def test_a_fact_taken_back_leaves_the_road_as_it_was(facts, fact):
    more = replace(facts, steps=(*facts.steps, replace(fact, id="taken back")))
    back = rules.without(more, "taken back")
    assert back == facts
    assert rules.road(back, today=FAR, calendar=CALENDAR) == rules.road(facts, today=FAR, calendar=CALENDAR)
