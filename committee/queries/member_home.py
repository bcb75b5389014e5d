"""我的联系对象: each person one looks after, the days since the last talk and what could be spoken about."""

from collections import Counter, defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from django.conf import settings
from django.db.models import Q

from branches.models import TalentMovement
from committee.charts import Drawing, Series, days_scale, trend
from committee.models import Problem, Talk
from committee.queries.flow import MONTHS, first_month
from committee.queries.problems import note_of
from committee.queries.talks import audience
from committee.rules.topics import NEWS_DAYS, Matter, News, Suggestion, TopicFacts, day, suggestions
from recruitment.calendar import add_months
from recruitment.models import DesignatedContact, Due
from recruitment.queries.candidate_list import track_for
from recruitment.rules.contacts import talk_since
from recruitment.scope import scope_of
from recruitment.stages import DueKind, RoadState, Stage
from recruitment.steps import step as step_row
from recruitment.track import Track

LATEST_TALKS = 6
# Dues that a talk can help with, once their last day is near.
HELPED_BY_A_TALK = (DueKind.PERIODIC_REVIEW, DueKind.REPORT, DueKind.PROBATION_CHECK)
NEAR_DAYS = 30
REACHED = (
    ("applied_on", "递交入党申请书"),
    ("activist_on", "确定为入党积极分子"),
    ("target_on", "列为发展对象"),
    ("probation_from_on", "接收为预备党员"),
)


@dataclass(frozen=True, slots=True)
class OpenProblem:
    """A problem without an answer."""

    title: str
    note: str
    due_on: date | None


@dataclass(frozen=True, slots=True)
class Card:
    """One person, as templates/committee/member_home.html shows it."""

    code: object
    name: str
    title: str
    department_name: str
    phone: str
    days: int | None
    last_talk: str
    scale: Drawing
    track: Track
    place: str
    agenda: tuple[Suggestion, ...]
    problems: tuple[OpenProblem, ...]
    is_late: bool
    is_off: bool


@dataclass(frozen=True, slots=True)
class LatestTalk:
    """A talk in the list below the cards: facts only."""

    on: date
    code: object
    name: str
    kind: str
    audience: str


@dataclass(frozen=True, slots=True)
class MemberHome:
    """Everything that the page shows."""

    today: date
    cards: tuple[Card, ...]
    talks: tuple[LatestTalk, ...]
    year: Drawing | None


def member_home(*, user, today):
    """The designated contacts of ``user``, in five queries whether they are two or twenty."""
    contacts = _contacts(user, today)
    ids = [contact.candidate_id for contact in contacts]
    dues = _grouped(Due.objects.open().filter(candidate_id__in=ids).order_by("due_on", "pk"))
    own = Talk.objects.standing().filter(candidate_id__in=ids, talker_id=user.person_id)
    talks = _grouped(own.only("code", "candidate_id", "held_on", "way", "follow_up_on", "is_shared_with_office"))
    problems = _grouped(_problems(ids, today))
    movements = defaultdict(list)
    people = [contact.candidate.person_id for contact in contacts]
    since = today - timedelta(days=NEWS_DAYS)
    for movement in TalentMovement.objects.filter(person_id__in=people, happened_on__gte=since).order_by("happened_on"):
        movements[movement.person_id].append(movement)
    cards = tuple(
        _card(
            contact,
            dues=dues[contact.candidate_id],
            talks=talks[contact.candidate_id],
            problems=problems[contact.candidate_id],
            movements=movements[contact.candidate.person_id],
            today=today,
        )
        for contact in contacts
    )
    year = _year(contacts, talks, today) if contacts else None
    return MemberHome(today=today, cards=cards, talks=_latest(contacts, talks), year=year)


def _contacts(user, today):
    if not user.person_id:
        return []
    return list(
        DesignatedContact.objects.on(today)
        .filter(scope_of(user).candidates("candidate__"), leader_id=user.person_id)
        .select_related("candidate__person__department", "candidate__unit")
        .order_by("candidate__last_talk_on", "pk")
    )


def _problems(ids, today):
    recent = today - timedelta(days=NEWS_DAYS)
    return Problem.objects.filter(candidate_id__in=ids).filter(Q(answered_on__isnull=True) | Q(answered_on__gte=recent))


def _grouped(rows):
    found = defaultdict(list)
    for row in rows:
        found[row.candidate_id].append(row)
    return found


def _card(contact, *, dues, talks, problems, movements, today):
    candidate, person = contact.candidate, contact.candidate.person
    last = talks[0] if talks else None
    days = (today - last.held_on).days if last else None
    limit = settings.YINLING_CONTACT_DAYS
    since_on = talk_since(contact.starts_on, last.held_on if last else None)
    candidate.open_contacts = [contact]
    open_problems = [problem for problem in problems if problem.answered_on is None]
    return Card(
        code=candidate.code,
        name=person.name,
        title=person.title,
        department_name=person.department.name if person.department_id else "",
        phone=person.phone,
        days=days,
        last_talk=f"上次 {day(last.held_on)}，{last.get_way_display()}" if last else "",
        scale=days_scale(days, name=f"days-{contact.pk}", limit=limit),
        track=track_for(candidate, dues, today),
        place=_place(candidate, dues),
        agenda=suggestions(_topic_facts(candidate, dues, last, problems, movements, today), today=today),
        problems=tuple(OpenProblem(problem.summary, note_of(problem), problem.due_on) for problem in open_problems),
        is_late=(today - since_on).days > limit,
        is_off=candidate.state != RoadState.ACTIVE,
    )


def _place(candidate, dues):
    """The stage and the step under way, in words."""
    if candidate.stage == Stage.PROSPECT:
        return "重点关注，尚未递交入党申请书"
    step = next((due.step for due in dues if due.step), None)
    stage = candidate.get_stage_display()
    return f"{stage}，第 {step} 步{step_row(step).name}" if step else stage


def _topic_facts(candidate, dues, last, problems, movements, today):
    return TopicFacts(
        has_applied=candidate.stage >= Stage.APPLICANT,
        last_talk_on=last.held_on if last else None,
        agreed_on=last.follow_up_on if last else None,
        matters=tuple(
            Matter(problem.summary, problem.get_solver_display(), problem.due_on, problem.answered_on)
            for problem in problems
        ),
        news=tuple(News(movement.get_kind_display(), movement.summary, movement.happened_on) for movement in movements),
        reached=tuple((words, getattr(candidate, name)) for name, words in REACHED if getattr(candidate, name)),
        lacking=tuple(
            due.title
            for due in dues
            if due.kind in HELPED_BY_A_TALK and due.due_on <= today + timedelta(days=NEAR_DAYS)
        ),
    )


def _year(contacts, talks, today):
    """Twelve months of talks, a row a person: the picture of one's contact work over the year."""
    months = [add_months(first_month(today), i) for i in range(MONTHS)]
    rows = []
    for contact in contacts:
        held = Counter(talk.held_on.replace(day=1) for talk in talks[contact.candidate_id])
        rows.append(Series(contact.candidate.person.name, tuple(held[month] for month in months)))
    return trend([str(month.month) for month in months], rows, name="year", title="近 12 个月谈话次数")


def _latest(contacts, talks):
    names = {contact.candidate_id: contact.candidate.person.name for contact in contacts}
    rows = sorted(
        (talk for of_one in talks.values() for talk in of_one), key=lambda talk: (talk.held_on, talk.pk), reverse=True
    )
    return tuple(
        LatestTalk(
            on=talk.held_on,
            code=talk.code,
            name=names[talk.candidate_id],
            kind=talk.get_way_display(),
            audience=audience(talk),
        )
        for talk in rows[:LATEST_TALKS]
    )
