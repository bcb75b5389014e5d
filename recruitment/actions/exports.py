"""Large exports: ask for one, let a worker make it, give it up, take it away once."""

import logging
from datetime import timedelta

from django.db import IntegrityError, transaction

from recruitment.actions.access import EXPORTED, log_view
from recruitment.actions.refusals import refuse
from recruitment.models import Candidate, ExportFile, LedgerExport
from recruitment.models.exports import UNDER_WAY, ExportState
from recruitment.queries.rights import rights_of
from recruitment.spreadsheets import as_csv, as_xlsx

# Longer than any file takes: a worker that died is found out by this, and another one begins anew.
LEASE = timedelta(minutes=10)
KEPT = timedelta(hours=1)
FORMATS = {"xlsx": as_xlsx, "csv": as_csv}
# The rows take the first part of the time, writing the file the rest.
ROWS_SHARE = 60
ONE_AT_A_TIME = "上一份还在生成。请等它完成或先取消。"
NO_RIGHT = "已没有导出的权限，文件没有生成。"
NOBODY = "没有可导出的人员。请放宽筛选条件再导出。"
FAILED = "生成时出错。请再试一次；仍不行的，请联系系统管理员。"
REACH_CHANGED = "文件生成之后，可以查阅的人员范围有变化，文件已删除。请重新导出。"
logger = logging.getLogger(__name__)


class _Stopped(Exception):
    """Somebody cancelled while the file was made."""


def ask_export(*, by, subject, file_kind, title, asked, reason, people, now):
    """Ask for the ledger ``subject`` as a file of ``file_kind``, with the stored question ``asked``; a worker makes it.

    Refused while another one of ``by`` is under way. Returns the LedgerExport.
    """
    try:
        with transaction.atomic():
            return LedgerExport.objects.create(
                user=by, subject=subject, file_kind=file_kind, title=title, asked=asked, reason=reason,
                people_count=people, asked_at=now,
            )  # fmt: skip
    except IntegrityError:
        refuse("one_at_a_time", ONE_AT_A_TIME, field="reason")


def cancel_export(*, by, code, now):
    """Give an export up, made or not; what was made is deleted. Returns it; raises DoesNotExist for strangers."""
    with transaction.atomic():
        export = LedgerExport.objects.visible_to(by).select_for_update(of=("self",)).get(code=code)
        if export.state in (*UNDER_WAY, ExportState.READY):
            export.stop_asked_at = now
            _end(export, ExportState.CANCELLED, now)
    return export


def build(*, export_pk, makers, now):
    """Make the file of one export; called by a worker, twice does no harm. Returns the LedgerExport.

    ``makers`` = {subject: function of (user, asked, now, progress)}, each of which asks what the user may see and
    export *now* and answers (Book, keys of the candidates in it).
    """
    export = _claim(export_pk, now)
    if export is None:
        return LedgerExport.objects.get(pk=export_pk)

    def progress(percent):
        going = LedgerExport.objects.filter(pk=export_pk, state=ExportState.RUNNING)
        if not going.update(percent=percent):
            raise _Stopped

    try:
        if not rights_of(export.user)["may_export"]:
            return _failed(export, NO_RIGHT, now)
        book, candidate_ids = makers[export.subject](
            user=export.user, asked=export.asked, now=now, progress=lambda share: progress(int(share * ROWS_SHARE))
        )
        if not candidate_ids:
            return _failed(export, NOBODY, now)
        content = FORMATS[export.file_kind](
            book, progress=lambda share: progress(ROWS_SHARE + int(share * (99 - ROWS_SHARE)))
        )
        _keep(export, content, sorted(candidate_ids), now)
    except _Stopped:
        pass
    except Exception:
        logger.exception("Export %s was not made.", export.code)
        _failed(export, FAILED, now)
    return LedgerExport.objects.get(pk=export_pk)


def hand_out(*, by, code, now, address):
    """The bytes of a file that is ready; it is deleted with that, and entered in the access log.

    Everybody in it must still be within reach and exportable: since it was made somebody may have said no. Refused when
    it is not ready, expired, or the reach has changed. Returns (LedgerExport, bytes).
    """
    refusal = None
    with transaction.atomic():
        export = LedgerExport.objects.visible_to(by).select_for_update(of=("self",)).get(code=code)
        if export.state != ExportState.READY or export.expires_at <= now:
            refusal = ("not_ready", "这份文件已下载、取消或过期。请重新导出。")
        elif not _may_still_have(by, export.file.candidate_ids):
            refusal = ("reach_changed", REACH_CHANGED)
            _failed(export, REACH_CHANGED, now)
        else:
            content = bytes(export.file.content)
            log_view(
                user=by, now=now, action=EXPORTED, what=f"{export.title}（{export.file_kind}）",
                people_count=export.people_count, reason=export.reason, address=address,
            )  # fmt: skip
            _end(export, ExportState.HANDED_OUT, now)
    if refusal:
        refuse(*refusal)
    return export, content


def forget_exports(*, now):
    """Delete files whose time is over."""
    ExportFile.objects.filter(export__expires_at__lte=now).delete()
    LedgerExport.objects.filter(state=ExportState.READY, expires_at__lte=now).update(state=ExportState.EXPIRED)


def _claim(export_pk, now):
    """Take the export for this worker, unless another one has it."""
    with transaction.atomic():
        export = LedgerExport.objects.select_for_update(of=("self",)).select_related("user__person").get(pk=export_pk)
        died = export.state == ExportState.RUNNING and export.claimed_until and export.claimed_until <= now
        if export.state != ExportState.WAITING and not died:
            return None
        export.state, export.claimed_until, export.percent = ExportState.RUNNING, now + LEASE, 0
        export.save(update_fields=["state", "claimed_until", "percent"])
    return export


def _keep(export, content, candidate_ids, now):
    with transaction.atomic():
        row = LedgerExport.objects.select_for_update(of=("self",)).get(pk=export.pk)
        if row.state != ExportState.RUNNING:
            raise _Stopped
        ExportFile.objects.create(export=row, content=content, candidate_ids=candidate_ids)
        row.state, row.percent, row.people_count = ExportState.READY, 100, len(candidate_ids)
        row.finished_at, row.expires_at, row.claimed_until = now, now + KEPT, None
        row.asked = {}  # may hold a name
        row.save()


def _may_still_have(user, candidate_ids):
    if not rights_of(user)["may_export"]:
        return False
    candidates = list(Candidate.objects.visible_to(user).filter(pk__in=candidate_ids))
    return len(candidates) == len(candidate_ids) and all(
        user.has_perm("recruitment.export_candidates", candidate) for candidate in candidates
    )


def _failed(export, failure, now):
    export.failure = failure
    _end(export, ExportState.FAILED, now)
    return export


def _end(export, state, now):
    """Let go of the export and of its file."""
    export.state, export.finished_at, export.claimed_until, export.asked = state, now, None, {}
    export.save(update_fields=["state", "asked", "finished_at", "claimed_until", "failure", "stop_asked_at"])
    ExportFile.objects.filter(export=export).delete()
