"""Those who look after the whole: talks, problems, digests."""

from committee.models.digests import Digest, DigestItem, MailboxMessage
from committee.models.talks import Problem, Talk

__all__ = ["Digest", "DigestItem", "MailboxMessage", "Problem", "Talk"]
