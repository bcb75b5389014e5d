"""The side bar: which pages each post works with, and what is late there (design README §4).

A context processor is an edge: it reads the clock. Everything is computed when a template asks for it, so that
fragments and error pages cost no query.
"""

from dataclasses import dataclass

from django.conf import settings
from django.urls import reverse
from django.utils import timezone
from django.utils.functional import SimpleLazyObject

from branches.offices import BRANCH_OFFICES, Office
from recruitment.queries.overdue import overdue_owed
from recruitment.scope import scope_of

BRANCH, OFFICE, TOP, LEADER, MEMBER, TIED = "branch", "office", "top", "leader", "member", "tied"
HR, DEPARTMENT, AUDIT, SYSTEM, SECURITY = "hr", "department", "audit", "system", "security"

# In this order a person of several parts lands on a home page.
PARTS = {
    OFFICE: (Office.PARTY_OFFICE,),
    LEADER: (Office.COMMITTEE_SECRETARY,),
    BRANCH: BRANCH_OFFICES,
    MEMBER: (Office.COMMITTEE_MEMBER,),
    HR: (Office.HR_LIAISON,),
    DEPARTMENT: (Office.DEPARTMENT_LIAISON,),
    AUDIT: (Office.AUDITOR,),
    SECURITY: (Office.SECURITY_ADMINISTRATOR,),
    SYSTEM: (Office.SYSTEM_ADMINISTRATOR,),
}
HOMES = {
    OFFICE: "dashboard",
    LEADER: "dashboard",
    BRANCH: "todo",
    MEMBER: "member-home",
    HR: "roster",
    DEPARTMENT: "problems",
    AUDIT: "access-log",
    SECURITY: "grants",
    SYSTEM: "admin:index",
    TIED: "todo",
}
OVERSEES = (OFFICE, LEADER)
READS = (BRANCH, *OVERSEES, MEMBER, TIED)


@dataclass(frozen=True, slots=True)
class Page:
    """A page of the side bar and the parts that work with it; ``more`` leaves it out of a phone's bottom bar."""

    label: str
    name: str
    icon: str
    parts: tuple[str, ...]
    group: str = ""
    more: bool = False


MAILBOX = "信箱"  # only where mail is kept on a page instead of being sent
WORK, OFFICE_WORK, MANAGEMENT = "资料", "计划与台账", "管理"
PAGES = (
    Page("总览", "dashboard", "home", OVERSEES),
    Page("待办", "todo", "todo", (BRANCH, OFFICE, TIED)),
    Page("我的联系对象", "member-home", "flag", (MEMBER,)),
    Page("人员", "candidates", "people", READS),
    Page("谈心谈话", "talks", "talk", (BRANCH, MEMBER, TIED)),
    Page("年度计划", "plans", "plan", (BRANCH,)),
    Page("待解决问题", "problems", "info", (MEMBER, HR, DEPARTMENT)),
    Page("重点关注", "focus", "flag", OVERSEES),
    Page("通知", "notices", "mail", (*READS, HR, DEPARTMENT), more=True),
    Page("专项工作", "campaigns", "plan", OVERSEES, OFFICE_WORK, more=True),
    Page("人才动向", "movements", "people", OVERSEES, OFFICE_WORK, more=True),
    Page("年度计划", "plans", "plan", (*OVERSEES, MEMBER), OFFICE_WORK, more=True),
    Page("工作台账", "ledger", "ledger", OVERSEES, OFFICE_WORK, more=True),
    Page("提醒看板", "reminder-board", "clock", OVERSEES, OFFICE_WORK, more=True),
    Page("定向联系", "contacts", "people", OVERSEES, OFFICE_WORK, more=True),
    Page("培养联系人", "mentors", "people", OVERSEES, OFFICE_WORK, more=True),
    Page("谈心谈话", "talks", "talk", OVERSEES, OFFICE_WORK, more=True),
    Page("待解决问题", "problems", "info", OVERSEES, OFFICE_WORK, more=True),
    Page("Excel 导入", "import", "in", (OFFICE,), OFFICE_WORK, more=True),
    Page("专项工作", "campaigns", "plan", (BRANCH, MEMBER), WORK, more=True),
    Page("人才动向", "movements", "people", (BRANCH,), WORK, more=True),
    Page("工作台账", "ledger", "ledger", (BRANCH,), WORK, more=True),
    Page("待解决问题", "problems", "info", (BRANCH,), WORK, more=True),
    Page("重点关注", "focus", "flag", (BRANCH,), WORK, more=True),
    Page("培养联系人", "mentors", "people", (BRANCH,), WORK, more=True),
    Page("Excel 导入", "import", "in", (BRANCH,), WORK, more=True),
    Page("二十五步", "road-help", "info", READS, WORK, more=True),
    Page("时间推算", "forecast", "clock", READS, WORK, more=True),
    Page("本部门", "department", "people", (DEPARTMENT,)),
    Page("人员名册", "roster", "people", (HR,)),
    Page("导入花名册", "roster-import", "in", (HR,)),
    Page("已报送动向", "movements-sent", "out", (HR,)),
    Page("授权", "grants", "lock", (SECURITY,)),
    Page("手机丢失", "lost-phone", "phone", (SECURITY,)),
    Page("查阅记录", "access-log", "eye", (AUDIT,)),
    Page("管理后台", "admin:index", "set", (SYSTEM,)),
    Page("党组织", "units", "flag", (OFFICE,), MANAGEMENT, more=True),
    Page("任职", "postings", "set", (OFFICE,), MANAGEMENT, more=True),
    Page("人员名册", "roster", "people", (OFFICE,), MANAGEMENT, more=True),
    Page("授权", "grants", "lock", (OFFICE,), MANAGEMENT, more=True),
    Page("告知部门", "department-shares", "eye", (OFFICE,), MANAGEMENT, more=True),
    Page("恢复录入", "reopenings", "todo", (OFFICE,), MANAGEMENT, more=True),
    Page("本单位规定", "limits", "set", (OFFICE,), MANAGEMENT, more=True),
    Page("文书模板", "paper-templates", "print", (OFFICE,), MANAGEMENT, more=True),
    Page("工作日历", "calendar", "cal", (TOP,), MANAGEMENT, more=True),
    Page("查阅记录", "access-log", "eye", (OFFICE,), MANAGEMENT, more=True),
    Page(MAILBOX, "mailbox", "mail", (*READS, HR, DEPARTMENT), "我的", more=True),
    Page("提醒设置", "my-reminders", "clock", (*READS, HR, DEPARTMENT), "我的", more=True),
)


@dataclass(frozen=True, slots=True)
class Item:
    """One line of the side bar."""

    url: str
    label: str
    icon: str
    count: int | None
    overdue: bool
    current: bool
    more: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines below one small heading."""

    label: str
    items: list[Item]


def parts_of(user):
    """The parts that ``user`` plays, in the order of PARTS; somebody without any is tied to single people."""
    scope = scope_of(user)
    parts = [part for part, offices in PARTS.items() if scope.holds(*offices)]
    if scope.granted_paths and BRANCH not in parts:
        parts.append(BRANCH)
    if scope.holds_at_the_top(Office.PARTY_OFFICE):
        parts.append(TOP)
    return tuple(parts) or (TIED,)


def home_of(user):
    """Name of the page that ``user`` lands on."""
    return HOMES[parts_of(user)[0]]


def navigation(request):
    """What templates/base.html shows around a page: nav, search_url, scope_name, person_name, post_name."""
    user = getattr(request, "user", None)
    if user is None or not user.is_authenticated:
        return {"nav": [], "search_url": "", "scope_name": "", "person_name": "", "post_name": ""}
    return {
        "nav": SimpleLazyObject(lambda: _groups(request)),
        "search_url": SimpleLazyObject(lambda: _search_url(user)),
        "scope_name": SimpleLazyObject(lambda: _scope_name(user)),
        "person_name": user.display_name,
        "post_name": SimpleLazyObject(lambda: _post_name(user)),
    }


def keeps_mail_on_a_page():
    """True in the demonstration, where no mail server is configured."""
    return settings.EMAIL_BACKEND == "committee.mailbox.MailboxBackend"


def _groups(request):
    parts = set(parts_of(request.user))
    groups, seen = {}, set()
    for page in PAGES:
        if parts.isdisjoint(page.parts) or page.name in seen or (page.label == MAILBOX and not keeps_mail_on_a_page()):
            continue
        seen.add(page.name)
        groups.setdefault(page.group, []).append(_item(page, request))
    return [Group(label, items) for label, items in groups.items()]


def _item(page, request):
    url = reverse(page.name)
    count = overdue_owed(user=request.user, today=timezone.localdate()) if page.name == "todo" else None
    current = request.path == url or (url != "/" and not page.name.startswith("admin") and request.path.startswith(url))
    return Item(url, page.label, page.icon, count or None, bool(count), current, page.more)


def _search_url(user):
    """Where the search box looks people up: among those within reach, or on the roster; "" for those who see nobody."""
    parts = set(parts_of(user))
    if parts & set(READS):
        return reverse("candidates")
    return reverse("roster") if HR in parts else ""


def _scope_name(user):
    post = _main_post(user)
    return post.unit_name if post else ""


def _post_name(user):
    scope = scope_of(user)
    if post := _main_post(user):
        return Office(post.office).label
    if scope.granted_paths:
        return "代理"
    return "联系人" if scope.candidate_ids else ""


def _main_post(user):
    """The post that decides the home page, else the oldest."""
    posts = scope_of(user).posts
    for offices in PARTS.values():
        for post in posts:
            if post.office in offices:
                return post
    return posts[0] if posts else None
