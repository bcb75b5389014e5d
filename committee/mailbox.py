"""The mail backend of the embedded site: mails become rows that the mailbox page shows to those they are addressed to."""

from email.header import decode_header, make_header

from django.conf import settings
from django.core.mail.backends.base import BaseEmailBackend
from django.db import transaction

from committee.models import MailboxMessage


class MailboxBackend(BaseEmailBackend):
    """Keeps every mail instead of sending it; settings.EMAIL_BACKEND when no mail server is configured."""

    def send_messages(self, email_messages):
        """Store one row per mail and recipient, all or none; returns the number of mails."""
        rows = []
        for message in email_messages:
            mail = message.message()
            raw = mail.as_bytes()
            rows += [
                MailboxMessage(
                    to=recipient.lower(),
                    subject=_subject(mail),
                    message_id=str(mail.get("Message-ID", ""))[:200],
                    raw=raw,
                )
                for recipient in message.recipients()
            ]
        with transaction.atomic():
            MailboxMessage.objects.bulk_create(rows)
        return len(email_messages)


def _subject(mail):
    """The subject in plain words."""
    return str(make_header(decode_header(str(mail.get("Subject", "")))))[:300]


def is_in_use():
    """True when this site keeps its mails instead of sending them."""
    return f"{__name__}.{MailboxBackend.__name__}" == settings.EMAIL_BACKEND
