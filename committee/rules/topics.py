"""What could be spoken about next time: made of recorded facts only, nothing is guessed about anybody (notice R2)."""

from dataclasses import dataclass
from datetime import date, timedelta

NEWS_DAYS = 90  # how long a promotion, a programme or a new stage is news
MOST = 5


@dataclass(frozen=True, slots=True)
class News:
    """A movement that HR reported: its words and day."""

    label: str
    summary: str
    happened_on: date


@dataclass(frozen=True, slots=True)
class Matter:
    """A problem that was raised: open, or answered on a day."""

    summary: str
    solver: str
    due_on: date | None = None
    answered_on: date | None = None


@dataclass(frozen=True, slots=True)
class TopicFacts:
    """What is on record about one person. ``lacking`` are titles of dues about the person that a talk can help with;
    ``reached`` is (what was reached, day); ``agreed_on`` the day agreed on last time."""

    has_applied: bool
    last_talk_on: date | None = None
    agreed_on: date | None = None
    matters: tuple[Matter, ...] = ()
    news: tuple[News, ...] = ()
    reached: tuple[tuple[str, date], ...] = ()
    lacking: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Suggestion:
    """One line: words before, the emphasised part, words after."""

    before: str
    emphasis: str = ""
    after: str = ""

    def __str__(self):
        return f"{self.before}{self.emphasis}{self.after}"


def suggestions(facts: TopicFacts, *, today: date) -> tuple[Suggestion, ...]:
    """At most five lines, what is still open first; before an application the last one reminds of the person's will."""
    found = []
    since = facts.last_talk_on or date.min
    if facts.agreed_on:
        found.append(Suggestion(f"上次约定 {day(facts.agreed_on)}前后再联系"))
    for matter in facts.matters:
        if matter.answered_on and matter.answered_on >= since:
            words = f"已有答复（{day(matter.answered_on)}），当面告知并听取意见"
            found.append(Suggestion("上次提到的", matter.summary, words))
        elif not matter.answered_on:
            limit = f"，答复期限 {day(matter.due_on)}" if matter.due_on else ""
            found.append(Suggestion("上次提到的", matter.summary, f"的进展（{matter.solver}办理{limit}）"))
    fresh_from = max(since, today - timedelta(days=NEWS_DAYS))
    found += [
        Suggestion("", item.summary or item.label, f"（{day(item.happened_on)}），可表示祝贺或了解安排")
        for item in facts.news
        if item.happened_on >= fresh_from
    ]
    found += [
        Suggestion("", what, f"（{day(reached_on)}），听听本人的想法")
        for what, reached_on in facts.reached
        if reached_on >= fresh_from
    ]
    found += [Suggestion(f"{title}尚未办结，了解近期思想和工作") for title in facts.lacking]
    if not facts.has_applied:
        found = found[: MOST - 1]
        found.append(Suggestion("尊重本人意愿，不询问是否递交申请的时间表"))
    elif not found:
        found.append(Suggestion("近期科研工作和团队情况"))
    return tuple(found[:MOST])


def day(value: date) -> str:
    """A day without its year, as people say it."""
    return f"{value.month} 月 {value.day} 日"
