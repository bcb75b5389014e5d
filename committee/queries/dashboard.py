"""总览: what the party office sees first, in a fixed number of grouped queries whatever the number of people (notice R4)."""

from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, F, FilteredRelation, Max, OuterRef, Q, Subquery, Window
from django.urls import reverse

from branches.models import Person, Posting
from branches.offices import Office
from committee.charts import ContactRow, Drawing, HeatMatrix, contact_dots
from committee.models import Talk
from committee.queries.composition import Composition, composition_counts, compositions_of, total_of
from committee.queries.flow import durations_of, flow_of, funnel_of, trend_of
from committee.queries.movements import may_list, waiting, with_candidates
from committee.queries.stage_counts import PENDING, branches_within, due_counts, matrix_of, stage_counts
from recruitment.models import Candidate, Due, LedgerVerification
from recruitment.rules.contacts import talk_since
from recruitment.scope import scope_of

OVERDUE_ROWS = 8
PENDING_ROWS = 8
MOVEMENT_ROWS = 6
MEMBERS = (Office.COMMITTEE_SECRETARY, Office.COMMITTEE_MEMBER)


@dataclass(frozen=True, slots=True)
class Attention:
    """One cell of the strip."""

    label: str
    glyph: str
    count: int
    unit: str
    note: str
    url: str
    is_overdue: bool = False


@dataclass(frozen=True, slots=True)
class DueRow:
    """One open due; ``code`` is "" where it is about a unit, ``due_on`` None where no rule sets a last day."""

    code: object
    name: str
    unit_name: str
    title: str
    law: str
    due_on: date | None
    owner: str


@dataclass(frozen=True, slots=True)
class Movement:
    """What HR reported, and what to do with it."""

    on: date
    code: object
    name: str
    title: str
    note: str
    action_url: str
    action_label: str


@dataclass(frozen=True, slots=True)
class Chain:
    """What the last verification of the ledger found."""

    is_ok: bool
    text: str


@dataclass(frozen=True, slots=True)
class Dashboard:
    """Everything that templates/committee/dashboard.html shows."""

    today: date
    scope_text: str
    chain: Chain | None
    attention: tuple[Attention, ...]
    funnel: Drawing
    funnel_note: str
    overdue: tuple[DueRow, ...]
    overdue_total: int
    overdue_url: str
    matrix: HeatMatrix
    contacts: Drawing | None
    contacts_note: str
    compositions: tuple[Composition, ...]
    compositions_note: str
    trend: Drawing
    durations: Drawing | None
    movements: tuple[Movement, ...]
    pending: tuple[DueRow, ...]
    may_export: bool


def dashboard(*, user, today):
    """The whole page in nine queries; everything is within the reach of ``user``, an office's subtree or a branch."""
    branches = list(branches_within(user))
    people = stage_counts(user)
    dues = due_counts(user, today)
    overdue, pending = due_rows(user, today)
    taken, monthly = flow_of(user, today)
    kinds = composition_counts(user, today)
    outside, covered = total_of(kinds)
    leaders = contact_rows(user, today)
    movements, unseen = movement_rows(user)
    late = [(row.leader, name) for row in leaders for name, days in row.contacts if _is_late(days)]
    overdue_url = f"{reverse('candidates')}?overdue=on"
    return Dashboard(
        today=today,
        scope_text=_scope_text(user, branches),
        chain=last_verification(),
        attention=_attention(dues, late, unseen, today, overdue_url),
        funnel=funnel_of(outside, people, taken),
        funnel_note="转化率旁为环节间隔中位时长",
        overdue=overdue,
        overdue_total=dues.overdue,
        overdue_url=overdue_url,
        matrix=matrix_of(branches, people, dues),
        contacts=contact_dots(leaders, limit=settings.YINLING_CONTACT_DAYS) if leaders else None,
        contacts_note=_contacts_note(leaders, late),
        compositions=compositions_of(kinds),
        compositions_note=f"实心为在册 {covered} 人，底色为同类党外科技骨干 {outside} 人，右侧为覆盖率",
        trend=trend_of(monthly, today),
        durations=durations_of(taken),
        movements=movements,
        pending=pending,
        may_export=True,
    )


def _scope_text(user, branches):
    names = {post.unit_name for post in scope_of(user).posts if post.unit_path}
    whose = next(iter(names)) if len(names) == 1 else ""
    return f"{whose}　{len(branches)} 个党支部".strip()


def _attention(dues, late, unseen, today, overdue_url):
    longest = f"，最长 {(today - dues.oldest_on).days} 天" if dues.overdue else ""
    of_units = dues.overdue - dues.overdue_of_people
    limit = settings.YINLING_CONTACT_DAYS
    todo = reverse("todo")
    return (
        Attention(
            "逾期事项",
            "overdue",
            dues.overdue,
            "项",
            f"人员 {dues.overdue_of_people}，党组织 {of_units}{longest}",
            overdue_url,
            is_overdue=True,
        ),
        Attention("7 天内到期", "soon", dues.soon, "项", f"其中支部大会 {dues.meetings_soon} 场", todo),
        Attention("待党委办理", "wait", dues.pending, "件", f"其中逾期 {dues.pending_late} 件", todo),
        Attention(
            f"超 {limit} 天未谈心",
            "soon",
            len(late),
            "人",
            f"涉及委员 {len({leader for leader, _ in late})} 位",
            reverse("contacts"),
        ),
        Attention("问题待答复", "bad", dues.problems, "项", f"其中逾期 {dues.problems_late} 项", reverse("problems")),
        Attention("人才动向待处理", "soon", unseen, "条", "人事部门报送", reverse("movements")),
    )


# --- Lists


def due_rows(user, today):
    """(the longest overdue, what the committee owes by last day), in one query."""
    visible = Due.objects.visible_to(user).open()
    late = visible.overdue(today).order_by("due_on", "pk").values("pk")[:OVERDUE_ROWS]
    waiting = visible.filter(PENDING).order_by("due_on", "pk").values("pk")[:PENDING_ROWS]
    dues = list(
        Due.objects.filter(Q(pk__in=late) | Q(pk__in=waiting))
        .select_related("candidate__person", "unit", "owed_by_person")
        .order_by("due_on", "pk")
    )
    overdue = tuple(_due_row(due) for due in dues if due.is_overdue(today))[:OVERDUE_ROWS]
    pending = [
        due for due in dues if due.owed_by == Office.PARTY_OFFICE and not due.owed_by_person_id and due.step is not None
    ]
    return overdue, tuple(_due_row(due) for due in pending[:PENDING_ROWS])


def _due_row(due):
    return DueRow(
        code=due.candidate.code if due.candidate_id else "",
        name=due.candidate.person.name if due.candidate_id else due.unit.short_name,
        unit_name=due.unit.short_name,
        title=due.title,
        law=due.article,
        due_on=due.due_on if due.is_binding else None,
        owner=due.owed_by_person.name if due.owed_by_person_id else due.get_owed_by_display(),
    )


def movement_rows(user):
    """(the latest movements that wait for the user's office, how many there are), in one query."""
    rows = (
        with_candidates(waiting(user), user)
        .annotate(total=Window(Count("pk")))
        .order_by("-happened_on", "-pk")[:MOVEMENT_ROWS]
    )
    rows = list(rows)
    return tuple(_movement(row, user) for row in rows), rows[0].total if rows else 0


def _movement(row, user):
    person = row.person
    where = person.department.name if person.department_id else person.unit.short_name if person.unit_id else ""
    known, listable = row.candidate_code is not None, may_list(row, user)
    stage = Candidate(stage=row.candidate_stage).get_stage_display() if known else "尚未列入名单" if listable else ""
    return Movement(
        on=row.happened_on,
        code=row.candidate_code if known else "",
        name=person.name,
        title="，".join(part for part in (row.get_kind_display(), row.summary) if part),
        note="；".join(part for part in (where, stage) if part),
        action_url=reverse("candidate", args=[row.candidate_code])
        if known
        else reverse("focus-add", args=[person.code])
        if listable
        else "",
        action_label="查看" if known else "列入重点关注",
    )


# --- Designated contacts of the committee


def contact_rows(user, today):
    """Every committee member within reach with the people looked after and the days since the own last talk; one query."""
    scope = scope_of(user)
    posts = Posting.objects.on(today).filter(office__in=MEMBERS)
    reach = Q(pk__in=())
    for path in scope.paths:
        reach |= Q(unit__path__startswith=path)
    last_talk = (
        Talk.objects.standing()
        .filter(candidate=OuterRef("tie__candidate"), talker=OuterRef("pk"))
        .order_by()
        .values("candidate")
        .annotate(last=Max("held_on"))
        .values("last")
    )
    rows = (
        Person.objects.filter(pk__in=posts.filter(reach).values("person_id"))
        .annotate(
            tie=FilteredRelation("designated_contacts", condition=Q(designated_contacts__ends_on__isnull=True)),
            last_talk_on=Subquery(last_talk),
            person_name=F("tie__candidate__person__name"),
            path=F("tie__candidate__unit_path"),
            since_on=F("tie__starts_on"),
        )
        .order_by("pinyin", "pk", "tie__pk")
        .values_list("pk", "name", "person_name", "path", "since_on", "last_talk_on")
    )
    leaders = {}
    for pk, leader, name, path, since_on, last_talk_on in rows:
        contacts = leaders.setdefault(pk, (leader, []))[1]
        if name and path.startswith(scope.paths):
            contacts.append((name, _days(since_on, last_talk_on, today)))
    return [ContactRow(leader, tuple(contacts)) for leader, contacts in leaders.values()]


def _days(since_on, last_talk_on, today):
    """Days since the last talk; without one None once the term has run out, before that the days since the assignment."""
    days = (today - talk_since(since_on, last_talk_on)).days
    return None if last_talk_on is None and days > settings.YINLING_CONTACT_DAYS else days


def _is_late(days):
    return days is None or days > settings.YINLING_CONTACT_DAYS


def _contacts_note(leaders, late):
    if not leaders:
        return ""
    looked_after = sum(len(row.contacts) for row in leaders)
    words = [f"{len(leaders)} 位委员联系 {looked_after} 人。"]
    gaps = [row.leader for row in leaders if not row.contacts]
    if gaps:
        words.append(f"{'、'.join(gaps)}尚未指定联系对象。")
    if late:
        words.append(f"{'、'.join(name for _, name in late)}超过 {settings.YINLING_CONTACT_DAYS} 天未谈心。")
    return "".join(words)


def last_verification():
    """What the last verification of the ledger found, None before the first."""
    row = LedgerVerification.objects.order_by("-verified_at").first()
    if row is None:
        return None
    return Chain(row.is_intact, f"{row.entries} 条记录")
