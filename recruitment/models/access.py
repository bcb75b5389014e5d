"""Explicit exceptions to what posts allow, and who looked at what."""

from datetime import timedelta

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase

# An emergency is over after a day, and so is an unanswered question.
EMERGENCY_LASTS = timedelta(hours=24)


class CandidateGrant(UserObjectPermissionBase):
    """Access of one user to one candidate, with reason and end (guardian's direct-key table)."""

    content_object = models.ForeignKey("recruitment.Candidate", on_delete=models.CASCADE, related_name="grants")
    reason = models.CharField("理由", max_length=200)
    ends_on = models.DateField("止", help_text="从这一天起不再有效。")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("授权时间", auto_now_add=True)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "单人授权"
        verbose_name_plural = "单人授权"


class UnitGrant(UserObjectPermissionBase):
    """Access of one user to the candidates of one unit: an acting secretary or a stand-in."""

    content_object = models.ForeignKey("branches.Unit", on_delete=models.CASCADE, related_name="grants")
    reason = models.CharField("理由", max_length=200)
    ends_on = models.DateField("止", help_text="从这一天起不再有效。")
    granted_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, on_delete=models.PROTECT, related_name="+")
    granted_at = models.DateTimeField("授权时间", auto_now_add=True)

    class Meta(UserObjectPermissionBase.Meta):
        verbose_name = "党组织授权"
        verbose_name_plural = "党组织授权"


class GrantProposal(models.Model):
    """What a grant goes through: the party office proposes, somebody else approves, and it can be ended early.

    The grant itself, which gives the access, exists only from approval on.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="授权给", on_delete=models.PROTECT, related_name="grant_proposals")
    unit = models.ForeignKey("branches.Unit", verbose_name="党组织", null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    reason = models.CharField("理由", max_length=200)
    ends_on = models.DateField("止", help_text="从这一天起不再有效。")
    proposed_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="提出人", on_delete=models.PROTECT, related_name="+")
    proposed_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核准人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("核准时间", null=True, blank=True)
    was_approved = models.BooleanField("已核准", default=False)
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="结束人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    class Meta:
        verbose_name = "授权申请"
        verbose_name_plural = "授权申请"
        ordering = ["-proposed_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="who_proposes_a_grant_does_not_approve_it",
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("proposed_by")),
            ),
            models.CheckConstraint(
                name="nobody_is_granted_what_they_decide",
                condition=~models.Q(user=models.F("proposed_by"))
                & (models.Q(decided_by__isnull=True) | ~models.Q(user=models.F("decided_by"))),
            ),
            models.CheckConstraint(
                name="a_grant_is_about_a_unit_or_a_candidate",
                condition=models.Q(unit__isnull=False, candidate__isnull=True) | models.Q(unit__isnull=True, candidate__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.user}：{self.unit or self.candidate}"


class EmergencyAccessQuerySet(models.QuerySet):
    def in_force(self, now):
        """Opened within the last day and not ended since."""
        return self.filter(was_approved=True, ended_at=None, decided_at__gt=now - EMERGENCY_LASTS)

    def waiting(self, now):
        """Asked within the last day and not answered."""
        return self.filter(decided_at=None, asked_at__gt=now - EMERGENCY_LASTS)


class EmergencyAccess(models.Model):
    """The party office reads the kept texts about one candidate for a day: asked with a reason, opened by somebody else.

    It lasts EMERGENCY_LASTS from the decision, never longer; there is no field that could say otherwise.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="查阅人", on_delete=models.PROTECT, related_name="+")
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="emergencies"
    )
    reason = models.CharField("事由", max_length=200)
    asked_at = models.DateTimeField("提出时间")
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="核准人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    decided_at = models.DateTimeField("核准时间", null=True, blank=True)
    was_approved = models.BooleanField("已核准", default=False)
    ended_at = models.DateTimeField("提前结束时间", null=True, blank=True)

    objects = EmergencyAccessQuerySet.as_manager()

    class Meta:
        verbose_name = "紧急查阅"
        verbose_name_plural = "紧急查阅"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.CheckConstraint(
                name="who_asks_in_an_emergency_does_not_open",
                condition=models.Q(decided_by__isnull=True) | ~models.Q(decided_by=models.F("user")),
            ),
            models.CheckConstraint(
                name="an_emergency_is_opened_by_somebody",
                condition=models.Q(was_approved=False) | models.Q(decided_by__isnull=False, decided_at__isnull=False),
            ),
            models.CheckConstraint(
                name="an_emergency_has_a_reason",
                condition=~models.Q(reason=""),
            ),
        ]

    def __str__(self):
        return f"{self.user}：{self.candidate}"

    @property
    def until_at(self):
        """When it ended or will end; None while it was not opened."""
        if not self.was_approved:
            return None
        return self.ended_at or self.decided_at + EMERGENCY_LASTS


class AccessEntry(models.Model):
    """Who looked at, exported or printed what, when, from where; append-only, kept at least 184 days."""

    at = models.DateTimeField("时间", db_index=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="查阅人", on_delete=models.PROTECT, related_name="+")
    action = models.CharField("方式", max_length=20)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", null=True, blank=True, on_delete=models.PROTECT, related_name="access_entries"
    )
    what = models.CharField("内容", max_length=120, blank=True)
    people_count = models.PositiveIntegerField("人数", null=True, blank=True)
    reason = models.CharField("事由", max_length=200, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True, blank=True)

    class Meta:
        verbose_name = "查阅记录"
        verbose_name_plural = "查阅记录"
        ordering = ["-at", "-pk"]
