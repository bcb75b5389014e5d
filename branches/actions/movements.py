"""What HR reports about people: joined, promoted, entered a programme, returned, left (notice R4)."""

from django.db import transaction
from django.utils import timezone

from branches.actions.refusals import NotYours, refuse
from branches.models import TalentMovement
from branches.offices import MovementKind, Office
from branches.queries.posts import posts_held

REPORTED_BY = frozenset((Office.HR_LIAISON, Office.PARTY_OFFICE))


@transaction.atomic
def report_movement(*, by, person, kind, happened_on, now, summary=""):
    """Report that ``kind`` (a MovementKind) happened to ``person`` on ``happened_on``; returns the TalentMovement.

    The same movement reported twice is one. Leaving is written on the roster in the same act. Refused: a day to come.
    """
    if not REPORTED_BY & {posting.office for posting in posts_held(by, timezone.localdate(now))}:
        raise NotYours
    if happened_on > timezone.localdate(now):
        refuse("in_the_future", "日期不能晚于今天。", field="happened_on")
    movement, is_new = TalentMovement.objects.get_or_create(
        person=person,
        kind=kind,
        happened_on=happened_on,
        defaults={"summary": summary.strip(), "reported_by": by, "reported_at": now},
    )
    if is_new and kind == MovementKind.LEFT and person.left_on is None:
        person.left_on = happened_on
        person._change_reason = "人事部门报送离职"
        person.save()
    return movement


def report_moves(found, *, by, now):
    """Write the movements ``found`` on the roster, pairs of a Person and a Move; part of the verb that changed the roster.

    What was reported before is not reported again. Returns how many are new.
    """
    people = {person.pk for person, _ in found}
    told = TalentMovement.objects.filter(person__in=people)
    known = set(told.values_list("person_id", "kind", "happened_on", "summary"))
    new = {}
    for person, move in found:
        key = (person.pk, move.kind, move.happened_on, move.summary)
        if key not in known:
            new[key] = TalentMovement(
                person=person,
                kind=move.kind,
                happened_on=move.happened_on,
                summary=move.summary,
                reported_by=by,
                reported_at=now,
            )
    TalentMovement.objects.bulk_create(new.values(), batch_size=500)
    return len(new)
