"""What the kinds of dues are called where reminder rules are set; kinds of the road carry their own words."""

from recruitment.planning import PlanDue
from recruitment.stages import DueKind

OTHER_KINDS = {
    "mentor_opinion": "培养联系人每半年填写意见",
    "contact_talk": "与定向联系对象谈心",
    "talk_follow_up": "谈话后约定的再联系",
    "guidance": "重点对象办前指导和材料核对",
    "confirmation": "重点对象办后确认",
    "problem": "答复谈话中反映的问题",
    "problem_forwarded": "承办部门答复转办的问题",
    "problem_answered": "把答复告诉本人",
    "talent_movement": "了解人才动向",
    "listing_end": "重点关注到期续列或移出",
    "other_party_consultation": "与统战部门沟通",
    "campaign": "专项工作安排",
    **{kind.value: kind.label for kind in PlanDue},
    "calendar_year": "导入下一年放假安排",
    "handover": "接手工作",
    "vacant_post": "补齐空缺的书记职务",
    "grant_end": "到期授权续期或收回",
}
EVERYTHING_ELSE = ""


def words_of(kind: str, title: str = "") -> str:
    """What ``kind`` is called; ``title`` of one of its dues stands in for a kind without words."""
    if kind == EVERYTHING_ELSE:
        return "其他各项"
    if kind in DueKind.values:
        return DueKind(kind).label
    return OTHER_KINDS.get(kind) or title or kind
