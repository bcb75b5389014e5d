"""Large ledgers that a worker makes into files, each handed out once to the one who asked."""

import uuid

from django.conf import settings
from django.db import models


class ExportState(models.TextChoices):
    """Where an export stands."""

    WAITING = "waiting", "等待生成"
    RUNNING = "running", "正在生成"
    READY = "ready", "可以下载"
    HANDED_OUT = "handed_out", "已下载"
    CANCELLED = "cancelled", "已取消"
    FAILED = "failed", "没有生成"
    EXPIRED = "expired", "已过期"


UNDER_WAY = (ExportState.WAITING, ExportState.RUNNING)


class LedgerExportQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Only one's own: what a file holds was asked for with the reach of one person."""
        return self.filter(user=user)

    def under_way(self):
        """Exports that wait for a worker, or that one has begun; the oldest first."""
        return self.filter(state__in=UNDER_WAY).order_by("asked_at", "pk")


class LedgerExport(models.Model):
    """A file asked for: which ledger, of whom, why. ``asked`` is the question as recruitment.queries.sheets.Asked stores it.

    ``percent`` tells how far a worker is, ``claimed_until`` is its lease; ``expires_at`` ends the keeping of the file.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="导出人", on_delete=models.PROTECT, related_name="+"
    )
    subject = models.CharField("台账", max_length=12)
    file_kind = models.CharField("格式", max_length=8)
    title = models.CharField("标题", max_length=80)
    asked = models.JSONField("范围", default=dict)
    reason = models.CharField("事由", max_length=200)
    state = models.CharField("状态", max_length=12, choices=ExportState.choices, default=ExportState.WAITING)
    percent = models.PositiveSmallIntegerField("进度（%）", default=0)
    people_count = models.PositiveIntegerField("人数", default=0)
    asked_at = models.DateTimeField("提出时间")
    claimed_until = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField("请求取消时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    expires_at = models.DateTimeField("保留至", null=True, blank=True)
    failure = models.CharField("没有生成的原因", max_length=200, blank=True)

    objects = LedgerExportQuerySet.as_manager()

    class Meta:
        verbose_name = "台账导出"
        verbose_name_plural = "台账导出"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_export_under_way_per_user", fields=["user"], condition=models.Q(state__in=UNDER_WAY)
            )
        ]
        indexes = [
            models.Index(fields=["asked_at"], name="exports_under_way", condition=models.Q(state__in=UNDER_WAY)),
            models.Index(fields=["expires_at"], name="exports_kept", condition=models.Q(state=ExportState.READY)),
        ]

    def __str__(self):
        return f"{self.title}（{self.get_state_display()}）"


class ExportFile(models.Model):
    """The file and whom it is about, in the database like a ledger sent in: one statement deletes it for good."""

    export = models.OneToOneField(LedgerExport, primary_key=True, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField("文件内容")
    candidate_ids = models.JSONField("涉及的人", default=list)

    class Meta:
        verbose_name = "导出文件"
        verbose_name_plural = "导出文件"
