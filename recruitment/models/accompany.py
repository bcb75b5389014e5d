"""Who accompanies a road: mentors, recommenders, designated contacts."""

from django.conf import settings
from django.db import models
from simple_history.models import HistoricalRecords


class TermQuerySet(models.QuerySet):
    def on(self, day):
        """Terms running on ``day``; ``ends_on`` is the first day without the tie."""
        return self.filter(starts_on__lte=day).filter(models.Q(ends_on__isnull=True) | models.Q(ends_on__gt=day))

    def open(self):
        """Terms that have not been ended."""
        return self.filter(ends_on__isnull=True)


class Term(models.Model):
    """A tie between a party member and a candidate, for a time."""

    candidate = models.ForeignKey(
        "recruitment.Candidate", verbose_name="培养对象", on_delete=models.PROTECT, related_name="%(class)ss"
    )
    starts_on = models.DateField("起")
    ends_on = models.DateField("止", null=True, blank=True)
    reason = models.CharField("依据", max_length=200, blank=True)
    end_reason = models.CharField("结束原因", max_length=200, blank=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, verbose_name="办理人", null=True, on_delete=models.PROTECT, related_name="+"
    )

    objects = TermQuerySet.as_manager()

    class Meta:
        abstract = True


class Mentorship(Term):
    """培养联系人: one or two full members per activist (Art. 9; notice B2)."""

    party_member = models.ForeignKey(
        "branches.Person", verbose_name="培养联系人", on_delete=models.PROTECT, related_name="mentorships"
    )
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "培养联系"
        verbose_name_plural = "培养联系"
        constraints = [
            models.UniqueConstraint(
                name="one_open_mentorship_per_pair", fields=["candidate", "party_member"], condition=models.Q(ends_on__isnull=True)
            )
        ]


class Recommender(Term):
    """入党介绍人: exactly two full members (Art. 14)."""

    party_member = models.ForeignKey(
        "branches.Person", verbose_name="入党介绍人", on_delete=models.PROTECT, related_name="recommendations"
    )
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "入党介绍"
        verbose_name_plural = "入党介绍"
        constraints = [
            models.UniqueConstraint(
                name="one_open_recommender_per_pair", fields=["candidate", "party_member"], condition=models.Q(ends_on__isnull=True)
            )
        ]


class DesignatedContact(Term):
    """定向联系: a committee member or branch secretary looks after one or two outside scientists (notice R2, B3)."""

    leader = models.ForeignKey(
        "branches.Person", verbose_name="联系人", on_delete=models.PROTECT, related_name="designated_contacts"
    )
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "定向联系"
        verbose_name_plural = "定向联系"
        constraints = [
            models.UniqueConstraint(
                name="one_open_contact_per_pair", fields=["candidate", "leader"], condition=models.Q(ends_on__isnull=True)
            )
        ]
