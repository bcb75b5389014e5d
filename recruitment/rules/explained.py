"""The road explained: the table of steps and limits in words, for the help page and its print."""

from dataclasses import dataclass
from datetime import date

from recruitment.facts import LocalLimit
from recruitment.rules.limits import local_basis, period_words
from recruitment.rulesets import LIMITS, RULE_SETS, YEAR_2014, YEAR_2026, Limit, LimitUnit, local_in_force
from recruitment.steps import GROUPS, STEPS, Step, step

UNSET = "未规定"


@dataclass(frozen=True, slots=True)
class ExplainedLimit:
    """A limit in words: what both rule sets say, and what a committee has set (with its basis) or ""."""

    title: str
    in_2014: str
    in_2026: str
    local: str
    local_basis: str

    @property
    def is_set(self) -> bool:
        """True when some rule set or a committee says something about it, if only as advice."""
        return bool(self.local) or not self.in_2014 == self.in_2026 == UNSET


@dataclass(frozen=True, slots=True)
class ExplainedStep:
    """One step in words; ``after`` names the steps that must be on record, ``papers`` what it produces."""

    number: int
    name: str
    is_milestone: bool
    who: str
    owed_by: str
    conditions: tuple[str, ...]
    after: tuple[str, ...]
    limits: tuple[ExplainedLimit, ...]
    papers: tuple[str, ...]
    law_2014: str
    law_2026: str

    @property
    def limits_set(self) -> tuple[ExplainedLimit, ...]:
        """The limits about which something is said."""
        return tuple(limit for limit in self.limits if limit.is_set)


@dataclass(frozen=True, slots=True)
class ExplainedGroup:
    """One of the five stages with its steps."""

    numeral: str
    name: str
    steps: tuple[ExplainedStep, ...]


def explain(*, on: date, local_limits: tuple[LocalLimit, ...] = ()) -> tuple[ExplainedGroup, ...]:
    """The whole road in words, with the committees' limits that are in force on day ``on``."""
    return tuple(
        ExplainedGroup(
            group.numeral,
            group.name,
            tuple(_explained(row, on, local_limits) for row in STEPS if row.group == group.number),
        )
        for group in GROUPS
    )


def _explained(row: Step, on: date, local_limits: tuple[LocalLimit, ...]) -> ExplainedStep:
    codes = dict.fromkeys(code for code in (row.wait, row.deadline, *row.limits) if code)
    return ExplainedStep(
        number=row.number,
        name=row.name,
        is_milestone=row.is_milestone,
        who="、".join(body.label for body in row.bodies),
        owed_by=row.owed_by.label,
        conditions=row.conditions,
        after=tuple(f"第 {before} 步 {step(before).name}" for before in row.after),
        limits=tuple(_limit(LIMITS[code], on, local_limits) for code in codes),
        papers=tuple(paper.title for paper in row.papers),
        law_2014=row.citation(YEAR_2014),
        law_2026=row.citation(YEAR_2026),
    )


def _limit(limit: Limit, on: date, local_limits: tuple[LocalLimit, ...]) -> ExplainedLimit:
    setting = local_in_force(limit.code, on, local_limits) if limit.local_unit else None
    return ExplainedLimit(
        title=limit.title,
        in_2014=national_words(limit, YEAR_2014),
        in_2026=national_words(limit, YEAR_2026),
        local=words(setting.value, limit.local_unit) if setting else "",
        local_basis=local_basis(setting) if setting else "",
    )


def national_words(limit: Limit, rule_set: str) -> str:
    """What a rule set says about a limit; 未规定 (and what is advised) where it gives no number, 待核 where unconfirmed."""
    base = limit.base(rule_set)
    if base is None:
        return f"{UNSET}，建议 {period_words(*limit.advised)}内" if limit.advised else UNSET
    mark = "（待核）" if rule_set in limit.unconfirmed else ""
    return words(*base) + mark


def words(value: int, unit: LimitUnit) -> str:
    """A value in words: 是 or 否 for a switch, 未规定 for no wait at all."""
    if unit is LimitUnit.SWITCH:
        return "是" if value else "否"
    return period_words(value, unit) if value else UNSET


def rule_set_titles() -> tuple[str, ...]:
    """The rule sets as their own titles, oldest first."""
    return tuple(rule_set.title for rule_set in RULE_SETS.values())
