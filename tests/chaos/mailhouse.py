"""An SMTP server as a process of its own, whose log of accepted mails is the judge of every fault test.

A mail counts as accepted when its line is on disk, which is before the server answers 250: what a real relay promises.
How the server behaves stands in a file that is read anew for every mail, so that a test can change its mind.
"""

import asyncio
import base64
import email
import email.policy
import hashlib
import json
import os
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from tests.services import LOOPBACK, die_with_parent, free_port

ROOT = Path(__file__).resolve().parents[2]


@dataclass(frozen=True)
class Accepted:
    """One mail that the server took over."""

    recipient: str
    at: float
    raw: bytes

    @cached_property
    def message(self):
        """The mail taken apart; the server itself has no time for that."""
        return email.message_from_bytes(self.raw, policy=email.policy.default)

    @property
    def message_id(self):
        return self.message["Message-ID"]

    @property
    def text(self):
        """What it says to readers of plain text."""
        return self.message.get_body(preferencelist=("plain",)).get_content()

    @cached_property
    def digest(self):
        """The hash of its bytes."""
        return hashlib.sha256(self.raw).hexdigest()


class MailhouseProcess:
    """The server, from the test's side: ``behave`` says how, ``accepted`` what it took over."""

    def __init__(self, folder: Path):
        self.folder = folder
        folder.mkdir(parents=True, exist_ok=True)
        self.port = free_port()
        self.log = folder / "accepted.jsonl"
        self.script = folder / "behaviour.json"
        self.process = None
        self.log.touch()
        self.behave()

    def behave(self, **how):
        """Set the behaviour; the keys are those that Handler reads. Without any the server is a good one."""
        fresh = self.script.with_suffix(".new")
        fresh.write_text(json.dumps(how))
        fresh.replace(self.script)

    def start(self):
        command = [sys.executable, "-m", "tests.chaos.mailhouse", str(self.port), str(self.log), str(self.script)]
        self.process = subprocess.Popen(
            command,
            cwd=ROOT,
            start_new_session=True,
            preexec_fn=die_with_parent(signal.SIGKILL),
            stdout=subprocess.PIPE,
        )
        assert self.process.stdout.readline() == b"ready\n"
        return self

    def kill(self):
        """From here on connections are refused."""
        if self.process:
            self.process.kill()
            self.process.wait()
            self.process = None

    __enter__ = start

    def __exit__(self, *_):
        self.kill()

    @property
    def accepted(self):
        """What the server has taken over, in order."""
        lines = [json.loads(line) for line in self.log.read_text().splitlines()]
        return [Accepted(line["recipient"], line["at"], base64.b64decode(line["raw"])) for line in lines]

    @property
    def environment(self):
        """The variables that make a site send here."""
        return {
            "EMAIL_HOST": LOOPBACK,
            "EMAIL_PORT": str(self.port),
            "EMAIL_SECURITY": "none",
            "DEFAULT_FROM_EMAIL": "引领 <yinling@institute.test>",
        }


class Handler:
    """What happens to a mail; see the test that uses a behaviour for what it stands for."""

    def __init__(self, log: Path, script: Path):
        self.log = log.open("a")
        self.script = script
        self.refused_once = set()
        self.mails = 0

    @property
    def how(self):
        return json.loads(self.script.read_text())

    async def handle_EHLO(self, server, session, envelope, hostname, responses):  # noqa: N802
        if self.how.get("silent"):
            await asyncio.sleep(3600)
        session.host_name = hostname
        return responses

    async def handle_MAIL(self, server, session, envelope, address, options):  # noqa: N802
        self.mails += 1
        if self.mails == self.how.get("shut_down_at"):
            return "421 closing for maintenance"
        envelope.mail_from = address
        return "250 OK"

    async def handle_RCPT(self, server, session, envelope, address, options):  # noqa: N802
        if address in self.how.get("unknown", ()):
            return "550 no such mailbox"
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, server, session, envelope):  # noqa: N802
        how = self.how
        recipient = envelope.rcpt_tos[0]
        concerned = how.get("only") in (None, recipient)
        if concerned and how.get("greylist") and recipient not in self.refused_once:
            self.refused_once.add(recipient)
            return "451 greylisted, come again"
        if concerned and how.get("reject"):
            return "554 rejected"
        if concerned and how.get("drop_before_accepting"):
            server.transport.abort()
            return "250 nobody reads this"
        await asyncio.sleep(how.get("before", 0))
        raw = base64.b64encode(envelope.original_content).decode()
        entry = {"recipient": recipient, "at": time.time(), "raw": raw}
        self.log.write(json.dumps(entry) + "\n")
        self.log.flush()
        os.fsync(self.log.fileno())
        if concerned and how.get("drop_after_accepting"):
            server.transport.abort()
        await asyncio.sleep(how.get("after", 0) if concerned else 0)
        return "250 OK taken over"


def main(port, log, script):
    from aiosmtpd.smtp import SMTP

    async def serve():
        handler = Handler(Path(log), Path(script))
        loop = asyncio.get_running_loop()
        server = await loop.create_server(lambda: SMTP(handler, hostname="mailhouse"), LOOPBACK, int(port))
        print("ready", flush=True)  # noqa: T201
        await server.serve_forever()

    asyncio.run(serve())


if __name__ == "__main__":
    main(*sys.argv[1:])
