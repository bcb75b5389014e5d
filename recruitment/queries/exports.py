"""Exports on their way: one's own, and those a worker is to make."""

from django.utils import timezone

from recruitment.models import LedgerExport
from recruitment.models.exports import UNDER_WAY, ExportState

LISTED = 20


def export_for(*, user, code):
    """An export of ``user``'s own; raises LedgerExport.DoesNotExist for everybody else."""
    return LedgerExport.objects.visible_to(user).get(code=code)


def own_exports(*, user):
    """The last exports of ``user``."""
    return list(LedgerExport.objects.visible_to(user)[:LISTED])


def is_under_way(export):
    """True while a worker is to make it or makes it."""
    return export.state in UNDER_WAY


def is_ready(export, now):
    """True while the file can be taken away."""
    return export.state == ExportState.READY and export.expires_at > now


def waiting_exports():
    """Keys of the exports that a worker should look at, the oldest first."""
    return list(LedgerExport.objects.under_way().values_list("pk", flat=True))


def file_name(export):
    """What the file is called on the user's disk."""
    return f"{export.title}{timezone.localdate(export.asked_at):%Y%m%d}.{export.file_kind}"
