"""What is owed on a road by what is on record, whatever day it is (notice R9)."""

from dataclasses import dataclass
from datetime import date

from branches.offices import Office
from recruitment.calendar import Calendar, add_months
from recruitment.facts import Facts
from recruitment.rules.deadlines import PROBATION_END, anchor_of, owed
from recruitment.rules.limits import Deadline, first_lawful
from recruitment.rules.papers import ARCHIVED, first_lacking, lacking_for_the_archive
from recruitment.rules.standing import Standing
from recruitment.rules.walking import walk
from recruitment.rules.windows import first_open
from recruitment.rulesets import cite, reading
from recruitment.stages import DueKind, ReviewKind, RoadState
from recruitment.steps import STEPS, Step, step

_NOTICE_MONTHS = 1  # how long before its day an act that has its day comes into view
_ARTICLE_LENGTH = 120
_REPEATED = (
    (6, ReviewKind.REVIEW, False, DueKind.PERIODIC_REVIEW),
    (6, ReviewKind.REPORT, False, DueKind.REPORT),
    (21, ReviewKind.REVIEW, True, DueKind.PROBATION_CHECK),
)


@dataclass(frozen=True, slots=True)
class DueFact:
    """An act owed: in view from ``opens_on``, in time until ``due_on`` (that day included).

    ``key`` names it among the open dues of one person. ``binding`` False: no rule gives a number, so that it is
    never late, only worth a reminder; ``article`` then says 未规定期限. ``provisional``: rests on a year without calendar.
    ``step`` 0: an act beside the road, which the track does not show as a step's own.
    """

    kind: DueKind
    step: int
    window: int
    key: str
    opens_on: date
    due_on: date
    owed_by: Office
    article: str
    provisional: bool
    title: str
    binding: bool = True


def dues(facts: Facts, *, calendar: Calendar) -> tuple[DueFact, ...]:
    """Everything owed on this road, soonest first; nothing once it has stopped or is closed.

    Of repeated windows only the first one not covered is owed, so the answer does not hang on today.
    """
    return dues_of(walk(facts, calendar))


def dues_of(standing: Standing) -> tuple[DueFact, ...]:
    """``dues`` for a road already walked."""
    if standing.state != RoadState.ACTIVE:
        return ()
    found = [due for row in STEPS[1:] if (due := _step_due(standing, row)) is not None]
    found += _repeated(standing)
    found = _with_plan(standing, found)
    found += _papers(standing)
    found.sort(key=lambda due: (due.due_on, due.step, due.key))
    return tuple(found)


def _is_open(standing: Standing, row: Step) -> bool:
    number = row.number
    if number == 5 and standing.transferred_on and not standing.has(7) and standing.mentors_now() == ():
        return standing.has(3)
    return not standing.has(number)


def _step_due(standing: Standing, row: Step) -> DueFact | None:
    number = row.number
    if not _is_open(standing, row):
        return None
    if number == 6:
        return _conclusion_of_cultivation(standing)
    anchor = anchor_of(standing, number)
    if anchor is None:
        return None
    anchor_on = anchor[0]
    deadline = owed(standing, number, *anchor)
    if deadline is None:
        return None
    ready = number in PROBATION_END or all(standing.has(before) for before in row.after)
    if not deadline.binding and not ready:
        return None
    opens_on = anchor_on
    if number in (21, 22):
        opens_on = add_months(deadline.due_on, -_NOTICE_MONTHS)
    return _due(standing, row, deadline, opens_on)


def _conclusion_of_cultivation(standing: Standing) -> DueFact | None:
    """The year is over: the branch may conclude. No rule says by when it must."""
    if standing.cultivation_from_on is None or not standing.has(5) or standing.has(7):
        return None
    full_on, article = first_lawful("cultivation", standing.cultivation_from_on, standing.facts.local_limits)
    deadline = Deadline(add_months(full_on, _NOTICE_MONTHS), False, article, "培养教育满规定时间后作出考察结论")
    return _due(standing, step(6), deadline, add_months(full_on, -_NOTICE_MONTHS))


def _due(standing: Standing, row: Step, deadline: Deadline, opens_on: date) -> DueFact:
    kind = row.due_kind
    article = deadline.article if deadline.binding else f"{deadline.article}；未规定期限"
    provisional = standing.listing_is_provisional and row.anchor == 8
    return DueFact(
        kind,
        row.number,
        0,
        kind.value,
        min(opens_on, deadline.due_on),
        deadline.due_on,
        row.owed_by,
        article[:_ARTICLE_LENGTH],
        provisional,
        kind.label,
        deadline.binding,
    )


def _repeated(standing: Standing) -> list[DueFact]:
    found = []
    for number, kind, during_probation, due_kind in _REPEATED:
        if during_probation:
            running = standing.has(17) and not standing.has(24)
        else:
            running = standing.has(3) and not standing.has(7)
        window = first_open(standing, kind, during_probation=during_probation) if running else None
        if window is None:
            continue
        opens_on = max(window.from_on, add_months(window.until_on, -_NOTICE_MONTHS))
        title = f"{due_kind.label}（第 {window.number} 次）"
        key = f"{due_kind.value}:{window.number}"
        found.append(
            DueFact(
                due_kind,
                number,
                window.number,
                key,
                opens_on,
                window.until_on,
                step(number).owed_by,
                window.article[:_ARTICLE_LENGTH],
                False,
                title,
            )
        )
    return found


def _papers(standing: Standing) -> list[DueFact]:
    """Papers that are neither scanned nor held on paper: advised step by step, binding once the file is to be closed.

    Of the steps only the first that lacks any is owed, within a month of it, so that one person is one line however
    much is missing; when it is complete the next one follows. The branch owes all of them: the file lies with it
    until it is handed in (Art. 36/37), and the office would otherwise be owed one for everybody.
    """
    if missing := first_lacking(standing):
        row, _ = missing
        record = standing.done[row.number]
        rule_set = reading(record.decided_on, record.rule_set)
        article = f"{cite(row.articles(rule_set), rule_set)}；未规定期限"
        key = f"{DueKind.PAPERS.value}:{row.number}"
        return [_paper_due(DueKind.PAPERS, key, row.name, article, record.decided_on, binding=False)]
    lacking, anchor = lacking_for_the_archive(standing), anchor_of(standing, ARCHIVED)
    if not lacking or anchor is None:
        return []
    rule_set = reading(*anchor)
    article = cite(step(ARCHIVED).articles(rule_set), rule_set)
    words = "、".join(paper.title for paper in lacking)
    return [_paper_due(DueKind.ARCHIVE_PAPERS, DueKind.ARCHIVE_PAPERS.value, words, article, anchor[0], binding=True)]


def _paper_due(kind: DueKind, key: str, words: str, article: str, on: date, *, binding: bool) -> DueFact:
    """Owed within a month of the day ``on`` of the step; ``words`` say which step, or which papers."""
    due_on = add_months(on, _NOTICE_MONTHS)
    title, article = f"{kind.label}：{words}", article[:_ARTICLE_LENGTH]
    return DueFact(kind, 0, 0, key, on, due_on, step(1).owed_by, article, False, title, binding)


def _with_plan(standing: Standing, found: list[DueFact]) -> list[DueFact]:
    """The plan's day of the next planned step stands where no rule gives one."""
    plan = standing.facts.plan
    ahead = [number for number in sorted(plan) if 1 < number <= 25 and not standing.has(number)] if plan else []
    if not ahead or not standing.has(1):
        return found
    row, day = step(ahead[0]), plan[ahead[0]]
    if any(due.step == row.number and due.binding and not due.window for due in found):
        return found
    article = f"{cite(row.articles(reading(day)), reading(day))}；年度发展计划"
    planned = DueFact(
        row.due_kind,
        row.number,
        0,
        row.due_kind.value,
        add_months(day, -_NOTICE_MONTHS),
        day,
        row.owed_by,
        article[:_ARTICLE_LENGTH],
        False,
        row.due_kind.label,
        binding=False,
    )
    return [due for due in found if due.key != planned.key] + [planned]
