"""The life of a digest: created once per person, day and kind, claimed with a lease, transmitted, and always ended visibly.

due → claimed → transmitting → sent, or failed / uncertain / superseded. Every change is one guarded UPDATE whose guard
is the state and the attempt number, so that a worker that was given up for dead cannot overwrite its successor's work,
and no lock is held while a mail server is talked to. Instants are the database's (committee.delivery.clock), because a
lease is only worth something when all who respect it read the same clock.
"""

import hashlib
from datetime import timedelta

from django.conf import settings
from django.db import IntegrityError, transaction
from django.db.models import Case, F, Q, Value, When
from django.utils import timezone

from committee.actions.notices import tell_many
from committee.models import Digest, DigestItem, DigestKind, DigestRun, DigestState, NoticeKind
from recruitment.models import Candidate

# Claims that ended with the worker's death. From SUSPECT on a digest is claimed alone, so that a mail that kills its
# worker takes no other with it; at POISON it is given up.
SUSPECT = 2
POISON = 5

FIRST_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(minutes=30)


def message_id_for(*, user_id, local_date, kind):
    """The Message-ID of one person's digest of one day and kind: the same however often it is made, and telling nothing."""
    key = hashlib.sha256(b"yinling digest message-id" + settings.SECRET_KEY.encode()).digest()
    name = hashlib.blake2b(f"{user_id}|{local_date:%Y-%m-%d}|{kind}".encode(), key=key, digest_size=20).hexdigest()
    return f"<d.{name}@{mail_domain()}>"


def mail_domain():
    """The domain that mails come from."""
    return settings.DEFAULT_FROM_EMAIL.rstrip("> ").rpartition("@")[2] or "localhost"


def create_digests(*, recipients, local_date, hours, now, notices=(), skipped=False):
    """Create the digests of ``local_date`` for ``recipients`` ((user id, kind) pairs), once for each of ``hours``.

    Any number of callers may do so at once: whoever enters the first of ``hours`` into the day creates, the others
    return None. ``notices`` ((user id, key, text, path) rows) go out inside the site with them. ``skipped`` enters the hours
    without creating anything, so that the board shows a day that was over. Returns how many digests were asked for.
    """
    try:
        with transaction.atomic():
            for hour in hours:
                DigestRun.objects.create(
                    local_date=local_date, hour=hour, created_at=now, digest_count=len(recipients), was_skipped=skipped
                )
            if not skipped:
                Digest.objects.bulk_create(
                    [_digest(user_id, kind, local_date, now) for user_id, kind in recipients],
                    ignore_conflicts=True,
                    batch_size=1000,
                )
                tell_many(notices, kind=NoticeKind.REMINDER, now=now)
    except IntegrityError:
        # another scheduler entered this hour first
        return None
    return 0 if skipped else len(recipients)


def _digest(user_id, kind, local_date, now):
    return Digest(
        recipient_id=user_id,
        local_date=local_date,
        kind=kind,
        created_at=now,
        not_before_at=now,
        message_id=message_id_for(user_id=user_id, local_date=local_date, kind=kind),
    )


def claim(*, now, limit, lease):
    """Claim up to ``limit`` digests for ``lease`` (a timedelta) and return them with their recipients; may be empty.

    A claim whose lease ran out is taken over: the mail was not transmitted, so sending it anew is safe. What has cost
    several workers their lives is claimed alone.
    """
    ready = Q(state=DigestState.DUE, not_before_at__lte=now) | Q(state=DigestState.CLAIMED, lease_until_at__lte=now)
    with transaction.atomic():
        waiting = (
            Digest.objects.select_for_update(skip_locked=True, of=("self",))
            .filter(ready)
            .order_by("not_before_at", "pk")
        )
        chosen = list(waiting.filter(lost_claims__lt=SUSPECT).values_list("pk", flat=True)[:limit])
        if not chosen:
            chosen = list(waiting.filter(lost_claims__gte=SUSPECT).values_list("pk", flat=True)[:1])
        if not chosen:
            return []
        Digest.objects.filter(pk__in=chosen, state=DigestState.CLAIMED).update(lost_claims=F("lost_claims") + 1)
        Digest.objects.filter(pk__in=chosen).update(
            attempt=F("attempt") + 1, state=DigestState.CLAIMED, lease_until_at=now + lease
        )
    return list(
        Digest.objects.filter(pk__in=chosen, state=DigestState.CLAIMED)
        .select_related("recipient__person", "asked_by__person")
        .order_by("pk")
    )


def mark_transmitting(digest, *, raw, address, content, still_holds, now, lease):
    """Commit that the final dot of ``digest`` may be sent now; False when it may not be.

    Called between the last byte of the mail and the final dot. ``content`` names what the mail tells (due_ids,
    reminder_ids, candidate_ids). Its candidates are locked for this moment, so that a person's no either came first,
    and then ``still_holds()`` is asked after it and says so, or comes after the mail went out. The bytes are frozen here.
    """
    with transaction.atomic():
        list(
            Candidate.objects.select_for_update(of=("self",), no_key=True)
            .filter(pk__in=content.candidate_ids)
            .order_by("pk")
            .values_list("pk", flat=True)
        )
        if not still_holds():
            return False
        is_first = digest.transmitting_at is None
        marked = (
            _mine(digest)
            .filter(state=DigestState.CLAIMED, lease_until_at__gt=now)
            .update(
                state=DigestState.TRANSMITTING,
                transmitting_at=now,
                lease_until_at=now + lease,
                address=address,
                body=raw,
                about=list(content.candidate_ids),
                body_hash=hashlib.sha256(raw).hexdigest(),
                item_count=len(content.due_ids),
            )
        )
        if marked and is_first:
            if digest.kind == DigestKind.NUDGE:
                # what was to be pressed and was settled meanwhile
                DigestItem.objects.filter(digest=digest).exclude(due_id__in=content.due_ids).delete()
            DigestItem.objects.bulk_create(
                [
                    DigestItem(
                        digest=digest,
                        due_id=due_id,
                        is_reminder=due_id in content.reminder_ids,
                        is_named=due_id in content.named_ids,
                    )
                    for due_id in content.due_ids
                ],
                ignore_conflicts=True,
            )
        return bool(marked)


def _mine(digest):
    """The row, if it is still this worker's."""
    return Digest.objects.filter(pk=digest.pk, attempt=digest.attempt)


def record_sent(digest, *, reply, now):
    """The server took the mail over (250 read): the end of it. The body goes, its digest stays."""
    return (
        _mine(digest)
        .filter(state=DigestState.TRANSMITTING)
        .update(state=DigestState.SENT, sent_at=now, reply=reply[:300], body=None, about=[], lease_until_at=None)
    )


def record_uncertain(digest, *, reply, now, pause):
    """The final dot was sent and no answer read: nobody can know whether the mail arrived (RFC 1047).

    It stays visible; after ``pause`` the same bytes are sent once more under the same Message-ID, unless ``pause`` is None.
    """
    return (
        _mine(digest)
        .filter(state=DigestState.TRANSMITTING)
        .update(
            state=DigestState.UNCERTAIN,
            reply=reply[:300],
            not_before_at=now + pause if pause else now,
            lease_until_at=None,
        )
    )


def put_back(digest, *, reply, now, pause=None):
    """The mail was certainly not taken over: due again after ``pause`` (default: longer with every attempt, to half an hour)."""
    pause = min(FIRST_PAUSE * 2 ** min(digest.attempt - 1, 10), LONGEST_PAUSE) if pause is None else pause
    return (
        _mine(digest)
        .filter(state__in=(DigestState.CLAIMED, DigestState.TRANSMITTING))
        .update(state=DigestState.DUE, reply=reply[:300], not_before_at=now + pause, lease_until_at=None)
    )


def fail(digest, *, reply):
    """The mail can never be sent: refused for good, no address, or it cannot be made. It stays on the board."""
    return (
        _mine(digest)
        .filter(state__in=(DigestState.CLAIMED, DigestState.TRANSMITTING))
        .update(state=DigestState.FAILED, reply=reply[:300], body=None, about=[], lease_until_at=None)
    )


def supersede(digest, *, reply):
    """There is nothing left to tell, or nobody who may be told it."""
    return (
        _mine(digest)
        .filter(state=DigestState.CLAIMED)
        .update(state=DigestState.SUPERSEDED, reply=reply[:300], body=None, about=[], lease_until_at=None)
    )


def recover(*, now, resend_after):
    """Give every digest whose worker is gone, or whose day is over, a state that somebody sees to; safe to call at any time.

    ``resend_after`` (a timedelta, or None for never) is how long an uncertain digest waits before the same bytes go out again.
    """
    today = timezone.localdate(now)
    Digest.objects.filter(state=DigestState.TRANSMITTING, lease_until_at__lte=now).update(
        state=DigestState.UNCERTAIN,
        reply="发送途中中断，是否送达不明",
        not_before_at=now + (resend_after or timedelta(0)),
        lease_until_at=None,
    )
    if resend_after is not None:
        # yesterday's news is not repeated: what it told is said again by the next digest
        Digest.objects.filter(state=DigestState.UNCERTAIN, not_before_at__lte=now, local_date__gte=today).update(
            state=DigestState.DUE
        )
    lost = Q(state=DigestState.CLAIMED, lease_until_at__lte=now)
    Digest.objects.filter(lost, lost_claims__gte=POISON).update(
        state=DigestState.FAILED, reply=f"{POISON} 次处理都中断，已停止", body=None, lease_until_at=None
    )
    Digest.objects.filter(lost | Q(state=DigestState.DUE), local_date__lt=today).update(
        state=DigestState.FAILED,
        reply=Case(When(reply="", then=Value("当日未能送出，未告知的事项由下一份提醒接着说")), default=F("reply")),
        body=None,
        lease_until_at=None,
    )


def purge(*, before):
    """Delete finished digests of days before ``before``; what they told is past by then. Returns how many rows went."""
    old = Digest.objects.filter(local_date__lt=before)
    DigestRun.objects.filter(local_date__lt=before).delete()
    return old.exclude(pk__in=Digest.objects.unfinished()).delete()[0]
