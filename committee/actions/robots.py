"""Group robots: who may set them up, and that each is told once a day."""

from urllib.parse import urlsplit

from django.conf import settings
from django.db import transaction
from django.db.models import Q

from branches.offices import Office
from committee.models import Robot
from recruitment.actions.refusals import NotYours, refuse
from recruitment.scope import scope_of


def may_set_up(user, unit):
    """Robots of a unit are the business of the party office over it."""
    return Office.PARTY_OFFICE in scope_of(user).offices_over(unit.path)


@transaction.atomic
def set_up_robot(*, by, unit, name, kind, address, secret="", is_on, robot_id=None):
    """Set up a robot for ``unit``, or change the one with ``robot_id``; an empty ``secret`` keeps the one on file.

    Refused: an address that is not https at one of the known hosts, so that the site can be made to call nothing else.
    """
    robot = Robot.objects.visible_to(by).select_for_update(of=("self",)).get(pk=robot_id) if robot_id else Robot()
    if not may_set_up(by, unit):
        raise NotYours
    if not _is_known(address):
        hosts = "、".join(settings.YINLING_ROBOT_HOSTS)
        refuse(
            "robot_address",
            f"地址应以 https:// 开头，主机为 {hosts} 之一；经内网转发的主机由系统管理员加入设置。",
            field="address",
        )
    robot.name, robot.kind, robot.unit, robot.address, robot.is_on = name.strip(), kind, unit, address, is_on
    if secret:
        robot.secret = secret
    robot._history_user = by
    robot.save()
    return robot


def _is_known(address):
    """True for https at one of the known hosts, with a port that is one."""
    try:
        parts = urlsplit(address)
        return parts.scheme == "https" and parts.hostname in settings.YINLING_ROBOT_HOSTS and parts.port != 0
    except ValueError:
        return False


@transaction.atomic
def remove_robot(*, by, robot_id):
    """Forget a robot, its address and its secret."""
    robot = Robot.objects.visible_to(by).get(pk=robot_id)
    if not may_set_up(by, robot.unit):
        raise NotYours
    robot._history_user = by
    robot.delete()


def claim_robot(*, robot_id, today):
    """True for the one caller who is to tell the robot today."""
    untold = Q(told_on__isnull=True) | Q(told_on__lt=today)
    return bool(_rows(robot_id).filter(untold, is_on=True).update(told_on=today))


def record_reply(*, robot_id, reply):
    """Keep what the platform answered."""
    _rows(robot_id).update(reply=reply[:300])


def _rows(robot_id):
    """The row, for its day and answer only: they are kept out of the history."""
    return Robot.objects.filter(pk=robot_id)
