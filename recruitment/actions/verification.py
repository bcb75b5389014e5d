"""Noting that the ledger was verified, and with what result."""

from recruitment.models import LedgerVerification


def note_verification(*, report, now):
    """Keep the result of a verification of the whole ledger (a Report) for the badge on pages; returns the row."""
    first = next(iter(report.findings), None)
    said = f"{first.place} {first.detail}".strip() if first else next(iter(report.unchecked), "")
    return LedgerVerification.objects.create(
        verified_at=now,
        is_intact=not report.findings,
        entries=report.entries,
        anchored=report.anchored,
        findings=len(report.findings),
        first_finding=said[:300],  # of one that found nothing: what could not be checked
    )
