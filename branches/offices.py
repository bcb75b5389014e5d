"""What units, posts and personal attributes are called (notice R1; codes of rules.md §5.3)."""

from django.db.models import IntegerChoices, TextChoices


class UnitKind(TextChoices):
    """Kinds of Party organisation; only a committee may be given the power to approve members (Art. 24/25)."""

    COMMITTEE = "committee", "党委"
    GENERAL_BRANCH = "general_branch", "党总支"
    BRANCH = "branch", "党支部"
    GROUP = "group", "党小组"
    LEADING_GROUP = "leading_group", "党组"
    TEMPORARY = "temporary", "临时党组织"


class Office(TextChoices):
    """Posts that carry duties and access."""

    SECRETARY = "secretary", "党支部书记"
    DEPUTY_SECRETARY = "deputy_secretary", "党支部副书记"
    ORGANISATION_COMMISSIONER = "organisation_commissioner", "组织委员"
    BRANCH_COMMITTEE_MEMBER = "branch_committee_member", "支部委员"
    GROUP_LEADER = "group_leader", "党小组长"
    COMMITTEE_SECRETARY = "committee_secretary", "党委书记"
    COMMITTEE_MEMBER = "committee_member", "党委委员"
    PARTY_OFFICE = "party_office", "党办组织员"
    HR_LIAISON = "hr_liaison", "人事联络员"
    DEPARTMENT_LIAISON = "department_liaison", "部门联络员"
    AUDITOR = "auditor", "审计员"
    SYSTEM_ADMINISTRATOR = "system_administrator", "系统管理员"
    SECURITY_ADMINISTRATOR = "security_administrator", "安全管理员"


# Posts that act for a branch: they see and change the people of the unit (rules.md: 书记, 副书记, 组织委员).
BRANCH_OFFICES = (Office.SECRETARY, Office.DEPUTY_SECRETARY, Office.ORGANISATION_COMMISSIONER)
# 三员 (等保): never held together with each other nor with any post that sees candidates.
ADMINISTRATOR_OFFICES = (Office.SYSTEM_ADMINISTRATOR, Office.SECURITY_ADMINISTRATOR, Office.AUDITOR)
# Outside the Party's line (notice R4): HR never learns who is on the road, a department only what the office shares.
LIAISON_OFFICES = (Office.HR_LIAISON, Office.DEPARTMENT_LIAISON)


class Sex(TextChoices):
    """GB/T 2261.1."""

    UNKNOWN = "0", "未知"
    MALE = "1", "男"
    FEMALE = "2", "女"
    UNSTATED = "9", "未说明"


class TitleRank(IntegerChoices):
    """Rank of a professional title; the notice's threshold is ASSOCIATE_SENIOR (副高级以上)."""

    NONE = 0, "未定级"
    JUNIOR = 1, "初级"
    INTERMEDIATE = 2, "中级"
    ASSOCIATE_SENIOR = 3, "副高级"
    SENIOR = 4, "正高级"


class PoliticalStatus(TextChoices):
    """GB/T 4762."""

    FULL_MEMBER = "01", "中共党员"
    PROBATIONARY_MEMBER = "02", "中共预备党员"
    LEAGUE_MEMBER = "03", "共青团员"
    REVOLUTIONARY_COMMITTEE = "04", "民革党员"
    DEMOCRATIC_LEAGUE = "05", "民盟盟员"
    NATIONAL_CONSTRUCTION = "06", "民建会员"
    PROMOTING_DEMOCRACY = "07", "民进会员"
    PEASANTS_AND_WORKERS = "08", "农工党党员"
    ZHI_GONG = "09", "致公党党员"
    JIU_SAN = "10", "九三学社社员"
    TAIWAN_LEAGUE = "11", "台盟盟员"
    NON_PARTY = "12", "无党派人士"
    MASSES = "13", "群众"


OTHER_PARTIES = tuple(PoliticalStatus)[3:11]


class StaffCategory(TextChoices):
    """Whom the notice speaks of (F2): staff, students, retired."""

    STAFF = "staff", "职工"
    STUDENT = "student", "学生"
    RETIRED = "retired", "离退休"


class MovementKind(TextChoices):
    """What HR reports about a person (notice R4)."""

    JOINED = "joined", "入职"
    PROMOTED = "promoted", "晋升"
    PROGRAMME = "programme", "入选人才计划"
    RETURNED = "returned", "海外回国"
    TRANSFERRED = "transferred", "转岗"
    LEFT = "left", "离职"
    RETIRED = "retired", "退休"
