"""What follows from the facts of a road: pure functions on frozen facts and a date."""

from recruitment.rules.dues import DueFact, dues
from recruitment.rules.forecast import Road, StepForecast, road
from recruitment.rules.judging import objections, with_step
from recruitment.rules.objection import BLOCKED, LATE, UNCLEAR, Objection
from recruitment.rules.reviews import review_objections, window_of

__all__ = [
    "BLOCKED",
    "LATE",
    "UNCLEAR",
    "DueFact",
    "Objection",
    "Road",
    "StepForecast",
    "dues",
    "objections",
    "review_objections",
    "road",
    "window_of",
    "with_step",
]
