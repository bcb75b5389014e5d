"""What logging in leaves behind: sessions, counted guesses, second factors, former passwords, institute accounts."""

import uuid

from django.conf import settings
from django.contrib.sessions.base_session import AbstractBaseSession
from django.db import models
from django.utils.module_loading import import_string


class Session(AbstractBaseSession):
    """A session that knows whose it is, so that it can be listed and ended; ``expire_date`` is when it ends."""

    code = models.UUIDField("编号", unique=True, default=uuid.uuid4, editable=False)
    user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="账号", null=True, on_delete=models.CASCADE, related_name="sessions"
    )
    begun_at = models.DateTimeField("登录时间", null=True)
    seen_at = models.DateTimeField("最近操作", null=True)
    browser = models.CharField("设备", max_length=60, blank=True)
    address = models.GenericIPAddressField("来源地址", null=True)

    class Meta(AbstractBaseSession.Meta):
        verbose_name = "登录会话"
        verbose_name_plural = "登录会话"

    @classmethod
    def get_session_store_class(cls):
        return import_string(f"{settings.SESSION_ENGINE}.SessionStore")


class GuessCount(models.Model):
    """Wrong guesses at one door (password or code) of one account, since ``began_at``; counted before they are judged.

    ``account`` is a keyed digest of the name typed, so that the table names nobody, and no password that somebody
    typed into the wrong field. ``device`` is "" for browsers that never logged in to this account.
    """

    door = models.CharField(max_length=10)
    account = models.CharField(max_length=64)
    device = models.CharField(max_length=32, blank=True)
    began_at = models.DateTimeField(db_index=True)
    count = models.PositiveIntegerField(default=0)

    class Meta:
        verbose_name = "登录尝试"
        verbose_name_plural = "登录尝试"
        constraints = [
            models.UniqueConstraint(name="one_count_per_door_account_device", fields=["door", "account", "device"])
        ]


class SecondFactor(models.Model):
    """The key of a user's authenticator app, encrypted; codes up to ``last_step`` are spent."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="second_factor"
    )
    secret = models.CharField(max_length=200)
    last_step = models.BigIntegerField(default=0)
    set_up_at = models.DateTimeField("启用时间")

    class Meta:
        verbose_name = "动态验证码"
        verbose_name_plural = "动态验证码"


class RecoveryCode(models.Model):
    """One code for the day on which the phone is lost; only its keyed digest is stored."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="recovery_codes")
    digest = models.CharField(max_length=64)
    used_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name = "恢复码"
        verbose_name_plural = "恢复码"
        constraints = [models.UniqueConstraint(name="one_recovery_code_per_digest", fields=["user", "digest"])]


class FormerPassword(models.Model):
    """The hash of a password that a user had; kept only where the rules forbid to take it again."""

    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="former_passwords")
    password = models.CharField(max_length=128)
    replaced_at = models.DateTimeField()

    class Meta:
        verbose_name = "曾用密码"
        verbose_name_plural = "曾用密码"
        ordering = ["-replaced_at", "-pk"]


class InstituteAccount(models.Model):
    """The account at the institute's provider (OpenID Connect) that opens a login; the first entry ties them."""

    user = models.OneToOneField(
        settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="institute_account"
    )
    issuer = models.CharField(max_length=200)
    subject = models.CharField(max_length=255)
    tied_at = models.DateTimeField("关联时间")

    class Meta:
        verbose_name = "统一认证账号"
        verbose_name_plural = "统一认证账号"
        constraints = [models.UniqueConstraint(name="one_login_per_institute_account", fields=["issuer", "subject"])]
