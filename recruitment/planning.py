"""What the annual development plan is made of and called: its way, its four determinations, its aims (notice T2, T3, R5)."""

from django.db.models import IntegerChoices, TextChoices

ARTICLE = "通知 二（二）、二（三）"


class PlanState(TextChoices):
    """How far a plan has come on its way from the branch upward."""

    DRAFT = "draft", "支部拟定"
    WITH_OFFICE = "with_office", "党办沟通"
    RETURNED = "returned", "支部修改"
    AGREED = "agreed", "待党委审议"
    REVIEWED = "reviewed", "党委已审议"
    REPORTED = "reported", "已报分院"


# States in which the branch may change its draft, and those in which the office has something to decide.
OPEN_FOR_THE_BRANCH = (PlanState.DRAFT, PlanState.RETURNED)
OPEN_FOR_THE_OFFICE = (PlanState.WITH_OFFICE, PlanState.AGREED)
SETTLED = (PlanState.REVIEWED, PlanState.REPORTED)


class Aim(IntegerChoices):
    """What a branch plans in numbers; the value is the step whose record counts as carried out."""

    APPLICATIONS = 1, "新递交申请"
    ACTIVISTS = 3, "确定积极分子"
    TARGETS = 7, "列为发展对象"
    ADMISSIONS = 15, "接收预备党员"
    CONVERSIONS = 23, "转为正式党员"


# The field of the plan that holds the number of each aim.
NUMBER_FIELDS = {
    "applications": Aim.APPLICATIONS,
    "activists": Aim.ACTIVISTS,
    "targets": Aim.TARGETS,
    "admissions": Aim.ADMISSIONS,
    "conversions": Aim.CONVERSIONS,
}
FIELD_OF = {aim: name for name, aim in NUMBER_FIELDS.items()}
# What a named person is planned to come to. Nobody is planned to apply: that is the person's own decision.
PERSON_AIMS = {
    Aim.ACTIVISTS: "确定为积极分子",
    Aim.TARGETS: "确定为发展对象",
    Aim.ADMISSIONS: "接收为预备党员",
    Aim.CONVERSIONS: "转为正式党员",
}


class Part(TextChoices):
    """What of a plan a remark is about; the first four are the four determinations (四定)."""

    STANDARD = "standard", "定标准"
    GOAL = "goal", "定目标"
    NUMBERS = "numbers", "定人数"
    LIMITS = "limits", "定时限"
    PERSON = "person", "人选"
    WHOLE = "whole", "整体"


class Period(TextChoices):
    """How exactly a day is planned; a period stands for its last day (notice T5)."""

    MONTH = "month", "月底前"
    EARLY = "early", "上旬"
    MIDDLE = "middle", "中旬"
    LATE = "late", "下旬"
    DAY = "day", "日"


class RemarkKind(TextChoices):
    """What a contribution to the consultation is."""

    REMARK = "remark", "党办意见"
    NOTE = "note", "支部说明"
    RETURN = "return", "退回修改"
    ADJUSTMENT = "adjustment", "调整人数"


class PlanDue(TextChoices):
    """What is owed on the way of a plan (notice T2, R9)."""

    DRAFT = "plan_draft", "拟定年度发展计划"
    CONSULTATION = "plan_consultation", "与支部沟通年度发展计划"
    REPLY = "plan_reply", "回应党办对年度发展计划的意见"
    REVIEW = "plan_review", "提请党委审议年度发展计划"
    REPORT = "plan_report", "年度发展计划报分院"
