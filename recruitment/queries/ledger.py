"""What pages and commands ask about the ledger as a whole."""

from datetime import timedelta

from django.conf import settings
from django.utils import timezone

from recruitment.ledger.keys import public_file, read_public_keys
from recruitment.models import LedgerCheckpoint, LedgerVerification

# One runs every night: after two without any, what the last one said is no longer a statement about today.
STALE = timedelta(days=2)


def last_verification():
    """The LedgerVerification made last, or None; one query. What the badge on pages shows."""
    return LedgerVerification.objects.order_by("-verified_at").first()


def badge(now):
    """What the badge says at ``now``: is_ok, is_new (nothing is known for sure), label, text; one query."""
    last = last_verification()
    if last is None:
        return {"is_ok": True, "label": "台账", "is_new": True, "text": "尚未校验"}
    at = timezone.localtime(last.verified_at)
    if last.is_intact and now - last.verified_at > STALE:
        return {"is_ok": True, "is_new": True, "label": "链校验已停", "text": f"上次 {at:%Y-%m-%d %H:%M}"}
    if last.is_intact and last.first_finding:
        return {"is_ok": True, "is_new": True, "label": "链校验未做全", "text": f"{last.entries} 条，{at:%m-%d %H:%M}"}
    if last.is_intact:
        return {"is_ok": True, "label": "链校验通过", "text": f"{last.entries} 条，{at:%m-%d %H:%M}"}
    return {"is_ok": False, "label": "链校验未通过", "text": f"{last.findings} 处，{at:%m-%d %H:%M}"}


def last_checkpoint():
    """The LedgerCheckpoint signed last, or None; its fingerprint goes into the printed monthly report."""
    return LedgerCheckpoint.objects.order_by("-number").first()


def trusted_keys():
    """Public keys that checkpoints may be signed with: those of the settings, or on an embedded site its own."""
    text = settings.YINLING_LEDGER_PUBLIC_KEYS
    own = public_file(settings.YINLING_LEDGER_KEY_FILE) if settings.YINLING_EMBEDDED else None
    if not text and own and own.exists():
        text = own.read_text(encoding="ascii")
    return read_public_keys(text)
