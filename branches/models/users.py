"""A login; rights come from the person's posts, never from flags on the login."""

from django.contrib.auth.models import AbstractUser, UserManager
from django.db import models
from guardian.mixins import GuardianUserMixin


class DigestFrequency(models.TextChoices):
    """How often a person wants to be told; duties themselves cannot be switched off (notice R9)."""

    DAILY = "daily", "每个工作日（有到期事项时）"
    WEEKLY = "weekly", "每周一次"


class User(GuardianUserMixin, AbstractUser):
    first_name = None
    last_name = None
    person = models.OneToOneField(
        "branches.Person", verbose_name="人员", null=True, blank=True, on_delete=models.PROTECT, related_name="user"
    )
    must_change_password = models.BooleanField("须修改初始密码", default=False)
    first_password_until_at = models.DateTimeField("初始密码有效至", null=True, blank=True, editable=False)
    password_set_at = models.DateTimeField("密码设定时间", null=True, blank=True, editable=False)
    digest_frequency = models.CharField(
        "提醒邮件频次", max_length=10, choices=DigestFrequency.choices, default=DigestFrequency.DAILY
    )

    objects = UserManager()
    REQUIRED_FIELDS = []

    class Meta:
        verbose_name = "登录账号"
        verbose_name_plural = "登录账号"
        constraints = [
            # Django would answer yes to every question about one; rights come from posts alone.
            models.CheckConstraint(
                name="nobody_is_a_superuser",
                condition=models.Q(is_superuser=False),
                violation_error_message="本系统没有超级用户，权限来自任职。",
            ),
        ]

    def __str__(self):
        return self.display_name

    @property
    def display_name(self):
        """The person's name, else the login name."""
        return self.person.name if self.person_id else self.username
