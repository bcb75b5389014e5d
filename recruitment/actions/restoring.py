"""Setting one of a person's particulars back to what it once was: a new change with a reason, nothing is undone."""

from django.db import transaction

from branches.actions.people import save_person
from branches.models import Person
from recruitment.actions import ledger
from recruitment.actions.refusals import NotYours, Stale, refuse
from recruitment.actions.roads import locked, settle
from recruitment.queries.restoring import restorable_fields, restoration


@transaction.atomic
def restore_field(*, by, code, history_id, field, reason, version, now):
    """Give ``field`` of the person behind candidate ``code`` the value of line ``history_id`` of their history.

    Raises Candidate.DoesNotExist for strangers, LookupError for lines of others, NotYours for fields of another post's,
    Stale when somebody acted since the form was opened. Refused: no reason, the same value already, a value that cannot
    stand beside the others any more. The road is judged anew. Returns the Person.
    """
    candidate = locked(user=by, code=code)
    found = restoration(user=by, code=code, history_id=history_id, field=field)
    if field not in restorable_fields(by, candidate):
        raise NotYours
    if version is not None and version != candidate.version:
        raise Stale(candidate.version)
    if not reason.strip():
        refuse("reason_required", "请写明为什么恢复：这是一次新的变更，台账要记录。", field="reason")
    person = Person.objects.select_for_update(of=("self",)).get(pk=candidate.person_id)
    attname = Person._meta.get_field(field).attname
    value = getattr(found.row, attname)
    if getattr(person, attname) == value:
        refuse("same_value", f"“{found.label}”现在就是“{found.then or '空'}”，不用恢复。")
    setattr(person, attname, value)
    person._change_reason, person._history_user = f"恢复：{reason.strip()}"[:100], by
    save_person(person, now)
    candidate.person = person
    settle(candidate, now=now, reason=f"恢复“{found.label}”")
    ledger.append(
        candidate=candidate,
        action="restored",
        summary=f"恢复资料：{found.label}",
        actor=by,
        now=now,
        details={"field": field, "history": history_id},
        private={"before": found.now, "after": found.then, "reason": reason.strip()},
    )
    return person
