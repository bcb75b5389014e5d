"""The road as a picture: twenty-five slips in five bundles, small in lists and large on a person's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from recruitment.steps import GROUPS, LAST_STEP, STEPS, Group, Step, group_of, step


class State(StrEnum):
    """What a slip shows; the words are those of the style sheet."""

    DONE = "done"
    GAP = "gap"  # done, but a document is missing
    CURRENT = "current"
    WAIT = "wait"  # the superior committee's turn
    OVERDUE = "overdue"
    TODO = "todo"


class Before(StrEnum):
    """The mark in front of the road."""

    NOTHING = ""
    FOCUS = "current"  # a focus person who has not applied
    CONTACT = "done"  # somebody looks after this person


WORDS = {
    State.DONE: "已办结",
    State.GAP: "已办结，材料缺项",
    State.CURRENT: "进行中",
    State.WAIT: "等待上级党委",
    State.OVERDUE: "已逾期",
    State.TODO: "未开始",
}
UNDER_WAY = (State.CURRENT, State.WAIT, State.OVERDUE)
SETTLED = (State.DONE, State.GAP)


@dataclass(frozen=True, slots=True)
class StepState:
    """Where one step stands. ``percent`` says how much of a running term is over; ``on`` is the day it was decided."""

    state: State = State.TODO
    percent: int | None = None
    on: date | None = None
    is_late: bool = False


NOT_BEGUN = StepState()


@dataclass(frozen=True, slots=True)
class Tick:
    """One slip of the small track; ``percent`` says how much of a running term is over."""

    state: State
    is_milestone: bool
    percent: int | None = None

    @property
    def css(self) -> str:
        """Its classes in the style sheet."""
        state = "is-current is-wait" if self.state is State.WAIT else f"is-{self.state}"
        return f"tick tick--mile {state}" if self.is_milestone else f"tick {state}"


@dataclass(frozen=True, slots=True)
class Track:
    """The small track: ticks by bundle, a sentence for screen readers, the mark before, and whether the road rests."""

    segments: tuple[tuple[Tick, ...], ...]
    label: str
    before: Before = Before.NOTHING
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of the large track; ``words`` says in full where the step stands."""

    step: int
    name: str
    title: str
    words: str
    css: str
    glyph: str
    glyph_css: str


@dataclass(frozen=True, slots=True)
class SlipStage:
    """One bundle of the large track; ``percent`` is how far its rule is inked, ``note`` stands behind its name."""

    number: str
    name: str
    css: str
    note: str
    percent: int
    slips: tuple[Slip, ...]


def track_of(states: Mapping[int, StepState], *, before: Before = Before.NOTHING, off_label: str = "") -> Track:
    """The small track of one person.

    ``states`` holds the steps that have begun, by number; the others count as not begun. ``off_label`` says why the
    road rests, such as 本人暂无意愿，已停止提醒, and hides the slips.
    """
    segments = tuple(tuple(_tick(row, states) for row in STEPS if row.group == group.number) for group in GROUPS)
    return Track(segments, off_label or sentence_of(states, before=before), before, bool(off_label))


def sentence_of(states: Mapping[int, StepState], *, before: Before = Before.NOTHING) -> str:
    """The road in one sentence, for screen readers and tooltips; of parallel steps, what is late speaks first."""
    if not states:
        return "重点关注，尚未递交入党申请书" if before is Before.FOCUS else "尚未递交入党申请书"
    settled = sum(state.state in SETTLED for state in states.values())
    count = f"已办结 {settled} 步，共 {LAST_STEP} 步"
    under_way = [number for number in sorted(states) if states[number].state in UNDER_WAY]
    if not under_way:
        return count
    number = min(under_way, key=lambda number: states[number].state is not State.OVERDUE)
    return (
        f"第{group_of(number).numeral}阶段，第 {number} 步 {step(number).name}，{WORDS[states[number].state]}，{count}"
    )


def slips_of(states: Mapping[int, StepState]) -> tuple[SlipStage, ...]:
    """The large track of one person; ``states`` as for track_of."""
    return tuple(_stage(group, states) for group in GROUPS)


def _tick(row: Step, states: Mapping[int, StepState]) -> Tick:
    state = states.get(row.number, NOT_BEGUN)
    return Tick(state.state, row.is_milestone, state.percent if state.state is State.CURRENT else None)


def _stage(group: Group, states: Mapping[int, StepState]) -> SlipStage:
    rows = [row for row in STEPS if row.group == group.number]
    slips = tuple(_slip(row, states.get(row.number, NOT_BEGUN)) for row in rows)
    here = [states.get(row.number, NOT_BEGUN).state for row in rows]
    settled = sum(state in SETTLED for state in here)
    if settled == len(rows):
        return SlipStage(group.numeral, group.short_name, "is-done", "✓", 100, slips)
    if settled or any(state in UNDER_WAY for state in here):
        percent = round((settled + 0.5) / len(rows) * 100)
        return SlipStage(group.numeral, group.short_name, "is-now", f"{settled}/{len(rows)}", percent, slips)
    return SlipStage(group.numeral, group.short_name, "is-future", "", 0, slips)


def _slip(row: Step, state: StepState) -> Slip:
    if state.state in SETTLED:
        glyph, glyph_css = ("mile", "is-gold") if row.is_milestone else ("ok", "")
    else:
        glyph_css = ""
        glyph = {State.CURRENT: "now", State.WAIT: "wait", State.OVERDUE: "overdue"}.get(
            state.state, "mile-o" if row.is_milestone else ""
        )
    words = WORDS[state.state] + (f" {state.on:%Y-%m-%d}" if state.on else "") + ("，迟办" if state.is_late else "")
    css = f"slip is-{state.state}" + (" slip--mile" if row.is_milestone else "")
    return Slip(row.number, row.short_name, row.name, words, css, glyph, glyph_css)
