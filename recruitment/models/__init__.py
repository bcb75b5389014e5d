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
from recruitment.models.departments import DepartmentShare
from recruitment.models.documents import Document, FileContent, PaperTemplate
from recruitment.models.dues import Due
from recruitment.models.exports import ExportFile, LedgerExport
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
from recruitment.models.plans import DevelopmentPlan, PlannedPerson, PlanRemark, PlanVersion, paths_of_plans
from recruitment.models.records import FACT_KINDS, MentorOpinion, PeriodicReview, Situation, StepPerson, StepRecord
from recruitment.models.reopenings import Reopening
from recruitment.models.roster import ROSTER_SENDERS, RosterBatch, RosterFile

__all__ = [
    "EMERGENCY_LASTS",
    "FACT_KINDS",
    "ROSTER_SENDERS",
    "AccessEntry",
    "Candidate",
    "CandidateGrant",
    "ColumnMemory",
    "Decline",
    "DepartmentShare",
    "DesignatedContact",
    "DevelopmentPlan",
    "Document",
    "Due",
    "EmergencyAccess",
    "ExportFile",
    "FileContent",
    "GrantProposal",
    "ImportBatch",
    "ImportFile",
    "ImportedRow",
    "LedgerCheckpoint",
    "LedgerCopy",
    "LedgerEntry",
    "LedgerExport",
    "LedgerHead",
    "LedgerLeaf",
    "LedgerSecret",
    "LedgerVerification",
    "LocalLimitRow",
    "MentorOpinion",
    "Mentorship",
    "PaperTemplate",
    "PeriodicReview",
    "PlanRemark",
    "PlanVersion",
    "PlannedPerson",
    "Recommender",
    "Reopening",
    "RosterBatch",
    "RosterFile",
    "Situation",
    "StepPerson",
    "StepRecord",
    "UnitGrant",
    "paths_of_plans",
]
