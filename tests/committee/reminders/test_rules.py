"""Who is told of a due on which day; the day before, the day, the day after, and days off."""

from datetime import date, timedelta

from hypothesis import given
from hypothesis import strategies as st

from committee.rules.reminders import (
    DEFAULT,
    DEFAULT_OF_YEAR_MARKS,
    Policy,
    Term,
    Tier,
    course,
    first_workday_of_month,
    first_workday_of_week,
    flaws_of,
    latest_call,
    longest_lead,
    policy_for,
    weekly_day_before,
)
from recruitment.calendar import Calendar, seed_calendar
from recruitment.stages import DueKind

ALL_WORKED = Calendar(work=frozenset(date(2026, 1, 1) + timedelta(days=n) for n in range(730)))
PLAIN_WEEKS = Calendar()
DUE = date(2026, 11, 18)  # a Wednesday
TERM = Term(opens_on=date(2026, 10, 1), due_on=DUE)


def calls(policy, tier, term, calendar, first, last):
    """The days between ``first`` and ``last`` on which the tier is told, as offsets from the due day."""
    found = []
    day = first
    while day <= last:
        if latest_call(policy, tier, term, day, calendar) == day:
            found.append((day - term.due_on).days)
        day += timedelta(days=1)
    return found


def test_who_owes_is_told_15_7_1_days_before_on_the_day_the_day_after_and_weekly():
    first, last = DUE - timedelta(days=40), DUE + timedelta(days=30)
    assert calls(DEFAULT, Tier.OWES, TERM, ALL_WORKED, first, last) == [-15, -7, -1, 0, 1, 8, 15, 22, 29]


def test_year_marks_are_told_a_month_ahead():
    policy = policy_for(DueKind.TARGET_DECISION, {})
    assert policy is DEFAULT_OF_YEAR_MARKS
    first = DUE - timedelta(days=40)
    assert calls(policy, Tier.OWES, TERM, ALL_WORKED, first, DUE) == [-30, -15, -7, -1, 0]


def test_the_office_joins_the_day_after_and_the_member_in_charge_after_fifteen_days():
    first, last = DUE - timedelta(days=40), DUE + timedelta(days=30)
    assert calls(DEFAULT, Tier.OFFICE, TERM, ALL_WORKED, first, last) == [1, 8, 15, 22, 29]
    assert calls(DEFAULT, Tier.MEMBER, TERM, ALL_WORKED, first, last) == [15, 22, 29]
    assert calls(DEFAULT, Tier.MENTOR, TERM, ALL_WORKED, first, last) == []


def test_whoever_joins_between_two_reminders_is_told_on_the_day_of_joining():
    policy = Policy(office_from=5)
    assert calls(policy, Tier.OFFICE, TERM, ALL_WORKED, DUE, DUE + timedelta(days=20)) == [5, 8, 15]


def test_a_mentor_can_be_told_before_the_day():
    policy = Policy(mentor_from=-7)
    assert calls(policy, Tier.MENTOR, TERM, ALL_WORKED, DUE - timedelta(days=20), DUE + timedelta(days=2)) == [
        -7,
        -1,
        0,
        1,
    ]


def test_what_falls_on_a_day_off_is_told_on_the_workday_before():
    sunday = Term(date(2026, 10, 1), date(2026, 11, 22))
    # T-7 and T-1 and T fall on a weekend: the Fridays before
    assert calls(DEFAULT, Tier.OWES, sunday, PLAIN_WEEKS, date(2026, 11, 1), date(2026, 11, 22)) == [-16, -9, -2]


def test_what_is_late_on_a_day_off_is_told_on_the_workday_after_because_before_it_would_not_be_late():
    friday = Term(date(2026, 10, 1), date(2026, 11, 20))
    # T+1 is a Saturday: the office hears of it on Monday, not on Friday while the act is still in time
    assert calls(DEFAULT, Tier.OFFICE, friday, PLAIN_WEEKS, date(2026, 11, 16), date(2026, 11, 27)) == [3]


def test_over_the_national_holiday_nothing_is_said_and_nothing_forgotten():
    calendar = seed_calendar()
    term = Term(date(2026, 8, 1), date(2026, 10, 5))
    days = calls(DEFAULT, Tier.OWES, term, calendar, date(2026, 9, 1), date(2026, 10, 14))
    told = [term.due_on + timedelta(days=offset) for offset in days]
    assert told == [date(2026, 9, 20), date(2026, 9, 28), date(2026, 9, 30), date(2026, 10, 8), date(2026, 10, 13)]
    assert all(calendar.is_workday(day) for day in told)


def test_nothing_is_said_before_a_due_opens():
    term = Term(opens_on=DUE - timedelta(days=3), due_on=DUE)
    assert calls(DEFAULT, Tier.OWES, term, ALL_WORKED, DUE - timedelta(days=30), DUE) == [-1, 0]
    opens_on_a_sunday = Term(opens_on=date(2026, 11, 15), due_on=date(2026, 11, 16))
    assert calls(DEFAULT, Tier.OWES, opens_on_a_sunday, PLAIN_WEEKS, date(2026, 11, 9), date(2026, 11, 16)) == [0]


def test_a_day_that_was_missed_is_made_up_for():
    # nobody asked on T-7 nor on the days after: on T-3 the last call is still T-7
    assert latest_call(DEFAULT, Tier.OWES, TERM, DUE - timedelta(days=3), ALL_WORKED) == DUE - timedelta(days=7)
    # a due that came in by import, long overdue
    assert latest_call(DEFAULT, Tier.OWES, TERM, DUE + timedelta(days=1003), ALL_WORKED) == DUE + timedelta(days=1002)


def test_a_pause_keeps_those_who_owe_quiet_until_its_end_and_nobody_above_them():
    paused = Term(TERM.opens_on, DUE, snoozed_until_on=DUE + timedelta(days=5))
    for offset in range(-15, 5):
        assert latest_call(DEFAULT, Tier.OWES, paused, DUE + timedelta(days=offset), ALL_WORKED) is None
    end = DUE + timedelta(days=5)
    assert latest_call(DEFAULT, Tier.OWES, paused, end, ALL_WORKED) == end
    assert latest_call(DEFAULT, Tier.OFFICE, paused, DUE + timedelta(days=1), ALL_WORKED) == DUE + timedelta(days=1)


def test_the_end_of_a_pause_before_the_day_calls_nobody_who_joins_only_after_it():
    paused = Term(TERM.opens_on, DUE, snoozed_until_on=DUE - timedelta(days=3))
    assert latest_call(DEFAULT, Tier.OWES, paused, DUE - timedelta(days=3), ALL_WORKED) == DUE - timedelta(days=3)
    assert latest_call(DEFAULT, Tier.DEPUTY, paused, DUE - timedelta(days=3), ALL_WORKED) is None


def test_the_course_of_a_due_names_every_day_and_everybody():
    told = {call.offset: call.tiers for call in course(DEFAULT_OF_YEAR_MARKS, TERM, ALL_WORKED, until=16)}
    assert told == {
        -30: (Tier.OWES,),
        -15: (Tier.OWES,),
        -7: (Tier.OWES,),
        -1: (Tier.OWES,),
        0: (Tier.OWES,),
        1: (Tier.OWES, Tier.DEPUTY, Tier.OFFICE),
        8: (Tier.OWES, Tier.DEPUTY, Tier.OFFICE),
        15: (Tier.OWES, Tier.DEPUTY, Tier.OFFICE, Tier.MEMBER),
    }


@given(
    st.dates(date(2025, 6, 1), date(2026, 9, 30)),
    st.integers(0, 60),
    st.sampled_from([DEFAULT, DEFAULT_OF_YEAR_MARKS, Policy(mentor_from=-7, repeat_days=3), Policy(repeat_days=0)]),
    st.sampled_from(list(Tier)),
)
def test_day_by_day_and_in_one_view_the_same_days_are_told(due_on, length, policy, tier):
    calendar = seed_calendar()
    term = Term(due_on - timedelta(days=length), due_on)
    day_by_day = {
        day
        for n in range(-60, 40)
        if latest_call(policy, tier, term, day := due_on + timedelta(days=n), calendar) == day
    }
    in_one_view = {
        call.on
        for call in course(policy, term, calendar, until=39)
        if tier in call.tiers and call.on < due_on + timedelta(days=40)
    }
    assert day_by_day == in_one_view
    assert all(calendar.is_workday(day) and day >= term.opens_on for day in day_by_day)


def test_a_rule_that_tells_nobody_is_refused_with_the_reason():
    assert [flaw.field for flaw in flaws_of(Policy(lead_days=(), repeat_days=0))] == ["lead_days"]
    assert "没有人" in flaws_of(Policy(lead_days=(), repeat_days=0))[0].message
    assert [flaw.field for flaw in flaws_of(Policy(by_mail=False, by_notice=False))] == ["by_mail"]


def test_a_rule_that_tells_everybody_daily_is_refused_with_the_reason():
    assert [flaw.field for flaw in flaws_of(Policy(repeat_days=1))] == ["repeat_days"]
    assert [flaw.field for flaw in flaws_of(Policy(lead_days=(5, 4, 3, 2)))] == ["lead_days"]
    assert [flaw.field for flaw in flaws_of(Policy(lead_days=(70, 60, 50, 40, 30, 20, 10)))] == ["lead_days"]
    assert flaws_of(Policy(lead_days=(30, 3, 2, 1), repeat_days=3)) == ()


def test_the_defaults_have_no_flaws():
    assert flaws_of(DEFAULT) == flaws_of(DEFAULT_OF_YEAR_MARKS) == ()
    assert longest_lead({}) == 30
    assert longest_lead({"talk": Policy(lead_days=(60,))}) == 60


def test_between_two_weekly_digests_no_day_is_left_out():
    calendar = seed_calendar()
    assert weekly_day_before(calendar, date(2026, 11, 30)) == date(2026, 11, 23)
    # the national holiday: the week of the 28th began on Monday, the next one on Thursday the 8th
    assert weekly_day_before(calendar, date(2026, 10, 8)) == date(2026, 9, 28)
    assert weekly_day_before(calendar, date(2026, 10, 12)) == date(2026, 10, 8)


def test_the_first_workday_of_a_week_and_of_a_month():
    calendar = seed_calendar()
    assert first_workday_of_week(PLAIN_WEEKS, date(2026, 11, 20)) == date(2026, 11, 16)
    # the National Day week of 2026: back on Thursday
    assert first_workday_of_week(calendar, date(2026, 10, 9)) == date(2026, 10, 8)
    assert first_workday_of_month(calendar, date(2026, 10, 20)) == date(2026, 10, 8)
