"""One round of deliveries: claim, write, check once more, hand over, record; any number of rounds may run at once."""

import logging
from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.conf import settings
from django.db import Error as DatabaseFailure
from django.utils import timezone

from committee.actions import digests as verbs
from committee.delivery.clock import SteadyClock
from committee.delivery.letters import raw_of
from committee.delivery.post import Letter, Refused, Unknown, Unreachable, Withdrawn, envelope_sender, open_post
from committee.models import DigestKind
from committee.queries.digest_checks import FrozenContent, frozen_contents, still_tellable
from committee.queries.digest_contents import daily_contents
from committee.queries.digest_summaries import summary_contents
from committee.queries.recipients import address_of

log = logging.getLogger(__name__)

BATCH = 50
# A mail whose contents change under the sender's hands is written anew at once, but not for ever.
QUICK_REWRITES = 3


@dataclass(frozen=True, slots=True)
class Leases:
    """How long a worker's word holds."""

    claim: timedelta
    transmit: timedelta
    resend_after: timedelta | None


def leases():
    """The leases that the settings give."""
    resend = settings.YINLING_RESEND_UNCERTAIN_SECONDS
    return Leases(
        timedelta(seconds=settings.YINLING_CLAIM_LEASE_SECONDS),
        timedelta(seconds=settings.YINLING_TRANSMIT_LEASE_SECONDS),
        timedelta(seconds=resend) if resend else None,
    )


def deliver_due(*, until: datetime | None = None, clock=None, batch=BATCH) -> Counter:
    """Send what is due until nothing is left, the mail server is out of reach, or ``until``; counts by outcome.

    Whatever happens to the process, each digest ends in a state that the next round or the office's board takes up.
    """
    clock = clock or SteadyClock()
    terms = leases()
    counts = Counter()
    verbs.recover(now=clock(), resend_after=terms.resend_after)
    with open_post() as post:
        while until is None or clock() < until:
            digests = verbs.claim(now=clock(), limit=batch, lease=terms.claim)
            if not digests:
                break
            contents = contents_of(digests, clock())
            reachable = True
            for n, digest in enumerate(digests):
                if not reachable or (until is not None and clock() >= until):
                    counts["put back"] += sum(
                        verbs.put_back(rest, reply=rest.reply, now=clock()) for rest in digests[n:]
                    )
                    break
                outcome = deliver(digest, contents[digest.pk], post, clock, terms)
                counts[outcome] += 1
                reachable = outcome != "unreachable"
            if not reachable:
                break
    return counts


def contents_of(digests, now):
    """{digest id: what it says, None, or the exception that writing it raised}, in few queries for all together."""
    today = timezone.localdate(now)
    try:
        return _contents(digests, today)
    except DatabaseFailure:
        raise
    except Exception:
        log.exception("A batch of digests cannot be written together; each is written alone.")
    found = {}
    for digest in digests:
        try:
            found |= _contents([digest], today)
        except DatabaseFailure:
            raise
        except Exception as failure:
            log.exception("Digest %s cannot be written.", digest.pk)
            found[digest.pk] = failure
    return found


def _contents(digests, today):
    frozen = [digest for digest in digests if digest.body]
    fresh = [digest for digest in digests if not digest.body]
    mask = settings.YINLING_MASK_NAMES_IN_MAIL
    personal = [digest for digest in fresh if digest.kind in (DigestKind.DAILY, DigestKind.NUDGE)]
    summaries = [digest for digest in fresh if digest.kind in (DigestKind.WEEKLY, DigestKind.MONTHLY)]
    found = frozen_contents(frozen) if frozen else {}
    if personal:
        found |= daily_contents(personal, today, mask=mask)
    if summaries:
        found |= summary_contents(summaries, today, mask=mask)
    return found


def deliver(digest, content, post, clock, terms) -> str:
    """Carry one claimed digest as far as it goes, record where that is, and return a word for it."""
    if isinstance(content, Exception):
        verbs.fail(digest, reply=f"邮件无法生成：{type(content).__name__}: {content}")
        return "failed"
    if not digest.recipient.is_active:
        verbs.supersede(digest, reply="账号已停用")
        return "superseded"
    is_frozen = isinstance(content, FrozenContent)

    def still_holds():
        today = timezone.localdate(clock())
        return still_tellable(digest.recipient_id, content, today=today, must_be_open=not is_frozen)

    if content is None or (is_frozen and not still_holds()):
        verbs.supersede(digest, reply="没有可告知的事项" if content is None else "其中有事项已不宜再告知")
        return "superseded"
    address = digest.address if is_frozen else address_of(digest.recipient)
    if not address:
        verbs.fail(digest, reply="没有电子邮箱")
        return "failed"
    try:
        raw = bytes(digest.body) if is_frozen else raw_of(digest, content)
    except Exception as failure:
        log.exception("Digest %s cannot be written.", digest.pk)
        verbs.fail(digest, reply=f"邮件无法生成：{type(failure).__name__}: {failure}")
        return "failed"

    def may_go():
        return verbs.mark_transmitting(
            digest,
            raw=raw,
            address=address,
            content=content,
            still_holds=still_holds,
            now=clock(),
            lease=terms.transmit,
        )

    return _hand_over(digest, Letter(envelope_sender(), address, raw), post, may_go, clock, terms)


def _hand_over(digest, letter, post, may_go, clock, terms):
    try:
        reply = post.send(letter, may_go)
    except Withdrawn:
        quick = digest.attempt <= QUICK_REWRITES
        verbs.put_back(digest, reply="内容有变，重新生成", now=clock(), pause=timedelta(0) if quick else None)
        return "withdrawn"
    except Refused as refusal:
        if refusal.permanent:
            verbs.fail(digest, reply=refusal.reply)
            return "failed"
        verbs.put_back(digest, reply=refusal.reply, now=clock())
        return "put back"
    except Unreachable as failure:
        log.warning("The mail server cannot be reached: %s", failure)
        verbs.put_back(digest, reply=str(failure), now=clock())
        return "unreachable"
    except Unknown as failure:
        log.warning("Whether digest %s was taken over is not known: %s", digest.pk, failure)
        verbs.record_uncertain(digest, reply=str(failure), now=clock(), pause=terms.resend_after)
        return "uncertain"
    verbs.record_sent(digest, reply=reply, now=clock())
    return "sent"
