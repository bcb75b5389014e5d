"""Numbers and a link to the group robots of 企业微信, 钉钉 and 飞书; never a name."""

import base64
import hashlib
import hmac
import http.client
import json
import logging
import ssl
import urllib.error
import urllib.request
from urllib.parse import urlencode

from django.conf import settings
from django.utils import timezone

from committee.actions.robots import claim_robot, record_reply
from committee.models import RobotKind
from committee.queries.recipients import hours_entered
from committee.queries.robots import numbers_below, robots_to_tell

log = logging.getLogger(__name__)

TIMEOUT = 10
LONGEST_ANSWER = 10_000


def tell_robots(now):
    """Tell every robot that is on the numbers of its unit, once a day, when the day's digests have been created."""
    today = timezone.localdate(now)
    if not hours_entered(today):
        return 0
    told = 0
    for robot in robots_to_tell(today=today):
        numbers = numbers_below(path=robot.unit.path, today=today)
        if claim_robot(robot_id=robot.pk, today=today) and (numbers.overdue or numbers.today or numbers.this_week):
            record_reply(robot_id=robot.pk, reply=say(robot, words_of(robot, numbers, today), now))
            told += 1
    return told


def words_of(robot, numbers, today):
    """What a group reads: the unit, three numbers, a link that needs a login."""
    return (
        f"【发展党员工作提醒】{robot.unit.short_name} {today:%m-%d}：逾期 {numbers.overdue} 项，"
        f"今天到期 {numbers.today} 项，本周还有 {numbers.this_week} 项到期。办理：{settings.YINLING_SITE_URL}/"
    )


def say(robot, words, now):
    """Post ``words`` to the robot and return the platform's answer, or what went wrong; never raises."""
    address, body = request_for(robot, words, seconds=int(now.timestamp()))
    request = urllib.request.Request(  # noqa: S310  # the verb admits https at known hosts only
        address, data=json.dumps(body).encode(), headers={"Content-Type": "application/json"}, method="POST"
    )
    try:
        with _opener.open(request, timeout=TIMEOUT) as answer:
            said = json.loads(answer.read(LONGEST_ANSWER))
        code = said.get("errcode", said.get("code"))
    except urllib.error.HTTPError as failure:
        return _failed(robot, failure, f"平台答复 HTTP {failure.code}，请核对机器人地址。")
    except OSError as failure:
        if isinstance(getattr(failure, "reason", None), ssl.SSLCertVerificationError):
            return _failed(robot, failure, "平台的证书未通过核验，请检查服务器的时间和代理。")
        return _failed(robot, failure, "连不上平台，请检查网络。")
    except (ValueError, AttributeError, http.client.HTTPException) as failure:
        # no JSON, no object, no HTTP: whoever answers there is not the platform
        return _failed(robot, failure, "对方的答复读不懂，请核对机器人地址。")
    if code == 0:
        return "已发送"
    return f"平台拒绝：{code} {said.get('errmsg', said.get('msg', ''))}"


def _failed(robot, failure, words):
    log.warning("The robot %s could not be told: %s", robot.pk, failure)
    return f"发送失败：{words}"


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A redirect could lead anywhere; the address was checked, the next one is not."""

    def redirect_request(self, *_):
        return None


_opener = urllib.request.build_opener(_NoRedirects)


def request_for(robot, words, *, seconds):
    """(address, JSON body) of the platform's own form, signed where a secret is set; ``seconds`` is the Unix time."""
    if robot.kind == RobotKind.FEISHU:
        body = {"msg_type": "text", "content": {"text": words}}
        if robot.secret:
            body |= {"timestamp": str(seconds), "sign": _signed(f"{seconds}\n{robot.secret}".encode(), b"")}
        return robot.address, body
    body = {"msgtype": "text", "text": {"content": words}}
    if robot.kind == RobotKind.DINGTALK and robot.secret:
        millis = seconds * 1000
        sign = _signed(robot.secret.encode(), f"{millis}\n{robot.secret}".encode())
        return f"{robot.address}&{urlencode({'timestamp': millis, 'sign': sign})}", body
    return robot.address, body


def _signed(key, text):
    return base64.b64encode(hmac.new(key, text, hashlib.sha256).digest()).decode()
