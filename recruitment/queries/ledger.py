"""What pages and commands ask about the ledger as a whole."""

from django.conf import settings

from recruitment.ledger.keys import public_file, read_public_keys
from recruitment.models import LedgerCheckpoint, LedgerVerification


def last_verification():
    """The LedgerVerification made last, or None; one query. What the badge on pages shows."""
    return LedgerVerification.objects.order_by("-verified_at").first()


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
