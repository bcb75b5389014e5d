"""What the demonstration institute looks like: units, departments, how many people, who holds which post."""

from dataclasses import dataclass

from branches.offices import Office, UnitKind

COMMITTEE = "西部生态环境研究院党委"


@dataclass(frozen=True, slots=True)
class DemoUnit:
    """A unit with its parent's name; ``people`` on the roster near it, ``kind_of_people`` shapes their ages and titles."""

    name: str
    short_name: str
    kind: UnitKind
    parent: str | None
    people: int = 0
    department: str = ""
    kind_of_people: str = "scientists"
    may_approve: bool = False


UNITS = (
    DemoUnit(COMMITTEE, "院党委", UnitKind.COMMITTEE, None, may_approve=True),
    DemoUnit("生态与农业研究中心党委", "生态中心党委", UnitKind.COMMITTEE, COMMITTEE, may_approve=True),
    DemoUnit("油气资源研究中心党委", "油气中心党委", UnitKind.COMMITTEE, COMMITTEE, may_approve=True),
    DemoUnit("冰冻圈科学党支部", "冰冻圈", UnitKind.BRANCH, COMMITTEE, 62, "冰冻圈科学实验室"),
    DemoUnit("沙漠与沙漠化党支部", "沙漠", UnitKind.BRANCH, COMMITTEE, 58, "沙漠与沙漠化实验室"),
    DemoUnit("冻土工程党支部", "冻土工程", UnitKind.BRANCH, COMMITTEE, 56, "冻土工程实验室"),
    DemoUnit("高原大气党支部", "高原大气", UnitKind.BRANCH, COMMITTEE, 48, "高原大气研究室"),
    DemoUnit("机关党支部", "机关", UnitKind.BRANCH, COMMITTEE, 46, "综合管理处", "administration"),
    DemoUnit("离退休党支部", "离退休", UnitKind.BRANCH, COMMITTEE, 40, "离退休办公室", "retired"),
    DemoUnit("植物生态党支部", "植物生态", UnitKind.BRANCH, "生态与农业研究中心党委", 52, "植物生态研究室"),
    DemoUnit("流域水文党支部", "流域水文", UnitKind.BRANCH, "生态与农业研究中心党委", 54, "流域水文研究室"),
    DemoUnit("生态农业党支部", "生态农业", UnitKind.BRANCH, "生态与农业研究中心党委", 46, "生态农业研究室"),
    DemoUnit("油气地球化学党支部", "油气地化", UnitKind.BRANCH, "油气资源研究中心党委", 52, "油气地球化学研究室"),
    DemoUnit("沉积盆地党支部", "沉积盆地", UnitKind.BRANCH, "油气资源研究中心党委", 46, "沉积盆地研究室"),
    DemoUnit(
        "文献情报党支部", "文献情报", UnitKind.BRANCH, "油气资源研究中心党委", 40, "文献情报中心", "administration"
    ),
    DemoUnit("冰冻圈第一党小组", "冰冻圈一组", UnitKind.GROUP, "冰冻圈科学党支部"),
    DemoUnit("冰冻圈第二党小组", "冰冻圈二组", UnitKind.GROUP, "冰冻圈科学党支部"),
    DemoUnit("沙漠第一党小组", "沙漠一组", UnitKind.GROUP, "沙漠与沙漠化党支部"),
    DemoUnit("流域水文第一党小组", "水文一组", UnitKind.GROUP, "流域水文党支部"),
)
BRANCHES = tuple(unit for unit in UNITS if unit.kind == UnitKind.BRANCH)

# The branch whose secretary left; a colleague stands in for it by a grant.
VACANT = "文献情报党支部"
# The branch whose secretary was replaced in the course of the year.
HANDED_OVER = "沙漠与沙漠化党支部"
# The branch near whose department's head is told of somebody on the road.
TOLD = "冰冻圈科学党支部"
COMMITTEE_MEMBERS = 9


@dataclass(frozen=True, slots=True)
class DemoLogin:
    """A login to try a role with: its name, what it shows, the post (None: none) and the unit of post or person."""

    username: str
    role: str
    office: Office | None
    unit: str


LOGINS = (
    DemoLogin("dangban", "党办组织员", Office.PARTY_OFFICE, COMMITTEE),
    DemoLogin("dangban2", "党办组织员（核准授权）", Office.PARTY_OFFICE, COMMITTEE),
    DemoLogin("shuji", "党支部书记（冰冻圈）", Office.SECRETARY, "冰冻圈科学党支部"),
    DemoLogin("weiyuan", "党委委员", Office.COMMITTEE_MEMBER, COMMITTEE),
    DemoLogin("dangwei", "党委书记", Office.COMMITTEE_SECRETARY, COMMITTEE),
    DemoLogin("erji", "二级党委党办", Office.PARTY_OFFICE, "生态与农业研究中心党委"),
    DemoLogin("lianxiren", "培养联系人（无任职）", None, "冰冻圈科学党支部"),
    DemoLogin("daili", "代理书记（授权，文献情报）", None, "文献情报党支部"),
    DemoLogin("renshi", "人事联络员", Office.HR_LIAISON, COMMITTEE),
    DemoLogin("bumen", "部门联络员", Office.DEPARTMENT_LIAISON, "冰冻圈科学党支部"),
    DemoLogin("shenji", "审计员", Office.AUDITOR, COMMITTEE),
    DemoLogin("anquan", "安全管理员", Office.SECURITY_ADMINISTRATOR, COMMITTEE),
    DemoLogin("xitong", "系统管理员", Office.SYSTEM_ADMINISTRATOR, COMMITTEE),
)
PASSWORD = "yinling-2018-yanshi"  # noqa: S105  # printed by demo_logins, for the embedded site only
