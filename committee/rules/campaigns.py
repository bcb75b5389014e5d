"""What a campaign may ask by when, what a record of it must say, and how a unit stands with it (notice T1–T5)."""

from dataclasses import dataclass
from datetime import date

from branches.urgency import urgency
from committee.campaigning import Audience, TenDays, last_day
from recruitment.calendar import add_months
from recruitment.rules.objection import LATE, Objection

LONGEST_MONTHS = 13
MOST_PEOPLE = 9999


@dataclass(frozen=True, slots=True)
class Draft:
    """A milestone of a campaign to be opened: what is asked of whom, by the end of which ten days of which month, or by a day."""

    title: str
    task: str
    month: int = 0
    ten_days: TenDays | str = ""
    audience: Audience = Audience.BRANCHES
    asks_attendance: bool = False
    day: date | None = None

    def due_on(self, year: int) -> date:
        """Its last day in ``year``."""
        return self.day or last_day(year, self.month, self.ten_days)


NOTICE_TITLE = "在科技骨干中发展党员工作"
NOTICE_BASIS = "《关于做好在科技骨干中发展党员工作的通知》（2018）"
# The notice's own timetable (T1–T4).
NOTICE = (
    Draft("传达学习", "把通知精神传达到每个支部，组织学习。", 11, TenDays.FIRST, asks_attendance=True),
    Draft("制定工作计划", "列入支部重要议事日程，制定工作计划，经党委会审议后上报。", 11, TenDays.SECOND),
    Draft(
        "摸清底数",
        "掌握工作现状和面临问题，分析研判，定标准、定目标、定人数、定时限，列入工作计划。",
        11,
        TenDays.THIRD,
    ),
    Draft(
        "检查考核",
        "把工作落实情况作为落实党建和党风廉政建设责任制检查考核的重要内容。",
        12,
        TenDays.THIRD,
        Audience.COMMITTEES,
    ),
)


def milestone_objections(*, title: str, begins_on: date, opens_on: date, due_on: date) -> tuple[Objection, ...]:
    """What stands against a milestone of a campaign that began on ``begins_on``: no name, a day outside its time."""
    found = []
    if not title.strip():
        found.append(Objection("title_required", "请写明是哪项安排。", field="title"))
    if due_on < begins_on:
        words = f"完成期限（{due_on}）早于工作开始日期（{begins_on}）。请改期限，或把开始日期提前。"
        found.append(Objection("due_before_beginning", words, field="due_on"))
    elif due_on > (last := add_months(begins_on, LONGEST_MONTHS)):
        words = f"完成期限应在工作开始后 {LONGEST_MONTHS} 个月内（{last} 前），再往后的请另立一项工作。"
        found.append(Objection("due_too_far", words, field="due_on"))
    if opens_on > due_on:
        words = f"可办日（{opens_on}）晚于完成期限（{due_on}）。"
        found.append(Objection("opens_after_due", words, field="opens_on"))
    return tuple(found)


@dataclass(frozen=True, slots=True)
class Account:
    """What a unit reports: when, where, how many of how many came, what was done, why it came late."""

    done_on: date
    summary: str
    place: str = ""
    eligible: int | None = None
    present: int | None = None
    late_reason: str = ""


def account_objections(
    account: Account, *, begins_on: date, due_on: date, asks_attendance: bool, today: date
) -> tuple[Objection, ...]:
    """What stands against a record: a day to come or before the campaign, impossible numbers, nothing said, lateness unexplained."""
    found = []
    if account.done_on > today:
        found.append(Objection("future_date", f"完成日期不能晚于今天（{today}）。", field="done_on"))
    elif account.done_on < begins_on:
        words = f"完成日期早于这项工作开始的日期（{begins_on}）。"
        found.append(Objection("before_beginning", words, field="done_on"))
    if not account.summary.strip():
        found.append(Objection("summary_required", "请简要写明怎样完成的，或会议纪要。", field="summary"))
    found += _attendance(account, asks_attendance)
    if due_on < account.done_on <= today and not account.late_reason.strip():
        words = f"应于 {due_on} 前完成，{account.done_on} 已超过期限。请写明迟办原因。"
        found.append(Objection("campaign_late", words, level=LATE, field="late_reason"))
    return tuple(found)


def _attendance(account: Account, is_asked: bool) -> list[Objection]:
    eligible, present = account.eligible, account.present
    if eligible is None and present is None:
        if not is_asked:
            return []
        words = "请填应到和实到人数。"
        return [Objection("attendance_missing", words, field="eligible")]
    if eligible is None or present is None:
        name = "eligible" if eligible is None else "present"
        words = f"请填{'应到' if eligible is None else '实到'}人数，应到和实到一起填写。"
        return [Objection("attendance_missing", words, field=name)]
    if not 1 <= eligible <= MOST_PEOPLE:
        words = f"应到人数应在 1 至 {MOST_PEOPLE} 之间。"
        return [Objection("attendance_impossible", words, field="eligible")]
    if present > eligible:
        words = f"实到 {present} 人多于应到 {eligible} 人，请核对。"
        return [Objection("attendance_impossible", words, field="present")]
    if present < 1:
        return [Objection("attendance_impossible", "实到 0 人，会议没有开成。", field="present")]
    return []


@dataclass(frozen=True, slots=True)
class Place:
    """How a unit stands with a milestone: ``level`` names a mark of the design, ``text`` says it in words."""

    level: str
    text: str
    is_done: bool = False
    is_late: bool = False


def place_of(*, due_on: date, opens_on: date, done_on: date | None, ended_on: date | None, today: date) -> Place:
    """How a unit stands on ``today`` that was done on ``done_on``, or not (None); after the end nothing grows later."""
    if done_on is not None:
        late = (done_on - due_on).days
        if late > 0:
            return Place("ok", f"{done_on:%m-%d}，迟 {late} 天", is_done=True, is_late=True)
        return Place("ok", f"{done_on:%m-%d} 完成", is_done=True)
    if ended_on is not None:
        return Place("none", "未办", is_late=due_on < ended_on)
    near = urgency(due_on, today)
    if near.level != "overdue" and today < opens_on:
        return Place("later", f"{opens_on:%m-%d} 起可办")
    return Place(near.level, near.text, is_late=near.level == "overdue")
