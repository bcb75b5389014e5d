"""Erasing what was written about somebody who said no; that there were acts, with their dates, stays (PIPL 47; notice R6)."""

from django.db import transaction
from django.db.models import Q
from django.utils import timezone

from branches.models import Person
from recruitment.actions import ledger
from recruitment.actions.documents import erase_files
from recruitment.calendar import add_months
from recruitment.files import vault
from recruitment.models import (
    Candidate,
    Decline,
    DepartmentShare,
    DesignatedContact,
    EmergencyAccess,
    GrantProposal,
    ImportedRow,
    ImportFile,
    MentorOpinion,
    Mentorship,
    PeriodicReview,
    PlannedPerson,
    PlanRemark,
    Recommender,
    Situation,
    StepRecord,
)
from recruitment.queries.file_checks import strays
from recruitment.stages import RoadState

# What stands where a field must not be empty.
GONE = "（已删除）"
_FACT = {"supersede_reason": ""}
_TERM = {"reason": "", "end_reason": ""}
# Free text about a candidate by model, with what stands there afterwards; documents and the ledger have verbs of their own.
# tests/test_erasing.py finds every text that is neither here nor said to stay.
ERASED = {
    StepRecord: {"exception_reason": "", "late_reason": "", "remark": "", "form_number": "", "document_number": "", **_FACT},
    PeriodicReview: {"conclusion": "", "evidence": "", "late_reason": "", **_FACT},
    MentorOpinion: {"opinion": "", **_FACT},
    Situation: {"recognised_by": "", "decided_by": "", "remark": "", **_FACT},
    Mentorship: _TERM,
    Recommender: _TERM,
    DesignatedContact: _TERM,
    DepartmentShare: {"reason": ""},
    GrantProposal: {"reason": ""},
    EmergencyAccess: {"reason": GONE},
    ImportedRow: {"before": {}},
    PlannedPerson: {"explanation": ""},
    PlanRemark: {"text": GONE, "reply": ""},
}  # fmt: skip
# Reasons of changes to the roster that HR and files gave; all others are the Party side's.
_OF_THE_ROSTER = ("导入花名册", "人事部门")


def erase_texts_in(table, candidate_ids, path="candidate"):
    """Put the values of ``table`` ({model: {field: value}}) into all rows about ``candidate_ids``, histories included.

    Histories are changed on purpose, and past the models' save(): a text that its history keeps is not erased.
    """
    for model, values in table.items():
        about = {f"{path}__in": candidate_ids}
        model._base_manager.filter(**about).update(**values)
        if hasattr(model, "history"):
            model.history.filter(**about).update(**values, history_change_reason=None)


def erase_file(*, candidate, now):
    """Erase every text behind the file of a locked ``candidate``: facts, ties, papers, histories, the ledger's texts.

    Stage, dates and the ledger's entries stay, and its chain stays valid. Part of the caller's transaction.
    """
    erase_files(candidate=candidate, actor=None, now=now)
    erase_texts_in(ERASED, [candidate.pk])
    Candidate.history.filter(id=candidate.pk).update(history_change_reason=None)
    reasons = Person.history.filter(id=candidate.person_id)
    for prefix in _OF_THE_ROSTER:
        reasons = reasons.exclude(history_change_reason__startswith=prefix)
    reasons.update(history_change_reason=None)
    ImportFile.objects.filter(batch__rows__candidate=candidate).delete()
    ledger.erase_texts(candidate=candidate, actor=None, now=now)


@transaction.atomic
def forget_declines(*, now, months):
    """Delete fingerprints of a no that is ``months`` old: the person may be asked again, the former file stays hidden.

    Returns how many.
    """
    before = add_months(timezone.localdate(now), -months)
    done_with = Q(lifted_at__isnull=False) | Q(erased_at__isnull=False)
    old = Decline.objects.filter(done_with, declined_at__date__lte=before)
    found = list(old.select_for_update(of=("self",)).select_related("candidate"))
    people = {decline.candidate.person_id for decline in found if decline.candidate_id}
    for candidate in Candidate.objects.select_for_update().filter(
        person_id__in=people, state=RoadState.DECLINED, forgotten_at=None
    ):
        candidate.forgotten_at = now
        candidate.save()
    Decline.objects.filter(pk__in=[decline.pk for decline in found]).delete()
    return len(found)


def sweep_vault(*, before):
    """Remove contents that no row knows and that were put there before the instant ``before``; returns how many.

    A death between the commit and the removal, or in the middle of an upload, leaves them; without a key they cannot be read.
    """
    left_over = strays(before)
    for name in left_over:
        vault.remove(name)
    return len(left_over)
