"""What a person's place on the road is called, who decides, and how a decision can end."""

from django.db.models import IntegerChoices, TextChoices


class Stage(IntegerChoices):
    """How far a person has come; ordered, so that an import can refuse to lower it."""

    PROSPECT = 0, "重点关注"
    APPLICANT = 1, "入党申请人"
    ACTIVIST = 2, "入党积极分子"
    DEVELOPMENT_TARGET = 3, "发展对象"
    PROBATIONARY_MEMBER = 4, "预备党员"
    FULL_MEMBER = 5, "正式党员"


class RoadState(TextChoices):
    """Whether the road goes on; everything but ACTIVE and PAUSED stops dues and reminders."""

    ACTIVE = "active", "在办"
    CLOSED = "closed", "已转正归档"
    WITHDRAWN = "withdrawn", "本人撤回申请"
    REMOVED = "removed", "取消入党积极分子资格"
    CANCELLED = "cancelled", "取消预备党员资格"
    MOVED_AWAY = "moved_away", "已转出本单位"
    DECLINED = "declined", "暂无意愿"
    OTHER_PARTY = "other_party", "民主党派路径"
    DECEASED = "deceased", "已故"


class Body(TextChoices):
    """Who decided."""

    APPLICANT = "applicant", "本人"
    BRANCH = "branch", "党支部"
    BRANCH_COMMITTEE = "branch_committee", "支部委员会会议"
    BRANCH_MEETING = "branch_meeting", "支部党员大会"
    GENERAL_BRANCH = "general_branch", "党总支委员会会议"
    COMMITTEE = "committee", "党委会会议"
    COMMITTEE_MEMBER = "committee_member", "党委委员或组织员"
    UPPER_ORGANISATION_DEPARTMENT = "upper_organisation_department", "再上一级党委组织部门"


class Conclusion(TextChoices):
    """How a step ended."""

    DONE = "done", "已办结"
    PASSED = "passed", "通过"
    FAILED = "failed", "未通过"
    AGREED = "agreed", "同意"
    REFUSED = "refused", "不同意"
    QUALIFIED = "qualified", "合格"
    UNQUALIFIED = "unqualified", "不合格"
    CONVERTED = "converted", "按期转为正式党员"
    EXTENDED = "extended", "延长预备期"
    CANCELLED = "cancelled", "取消预备党员资格"


class SituationKind(TextChoices):
    """What else can happen to a person on the road (rules.md §1.3)."""

    TRANSFERRED = "transferred", "转入新单位继续培养"
    MOVED_AWAY = "moved_away", "转出本单位"
    LEAVING_SOON = "leaving_soon", "三个月内将离开本单位"
    PROBATIONER_TRANSFERRED_IN = "probationer_transferred_in", "预备党员转入"
    REMOVED = "removed", "取消入党积极分子资格"
    CANCELLED = "cancelled", "取消预备党员资格"
    WITHDRAWN = "withdrawn", "本人撤回申请"
    DECLINED = "declined", "暂无意愿"
    OTHER_PARTY = "other_party", "民主党派路径"
    SUPERIOR_CONSULTED = "superior_consulted", "已征求上级党委意见"
    RECONSIDERED = "reconsidered", "支部大会复议"
    REOPENED = "reopened", "本人重新提出申请"
    DECEASED = "deceased", "去世"
