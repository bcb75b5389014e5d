"""Talks with designated contacts and the problems they raise (notice R2)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from branches.offices import BRANCH_OFFICES, Office
from recruitment.scope import scope_of


class Way(models.TextChoices):
    """How a talk was held."""

    MEETING = "meeting", "面谈"
    PHONE = "phone", "电话"
    ONLINE = "online", "线上"
    OCCASION = "occasion", "活动中"


class Willingness(models.TextChoices):
    """What the person said about joining; "not now" ends contact through its own verb and is no field here."""

    UNSAID = "", "未谈及"
    CONSIDERING = "considering", "在考虑"
    WILLING = "willing", "有意愿"


class TalkQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Talks whose facts (date, way, next step) this user may know of; texts have their own circle."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def readable_by(self, user):
        """Talks whose text this user may read: the writer, the working circle, the office when shared.

        HR and the auditor never; a committee member reads only their own and what mentors' circles share.
        """
        scope = scope_of(user)
        circle = Q(recorded_by_id=user.pk)
        if user.person_id:
            circle |= Q(talker_id=user.person_id)
            circle |= Q(candidate__mentorships__party_member_id=user.person_id, candidate__mentorships__ends_on__isnull=True)
        for post in scope.posts:
            if post.office in BRANCH_OFFICES and post.unit_path:
                circle |= Q(candidate__unit_path__startswith=post.unit_path)
            if post.office == Office.PARTY_OFFICE and post.unit_path:
                circle |= Q(candidate__unit_path__startswith=post.unit_path, is_shared_with_office=True)
        return self.visible_to(user).filter(circle).distinct()


class Talk(models.Model):
    """One talk: structured facts first, free text short; the person may ask to read it."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="谈话对象", on_delete=models.PROTECT, related_name="talks"
    )
    talker = models.ForeignKey("branches.Person", verbose_name="谈话人", on_delete=models.PROTECT, related_name="talks_held")
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=60, blank=True)
    way = models.CharField("方式", max_length=10, choices=Way.choices, default=Way.MEETING)
    topics = models.CharField("话题", max_length=120, blank=True)
    outlook = models.TextField("思想状况", max_length=500, blank=True)
    needs = models.TextField("困难和需求", max_length=500, blank=True)
    willingness = models.CharField("本人意愿", max_length=12, choices=Willingness.choices, default=Willingness.UNSAID, blank=True)
    follow_up_on = models.DateField("下次联系", null=True, blank=True)
    is_shared_with_office = models.BooleanField("同时给党办看", default=False)
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, verbose_name="填报人", on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField("填报时间")

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = "谈心谈话"
        verbose_name_plural = "谈心谈话"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["candidate", "-held_on"], name="talk_by_candidate_and_day")]


class Solver(models.TextChoices):
    """Who solves a problem."""

    DEPARTMENT = "department", "所在部门"
    HR = "hr", "人事部门"
    OFFICE = "office", "党办"
    BRANCH = "branch", "党支部"


class ProblemQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Problems of candidates this user may know of."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def open(self):
        """Problems without an answer."""
        return self.filter(answered_on__isnull=True)


class Problem(models.Model):
    """A problem raised in a talk, with who solves it, by when, and the answer that goes back to the contact."""

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="谈话对象", on_delete=models.PROTECT, related_name="problems"
    )
    talk = models.ForeignKey(Talk, null=True, blank=True, on_delete=models.PROTECT, related_name="problems")
    raised_on = models.DateField("提出日期")
    summary = models.CharField("问题", max_length=120)
    solver = models.CharField("由谁解决", max_length=12, choices=Solver.choices, default=Solver.OFFICE)
    due_on = models.DateField("答复期限", null=True, blank=True)
    answer = models.CharField("办理结果", max_length=300, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "待解决问题"
        verbose_name_plural = "待解决问题"
        ordering = ["raised_on", "pk"]
