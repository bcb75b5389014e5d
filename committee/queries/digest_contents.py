"""What a digest says: the recipient's own list by urgency, and what must be pushed forward below."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta

from branches.offices import BRANCH_OFFICES
from branches.urgency import Urgency, urgency
from committee.models import DigestItem, DigestKind
from committee.queries.roll_call import call_the_roll
from committee.rules.masking import masked
from committee.rules.reminders import Tier
from recruitment.queries.todo import day_of, end_of_week

# A mail longer than this is not read; the page has the rest.
MOST_LINES = 40
# How far ahead a digest looks beyond what it reminds of.
AHEAD_DAYS = 31


@dataclass(frozen=True, slots=True)
class Line:
    """One due in a mail. ``who`` is a masked name unless the office wants names, ``where`` a branch for those above it."""

    due_id: int
    who: str
    what: str
    article: str
    due_on: date
    urgency: Urgency
    is_reminder: bool
    where: str = ""
    with_whom: str = ""
    can_rest: bool = False


@dataclass(frozen=True, slots=True)
class Group:
    """Lines that are equally near; ``more`` says how many are left out."""

    level: str
    mark: str
    title: str
    count: int
    lines: tuple[Line, ...]

    @property
    def more(self):
        return self.count - len(self.lines)


@dataclass(frozen=True, slots=True)
class Charge:
    """For a member in charge: how much of a branch is long overdue; no names, only what the branch owes."""

    unit: str
    count: int
    days: int
    whats: str


@dataclass(frozen=True, slots=True)
class DailyContent:
    """A daily digest or a nudge, ready for its templates."""

    kind: str
    local_date: date
    recipient: str
    scope: str
    headline: str
    preheader: str
    groups: tuple[Group, ...]
    upward: Group | None
    charges: tuple[Charge, ...]
    later_count: int
    asked_by: str = ""
    due_ids: tuple[int, ...] = ()
    named_ids: tuple[int, ...] = ()
    reminder_ids: frozenset[int] = frozenset()
    candidate_ids: tuple[int, ...] = ()


def daily_contents(digests, today, *, mask):
    """{digest id: DailyContent, or None when there is nothing left to say} for daily digests and nudges.

    The number of queries does not depend on how many digests there are. ``digests`` carry their recipients;
    ``mask`` says whether names are cut to their first character.
    """
    users = {digest.recipient_id: digest.recipient for digest in digests}
    roll = call_the_roll(today, only=list(users.values()))
    nudged = defaultdict(set)
    for digest_id, due_id in DigestItem.objects.filter(
        digest__in=[digest.pk for digest in digests if digest.kind == DigestKind.NUDGE]
    ).values_list("digest_id", "due_id"):
        nudged[digest_id].add(due_id)
    contents = {}
    for digest in digests:
        tellings = roll.tellings.get(digest.recipient_id, ())
        if digest.kind == DigestKind.NUDGE:
            tellings = [telling for telling in tellings if telling.due.pk in nudged[digest.pk] and telling.is_named]
        elif not any(telling.is_reminder for telling in tellings):
            tellings = []
        contents[digest.pk] = _content(digest, tellings, roll, today, mask) if tellings else None
    return contents


def _content(digest, tellings, roll, today, mask):
    scope = roll.scopes[digest.recipient_id]
    is_nudge = digest.kind == DigestKind.NUDGE
    own = [telling for telling in tellings if telling.tier in (Tier.OWES, Tier.DEPUTY, Tier.MENTOR) or is_nudge]
    upward = [
        telling
        for telling in tellings
        if telling.tier in (Tier.OFFICE, Tier.MEMBER) and telling.is_named and not is_nudge
    ]
    unnamed = [telling for telling in tellings if not telling.is_named]
    # somebody who only stands by is told on the days meant for them, and reads no second to-do list
    own = [telling for telling in own if telling.tier is Tier.OWES or telling.is_reminder or is_nudge]
    near = [t for t in own if is_nudge or t.is_reminder or day_of(t.due, today) <= today + timedelta(days=AHEAD_DAYS)]
    show_unit = len({telling.due.unit_path for telling in tellings}) > 1
    groups = tuple(_groups(near, today, mask, show_unit))
    reminders = [telling for telling in upward if telling.is_reminder]
    pushed = _group("overdue", "▲", "请推动", reminders, today, mask, show_unit=True) if reminders else None
    charges = _charges([t for t in unnamed if t.is_reminder and t.due.is_overdue(today)], today)
    listed = [line.due_id for group in (*groups, *filter(None, [pushed])) for line in group.lines]
    told = [telling for telling in tellings if telling.is_reminder or is_nudge]
    concerned = dict.fromkeys([*listed, *(telling.due.pk for telling in told)])
    return DailyContent(
        kind=digest.kind,
        local_date=today,
        recipient=digest.recipient.display_name,
        scope=_scope_words(scope),
        headline=_headline(own, near, pushed, charges, today),
        preheader="；".join(
            f"{line.who}{line.what}{line.urgency.text}" for group in groups for line in group.lines[:2]
        )[:80],
        groups=groups,
        upward=pushed,
        charges=charges,
        later_count=sum(telling.tier is Tier.OWES for telling in own)
        - sum(telling.tier is Tier.OWES for telling in near),
        asked_by=digest.asked_by.display_name if is_nudge and digest.asked_by else "",
        due_ids=tuple(concerned),
        named_ids=tuple(telling.due.pk for telling in tellings if telling.is_named and telling.due.pk in concerned),
        reminder_ids=frozenset(telling.due.pk for telling in told),
        candidate_ids=tuple(
            sorted({t.due.candidate.pk for t in tellings if t.is_named and t.due.pk in concerned and t.due.candidate})
        ),
    )


def _headline(own, near, pushed, charges, today):
    """The conclusion first: how much is late, how much is near, what must be pushed."""
    late = sum(telling.due.is_overdue(today) for telling in own)
    this_week = sum(
        telling.due.is_binding and today <= telling.due.due_on <= end_of_week(today) for telling in own
    )
    counts = [f"{late} 项逾期"] if late else []
    counts += [f"{this_week} 项本周到期"] if this_week else []
    if near and not counts:
        counts.append(f"{len(near)} 项将到期")
    if pushed:
        counts.append(f"{pushed.count} 项请推动")
    if charges:
        counts.append(f"{sum(charge.count for charge in charges)} 项长期逾期请过问")
    return "，".join(counts)


def _scope_words(scope):
    """The one unit that the recipient acts for, if it is one; a branch before what lies above it."""
    units = {post.unit_name for post in scope.posts if post.office in BRANCH_OFFICES} or {
        post.unit_name for post in scope.posts if post.unit_name
    }
    return units.pop() if len(units) == 1 else ""


def _groups(tellings, today, mask, show_unit):
    """逾期 / 本周 / 以后, without the empty ones."""
    week = end_of_week(today)
    for level, mark, title, first, last in (
        ("overdue", "▲", "逾期", date.min, today - timedelta(days=1)),
        ("soon", "◐", "本周", today, week),
        ("later", "○", "以后", week + timedelta(days=1), date.max),
    ):
        found = [telling for telling in tellings if first <= day_of(telling.due, today) <= last]
        if found:
            yield _group(level, mark, title, found, today, mask, show_unit)


def _group(level, mark, title, tellings, today, mask, show_unit):
    """What is reminded of stands first, so that it is never among what is left out."""
    ordered = sorted(tellings, key=lambda telling: (not telling.is_reminder, telling.due.due_on, telling.due.pk))
    lines = tuple(_line(telling, today, mask, show_unit) for telling in ordered[:MOST_LINES])
    return Group(level, mark, title, len(tellings), tuple(sorted(lines, key=lambda line: (line.due_on, line.due_id))))


def _line(telling, today, mask, show_unit):
    due = telling.due
    name = due.candidate.name if due.candidate else ""
    return Line(
        due_id=due.pk,
        who=(masked(name) if mask else name) if name else due.unit_name,
        what=due.title,
        article=due.article,
        due_on=due.due_on,
        urgency=urgency(due.due_on if due.is_binding else None, today),
        is_reminder=telling.is_reminder,
        where=due.unit_name if show_unit and name else "",
        can_rest=telling.tier is Tier.OWES,
    )


def _charges(tellings, today):
    by_unit = defaultdict(list)
    for telling in tellings:
        by_unit[telling.due.unit_name].append(telling.due)
    return tuple(
        Charge(
            unit,
            len(dues),
            max((today - due.due_on).days for due in dues),
            "、".join(list(dict.fromkeys(due.title for due in dues))[:4]),
        )
        for unit, dues in sorted(by_unit.items())
    )
