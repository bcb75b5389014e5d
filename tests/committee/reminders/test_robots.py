"""Group robots: off by default, numbers and a link only, each platform in its own form, judged by a real HTTP server."""

import base64
import contextlib
import hashlib
import hmac
import json
import socket
import ssl
import threading
from datetime import timedelta
from http.server import BaseHTTPRequestHandler, HTTPServer

import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec

from committee.delivery.robots import request_for, say, tell_robots, words_of
from committee.delivery.schedule import create_due
from committee.models import Robot
from committee.queries.robots import Numbers
from tests.committee.reminders.conftest import at

pytestmark = pytest.mark.django_db


@pytest.fixture
def platform():
    """An HTTP server that keeps what it was sent and answers as told."""
    received = []

    class Handler(BaseHTTPRequestHandler):
        answer = (200, {"errcode": 0})

        def do_POST(self):
            body = self.rfile.read(int(self.headers["Content-Length"]))
            received.append((self.path, json.loads(body)))
            status, reply = Handler.answer
            self.send_response(status)
            if status == 302:
                self.send_header("Location", "/elsewhere")
            self.end_headers()
            self.wfile.write(reply if isinstance(reply, bytes) else json.dumps(reply).encode())

        def log_message(self, *_):
            pass

    server = HTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    server.handler, server.received = Handler, received
    server.address = f"http://127.0.0.1:{server.server_port}/robot?key=1"
    yield server
    server.shutdown()
    server.server_close()


@pytest.fixture
def robot(cast, platform):
    return Robot.objects.create(name="党办群", kind="wecom", unit=cast.institute, address=platform.address, is_on=True)


def test_a_group_is_told_three_numbers_and_a_link_once_a_day(cast, today, make_due, robot, platform, settings):
    late = make_due(today - timedelta(days=3))
    make_due(today)
    assert tell_robots(at(today, 8)) == 0, "not before the day's digests"
    create_due(at(today, 8))
    assert tell_robots(at(today, 8, 1)) == 1
    assert tell_robots(at(today, 8, 2)) == 0
    ((_, body),) = platform.received
    words = body["text"]["content"]
    assert "逾期 1 项，今天到期 1 项" in words
    assert settings.YINLING_SITE_URL in words
    assert late.candidate.person.name[0] + "**" not in words
    assert late.candidate.person.name not in words
    robot.refresh_from_db()
    assert robot.reply == "已发送"


def test_a_robot_is_off_until_it_is_turned_on(cast, today, make_due, platform):
    Robot.objects.create(name="党办群", kind="wecom", unit=cast.institute, address=platform.address)
    make_due(today)
    create_due(at(today, 8))
    assert tell_robots(at(today, 8, 1)) == 0
    assert not platform.received


def test_nothing_is_said_on_a_quiet_day(cast, today, robot, platform):
    create_due(at(today, 8))
    tell_robots(at(today, 8, 1))
    assert not platform.received


@pytest.mark.parametrize(
    ("answer", "reply"),
    [
        ((200, {"errcode": 93000, "errmsg": "invalid webhook url"}), "平台拒绝：93000 invalid webhook url"),
        ((200, {"code": 19021, "msg": "sign match fail"}), "平台拒绝：19021 sign match fail"),
        ((500, {}), "发送失败：平台答复 HTTP 500，请核对机器人地址。"),
        ((302, {}), "发送失败：平台答复 HTTP 302，请核对机器人地址。"),
        ((200, ["a list"]), "发送失败：对方的答复读不懂，请核对机器人地址。"),
        ((200, "ok"), "发送失败：对方的答复读不懂，请核对机器人地址。"),
        ((200, b"<html>"), "发送失败：对方的答复读不懂，请核对机器人地址。"),
    ],
)
def test_what_the_platform_answers_is_shown_and_a_redirect_is_not_followed(robot, platform, today, answer, reply):
    platform.handler.answer = answer
    assert say(robot, "测试", at(today)) == reply
    assert len(platform.received) == 1


def test_a_platform_out_of_reach_is_no_error_of_ours(robot, platform, today):
    robot.address = "http://127.0.0.1:1/"
    assert say(robot, "测试", at(today)) == "发送失败：连不上平台，请检查网络。"


def test_a_stranger_with_a_certificate_of_his_own_is_told_from_a_lost_line(robot, platform, today, tmp_path):
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    made_at = at(today) - timedelta(days=1)
    certificate = (
        x509.CertificateBuilder().subject_name(name).issuer_name(name).public_key(key.public_key()).serial_number(1)
        .not_valid_before(made_at).not_valid_after(made_at + timedelta(days=900)).sign(key, hashes.SHA256())
    )  # fmt: skip
    pem = serialization.Encoding.PEM
    file = tmp_path / "own.pem"
    file.write_bytes(
        key.private_bytes(pem, serialization.PrivateFormat.PKCS8, serialization.NoEncryption())
        + certificate.public_bytes(pem)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(file)
    with socket.create_server(("127.0.0.1", 0)) as server:

        def greet():
            connection, _ = server.accept()
            with connection, contextlib.suppress(OSError):
                context.wrap_socket(connection, server_side=True)

        threading.Thread(target=greet, daemon=True).start()
        robot.address = f"https://127.0.0.1:{server.getsockname()[1]}/"
        assert say(robot, "测试", at(today)) == "发送失败：平台的证书未通过核验，请检查服务器的时间和代理。"
    assert not platform.received


def test_whoever_answers_without_http_is_not_understood(robot, today):
    with socket.create_server(("127.0.0.1", 0)) as server:

        def babble():
            connection, _ = server.accept()
            with connection:
                connection.recv(4096)
                connection.sendall(b"220 mail.test ESMTP\r\n")

        threading.Thread(target=babble, daemon=True).start()
        robot.address = f"http://127.0.0.1:{server.getsockname()[1]}/"
        assert say(robot, "测试", at(today)) == "发送失败：对方的答复读不懂，请核对机器人地址。"


def test_dingtalk_signs_the_address_with_milliseconds(cast):
    robot = Robot(kind="dingtalk", address="https://oapi.dingtalk.com/robot/send?access_token=1", secret="SEC0")
    address, body = request_for(robot, "你好", seconds=1_700_000_000)
    sign = base64.b64encode(hmac.new(b"SEC0", b"1700000000000\nSEC0", hashlib.sha256).digest()).decode()
    assert "&timestamp=1700000000000&sign=" in address
    from urllib.parse import parse_qs, urlsplit

    assert parse_qs(urlsplit(address).query)["sign"] == [sign]
    assert body == {"msgtype": "text", "text": {"content": "你好"}}


def test_feishu_signs_the_body_with_seconds(cast):
    robot = Robot(kind="feishu", address="https://open.feishu.cn/open-apis/bot/v2/hook/1", secret="s")
    address, body = request_for(robot, "你好", seconds=1_700_000_000)
    assert address == robot.address
    sign = base64.b64encode(hmac.new(b"1700000000\ns", b"", hashlib.sha256).digest()).decode()
    assert body == {
        "msg_type": "text",
        "content": {"text": "你好"},
        "timestamp": "1700000000",
        "sign": sign,
    }


def test_the_words_name_nobody(cast, today):
    words = words_of(Robot(unit=cast.institute), Numbers(3, 1, 4), today)
    assert words.startswith(f"【发展党员工作提醒】院党委 {today:%m-%d}：逾期 3 项，今天到期 1 项，本周还有 4 项到期。")


@pytest.mark.parametrize(
    "address",
    [
        "http://qyapi.weixin.qq.com/x", "https://intranet.test/x", "https://127.0.0.1/", "https://qyapi.weixin.qq.com:99999/x",
    ],
)  # fmt: skip
def test_the_site_is_not_made_to_call_any_other_host(cast, client, address):
    client.force_login(cast.office)
    form = {"name": "群", "kind": "wecom", "unit": cast.institute.code, "address": address, "is_on": "on"}
    page = client.post("/reminders/robots/new/", form)
    assert page.status_code == 422
    assert not Robot.objects.exists()


def test_the_office_sets_one_up_and_its_secret_is_never_shown_again(cast, client):
    client.force_login(cast.office)
    form = {
        "name": "党办群",
        "kind": "dingtalk",
        "unit": cast.institute.code,
        "address": "https://oapi.dingtalk.com/robot/send?access_token=1",
        "secret": "SEC-0123456789",
    }
    assert client.post("/reminders/robots/new/", form).status_code == 302
    robot = Robot.objects.get()
    assert not robot.is_on
    for path in ("/reminders/robots/", f"/reminders/robots/{robot.pk}/"):
        assert "SEC-0123456789" not in client.get(path).content.decode()
    assert "access_token" not in client.get("/reminders/robots/").content.decode()
    client.post(f"/reminders/robots/{robot.pk}/", form | {"secret": "", "is_on": "on"})
    robot.refresh_from_db()
    assert (robot.secret, robot.is_on) == ("SEC-0123456789", True)
    client.force_login(cast.sub_office)
    assert client.get(f"/reminders/robots/{robot.pk}/").status_code == 404
    client.force_login(cast.office)
    client.post(f"/reminders/robots/{robot.pk}/remove/")
    assert not Robot.objects.exists()
