"""The exchange between office and branch about a key candidate of the year, step by step (notice R5, R7)."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q

from recruitment.scope import scope_of


class ConsultationKind(models.TextChoices):
    """What a contribution is: before the step guidance and the check of papers, after it the confirmation."""

    GUIDANCE = "guidance", "办前指导"
    REPLY = "reply", "支部说明"
    CONFIRMATION = "confirmation", "办后确认"


class ConsultationQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Contributions about candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))


class Consultation(models.Model):
    """One contribution to the exchange about one step; written once, never edited."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="年度重点对象", on_delete=models.PROTECT, related_name="consultations"
    )
    step = models.PositiveSmallIntegerField("步骤", validators=[MinValueValidator(1), MaxValueValidator(25)])
    kind = models.CharField("种类", max_length=12, choices=ConsultationKind.choices)
    text = models.CharField("内容", max_length=500, blank=True)
    papers = models.JSONField("已核对的材料", default=list, blank=True)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("填写时间")

    objects = ConsultationQuerySet.as_manager()

    class Meta:
        verbose_name = "逐环节沟通"
        verbose_name_plural = "逐环节沟通"
        ordering = ["step", "written_at", "pk"]
        constraints = [
            models.CheckConstraint(
                name="consultation_step_is_one_of_twenty_five", condition=Q(step__gte=1, step__lte=25)
            )
        ]
        indexes = [models.Index(fields=["candidate", "step"], name="consultation_by_step")]

    def __str__(self):
        return f"{self.candidate} 第 {self.step} 步 {self.get_kind_display()}"
