"""Lawful roads to start from, written out by hand: one under the rules of 2014, one under those of 2026."""

from dataclasses import replace
from datetime import date

from recruitment import rules
from recruitment.calendar import Calendar, seed_calendar
from recruitment.facts import Facts, PersonFact, ReviewFact, StepFact, UnitFact, Votes
from recruitment.steps import ARCHIVED_PAPERS

CALENDAR: Calendar = seed_calendar()
TODAY = date(2030, 6, 1)


def day(text: str) -> date:
    return date.fromisoformat(text)


def full(key: str, **changes) -> PersonFact:
    return PersonFact(**({"key": key, "name": key, "standing": "full"} | changes))


CANDIDATE = PersonFact(key="甲", name="甲", birth_on=day("1988-04-12"))
SECRETARY = full("周", posts=("secretary",))
MENTOR, SECOND_MENTOR = full("陈"), full("柳")
COMMITTEE_MEMBER = full("郑", posts=("committee_member",))
COMMITTEE = UnitFact("dw", "院党委", "committee", may_approve=True)
BRANCH = UnitFact("zb", "第一党支部", "branch")
PASSED = Votes(12, 11, 10, 1, 0)
PAPERS = tuple(paper.code for paper in ARCHIVED_PAPERS)


def _steps(days: dict[int, str], **details) -> dict[int, StepFact]:
    common = {
        1: {"body": "applicant"},
        2: {"body": "branch", "persons": (SECRETARY,)},
        3: {"body": "branch_committee"},
        4: {"body": "committee"},
        5: {"body": "branch", "persons": (MENTOR, SECOND_MENTOR)},
        6: {"body": "branch"},
        7: {"body": "branch_committee"},
        8: {"body": "committee", "conclusion": "agreed"},
        9: {"body": "branch", "persons": (MENTOR, SECOND_MENTOR)},
        10: {"body": "branch_committee", "conclusion": "qualified"},
        11: {"body": "committee", "days": 3, "hours": 24},
        12: {"body": "branch_committee", "conclusion": "qualified"},
        13: {"body": "committee", "conclusion": "qualified", "unit": COMMITTEE},
        14: {"body": "applicant", "form_number": "6218 0417"},
        15: {"body": "branch_meeting", "conclusion": "passed", "votes": PASSED},
        16: {"body": "committee_member", "persons": (COMMITTEE_MEMBER,)},
        17: {"body": "committee", "conclusion": "agreed", "votes": Votes(9, 8, 8), "unit": COMMITTEE},
        18: {"body": "upper_organisation_department"},
        19: {"body": "branch"},
        20: {"body": "branch"},
        21: {"body": "branch"},
        22: {"body": "applicant"},
        23: {"body": "branch_meeting", "conclusion": "converted", "votes": PASSED},
        24: {"body": "committee", "conclusion": "converted", "votes": Votes(9, 8, 8), "unit": COMMITTEE},
        25: {"body": "branch", "documents": PAPERS},
    }
    return {
        number: StepFact(number, day(text), id=f"s{number}", **(common[number] | details.get(f"s{number}", {})))
        for number, text in days.items()
    }


STEPS_2014 = _steps(
    {
        1: "2022-01-31", 2: "2022-02-20", 3: "2022-03-01", 4: "2022-03-10", 5: "2022-03-12", 6: "2023-03-01",
        7: "2023-03-02", 8: "2023-03-10", 9: "2023-03-12", 10: "2023-03-20", 11: "2023-04-20", 12: "2023-05-01",
        13: "2023-05-08", 14: "2023-05-09", 15: "2023-05-20", 16: "2023-06-01", 17: "2023-06-10", 18: "2023-06-12",
        19: "2023-06-12", 20: "2023-07-01", 21: "2024-05-10", 22: "2024-05-12", 23: "2024-05-20", 24: "2024-06-10",
        25: "2024-06-20",
    }
)  # fmt: skip
REVIEWS_2014 = (ReviewFact(day("2022-08-30"), 1, id="r1"), ReviewFact(day("2023-02-27"), 2, id="r2"))

STEPS_2026 = _steps(
    {
        1: "2026-06-01", 2: "2026-06-20", 3: "2026-07-01", 4: "2026-07-10", 5: "2026-07-12", 6: "2027-07-01",
        7: "2027-07-02", 8: "2027-07-12", 9: "2027-07-22", 10: "2027-08-01", 11: "2027-08-20", 12: "2027-09-01",
        13: "2027-09-10", 14: "2027-09-12", 15: "2027-09-28", 16: "2027-10-08", 17: "2027-10-20", 18: "2027-10-25",
        19: "2027-10-25", 20: "2027-11-10", 21: "2028-09-20", 22: "2028-09-20", 23: "2028-09-28", 24: "2028-10-20",
        25: "2028-10-30",
    },
    s8={
        "publicity_from_on": day("2027-07-12"),
        "publicity_until_on": day("2027-07-18"),
        "listed_on": day("2027-07-19"),
    },
)  # fmt: skip
REVIEWS_2026 = (ReviewFact(day("2026-12-20"), 1, id="r1"), ReviewFact(day("2027-06-25"), 2, id="r2"))


def facts_until(last: int, *, era: int = 2014, without: tuple[int, ...] = (), **changes) -> Facts:
    """A lawful road up to step ``last``; ``s7={"decided_on": …}`` changes step 7, other names are fields of Facts."""
    steps, reviews = (STEPS_2014, REVIEWS_2014) if era == 2014 else (STEPS_2026, REVIEWS_2026)
    rows = []
    for number, fact in steps.items():
        if number <= last and number not in without:
            rows.append(replace(fact, **changes.get(f"s{number}", {})))
    fields = {name: value for name, value in changes.items() if not (name[0] == "s" and name[1:].isdigit())}
    defaults = {"person": CANDIDATE, "unit": BRANCH, "superior": COMMITTEE, "reviews": reviews if last >= 3 else ()}
    return Facts(steps=tuple(rows), **(defaults | fields))


def proposal(number: int, *, era: int = 2014, **changes) -> StepFact:
    """The lawful record of step ``number``, with changes; dates may be given as text."""
    steps = STEPS_2014 if era == 2014 else STEPS_2026
    values = {
        name: day(value) if name.endswith("_on") and isinstance(value, str) else value
        for name, value in changes.items()
    }
    return replace(steps[number], **({"id": ""} | values))


def found(facts: Facts, fact: StepFact, *, today: date = TODAY, calendar: Calendar = CALENDAR):
    return rules.objections(facts, fact, today=today, calendar=calendar)


def codes(facts: Facts, fact: StepFact, *, today: date = TODAY, calendar: Calendar = CALENDAR) -> set[str]:
    return {objection.code for objection in found(facts, fact, today=today, calendar=calendar)}


def road(facts: Facts, today: str | date = TODAY, calendar: Calendar = CALENDAR) -> rules.Road:
    return rules.road(facts, today=day(today) if isinstance(today, str) else today, calendar=calendar)


def due_keys(facts: Facts) -> dict[str, rules.DueFact]:
    return {due.key: due for due in rules.dues(facts, calendar=CALENDAR)}
