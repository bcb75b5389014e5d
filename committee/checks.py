"""Wrong mail settings, and a Redis that forgets, are said at the start, not found out after a silent night."""

from contextlib import closing
from email.utils import parseaddr
from urllib.parse import urlsplit

import redis
from django.conf import settings
from django.core.checks import Error, Info, Tags, register
from django.core.exceptions import ValidationError
from django.core.validators import EmailValidator
from redis.backoff import NoBackoff
from redis.retry import Retry

NEVER_SENDS = ("locmem", "dummy", "console", "filebased", "mailbox")


@register(Tags.compatibility)
def check_mail(app_configs, **_):
    """Every mail setting that would keep digests from going out, or from being believed."""
    return [
        *_addresses(),
        *_server(),
        *_leases(),
    ]


@register("broker")
def check_broker(app_configs, **_):
    """A Redis that throws away what it was given when its memory is full: wake-up calls would vanish without a word."""
    if not settings.REDIS_URL:
        return []
    try:
        with closing(_short_tempered(settings.REDIS_URL)) as broker:
            policy = broker.info("memory")["maxmemory_policy"]
    except redis.RedisError as failure:
        # the work is found in the database without it, so the site may start
        return [
            Info(
                f"Redis does not answer ({type(failure).__name__}); whether it keeps what it is given is not known.",
                hint="Look at REDIS_URL. Until Redis answers, manage.py runworker does the work.",
                id="committee.I001",
            )
        ]
    if policy == "noeviction":
        return []
    return [
        Error(
            f"Redis is set to maxmemory-policy {policy}: when its memory is full it forgets tasks, and nobody is told.",
            hint="Give the broker a Redis of its own, with maxmemory-policy noeviction.",
            id="committee.E012",
        )
    ]


def _short_tempered(url):
    """A client that asks once: a black hole must not hold up every command."""
    return redis.Redis.from_url(url, socket_timeout=2, socket_connect_timeout=2, retry=Retry(NoBackoff(), 0))


def _addresses():
    _, address = parseaddr(settings.DEFAULT_FROM_EMAIL)
    domain = address.rpartition("@")[2]
    if not _is_address(address) or (not settings.YINLING_EMBEDDED and "." not in domain):
        yield Error(
            f"DEFAULT_FROM_EMAIL is {settings.DEFAULT_FROM_EMAIL!r}, which no mail server can answer to.",
            hint="Write: 发展党员工作提醒 <fzdy@institute.example>, with the institute's own domain.",
            id="committee.E001",
        )
    if settings.YINLING_BOUNCE_ADDRESS and not _is_address(settings.YINLING_BOUNCE_ADDRESS):
        yield Error(
            f"YINLING_BOUNCE_ADDRESS is {settings.YINLING_BOUNCE_ADDRESS!r}, which is no mail address.",
            hint="Give the plain address that bounces come back to, or leave it out.",
            id="committee.E002",
        )
    for other in settings.YINLING_ALARM_ADDRESSES:
        if not _is_address(other):
            yield Error(
                f"YINLING_ALARM_ADDRESSES holds {other!r}, which is no mail address.",
                hint="Give plain addresses, separated by commas.",
                id="committee.E003",
            )
    site = urlsplit(settings.YINLING_SITE_URL)
    if site.scheme not in ("http", "https") or not site.hostname:
        yield Error(
            f"YINLING_SITE_URL is {settings.YINLING_SITE_URL!r}; links in mails would lead nowhere.",
            hint="Write the address that people type, such as https://fzdy.institute.example.",
            id="committee.E004",
        )


def _is_address(text):
    """An address with a domain; "localhost" counts, for the embedded site."""
    try:
        EmailValidator(allowlist=["localhost"])(text)
    except ValidationError:
        return False
    return True


def _server():
    if not settings.YINLING_EMBEDDED and any(name in settings.EMAIL_BACKEND for name in NEVER_SENDS):
        yield Error(
            f"EMAIL_BACKEND is {settings.EMAIL_BACKEND}, which sends nothing.",
            hint="Set EMAIL_HOST to the institute's mail server.",
            id="committee.E005",
        )
    if settings.EMAIL_USE_TLS and settings.EMAIL_PORT == 465:
        yield Error(
            "EMAIL_SECURITY is starttls, but port 465 speaks TLS from the first byte: every mail would wait and fail.",
            hint="Set EMAIL_SECURITY=ssl, or EMAIL_PORT=587.",
            id="committee.E006",
        )
    if settings.EMAIL_USE_SSL and settings.EMAIL_PORT in (25, 587):
        yield Error(
            f"EMAIL_SECURITY is ssl, but port {settings.EMAIL_PORT} begins in the clear: every mail would wait and fail.",
            hint="Set EMAIL_SECURITY=starttls, or EMAIL_PORT=465.",
            id="committee.E007",
        )
    if bool(settings.EMAIL_HOST_USER) != bool(settings.EMAIL_HOST_PASSWORD):
        yield Error(
            "Only one of EMAIL_HOST_USER and EMAIL_HOST_PASSWORD is set, so the site would not log in to the mail server.",
            hint="Set both, or neither where the server trusts this machine.",
            id="committee.E008",
        )
    elif settings.EMAIL_HOST_PASSWORD and not (settings.EMAIL_USE_TLS or settings.EMAIL_USE_SSL):
        yield Error(
            "The password of the mail account would cross the network in the clear.",
            hint="Set EMAIL_SECURITY to starttls or ssl.",
            id="committee.E009",
        )


def _leases():
    timeout = settings.EMAIL_TIMEOUT
    if not timeout:
        yield Error(
            "EMAIL_TIMEOUT is not set: a mail server that does not answer would hold a worker for ever.",
            hint="Set it to some 30 seconds.",
            id="committee.E010",
        )
    elif timeout >= min(settings.YINLING_CLAIM_LEASE_SECONDS, settings.YINLING_TRANSMIT_LEASE_SECONDS):
        yield Error(
            f"EMAIL_TIMEOUT ({timeout} s) is not shorter than the leases: a slow mail server would make two workers send one mail.",
            hint="Raise YINLING_CLAIM_LEASE_SECONDS and YINLING_TRANSMIT_LEASE_SECONDS, or lower EMAIL_TIMEOUT.",
            id="committee.E011",
        )
