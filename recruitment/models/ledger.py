"""The chained proof of every act on a candidate; the database refuses to change or delete it (notice R8)."""

from django.conf import settings
from django.db import models

from recruitment.scope import scope_of


class LedgerQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Entries about candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))


class LedgerEntry(models.Model):
    """One act: number ``n`` in the chain of its candidate, over the bytes in ``payload``."""

    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="ledger_entries"
    )
    n = models.PositiveIntegerField("序号")
    action = models.CharField("事项", max_length=40)
    step = models.PositiveSmallIntegerField("步骤", null=True, blank=True)
    summary = models.CharField("内容", max_length=200)
    decided_on = models.DateField("发生日期", null=True, blank=True)
    recorded_at = models.DateTimeField("记录时间")
    actor = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+")
    payload = models.BinaryField("规范字节")
    previous_hash = models.BinaryField(max_length=32)
    hash = models.BinaryField(max_length=32)

    objects = LedgerQuerySet.as_manager()

    class Meta:
        verbose_name = "台账记录"
        verbose_name_plural = "台账记录"
        ordering = ["candidate", "n"]
        constraints = [models.UniqueConstraint(name="one_ledger_entry_per_number", fields=["candidate", "n"])]
