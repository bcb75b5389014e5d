"""The mails kept for one person where no mail server is configured; nobody reads those of another."""

import email
import email.policy
from dataclasses import dataclass
from datetime import datetime

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Q

from committee.models import Digest, MailboxMessage
from committee.queries.recipients import address_of

MAILS_PER_PAGE = 30


@dataclass(frozen=True, slots=True)
class Mail:
    """One mail as its page shows it."""

    subject: str
    sender: str
    to: str
    to_name: str
    received_at: datetime
    message_id: str
    html: str
    text: str


def own_mails(user):
    """Mails addressed to the user; should two people share an address, the digests of the other one are left out."""
    address = address_of(user).lower()
    of_others = Digest.objects.filter(message_id=OuterRef("message_id")).exclude(recipient=user)
    return MailboxMessage.objects.filter(to=address).exclude(to="").exclude(Exists(of_others))


def mail_list(*, user, q="", number=1):
    """A page of the user's mails, newest first, without their bodies."""
    mails = own_mails(user).defer("raw")
    if q := (q or "").replace("\0", "").strip():  # which PostgreSQL takes in no text
        mails = mails.filter(Q(subject__icontains=q) | Q(to__icontains=q))
    return Paginator(mails, MAILS_PER_PAGE).get_page(number)


def mail_of(*, user, mail_id):
    """One of the user's mails, taken apart; MailboxMessage.DoesNotExist for anybody else's."""
    row = own_mails(user).get(pk=mail_id)
    message = email.message_from_bytes(bytes(row.raw), policy=email.policy.default)
    return Mail(
        subject=row.subject,
        sender=str(message.get("From", "")),
        to=row.to,
        to_name=user.display_name,
        received_at=row.received_at,
        message_id=row.message_id,
        html=_part(message, "html"),
        text=_part(message, "plain"),
    )


def _part(message, kind):
    part = message.get_body(preferencelist=(kind,))
    return part.get_content() if part is not None else ""
