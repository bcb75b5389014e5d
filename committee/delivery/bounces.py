"""What a mail server writes when it could not deliver after all (RFC 3464), taken apart."""

import email
import email.policy
import re

MESSAGE_ID = re.compile(r"<d\.[0-9a-f]{40}@[^>\s]+>")
LARGEST = 512 * 1024


def read_bounce(raw):
    """(Message-IDs of digests named in it, why it came back) of a bounce as bytes; ((), "") when it is none."""
    message = email.message_from_bytes(raw[:LARGEST], policy=email.policy.default)
    ids = tuple(dict.fromkeys(MESSAGE_ID.findall(raw[:LARGEST].decode("utf-8", "replace"))))
    if not ids or not _came_back(message):
        return (), ""
    for part in message.walk():
        if part.get_content_type() == "message/delivery-status":
            fields = {}
            for block in part.get_payload():
                fields.update({name.lower(): str(value) for name, value in block.items()})
            if fields.get("action", "failed").lower() in ("delayed", "delivered", "relayed", "expanded"):
                return (), ""
            return ids, " ".join(fields.get("diagnostic-code", fields.get("status", "")).split())
    return ids, str(message.get("Subject", ""))


def _came_back(message):
    """A delivery report, or what older servers send from nobody; not an answer somebody wrote."""
    sender = str(message.get("From", "")).lower()
    empty = str(message.get("Return-Path", "x")).strip() == "<>"
    return (
        message.get_content_type() == "multipart/report" or empty or "mailer-daemon" in sender or "postmaster" in sender
    )
