"""Who looked at what: one entry per page, file or export that was handed out; the database keeps it unchanged."""

from recruitment.models import AccessEntry

VIEWED = "viewed"
EXPORTED = "exported"
PRINTED = "printed"
DOWNLOADED = "downloaded"
EMERGENCY = "emergency"


def log_view(
    *, user, now, candidate=None, what="", action=VIEWED, people_count=None, reason="", address=None
) -> AccessEntry:
    """Write down that ``user`` was shown ``what`` (a tab, a file's kind; never contents) of ``candidate``, or of many.

    ``people_count`` says of how many people an export or list spoke, ``reason`` what it was asked for, ``address`` the
    host the request came from. Called before the answer is sent: what cannot be logged is not shown.
    """
    return AccessEntry.objects.create(
        at=now,
        user=user,
        action=action,
        candidate=candidate,
        what=what[:120],
        people_count=people_count,
        reason=reason[:200],
        address=address or None,
    )
