"""Whether a person said no; the one question about declines that anything outside their own verb may ask."""

import hashlib
import hmac

from django.conf import settings

from recruitment.models import Decline

PURPOSE = b"yinling.decline.v1"


def fingerprint_of(person):
    """The keyed fingerprint of a person's staff number; without the key it leads back to nobody."""
    return _fingerprint(_secret(), person.staff_number)


def _secret():
    return hmac.digest((settings.YINLING_DECLINE_KEY or settings.SECRET_KEY).encode(), PURPOSE, hashlib.sha256)


def _fingerprint(secret, staff_number):
    return hmac.digest(secret, staff_number.encode(), hashlib.sha256).hex()


def is_declined(person):
    """True while the person's no stands: nobody enters, imports or reminds the person (notice R6)."""
    return Decline.objects.filter(fingerprint=fingerprint_of(person), lifted_at__isnull=True).exists()


def to_be_erased(until):
    """Keys of the noes said until the instant ``until`` that stand and whose files have not been erased, oldest first."""
    waiting = Decline.objects.filter(declined_at__lte=until, lifted_at__isnull=True, erased_at__isnull=True)
    return list(waiting.filter(candidate__isnull=False).order_by("declined_at", "pk").values_list("pk", flat=True))


def declined_among(people):
    """Primary keys of those of ``people`` whose no stands, in one query; for imports."""
    standing = set(Decline.objects.filter(lifted_at__isnull=True).values_list("fingerprint", flat=True))
    if not standing:
        return set()
    secret = _secret()
    return {person.pk for person in people if _fingerprint(secret, person.staff_number) in standing}
