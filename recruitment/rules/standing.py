"""Where a person stands after the events of a road up to some day: what is on record, in force, stopped or begun anew."""

from datetime import date

from recruitment.facts import Facts, PersonFact, ReviewFact, SituationFact, StepFact
from recruitment.stages import RoadState, Stage

PROBATION_MONTHS = 12
# How far the road counts as gone elsewhere for those who come from another unit without our records.
ELSEWHERE_ACTIVIST = 4
ELSEWHERE_PROBATIONER = 20


class Standing:
    """The state of one road while its events are walked in the order of their dates; written only by ``walk``.

    ``done`` holds for each step the record that counts; ``reopened`` the day of a no after which a step may be taken again;
    ``on_file`` the objections to records as they stand.
    """

    __slots__ = (
        "activist_on",
        "admitted_on",
        "consulted",
        "cultivation_from_on",
        "delayed",
        "done",
        "elsewhere",
        "extended",
        "facts",
        "gaps",
        "late",
        "leaving",
        "listed_on",
        "listing_is_provisional",
        "on_file",
        "other_party",
        "probation_ends_on",
        "reconsidered_on",
        "refused",
        "reopened",
        "restarted_on",
        "state",
        "stopped_on",
        "transferred_on",
    )

    def __init__(self, facts: Facts):
        self.facts = facts
        self.on_file: dict[int, tuple] = {}
        self.refused: dict[int, StepFact] = {}
        self.other_party = False
        self.consulted = False
        self.restarted_on: date | None = None
        self.begin()

    def begin(self):
        """Nothing on record: at the start, and when a person applies anew."""
        self.done: dict[int, StepFact] = {}
        self.reopened: dict[int, date] = {}
        self.late: set[int] = set()
        self.gaps: set[int] = set()
        self.elsewhere = 0
        self.state = RoadState.ACTIVE
        self.stopped_on: date | None = None
        self.activist_on: date | None = None
        self.cultivation_from_on: date | None = None
        self.listed_on: date | None = None
        self.listing_is_provisional = False
        self.admitted_on: date | None = None
        self.probation_ends_on: date | None = None
        self.extended = False
        self.delayed = False
        self.transferred_on: date | None = None
        self.reconsidered_on: date | None = None
        self.leaving: SituationFact | None = None

    def has(self, number: int) -> bool:
        """True when the step is on record here or counts as done elsewhere."""
        return number in self.done or number <= self.elsewhere

    def settled_on(self, number: int) -> date | None:
        """The day from which what follows the step may happen: its decision, for step 8 the listing."""
        record = self.done.get(number)
        if record is None:
            return None
        return self.listed_on if number == 8 and self.listed_on else record.decided_on

    @property
    def stage(self) -> Stage:
        if self.has(24):
            return Stage.FULL_MEMBER
        if self.has(17):
            return Stage.PROBATIONARY_MEMBER
        if self.has(8):
            return Stage.DEVELOPMENT_TARGET
        if self.has(3):
            return Stage.ACTIVIST
        return Stage.APPLICANT if self.has(1) else Stage.PROSPECT

    def reviews(self, kind: str, *, during_probation: bool, until: date | None = None) -> list[ReviewFact]:
        """Reviews of that kind in the order of their dates, up to ``until`` where given.

        What was reviewed before the cultivation (or probation) that counts belongs to one that no longer does.
        """
        since = self.admitted_on if during_probation else self.cultivation_from_on
        found = [
            review
            for review in self.facts.reviews
            if review.kind == kind
            and review.during_probation == during_probation
            and (since is None or review.reviewed_on >= since)
            and (until is None or review.reviewed_on <= until)
        ]
        found.sort(key=lambda review: review.reviewed_on)
        return found

    def mentors_now(self) -> tuple[PersonFact, ...] | None:
        """Those who mentor now; empty when nobody does, None when it is not on record who."""
        if self.facts.mentors:
            return self.facts.mentors
        naming = self.done.get(5)
        if naming is None or (self.transferred_on and self.transferred_on > naming.decided_on):
            return ()
        return naming.persons or None

    def recommenders_now(self) -> tuple[PersonFact, ...] | None:
        """Those who recommend now; None when it is not on record who."""
        if self.facts.recommenders:
            return self.facts.recommenders
        naming = self.done.get(9)
        return (naming.persons or None) if naming else None
