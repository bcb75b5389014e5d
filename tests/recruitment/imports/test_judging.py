"""Rows are judged by the rules of the road; the short way of judging agrees with the long one."""

from datetime import date, timedelta

from hypothesis import given, settings
from hypothesis import strategies as st

from recruitment.calendar import seed_calendar
from recruitment.facts import Facts, LocalLimit, PersonFact, UnitFact
from recruitment.imports.columns import ERROR, Row
from recruitment.imports.judging import fact_of, is_plainly_in_order, judge, person_of
from recruitment.imports.snapshot import Frame, Member, Reach, Snapshot

TODAY = date(2026, 11, 22)
BRANCH = UnitFact("u", "冰冻圈科学党支部")
COMMITTEE = UnitFact("c", "研究院党委", "committee", True)
SNAPSHOT = Snapshot(Reach(("1/",)), seed_calendar())

DAYS = st.one_of(
    st.dates(date(2018, 1, 1), date(2027, 6, 1)),
    st.sampled_from([date(2024, 2, 29), TODAY, TODAY + timedelta(days=1), date(2026, 5, 11), date(2026, 5, 18)]),
)
MEMBERS = st.lists(
    st.builds(
        Member,
        pk=st.integers(1, 4),
        fact=st.builds(
            PersonFact,
            key=st.sampled_from(["m1", "m2", "m3"]),
            name=st.sampled_from(["程门雪", "孟春和", "罗汉松"]),
            standing=st.sampled_from(["full", "full", "probationary", "none"]),
            suspended=st.sampled_from([False, False, True]),
        ),
        unit_path=st.just("1/"),
    ),
    max_size=3,
)
LIMITS = st.lists(
    st.builds(
        LocalLimit,
        code=st.sampled_from(["activist_wait", "activist_publicity", "cultivation", "filing_within"]),
        value=st.integers(1, 12),
        since_on=st.dates(date(2015, 1, 1), date(2026, 1, 1)),
    ),
    max_size=2,
)
ORDERED = st.lists(DAYS, min_size=5, max_size=5).map(sorted)


@given(
    days=st.one_of(ORDERED, st.lists(DAYS, min_size=5, max_size=5)),
    present=st.sets(st.sampled_from([2, 3, 4, 5, 7])),
    birth_on=st.one_of(st.none(), st.dates(date(1960, 1, 1), date(2010, 1, 1))),
    members=MEMBERS,
    limits=LIMITS,
)
@settings(max_examples=600, deadline=None)
def test_what_the_short_way_lets_through_the_rules_let_through(days, present, birth_on, members, limits):
    row = Row(7, "罗汉松", "T1", birth_on)
    row.steps = {
        number: {"decided_on": day}
        for number, day in zip((1, 2, 3, 4, 5), days, strict=True)
        if number in present | {1}
    }
    if 7 in present:
        row.steps[7] = {"decided_on": days[4]}
    frame = Frame(BRANCH, COMMITTEE, tuple(limits))
    numbers = sorted(row.steps)
    if not is_plainly_in_order(row, numbers, None, members, frame, TODAY):
        return
    base = Facts(person_of(row, None), BRANCH, COMMITTEE, local_limits=frame.limits)
    added = [fact_of(number, row.steps[number], tuple(members) if number == 5 else ()) for number in numbers]
    assert [p.message for p in judge(base, added, row, {}, SNAPSHOT, TODAY) if p.level == ERROR] == []


def judged(row, *, members=None):
    base = Facts(person_of(row, None), BRANCH, COMMITTEE)
    added = [fact_of(number, row.steps[number], (members or {}).get(number, ())) for number in sorted(row.steps)]
    return judge(base, added, row, {"applied_on": 4, "activist_on": 5, "target_on": 6}, SNAPSHOT, TODAY)


def person(**steps):
    row = Row(7, "罗汉松", "T1", date(1985, 4, 5))
    row.steps = {int(number[1:]): {"decided_on": day} for number, day in steps.items()}
    return row


def test_a_date_in_the_future_is_an_error():
    problem = judged(person(s1=date(2027, 1, 1)))[0]
    assert (problem.level, problem.column) == (ERROR, 4)
    assert "在今天" in problem.message


def test_steps_in_the_wrong_order_are_an_error_with_the_article():
    problems = [p for p in judged(person(s1=date(2025, 3, 10), s3=date(2025, 3, 2))) if p.level == ERROR]
    assert problems
    assert "第八条" in problems[0].article
    assert problems[0].column == 5


def test_less_than_a_year_of_cultivation_is_an_error_that_says_from_when():
    problems = [
        p
        for p in judged(person(s1=date(2024, 1, 10), s2=date(2024, 1, 20), s3=date(2025, 5, 4), s7=date(2025, 11, 4)))
        if p.level == ERROR
    ]
    assert "2026-05-04" in problems[0].message


def test_somebody_of_seventeen_is_an_error():
    row = person(s1=date(2025, 3, 10))
    row.birth_on = date(2007, 3, 11)
    assert "十八" in judged(row)[0].message


def test_a_gap_in_the_past_is_a_note():
    problems = judged(person(s1=date(2023, 1, 5), s3=date(2023, 8, 1)))
    assert problems
    assert all(problem.level != ERROR for problem in problems)
    assert any("第 2 步" in problem.message for problem in problems)
