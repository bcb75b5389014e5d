"""What follows from the facts of a road: pure functions on frozen facts and a date."""

from recruitment.rules.correcting import Judgement, objections_after, rejudge, without
from recruitment.rules.dues import DueFact, dues
from recruitment.rules.forecast import Road, StepForecast, road, road_from_application, road_on_record
from recruitment.rules.judging import objections, with_step
from recruitment.rules.objection import BLOCKED, LATE, UNCLEAR, Objection
from recruitment.rules.reviews import review_objections, window_of
from recruitment.rules.situations import situation_article, situation_objections

__all__ = [
    "BLOCKED",
    "LATE",
    "UNCLEAR",
    "DueFact",
    "Judgement",
    "Objection",
    "Road",
    "StepForecast",
    "dues",
    "objections",
    "objections_after",
    "rejudge",
    "review_objections",
    "road",
    "road_from_application",
    "road_on_record",
    "situation_article",
    "situation_objections",
    "window_of",
    "with_step",
    "without",
]
