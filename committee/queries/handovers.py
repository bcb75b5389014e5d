"""What a successor takes over, with the notes of the working circle that the successor has not opened yet (notice R1)."""

from dataclasses import dataclass
from datetime import date

from committee.models import Talk
from committee.queries.talks import READ_TALK, mark_of, row_of
from recruitment.models import AccessEntry, Due
from recruitment.queries.postings import HandOver, dues_taken_over, hand_over

NOTES_SHOWN = 50


@dataclass(frozen=True, slots=True)
class HandOverPage:
    """The page: ``notes`` are the first of ``notes_count`` unread talks (TalkRow), for the holder only.

    ``due`` is open while the holder has not confirmed; ``confirmed_on`` is when that was done.
    """

    taken_over: HandOver
    is_holder: bool
    notes: tuple
    notes_count: int
    due: Due | None
    confirmed_on: date | None


def hand_over_page(*, user, pk, today):
    """The hand-over of the posting ``pk``; Posting.DoesNotExist for all but its holder and the party office."""
    taken_over = hand_over(user=user, pk=pk, today=today)
    posting = taken_over.posting
    is_holder = posting.person_id == user.person_id
    notes = unread_notes(user=user, posting=posting, today=today) if is_holder else []
    dues = list(dues_taken_over(posting))
    return HandOverPage(
        taken_over=taken_over,
        is_holder=is_holder,
        notes=tuple(row_of(talk, user) for talk in notes[:NOTES_SHOWN]),
        notes_count=len(notes),
        due=next((due for due in dues if due.settled_at is None), None),
        confirmed_on=next((due.settled_on for due in dues if due.was_done), None),
    )


def unread_notes(*, user, posting, today):
    """Talks with people of the post's unit whose text ``user`` may read, did not write and has not opened, newest first."""
    if posting.unit is None:
        return []
    within = {"candidate__unit_path__startswith": posting.unit.path}
    opened = AccessEntry.objects.filter(user=user, action=READ_TALK, **within).values_list("what", flat=True)
    opened = set(opened.order_by())
    talks = (
        Talk.objects.readable_by(user, today)
        .standing()
        .filter(**within)
        .exclude(recorded_by=user)
        .exclude(talker_id=user.person_id)
        .select_related("candidate__person", "talker")
    )
    unread = [talk for talk in talks if mark_of(talk) not in opened]
    for talk in unread:
        talk.is_readable = True
    return unread


def hand_over_due(*, user, due_id):
    """(the due, the key of its posting); Due.DoesNotExist for those out of whose reach it is."""
    due = Due.objects.visible_to(user).select_related("candidate__person", "unit").get(pk=due_id, kind="handover")
    return due, int(due.key.rpartition(":")[2])
