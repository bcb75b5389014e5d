"""Every reading of a talk's text is logged, and the writer sees who read it."""

from committee.queries.talks import READ_TALK, mark_of
from recruitment.actions.access import log_view


def read_talk(*, by, talk, now, address=None):
    """Log that ``by`` is about to read the text of ``talk``; what cannot be logged is not shown."""
    return log_view(user=by, candidate=talk.candidate, what=mark_of(talk), now=now, action=READ_TALK, address=address)
