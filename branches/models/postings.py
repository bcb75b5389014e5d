"""Posts held by persons for a time, and what HR reports about people."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from branches.offices import ADMINISTRATOR_OFFICES, BRANCH_OFFICES, MovementKind, Office


class PostingQuerySet(models.QuerySet):
    def on(self, day):
        """Posts held on ``day``: begun, and not ended by then (``ends_on`` is the first day without the post)."""
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=day))

    def acting_for_branches(self):
        """Posts that act for a branch: secretary, deputy, organisation commissioner."""
        return self.filter(office__in=BRANCH_OFFICES)


class Posting(models.Model):
    """A person in an office of a unit (or department) from ``starts_on`` until before ``ends_on`` (notice R1).

    ``succeeds`` is the posting that was handed over to this one; None where a vacant post was filled.
    """

    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="postings")
    office = models.CharField("职务", max_length=30, choices=Office.choices)
    unit = models.ForeignKey(
        "branches.Unit", verbose_name="党组织", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    department = models.ForeignKey(
        "branches.Department", verbose_name="部门", null=True, blank=True, on_delete=models.PROTECT, related_name="postings"
    )
    starts_on = models.DateField("任职起")
    ends_on = models.DateField("任职止", null=True, blank=True, help_text="从这一天起不再任职。")
    reason = models.CharField("依据", max_length=200, blank=True)
    succeeds = models.ForeignKey(
        "self", verbose_name="接替", null=True, blank=True, editable=False, on_delete=models.PROTECT, related_name="+"
    )
    history = HistoricalRecords(verbose_name="变更历史")

    objects = PostingQuerySet.as_manager()

    class Meta:
        verbose_name = "任职"
        verbose_name_plural = "任职"
        ordering = ["unit__path", "office", "starts_on"]
        constraints = [
            models.CheckConstraint(
                name="posting_ends_after_it_starts",
                condition=models.Q(ends_on__isnull=True) | models.Q(ends_on__gte=models.F("starts_on")),
                violation_error_message="任职止不能早于任职起。",
            ),
            models.UniqueConstraint(
                name="one_open_posting_per_person_office_unit",
                fields=["person", "office", "unit"],
                condition=models.Q(ends_on__isnull=True),
                violation_error_message="此人已在任此职。",
            ),
            models.UniqueConstraint(
                name="one_open_secretary_per_unit",
                fields=["unit"],
                condition=models.Q(ends_on__isnull=True, office=Office.SECRETARY),
                violation_error_message="这个党支部已有书记，请先结束前任任职。",
            ),
            models.UniqueConstraint(
                name="one_administrators_post_per_person",
                fields=["person"],
                condition=models.Q(ends_on__isnull=True, office__in=[str(office) for office in ADMINISTRATOR_OFFICES]),
                violation_error_message="系统管理员、安全管理员、审计员须由不同的人担任。",
            ),
        ]

    def __str__(self):
        """冰冻圈党支部书记: where the unit's name ends as the office begins, 党支部 is said once."""
        where, office = str(self.unit or self.department or ""), self.get_office_display()
        kind = self.unit.get_kind_display() if self.unit else ""
        return f"{where}{office.removeprefix(kind) if where.endswith(kind) else office}"


class TalentMovementQuerySet(models.QuerySet):
    def not_dealt_with(self):
        """Movements that nobody of the party office has acknowledged."""
        return self.filter(seen_at__isnull=True)

    def not_delivered(self):
        """Movements of which no work has been made for anybody yet."""
        return self.filter(delivered_at__isnull=True)


class TalentMovement(models.Model):
    """What HR reports about a person: joined, promoted, entered a programme, returned, left (notice R4).

    What the party side does with it is never shown to those who reported it. ``delivered_at`` is when a worker made
    work items of it, whether or not there were any to make.
    """

    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="movements")
    kind = models.CharField("动向", max_length=12, choices=MovementKind.choices)
    happened_on = models.DateField("日期")
    summary = models.CharField("说明", max_length=200, blank=True)
    reported_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="报送人", null=True, on_delete=models.PROTECT, related_name="+")
    reported_at = models.DateTimeField("报送时间")
    seen_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="处理人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    seen_at = models.DateTimeField("处理时间", null=True, blank=True)
    delivered_at = models.DateTimeField("送达时间", null=True, blank=True, editable=False)

    objects = TalentMovementQuerySet.as_manager()

    class Meta:
        verbose_name = "人才动向"
        verbose_name_plural = "人才动向"
        ordering = ["-happened_on", "-pk"]
        indexes = [
            models.Index(
                fields=["reported_at"], name="movements_not_dealt_with", condition=models.Q(seen_at__isnull=True)
            ),
            models.Index(
                fields=["reported_at"], name="movements_not_delivered", condition=models.Q(delivered_at__isnull=True)
            ),
        ]

    def __str__(self):
        return f"{self.person} {self.get_kind_display()}"
