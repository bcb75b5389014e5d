"""The tree of Party organisations, kept as a materialised path so that a subtree is an indexed prefix."""

import uuid

from django.db import models
from simple_history.models import HistoricalRecords

from branches.offices import UnitKind


class UnitQuerySet(models.QuerySet):
    def active(self):
        """Units that have not been dissolved."""
        return self.filter(is_active=True)

    def branches(self):
        """Branches, where candidates are cultivated."""
        return self.filter(kind=UnitKind.BRANCH)

    def under(self, paths):
        """Units whose path starts with any of ``paths``; none for an empty iterable."""
        within = models.Q(pk__in=())
        for path in paths:
            within |= models.Q(path__startswith=path)
        return self.filter(within)


class Unit(models.Model):
    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    name = models.CharField("名称", max_length=120, unique=True)
    short_name = models.CharField("简称", max_length=20)
    kind = models.CharField("类别", max_length=20, choices=UnitKind.choices)
    parent = models.ForeignKey(
        "self", verbose_name="上级党组织", null=True, blank=True, on_delete=models.PROTECT, related_name="children"
    )
    path = models.CharField("路径", max_length=200, db_index=True, editable=False, default="")
    may_approve = models.BooleanField(
        "有权审批预备党员", default=False, help_text="只有党委可以审批；党总支、党组、临时党组织不能审批（细则第二十四条）。"
    )
    digest_hour = models.PositiveSmallIntegerField("提醒邮件时刻（时）", default=8)
    is_active = models.BooleanField("在用", default=True)
    history = HistoricalRecords(verbose_name="变更历史")

    objects = UnitQuerySet.as_manager()

    class Meta:
        verbose_name = "党组织"
        verbose_name_plural = "党组织"
        ordering = ["path"]
        constraints = [
            models.CheckConstraint(
                name="only_a_committee_may_approve",
                condition=models.Q(may_approve=False) | models.Q(kind=UnitKind.COMMITTEE),
                violation_error_message="只有党委可以审批预备党员（细则第二十四条）。",
            ),
            models.CheckConstraint(
                name="digest_hour_is_an_hour", condition=models.Q(digest_hour__lte=23), violation_error_message="时刻应在 0 至 23 之间。"
            ),
        ]

    def __str__(self):
        return self.name

    def path_below(self, parent_path):
        """The path of this unit under ``parent_path``; needs a primary key."""
        return f"{parent_path}{self.pk:06d}/"
