"""One due, for those who may know of it."""

from django.db.models import Q

from committee.queries.roll_call import open_dues, seats_for
from committee.rules.reminders import Tier
from recruitment.models import Due
from recruitment.queries.todo import owes
from recruitment.scope import scope_of

# What a contact or a mentor may record about a candidate without owing it: their forms decide the rest.
OF_TIES = frozenset({"contact_talk", "talk_follow_up", "mentor_opinion", "problem", "problem_answered"})


def due_told_of(*, user, due_id):
    """The due with its candidate, open or settled; Due.DoesNotExist for those out of whose reach it is."""
    return Due.objects.visible_to(user).select_related("candidate__person", "unit").get(pk=due_id)


def may_settle(user, due):
    """True for whoever owes ``due``, acts for its unit, or is tied to its candidate where ties may record.

    Others are told of a due to push it forward: its form would only turn them away.
    """
    scope = scope_of(user)
    if owes(scope, due) or due.unit_path.startswith(scope.acting_paths or ("\0",)):
        return True
    return due.kind in OF_TIES and due.candidate_id in scope.candidate_ids


def with_whom(due, *, today):
    """Names of those who owe the open ``due`` today, as on the reminder board; "" when nobody can be told."""
    found = open_dues(Q(pk=due.pk), today)
    seats = seats_for(found, today, {})
    return "、".join(seats.users[person].display_name for one in found for person in seats.told(Tier.OWES, one))
