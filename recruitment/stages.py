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
    LAPSED = "lapsed", "重点关注到期"
    UNDONE = "undone", "导入已撤销"


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
    UNDONE = "undone", "导入已撤销"


class DueKind(TextChoices):
    """What can be owed for a person: an act that completes a step, or a repeated act within one."""

    FIRST_TALK = "first_talk", "派人谈话"
    ACTIVIST_DECISION = "activist_decision", "研究确定入党积极分子"
    FILING = "filing", "报上级党委备案"
    NAME_MENTORS = "name_mentors", "指定培养联系人"
    CULTIVATION_CONCLUSION = "cultivation_conclusion", "作出培养考察结论"
    TARGET_DECISION = "target_decision", "研究确定发展对象"
    AGREEMENT = "agreement", "报上级党委同意并公示"
    NAME_RECOMMENDERS = "name_recommenders", "确定入党介绍人"
    POLITICAL_REVIEW = "political_review", "完成政治审查"
    TRAINING = "training", "完成集中培训"
    BRANCH_REVIEW = "branch_review", "支部委员会审查"
    PRE_EXAMINATION = "pre_examination", "上级党委预审"
    MEMBERSHIP_FORM = "membership_form", "填写入党志愿书"
    ADMISSION_MEETING = "admission_meeting", "召开支部党员大会讨论接收"
    APPROVAL_TALK = "approval_talk", "上级党委派人谈话"
    APPROVAL = "approval", "上级党委审批接收"
    FILING_UPWARD = "filing_upward", "报再上一级党委组织部门备案"
    ASSIGN_GROUP = "assign_group", "编入党支部和党小组"
    OATH = "oath", "入党宣誓"
    PROBATION_CONCLUSION = "probation_conclusion", "作出预备期考察结论"
    CONVERSION_APPLICATION = "conversion_application", "提交转正申请"
    CONVERSION_MEETING = "conversion_meeting", "召开支部党员大会讨论转正"
    CONVERSION_APPROVAL = "conversion_approval", "上级党委审批转正"
    ARCHIVE = "archive", "材料归档"
    PERIODIC_REVIEW = "periodic_review", "半年考察"
    REPORT = "report", "递交思想汇报"
    PROBATION_CHECK = "probation_check", "预备期考察"
    PAPERS = "papers", "补齐材料"
    ARCHIVE_PAPERS = "archive_papers", "补齐归档材料"


class ReviewKind(TextChoices):
    """What a periodic review settles: the branch's examination, or the person's own written report."""

    REVIEW = "review", "支部考察"
    REPORT = "report", "思想汇报"
