"""Handing one mail to whoever takes mails: an SMTP server or any other of Django's mail backends."""

import email
import re
import smtplib
import socket
from collections.abc import Callable
from dataclasses import dataclass
from email.utils import parseaddr

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.smtp import EmailBackend as SmtpBackend

# A server may refuse further mails on one connection; a fresh one costs little.
LETTERS_PER_CONNECTION = 100


@dataclass(frozen=True, slots=True)
class Letter:
    """A mail ready to go: ``raw`` bytes with CRLF line ends, for one recipient."""

    sender: str
    recipient: str
    raw: bytes


class Refused(Exception):
    """The server said no, so the mail was not taken over; ``permanent`` means that trying again is useless."""

    def __init__(self, reply, *, permanent):
        super().__init__(reply)
        self.reply = reply
        self.permanent = permanent


class Unreachable(Exception):
    """There was no server to talk to, or it will not talk to us at all; no mail was taken over, and none will be now."""


class Unknown(Exception):
    """The final dot was sent, and no answer came: the mail may have been taken over or not."""


class Withdrawn(Exception):
    """The caller did not allow the final dot; the server threw the mail away."""


def open_post():
    """The post that settings.EMAIL_BACKEND names; a context manager."""
    backend = get_connection(fail_silently=False)
    return SmtpPost(backend) if isinstance(backend, SmtpBackend) else BackendPost(backend)


def envelope_sender():
    """The address that what cannot be delivered comes back to."""
    return getattr(settings, "YINLING_BOUNCE_ADDRESS", "") or parseaddr(settings.DEFAULT_FROM_EMAIL)[1]


class SmtpPost:
    """One SMTP connection for many mails, with a say for the caller just before each final dot."""

    def __init__(self, backend):
        self.backend = backend
        self.sent_here = 0

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self._hang_up()

    def send(self, letter: Letter, may_go: Callable[[], bool]) -> str:
        """Hand ``letter`` over and return the server's answer; ``may_go`` is asked when only the final dot is missing.

        Up to there a failure is certain: Unreachable, Refused or Withdrawn. After it a missing answer is Unknown.
        """
        smtp = self._connection()
        try:
            # A sender that is refused is refused for everybody: that is this site's fault and not the recipient's.
            self._expect(smtp.mail(letter.sender, _mail_options(smtp, letter)), 250, blames_recipient=False)
            self._expect(smtp.rcpt(letter.recipient), 250)
            self._expect(smtp.docmd("DATA"), 354)
            smtp.send(stuffed(letter.raw))
        except (OSError, smtplib.SMTPException) as broken:
            self._drop()
            raise Unreachable(_words(broken)) from broken
        try:
            goes = may_go()
        except BaseException:
            self._drop()
            raise
        if not goes:
            # Closing without the dot is the only way to take back what was sent.
            self._drop()
            raise Withdrawn
        try:
            smtp.send(b".\r\n")
            code, reply = smtp.getreply()
        except (OSError, smtplib.SMTPException) as broken:
            self._drop()
            raise Unknown(_words(broken)) from broken
        self.sent_here += 1
        self._expect((code, reply), 250)
        return f"{code} {_text(reply)}"

    def _connection(self):
        if self.sent_here >= LETTERS_PER_CONNECTION:
            self._hang_up()
        try:
            if self.backend.open():
                # Without this the final dot, sent apart from the mail, waits 40 ms until the mail's last bytes are confirmed.
                self.backend.connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            self.backend.connection.ehlo_or_helo_if_needed()
        except (OSError, smtplib.SMTPException) as broken:
            self._drop()
            raise Unreachable(_words(broken)) from broken
        return self.backend.connection

    def _expect(self, answer, code, *, blames_recipient=True):
        """Raise Refused unless the server answered ``code`` (or 251, which is as good as 250)."""
        got, reply = answer
        if got == code or (got == 251 and code == 250):
            return
        words = f"{got} {_text(reply)}"
        if got in (421, -1) or not blames_recipient:
            self._drop()
            raise Unreachable(words)
        self._reset()
        raise Refused(words, permanent=500 <= got < 600)

    def _reset(self):
        try:
            self.backend.connection.rset()
        except (OSError, smtplib.SMTPException):
            self._drop()

    def _hang_up(self):
        self.backend.close()
        self.sent_here = 0

    def _drop(self):
        """Close the socket without a word."""
        if self.backend.connection is not None:
            self.backend.connection.close()
            self.backend.connection = None
        self.sent_here = 0


def stuffed(raw):
    """The bytes of a mail as they go over the wire, up to but without the final dot: leading dots doubled (RFC 5321 §4.5.2)."""
    wire = re.sub(rb"(?m)^\.", b"..", raw)
    return wire if wire.endswith(b"\r\n") else wire + b"\r\n"


def _mail_options(smtp, letter):
    return [f"size={len(letter.raw)}"] if smtp.has_extn("size") else []


def _text(reply):
    return reply.decode("utf-8", "replace") if isinstance(reply, bytes) else str(reply)


def _words(broken):
    if isinstance(broken, smtplib.SMTPResponseException):
        return f"{broken.smtp_code} {_text(broken.smtp_error)}"
    return f"{type(broken).__name__}: {broken}"


class FrozenMail(EmailMessage):
    """A mail whose bytes stand already; Django's backends ask it for them."""

    def __init__(self, letter):
        super().__init__(to=[letter.recipient], from_email=letter.sender)
        self._raw = letter.raw

    def message(self):
        return email.message_from_bytes(self._raw)


class BackendPost:
    """Any other backend: the mailbox page, a file, the memory of a test. It has no final dot, so the mark comes just before it."""

    def __init__(self, backend):
        self.backend = backend

    def __enter__(self):
        return self

    def __exit__(self, *_):
        self.backend.close()

    def send(self, letter: Letter, may_go: Callable[[], bool]) -> str:
        """As SmtpPost.send; whatever goes wrong inside the backend leaves the outcome unknown."""
        if not may_go():
            raise Withdrawn
        try:
            self.backend.send_messages([FrozenMail(letter)])
        except Exception as broken:
            raise Unknown(_words(broken)) from broken
        return "已放入信箱"
