"""Facts about a road: recorded steps, reviews, opinions and special situations; superseded, never edited."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from recruitment.scope import scope_of
from recruitment.stages import Body, Conclusion, ReviewKind, SituationKind


class FactQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Facts about candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def standing(self):
        """Facts that have not been superseded."""
        return self.filter(superseded_at__isnull=True)

    def known_at(self, instant):
        """Facts as they stood in the books at ``instant``: recorded by then, not superseded by then."""
        superseded_later = models.Q(superseded_at__isnull=True) | models.Q(superseded_at__gt=instant)
        return self.filter(superseded_later, recorded_at__lte=instant)


class Fact(models.Model):
    """What every fact carries: whose, who typed it and when, and whether it was superseded and why.

    ``form_token`` is the token of the form that sent it: two clicks are one record.
    """

    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="填报人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("填报时间")
    superseded_at = models.DateTimeField("更正时间", null=True, blank=True)
    superseded_by = models.ForeignKey("self", null=True, blank=True, on_delete=models.PROTECT, related_name="supersedes")
    superseded_by_user = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="更正人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    supersede_reason = models.CharField("更正原因", max_length=200, blank=True)

    objects = FactQuerySet.as_manager()

    class Meta:
        abstract = True


class StepRecord(Fact):
    """One of the twenty-five steps as decided; the fields are those of recruitment.facts.StepFact."""

    step = models.PositiveSmallIntegerField("步骤", validators=[MinValueValidator(1), MaxValueValidator(25)])
    decided_on = models.DateField("日期")
    body = models.CharField("决定机构", max_length=32, choices=Body.choices, blank=True)
    conclusion = models.CharField("结论", max_length=12, choices=Conclusion.choices, default=Conclusion.DONE)
    unit = models.ForeignKey(
        "branches.Unit", verbose_name="决定的党组织", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    eligible = models.PositiveSmallIntegerField("应到会有表决权党员", null=True, blank=True)
    present = models.PositiveSmallIntegerField("实到会有表决权党员", null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField("赞成", null=True, blank=True)
    against = models.PositiveSmallIntegerField("反对", null=True, blank=True)
    abstained = models.PositiveSmallIntegerField("弃权", null=True, blank=True)
    written = models.PositiveSmallIntegerField("其中书面意见", null=True, blank=True)
    publicity_from_on = models.DateField("公示起", null=True, blank=True)
    publicity_until_on = models.DateField("公示止", null=True, blank=True)
    listed_on = models.DateField("列为发展对象日期", null=True, blank=True)
    starts_on = models.DateField("培训起", null=True, blank=True)
    ends_on = models.DateField("培训止", null=True, blank=True)
    hours = models.PositiveSmallIntegerField("学时", null=True, blank=True)
    days = models.PositiveSmallIntegerField("天数", null=True, blank=True)
    extended_until_on = models.DateField("预备期延长至", null=True, blank=True)
    form_number = models.CharField("入党志愿书编号", max_length=40, blank=True)
    document_number = models.CharField("文号", max_length=60, blank=True)
    documents = models.JSONField("材料", default=list, blank=True)
    exception_reason = models.CharField("例外理由", max_length=200, blank=True)
    late_reason = models.CharField("迟办原因", max_length=200, blank=True)
    rule_set = models.CharField("适用细则", max_length=4, blank=True)
    batch = models.ForeignKey(
        "recruitment.ImportBatch", verbose_name="导入批次", null=True, blank=True, on_delete=models.PROTECT, related_name="steprecords"
    )
    remark = models.CharField("备注", max_length=200, blank=True)

    class Meta:
        verbose_name = "步骤记录"
        verbose_name_plural = "步骤记录"
        ordering = ["step", "decided_on", "pk"]
        constraints = [
            models.CheckConstraint(name="step_is_one_of_twenty_five", condition=models.Q(step__gte=1, step__lte=25)),
            models.CheckConstraint(
                name="present_not_more_than_eligible",
                condition=models.Q(present__isnull=True) | models.Q(present__lte=models.F("eligible")),
            ),
        ]
        indexes = [models.Index(fields=["candidate", "step"], name="record_by_candidate_and_step")]

    def __str__(self):
        return f"第 {self.step} 步 {self.decided_on}"


class StepPerson(models.Model):
    """A person named in a step: mentor, recommender, talker; the standing is kept as it was that day."""

    record = models.ForeignKey(StepRecord, on_delete=models.PROTECT, related_name="persons")
    person = models.ForeignKey("branches.Person", verbose_name="人员", on_delete=models.PROTECT, related_name="+")
    standing = models.CharField("当时政治面貌", max_length=12)
    was_suspended = models.BooleanField(default=False)

    class Meta:
        verbose_name = "步骤中的人员"
        verbose_name_plural = "步骤中的人员"
        constraints = [models.UniqueConstraint(name="a_person_once_per_step_record", fields=["record", "person"])]


class PeriodicReview(Fact):
    """The branch's half-yearly review of an activist, or a check during probation (Art. 11; notice C4)."""

    kind = models.CharField("种类", max_length=8, choices=ReviewKind.choices, default=ReviewKind.REVIEW)
    reviewed_on = models.DateField("考察日期")
    window = models.PositiveSmallIntegerField("第几次", default=0)
    during_probation = models.BooleanField("预备期考察", default=False)
    conclusion = models.TextField("考察意见", max_length=500, blank=True)
    evidence = models.TextField("日常工作表现", max_length=500, blank=True)
    late_reason = models.CharField("迟办原因", max_length=200, blank=True)

    class Meta:
        verbose_name = "半年考察"
        verbose_name_plural = "半年考察"
        ordering = ["reviewed_on", "pk"]


class MentorOpinion(Fact):
    """A mentor's half-yearly opinion (notice B2)."""

    mentor = models.ForeignKey("branches.Person", verbose_name="培养联系人", on_delete=models.PROTECT, related_name="+")
    given_on = models.DateField("日期")
    window = models.PositiveSmallIntegerField("第几次", default=0)
    opinion = models.TextField("意见", max_length=500)

    class Meta:
        verbose_name = "培养联系人意见"
        verbose_name_plural = "培养联系人意见"
        ordering = ["given_on", "pk"]


class Situation(Fact):
    """A special situation of rules.md §1.3; the fields are those of recruitment.facts.SituationFact."""

    kind = models.CharField("情形", max_length=32, choices=SituationKind.choices)
    on = models.DateField("日期")
    unit = models.ForeignKey(
        "branches.Unit", verbose_name="相关党组织", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recognised = models.BooleanField("培养时间连续计算", null=True, blank=True)
    recognised_by = models.CharField("认定依据", max_length=120, blank=True)
    until_on = models.DateField("离开或预备期满日期", null=True, blank=True)
    counts_from_on = models.DateField("培养教育起算", null=True, blank=True)
    votes = models.JSONField("表决", null=True, blank=True)
    decided_by = models.CharField("决定机构", max_length=120, blank=True)
    remark = models.CharField("说明", max_length=200, blank=True)

    class Meta:
        verbose_name = "特殊情形"
        verbose_name_plural = "特殊情形"
        ordering = ["on", "pk"]


# Facts by the word that addresses and verbs use for them.
FACT_KINDS = {"step": StepRecord, "review": PeriodicReview, "situation": Situation}
