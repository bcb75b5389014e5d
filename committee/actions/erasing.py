"""Thirty days after a no, what was written about the person is erased in every tier (PIPL 47; notice R6; reliability 11.4)."""

from datetime import timedelta

from django.conf import settings
from django.db import transaction
from django.db.models import Q
from django.urls import reverse

from committee.models import (
    Consultation,
    Digest,
    DigestItem,
    FocusListing,
    MailboxMessage,
    Notice,
    Problem,
    Snooze,
    Talk,
)
from recruitment.actions.erasing import erase_file, erase_texts_in, forget_declines, sweep_vault
from recruitment.models import Candidate, Decline, Due
from recruitment.queries.declines import to_be_erased

ERASED = {
    Talk: {"place": "", "topics": "", "outlook": "", "needs": "", "willingness": "", "supersede_reason": ""},
    Problem: {"summary": "", "forwarded_text": "", "answer": ""},
    FocusListing: {"purpose": "", "criteria": [], "next_step": ""},
    Consultation: {"text": ""},
}
# Texts that lie behind a due.
ERASED_BY_DUE = {Snooze: {"reason": ""}}
A_DAY = timedelta(days=1)


def erase_after_declines(*, now):
    """Erase what was written about everybody whose no is YINLING_ERASE_AFTER_DAYS old, and forget old fingerprints.

    Each person in a transaction of its own: a death at any point leaves everything of a person or nothing, and the next
    run goes on. Returns how many people were erased.
    """
    waiting = to_be_erased(now - timedelta(days=settings.YINLING_ERASE_AFTER_DAYS))
    erased = sum(erase_person(decline_id=pk, now=now) for pk in waiting)
    forget_declines(now=now, months=settings.YINLING_FORGET_DECLINES_MONTHS)
    sweep_vault(before=now - A_DAY)
    return erased


@transaction.atomic
def erase_person(*, decline_id, now):
    """Erase the files of the person behind one no, former ones included; False when it was lifted or done meanwhile."""
    decline = (
        Decline.objects.select_for_update(of=("self",))
        .select_related("candidate")
        .filter(pk=decline_id, lifted_at__isnull=True, erased_at__isnull=True, candidate__isnull=False)
        .first()
    )
    if decline is None:
        return False
    candidates = list(
        Candidate.objects.select_for_update(of=("self",)).filter(person=decline.candidate.person_id).order_by("pk")
    )
    ids = [candidate.pk for candidate in candidates]
    erase_texts_in(ERASED, ids)
    erase_texts_in(ERASED_BY_DUE, ids, path="due__candidate")
    _erase_what_was_told(candidates, ids)
    for candidate in candidates:
        erase_file(candidate=candidate, now=now)
    decline.erased_at = now
    decline.save(update_fields=["erased_at"])
    return True


def _erase_what_was_told(candidates, ids):
    """Mails kept instead of sent, items of digests and notices that lead to the person."""
    digests = Digest.objects.filter(items__due__candidate__in=ids)
    mails = [message_id for message_id in digests.values_list("message_id", flat=True) if message_id]
    MailboxMessage.objects.filter(message_id__in=mails).delete()
    Digest.objects.filter(pk__in=list(digests.values_list("pk", flat=True))).update(body=None, about=[])
    DigestItem.objects.filter(due__candidate__in=ids).delete()
    leading = Q(pk__in=())
    for candidate in candidates:
        leading |= Q(path__contains=str(candidate.code))
    dues = Due.objects.filter(candidate__in=ids).values_list("pk", flat=True)
    leading |= Q(path__in=[reverse("due", args=[pk]) for pk in dues])
    Notice.objects.filter(leading).delete()
