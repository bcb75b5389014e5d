"""The weekly digest of those who track a committee's branches, and the monthly one of committee members (notice R2, R4)."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from uuid import UUID

from django.db.models import Count, Q
from django.db.models.functions import TruncDate

from branches.models import Unit
from branches.offices import Office
from branches.urgency import Urgency, urgency
from committee.models import DigestItem, DigestKind, Problem
from committee.models.digests import TOLD
from committee.queries.roll_call import open_dues, seats_for
from committee.rules.masking import masked
from committee.rules.reminder_kinds import words_of
from committee.rules.reminders import Tier, weekly_day_before
from recruitment.models import Candidate, DesignatedContact, Due, StepRecord
from recruitment.queries.facts import calendar_in_force
from recruitment.queries.scopes import scopes_of
from recruitment.stages import DueKind, RoadState, Stage
from recruitment.steps import STEPS

WEEKLY_OFFICES = (Office.PARTY_OFFICE, Office.COMMITTEE_SECRETARY)
SOON = timedelta(days=7)
LONG_WITHOUT_TALK = 60
MOST_LATE_LINES = 10
MOST_UNITS = 5
# A meeting and an approval stand on the road twice, under one name: for admission and for conversion.
_NAMES = [step.name for step in STEPS]
ACT_WORDS = {
    step.number: DueKind(step.due_kind).label if _NAMES.count(step.name) > 1 else step.name for step in STEPS
}


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch of the weekly table."""

    name: str
    people: int
    overdue: int
    soon: int


@dataclass(frozen=True, slots=True)
class LateLine:
    """One late act: whom it is about, what, where, with whom it lies and how often they were reminded."""

    due_id: int
    who: str
    what: str
    where: str
    with_whom: str
    urgency: Urgency
    told_times: int


@dataclass(frozen=True, slots=True)
class Moved:
    """What was recorded in the week, or falls due in the next: an act, how often, and in which branches."""

    what: str
    count: int
    units: str


@dataclass(frozen=True, slots=True)
class WeeklyContent:
    """A weekly digest, ready for its templates."""

    kind: str
    local_date: date
    recipient: str
    scope: str
    headline: str
    from_on: date
    until_on: date
    overdue: int
    soon: int
    owed_here: int
    without_talk: int
    rows: tuple[BranchRow, ...]
    moved: tuple[Moved, ...]
    ahead: tuple[Moved, ...]
    late: tuple[LateLine, ...]
    late_more: int
    due_ids: tuple[int, ...]
    named_ids: tuple[int, ...]
    candidate_ids: tuple[int, ...]
    reminder_ids: frozenset[int] = frozenset()


@dataclass(frozen=True, slots=True)
class ContactLine:
    """One designated contact of a member: place on the road, days since the last talk, problems without an answer."""

    code: UUID
    who: str
    stage: str
    days: int | None
    problems: int


@dataclass(frozen=True, slots=True)
class MonthlyContent:
    """A committee member's monthly digest; nothing of what was said in a talk."""

    kind: str
    local_date: date
    recipient: str
    scope: str
    headline: str
    contacts: tuple[ContactLine, ...]
    candidate_ids: tuple[int, ...]
    due_ids: tuple[int, ...] = ()
    named_ids: tuple[int, ...] = ()
    reminder_ids: frozenset[int] = frozenset()


def summary_contents(digests, today, *, mask):
    """{digest id: content, or None when there is nothing to tell}; a fixed number of queries for all together."""
    users = {digest.recipient_id: digest.recipient for digest in digests}
    scopes = scopes_of(users.values(), today)
    weekly = [digest for digest in digests if digest.kind == DigestKind.WEEKLY]
    monthly = [digest for digest in digests if digest.kind == DigestKind.MONTHLY]
    contents = {}
    if weekly:
        week = _Week(today)
        contents |= {digest.pk: week.content(digest, scopes[digest.recipient_id], mask) for digest in weekly}
    if monthly:
        contents |= _monthly(monthly, scopes, today, mask)
    return contents


class _Week:
    """The figures of all units for one week, read once and added up for each recipient.

    The week begins on the day of the digest before, whose morning knew nothing of that day yet, and ends yesterday: over
    holidays it is longer, so that nothing falls between two digests.
    """

    def __init__(self, today):
        self.today = today
        self.since = since = weekly_day_before(calendar_in_force(), today)
        active = Q(state=RoadState.ACTIVE)
        self.units = {unit.pk: unit for unit in Unit.objects.active()}
        self.people = Counter(
            dict(Candidate.objects.filter(active).order_by().values_list("unit_id").annotate(Count("pk")))
        )
        self.without_talk = Counter(
            dict(
                Candidate.objects.filter(
                    active, designatedcontacts__ends_on__isnull=True, designatedcontacts__isnull=False
                )
                .filter(Q(last_talk_on__lt=today - timedelta(days=LONG_WITHOUT_TALK)) | Q(last_talk_on__isnull=True))
                .order_by()
                .values_list("unit_id")
                .annotate(Count("pk", distinct=True))
            )
        )
        self.dues = open_dues(Q(due_on__lte=today + SOON), today)
        owing = Q(settled_at__isnull=True) | Q(settled_at__date__gte=since)
        about_active = Q(candidate__isnull=True) | Q(candidate__state=RoadState.ACTIVE)
        self.overdue_before = Counter(
            dict(
                Due.objects.filter(owing, about_active, is_binding=True, due_on__lt=since, opened_at__date__lt=since)
                .order_by()
                .values_list("unit_id")
                .annotate(Count("pk"))
            )
        )
        self.steps = list(
            StepRecord.objects.standing()
            .filter(candidate__state__in=(RoadState.ACTIVE, RoadState.CLOSED))
            .annotate(day=TruncDate("recorded_at"))
            .filter(day__gte=since, day__lt=today)
            .order_by("step")
            .values_list("step", "candidate__unit_id", "candidate_id", "candidate__person_id")
        )
        self.seats = seats_for(self.dues, today, {})
        self.told = dict(
            DigestItem.objects.filter(digest__state__in=TOLD, is_reminder=True, due__in=[due.pk for due in self.dues])
            .order_by()
            .values_list("due_id")
            .annotate(Count("digest__local_date", distinct=True))
        )

    def content(self, digest, scope, mask):
        """What the holder of ``scope`` is told of the units below his posts; None without such a post."""
        posts = [post for post in scope.posts if post.office in WEEKLY_OFFICES and post.unit_path]
        if not posts:
            return None
        paths = tuple(post.unit_path for post in posts)
        inside = {pk for pk, unit in self.units.items() if unit.path.startswith(paths)}
        dues = [due for due in self.dues if due.unit_id in inside and scope.knows_of(due)]
        overdue = [due for due in dues if due.is_overdue(self.today)]
        change = len(overdue) - sum(self.overdue_before[pk] for pk in inside)
        late = sorted(overdue, key=lambda due: due.due_on)[:MOST_LATE_LINES]
        moved = self._moved(inside, scope)
        if not dues and not moved and not any(self.people[pk] for pk in inside):
            return None
        by_unit = Counter(due.unit_id for due in overdue)
        soon = [due for due in dues if due.is_binding and due.due_on >= self.today]
        soon_by_unit = Counter(due.unit_id for due in soon)
        return WeeklyContent(
            kind=digest.kind,
            local_date=self.today,
            recipient=digest.recipient.display_name,
            scope=posts[0].unit_name if len(posts) == 1 else "",
            headline=_weekly_headline(len(overdue), change),
            from_on=self.since,
            until_on=self.today - timedelta(days=1),
            overdue=len(overdue),
            soon=len(soon),
            owed_here=sum(due.owed_by == Office.PARTY_OFFICE for due in dues),
            without_talk=sum(self.without_talk[pk] for pk in inside),
            rows=tuple(
                BranchRow(unit.short_name, self.people[pk], by_unit[pk], soon_by_unit[pk])
                for pk, unit in sorted(self.units.items(), key=lambda row: row[1].path)
                if pk in inside and (self.people[pk] or by_unit[pk] or soon_by_unit[pk])
            ),
            moved=moved,
            ahead=self._ahead(soon),
            late=tuple(self._late_line(due, mask) for due in late),
            late_more=len(overdue) - len(late),
            due_ids=tuple(due.pk for due in late),
            named_ids=tuple(due.pk for due in late),
            candidate_ids=tuple(sorted({due.candidate.pk for due in late if due.candidate})),
        )

    def _moved(self, inside, scope):
        by_step = defaultdict(Counter)
        for step, unit_id, _, person_id in self.steps:
            if unit_id in inside and person_id != scope.person_id:
                by_step[step][unit_id] += 1
        return tuple(
            Moved(
                ACT_WORDS[step],
                sum(units.values()),
                self._where(units),
            )
            for step, units in sorted(by_step.items())
        )

    def _ahead(self, soon):
        """What falls due in the coming days, by kind, the most frequent first."""
        by_kind = defaultdict(Counter)
        for due in soon:
            by_kind[words_of(due.kind, due.title)][due.unit_id] += 1
        rows = sorted(by_kind.items(), key=lambda row: -sum(row[1].values()))
        return tuple(Moved(what, sum(units.values()), self._where(units)) for what, units in rows)

    def _where(self, units):
        named = "，".join(f"{self.units[pk].short_name} {count}" for pk, count in units.most_common(MOST_UNITS))
        return named + ("等" if len(units) > MOST_UNITS else "")

    def _late_line(self, due, mask):
        name = due.candidate.name if due.candidate else ""
        owers = [self.seats.users[person].display_name for person in self.seats.told(Tier.OWES, due)]
        return LateLine(
            due_id=due.pk,
            who=(masked(name) if mask else name) if name else due.unit_name,
            what=due.title,
            where=due.unit_name if name else "",
            with_whom="、".join(owers[:2]),
            urgency=urgency(due.due_on, self.today),
            told_times=self.told.get(due.pk, 0),
        )


def _weekly_headline(overdue, change):
    if not overdue:
        return "没有逾期事项"
    if not change:
        return f"逾期 {overdue} 项，与上周持平"
    return f"逾期 {overdue} 项，较上周{'增' if change > 0 else '减'} {abs(change)} 项"


def _monthly(digests, scopes, today, mask):
    persons = {scopes[digest.recipient_id].person_id: digest for digest in digests}
    ties = (
        DesignatedContact.objects.on(today)
        .filter(leader_id__in=persons, candidate__state=RoadState.ACTIVE)
        .select_related("candidate__person")
        .order_by("candidate__last_talk_on", "pk")
    )
    by_leader = defaultdict(list)
    for tie in ties:
        by_leader[tie.leader_id].append(tie.candidate)
    problems = Counter(
        dict(
            Problem.objects.open()
            .filter(candidate__in=[candidate.pk for people in by_leader.values() for candidate in people])
            .order_by()
            .values_list("candidate_id")
            .annotate(Count("pk"))
        )
    )
    contents = {}
    for person_id, digest in persons.items():
        scope = scopes[digest.recipient_id]
        people = [candidate for candidate in by_leader[person_id] if scope.includes(candidate)]
        lines = tuple(
            ContactLine(
                candidate.code,
                masked(candidate.person.name) if mask else candidate.person.name,
                Stage(candidate.stage).label,
                (today - candidate.last_talk_on).days if candidate.last_talk_on else None,
                problems[candidate.pk],
            )
            for candidate in people
        )
        waiting = sum(line.days is None or line.days > LONG_WITHOUT_TALK for line in lines)
        words = f"联系 {len(lines)} 人，" + (
            f"{waiting} 人超过 {LONG_WITHOUT_TALK} 天未谈心" if waiting else "都谈过心"
        )
        contents[digest.pk] = (
            MonthlyContent(
                kind=digest.kind,
                local_date=today,
                recipient=digest.recipient.display_name,
                scope="",
                headline=words,
                contacts=lines,
                candidate_ids=tuple(sorted(candidate.pk for candidate in people)),
            )
            if lines
            else None
        )
    return contents
