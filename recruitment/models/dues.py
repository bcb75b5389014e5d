"""An act owed by a post (or a person) by a date; a level, not an edge (notice R9)."""

from django.db import models

from branches.offices import Office
from recruitment.scope import scope_of


class DueQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Dues about candidates this user may know of, and dues owed by the user's posts or person."""
        return self.filter(scope_of(user).dues())

    def open(self):
        """Dues not yet settled."""
        return self.filter(settled_at__isnull=True)

    def overdue(self, today):
        """Open dues whose last day has passed; the due day itself is in time, and an advised day is never late."""
        return self.open().filter(is_binding=True, due_on__lt=today)


class Due(models.Model):
    """Open from ``opens_on``, owed by ``due_on`` (that day included), settled when the act is recorded.

    ``key`` is stable for one act, so that recomputing finds the same row; dues of the road are derived from the
    facts by recruitment.rules.dues, others are opened by their own verbs.
    """

    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", null=True, blank=True, on_delete=models.PROTECT, related_name="dues"
    )
    unit = models.ForeignKey("branches.Unit", verbose_name="承办党组织", on_delete=models.PROTECT, related_name="dues")
    unit_path = models.CharField(max_length=200, db_index=True, editable=False)
    kind = models.CharField("事项", max_length=40)
    key = models.CharField(max_length=80)
    step = models.PositiveSmallIntegerField("步骤", null=True, blank=True)
    window = models.PositiveSmallIntegerField("第几次", default=0)
    title = models.CharField("待办", max_length=120)
    article = models.CharField("依据", max_length=120, blank=True)
    opens_on = models.DateField("可办日")
    due_on = models.DateField("期限")
    owed_by = models.CharField("承办职务", max_length=30, choices=Office.choices)
    owed_by_person = models.ForeignKey(
        "branches.Person", verbose_name="承办人", null=True, blank=True, on_delete=models.PROTECT, related_name="dues"
    )
    is_binding = models.BooleanField("细则规定期限", default=True, help_text="否：未规定期限，只作提醒，不算逾期。")
    is_provisional = models.BooleanField("暂算", default=False)
    opened_at = models.DateTimeField("生成时间")
    settled_at = models.DateTimeField("办结时间", null=True, blank=True)
    settled_on = models.DateField("办结日期", null=True, blank=True)
    was_done = models.BooleanField("已办（否则为撤销）", default=False)

    objects = DueQuerySet.as_manager()

    class Meta:
        verbose_name = "待办"
        verbose_name_plural = "待办"
        ordering = ["due_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_due_per_candidate_and_key", fields=["candidate", "key"], condition=models.Q(settled_at__isnull=True)
            ),
            models.UniqueConstraint(
                name="one_open_due_per_unit_and_key",
                fields=["unit", "key"],
                condition=models.Q(settled_at__isnull=True, candidate__isnull=True),
            ),
        ]
        indexes = [
            models.Index(
                fields=["due_on", "unit", "owed_by", "candidate"], name="open_dues_by_day", condition=models.Q(settled_at__isnull=True)
            ),
            models.Index(fields=["candidate", "due_on"], name="open_dues_by_candidate", condition=models.Q(settled_at__isnull=True)),
        ]

    def is_overdue(self, today):
        """True when the last day has passed; the same answer as DueQuerySet.overdue."""
        return self.is_binding and self.due_on < today

    def __str__(self):
        return f"{self.title}（{self.due_on} 前）"
