"""What the party office shares with the head of a department about its people on the road; nothing unless it decides so."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from branches.offices import Office
from recruitment.scope import scope_of


class DepartmentShareQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Shares decided for units that the user's office is over, and about people within reach where they name one."""
        scope = scope_of(user)
        within = Q(pk__in=())
        for post in scope.posts:
            if post.office == Office.PARTY_OFFICE and post.unit_path:
                within |= Q(unit_path__startswith=post.unit_path)
        return self.filter(within).filter(Q(candidate__isnull=True) | scope.candidates("candidate__"))

    def running(self, today):
        """Shares in force on ``today``; ``ends_on`` is the first day without."""
        return self.filter(ended_at__isnull=True, ends_on__gt=today)


class DepartmentShare(models.Model):
    """That the liaison of ``department`` may know of one person on the road, or of all its people below ``unit``.

    ``candidate`` None shares all of the department's people below ``unit`` who have applied, as they are on the day.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    department = models.ForeignKey(
        "branches.Department", verbose_name="部门", on_delete=models.PROTECT, related_name="shares"
    )
    candidate = models.ForeignKey(
        "recruitment.Candidate",
        verbose_name="培养对象",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="department_shares",
    )
    unit = models.ForeignKey("branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="+")
    unit_path = models.CharField(max_length=200, db_index=True, editable=False)
    reason = models.CharField("理由", max_length=200)
    ends_on = models.DateField("止", help_text="从这一天起不再共享。")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间")
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="结束人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)

    objects = DepartmentShareQuerySet.as_manager()

    class Meta:
        verbose_name = "部门共享"
        verbose_name_plural = "部门共享"
        ordering = ["-decided_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_share_per_department_and_person",
                fields=["department", "candidate"],
                condition=Q(ended_at__isnull=True, candidate__isnull=False),
            ),
            models.UniqueConstraint(
                name="one_open_share_per_department_and_unit",
                fields=["department", "unit"],
                condition=Q(ended_at__isnull=True, candidate__isnull=True),
            ),
        ]

    def __str__(self):
        return f"{self.department}：{self.candidate or '全部'}"
