"""Who is told how much on a day: for today's digests, for a dry run, and for the page that tries rules out."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from branches.models import Posting, User
from branches.offices import Office
from committee.models import DigestKind
from committee.queries.digest_summaries import WEEKLY_OFFICES
from committee.queries.recipients import holders_of, hours_of
from committee.queries.roll_call import call_the_roll
from committee.rules.reminder_kinds import words_of
from committee.rules.reminders import first_workday_of_month, first_workday_of_week, policy_for
from recruitment.queries.facts import calendar_in_force


def who_is_told(today, *, calendar, hours=None):
    """((user id, kind) pairs that get a mail, {user id: number of reminders} for the notice inside the site) on ``today``.

    ``hours`` restricts to those whose hour is among them.
    """
    roll = call_the_roll(today, calendar=calendar)
    to_mail, to_notify = _told_by(roll, calendar)
    if hours is not None:
        hour_of = hours_of({user_id for user_id, _ in to_mail} | set(to_notify), today)
        to_mail = [(user_id, kind) for user_id, kind in to_mail if hour_of[user_id] in hours]
        to_notify = {user_id: count for user_id, count in to_notify.items() if hour_of[user_id] in hours}
    return to_mail, to_notify


def _told_by(roll, calendar):
    to_mail, to_notify = [], {}
    for user_id, tellings in roll.to_tell_today(calendar).items():
        policies = [policy_for(telling.due.kind, roll.policies) for telling in tellings]
        if any(policy.by_mail for policy in policies):
            to_mail.append((user_id, DigestKind.DAILY))
        if count := sum(policy.by_notice for policy in policies):
            to_notify[user_id] = count
    today = roll.today
    if first_workday_of_week(calendar, today) == today:
        to_mail += [(user_id, DigestKind.WEEKLY) for user_id in holders_of(WEEKLY_OFFICES, today)]
    if first_workday_of_month(calendar, today) == today:
        to_mail += [(user_id, DigestKind.MONTHLY) for user_id in holders_of((Office.COMMITTEE_MEMBER,), today)]
    return sorted(to_mail), to_notify


@dataclass(frozen=True, slots=True)
class PreviewRow:
    """One mail that would go out; ``whats`` are the kinds of what it reminds of, each with how many, most first."""

    hour: int
    kind: str
    recipient: str
    posts: str
    reminders: int
    overdue: int
    whats: tuple[tuple[str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Preview:
    """What a day would bring."""

    day: date
    is_workday: bool
    rows: tuple[PreviewRow, ...]

    @property
    def items(self):
        return sum(row.reminders for row in self.rows)


def preview(day, *, today):
    """What would be sent on ``day``: today what is left to say, on another day what its rules ask for."""
    calendar = calendar_in_force()
    roll = call_the_roll(day, calendar=calendar, undisturbed=day != today)
    if not calendar.is_workday(day):
        return Preview(day, False, ())
    to_mail, _ = _told_by(roll, calendar)
    told = roll.to_tell_today(calendar)
    ids = {user_id for user_id, _ in to_mail}
    hours = hours_of(ids, day)
    names = {user.pk: user.display_name for user in User.objects.filter(pk__in=ids).select_related("person")}
    posts = {}
    for posting in (
        Posting.objects.on(day).filter(person__user__in=ids).select_related("unit", "department", "person__user")
    ):
        posts.setdefault(posting.person.user.pk, []).append(str(posting))
    return Preview(
        day,
        True,
        tuple(
            PreviewRow(
                hour=hours[user_id],
                kind=DigestKind(kind).label,
                recipient=names[user_id],
                posts="、".join(posts.get(user_id, ())) or "培养联系人",
                reminders=len(told.get(user_id, ())) if kind == DigestKind.DAILY else 0,
                overdue=sum(telling.due.is_overdue(day) for telling in told.get(user_id, ()))
                if kind == DigestKind.DAILY
                else 0,
                whats=_whats(told.get(user_id, ())) if kind == DigestKind.DAILY else (),
            )
            for user_id, kind in to_mail
        ),
    )


def _whats(tellings):
    return tuple(Counter(words_of(telling.due.kind, telling.due.title) for telling in tellings).most_common())
