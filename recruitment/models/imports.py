"""Ledgers that were sent in, what was found in them, and which rows were written (issue: moving in with what one has)."""

import uuid

from django.conf import settings
from django.db import models

from recruitment.imports.states import UNDER_WAY, BatchState, Outcome
from recruitment.scope import scope_of


class ImportBatchQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Batches sent in by or for the units that this user acts for; a branch does not see those of the office above."""
        within = models.Q(pk__in=())
        for path in scope_of(user).acting_paths:
            within |= models.Q(unit_path__startswith=path)
        return self.filter(within)

    def to_be_worked_on(self):
        """Batches that wait for a worker, or that one has begun; the oldest first."""
        return self.filter(state__in=UNDER_WAY).order_by("confirmed_at", "pk")


class ImportBatch(models.Model):
    """One file on its way: upload, mapping, check, commit; and back, as long as nothing was built on it.

    ``layout`` = {"sheet": n, "mapping": {"column from 0": field key}}; ``decisions`` = {"Excel row": Choice value};
    ``counts`` = {Outcome value: rows}. ``rows_done`` counts what a worker has prepared. ``claimed_until`` is a worker's lease.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="imports")
    unit_path = models.CharField(max_length=200, db_index=True, editable=False)
    file_name = models.CharField("文件名", max_length=160)
    file_kind = models.CharField("格式", max_length=8)
    file_size = models.PositiveIntegerField("大小（字节）")
    file_hash = models.CharField("校验码", max_length=64)
    state = models.CharField("状态", max_length=16, choices=BatchState.choices, default=BatchState.UPLOADED)
    default_unit = models.ForeignKey(
        "branches.Unit",
        verbose_name="没有写党支部的行归入",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    layout = models.JSONField("列的含义", default=dict)
    decisions = models.JSONField("请确认的行", default=dict)
    counts = models.JSONField("各类行数", default=dict)
    checked_on = models.DateField("校验日期", null=True, blank=True)
    rows_total = models.PositiveIntegerField("行数", default=0)
    rows_done = models.PositiveIntegerField("已处理行数", default=0)
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
    confirmed_at = models.DateTimeField("确认时间", null=True, blank=True)
    claimed_until = models.DateTimeField(null=True, blank=True)
    stop_asked_at = models.DateTimeField("请求取消时间", null=True, blank=True)
    finished_at = models.DateTimeField("完成时间", null=True, blank=True)
    failure = models.CharField("未写入的原因", max_length=300, blank=True)
    undone_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="撤销人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    undone_at = models.DateTimeField("撤销时间", null=True, blank=True)
    undo_reason = models.CharField("撤销原因", max_length=200, blank=True)

    objects = ImportBatchQuerySet.as_manager()

    class Meta:
        verbose_name = "导入批次"
        verbose_name_plural = "导入批次"
        ordering = ["-uploaded_at", "-pk"]
        indexes = [
            models.Index(
                fields=["confirmed_at"], name="imports_to_be_worked_on", condition=models.Q(state__in=UNDER_WAY)
            )
        ]

    def __str__(self):
        return f"{self.file_name}（{self.get_state_display()}）"


class ImportFile(models.Model):
    """The file as sent, its cells as text and what the check found, compressed; kept for a month, in the database.

    Web and worker may run on different machines, and what is in the database is deleted for good with one statement.
    """

    batch = models.OneToOneField(ImportBatch, primary_key=True, on_delete=models.CASCADE, related_name="file")
    content = models.BinaryField("文件内容")
    cells = models.BinaryField("各单元格文字")
    findings = models.BinaryField("校验结果", default=bytes)

    class Meta:
        verbose_name = "导入文件"
        verbose_name_plural = "导入文件"


class ImportedRow(models.Model):
    """What one row wrote, so that the batch can be undone: ``version`` is the candidate's after the import.

    ``before`` = {"profile": {field: [old, new]}, "mentorship": [keys], "recommender": [keys], "ended": [[model, key], …]}.
    """

    batch = models.ForeignKey(ImportBatch, on_delete=models.PROTECT, related_name="rows")
    number = models.PositiveIntegerField("行号")
    outcome = models.CharField("结果", max_length=8, choices=Outcome.choices)
    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="imported_rows"
    )
    made_person = models.BooleanField("新增人员", default=False)
    made_candidate = models.BooleanField("新建档案", default=False)
    version = models.PositiveIntegerField()
    before = models.JSONField(default=dict)

    class Meta:
        verbose_name = "导入的行"
        verbose_name_plural = "导入的行"
        constraints = [models.UniqueConstraint(name="one_imported_row_per_number", fields=["batch", "number"])]


class ColumnMemory(models.Model):
    """What a unit said its columns mean: ``labels`` = {label in one spelling: field key, "" for not imported}."""

    unit = models.OneToOneField("branches.Unit", primary_key=True, on_delete=models.CASCADE, related_name="+")
    labels = models.JSONField("各列的含义", default=dict)

    class Meta:
        verbose_name = "列的记忆"
        verbose_name_plural = "列的记忆"
