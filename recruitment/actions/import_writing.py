"""Writing a confirmed import: all rows in one transaction, slice by slice, or nothing."""

import logging
from datetime import timedelta

from django.db import IntegrityError, OperationalError, transaction
from django.utils import timezone

from recruitment import import_progress
from recruitment.actions.import_slices import SLICE, SliceWriter
from recruitment.actions.imports import keep_findings
from recruitment.imports import collector, packing
from recruitment.imports.states import WRITES, BatchState
from recruitment.models import Candidate, ImportBatch, ImportFile
from recruitment.queries.import_checks import examine

# Longer than any import takes: a worker that died is found out by this, and the batch begins anew.
LEASE = timedelta(minutes=11)
DEADLOCK = "40P01"

CHANGED = "确认之后系统里的记录有变化，已重新校验，什么都没有写入。请再看一遍，然后确认。"
FAILED = "写入时出错，什么都没有写入。请重新上传再试；仍不行的，请联系系统管理员。"
logger = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody cancelled while the rows were written."""


class _Changed(Exception):
    """What would be written now is not what was agreed to; carries the new findings."""

    def __init__(self, findings):
        self.findings = findings
        super().__init__()


def write(*, batch_pk, now):
    """Write the confirmed batch ``batch_pk``; called by a worker, twice does no harm. Returns the batch.

    Rows are checked again under lock. Where that gives something else than the user agreed to, nothing is written
    and the batch goes back to the check. A cancellation, an error or a killed worker leave nothing behind.
    """
    batch = _claim(batch_pk, now)
    if batch is None:
        return ImportBatch.objects.get(pk=batch_pk)
    try:
        with collector.at_rest(), transaction.atomic():
            _write_all(batch, now)
    except _Stopped:
        _end(batch, BatchState.CANCELLED, now)
        ImportFile.objects.filter(batch=batch).delete()
    except _Changed as changed:
        _show_again(batch, changed.findings, now)
    except Exception as error:
        if _was_overtaken(error):
            _show_again(batch, examine(batch, batch.confirmed_by, timezone.localdate(now)).findings, now)
        else:
            logger.exception("Import %s was not written.", batch.code)
            _end(batch, BatchState.FAILED, now, FAILED)
    finally:
        import_progress.forget(batch.code)
    return batch


def _claim(batch_pk, now):
    """Take the batch for this worker, unless another one has it."""
    with transaction.atomic():
        batch = (
            ImportBatch.objects.select_for_update(of=("self",))
            .select_related("confirmed_by__person", "default_unit")
            .get(pk=batch_pk)
        )
        died = batch.state == BatchState.WRITING and batch.claimed_until and batch.claimed_until <= now
        if batch.state != BatchState.CONFIRMED and not died:
            return None
        if batch.stop_asked_at:
            batch.state, batch.finished_at = BatchState.CANCELLED, now
            batch.save()
            return None
        batch.state, batch.claimed_until, batch.rows_done = BatchState.WRITING, now + LEASE, 0
        batch.save()
    return batch


def _write_all(batch, now):
    agreed = [kept for kept in packing.unpack(batch.file.findings) if kept.outcome in WRITES]
    _lock_files(kept.trace[3] for kept in agreed)
    by = batch.confirmed_by
    examined = examine(batch, by, timezone.localdate(now))
    if packing.fingerprint(examined.findings) != batch.layout.get("fingerprint"):
        raise _Changed(examined.findings)
    pairs = [
        (row, finding)
        for row, finding in zip(examined.rows, examined.findings, strict=True)
        if finding.outcome in WRITES
    ]
    # Two ledgers that name the same new people in other orders would wait for each other.
    pairs.sort(key=lambda pair: pair[0].staff_number)
    writer = SliceWriter(batch=batch, by=by, now=now, snapshot=examined.snapshot)
    for start in range(0, len(pairs), SLICE):
        if _is_to_stop(batch):
            raise _Stopped
        writer.write(pairs[start : start + SLICE])
        import_progress.tell(batch.code, start + len(pairs[start : start + SLICE]))
    if _is_to_stop(batch):
        raise _Stopped
    batch.state, batch.finished_at, batch.rows_done, batch.claimed_until = BatchState.DONE, now, len(pairs), None
    batch.save(update_fields=["state", "finished_at", "rows_done", "claimed_until"])


def _was_overtaken(error):
    """True when somebody entered one of the people in the moment of the writing, which the check now knows or soon will."""
    if isinstance(error, OperationalError):
        return getattr(error.__cause__, "pgcode", "") == DEADLOCK
    return isinstance(error, IntegrityError)


def _lock_files(candidate_pks):
    """Lock the files that rows add to, in the order of their keys, for the rest of the transaction."""
    pks = sorted(pk for pk in candidate_pks if pk)
    for start in range(0, len(pks), SLICE):
        locking = Candidate.objects.select_for_update(of=("self",)).filter(pk__in=pks[start : start + SLICE])
        list(locking.order_by("pk").values_list("pk"))


def _is_to_stop(batch):
    """Asked through the cache, or on the batch's own row, which another connection may have written meanwhile."""
    return (
        import_progress.is_asked_to_stop(batch.code)
        or ImportBatch.objects.filter(pk=batch.pk, stop_asked_at__isnull=False).exists()
    )


def _show_again(batch, findings, now):
    """Back to the check, with what it finds now."""
    with transaction.atomic():
        keep_findings(batch, findings, timezone.localdate(now))
        batch.save(update_fields=["layout", "counts", "rows_total", "checked_on"])
        _end(batch, BatchState.CHECKED, now, CHANGED)


def _end(batch, state, now, failure=""):
    """Let go of the batch; what others wrote on its row meanwhile stays."""
    batch.state, batch.claimed_until, batch.failure, batch.rows_done = state, None, failure, 0
    batch.finished_at = None if state == BatchState.CHECKED else now
    batch.save(update_fields=["state", "claimed_until", "failure", "rows_done", "finished_at"])
