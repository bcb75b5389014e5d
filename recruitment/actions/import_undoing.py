"""Undoing a whole import while nothing rests on it: facts are superseded, files closed, never deleted."""

import logging
from datetime import date

from django.db import transaction
from django.utils import timezone
from simple_history.utils import bulk_update_with_history

from branches.models import Person
from recruitment import import_progress, rules
from recruitment.actions import ledger
from recruitment.actions.import_slices import SLICE
from recruitment.actions.refusals import refuse
from recruitment.actions.roads import DUE_FIELDS, ROAD, ROAD_FIELDS, apply_road, difference
from recruitment.imports import collector
from recruitment.imports.states import BatchState
from recruitment.models import Candidate, Due, ImportBatch, ImportedRow, Mentorship, Recommender, Situation, StepRecord
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.queries.import_undo import built_upon, names_among
from recruitment.stages import SituationKind

REASON = "撤销导入"
logger = logging.getLogger(__name__)


def ask_to_undo(*, by, code, reason, now):
    """Ask for the whole batch to be taken back, with a reason; a worker does it within seconds.

    Refused: a batch that was not written, no reason, people for whom something was done since. Returns the batch.
    """
    if not reason.strip():
        refuse("reason_required", "请写明为什么撤销，台账要记录。", field="reason")
    with transaction.atomic():
        batch = ImportBatch.objects.visible_to(by).select_for_update(of=("self",)).get(code=code)
        if batch.state != BatchState.DONE:
            refuse("not_written", "这批导入没有写入，或已经撤销，不需要撤销。")
        if found := built_upon(batch):
            refuse("built_upon", _sentence(found, by))
        batch.state, batch.undone_by, batch.undo_reason = BatchState.UNDO_CONFIRMED, by, reason.strip()[:200]
        batch.failure = ""
        batch.save()
    return batch


def undo(*, batch_pk, now):
    """Take back the batch ``batch_pk`` in one transaction; called by a worker, twice does no harm. Returns the batch.

    Facts of the batch are superseded, files that it opened are closed, ties that it made are ended, blanks that it
    filled in are blank again unless somebody changed them since. People it entered stay on the roster.
    """
    try:
        with collector.at_rest(), transaction.atomic():
            batch = ImportBatch.objects.select_for_update(of=("self",)).select_related("undone_by").get(pk=batch_pk)
            if batch.state != BatchState.UNDO_CONFIRMED:
                return batch
            found = built_upon(batch)
            if found:
                batch.state, batch.failure = BatchState.DONE, _sentence(found, batch.undone_by)
            else:
                _undo_all(batch, now)
                batch.state, batch.undone_at = BatchState.UNDONE, now
            batch.save()
    except Exception:
        logger.exception("Import %s was not undone.", batch_pk)
        batch = ImportBatch.objects.get(pk=batch_pk)
        batch.state, batch.failure = (
            BatchState.DONE,
            "撤销时出错，什么都没有改动。请再试一次；仍不行的，请联系系统管理员。",
        )
        batch.save()
    import_progress.forget(batch.code)
    return batch


def _sentence(candidate_pks, user):
    """Why it is too late; names only those whom the user may know of."""
    names = names_among(candidate_pks, user)
    whom = f"为{'、'.join(names)}{'等' if len(candidate_pks) > len(names) else ''}" if names else "有人"
    return f"导入以后已{whom}办理了别的事，不能整批撤销。有误的请在人员页逐人更正。"


def _undo_all(batch, now):
    rows = list(batch.rows.order_by("candidate_id"))
    calendar = calendar_in_force()
    for start in range(0, len(rows), SLICE):
        _undo_slice(batch, rows[start : start + SLICE], now, calendar)
        import_progress.tell(batch.code, start + SLICE)


def _undo_slice(batch, rows, now, calendar):
    today, by = timezone.localdate(now), batch.undone_by
    history = {"default_user": by, "default_change_reason": REASON, "default_date": now}
    candidates = Candidate.objects.select_for_update(of=("self",)).select_related("person", "unit")
    by_pk = {
        candidate.pk: candidate
        for candidate in candidates.filter(pk__in=[row.candidate_id for row in rows]).order_by("pk")
    }
    records = _supersede(batch, by_pk, by, now)
    _end_ties(rows, by, today, history)
    _blank_again(rows, history)
    made = [row.candidate_id for row in rows if row.made_candidate]
    Situation.objects.bulk_create(
        Situation(candidate_id=pk, kind=SituationKind.UNDONE, on=today, remark=REASON, recorded_by=by, recorded_at=now)
        for pk in made
    )
    _settle(by_pk, now, today, calendar)
    for candidate in by_pk.values():
        candidate.version += 1
    _let_go_of_earlier(batch, rows, by_pk)
    bulk_update_with_history(list(by_pk.values()), Candidate, [*ROAD_FIELDS, "version"], **history)
    ledger.append_many(
        [
            ledger.Act(
                candidate=candidate,
                action="import_undone",
                summary="撤销导入",
                actor=by,
                now=now,
                details={"batch": str(batch.code), "records": records.get(candidate.pk, [])},
                private={"reason": batch.undo_reason},
            )
            for candidate in by_pk.values()
        ]
    )


def _let_go_of_earlier(batch, rows, by_pk):
    """The import that came right before this one is the last act for the person again, and can be undone, too."""
    before = {row.candidate_id: row.version - 1 for row in rows}
    earlier = ImportedRow.objects.filter(candidate_id__in=before, batch__state=BatchState.DONE).exclude(batch=batch)
    moved = [row for row in earlier if row.version == before[row.candidate_id]]
    for row in moved:
        row.version = by_pk[row.candidate_id].version
    ImportedRow.objects.bulk_update(moved, ["version"])


def _supersede(batch, by_pk, by, now):
    """Supersede the facts of the batch; returns {candidate key: [codes]}."""
    codes = {}
    records = StepRecord.objects.standing().filter(batch=batch, candidate_id__in=by_pk)
    for candidate_id, code in records.order_by("step").values_list("candidate_id", "code"):
        codes.setdefault(candidate_id, []).append(str(code))
    records.update(superseded_at=now, superseded_by_user=by, supersede_reason=REASON)
    return codes


def _end_ties(rows, by, today, history):
    for model in (Mentorship, Recommender):
        pks = [pk for row in rows for pk in row.before.get(model._meta.model_name, ())]
        ties = list(model.objects.open().filter(pk__in=pks))
        for tie in ties:
            tie.ends_on, tie.end_reason, tie.decided_by = max(today, tie.starts_on), REASON, by
        if ties:
            bulk_update_with_history(ties, model, ["ends_on", "end_reason", "decided_by"], **history)


def _blank_again(rows, history):
    """What the import filled in becomes blank again, where it still says what the import said."""
    filled = {row.person_id: row.before["profile"] for row in rows if row.before.get("profile")}
    people, fields = [], set()
    for person in Person.objects.filter(pk__in=filled):
        for key, (before, after) in filled[person.pk].items():
            now_there = getattr(person, key)
            if (now_there.isoformat() if isinstance(now_there, date) else now_there) == after:
                setattr(person, key, date.fromisoformat(before) if isinstance(now_there, date) and before else before)
                fields.add(key)
                people.append(person)
    if fields:
        bulk_update_with_history(
            list({person.pk: person for person in people}.values()), Person, sorted(fields), **history
        )


def _settle(by_pk, now, today, calendar):
    """Judge the roads anew: stage, state and dues follow from the facts that are left."""
    open_dues = {pk: [] for pk in by_pk}
    for due in Due.objects.open().filter(candidate__in=by_pk, key__startswith=ROAD):
        open_dues[due.candidate_id].append(due)
    opened, moved, settled = [], [], []
    for pk, facts in facts_for(by_pk.values()).items():
        road = rules.road_on_record(facts, today=today, calendar=calendar)
        apply_road(by_pk[pk], road)
        result = difference(by_pk[pk], open_dues[pk], road.dues, now=now)
        opened += result.opened
        moved += result.changed
        settled += [due.pk for due in result.settled]
    if opened:
        Due.objects.bulk_create(opened)
    if moved:
        Due.objects.bulk_update(moved, [*DUE_FIELDS, "unit", "unit_path"])
    Due.objects.filter(pk__in=settled).update(settled_at=now, settled_on=today, was_done=False)
