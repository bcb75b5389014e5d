"""Who looked at what: written before it is shown, so that nothing is shown unlogged."""

from recruitment.models import AccessEntry


def log_view(*, user, now, candidate=None, what="", address=None, action="view", people_count=None):
    """Log one look (or export, print, download) of ``user``; ``what`` names the part in Chinese, never its contents.

    A log that cannot be written raises, and the page is not shown. Returns the AccessEntry.
    """
    return AccessEntry.objects.create(
        at=now, user=user, action=action, candidate=candidate, what=what, people_count=people_count, address=address
    )
