"""A digest's contents written out as the bytes of a mail: text and HTML, nothing from another host."""

import base64
import email.policy
import re
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr
from functools import lru_cache

import css_inline
from django.conf import settings
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils import timezone

from committee.actions.digests import mail_domain
from committee.models import DigestKind
from committee.queries.recipients import address_of

TEMPLATES = {
    DigestKind.DAILY: "emails/digest_daily",
    DigestKind.NUDGE: "emails/digest_daily",
    DigestKind.WEEKLY: "emails/digest_weekly",
    DigestKind.MONTHLY: "emails/digest_monthly",
}
SUBJECTS = {
    DigestKind.DAILY: "发展党员工作提醒",
    DigestKind.NUDGE: "发展党员工作催办",
    DigestKind.WEEKLY: "发展党员工作周报",
    DigestKind.MONTHLY: "发展党员工作月报",
}

# What turns the reading direction, and what no line of text holds: a name that has it could rewrite what stands beside it.
UNSEEN = re.compile(r"[\x00-\x08\x0B-\x1F\x7F-\x9F\u061C\u200E\u200F\u2028-\u202E\u2066-\u2069]")
# The beginning of an encoded word (RFC 2047): readers would decode a name that holds one.
ENCODED_WORD = re.compile(r"=(?=\?)")

INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False)


def raw_of(digest, content) -> bytes:
    """The mail of ``digest`` saying ``content``, as bytes with CRLF line ends; equal contents make equal bytes.

    Raises when an address or a header cannot be one. The parts are put together by hand: the library takes longer for
    that than the templates for what they say.
    """
    about = "：".join(filter(None, (getattr(content, "scope", ""), content.headline)))
    context = {
        "content": content,
        "subject": plain(f"【{SUBJECTS[digest.kind]}】{about}"),
        "site_url": settings.YINLING_SITE_URL,
        "settings_url": settings.YINLING_SITE_URL + reverse("my-reminders"),
    }
    template = TEMPLATES[digest.kind]
    # a boundary of its own would differ from run to run
    boundary = f"=={digest.message_id.strip('<>').partition('@')[0]}"
    to = Address(display_name=plain(digest.recipient.display_name), addr_spec=address_of(digest.recipient))
    own = {
        "Subject": context["subject"],
        "To": to,
        "Date": format_datetime(timezone.localtime(digest.created_at)),
        "Message-ID": digest.message_id,
        "Content-Type": f'multipart/alternative; boundary="{boundary}"',
    }
    head = _headers_of_all(settings.DEFAULT_FROM_EMAIL, mail_domain()) + _folded(own)
    text = _part("plain", render_to_string(f"{template}.txt", context))
    html = _part("html", INLINER.inline(render_to_string(f"{template}.html", context)))
    mark = b"--" + boundary.encode()
    return b"\r\n".join((head, mark, text, mark, html, mark + b"--", b""))


@lru_cache(maxsize=4)
def _headers_of_all(sender, domain):
    """The headers that every mail of the site bears."""
    return _folded(
        {
            "From": _address(sender),
            # RFC 3834: no out-of-office answers to a robot, and none from one
            "Auto-Submitted": "auto-generated",
            "X-Auto-Response-Suppress": "All",
            "List-Id": f"{SUBJECTS[DigestKind.DAILY]} <reminders.{domain}>",
            "MIME-Version": "1.0",
        }
    )


def _folded(headers):
    """The headers as bytes; ValueError where one holds a line end."""
    message = EmailMessage(policy=email.policy.SMTP)
    for name, value in headers.items():
        message[name] = value
    return b"".join(message.policy.fold_binary(name, value) for name, value in message.raw_items())


def plain(text):
    """``text`` as one may put it beside other words: without what turns or ends a line, and without encoded words."""
    return ENCODED_WORD.sub("= ", UNSEEN.sub("", text).replace("\n", " "))


def _part(subtype, text):
    """One alternative, in base64, whose lines no server has a reason to touch."""
    canonical = UNSEEN.sub("", text).replace("\n", "\r\n").encode("utf-8", "replace")
    lines = base64.encodebytes(canonical).replace(b"\n", b"\r\n")
    return b'Content-Type: text/%s; charset="utf-8"\r\nContent-Transfer-Encoding: base64\r\n\r\n' % subtype.encode() + lines


def _address(text):
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)
