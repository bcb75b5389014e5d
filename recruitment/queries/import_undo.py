"""Whether anything was built on an import since; only then can it not be undone any more."""

from django.db.models import F, Q

from recruitment.imports.states import BatchState
from recruitment.models import (
    AccessEntry,
    Candidate,
    Due,
    ImportedRow,
    LedgerEntry,
    LedgerHead,
    Mentorship,
    Recommender,
    StepRecord,
)

# Traces of the import itself, and of people looking: nothing that rests on it.
_TRACES = (AccessEntry, Due, ImportedRow, LedgerEntry, LedgerHead)
_TIES = (Mentorship, Recommender)
_SLICE = 2000
SHOWN = 5


def built_upon(batch):
    """Primary keys of files for which something was done since ``batch`` was written; empty when it can be taken back.

    For files that the import opened, everything that refers to them counts, in whatever app; for others, every act
    since, which is what the version of a file counts. Later imports that were undone do not count.
    """
    found = set(batch.rows.exclude(version=F("candidate__version")).values_list("candidate_id", flat=True))
    made = list(batch.rows.filter(made_candidate=True).values_list("candidate_id", flat=True))
    for start in range(0, len(made), _SLICE):
        found |= _with_something_else(batch, made[start : start + _SLICE])
    return found


def names_among(candidate_pks, user):
    """Names of a few of ``candidate_pks`` whom ``user`` may know of."""
    people = Candidate.objects.visible_to(user).filter(pk__in=candidate_pks).order_by("pk")
    return list(people.values_list("person__name", flat=True)[:SHOWN])


def _with_something_else(batch, candidate_pks):
    found = set()
    own_ties = {model: set() for model in _TIES}
    gone = Q(batch=batch) | Q(batch__state=BatchState.UNDONE)
    for before in ImportedRow.objects.filter(gone, candidate_id__in=candidate_pks).values_list("before", flat=True):
        for model in _TIES:
            own_ties[model].update(before.get(model._meta.model_name, ()))
    for relation in Candidate._meta.related_objects:
        model, column = relation.related_model, relation.field.attname
        if model in _TRACES:
            continue
        rows = model._base_manager.filter(**{f"{column}__in": candidate_pks})
        if model is StepRecord:
            rows = rows.exclude(gone)
        if model in _TIES:
            found.update(key for pk, key in rows.values_list("pk", column) if pk not in own_ties[model])
        else:
            found.update(rows.values_list(column, flat=True))
    return found
