"""Taking up again after a no: on the person's own application, proposed by one and approved by another."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q


class Reopening(models.Model):
    """A proposal that rests on an application letter in hand; it says nothing about whether there was a no."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    applied_on = models.DateField("本人递交申请书日期")
    proposed_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+"
    )
    proposed_at = models.DateTimeField("提出时间")
    approved_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="核准人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    approved_at = models.DateTimeField("核准时间", null=True, blank=True)

    class Meta:
        verbose_name = "恢复录入"
        verbose_name_plural = "恢复录入"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="reopening_approved_by_another",
                condition=Q(approved_by__isnull=True) | ~Q(approved_by=F("proposed_by")),
            ),
            models.UniqueConstraint(
                name="one_open_reopening_per_person", fields=["person"], condition=Q(approved_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.applied_on}"
