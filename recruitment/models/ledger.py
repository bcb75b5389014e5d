"""The chained proof of every act on a candidate; the database refuses to change or delete it (notice R8)."""

from django.conf import settings
from django.db import models
from django.db.models.functions import Now

from recruitment.scope import scope_of


class LedgerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Entries about candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))


class LedgerEntry(models.Model):
    """One act: number ``n`` in the chain of its candidate; docs/ledger.md says which bytes are hashed.

    ``subject`` is the candidate's code, ``recorded_at`` the instant the act states, ``stored_at`` the database's own
    clock. The fields with a database default are set by the database's trigger (PostgreSQL) or by
    recruitment.actions.ledger (SQLite), never by a caller. ``summary`` and ``payload`` hold no personal text.
    """

    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="ledger_entries"
    )
    subject = models.UUIDField("编号", editable=False)
    n = models.PositiveIntegerField("序号", db_default=0)
    action = models.CharField("事项", max_length=40)
    step = models.PositiveSmallIntegerField("步骤", null=True, blank=True)
    summary = models.CharField("内容", max_length=200)
    decided_on = models.DateField("发生日期", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间")
    stored_at = models.DateTimeField("入库时间", db_default=Now())
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+")
    payload = models.BinaryField("规范字节")
    previous_hash = models.BinaryField(max_length=32, db_default=b"")
    hash = models.BinaryField(max_length=32, db_default=b"")

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "台账记录"
        verbose_name_plural = "台账记录"
        ordering = ["candidate", "n"]
        constraints = [models.UniqueConstraint(name="one_ledger_entry_per_number", fields=["candidate", "n"])]

    def __str__(self):
        return f"{self.summary}（第 {self.n} 条）"


class LedgerHead(models.Model):
    """The last entry of a candidate's chain; writers of one chain queue here, and a cut tail shows against it."""

    candidate = models.OneToOneField(
        "recruitment.Candidate", primary_key=True, on_delete=models.PROTECT, related_name="ledger_head"
    )
    n = models.PositiveIntegerField("序号")
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "台账链尾"
        verbose_name_plural = "台账链尾"


class LedgerSecret(models.Model):
    """Personal text behind a commitment in an entry; deleting the row (text and salt) leaves the chain valid."""

    entry = models.ForeignKey(LedgerEntry, on_delete=models.PROTECT, related_name="secrets")
    name = models.CharField("项目", max_length=40)
    salt = models.BinaryField(max_length=32)
    text = models.TextField("文字")

    class Meta:
        verbose_name = "台账文字"
        verbose_name_plural = "台账文字"
        constraints = [models.UniqueConstraint(name="one_secret_per_entry_and_name", fields=["entry", "name"])]


class LedgerLeaf(models.Model):
    """The place of an entry in the Merkle tree: dense from 0, in the order in which the signer saw it committed."""

    position = models.PositiveBigIntegerField("叶序", primary_key=True)
    entry = models.OneToOneField(LedgerEntry, on_delete=models.PROTECT, related_name="leaf")
    # Copied, so that it can be told which entry is missing when it was removed.
    subject = models.UUIDField("编号", editable=False)
    n = models.PositiveIntegerField("序号")
    hash = models.BinaryField(max_length=32)

    class Meta:
        verbose_name = "台账叶"
        verbose_name_plural = "台账叶"


class LedgerCheckpoint(models.Model):
    """A signed statement about the first ``size`` leaves; ``body`` is what was signed (docs/ledger.md).

    ``peaks`` are the roots of the perfect subtrees, from which the next checkpoint goes on.
    """

    number = models.PositiveIntegerField("号", primary_key=True)
    size = models.PositiveBigIntegerField("记录数")
    root = models.BinaryField(max_length=32)
    made_at = models.DateTimeField("签署时间")
    body = models.TextField("签署内容")
    signature = models.BinaryField(max_length=64)
    key_id = models.CharField("公钥指纹", max_length=16)
    peaks = models.BinaryField()

    class Meta:
        verbose_name = "台账检查点"
        verbose_name_plural = "台账检查点"
        ordering = ["number"]


class LedgerCopy(models.Model):
    """A checkpoint that reached a place outside the database."""

    checkpoint = models.ForeignKey(LedgerCheckpoint, on_delete=models.PROTECT, related_name="copies")
    place = models.CharField("去处", max_length=200)
    copied_at = models.DateTimeField("送达时间")

    class Meta:
        verbose_name = "检查点副本"
        verbose_name_plural = "检查点副本"
        constraints = [models.UniqueConstraint(name="one_copy_per_checkpoint_and_place", fields=["checkpoint", "place"])]


class LedgerVerification(models.Model):
    """One whole verification of the ledger and what it found; pages show the last one."""

    verified_at = models.DateTimeField("校验时间", db_index=True)
    is_intact = models.BooleanField("未发现篡改")
    entries = models.PositiveBigIntegerField("记录数")
    anchored = models.PositiveBigIntegerField("已签署记录数")
    findings = models.PositiveIntegerField("发现问题数", default=0)
    first_finding = models.CharField("首个问题", max_length=300, blank=True)

    class Meta:
        verbose_name = "台账校验"
        verbose_name_plural = "台账校验"
        ordering = ["-verified_at"]
        get_latest_by = "verified_at"
