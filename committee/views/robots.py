"""Group robots: off until the party office turns one on."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied
from django.http import Http404
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from branches.offices import Office
from committee.actions.robots import record_reply, remove_robot, set_up_robot
from committee.delivery.robots import say
from committee.forms.robots import RobotForm
from committee.queries.reminder_board import may_see_board
from committee.queries.robots import robot_list, robot_of, units_with_robots
from committee.views.acting import carried_out, found, shown
from recruitment.scope import scope_of


def _only_the_office(user):
    if not may_see_board(user):
        raise Http404
    if not scope_of(user).holds(Office.PARTY_OFFICE):
        raise PermissionDenied("群机器人由党办设置。")


@require_safe
def robots_view(request):
    """The robots of the office's units."""
    _only_the_office(request.user)
    return render(request, "committee/robots.html", {"robots": robot_list(user=request.user)})


@require_http_methods(["GET", "HEAD", "POST"])
def robot_view(request, robot_id=None):
    """Set one up, or change it."""
    _only_the_office(request.user)
    robot = found(robot_of, user=request.user, robot_id=robot_id) if robot_id else None
    form = RobotForm(request.POST or None, units=units_with_robots(request.user), robot=robot)
    if (
        form.is_bound
        and form.is_valid()
        and carried_out(form, set_up, by=request.user, robot_id=robot_id, **form.cleaned_data)
    ):
        messages.success(request, "已保存群机器人。")
        return redirect("robots")
    return shown(request, "committee/robot_form.html", {"form": form, "robot": robot})


def set_up(*, now, **values):
    """Setting up needs no clock."""
    return set_up_robot(**values)


@require_POST
def robot_try_view(request, robot_id):
    """Say a sentence without numbers, to see whether it arrives."""
    robot = found(robot_of, user=request.user, robot_id=robot_id)
    reply = say(robot, "【发展党员工作提醒】这是一条测试消息，不含工作内容。", timezone.now())
    record_reply(robot_id=robot.pk, reply=reply)
    messages.info(request, f"{robot.name}：{reply}")
    return redirect("robots")


@require_POST
def robot_remove_view(request, robot_id):
    """Forget a robot."""
    found(remove_robot, by=request.user, robot_id=robot_id)
    messages.success(request, "已删除群机器人。")
    return redirect("robots")
