"""Mails that came back: the digest that bounced is found by its Message-ID and shown on the board."""

from committee.models import Digest


def record_bounce(*, message_ids, reason, now):
    """Note that the digest with one of ``message_ids`` came back for ``reason``; returns it, or None for no digest of ours."""
    digest = Digest.objects.filter(message_id__in=message_ids).order_by("-pk").first()
    if digest is None:
        return None
    digest.bounced_at, digest.bounce = now, reason[:300]
    digest.save(update_fields=["bounced_at", "bounce"])
    return digest
