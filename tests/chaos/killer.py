"""One round of deliveries in a process that kills itself at a labelled point: ``python -m tests.chaos.killer POINT``."""

import os
import signal
import smtplib
import sys

import django

POINTS = (
    "in the claim",
    "after the claim",
    "before connecting",
    "after connecting",
    "after the recipient",
    "after the bytes",
    "in the mark",
    "after the mark",
    "after the final dot, not accepted",
    "accepted, answer not read",
    "answer read, not recorded",
    "after recording",
)
# From the mark on nobody can know whether the mail arrived: it may come twice, with the same Message-ID.
MAY_REPEAT = POINTS[8:11]


def die(*_, **__):
    """End as a power cut would."""
    os.kill(os.getpid(), signal.SIGKILL)


def before(owner, name):
    """Die when ``owner.name`` is called."""
    setattr(owner, name, die)


def after(owner, name):
    """Die when ``owner.name`` has returned."""
    original = getattr(owner, name)

    def call(*args, **kwargs):
        original(*args, **kwargs)
        die()

    setattr(owner, name, call)


def arm(point):
    """Place the mine."""
    from committee.actions import digests as verbs
    from committee.delivery import rounds
    from committee.delivery.post import SmtpPost

    match point:
        case "in the claim":
            before(verbs, "F")
        case "after the claim":
            after(verbs, "claim")
        case "before connecting":
            before(SmtpPost, "_connection")
        case "after connecting":
            after(SmtpPost, "_connection")
        case "after the recipient":
            after(smtplib.SMTP, "rcpt")
        case "after the bytes":
            before(verbs, "mark_transmitting")
        case "in the mark":
            after(rounds, "still_tellable")
        case "after the mark":
            after(verbs, "mark_transmitting")
        case "after the final dot, not accepted" | "accepted, answer not read":
            _at_the_final_answer()
        case "answer read, not recorded":
            before(verbs, "record_sent")
        case "after recording":
            after(verbs, "record_sent")
        case _:
            raise SystemExit(f"no such point: {point}")


def _at_the_final_answer():
    """Die once the server has had time to do with the mail what it does, without reading its answer."""
    import time

    original = smtplib.SMTP.send

    def send(self, data):
        original(self, data)
        if data == b".\r\n":
            time.sleep(0.5)
            die()

    smtplib.SMTP.send = send


def main(point):
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    django.setup()
    if point:
        arm(point)
    from committee.delivery.rounds import deliver_due

    print(dict(deliver_due()))  # noqa: T201


if __name__ == "__main__":
    main(sys.argv[1] if len(sys.argv) > 1 else "")
