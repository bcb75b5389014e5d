"""Rosters that HR sent in, and what was found in them; nothing here points to anybody's road (notice R4)."""

import uuid

from django.conf import settings
from django.db import models

from branches.offices import Office
from recruitment.roster.states import RosterState
from recruitment.scope import scope_of

# Who keeps the roster by file; each sees what its own office sent.
ROSTER_SENDERS = (Office.HR_LIAISON, Office.PARTY_OFFICE)


class RosterBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Rosters that the user's own office sent in, for the unit of the post or one below it."""
        within = models.Q(pk__in=())
        for post in scope_of(user).posts:
            if post.office in ROSTER_SENDERS and post.unit_path:
                within |= models.Q(office=post.office, unit_path__startswith=post.unit_path)
        return self.filter(within)


class RosterBatch(models.Model):
    """One file on its way: upload, columns, preview, commit.

    ``layout`` = {"sheet": n, "mapping": {"column from 0": field key}, "labels": {label in one spelling: field key},
    "is_first": bool, "fingerprint": word}; ``decisions`` as in recruitment.roster.differences.compare; ``counts`` =
    {Outcome value, "missing", "moves": number}.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    office = models.CharField("报送职务", max_length=30, choices=Office.choices)
    unit = models.ForeignKey("branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="rosters")
    unit_path = models.CharField(max_length=200, db_index=True, editable=False)
    file_name = models.CharField("文件名", max_length=160)
    file_kind = models.CharField("格式", max_length=8)
    file_size = models.PositiveIntegerField("大小（字节）")
    file_hash = models.CharField("校验码", max_length=64)
    state = models.CharField("状态", max_length=16, choices=RosterState.choices, default=RosterState.UPLOADED)
    layout = models.JSONField("列的含义", default=dict)
    decisions = models.JSONField("请确认的行", default=dict)
    counts = models.JSONField("各类行数", default=dict)
    rows_total = models.PositiveIntegerField("行数", default=0)
    checked_on = models.DateField("核对日期", null=True, blank=True)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    confirmed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="确认人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)

    objects = RosterBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "花名册"
        verbose_name_plural = "花名册"
        ordering = ["-uploaded_at", "-pk"]

    def __str__(self):
        return f"{self.file_name}（{self.get_state_display()}）"


class RosterFile(models.Model):
    """The cells as text and what the comparison found, compressed; the cells go with the commit, the rest after a month."""

    batch = models.OneToOneField(RosterBatch, primary_key=True, on_delete=models.CASCADE, related_name="file")
    cells = models.BinaryField("各单元格文字")
    findings = models.BinaryField("核对结果", default=bytes)

    class Meta:
        verbose_name = "花名册文件"
        verbose_name_plural = "花名册文件"
