"""The candidate: one person's road in one unit, and a person's no."""

import uuid

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords

from branches.pinyin import folded
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage


class CandidateQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Candidates this user may know of; the one fence every read goes through (notice R1).

        People who declined are visible to nobody, and nobody sees the file about themselves.
        """
        return self.filter(scope_of(user).candidates())

    def on_the_road(self):
        """Candidates whose road goes on."""
        return self.filter(state=RoadState.ACTIVE)

    def applied(self):
        """Candidates who have handed in an application."""
        return self.filter(stage__gte=Stage.APPLICANT)

    def search(self, text):
        """Candidates by name, pinyin, initials or exact staff number of the person."""
        text, latin = text.strip(), folded(text)
        return self.filter(
            models.Q(person__name__contains=text)
            | models.Q(person__pinyin__startswith=latin)
            | models.Q(person__initials__startswith=latin)
            | models.Q(person__staff_number=text)
        )


class Candidate(models.Model):
    """A person in the care of a unit. ``version`` rises with every act; forms carry the one they were opened with."""

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="candidacies")
    unit = models.ForeignKey("branches.Unit", verbose_name="党支部", on_delete=models.PROTECT, related_name="candidates")
    unit_path = models.CharField(max_length=200, db_index=True, editable=False)
    stage = models.PositiveSmallIntegerField("阶段", choices=Stage.choices, default=Stage.PROSPECT)
    state = models.CharField("状态", max_length=12, choices=RoadState.choices, default=RoadState.ACTIVE)
    steps_done = models.PositiveIntegerField("已办结步骤", default=0, editable=False, help_text="第 n 步办结则第 n−1 位为 1。")
    last_step = models.PositiveSmallIntegerField("最近办结步骤", default=0, editable=False)
    applied_on = models.DateField("申请入党时间", null=True, blank=True, editable=False)
    activist_on = models.DateField("确定积极分子时间", null=True, blank=True, editable=False)
    target_on = models.DateField("列为发展对象时间", null=True, blank=True, editable=False)
    probation_from_on = models.DateField("预备期起", null=True, blank=True, editable=False)
    probation_ends_on = models.DateField("预备期止", null=True, blank=True, editable=False)
    last_talk_on = models.DateField("上次谈话", null=True, blank=True, editable=False)
    key_year = models.PositiveSmallIntegerField("年度重点对象（年）", null=True, blank=True)
    # Derived from the plans in force by recruitment.actions.planned, so that facts need no query for it: {"15": "2027-06-30"}.
    planned_days = models.JSONField("计划日", default=dict, blank=True, editable=False)
    version = models.PositiveIntegerField(default=0, editable=False)
    opened_at = models.DateTimeField("建档时间")
    # When a no was so old that it no longer keeps the person out; the file behind it stays hidden.
    forgotten_at = models.DateTimeField(null=True, blank=True, editable=False)
    history = HistoricalRecords(
        verbose_name="变更历史", excluded_fields=["unit_path", "steps_done", "planned_days", "version", "forgotten_at"]
    )

    objects = CandidateQuerySet.as_manager()

    class Meta:
        verbose_name = "培养对象"
        verbose_name_plural = "培养对象"
        ordering = ["-pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_open_road_per_person",
                fields=["person"],
                condition=models.Q(state__in=[RoadState.ACTIVE, RoadState.DECLINED, RoadState.OTHER_PARTY], forgotten_at=None),
                violation_error_message="此人已在册。",
            ),
        ]
        indexes = [
            models.Index(fields=["unit", "stage"], name="candidate_by_unit_and_stage"),
            models.Index(fields=["state", "stage"], name="candidate_by_state_and_stage"),
        ]

    def __str__(self):
        return self.person.name

    def has_done(self, step):
        """True when step ``step`` (1–25) is on record."""
        return bool(self.steps_done >> (step - 1) & 1)


class Decline(models.Model):
    """A person's no. It has no reason field; only a keyed fingerprint stays, to prevent re-adding (notice R6)."""

    candidate = models.OneToOneField(Candidate, null=True, on_delete=models.PROTECT, related_name="decline")
    fingerprint = models.CharField(max_length=64, unique=True)
    declined_at = models.DateTimeField()
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    lifted_at = models.DateTimeField(null=True, blank=True)
    erased_at = models.DateTimeField(null=True, blank=True)

    class Meta:
        verbose_name = "暂无意愿"
        verbose_name_plural = "暂无意愿"
