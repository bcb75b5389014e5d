"""A digest's contents written out as the bytes of a mail: text and HTML, nothing from another host."""

import email.policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, parseaddr

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

INLINER = css_inline.CSSInliner(load_remote_stylesheets=False, keep_style_tags=False, keep_link_tags=False)


def raw_of(digest, content) -> bytes:
    """The mail of ``digest`` saying ``content``, as bytes with CRLF line ends; equal contents make equal bytes."""
    about = "：".join(filter(None, (getattr(content, "scope", ""), content.headline)))
    context = {
        "content": content,
        "subject": f"【{SUBJECTS[digest.kind]}】{about}",
        "site_url": settings.YINLING_SITE_URL,
        "settings_url": settings.YINLING_SITE_URL + reverse("my-reminders"),
    }
    template = TEMPLATES[digest.kind]
    message = EmailMessage(policy=email.policy.SMTP)
    message["Subject"] = context["subject"]
    message["From"] = _address(settings.DEFAULT_FROM_EMAIL)
    message["To"] = Address(display_name=digest.recipient.display_name, addr_spec=address_of(digest.recipient))
    message["Date"] = format_datetime(timezone.localtime(digest.created_at))
    message["Message-ID"] = digest.message_id
    # RFC 3834: no out-of-office answers to a robot, and none from one
    message["Auto-Submitted"] = "auto-generated"
    message["X-Auto-Response-Suppress"] = "All"
    message["List-Id"] = f"{SUBJECTS[DigestKind.DAILY]} <reminders.{mail_domain()}>"
    message.set_content(render_to_string(f"{template}.txt", context), cte="base64")
    message.add_alternative(INLINER.inline(render_to_string(f"{template}.html", context)), subtype="html", cte="base64")
    # a boundary of its own would differ from run to run
    message.set_boundary(f"=={digest.message_id.strip('<>').partition('@')[0]}")
    return message.as_bytes()


def _address(text):
    name, spec = parseaddr(text)
    return Address(display_name=name, addr_spec=spec)
