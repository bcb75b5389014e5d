"""Papers of a candidate: the files that were attached, and the templates of Word documents."""

import uuid

from django.conf import settings
from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models

from recruitment.files.kinds import FileKind
from recruitment.scope import scope_of


class FileContent(models.Model):
    """What a file holds, kept once however often it is attached; the bytes lie in the vault under ``name``.

    ``hash`` is the SHA-256 of the kept bytes in hexadecimal. Without ``key`` they cannot be read.
    """

    hash = models.CharField("校验码", max_length=64, unique=True)
    name = models.CharField(max_length=32, unique=True, editable=False)
    key = models.BinaryField(max_length=32)
    kind = models.CharField("格式", max_length=8, choices=FileKind.choices)
    size = models.PositiveIntegerField("大小（字节）")
    pages = models.PositiveSmallIntegerField("页数", null=True, blank=True)
    is_signed = models.BooleanField("含电子签章", default=False)
    thumbnail = models.BinaryField(default=bytes)
    kept_at = models.DateTimeField("收存时间")

    class Meta:
        verbose_name = "文件内容"
        verbose_name_plural = "文件内容"

    def __str__(self):
        return self.hash[:8]


class DocumentQuerySet(models.QuerySet):
    def visible_to(self, user):
        """Documents about candidates this user may know of: that there are any, not what they hold."""
        return self.filter(scope_of(user).candidates("candidate__"))

    def readable_by(self, user):
        """Documents that this user may open: those of the units they act for, and what they attached themselves."""
        within = models.Q(uploaded_by_id=user.pk)
        for path in scope_of(user).acting_paths:
            within |= models.Q(candidate__unit_path__startswith=path)
        return self.visible_to(user).filter(within)

    def standing(self):
        """Documents that have not been withdrawn."""
        return self.filter(withdrawn_at__isnull=True)


class Document(models.Model):
    """One paper of a step (``step`` 0: of the person as a whole), as a file or noted as held on paper; withdrawn, never removed.

    ``paper`` is the code of a Paper of recruitment.steps, or "other". ``sent_hash`` is the SHA-256 of the file as sent.
    What is held on paper has neither: its ``name`` says where it lies.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="documents"
    )
    step = models.PositiveSmallIntegerField(
        "步骤", default=0, validators=[MinValueValidator(0), MaxValueValidator(25)]
    )
    paper = models.CharField("材料", max_length=40)
    name = models.CharField("文件名", max_length=160)
    content = models.ForeignKey(
        FileContent, verbose_name="内容", null=True, on_delete=models.PROTECT, related_name="documents"
    )
    sent_hash = models.CharField("上传时的校验码", max_length=64, blank=True)
    is_on_paper = models.BooleanField("纸质件", default=False)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    withdrawn_at = models.DateTimeField("撤下时间", null=True, blank=True)
    withdrawn_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="撤下人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )
    withdraw_reason = models.CharField("撤下原因", max_length=200, blank=True)

    objects = DocumentQuerySet.as_manager()

    class Meta:
        verbose_name = "材料"
        verbose_name_plural = "材料"
        ordering = ["step", "uploaded_at", "pk"]
        constraints = [
            models.UniqueConstraint(
                name="a_content_stands_once_per_paper",
                fields=["candidate", "step", "paper", "content"],
                condition=models.Q(withdrawn_at__isnull=True),
            ),
            models.UniqueConstraint(
                name="a_paper_is_noted_once",
                fields=["candidate", "step", "paper"],
                condition=models.Q(withdrawn_at__isnull=True, is_on_paper=True),
            ),
            models.CheckConstraint(
                name="what_is_held_on_paper_is_no_file",
                condition=models.Q(is_on_paper=False) | models.Q(content__isnull=True),
            ),
            models.CheckConstraint(name="a_document_belongs_to_a_step_or_none", condition=models.Q(step__lte=25)),
        ]

    def __str__(self):
        return self.name


class PaperTemplateQuerySet(models.QuerySet):
    def standing(self):
        """Templates in force."""
        return self.filter(ended_at__isnull=True)


class PaperTemplate(models.Model):
    """A unit's own Word template of one printed form, in force for its subtree; ended ones are kept.

    ``form`` is the code of a Form of recruitment.papers.forms.
    """

    code = models.UUIDField("编号", default=uuid.uuid4, unique=True, editable=False)
    unit = models.ForeignKey(
        "branches.Unit", verbose_name="党组织", on_delete=models.PROTECT, related_name="paper_templates"
    )
    form = models.CharField("文书", max_length=40)
    name = models.CharField("文件名", max_length=160)
    content = models.BinaryField("模板内容")
    hash = models.CharField("校验码", max_length=64)
    uploaded_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="上传人", on_delete=models.PROTECT, related_name="+"
    )
    uploaded_at = models.DateTimeField("上传时间")
    ended_at = models.DateTimeField("停用时间", null=True, blank=True)
    ended_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="停用人", null=True, blank=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = PaperTemplateQuerySet.as_manager()

    class Meta:
        verbose_name = "文书模板"
        verbose_name_plural = "文书模板"
        ordering = ["form", "-uploaded_at"]
        constraints = [
            models.UniqueConstraint(
                name="one_standing_template_per_unit_and_form",
                fields=["unit", "form"],
                condition=models.Q(ended_at__isnull=True),
            )
        ]

    def __str__(self):
        return self.name
