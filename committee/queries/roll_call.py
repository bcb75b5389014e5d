"""Who is to be told of which dues on a day: open dues, the seats that owe them, the reach of those who sit there."""

from collections import defaultdict
from dataclasses import dataclass, field
from datetime import date, timedelta

from django.db.models import Max, Q

from branches.models import Posting, User
from branches.models.users import DigestFrequency
from branches.offices import BRANCH_OFFICES, Office
from committee.models import DigestItem, ReminderRule, Snooze
from committee.models.digests import TOLD
from committee.rules.reminders import (
    LONGEST_HOLIDAY,
    Policy,
    Term,
    Tier,
    first_workday_of_week,
    latest_call,
    longest_lead,
    policy_for,
    workday_on_or_before,
)
from recruitment.models import Due, Mentorship, UnitGrant
from recruitment.queries.facts import calendar_in_force
from recruitment.queries.scopes import scopes_of
from recruitment.stages import RoadState

# Whom to ask when a branch's post is vacant or its holder cannot log in.
STAND_INS = {office: tuple(other for other in BRANCH_OFFICES if other != office) for office in BRANCH_OFFICES}


@dataclass(frozen=True, slots=True)
class AboutCandidate:
    """As much of a candidate as the fence and a digest's line need."""

    pk: int
    person_id: int
    state: str
    unit_path: str
    name: str


@dataclass(frozen=True, slots=True)
class OpenDue:
    """An open due as digests, boards and feeds handle it by the thousand."""

    pk: int
    kind: str
    title: str
    article: str
    opens_on: date
    due_on: date
    owed_by: str
    owed_by_person_id: int | None
    unit_id: int
    unit_path: str
    unit_name: str
    is_binding: bool
    candidate: AboutCandidate | None
    snoozed_until_on: date | None = None

    def is_overdue(self, today):
        """True when a last day that the rules set has passed; an advised day is never late."""
        return self.is_binding and self.due_on < today

    def rests(self, today):
        """True while reminders of it are paused; ``snoozed_until_on`` stays after that, as the day they speak again."""
        return self.snoozed_until_on is not None and today < self.snoozed_until_on

    @property
    def term(self):
        return Term(self.opens_on, self.due_on, self.snoozed_until_on)


def open_dues(condition, today):
    """Open dues that fulfil ``condition`` (a Q), soonest first, as OpenDue; two queries."""
    snoozes = dict(Snooze.objects.of_open_dues().values_list("due_id", "until_on"))
    rows = (
        Due.objects.open()
        .filter(condition)
        .filter(Q(candidate__isnull=True) | Q(candidate__state=RoadState.ACTIVE))
        .order_by("due_on", "pk")
        .values_list(
            "pk", "kind", "title", "article", "opens_on", "due_on", "owed_by", "owed_by_person_id",
            "unit_id", "unit_path", "unit__short_name", "is_binding",
            "candidate_id", "candidate__person_id", "candidate__state", "candidate__unit_path", "candidate__person__name",
        )
    )  # fmt: skip
    return [
        OpenDue(*row[:12], AboutCandidate(*row[12:]) if row[12] else None, snoozes.get(row[0]))
        for row in rows.iterator(chunk_size=5000)
    ]


def ancestors(path):
    """Primary keys of the units on a materialised path, the unit itself last."""
    return [int(part) for part in path.split("/") if part]


@dataclass
class Seats:
    """Who holds which office where on a day, and who of them can log in."""

    by_seat: dict[tuple[str, int], list[int]]  # (office, unit id) -> person ids
    users: dict[int, User]  # person id -> active login, with its person
    mentors: dict[int, list[int]]  # candidate id -> person ids
    _nearest: dict = field(default_factory=dict)

    def nearest(self, office, unit_path):
        """Persons with a login who hold ``office`` in the unit or, failing that, in the nearest one above it."""
        key = (office, unit_path)
        if key not in self._nearest:
            found = ()
            for unit_id in reversed(ancestors(unit_path)):
                found = tuple(person for person in self.by_seat.get((office, unit_id), ()) if person in self.users)
                if found:
                    break
            self._nearest[key] = found
        return self._nearest[key]

    def in_unit(self, office, unit_path):
        """Persons with a login who hold ``office`` in exactly this unit."""
        unit_id = ancestors(unit_path)[-1]
        return tuple(person for person in self.by_seat.get((office, unit_id), ()) if person in self.users)

    def told(self, tier, due):
        """Persons told of ``due`` in the capacity ``tier``."""
        if tier is Tier.OWES:
            return self.who_owes(due)
        if tier is Tier.DEPUTY:
            if due.owed_by not in BRANCH_OFFICES:
                return ()
            return tuple(person for office in STAND_INS[due.owed_by] for person in self.nearest(office, due.unit_path))
        if tier is Tier.MENTOR:
            return tuple(p for p in self.mentors.get(due.candidate.pk, ()) if p in self.users) if due.candidate else ()
        if tier is Tier.OFFICE:
            return self.nearest(Office.PARTY_OFFICE, due.unit_path)
        return self.in_charge(due.unit_path)

    def who_owes(self, due):
        """The person named, else those in the post; where it is vacant the stand-ins, at last the party office (notice R1)."""
        # somebody without a login is told through the branch
        if due.owed_by_person_id in self.users:
            return (due.owed_by_person_id,)
        for office in (due.owed_by, *STAND_INS.get(due.owed_by, ()), Office.PARTY_OFFICE):
            if found := self.nearest(office, due.unit_path):
                return found
        return ()

    def in_charge(self, unit_path):
        """The committee member posted to the very unit (分管), else the secretary of the nearest committee above."""
        return self.in_unit(Office.COMMITTEE_MEMBER, unit_path) or self.nearest(Office.COMMITTEE_SECRETARY, unit_path)


def seats_for(dues, today, policies):
    """The seats over the units of ``dues``; four queries."""
    unit_ids = {unit_id for path in {due.unit_path for due in dues} for unit_id in ancestors(path)}
    by_seat = defaultdict(list)
    for person_id, office, unit_id in (
        Posting.objects.on(today)
        .filter(unit_id__in=unit_ids)
        .order_by("pk")
        .values_list("person_id", "office", "unit_id")
    ):
        by_seat[office, unit_id].append(person_id)
    mentors = defaultdict(list)
    if any(policy.mentor_from is not None for policy in policies.values()):
        with_mentors = {due.candidate.pk for due in dues if due.candidate}
        for candidate_id, person_id in (
            Mentorship.objects.on(today)
            .filter(candidate_id__in=with_mentors)
            .values_list("candidate_id", "party_member_id")
        ):
            mentors[candidate_id].append(person_id)
    # whoever stands in for a secretary by a grant is told like one
    for person_id, unit_id in UnitGrant.objects.filter(
        content_object_id__in=unit_ids, ends_on__gt=today, user__person__isnull=False
    ).values_list("user__person_id", "content_object_id"):
        by_seat[Office.SECRETARY, unit_id].append(person_id)
    person_ids = {person for people in (*by_seat.values(), *mentors.values()) for person in people}
    person_ids |= {due.owed_by_person_id for due in dues if due.owed_by_person_id}
    users = {
        user.person_id: user
        for user in User.objects.filter(person_id__in=person_ids, is_active=True).select_related("person")
    }
    return Seats(dict(by_seat), users, dict(mentors))


def policies_in_force():
    """{kind: Policy} of the kinds that the office has set rules for; "" stands for all the others. One query."""
    return {
        rule.kind: Policy(
            tuple(rule.lead_days),
            rule.repeat_days,
            rule.deputy_from,
            rule.mentor_from,
            rule.office_from,
            rule.member_from,
            rule.by_mail,
            rule.by_notice,
        )
        for rule in ReminderRule.objects.all()
    }


@dataclass(frozen=True, slots=True)
class Telling:
    """``due`` concerns the recipient in the capacity ``tier``; ``call`` is the last day on which that was to be said.

    ``is_reminder`` is True when it has not been said since, so that today it must be. ``is_named`` is False for a
    recipient who may not know whom it is about: then only the unit and the number are told.
    """

    due: OpenDue
    tier: Tier
    call: date | None
    is_reminder: bool
    is_named: bool


@dataclass(frozen=True, slots=True)
class RollCall:
    """Everything known about who is concerned by which dues on a day: {user id: (Telling, ...)}, and the users themselves."""

    today: date
    users: dict[int, User]
    tellings: dict[int, tuple[Telling, ...]]
    scopes: dict
    policies: dict[str, Policy]

    def to_tell_today(self, calendar):
        """{user id: [Telling, ...]} of those who must be told something today.

        Who chose to be told weekly waits for the first workday of the week with everything that is not yet due.
        """
        weekly_day = first_workday_of_week(calendar, self.today) == self.today
        found = {}
        for user_id, tellings in self.tellings.items():
            waits = self.users[user_id].digest_frequency == DigestFrequency.WEEKLY and not weekly_day
            reminders = [
                telling
                for telling in tellings
                # what falls due on a day off is told on the workday before, and cannot wait for the week after
                if telling.is_reminder
                and not (waits and telling.call < workday_on_or_before(calendar, telling.due.due_on))
            ]
            if reminders:
                found[user_id] = reminders
        return found


def call_the_roll(today, *, calendar=None, only=None, undisturbed=False):
    """Who is concerned by what on ``today``, in a number of queries that does not depend on how many they are.

    Without ``only``: every due of which anything could be said today, for everybody. With ``only`` (users): their whole
    lists, for their digests. Dues of people out of a recipient's reach are left out, except that who is told as member
    in charge learns the unit and the number. ``undisturbed`` asks as if every earlier day's digests had gone out, which is how
    another day than today is looked at.
    """
    calendar = calendar or calendar_in_force()
    policies = policies_in_force()
    until = today + timedelta(days=longest_lead(policies) + LONGEST_HOLIDAY)
    if only is None:
        dues = open_dues(Q(due_on__lte=until), today)
    else:
        dues = open_dues(concerning(scopes_of(only, today).values(), today, until), today)
    seats = seats_for(dues, today, policies)
    users = {user.pk: user for user in seats.users.values()}
    if only is not None:
        users = {user.pk: users[user.pk] for user in only if user.pk in users}
    scopes = scopes_of(users.values(), today)
    told = {} if undisturbed else told_days(dues, today)
    tellings = defaultdict(dict)
    calls = {}
    for due in dues:
        # a morning's dues share few kinds and terms, so what is said of one is said of thousands
        key = (due.kind, due.opens_on, due.due_on, due.snoozed_until_on)
        if key not in calls:
            calls[key] = _calls_of(due, policy_for(due.kind, policies), today, calendar)
        for tier, call in calls[key]:
            for person_id in seats.told(tier, due):
                user_id = seats.users[person_id].pk
                # the first capacity counts: who owes the act is not told of it once more as party office
                if user_id not in users or due.pk in tellings[user_id]:
                    continue
                is_named = scopes[user_id].knows_of(due)
                if not is_named and tier is not Tier.MEMBER:
                    continue
                last = told.get((due.pk, user_id))
                is_reminder = call is not None and (call == today if undisturbed else last is None or last < call)
                tellings[user_id][due.pk] = Telling(due, tier, call, is_reminder, is_named)
    return RollCall(
        today, users, {user: tuple(rows.values()) for user, rows in tellings.items() if rows}, scopes, policies
    )


def _calls_of(due, policy, today, calendar):
    """[(tier, the last day on which it was to be told, or None)] of those whom ``due`` concerns on ``today``."""
    calls = [(tier, latest_call(policy, tier, due.term, today, calendar)) for tier in Tier]
    return [(tier, call) for tier, call in calls if call is not None or tier is Tier.OWES]


def concerning(scopes, today, until):
    """Q for the dues that may concern the users of ``scopes``, those of others up to ``until``; the seats sort them out."""
    condition = Q(pk__in=())
    persons, branch_units, paths = set(), set(), set()
    for scope in scopes:
        paths |= {(Office.SECRETARY, path) for path in scope.granted_paths}
        if scope.person_id is not None:
            persons.add(scope.person_id)
        for post in scope.posts:
            if post.unit_id is None:
                continue
            if post.office in BRANCH_OFFICES or post.office in (Office.BRANCH_COMMITTEE_MEMBER, Office.GROUP_LEADER):
                branch_units.add(post.unit_id)
            else:
                paths.add((post.office, post.unit_path))
    mentored = Mentorship.objects.on(today).filter(party_member_id__in=persons).order_by().values("candidate_id")
    condition |= Q(owed_by_person_id__in=persons) | Q(unit_id__in=branch_units) | Q(candidate_id__in=mentored)
    for office, path in paths:
        # what the post owes itself, and what might be told to it for others
        condition |= Q(unit_path__startswith=path) & (Q(owed_by=office) | Q(due_on__lte=until))
    return condition


def told_days(dues, today):
    """{(due id, user id): the last local date on which a digest told, or may have told, the user of the due}."""
    rows = (
        DigestItem.objects.filter(
            due__settled_at__isnull=True,
            digest__state__in=TOLD,
            digest__local_date__lte=today,
            is_reminder=True,
        )
        .order_by()
        .values_list("due_id", "digest__recipient_id")
        .annotate(Max("digest__local_date"))
    )
    if len(dues) < 1000:
        rows = rows.filter(due_id__in=[due.pk for due in dues])
    return {(due_id, user_id): last for due_id, user_id, last in rows.iterator(chunk_size=5000)}
