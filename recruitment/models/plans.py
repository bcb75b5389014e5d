"""The annual development plan of a branch: draft, versions as submitted, planned persons, the consultation about it (notice T2, T3, R5)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Count, F, OuterRef, Q, Subquery
from django.db.models.functions import Coalesce
from simple_history.models import HistoricalRecords

from branches.offices import Office
from recruitment.planning import PERSON_AIMS, Part, Period, PlanState, RemarkKind
from recruitment.scope import SUBTREE_OFFICES, scope_of
from recruitment.stages import RoadState

# The committee reviews plans: its members read those of the units below it, of persons only their own contacts.
READING_OFFICES = (*SUBTREE_OFFICES, Office.COMMITTEE_MEMBER)


def paths_of_plans(user):
    """Prefixes of the paths of units whose plans ``user`` may read."""
    scope = scope_of(user)
    held = [post.unit_path for post in scope.posts if post.office in READING_OFFICES and post.unit_path]
    return tuple(dict.fromkeys((*held, *scope.granted_paths)))


class Determinations(models.Model):
    """The four determinations 四定: by what standard, to what goal, how many, by when; and who studied them."""

    standard = models.TextField("定标准", max_length=1000, blank=True)
    goal = models.TextField("定目标", max_length=1000, blank=True)
    applications = models.PositiveSmallIntegerField("新递交申请", null=True, blank=True)
    activists = models.PositiveSmallIntegerField("确定积极分子", null=True, blank=True)
    targets = models.PositiveSmallIntegerField("列为发展对象", null=True, blank=True)
    admissions = models.PositiveSmallIntegerField("接收预备党员", null=True, blank=True)
    conversions = models.PositiveSmallIntegerField("转为正式党员", null=True, blank=True)
    limits = models.TextField("定时限", max_length=1000, blank=True)
    studied_on = models.DateField("支委会研究日期", null=True, blank=True)
    present = models.PositiveSmallIntegerField("到会", null=True, blank=True)
    in_favour = models.PositiveSmallIntegerField("同意", null=True, blank=True)

    class Meta:
        abstract = True


class PlanQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Plans of the units that the user's posts and unit grants are over; a tie to one person shows no plan."""
        within = Q(pk__in=())
        for path in paths_of_plans(user):
            within |= Q(unit__path__startswith=path)
        return self.filter(within)

    def with_waiting(self):
        """Plans with ``waiting``: how many remarks of the office wait for the branch, none about people who said no."""
        remarks = PlanRemark.objects.waiting().filter(plan=OuterRef("pk"))
        remarks = remarks.filter(Q(candidate__isnull=True) | ~Q(candidate__state=RoadState.DECLINED))
        counted = remarks.order_by().values("plan").annotate(count=Count("pk")).values("count")
        return self.annotate(waiting=Coalesce(Subquery(counted), 0))

    def in_force(self):
        """Plans that the committee has reviewed and whose year has not been closed."""
        return self.filter(reviewed_number__isnull=False, closed_on__isnull=True)


class DevelopmentPlan(Determinations):
    """One branch's plan of one year: the draft and how far it has come.

    ``number`` counts the versions submitted (0: none yet); ``reviewed_number`` is the one in force, the last that the
    committee reviewed, and stays so while a later one is under way. ``admissions_in_force`` is the yearly number that
    admissions are held to (notice G1). ``version`` rises with every act; forms carry the one they were opened with.
    """

    unit = models.ForeignKey("branches.Unit", verbose_name="党支部", on_delete=models.PROTECT, related_name="plans")
    year = models.PositiveSmallIntegerField("年度")
    state = models.CharField("进展", max_length=12, choices=PlanState.choices, default=PlanState.DRAFT)
    number = models.PositiveSmallIntegerField("已报稿数", default=0, editable=False)
    reviewed_number = models.PositiveSmallIntegerField("审议通过的稿次", null=True, blank=True, editable=False)
    admissions_in_force = models.PositiveSmallIntegerField("执行的接收人数", null=True, blank=True)
    submitted_on = models.DateField("报党办日期", null=True, blank=True)
    reply_by_on = models.DateField("回应意见期限", null=True, blank=True)
    agreed_on = models.DateField("党办同意日期", null=True, blank=True)
    reviewed_on = models.DateField("党委审议日期", null=True, blank=True)
    reported_on = models.DateField("报分院日期", null=True, blank=True)
    report_number = models.CharField("报送文号", max_length=60, blank=True)
    return_reason = models.CharField("退回原因", max_length=300, blank=True)
    closed_on = models.DateField("年度结束", null=True, blank=True)
    version = models.PositiveIntegerField(default=0, editable=False)
    drafted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="拟定人", on_delete=models.PROTECT, related_name="+"
    )
    drafted_at = models.DateTimeField("拟定时间")
    history = HistoricalRecords(verbose_name="变更历史", excluded_fields=["version"])

    objects = PlanQuerySet.as_manager()

    class Meta:
        verbose_name = "年度发展计划"
        verbose_name_plural = "年度发展计划"
        ordering = ["-year", "unit__path"]
        constraints = [models.UniqueConstraint(name="one_plan_per_unit_and_year", fields=["unit", "year"])]

    def __str__(self):
        return f"{self.unit.short_name} {self.year} 年度发展计划"


class PlanVersion(Determinations):
    """The four determinations as they were submitted; written once. Its persons are those of its number."""

    plan = models.ForeignKey(
        DevelopmentPlan, verbose_name="年度发展计划", on_delete=models.PROTECT, related_name="versions"
    )
    number = models.PositiveSmallIntegerField("稿次")
    submitted_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="报送人", on_delete=models.PROTECT, related_name="+"
    )
    submitted_at = models.DateTimeField("报送时间")

    class Meta:
        verbose_name = "年度发展计划报送稿"
        verbose_name_plural = "年度发展计划报送稿"
        ordering = ["-number"]
        constraints = [models.UniqueConstraint(name="one_plan_version_per_number", fields=["plan", "number"])]

    def __str__(self):
        return f"第 {self.number} 稿"


class PlannedPersonQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Persons in plans within reach who are themselves within reach: nobody who declined, and not oneself."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def standing(self):
        """Rows of the current draft."""
        return self.filter(until__isnull=True)

    def of_version(self, number):
        """Rows of the version ``number`` (an int or an F)."""
        return self.filter(since__lte=number).filter(Q(until__isnull=True) | Q(until__gt=number))

    def in_force(self):
        """Rows of the versions that the committee reviewed, of years not closed, for people still in the plan's branch."""
        reviewed = self.filter(plan__reviewed_number__isnull=False, plan__closed_on__isnull=True)
        reviewed = reviewed.filter(candidate__unit=F("plan__unit"))
        return reviewed.of_version(F("plan__reviewed_number"))


class PlannedPerson(models.Model):
    """That a plan names a candidate, what the candidate is to come to, and by when; changed by a new row only.

    The row belongs to the versions from ``since`` until before ``until`` (None: it still stands). A row whose two are
    equal belongs to none: it was taken back before it was submitted, or the person has said no.
    """

    plan = models.ForeignKey(
        DevelopmentPlan, verbose_name="年度发展计划", on_delete=models.PROTECT, related_name="people"
    )
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="人选", on_delete=models.PROTECT, related_name="planned"
    )
    step = models.PositiveSmallIntegerField("拟到", choices=[(int(aim), words) for aim, words in PERSON_AIMS.items()])
    planned_on = models.DateField("时限", help_text="按旬、按月的，为该旬、该月最后一天。")
    period = models.CharField("时限写法", max_length=8, choices=Period.choices, default=Period.MONTH)
    explanation = models.CharField("说明", max_length=200, blank=True)
    since = models.PositiveSmallIntegerField("自第几稿", editable=False)
    until = models.PositiveSmallIntegerField("至第几稿（不含）", null=True, blank=True, editable=False)
    added_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.PROTECT, related_name="+"
    )
    added_at = models.DateTimeField("填写时间")
    history = HistoricalRecords(verbose_name="变更历史")

    objects = PlannedPersonQuerySet.as_manager()

    class Meta:
        verbose_name = "拟发展人选"
        verbose_name_plural = "拟发展人选"
        ordering = ["planned_on", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_row_per_plan_person_and_step",
                fields=["plan", "candidate", "step"],
                condition=Q(until__isnull=True),
            ),
            models.CheckConstraint(name="planned_person_ends_after_it_began", condition=Q(until__gte=F("since"))),
        ]

    def __str__(self):
        return f"{self.candidate} {self.planned_on}"


class PlanRemarkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Remarks on plans that the user reads with all their persons, without those about persons out of reach."""
        scope, within = scope_of(user), Q(pk__in=())
        for path in scope.paths:
            within |= Q(plan__unit__path__startswith=path)
        return self.filter(within).filter(Q(candidate__isnull=True) | scope.candidates("candidate__"))

    def waiting(self):
        """What the office has remarked on and the branch has not answered."""
        return self.filter(kind=RemarkKind.REMARK, replied_at__isnull=True)


class PlanRemark(models.Model):
    """A contribution to the consultation about a plan, and the other side's one answer to it (notice R5)."""

    plan = models.ForeignKey(
        DevelopmentPlan, verbose_name="年度发展计划", on_delete=models.PROTECT, related_name="remarks"
    )
    number = models.PositiveSmallIntegerField("稿次", help_text="就第几稿提出。")
    kind = models.CharField("种类", max_length=12, choices=RemarkKind.choices)
    part = models.CharField("就", max_length=12, choices=Part.choices, default=Part.WHOLE)
    candidate = models.ForeignKey(
        "recruitment.Candidate",
        verbose_name="人选",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="plan_remarks",
    )
    text = models.CharField("内容", max_length=500)
    written_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填写人", on_delete=models.PROTECT, related_name="+"
    )
    written_at = models.DateTimeField("填写时间")
    reply = models.CharField("回应", max_length=500, blank=True)
    is_adopted = models.BooleanField("采纳", null=True, blank=True)
    replied_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="回应人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    replied_at = models.DateTimeField("回应时间", null=True, blank=True)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    history = HistoricalRecords(verbose_name="变更历史", excluded_fields=["form_token"])

    objects = PlanRemarkQuerySet.as_manager()

    class Meta:
        verbose_name = "年度计划沟通"
        verbose_name_plural = "年度计划沟通"
        ordering = ["-written_at", "-pk"]

    def __str__(self):
        return f"{self.get_kind_display()}：{self.get_part_display()}"
