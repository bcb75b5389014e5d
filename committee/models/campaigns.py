"""专项工作: what a committee asks of the units under it by when, and what they report (notice T1–T5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import F, Q
from simple_history.models import HistoricalRecords

from branches.offices import Office
from committee.campaigning import Audience, TenDays, term_text
from recruitment.scope import SUBTREE_OFFICES, scope_of

# Who looks after units reads what is asked of them; committee members read what lies under their committee.
READING_OFFICES = (*SUBTREE_OFFICES, Office.COMMITTEE_MEMBER)


def paths_read_by(user):
    """Prefixes of the paths of units whose campaigns ``user`` reads."""
    scope = scope_of(user)
    held = [post.unit_path for post in scope.posts if post.office in READING_OFFICES and post.unit_path]
    return tuple(dict.fromkeys((*held, *scope.granted_paths)))


def units_above(paths):
    """Primary keys of the units on the materialised ``paths``, themselves included."""
    return {int(part) for path in paths for part in path.split("/") if part}


class CampaignQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Campaigns of committees the user looks after, and of those above the user's own units."""
        paths = paths_read_by(user)
        within = Q(unit__in=units_above(paths))
        for path in paths:
            within |= Q(unit__path__startswith=path)
        return self.filter(within)

    def running(self):
        """Campaigns that nobody has ended."""
        return self.filter(ended_on__isnull=True)


class Campaign(models.Model):
    """What a committee asks of the units under it in a year, on the basis of which document; ended or withdrawn, never removed."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey("branches.Unit", verbose_name="党委", on_delete=models.PROTECT, related_name="campaigns")
    title = models.CharField("名称", max_length=60)
    year = models.PositiveSmallIntegerField("年度")
    basis = models.CharField("依据", max_length=120)
    begins_on = models.DateField("开始日期")
    ended_on = models.DateField("结束日期", null=True, blank=True)
    was_withdrawn = models.BooleanField("已撤销", default=False)
    end_reason = models.CharField("结束或撤销原因", max_length=200, blank=True)
    opened_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="部署人", on_delete=models.PROTECT, related_name="+"
    )
    opened_at = models.DateTimeField("部署时间")
    history = HistoricalRecords(verbose_name="变更历史")

    objects = CampaignQuerySet.as_manager()

    class Meta:
        verbose_name = "专项工作"
        verbose_name_plural = "专项工作"
        ordering = ["-begins_on", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_campaign_of_a_name_per_year",
                fields=["unit", "year", "title"],
                condition=Q(was_withdrawn=False),
            ),
            models.CheckConstraint(
                name="a_withdrawn_campaign_has_ended", condition=Q(was_withdrawn=False) | Q(ended_on__isnull=False)
            ),
        ]

    def __str__(self):
        return f"{self.year} 年 {self.title}"


class CampaignMilestoneQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Milestones of campaigns within reach."""
        return self.filter(campaign__in=Campaign.objects.visible_to(user))

    def standing(self):
        """Milestones that have not been withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class CampaignMilestone(models.Model):
    """One thing that every branch, or every committee's office, owes: by the end of ten days of a month or by a day."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    campaign = models.ForeignKey(Campaign, verbose_name="专项工作", on_delete=models.PROTECT, related_name="milestones")
    title = models.CharField("安排", max_length=40)
    task = models.CharField("要求", max_length=300, blank=True)
    audience = models.CharField("对象", max_length=12, choices=Audience.choices, default=Audience.BRANCHES)
    asks_attendance = models.BooleanField("须填应到和实到人数", default=False)
    ten_days = models.CharField("旬", max_length=8, choices=TenDays.choices, blank=True)
    due_on = models.DateField("完成期限")
    opens_on = models.DateField("可办日")
    withdrawn_at = models.DateTimeField("取消时间", null=True, blank=True)
    history = HistoricalRecords(verbose_name="变更历史")

    objects = CampaignMilestoneQuerySet.as_manager()

    class Meta:
        verbose_name = "专项工作安排"
        verbose_name_plural = "专项工作安排"
        ordering = ["due_on", "pk"]
        constraints = [
            models.CheckConstraint(name="a_milestone_opens_before_it_is_due", condition=Q(opens_on__lte=F("due_on")))
        ]

    def __str__(self):
        return self.title

    @property
    def term(self):
        """The last day in words, as the office set it."""
        return term_text(self.due_on, self.ten_days)


class CompletionQuerySet(models.QuerySet):
    def visible_to(self, user):
        """What units under the user's own reported, their own included."""
        within = Q(pk__in=())
        for path in paths_read_by(user):
            within |= Q(unit__path__startswith=path)
        return self.filter(within)

    def standing(self):
        """Records that none has replaced."""
        return self.filter(superseded_at__isnull=True)


class Completion(models.Model):
    """What one unit reports about one milestone; superseded by another record, never edited."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    milestone = models.ForeignKey(
        CampaignMilestone, verbose_name="安排", on_delete=models.PROTECT, related_name="completions"
    )
    unit = models.ForeignKey(
        "branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="completions"
    )
    done_on = models.DateField("完成日期")
    place = models.CharField("地点", max_length=60, blank=True)
    eligible = models.PositiveSmallIntegerField("应到", null=True, blank=True)
    present = models.PositiveSmallIntegerField("实到", null=True, blank=True)
    summary = models.TextField("纪要", max_length=1000)
    late_reason = models.CharField("迟办原因", max_length=200, blank=True)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填报人", on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("填报时间")
    superseded_at = models.DateTimeField("更正时间", null=True, blank=True)
    superseded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="更正人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    supersede_reason = models.CharField("更正原因", max_length=200, blank=True)
    history = HistoricalRecords(verbose_name="变更历史")

    objects = CompletionQuerySet.as_manager()

    class Meta:
        verbose_name = "专项工作完成情况"
        verbose_name_plural = "专项工作完成情况"
        ordering = ["-recorded_at", "-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_completion_per_unit_and_milestone",
                fields=["milestone", "unit"],
                condition=Q(superseded_at__isnull=True),
            ),
            models.CheckConstraint(
                name="attendance_is_possible",
                condition=Q(eligible__isnull=True, present__isnull=True)
                | Q(eligible__gte=1, present__gte=1, present__lte=F("eligible")),
            ),
        ]

    def __str__(self):
        return f"{self.unit} {self.done_on}"
