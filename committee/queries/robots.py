"""Group robots, and the numbers they are told."""

from dataclasses import dataclass

from django.db.models import Count, Q

from branches.models import Unit
from branches.offices import Office
from committee.models import Robot
from recruitment.models import Due
from recruitment.queries.todo import end_of_week
from recruitment.scope import scope_of
from recruitment.stages import RoadState


@dataclass(frozen=True, slots=True)
class Numbers:
    """What is late, due today and due later this week below a unit."""

    overdue: int
    today: int
    this_week: int


def robot_list(*, user):
    """The robots of the user's units."""
    return list(Robot.objects.visible_to(user).select_related("unit"))


def robot_of(*, user, robot_id):
    """One of them; Robot.DoesNotExist for strangers."""
    return Robot.objects.visible_to(user).select_related("unit").get(pk=robot_id)


def units_with_robots(user):
    """Units that the user may set up robots for."""
    paths = [post.unit_path for post in scope_of(user).posts if post.office == Office.PARTY_OFFICE and post.unit_path]
    return Unit.objects.active().under(paths)


def robots_to_tell(*, today):
    """Robots that are on and have not been told today."""
    return list(Robot.objects.filter(Q(told_on__isnull=True) | Q(told_on__lt=today), is_on=True).select_related("unit"))


def numbers_below(*, path, today):
    """The numbers of the units below ``path``, counts only; one query."""
    week = end_of_week(today)
    return Numbers(
        **Due.objects.open()
        .filter(
            Q(candidate__isnull=True) | Q(candidate__state=RoadState.ACTIVE),
            unit_path__startswith=path,
            is_binding=True,
            due_on__lte=week,
        )
        .aggregate(
            overdue=Count("pk", filter=Q(due_on__lt=today)),
            today=Count("pk", filter=Q(due_on=today)),
            this_week=Count("pk", filter=Q(due_on__gt=today)),
        )
    )
