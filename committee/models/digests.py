"""What was told to whom: one row per recipient, local day and kind; the database is the truth, Celery the alarm clock."""

from django.conf import settings
from django.db import models


class DigestKind(models.TextChoices):
    """How often and for whom."""

    DAILY = "daily", "每日提醒"
    WEEKLY = "weekly", "每周汇总"
    MONTHLY = "monthly", "每月汇总"
    NUDGE = "nudge", "催办"


class DigestState(models.TextChoices):
    """Where a digest stands (reliability: due → claimed → transmitting → sent, or visibly otherwise)."""

    DUE = "due", "待发"
    CLAIMED = "claimed", "已认领"
    TRANSMITTING = "transmitting", "正在发送"
    SENT = "sent", "已发"
    FAILED = "failed", "发送失败"
    UNCERTAIN = "uncertain", "是否送达不明"
    SUPERSEDED = "superseded", "不再需要"


# Nobody has to do anything any more about a digest in one of these states.
FINISHED = (DigestState.SENT, DigestState.FAILED, DigestState.SUPERSEDED)
# A digest in one of these states has told its recipient what it lists; what is uncertain is said once more another day.
TOLD = (DigestState.SENT, DigestState.TRANSMITTING)


class DigestQuerySet(models.QuerySet):
    def unfinished(self):
        """Digests that some worker still has to carry to an end."""
        return self.filter(state__in=(DigestState.DUE, DigestState.CLAIMED, DigestState.TRANSMITTING))


class Digest(models.Model):
    """One person's mail of one day and kind.

    ``attempt`` is the fence that a late worker cannot pass; ``lost_claims`` counts the workers that died with it.
    ``body`` holds the bytes from the first transmission until the end, ``about`` the candidates they name, ``reply`` what
    the server or the sender last said.
    """

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.PROTECT, related_name="digests")
    local_date = models.DateField("日期")
    kind = models.CharField("种类", max_length=10, choices=DigestKind.choices)
    state = models.CharField("状态", max_length=14, choices=DigestState.choices, default=DigestState.DUE)
    created_at = models.DateTimeField("生成时间")
    not_before_at = models.DateTimeField("不早于")
    lease_until_at = models.DateTimeField("认领到期", null=True, blank=True)
    attempt = models.PositiveSmallIntegerField("次数", default=0)
    lost_claims = models.PositiveSmallIntegerField("中断次数", default=0)
    address = models.EmailField("发往地址", blank=True)
    asked_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="催办人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    transmitting_at = models.DateTimeField("开始发送", null=True, blank=True)
    message_id = models.CharField("Message-ID", max_length=120, blank=True)
    body = models.BinaryField("邮件字节", null=True, blank=True)
    about = models.JSONField("涉及的培养对象", default=list, blank=True)
    body_hash = models.CharField("邮件校验", max_length=64, blank=True)
    item_count = models.PositiveIntegerField("事项数", default=0)
    sent_at = models.DateTimeField("发送时间", null=True, blank=True)
    reply = models.CharField("服务器答复", max_length=300, blank=True)
    bounced_at = models.DateTimeField("退信时间", null=True, blank=True)
    bounce = models.CharField("退信原因", max_length=300, blank=True)

    objects = DigestQuerySet.as_manager()

    class Meta:
        verbose_name = "提醒邮件"
        verbose_name_plural = "提醒邮件"
        ordering = ["-local_date", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_digest_per_person_day_and_kind", fields=["recipient", "local_date", "kind"])
        ]
        indexes = [
            models.Index(
                fields=["not_before_at", "lease_until_at"],
                name="unfinished_digests",
                condition=models.Q(state__in=["due", "claimed", "transmitting", "uncertain"]),
            ),
            models.Index(fields=["local_date", "state"], name="digest_by_day_and_state"),
        ]

    def __str__(self):
        return f"{self.get_kind_display()} {self.local_date}"


class DigestRun(models.Model):
    """The digests of one local day and hour have been created, or skipped because the day was over; once per day and hour."""

    local_date = models.DateField("日期")
    hour = models.PositiveSmallIntegerField("时")
    created_at = models.DateTimeField("时间")
    digest_count = models.PositiveIntegerField("应发", default=0)
    was_skipped = models.BooleanField("当日未发", default=False)

    class Meta:
        verbose_name = "提醒批次"
        verbose_name_plural = "提醒批次"
        ordering = ["-local_date", "-hour"]
        constraints = [models.UniqueConstraint(name="one_digest_run_per_day_and_hour", fields=["local_date", "hour"])]

    def __str__(self):
        return f"{self.local_date} {self.hour} 时"


class Pulse(models.Model):
    """When a background task last came to its end; a pulse that stopped is how a silent night is noticed."""

    name = models.CharField("任务", max_length=40, primary_key=True)
    beat_at = models.DateTimeField("时间")

    class Meta:
        verbose_name = "任务心跳"
        verbose_name_plural = "任务心跳"

    def __str__(self):
        return self.name


class DeliveryAlarm(models.Model):
    """The dead man's switch went off for a day: what was due and what was sent differ; raised once."""

    local_date = models.DateField("日期", unique=True)
    raised_at = models.DateTimeField("时间")
    text = models.CharField("内容", max_length=300)
    mailed_to = models.CharField("已通知", max_length=300, blank=True)

    class Meta:
        verbose_name = "提醒告警"
        verbose_name_plural = "提醒告警"
        ordering = ["-local_date"]

    def __str__(self):
        return self.text


class DigestItem(models.Model):
    """A due that a digest told of; how often somebody was reminded is counted from here."""

    digest = models.ForeignKey(Digest, on_delete=models.CASCADE, related_name="items")
    due = models.ForeignKey("recruitment.Due", on_delete=models.CASCADE, related_name="told")
    is_reminder = models.BooleanField("当日应提醒", default=True)
    is_named = models.BooleanField("写明对象", default=True)

    class Meta:
        verbose_name = "提醒事项"
        verbose_name_plural = "提醒事项"
        constraints = [models.UniqueConstraint(name="a_due_once_per_digest", fields=["digest", "due"])]

    def __str__(self):
        return f"{self.digest_id}: {self.due_id}"


class MailboxMessage(models.Model):
    """A mail kept instead of sent, where no mail server is configured; the mailbox page shows it."""

    received_at = models.DateTimeField("时间", auto_now_add=True)
    to = models.CharField("收件人", max_length=254, db_index=True)
    subject = models.CharField("主题", max_length=300)
    message_id = models.CharField("Message-ID", max_length=200, db_index=True)
    raw = models.BinaryField("原文")

    class Meta:
        verbose_name = "信箱邮件"
        verbose_name_plural = "信箱邮件"
        ordering = ["-received_at", "-pk"]

    def __str__(self):
        return self.subject
