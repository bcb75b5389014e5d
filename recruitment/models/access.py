"""Explicit exceptions to what posts allow, and who looked at what."""

from django.conf import settings
from django.db import models
from guardian.models import UserObjectPermissionBase


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
