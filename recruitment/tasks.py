"""Background work of the recruitment app; each task looks up in the database what is to be done."""

from pathlib import Path

from celery import shared_task
from django.conf import settings
from django.utils import timezone

from recruitment.actions.checkpoints import run_signer
from recruitment.actions.import_undoing import undo
from recruitment.actions.import_writing import write
from recruitment.actions.imports import forget_old_files
from recruitment.actions.verification import note_verification
from recruitment.queries.imports import waiting_batches
from recruitment.queries.ledger import trusted_keys
from recruitment.queries.ledger_verification import verify


@shared_task
def checkpoint():
    """Sign what is new in the ledger, on an embedded site; in production the signer's own user does, not the worker."""
    if settings.YINLING_EMBEDDED:
        run_signer(now=timezone.now())


@shared_task
def verify_ledger():
    """Verify the whole ledger; the badge on pages shows what was found."""
    directory = Path(settings.YINLING_CHECKPOINT_DIR) if settings.YINLING_CHECKPOINT_DIR else None
    report = verify(trusted_keys=trusted_keys(), copies=directory if directory and directory.is_dir() else None)
    note_verification(report=report, now=timezone.now())


@shared_task
def work_on_imports():
    """Write the imports that were confirmed and take back those that are to be undone, the oldest first."""
    for batch_pk, is_undo in waiting_batches(timezone.now()):
        (undo if is_undo else write)(batch_pk=batch_pk, now=timezone.now())


@shared_task
def forget_imports():
    """Delete ledgers that were sent in a month ago."""
    forget_old_files(now=timezone.now())
