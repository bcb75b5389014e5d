"""One due, for those who may know of it."""

from recruitment.models import Due


def due_told_of(*, user, due_id):
    """The due with its candidate, open or settled; Due.DoesNotExist for those out of whose reach it is."""
    return Due.objects.visible_to(user).select_related("candidate__person", "unit").get(pk=due_id)
