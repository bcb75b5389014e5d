"""Stricter local limits of a committee, as dated rows (rules.md §1.2 LOCAL)."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from recruitment.rulesets import LOCAL_LIMITS


class LocalLimitRow(models.Model):
    """One stricter limit: whose, which (code in recruitment.rulesets), how much, since when, who set it."""

    unit = models.ForeignKey("branches.Unit", verbose_name="党委", on_delete=models.PROTECT, related_name="local_limits")
    code = models.CharField("项目", max_length=40)
    value = models.PositiveSmallIntegerField("数值")
    since_on = models.DateField("自何日起的事项")
    until_on = models.DateField("至何日止（不含）", null=True, blank=True)
    basis = models.CharField("依据", max_length=200)
    set_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="设定人", on_delete=models.PROTECT, related_name="+")
    set_at = models.DateTimeField("设定时间")
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "本单位从严规定"
        verbose_name_plural = "本单位从严规定"
        ordering = ["unit", "code", "since_on"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_local_limit_per_unit_and_code", fields=["unit", "code"], condition=models.Q(until_on__isnull=True)
            )
        ]

    def __str__(self):
        return f"{self.title} {self.value}"

    @property
    def title(self):
        """What the limit is about, in words."""
        return LOCAL_LIMITS[self.code].title if self.code in LOCAL_LIMITS else self.code
