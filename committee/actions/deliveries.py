"""What the office decides about a digest that got stuck: send it again, or let it be."""

from django.db import transaction
from django.utils import timezone

from committee.models import Digest, DigestState
from committee.queries.reminder_board import digests_within_reach, may_see_board
from recruitment.actions.refusals import NotYours, refuse


@transaction.atomic
def send_again(*, by, digest_id, now):
    """Make a failed or uncertain digest of today due again; an uncertain one goes out with the same bytes and Message-ID.

    For the party office over the recipient. Refused for any other state and for another day: what an old digest told is
    told by the next one.
    """
    digest = _locked(by, digest_id)
    if digest.state not in (DigestState.FAILED, DigestState.UNCERTAIN):
        refuse("not_stuck", "只有发送失败或是否送达不明的邮件可以重发。")
    if digest.local_date != timezone.localdate(now):
        refuse("past_day", "只能重发当天的邮件；未告知的事项会写进下一份提醒。")
    digest.state, digest.not_before_at, digest.lost_claims = DigestState.DUE, now, 0
    digest.save(update_fields=["state", "not_before_at", "lost_claims"])
    return digest


@transaction.atomic
def take_as_sent(*, by, digest_id, now):
    """Close an uncertain digest: the recipient has it, or does not need it any more."""
    digest = _locked(by, digest_id)
    if digest.state != DigestState.UNCERTAIN:
        refuse("not_uncertain", "只有是否送达不明的邮件需要这样处理。")
    digest.state, digest.sent_at, digest.body, digest.about = DigestState.SENT, now, None, []
    digest.reply = f"{digest.reply}；{by.display_name}确认已送达"[:300]
    digest.save(update_fields=["state", "sent_at", "body", "about", "reply"])
    return digest


def _locked(by, digest_id):
    """The digest, for the office within whose reach its recipient is; Digest.DoesNotExist for strangers."""
    if not may_see_board(by):
        raise NotYours
    reachable = digests_within_reach(by).filter(pk=digest_id).values_list("pk", flat=True).first()
    return Digest.objects.select_for_update(of=("self",)).get(pk=reachable)
