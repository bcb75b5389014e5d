"""How people are told beside and around the digests: rules, pauses, notices, calendar feeds, group robots (notice R9)."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from recruitment.scope import scope_of


class ReminderRule(models.Model):
    """When and whom to tell of one kind of due; the row with an empty kind holds for every kind without its own.

    Days count from the due day: ``lead_days`` before it, the others after it (negative ones before). Nobody in a field
    means never. The words of recruitment and of the verbs that open dues are the kinds.
    """

    kind = models.CharField("事项", max_length=40, unique=True, blank=True)
    lead_days = models.JSONField("提前几天提醒", default=list)
    repeat_days = models.PositiveSmallIntegerField("逾期后每几天再提醒", default=7)
    deputy_from = models.SmallIntegerField("副书记、组织委员自第几天起", null=True, blank=True)
    mentor_from = models.SmallIntegerField("培养联系人自第几天起", null=True, blank=True)
    office_from = models.SmallIntegerField("党办自第几天起", null=True, blank=True)
    member_from = models.SmallIntegerField("分管党委委员自第几天起", null=True, blank=True)
    by_mail = models.BooleanField("发邮件", default=True)
    by_notice = models.BooleanField("站内消息", default=True)
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "提醒规则"
        verbose_name_plural = "提醒规则"
        ordering = ["kind"]

    def __str__(self):
        return self.kind or "其他各项"


class SnoozeQuerySet(models.QuerySet):
    def on(self, day):
        """Pauses that still hold on ``day``; on ``until_on`` the reminders speak again."""
        return self.filter(ended_at__isnull=True, until_on__gt=day)

    def of_open_dues(self):
        """Pauses of open dues, run out ones too, unless they were ended early; one a due."""
        return self.filter(ended_at__isnull=True, due__settled_at__isnull=True)

    def visible_to(self, user):
        """Pauses of dues this user may know of."""
        return self.filter(due__in=self.model._meta.get_field("due").related_model.objects.visible_to(user))


class Snooze(models.Model):
    """Reminders to those who owe a due rest until ``until_on``; the duty, its day and what is told upward do not."""

    due = models.ForeignKey("recruitment.Due", verbose_name="待办", on_delete=models.CASCADE, related_name="snoozes")
    reason = models.CharField("原因", max_length=100)
    until_on = models.DateField("恢复提醒日")
    asked_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="办理人", on_delete=models.PROTECT, related_name="+")
    asked_at = models.DateTimeField("时间")
    ended_at = models.DateTimeField("提前结束", null=True, blank=True)

    objects = SnoozeQuerySet.as_manager()

    class Meta:
        verbose_name = "暂缓提醒"
        verbose_name_plural = "暂缓提醒"
        ordering = ["-asked_at", "-pk"]
        constraints = [
            models.UniqueConstraint(name="one_running_snooze_per_due", fields=["due"], condition=models.Q(ended_at__isnull=True))
        ]

    def __str__(self):
        return f"{self.due} 至 {self.until_on}"


class NoticeKind(models.TextChoices):
    """What a notice is about."""

    REMINDER = "reminder", "提醒"
    NUDGE = "nudge", "催办"
    ALARM = "alarm", "告警"
    NEWS = "news", "消息"


class NoticeQuerySet(models.QuerySet):
    def visible_to(self, user):
        """A notice is for its recipient only."""
        return self.filter(recipient_id=user.pk)

    def unread(self):
        """Notices nobody has opened yet."""
        return self.filter(read_at__isnull=True)


class Notice(models.Model):
    """A line inside the site for one login. It names no person: who it is about is behind the link, within the reader's reach."""

    recipient = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="收件人", on_delete=models.CASCADE, related_name="notices")
    kind = models.CharField("种类", max_length=10, choices=NoticeKind.choices, default=NoticeKind.NEWS)
    key = models.CharField(max_length=80)
    text = models.CharField("内容", max_length=200)
    path = models.CharField("链接", max_length=200, blank=True)
    at = models.DateTimeField("时间")
    read_at = models.DateTimeField("已读", null=True, blank=True)

    objects = NoticeQuerySet.as_manager()

    class Meta:
        verbose_name = "站内消息"
        verbose_name_plural = "站内消息"
        ordering = ["-at", "-pk"]
        constraints = [models.UniqueConstraint(name="one_notice_per_recipient_and_key", fields=["recipient", "key"])]
        indexes = [models.Index(fields=["recipient", "-at"], name="notice_by_recipient")]

    def __str__(self):
        return self.text


class CalendarFeed(models.Model):
    """A person's private calendar address. Only a digest of its secret is kept: the address is shown once, when it is made."""

    user = models.OneToOneField(settings.AUTH_USER_MODEL, verbose_name="账号", on_delete=models.CASCADE, related_name="calendar_feed")
    secret_hash = models.CharField(max_length=64, unique=True)
    made_at = models.DateTimeField("生成时间")
    read_at = models.DateTimeField("最近读取", null=True, blank=True)

    class Meta:
        verbose_name = "日历订阅"
        verbose_name_plural = "日历订阅"

    def __str__(self):
        return f"{self.user} 的日历"


class RobotKind(models.TextChoices):
    """Whose group robot."""

    WECOM = "wecom", "企业微信"
    DINGTALK = "dingtalk", "钉钉"
    FEISHU = "feishu", "飞书"


class RobotQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Robots are the party office's business."""
        within = models.Q(pk__in=())
        for post in scope_of(user).posts:
            if post.office == "party_office" and post.unit_path:
                within |= models.Q(unit__path__startswith=post.unit_path)
        return self.filter(within)


class Robot(models.Model):
    """A group robot that is told numbers and a link on workdays, never a name; off until the office turns it on."""

    name = models.CharField("群名称", max_length=60)
    kind = models.CharField("平台", max_length=10, choices=RobotKind.choices)
    unit = models.ForeignKey("branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="robots")
    address = models.URLField("机器人地址", max_length=500)
    secret = models.CharField("加签密钥", max_length=200, blank=True)
    is_on = models.BooleanField("启用", default=False)
    told_on = models.DateField("最近发送", null=True, blank=True)
    reply = models.CharField("最近答复", max_length=300, blank=True)
    history = HistoricalRecords(verbose_name="变更历史", excluded_fields=["address", "secret", "told_on", "reply"])

    objects = RobotQuerySet.as_manager()

    class Meta:
        verbose_name = "群机器人"
        verbose_name_plural = "群机器人"
        ordering = ["name"]

    def __str__(self):
        return self.name
