"""The road as a picture: twenty-five slips in five bundles, small in lists and large on a person's page."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

# The short names that fit upright on a slip, by step.
SLIP_NAMES = (
    "递交申请书", "派人谈话",
    "推荐和确定", "党委备案", "指定联系人", "培养考察",
    "确定对象", "党委备案", "定介绍人", "政治审查", "集中培训",
    "支委审查", "党委预审", "填志愿书", "支部大会", "派人谈话", "党委审批", "上级备案",
    "编入小组", "入党宣誓", "继续考察", "转正申请", "支部大会", "党委审批", "材料归档",
)  # fmt: skip
BUNDLES = (
    ("一", "申请", range(1, 3)),
    ("二", "积极分子", range(3, 7)),
    ("三", "发展对象", range(7, 12)),
    ("四", "接收预备党员", range(12, 19)),
    ("五", "教育考察和转正", range(19, 26)),
)
# Where a person becomes somebody else: activist, development target, probationary member, full member.
MILESTONES = frozenset({3, 7, 17, 24})


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


@dataclass(frozen=True, slots=True)
class Tick:
    """One slip of the small track; ``percent`` says how much of a running term is over."""

    state: State
    is_milestone: bool
    percent: int | None = None

    @property
    def css(self):
        """Its classes in the style sheet."""
        waiting = "is-current is-wait" if self.state is State.WAIT else f"is-{self.state}"
        return f"tick tick--mile {waiting}" if self.is_milestone else f"tick {waiting}"


@dataclass(frozen=True, slots=True)
class Track:
    """The small track: ticks by bundle, one sentence for screen readers, the mark before, and whether the road rests."""

    segments: tuple[tuple[Tick, ...], ...]
    label: str
    before: Before = Before.NOTHING
    is_off: bool = False


@dataclass(frozen=True, slots=True)
class Slip:
    """One slip of the large track."""

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


NOT_BEGUN = StepState()


def track_of(
    states: Mapping[int, StepState], *, titles: Mapping[int, str] | None = None, before: Before = Before.NOTHING, off_label: str = ""
) -> Track:
    """The small track of one person.

    ``states`` holds the steps that have begun, by number; the others count as not begun. ``titles`` are the full
    names of the steps (the short ones stand in). ``off_label`` says why the road rests, such as 暂无意愿, and hides the slips.
    """
    segments = tuple(tuple(_tick(step, states.get(step, NOT_BEGUN)) for step in steps) for _, _, steps in BUNDLES)
    return Track(segments, off_label or label_of(states, titles=titles, before=before), before, bool(off_label))


def label_of(states: Mapping[int, StepState], *, titles: Mapping[int, str] | None = None, before: Before = Before.NOTHING) -> str:
    """The road in one sentence, for screen readers and tooltips."""
    settled = sum(state.state in SETTLED for state in states.values())
    under_way = [step for step in sorted(states) if states[step].state in UNDER_WAY]
    # What is late speaks first: parallel steps may run beside it.
    under_way.sort(key=lambda step: states[step].state is not State.OVERDUE)
    count = f"已办结 {settled} 步，共 25 步"
    if not states:
        return "重点关注，尚未递交入党申请书" if before is Before.FOCUS else "尚未递交入党申请书"
    if not under_way:
        return count
    step = under_way[0]
    stage = next(number for number, _, steps in BUNDLES if step in steps)
    return f"第{stage}阶段，第 {step} 步 {_title(step, titles)}，{WORDS[states[step].state]}，{count}"


def slips_of(states: Mapping[int, StepState], *, titles: Mapping[int, str] | None = None) -> tuple[SlipStage, ...]:
    """The large track of one person; arguments as for track_of."""
    return tuple(_stage(number, name, steps, states, titles) for number, name, steps in BUNDLES)


def _title(step: int, titles: Mapping[int, str] | None) -> str:
    return (titles or {}).get(step) or SLIP_NAMES[step - 1]


def _tick(step: int, state: StepState) -> Tick:
    return Tick(state.state, step in MILESTONES, state.percent if state.state is State.CURRENT else None)


def _stage(number, name, steps, states, titles) -> SlipStage:
    slips = tuple(_slip(step, states.get(step, NOT_BEGUN), titles) for step in steps)
    of_stage = [states.get(step, NOT_BEGUN).state for step in steps]
    settled = sum(state in SETTLED for state in of_stage)
    percent = round((settled + 0.5) / len(steps) * 100)
    if settled == len(steps):
        return SlipStage(number, name, "is-done", "✓", 100, slips)
    if settled or any(state in UNDER_WAY for state in of_stage):
        return SlipStage(number, name, "is-now", f"{settled}/{len(steps)}", percent, slips)
    return SlipStage(number, name, "is-future", "", 0, slips)


def _slip(step: int, state: StepState, titles: Mapping[int, str] | None) -> Slip:
    is_milestone = step in MILESTONES
    glyph, glyph_css = {
        State.DONE: ("mile", "is-gold") if is_milestone else ("ok", ""),
        State.GAP: ("mile", "is-gold") if is_milestone else ("ok", ""),
        State.CURRENT: ("now", ""),
        State.WAIT: ("wait", ""),
        State.OVERDUE: ("overdue", ""),
        State.TODO: ("mile-o", "") if is_milestone else ("", ""),
    }[state.state]
    words = WORDS[state.state] + (f" {state.on:%Y-%m-%d}" if state.on else "") + ("，迟办" if state.is_late else "")
    css = f"slip is-{state.state}" + (" slip--mile" if is_milestone else "")
    return Slip(step, SLIP_NAMES[step - 1], _title(step, titles), words, css, glyph, glyph_css)
