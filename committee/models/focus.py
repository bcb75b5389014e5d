"""The focus list: criteria as data, listings with a purpose and an end, and no score of anybody (notice F1, R6)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q
from simple_history.models import HistoricalRecords

from recruitment.scope import scope_of
from recruitment.stages import RoadState


class CriterionKind(models.TextChoices):
    """What a criterion looks at; each kind reads its own of the columns ``low``, ``high`` and ``words``."""

    TITLE_RANK = "title_rank", "职称级别"
    AGE = "age", "年龄"
    PROGRAMME = "programme", "人才计划"
    RETURNED = "returned", "海外回国"
    TITLE = "title", "专业技术职务名称"
    POSITION = "position", "职务名称"


class FocusCriterion(models.Model):
    """One condition that the office sets; a person meets it or does not."""

    name = models.CharField("名称", max_length=40, unique=True)
    kind = models.CharField("种类", max_length=12, choices=CriterionKind.choices)
    low = models.PositiveSmallIntegerField("下限（含）", null=True, blank=True, help_text="职称级别、年龄用。")
    high = models.PositiveSmallIntegerField("上限（含）", null=True, blank=True, help_text="年龄、回国年数用。")
    words = models.CharField(
        "关键词", max_length=120, blank=True, help_text="用顿号分隔，含其中之一即符合；不填为有即可。"
    )
    is_active = models.BooleanField("在用", default=True)
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "关注条件"
        verbose_name_plural = "关注条件"
        ordering = ["pk"]

    def __str__(self):
        return self.name


class FocusLevel(models.TextChoices):
    """How closely the office and the branch keep in touch; not a rating of the person."""

    GENERAL = "general", "一般联系"
    CLOSE = "close", "重点联系"


class FocusListingQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Listings of candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def open(self):
        """Listings that no decision has ended; a person whose road does not go on is listed no more, at once."""
        return self.filter(ended_on__isnull=True, candidate__state=RoadState.ACTIVE)

    def running(self, today):
        """Open listings whose term has not run out; ``ends_on`` is the first day without the listing."""
        return self.open().filter(starts_on__lte=today, ends_on__gt=today)


class FocusListing(models.Model):
    """A person on the focus list: what for, from when until when, which conditions were met when it was decided."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="关注对象", on_delete=models.PROTECT, related_name="listings"
    )
    level = models.CharField("联系层次", max_length=8, choices=FocusLevel.choices, default=FocusLevel.GENERAL)
    purpose = models.CharField("用途", max_length=120)
    criteria = models.JSONField("符合的条件", default=list, blank=True)
    starts_on = models.DateField("列入日期")
    ends_on = models.DateField("到期日", help_text="从这一天起不再在名单上，除非续列。")
    next_step = models.CharField("下一步", max_length=120, blank=True)
    ended_on = models.DateField("移出日期", null=True, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="决定人", on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("决定时间")
    history = HistoricalRecords(verbose_name="变更历史")

    objects = FocusListingQuerySet.as_manager()

    class Meta:
        verbose_name = "重点关注"
        verbose_name_plural = "重点关注"
        ordering = ["ends_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_listing_per_candidate", fields=["candidate"], condition=Q(ended_on__isnull=True)
            ),
            models.CheckConstraint(
                name="listing_ends_after_it_starts",
                condition=Q(ends_on__gt=models.F("starts_on")),
                violation_error_message="到期日应晚于列入日期。",
            ),
        ]

    def __str__(self):
        return f"{self.candidate} {self.get_level_display()}"
