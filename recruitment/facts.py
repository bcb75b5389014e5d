"""What the rules are told: frozen facts about one person, free of rows, requests and clocks."""

from dataclasses import dataclass, field
from datetime import date


@dataclass(frozen=True, slots=True)
class PersonFact:
    """A person as the rules see one: the candidate, a mentor, a recommender, a talker.

    ``standing`` is "none", "probationary" or "full"; ``posts`` holds offices held on the day
    (words of branches.offices); ``suspended`` means voting and mentoring rights are suspended
    by discipline (留党察看期间, Art. 14).
    """

    key: str = ""
    name: str = ""
    birth_on: date | None = None
    standing: str = "none"
    member_since_on: date | None = None
    suspended: bool = False
    posts: tuple[str, ...] = ()
    political_status: str = ""


@dataclass(frozen=True, slots=True)
class UnitFact:
    """A Party organisation: its kind (branches.offices.UnitKind value) and whether it may approve members."""

    key: str = ""
    name: str = ""
    kind: str = "branch"
    may_approve: bool = False


@dataclass(frozen=True, slots=True)
class Votes:
    """A ballot, in persons. ``eligible`` 应到: full members with voting rights; ``present`` 实到 of those.

    ``in_favour``, ``against`` and ``abstained`` include the ``written`` opinions handed in before the meeting,
    of which ``written`` says how many there were in all.
    """

    eligible: int
    present: int
    in_favour: int
    against: int = 0
    abstained: int = 0
    written: int = 0


@dataclass(frozen=True, slots=True)
class StepFact:
    """One recorded step of the twenty-five. ``decided_on`` is the legal date; the clock of typing plays no part."""

    step: int
    decided_on: date
    id: str = ""
    body: str = ""
    conclusion: str = ""
    unit: UnitFact | None = None
    votes: Votes | None = None
    persons: tuple[PersonFact, ...] = ()
    publicity_from_on: date | None = None
    publicity_until_on: date | None = None
    listed_on: date | None = None           # step 8: the day the person is listed as development target
    starts_on: date | None = None           # step 11: training from–to
    ends_on: date | None = None
    hours: int | None = None                # step 11, 学时
    days: int | None = None                 # step 11
    extended_until_on: date | None = None   # steps 23 and 24: end of an extended probation
    form_number: str = ""                   # step 14: 入党志愿书编号
    documents: tuple[str, ...] = ()         # step 25: codes of papers present
    exception_reason: str = ""              # why a condition that admits an exception is not met
    late_reason: str = ""                   # why a time limit was missed
    rule_set: str = ""                      # answer to an unclear transition: "2014" or "2026"


@dataclass(frozen=True, slots=True)
class ReviewFact:
    """A half-yearly review of an activist (Art. 11) or a check during probation (Art. 31/32).

    ``kind`` is a ReviewKind: "review", or "report" for a written report of the person (思想汇报) where a committee
    has set an interval for it.
    """

    reviewed_on: date
    window: int = 0                         # 1 for months 0–6, 2 for 6–12 …; 0: the first one not yet covered
    during_probation: bool = False
    id: str = ""
    kind: str = "review"
    late_reason: str = ""                   # why the window had ended before the review


@dataclass(frozen=True, slots=True)
class SituationFact:
    """A special situation of rules.md §1.3; ``on`` is the legal date of its decision or event."""

    kind: str
    on: date
    id: str = ""
    unit: UnitFact | None = None
    recognised: bool | None = None          # transfers: is earlier cultivation recognised?
    recognised_by: str = ""                 # the recognising decision
    until_on: date | None = None            # leaving_soon: the day of leaving; probationer_transferred_in: original expiry
    counts_from_on: date | None = None      # transferred, recognised: since when the person has been an activist
    votes: Votes | None = None
    decided_by: str = ""


@dataclass(frozen=True, slots=True)
class LocalLimit:
    """A stricter limit of one committee: which, how long, who set it and since when it holds (by event date)."""

    code: str
    value: int
    since_on: date
    set_by: str = ""
    until_on: date | None = None            # the first day on which it no longer holds


@dataclass(frozen=True, slots=True)
class Facts:
    """Everything the rules need about one person; superseded records are not in it."""

    person: PersonFact
    unit: UnitFact = UnitFact()
    superior: UnitFact = UnitFact(kind="committee", may_approve=True)
    steps: tuple[StepFact, ...] = ()
    reviews: tuple[ReviewFact, ...] = ()
    situations: tuple[SituationFact, ...] = ()
    mentors: tuple[PersonFact, ...] = ()    # serving now
    recommenders: tuple[PersonFact, ...] = ()
    local_limits: tuple[LocalLimit, ...] = ()
    plan: dict[int, date] = field(default_factory=dict)  # the plan's day per step, where planned
    # (step, code) of every paper on file, as a scan or on paper; None where nobody asked, and then none is owed
    papers: frozenset[tuple[int, str]] | None = None
