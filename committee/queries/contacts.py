"""定向联系: who looks after whom, where nobody does, and each leader's year of talks (notice R2, B3)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date

from django.conf import settings
from django.db.models import Count, Exists, Max, OuterRef, Q, Subquery
from django.db.models.functions import TruncMonth

from branches.models import Person, Posting
from branches.offices import Office
from committee.models import Talk
from committee.queries.flow import MONTHS, first_month
from committee.queries.focus import criteria_in_force, roster_fact
from committee.rules.focus import criteria_met
from recruitment.calendar import add_months
from recruitment.models import Candidate, DesignatedContact
from recruitment.rules.contacts import LEADERS, MOST_CONTACTS, talk_since
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage

UNACCOMPANIED_ROWS = 20


@dataclass(frozen=True, slots=True)
class ContactCell:
    """One person somebody looks after; ``days`` since the last talk, None where there was none yet."""

    pk: int
    code: object
    name: str
    stage: str
    since_on: date
    days: int | None
    is_late: bool


@dataclass(frozen=True, slots=True)
class LeaderRow:
    """A committee member or secretary with the people looked after and the talks of twelve months."""

    name: str
    post: str
    contacts: tuple[ContactCell, ...]
    months: tuple[int, ...]
    is_gap: bool


@dataclass(frozen=True, slots=True)
class Unaccompanied:
    """Somebody nobody looks after yet, with the criteria met."""

    code: object
    name: str
    note: str
    criteria: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Coverage:
    """The whole page."""

    leaders: tuple[LeaderRow, ...]
    months: tuple[str, ...]
    gaps: int
    late: int
    unaccompanied: tuple[Unaccompanied, ...]
    unaccompanied_total: int
    may_assign: bool


def coverage(*, user, today):
    """Everybody who is to have one or two contacts within the reach of ``user``, in six queries."""
    posts = leader_posts(user, today)
    contacts = _contacts(user, posts, today)
    months = _months(posts, today)
    leaders = []
    for person_id, (name, post) in posts.items():
        cells = tuple(contacts[person_id])
        leaders.append(LeaderRow(name, post, cells, tuple(months[person_id]), not cells))
    people, total = _unaccompanied(user, today)
    first = first_month(today)
    return Coverage(
        leaders=tuple(leaders),
        months=tuple(str((first.month - 1 + i) % 12 + 1) for i in range(MONTHS)),
        gaps=sum(row.is_gap for row in leaders),
        late=sum(cell.is_late for row in leaders for cell in row.contacts),
        unaccompanied=people,
        unaccompanied_total=total,
        may_assign=scope_of(user).holds(Office.PARTY_OFFICE),
    )


def leader_posts(user, today):
    """{person id: (name, post in words)} of those who are to look after somebody, committee first."""
    reach = Q(pk__in=())
    for path in scope_of(user).paths:
        reach |= Q(unit__path__startswith=path)
    posts = Posting.objects.on(today).filter(reach, office__in=LEADERS).select_related("person", "unit")
    found = {}
    for posting in sorted(posts, key=lambda posting: (LEADERS.index(posting.office), posting.unit.path, posting.pk)):
        found.setdefault(posting.person_id, (posting.person.name, post_words(posting)))
    return found


def post_words(posting):
    """A post with its unit, as people say it: 院党委委员, 冰冻圈党支部书记."""
    office = posting.get_office_display()
    unit = posting.unit.short_name
    return f"{unit.removesuffix('党委') if office.startswith('党委') else unit}{office}"


def leaders_with_load(candidate, today):
    """Persons who may look after ``candidate``, annotated with ``load``: how many they look after now.

    Leaders of the branch and of the committees above it; never the person.
    """
    units = [candidate.unit_path[: end + 1] for end, sign in enumerate(candidate.unit_path) if sign == "/"]
    posts = Posting.objects.on(today).filter(office__in=LEADERS, unit__path__in=units)
    running = Q(designated_contacts__ends_on__isnull=True, designated_contacts__candidate__state=RoadState.ACTIVE)
    return (
        Person.objects.filter(pk__in=posts.values("person_id"))
        .exclude(pk=candidate.person_id)
        .annotate(load=Count("designated_contacts", filter=running, distinct=True))
        .order_by("load", "pinyin", "pk")
    )


def leader_label(person):
    """A leader in a list of choices, with the load."""
    words = f"现联系 {person.load} 人" if person.load else "尚未联系"
    full = "，再增加须填理由" if person.load >= MOST_CONTACTS else ""
    return f"{person.name}（{words}{full}）"


def contact_of(*, user, code, contact_id):
    """(candidate, contact, whether it has ended) within reach; raises DoesNotExist for strangers."""
    candidate = Candidate.objects.visible_to(user).select_related("person", "unit").get(code=code)
    contact = candidate.designatedcontacts.select_related("leader").get(pk=contact_id)
    return candidate, contact, contact.ends_on is not None


def candidate_to_assign(*, user, code):
    """The candidate somebody is to be assigned to, its contacts loaded; raises DoesNotExist for strangers."""
    candidate = (
        Candidate.objects.visible_to(user)
        .filter(state=RoadState.ACTIVE, stage__lt=Stage.PROBATIONARY_MEMBER)
        .select_related("person", "unit")
        .get(code=code)
    )
    return candidate


def _contacts(user, posts, today):
    last_talk = (
        Talk.objects.standing()
        .filter(candidate=OuterRef("candidate"), talker=OuterRef("leader"))
        .order_by()
        .values("candidate")
        .annotate(last=Max("held_on"))
        .values("last")
    )
    ties = (
        DesignatedContact.objects.open()
        .filter(scope_of(user).candidates("candidate__"), leader_id__in=posts)
        .select_related("candidate__person")
        .annotate(last_on=Subquery(last_talk))
        .order_by("starts_on", "pk")
    )
    found = defaultdict(list)
    for tie in ties:
        since_on = talk_since(tie.starts_on, tie.last_on)
        found[tie.leader_id].append(
            ContactCell(
                pk=tie.pk,
                code=tie.candidate.code,
                name=tie.candidate.person.name,
                stage=tie.candidate.get_stage_display(),
                since_on=tie.starts_on,
                days=(today - tie.last_on).days if tie.last_on else None,
                is_late=(today - since_on).days > settings.YINLING_CONTACT_DAYS,
            )
        )
    return found


def _months(posts, today):
    """{person id: [talks of each of twelve months]}, in one query; only talks with people now within anybody's reach."""
    first = first_month(today)
    rows = (
        Talk.objects.standing()
        .filter(talker_id__in=posts, held_on__gte=first, held_on__lte=today)
        .exclude(candidate__state=RoadState.DECLINED)
        .order_by()
        .annotate(month=TruncMonth("held_on"))
        .values_list("talker_id", "month")
        .annotate(talks=Count("pk"))
    )
    counted = Counter({(talker, month): talks for talker, month, talks in rows})
    months = [add_months(first, i) for i in range(MONTHS)]
    return {person_id: [counted[person_id, month] for month in months] for person_id in posts}


def _unaccompanied(user, today):
    """(people without a contact, how many there are): those who have not applied first, then by how long on file."""
    people = (
        Candidate.objects.visible_to(user)
        .on_the_road()
        .filter(stage__lt=Stage.PROBATIONARY_MEMBER)
        .filter(~Exists(DesignatedContact.objects.open().filter(candidate=OuterRef("pk"))))
    )
    criteria = criteria_in_force()
    rows = people.select_related("person", "unit").order_by("stage", "opened_at", "pk")[:UNACCOMPANIED_ROWS]
    found = tuple(
        Unaccompanied(
            code=candidate.code,
            name=candidate.person.name,
            note=f"{candidate.get_stage_display()}，{candidate.unit.short_name}",
            criteria=criteria_met(roster_fact(candidate.person), criteria, today=today),
        )
        for candidate in rows
    )
    return found, people.count() if len(found) == UNACCOMPANIED_ROWS else len(found)
