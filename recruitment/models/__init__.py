"""What happens to a candidate: the road, who accompanies it, what is owed, and the proof of it."""

from recruitment.models.access import AccessEntry, CandidateGrant, UnitGrant
from recruitment.models.accompany import DesignatedContact, Mentorship, Recommender
from recruitment.models.candidates import Candidate, Decline
from recruitment.models.dues import Due
from recruitment.models.ledger import LedgerEntry
from recruitment.models.limits import LocalLimitRow
from recruitment.models.records import MentorOpinion, PeriodicReview, Situation, StepPerson, StepRecord

__all__ = [
    "AccessEntry",
    "Candidate",
    "CandidateGrant",
    "Decline",
    "DesignatedContact",
    "Due",
    "LedgerEntry",
    "LocalLimitRow",
    "MentorOpinion",
    "Mentorship",
    "PeriodicReview",
    "Recommender",
    "Situation",
    "StepPerson",
    "StepRecord",
    "UnitGrant",
]
