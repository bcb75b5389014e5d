"""The secretary's home: what is owed, grouped by how near its last day is."""

from collections import Counter
from dataclasses import dataclass
from datetime import date, timedelta

from django.db.models import Case, Count, Q, Value, When
from django.urls import reverse

from branches.offices import BRANCH_OFFICES, Office
from recruitment.links import link_to
from recruitment.models import Candidate, DesignatedContact, Due
from recruitment.queries.overdue import escalated_to, owed_by_user
from recruitment.rules.contacts import LEADERS
from recruitment.scope import scope_of
from recruitment.stages import DueKind, RoadState, Stage

# What lies further ahead than this is not shown unless it can already be done.
AHEAD_DAYS = 60
# More than anybody can act on in a day; the nearest come first.
MOST = 400


@dataclass(frozen=True, slots=True)
class TodoDue:
    """One line of the list, as templates/recruitment/_due.html shows it."""

    candidate_code: object
    name: str
    name_note: str
    title: str
    law: str
    reason: str
    due_on: date
    waiting: bool
    due_note: str
    action_label: str
    action_url: str
    action_quiet: bool


@dataclass(frozen=True, slots=True)
class Group:
    """Lines whose last days are equally near."""

    level: str
    label: str
    note: str
    dues: tuple[TodoDue, ...]


@dataclass(frozen=True, slots=True)
class StageCount:
    """People of one stage, and how many dues about them are late."""

    label: str
    count: int
    overdue: int
    percent: int
    url: str


@dataclass(frozen=True, slots=True)
class Contact:
    """Somebody the user looks after."""

    code: object
    name: str
    title: str
    note: str
    days: int | None
    level: str


@dataclass(frozen=True, slots=True)
class Todo:
    """Everything that the page shows."""

    today: date
    unit_name: str
    groups: tuple[Group, ...]
    overdue_count: int
    week_count: int
    stage_counts: tuple[StageCount, ...]
    candidate_count: int
    contacts: tuple[Contact, ...]
    looks_after: bool
    may_register: bool
    may_import: bool


def todo_page(*, user, today):
    """The home of whoever owes acts: secretary, deputy, organisation commissioner, mentor, office."""
    scope = scope_of(user)
    dues = list(
        Due.objects.visible_to(user)
        .open()
        .filter(Q(opens_on__lte=today) | Q(due_on__lte=today + timedelta(days=AHEAD_DAYS)))
        .annotate(is_mine=truth(owed_by_user(user, today)), is_escalated=truth(escalated_to(user, today)))
        .filter(Q(is_mine=True) | with_the_committee(scope))
        .select_related("candidate__person", "unit")
        .order_by("due_on", "pk")[:MOST]
    )
    mine = [due for due in dues if due.is_mine]
    waiting = [due for due in dues if not due.is_mine]
    acting = [post for post in scope.posts if post.office in BRANCH_OFFICES or post.office == Office.PARTY_OFFICE]
    groups = grouped(mine, waiting, today)
    counts = stage_counts(user, today)
    may_act = bool(acting or scope.granted_paths)
    contacts = contacts_of(user, today)
    return Todo(
        today=today,
        unit_name=acting[0].unit_name if len(acting) == 1 else "本支部" if may_act else "我联系的人员",
        groups=groups,
        overdue_count=sum(due.is_overdue(today) for due in mine),
        week_count=sum(due.is_binding and today <= due.due_on <= end_of_week(today) for due in mine),
        stage_counts=counts,
        candidate_count=sum(row.count for row in counts),
        contacts=contacts,
        looks_after=bool(contacts) or scope.holds(*LEADERS),
        may_register=may_act,
        may_import=may_act,
    )


def truth(condition):
    """``condition`` as a column that says yes or no of every row."""
    return Case(When(condition, then=Value(True)), default=Value(False))


def with_the_committee(scope):
    """Q for what the committee's office owes about a branch's people: shown to the branch as waiting."""
    if not (scope.holds(*BRANCH_OFFICES) or scope.granted_paths):
        return Q(pk__in=())
    return Q(owed_by=Office.PARTY_OFFICE, owed_by_person__isnull=True)


def owes(scope, due):
    """True when the user of ``scope`` owes ``due``: in person, or through a post over its unit (deputies included)."""
    if due.owed_by_person_id is not None:
        return due.owed_by_person_id == scope.person_id
    if due.owed_by in BRANCH_OFFICES:
        return bool(set(BRANCH_OFFICES) & scope.offices_over(due.unit_path))
    return due.owed_by in scope.offices_over(due.unit_path)


def end_of_week(today):
    """The Sunday of this week."""
    return today + timedelta(days=6 - today.weekday())


def end_of_month(today):
    """The last day of this month."""
    return (today.replace(day=28) + timedelta(days=4)).replace(day=1) - timedelta(days=1)


def grouped(mine, waiting, today):
    """逾期 / 本周 / 本月 / 以后 / 等待上级党委, without the empty ones."""
    week, month = end_of_week(today), end_of_month(today)
    borders = (
        ("overdue", "逾期", date.min, today - timedelta(days=1), ""),
        ("soon", "本周", today, week, f"，{week.month} 月 {week.day} 日前"),
        ("later", "本月", week + timedelta(days=1), month, f"，{month.month} 月 {month.day} 日前"),
        ("later", "以后", max(week, month) + timedelta(days=1), date.max, ""),
    )
    groups = []
    for level, label, first, last, note in borders:
        found = tuple(todo_due(due, today) for due in mine if first <= day_of(due, today) <= last)
        if found:
            groups.append(Group(level, label, f"{len(found)} 项{note}", found))
    if waiting:
        lines = tuple(todo_due(due, today, waiting=True) for due in waiting)
        groups.append(Group("wait", "等待上级党委", f"{len(lines)} 项，不需支部操作", lines))
    return tuple(groups)


def day_of(due, today):
    """The day by which a due is grouped: an advised day that has passed keeps asking today, but is not late.

    Papers of steps that are done come after everything that is to be done.
    """
    if due.kind == DueKind.PAPERS:
        return date.max
    return due.due_on if due.is_binding else max(due.due_on, today)


def todo_due(due, today, *, waiting=False):
    """One due as a line; the reason is the window or a note that the date is provisional."""
    person = due.candidate.person if due.candidate_id else None
    if waiting:
        url = reverse("candidate", args=[due.candidate.code]) if due.candidate_id else ""
    else:
        url = link_to(due)
    return TodoDue(
        candidate_code=due.candidate.code if due.candidate_id else "",
        name=person.name if person else due.unit.short_name,
        name_note=person.title if person else "",
        title=due.title,
        law=due.article,
        reason=_reason(due, today),
        due_on=due.due_on if due.is_binding else None,
        waiting=waiting,
        due_note="" if due.is_binding else f"宜在 {due.due_on} 前",
        action_label="查看" if waiting else "办理",
        action_url=url,
        action_quiet=waiting,
    )


def _reason(due, today):
    """The one remark that matters most: the branch has no secretary, the day is provisional, or it is too early."""
    if due.is_escalated:
        return "该支部书记空缺，由党办督办"
    if due.is_provisional:
        return "暂算，待官方日历公布后重算"
    return "" if due.opens_on <= today else f"{due.opens_on} 起可办"


def stage_counts(user, today):
    """People per stage within reach, with the number of late dues, in two queries."""
    people = Counter(
        dict(Candidate.objects.visible_to(user).on_the_road().order_by().values_list("stage").annotate(Count("pk")))
    )
    late = Counter(
        dict(
            Due.objects.visible_to(user)
            .overdue(today)
            .filter(candidate__state=RoadState.ACTIVE)
            .order_by()
            .values_list("candidate__stage")
            .annotate(Count("pk"))
        )
    )
    largest = max(people.values(), default=0) or 1
    stages = [stage for stage in Stage if stage != Stage.FULL_MEMBER or people[stage]]
    return tuple(
        StageCount(
            label=stage.label,
            count=people[stage],
            overdue=late[stage],
            percent=round(people[stage] / largest * 100),
            url=f"{reverse('candidates')}?stage={int(stage)}",
        )
        for stage in stages
    )


def contacts_of(user, today):
    """The user's designated contacts with the days since the last talk."""
    if not user.person_id:
        return ()
    ties = (
        DesignatedContact.objects.on(today)
        .filter(leader_id=user.person_id)
        .filter(scope_of(user).candidates("candidate__"))
        .select_related("candidate__person")
        .order_by("candidate__last_talk_on", "pk")
    )
    found = []
    for tie in ties:
        candidate = tie.candidate
        days = (today - candidate.last_talk_on).days if candidate.last_talk_on else None
        level = "soon" if days is None or days > 45 else "ok"
        if days is not None and days > 60:
            level = "overdue"
        found.append(
            Contact(
                code=candidate.code,
                name=candidate.person.name,
                title=candidate.person.title,
                note=Stage(candidate.stage).label,
                days=days,
                level=level,
            )
        )
    return tuple(found)


def as_context(page):
    """The page's fields under the names its template asks for."""
    return {name: getattr(page, name) for name in page.__dataclass_fields__}
