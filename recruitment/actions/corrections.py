"""Correcting a wrong record: it is superseded with a reason, never edited or deleted, and the road is judged anew."""

from django.db import transaction

from recruitment.actions import ledger
from recruitment.actions.opinions import owe_opinions
from recruitment.actions.refusals import NotYours, Stale, refuse
from recruitment.actions.roads import locked, settle
from recruitment.actions.steps import NAMES_MENTORS, NAMES_RECOMMENDERS, permission_for, replace_ties
from recruitment.models import FACT_KINDS, Mentorship, Recommender
from recruitment.steps import step as step_row


@transaction.atomic
def supersede(*, by, code, version, kind, record_code, reason, now):
    """Supersede the standing fact ``record_code`` of ``kind`` (a key of FACT_KINDS), for ``reason``.

    What rested on it is judged anew at once: stage, state and dues follow. The fact and the correction both stay
    visible in history and ledger. Returns the superseded row.
    """
    candidate = locked(user=by, code=code)
    record = FACT_KINDS[kind].objects.standing().filter(candidate=candidate, code=record_code).first()
    if record is None:
        refuse("already_superseded", "这条记录已经更正过，请刷新页面查看。")
    needed = permission_for(step_row(record.step)) if kind == "step" else "recruitment.correct_record"
    if not by.has_perm("recruitment.correct_record", candidate) or not by.has_perm(needed, candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    if not reason.strip():
        refuse("reason_required", "请写明更正原因：原记录会保留，并注明原因。", field="reason")
    record.superseded_at, record.superseded_by_user, record.supersede_reason = now, by, reason.strip()
    record.save(update_fields=["superseded_at", "superseded_by_user", "supersede_reason"])
    if kind == "step":
        _restore_ties(candidate, record, by=by, now=now)
    settle(candidate, now=now, reason=f"更正：{reason.strip()}"[:100])
    if kind == "step":
        owe_opinions(candidate, now=now)
    ledger.append(
        candidate=candidate,
        action="superseded",
        step=getattr(record, "step", None),
        summary=f"更正：{_label(record, kind)}",
        decided_on=getattr(record, "decided_on", None)
        or getattr(record, "reviewed_on", None)
        or getattr(record, "on", None),
        actor=by,
        now=now,
        details={"record": str(record.code), "kind": kind},
        private={"reason": reason.strip()},
    )
    return record


def _restore_ties(candidate, record, *, by, now):
    """Mentors and recommenders are those of the latest record that still stands."""
    model = {NAMES_MENTORS: Mentorship, NAMES_RECOMMENDERS: Recommender}.get(record.step)
    if model is None:
        return
    latest = candidate.steprecords.standing().filter(step=record.step).order_by("-decided_on", "-pk").first()
    persons = [row.person for row in latest.persons.select_related("person")] if latest else []
    replace_ties(
        model, candidate, persons, on=latest.decided_on if latest else record.decided_on, by=by, reason="更正后恢复"
    )


def _label(record, kind):
    if kind == "step":
        return step_row(record.step).name
    if kind == "review":
        return f"第 {record.window} 次考察"
    return record.get_kind_display()
