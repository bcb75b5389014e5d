"""What happens to a candidate: the road, who accompanies it, what is owed, and the proof of it."""

from recruitment.models.access import (
    EMERGENCY_LASTS,
    AccessEntry,
    CandidateGrant,
    EmergencyAccess,
    GrantProposal,
    UnitGrant,
)
from recruitment.models.accompany import DesignatedContact, Mentorship, Recommender
from recruitment.models.candidates import Candidate, Decline
from recruitment.models.documents import Document, FileContent, PaperTemplate
from recruitment.models.dues import Due
from recruitment.models.imports import ColumnMemory, ImportBatch, ImportedRow, ImportFile
from recruitment.models.ledger import (
    LedgerCheckpoint,
    LedgerCopy,
    LedgerEntry,
    LedgerHead,
    LedgerLeaf,
    LedgerSecret,
    LedgerVerification,
)
from recruitment.models.limits import LocalLimitRow
from recruitment.models.records import FACT_KINDS, MentorOpinion, PeriodicReview, Situation, StepPerson, StepRecord
from recruitment.models.reopenings import Reopening

__all__ = [
    "EMERGENCY_LASTS",
    "FACT_KINDS",
    "AccessEntry",
    "Candidate",
    "CandidateGrant",
    "ColumnMemory",
    "Decline",
    "DesignatedContact",
    "Document",
    "Due",
    "EmergencyAccess",
    "FileContent",
    "GrantProposal",
    "ImportBatch",
    "ImportFile",
    "ImportedRow",
    "LedgerCheckpoint",
    "LedgerCopy",
    "LedgerEntry",
    "LedgerHead",
    "LedgerLeaf",
    "LedgerSecret",
    "LedgerVerification",
    "LocalLimitRow",
    "MentorOpinion",
    "Mentorship",
    "PaperTemplate",
    "PeriodicReview",
    "Recommender",
    "Reopening",
    "Situation",
    "StepPerson",
    "StepRecord",
    "UnitGrant",
]
