"""When a mentor's opinion is owed, and what it must say (Art. 10, 11; notice B2, C4)."""

from dataclasses import dataclass
from datetime import date

from recruitment.calendar import add_months
from recruitment.rules.objection import Objection

EVERY_MONTHS = 6
ARTICLE = "《细则》第十条"


@dataclass(frozen=True, slots=True)
class OpinionFact:
    """An opinion as it is to be recorded; ``since_on`` is the day from which the mentor serves."""

    given_on: date
    text: str
    since_on: date


def window_of(since_on: date, day: date) -> int:
    """The half-year of service, from 1, in which ``day`` lies; the last day of a half-year still belongs to it."""
    window = 1
    while add_months(since_on, EVERY_MONTHS * window) < day:
        window += 1
    return window


def next_opinion(since_on: date, last_window: int) -> tuple[int, date, date]:
    """(half-year, first day, last day) of the opinion that is owed after the one of ``last_window`` (0: none yet)."""
    window = last_window + 1
    return window, add_months(since_on, EVERY_MONTHS * (window - 1)), add_months(since_on, EVERY_MONTHS * window)


def opinion_objections(fact: OpinionFact, *, today: date) -> list[Objection]:
    """Why an opinion cannot be recorded so."""
    found = []
    if fact.given_on > today:
        found.append(_no("opinion_in_future", f"日期不能晚于今天（{today}）。", "given_on"))
    if fact.given_on < fact.since_on:
        found.append(_no("opinion_too_early", f"日期不能早于开始担任培养联系人的日期（{fact.since_on}）。", "given_on"))
    if not fact.text.strip():
        found.append(
            _no("opinion_without_words", "请写明意见：近期思想、工作和学习的事实，以及还要帮助什么。", "opinion")
        )
    return found


def _no(code, message, field):
    return Objection(code=code, message=message, article=ARTICLE, field=field)
