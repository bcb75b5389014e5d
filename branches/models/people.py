"""The roster: departments and persons; candidates, mentors and committee members are all persons."""

import uuid

from django.core.validators import RegexValidator
from django.db import models
from simple_history.models import HistoricalRecords

from branches.offices import PoliticalStatus, Sex, StaffCategory, TitleRank
from branches.pinyin import folded


class Department(models.Model):
    name = models.CharField("名称", max_length=120, unique=True)
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "部门"
        verbose_name_plural = "部门"
        ordering = ["name"]

    def __str__(self):
        return self.name


class PersonQuerySet(models.QuerySet):
    def present(self):
        """People who have not left the institute."""
        return self.filter(left_on__isnull=True)

    def full_members(self):
        """Full members of the Party in good standing: who may mentor and recommend (Art. 9, 14)."""
        return self.present().filter(political_status=PoliticalStatus.FULL_MEMBER, is_suspended=False)

    def outside_the_party(self):
        """People who are not (probationary) members."""
        return self.exclude(political_status__in=(PoliticalStatus.FULL_MEMBER, PoliticalStatus.PROBATIONARY_MEMBER))

    def search(self, text):
        """People whose name holds ``text`` or whose pinyin or initials start with it; staff number exactly."""
        text, latin = text.strip(), folded(text)
        return self.filter(
            models.Q(name__contains=text)
            | models.Q(pinyin__startswith=latin)
            | models.Q(initials__startswith=latin)
            | models.Q(staff_number=text)
        )


class Person(models.Model):
    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    staff_number = models.CharField("工号", max_length=30, unique=True)
    name = models.CharField("姓名", max_length=60, db_index=True)
    pinyin = models.CharField("拼音", max_length=200, db_index=True, blank=True, editable=False)
    initials = models.CharField("拼音首字母", max_length=30, db_index=True, blank=True, editable=False)
    sex = models.CharField("性别", max_length=1, choices=Sex.choices, default=Sex.UNKNOWN)
    birth_on = models.DateField("出生日期", null=True, blank=True)
    ethnicity = models.CharField("民族", max_length=20, blank=True)
    native_place = models.CharField("籍贯", max_length=60, blank=True)
    education = models.CharField("学历", max_length=30, blank=True)
    degree = models.CharField("学位", max_length=30, blank=True)
    category = models.CharField("人员类别", max_length=10, choices=StaffCategory.choices, default=StaffCategory.STAFF)
    department = models.ForeignKey(
        Department, verbose_name="部门", null=True, blank=True, on_delete=models.PROTECT, related_name="people"
    )
    unit = models.ForeignKey(
        "branches.Unit",
        verbose_name="所在党支部",
        help_text="本人所在（党员）或就近联系（非党员）的党支部。",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="people",
    )
    position = models.CharField("职务", max_length=60, blank=True)
    title = models.CharField("专业技术职务", max_length=40, blank=True)
    title_rank = models.PositiveSmallIntegerField("职称级别", choices=TitleRank.choices, default=TitleRank.NONE)
    talent_programme = models.CharField("人才计划", max_length=80, blank=True)
    overseas_experience = models.CharField("海外经历", max_length=120, blank=True)
    returned_on = models.DateField("回国日期", null=True, blank=True)
    joined_institute_on = models.DateField("到所日期", null=True, blank=True)
    left_on = models.DateField("离所日期", null=True, blank=True)
    political_status = models.CharField(
        "政治面貌", max_length=2, choices=PoliticalStatus.choices, default=PoliticalStatus.MASSES
    )
    member_since_on = models.DateField("入党日期", null=True, blank=True)
    is_suspended = models.BooleanField(
        "受处分、权利受限",
        default=False,
        help_text="留党察看期间没有表决权，不能担任培养联系人和入党介绍人（细则第十四条）。",
    )
    is_influential = models.BooleanField(
        "有影响力的科学家党员", default=False, help_text="党办认定，供选择培养联系人时参考（通知 三（二））。"
    )
    email = models.EmailField("电子邮箱", blank=True)
    phone = models.CharField(
        "联系电话",
        max_length=20,
        blank=True,
        validators=[RegexValidator(r"^(1[3-9]\d{9}|0\d{2,3}-?\d{7,8})$", "填 11 位手机号，或区号加座机号。")],
    )
    history = HistoricalRecords(verbose_name="变更历史")

    objects = PersonQuerySet.as_manager()

    class Meta:
        verbose_name = "人员"
        verbose_name_plural = "人员"
        ordering = ["pinyin", "pk"]
        indexes = [models.Index(fields=["unit", "political_status"], name="person_by_unit_and_status")]

    def __str__(self):
        return self.name

    @property
    def standing(self):
        """Party standing in the words of the rules: "none", "probationary" or "full"."""
        return {PoliticalStatus.FULL_MEMBER: "full", PoliticalStatus.PROBATIONARY_MEMBER: "probationary"}.get(
            self.political_status, "none"
        )

    @property
    def is_key_scientist(self):
        """Notice F1: a title of associate senior rank or above."""
        return self.title_rank >= TitleRank.ASSOCIATE_SENIOR
