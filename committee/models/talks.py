"""Talks with designated contacts and the problems they raise (notice R2)."""

import uuid

from django.conf import settings
from django.db import models
from django.db.models import Q

from branches.offices import Office
from recruitment.models import Mentorship
from recruitment.scope import scope_of
from recruitment.stages import RoadState


class Way(models.TextChoices):
    """How a talk was held."""

    MEETING = "meeting", "面谈"
    PHONE = "phone", "电话"
    ONLINE = "online", "线上"
    OCCASION = "occasion", "活动中"


class Topic(models.TextChoices):
    """What was spoken about, in words of one list; the free text stays short."""

    RESEARCH = "research", "科研进展"
    TEAM = "team", "团队与条件"
    CAREER = "career", "职业发展"
    FAMILY = "family", "家庭生活"
    STUDY = "study", "理论学习"
    PARTY = "party", "对党组织的认识"
    SUGGESTION = "suggestion", "意见建议"


class Willingness(models.TextChoices):
    """What the person said about joining; "not now" ends contact through its own verb and is no field here."""

    UNSAID = "", "未谈及"
    CONSIDERING = "considering", "在考虑"
    WILLING = "willing", "有意愿"


class TalkQuerySet(models.QuerySet):
    def standing(self):
        """Talks as they stand; an earlier version that was corrected counts nowhere."""
        return self.filter(superseded_at__isnull=True)

    def versions_of(self, talk):
        """Every version of ``talk``, the first one first."""
        first = talk.original_id or talk.pk
        return self.filter(Q(pk=first) | Q(original_id=first)).order_by("pk")

    def visible_to(self, user):
        """Talks whose facts (date, way, next step) this user may know of; texts have their own circle."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def readable_by(self, user, today):
        """Talks whose text this user may read on ``today``.

        The circle: the writer, the branch's secretary (or stand-in), the current mentor, and the office when the writer
        shares it or an emergency was opened for a day. Nobody else, whatever they may know of the person.
        """
        scope = scope_of(user)
        circle = Q(recorded_by_id=user.pk) | Q(candidate_id__in=scope.opened_ids)
        if user.person_id:
            circle |= Q(talker_id=user.person_id)
            mentored = Mentorship.objects.on(today).filter(party_member_id=user.person_id).values("candidate_id")
            circle |= Q(candidate_id__in=mentored)
        for path in scope.granted_paths:
            circle |= Q(candidate__unit_path__startswith=path)
        for post in scope.posts:
            if post.office == Office.SECRETARY and post.unit_path:
                circle |= Q(candidate__unit_path__startswith=post.unit_path)
            if post.office == Office.PARTY_OFFICE and post.unit_path:
                circle |= Q(candidate__unit_path__startswith=post.unit_path, is_shared_with_office=True)
        return self.visible_to(user).filter(circle)


class Talk(models.Model):
    """One talk: structured facts first, free text short; the person may ask to read it.

    A correction is a talk of its own that supersedes the version before it; ``original`` is the first version of all.
    Each version keeps its text and its circle.
    """

    code = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    form_token = models.UUIDField(default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="谈话对象", on_delete=models.PROTECT, related_name="talks"
    )
    talker = models.ForeignKey(
        "branches.Person", verbose_name="谈话人", on_delete=models.PROTECT, related_name="talks_held"
    )
    held_on = models.DateField("日期")
    place = models.CharField("地点", max_length=60, blank=True)
    way = models.CharField("方式", max_length=10, choices=Way.choices, default=Way.MEETING)
    topics = models.CharField("话题", max_length=120, blank=True, help_text="话题代码，以逗号分隔。")
    outlook = models.TextField("思想状况", max_length=500, blank=True)
    needs = models.TextField("困难和需求", max_length=500, blank=True)
    willingness = models.CharField(
        "本人意愿", max_length=12, choices=Willingness.choices, default=Willingness.UNSAID, blank=True
    )
    follow_up_on = models.DateField("下次联系", null=True, blank=True)
    is_shared_with_office = models.BooleanField("同时给党办看", default=False)
    recorded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="填报人", on_delete=models.PROTECT, related_name="+"
    )
    recorded_at = models.DateTimeField("填报时间")
    original = models.ForeignKey(
        "self", verbose_name="最初记录", null=True, blank=True, on_delete=models.PROTECT, related_name="corrections"
    )
    superseded_at = models.DateTimeField("更正时间", null=True, blank=True)
    supersede_reason = models.CharField("更正原因", max_length=200, blank=True)

    objects = TalkQuerySet.as_manager()

    class Meta:
        verbose_name = "谈心谈话"
        verbose_name_plural = "谈心谈话"
        ordering = ["-held_on", "-pk"]
        indexes = [models.Index(fields=["candidate", "-held_on"], name="talk_by_candidate_and_day")]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_correction_per_talk",
                fields=["original"],
                condition=Q(superseded_at__isnull=True, original__isnull=False),
            ),
        ]

    def __str__(self):
        return f"{self.candidate} {self.held_on}"

    @property
    def topic_labels(self):
        """The topics in words, in the order of the list."""
        chosen = self.topics.split(",")
        return [topic.label for topic in Topic if topic in chosen]


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

    def forwarded_to(self, user):
        """Problems that the office handed on to this user's post: HR's, or those of people of the user's department.

        Whoever solves one sees the words the office wrote for it, never that the person is on the road.
        """
        mine = Q(pk__in=())
        for post in scope_of(user).posts:
            if post.office == Office.HR_LIAISON:
                mine |= Q(solver=Solver.HR)
            if post.office == Office.DEPARTMENT_LIAISON and post.department_id:
                mine |= Q(solver=Solver.DEPARTMENT, candidate__person__department_id=post.department_id)
        return self.filter(mine, forwarded_on__isnull=False).exclude(candidate__state=RoadState.DECLINED)

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
    forwarded_on = models.DateField("转办日期", null=True, blank=True)
    forwarded_text = models.CharField("转办说明", max_length=120, blank=True)
    forwarded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        verbose_name="转办人",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
    )
    answer = models.CharField("办理结果", max_length=300, blank=True)
    answered_on = models.DateField("答复日期", null=True, blank=True)
    answered_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    recorded_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()

    objects = ProblemQuerySet.as_manager()

    class Meta:
        verbose_name = "待解决问题"
        verbose_name_plural = "待解决问题"
        ordering = ["raised_on", "pk"]

    def __str__(self):
        return f"{self.candidate} {self.raised_on}"
