"""The official calendar: days off and make-up workdays that differ from the plain week."""

from django.db import models
from simple_history.models import HistoricalRecords


class DayKind(models.TextChoices):
    """What an exceptional day is."""

    OFF = "off", "放假"
    WORK = "work", "补班"


class Workday(models.Model):
    """One day on which the official calendar differs from Monday–Friday; rules.md §8."""

    day = models.DateField("日期", unique=True)
    kind = models.CharField("安排", max_length=4, choices=DayKind.choices)
    name = models.CharField("名称", max_length=40, blank=True)
    source = models.CharField("依据", max_length=200)
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "节假日安排"
        verbose_name_plural = "节假日安排"
        ordering = ["day"]

    def __str__(self):
        return f"{self.day} {self.get_kind_display()}"


class CalendarYear(models.Model):
    """A year for which the official arrangement is loaded; results reaching into other years are 暂算."""

    year = models.PositiveSmallIntegerField("年份", primary_key=True)
    source = models.CharField("依据", max_length=200)
    history = HistoricalRecords(verbose_name="变更历史")

    class Meta:
        verbose_name = "已公布安排的年份"
        verbose_name_plural = "已公布安排的年份"
        ordering = ["year"]

    def __str__(self):
        return str(self.year)
