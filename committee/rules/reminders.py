"""Who is told of a due on which day: lead days, repeats, escalation upward, days off (notice R9)."""

from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum

from recruitment.calendar import Calendar
from recruitment.stages import DueKind

ONE_DAY = timedelta(days=1)
LONGEST_LEAD = 90
# Reminded more often than this, people stop reading.
SHORTEST_REPEAT = 3
MOST_LEADS = 6
LONGEST_RUN_OF_DAYS = 3
LONGEST_SNOOZE = 30


class Tier(StrEnum):
    """In what capacity somebody is told; the first one is never left out."""

    OWES = "owes"
    DEPUTY = "deputy"
    MENTOR = "mentor"
    OFFICE = "office"
    MEMBER = "member"


TIER_WORDS = {
    Tier.OWES: "承办人",
    Tier.DEPUTY: "副书记、组织委员",
    Tier.MENTOR: "培养联系人",
    Tier.OFFICE: "党办",
    Tier.MEMBER: "分管党委委员",
}


@dataclass(frozen=True, slots=True)
class Policy:
    """The rule for one kind of due, in days relative to the due day T.

    ``lead_days`` are days before T (0 is T itself); from T+1 on there is a reminder every ``repeat_days`` (0: none).
    The others join at their day (−7: from T−7, 1: from T+1; None: never) and are told of the same days from there on.
    """

    lead_days: tuple[int, ...] = (15, 7, 1, 0)
    repeat_days: int = 7
    deputy_from: int | None = 1
    mentor_from: int | None = None
    office_from: int | None = 1
    member_from: int | None = 15
    by_mail: bool = True
    by_notice: bool = True

    def __post_init__(self):
        object.__setattr__(self, "lead_days", tuple(sorted(set(self.lead_days), reverse=True)))

    def from_day(self, tier: Tier) -> int | None:
        """The day, relative to T, from which ``tier`` is told; None for never."""
        if tier is Tier.OWES:
            return -LONGEST_LEAD
        return getattr(self, f"{tier}_from")


# Acts that wait for the end of a year are told a month ahead: they need a meeting that must be called.
YEAR_MARKS = frozenset(
    {
        DueKind.CULTIVATION_CONCLUSION,
        DueKind.TARGET_DECISION,
        DueKind.PROBATION_CONCLUSION,
        DueKind.CONVERSION_APPLICATION,
        DueKind.CONVERSION_MEETING,
    }
)
DEFAULT = Policy()
# Papers lie ready as a rule and press nobody: told on their day and once a month, to the branch alone.
DEFAULT_OF_PAPERS = Policy(lead_days=(0,), repeat_days=30, deputy_from=None, office_from=None, member_from=None)
DEFAULT_OF_YEAR_MARKS = Policy(lead_days=(30, 15, 7, 1, 0))


def policy_for(kind: str, policies: dict[str, Policy]) -> Policy:
    """The rule for ``kind`` among those the office has set ({kind: Policy}, "" for all others), else the default."""
    if kind in policies:
        return policies[kind]
    if kind in YEAR_MARKS:
        return DEFAULT_OF_YEAR_MARKS
    if kind == DueKind.PAPERS:
        return DEFAULT_OF_PAPERS
    return policies.get("", DEFAULT)


def longest_lead(policies: dict[str, Policy]) -> int:
    """The most days ahead of T at which any rule says anything to anybody."""
    leads = [0]
    for policy in (DEFAULT, DEFAULT_OF_YEAR_MARKS, *policies.values()):
        leads += policy.lead_days
        leads += [-begins for tier in Tier if tier is not Tier.OWES and (begins := policy.from_day(tier)) is not None]
    return max(leads)


@dataclass(frozen=True, slots=True)
class Term:
    """What the days of a due are: it opens on ``opens_on`` and is owed by ``due_on``, that day included.

    ``snoozed_until_on`` is the day on which reminders to those who owe it speak, or spoke, again after a pause.
    """

    opens_on: date
    due_on: date
    snoozed_until_on: date | None = None


@dataclass(frozen=True, slots=True)
class Flaw:
    """Why a policy is refused: the field and a sentence."""

    field: str
    message: str


def flaws_of(policy: Policy) -> tuple[Flaw, ...]:
    """What is wrong with a policy: it would tell nobody, or everybody every day; empty when nothing is."""
    flaws = []
    leads = sorted(set(policy.lead_days), reverse=True)
    if not leads and not policy.repeat_days:
        flaws.append(
            Flaw("lead_days", "期限前后都不提醒，等于没有人会收到。请至少保留一个提前天数，或一个逾期后的间隔。")
        )
    if not policy.by_mail and not policy.by_notice:
        flaws.append(Flaw("by_mail", "邮件和站内通知都不选，等于没有人会收到。请至少选一种。"))
    if any(lead < 0 or lead > LONGEST_LEAD for lead in leads):
        flaws.append(Flaw("lead_days", f"提前天数应在 0 至 {LONGEST_LEAD} 之间。"))
    if len(leads) > MOST_LEADS:
        flaws.append(Flaw("lead_days", f"期限前提醒 {len(leads)} 次太多，人会不再看。最多 {MOST_LEADS} 次。"))
    if _longest_run(leads) > LONGEST_RUN_OF_DAYS:
        flaws.append(
            Flaw(
                "lead_days",
                f"连续 {_longest_run(leads)} 天每天提醒，人会不再看。连续提醒最多 {LONGEST_RUN_OF_DAYS} 天。",
            )
        )
    if 0 < policy.repeat_days < SHORTEST_REPEAT:
        flaws.append(
            Flaw(
                "repeat_days",
                f"逾期后每 {policy.repeat_days} 天提醒一次，等于天天催所有人。间隔至少 {SHORTEST_REPEAT} 天，或填 0 不再提醒。",
            )
        )
    for name in ("deputy_from", "mentor_from", "office_from", "member_from"):
        value = getattr(policy, name)
        if value is not None and not -LONGEST_LEAD <= value <= 365:
            flaws.append(Flaw(name, f"应在 −{LONGEST_LEAD} 至 365 之间；不通知就留空。"))
    return tuple(flaws)


def _longest_run(leads: list[int]) -> int:
    """How many of the days follow one another without a gap."""
    longest, run, previous = 0, 0, None
    for lead in leads:
        run = run + 1 if previous is not None and previous - lead == 1 else 1
        longest, previous = max(longest, run), lead
    return longest


def workday_on_or_before(calendar: Calendar, day: date) -> date:
    """``day`` if it is worked, else the last workday before it."""
    while not calendar.is_workday(day):
        day -= ONE_DAY
    return day


def workday_on_or_after(calendar: Calendar, day: date) -> date:
    """``day`` if it is worked, else the next workday."""
    while not calendar.is_workday(day):
        day += ONE_DAY
    return day


def told_on(calendar: Calendar, term: Term, offset: int) -> date:
    """The workday on which what belongs to T+``offset`` is said.

    Up to T, what falls on a day off is said on the workday before it, so that it comes in time; after T on the workday
    after it, because on the day before, perhaps T itself, the act would not be late yet. Never before the due opens.
    """
    day = term.due_on + timedelta(days=offset)
    if offset > 0:
        return workday_on_or_after(calendar, day)
    said = workday_on_or_before(calendar, day)
    return said if said >= term.opens_on else workday_on_or_after(calendar, max(day, term.opens_on))


def latest_call(policy: Policy, tier: Tier, term: Term, today: date, calendar: Calendar) -> date | None:
    """The last workday up to ``today`` on which ``tier`` was to be told of the due; None if there was none yet.

    A caller who has told the recipient on or after that day need not tell again; otherwise a day was missed (the system
    stood still, the post changed hands, the row came in by import) and today makes up for it.
    """
    begins = policy.from_day(tier)
    if begins is None:
        return None
    said = [
        on
        for offset in _recent_offsets(policy, tier, begins, (today - term.due_on).days)
        if term.due_on + timedelta(days=offset) >= term.opens_on and (on := told_on(calendar, term, offset)) <= today
    ]
    if term.snoozed_until_on is not None and tier not in (Tier.OFFICE, Tier.MEMBER):
        if today < term.snoozed_until_on:
            return None
        # nobody is called back who had not been called before
        if (term.snoozed_until_on - term.due_on).days >= begins:
            said.append(min(workday_on_or_after(calendar, term.snoozed_until_on), today))
    return max(said, default=None)


# No official holiday is longer; so far may a day off move what is said.
LONGEST_HOLIDAY = 14


def _recent_offsets(policy: Policy, tier: Tier, begins: int, days: int) -> list[int]:
    """The offsets near enough to T+``days`` to be the last one said by then; cheap however late the due is."""
    found = [-lead for lead in policy.lead_days if begins <= -lead <= days + LONGEST_HOLIDAY]
    if tier is not Tier.OWES and begins <= days + LONGEST_HOLIDAY:
        # whoever joins later is told on the day of joining, whether or not the others are
        found.append(begins)
    if policy.repeat_days and days > 0:
        last = 1 + (days - 1) // policy.repeat_days * policy.repeat_days
        earliest = max(last - LONGEST_HOLIDAY - policy.repeat_days, 1, begins)
        found += [day for day in range(last, 0, -policy.repeat_days) if day >= earliest]
    return found


def _all_offsets(policy: Policy, tier: Tier, until: int) -> list[int]:
    """Every offset up to T+``until`` at which ``tier`` is told, in order."""
    begins = policy.from_day(tier)
    if begins is None:
        return []
    days = {-lead for lead in policy.lead_days}
    if policy.repeat_days:
        days.update(range(1, until + 1, policy.repeat_days))
    if tier is not Tier.OWES:
        days.add(begins)
    return sorted(day for day in days if begins <= day <= until)


@dataclass(frozen=True, slots=True)
class Call:
    """One line of a due's course: on ``on``, which is T+``offset`` moved to a workday, these are told."""

    on: date
    offset: int
    tiers: tuple[Tier, ...]


def course(policy: Policy, term: Term, calendar: Calendar, *, until: int = 30) -> tuple[Call, ...]:
    """Everything that will be said of a due that stays open until T+``until``, for the page that tries a rule out."""
    told: dict[tuple[date, int], list[Tier]] = {}
    for tier in Tier:
        for offset in _all_offsets(policy, tier, until):
            if term.due_on + timedelta(days=offset) >= term.opens_on:
                told.setdefault((told_on(calendar, term, offset), offset), []).append(tier)
    return tuple(Call(on, offset, tuple(tiers)) for (on, offset), tiers in sorted(told.items()))


def first_workday_of_week(calendar: Calendar, day: date) -> date | None:
    """The first workday of the week (Monday to Sunday) of ``day``; None when the whole week is off."""
    monday = day - timedelta(days=day.weekday())
    return next((on for on in (monday + timedelta(days=n) for n in range(7)) if calendar.is_workday(on)), None)


def weekly_day_before(calendar: Calendar, day: date) -> date:
    """When the weekly digest before that of ``day``'s week went out: the first workday of the nearest earlier week with one."""
    weeks = (first_workday_of_week(calendar, day - timedelta(weeks=n)) for n in range(1, LONGEST_HOLIDAY // 7 + 2))
    return next((on for on in weeks if on), day - timedelta(weeks=1))


def first_workday_of_month(calendar: Calendar, day: date) -> date:
    """The first workday of the month of ``day``."""
    return workday_on_or_after(calendar, day.replace(day=1))
