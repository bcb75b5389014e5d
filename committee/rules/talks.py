"""Which talks may be recorded, and when the next one is owed (notice R2, B3)."""

from dataclasses import dataclass
from datetime import date, timedelta

from recruitment.rules.objection import Objection

# A day agreed on for the next talk lies within the year: further ahead it is a slip of the pen.
FURTHEST_FOLLOW_UP_DAYS = 366
OLDEST_TALK_DAYS = 3660


@dataclass(frozen=True, slots=True)
class TalkFact:
    """A talk as it is to be recorded; dates are local days. ``topics`` are codes of the list."""

    held_on: date
    topics: tuple[str, ...] = ()
    follow_up_on: date | None = None
    born_on: date | None = None


@dataclass(frozen=True, slots=True)
class ProblemFact:
    """A problem as it was raised; ``due_on`` is the last day for the answer."""

    summary: str
    due_on: date | None = None


def talk_objections(talk: TalkFact, problems: tuple[ProblemFact, ...] = (), *, today: date) -> list[Objection]:
    """Why ``talk`` cannot be recorded today; empty when it can. Talks hold by their day, not by the day of typing."""
    found = []
    if talk.held_on > today:
        found.append(_no("talk_in_future", f"谈话日期不能晚于今天（{today}）。", "held_on"))
    elif talk.born_on and talk.held_on <= talk.born_on:
        found.append(_no("talk_before_birth", f"谈话日期早于本人出生日期（{talk.born_on}），请核对年份。", "held_on"))
    elif (today - talk.held_on).days > OLDEST_TALK_DAYS:
        found.append(_no("talk_too_old", "谈话日期在十年以前，请核对年份。", "held_on"))
    if not talk.topics:
        found.append(_no("topics_required", "请至少选一项谈话内容。", "topics"))
    if talk.follow_up_on:
        if talk.follow_up_on <= talk.held_on or talk.follow_up_on < today:
            found.append(_no("follow_up_past", "下次联系日期应在本次谈话之后，且不早于今天。", "follow_up_on"))
        elif (talk.follow_up_on - today).days > FURTHEST_FOLLOW_UP_DAYS:
            found.append(_no("follow_up_far", "下次联系日期应在一年以内。", "follow_up_on"))
    for problem in problems:
        found.extend(problem_objections(problem, raised_on=talk.held_on, today=today))
    return found


def correction_objections(*, reason: str, held_on: date, answered_on: date | None = None) -> list[Objection]:
    """Why a correction cannot be taken; ``answered_on`` is the first day on which a problem of the talk was answered."""
    found = []
    if not reason.strip():
        found.append(_no("reason_required", "请写明更正原因：更正前的内容会保留，并注明这一原因。", "reason"))
    if answered_on and held_on > answered_on:
        message = f"这次谈话反映的问题已于 {answered_on} 答复，谈话日期不能晚于这一天。"
        found.append(_no("talk_after_answer", message, "held_on"))
    return found


def problem_objections(problem: ProblemFact, *, raised_on: date, today: date) -> list[Objection]:
    """Why a problem cannot become an item: it needs words and a last day that lies ahead."""
    if not problem.summary.strip():
        return [_no("problem_without_words", "请写明问题是什么。", "problem_summary")]
    if problem.due_on is None:
        return [_no("problem_without_day", "请填写答复期限。", "problem_due_on")]
    if problem.due_on < max(today, raised_on):
        return [_no("problem_day_past", f"答复期限不能早于今天（{today}）。", "problem_due_on")]
    if (problem.due_on - today).days > FURTHEST_FOLLOW_UP_DAYS:
        return [_no("problem_day_far", "答复期限应在一年以内。", "problem_due_on")]
    return []


def answer_objections(*, raised_on: date, answered_on: date, answer: str, today: date) -> list[Objection]:
    """Why an answer cannot be recorded."""
    found = []
    if answered_on > today:
        found.append(_no("answer_in_future", f"答复日期不能晚于今天（{today}）。", "answered_on"))
    if answered_on < raised_on:
        found.append(_no("answer_before_question", f"答复日期不能早于提出日期（{raised_on}）。", "answered_on"))
    if not answer.strip():
        found.append(_no("answer_without_words", "请写明办理结果：已解决的写怎样解决，不能解决的写原因。", "answer"))
    return found


def default_problem_due_on(raised_on: date) -> date:
    """A month for an answer, unless somebody sets another day."""
    return raised_on + timedelta(days=30)


def _no(code, message, field):
    return Objection(code=code, message=message, field=field)
