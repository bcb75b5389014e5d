"""The page of one branch's annual plan: its way, the four determinations, persons, consultation, versions (notice T2, T3, R5)."""

from dataclasses import dataclass, field
from datetime import date, datetime

from branches.models import Unit
from recruitment.models import DevelopmentPlan, Due, PlanRemark, paths_of_plans
from recruitment.planning import (
    FIELD_OF,
    OPEN_FOR_THE_BRANCH,
    PERSON_AIMS,
    SETTLED,
    Aim,
    Part,
    PlanDue,
    PlanState,
    RemarkKind,
)
from recruitment.queries.baseline import baseline_of
from recruitment.queries.candidate_list import track_for
from recruitment.queries.planned import carried_out, is_of_branch, is_of_office, numbers_of, planned_of
from recruitment.queries.timeline import what_is_missing
from recruitment.rules.plans import PlanFact, due_day, missing_parts, planned_words, ready_first
from recruitment.scope import scope_of
from recruitment.stages import RoadState

WAY = (PlanState.DRAFT, PlanState.WITH_OFFICE, PlanState.AGREED, PlanState.REVIEWED)
WAY_WORDS = ("支部拟定", "党办沟通", "党委审议", "报分院")
PLACE = {PlanState.RETURNED: 0, PlanState.REPORTED: len(WAY)} | {state: place for place, state in enumerate(WAY)}


@dataclass(frozen=True, slots=True)
class WayStep:
    """One station of the way upward; ``state`` is done, now or todo."""

    label: str
    state: str
    note: str


@dataclass(frozen=True, slots=True)
class PartShown:
    """One of the four determinations; ``number`` and ``others`` only for 定人数."""

    label: str
    text: str
    is_missing: bool
    has_remark: bool
    number: int | None = None
    others: str = ""


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One planned person; ``reason`` says what stands between today and the first lawful day."""

    pk: int
    code: object
    name: str
    title: str
    track: object
    step: int
    aim: str
    planned: str
    planned_on: date
    earliest_on: date | None
    is_early: bool
    is_done: bool
    status: str
    reason: str
    explanation: str


@dataclass(frozen=True, slots=True)
class RemarkRow:
    """One contribution with its answer; ``state`` is 待回应, 已采纳, 已说明 or ""."""

    pk: int
    at: datetime
    who: str
    about: str
    text: str
    state: str
    reply: str
    replied_by: str
    may_answer: bool


@dataclass(frozen=True, slots=True)
class Carried:
    """One aim of a year: recorded against planned (None: nothing planned)."""

    label: str
    actual: int
    planned: int | None
    percent: int


@dataclass
class PlanPage:
    """Everything that templates/recruitment/plans/plan.html shows."""

    unit: Unit
    year: int
    years: tuple[int, ...]
    plan: DevelopmentPlan | None
    is_branch: bool
    is_office: bool
    number: int | None
    sub: str = ""
    way: tuple[WayStep, ...] = ()
    parts: tuple[PartShown, ...] = ()
    people: tuple[PersonRow, ...] = ()
    sees_everybody: bool = True
    remarks: tuple[RemarkRow, ...] = ()
    waiting: int = 0
    versions: list = field(default_factory=list)
    baseline: tuple = ()
    carried_year: int = 0
    carried: tuple[Carried, ...] = ()
    notes: tuple[str, ...] = ()

    @property
    def is_shown(self):
        """True where there is a text to show: nobody but the branch reads what has not been sent."""
        return self.plan is not None and (self.number is not None or self.is_branch)

    @property
    def may_edit(self):
        return self.is_branch and (self.plan is None or self.plan.state in OPEN_FOR_THE_BRANCH)

    @property
    def may_submit(self):
        return self.plan is not None and self.may_edit

    @property
    def may_take_back(self):
        return self.is_branch and self.plan is not None and self.plan.state == PlanState.WITH_OFFICE

    @property
    def may_agree(self):
        return self.is_office and self.plan is not None and self.plan.state == PlanState.WITH_OFFICE

    @property
    def may_review(self):
        return self.is_office and self.plan is not None and self.plan.state == PlanState.AGREED

    @property
    def may_report(self):
        return self.is_office and self.plan is not None and self.plan.state == PlanState.REVIEWED

    @property
    def may_return(self):
        return self.is_office and self.plan is not None and self.plan.state not in OPEN_FOR_THE_BRANCH

    @property
    def may_adjust(self):
        plan = self.plan
        return self.is_office and plan is not None and plan.reviewed_number is not None and plan.closed_on is None

    @property
    def may_remark(self):
        open_states = (PlanState.WITH_OFFICE, PlanState.RETURNED)
        return (self.is_office or self.is_branch) and self.number is not None and self.plan.state in open_states

    @property
    def may_print(self):
        return self.is_shown and (self.is_office or self.is_branch)


def branch_of_plan(*, user, unit):
    """The branch with the code ``unit`` whose plans ``user`` may read; raises Unit.DoesNotExist for strangers."""
    return Unit.objects.branches().under(paths_of_plans(user)).get(code=unit)


def plan_or_none(*, user, branch, year):
    """The plan of a branch within reach, None where none has been drafted."""
    return DevelopmentPlan.objects.visible_to(user).filter(unit=branch, year=year).select_related("unit").first()


def plan_page(*, user, unit, year, today):
    """The page of the branch ``unit`` (its code) for ``year``, in a fixed number of queries; Unit.DoesNotExist for strangers."""
    branch = branch_of_plan(user=user, unit=unit)
    plan = plan_or_none(user=user, branch=branch, year=year)
    is_branch, is_office = is_of_branch(user, branch.path), is_of_office(user, branch.path)
    drafting = is_branch and plan is not None and plan.state in OPEN_FOR_THE_BRANCH
    number = plan.number or None if plan and not drafting else None
    page = PlanPage(
        unit=branch, year=year, years=(today.year - 1, today.year, today.year + 1), plan=plan,
        is_branch=is_branch, is_office=is_office, number=plan.number or None if plan else None,
        sees_everybody=branch.path.startswith(scope_of(user).paths or ("\0",)),
    )  # fmt: skip
    page.baseline = baseline_of(branch, today)
    versions = list(plan.versions.select_related("submitted_by__person")) if plan and plan.number else []
    shown = next((version for version in versions if version.number == number), None) or plan
    if page.is_shown:
        planned = planned_of(plan, user=user, today=today, number=number)
        page.people = people_rows(planned, today)
        page.remarks = _remarks(page, user) if page.sees_everybody else ()
        page.waiting = sum(remark.state == "待回应" for remark in page.remarks)
        page.parts = parts_of(plan, shown, page.remarks)
        page.versions = versions if page.sees_everybody else []
    page.sub = _sub(page, drafting)
    page.way = _way(page, today)
    _carried(page, shown, today)
    return page


# --- Persons


def people_rows(planned, today):
    """PersonRows of Planned persons in the order in which they mature, with their open dues, in one query."""
    dues = {}
    pks = {it.row.candidate_id for it in planned}
    for due in Due.objects.open().filter(candidate__in=pks).order_by("due_on", "pk") if pks else ():
        dues.setdefault(due.candidate_id, []).append(due)
    by_fact = {id(it.fact): it for it in planned}
    return tuple(_person(by_fact[id(fact)], dues, today) for fact in ready_first([it.fact for it in planned], today))


def _person(it, dues, today):
    candidate, fact = it.row.candidate, it.fact
    step = it.road.step(it.row.step)
    return PersonRow(
        pk=it.row.pk,
        code=candidate.code,
        name=candidate.person.name,
        title=candidate.person.title,
        track=track_for(candidate, dues.get(candidate.pk, ()), today),
        step=it.row.step,
        aim=PERSON_AIMS[it.row.step],
        planned=planned_words(it.row.planned_on, it.row.period),
        planned_on=it.row.planned_on,
        earliest_on=step.decided_on if fact.is_done else fact.earliest_on,
        is_early=fact.is_early,
        is_done=fact.is_done,
        status="" if candidate.state == RoadState.ACTIVE else candidate.get_state_display(),
        reason="" if fact.is_done else _reason(it, today),
        explanation=it.row.explanation,
    )


def _reason(it, today):
    """What lies between today and the first lawful day, in a few words; in full where no day is lawful."""
    road, number = it.road, it.row.step
    if it.fact.earliest_on is None:
        return what_is_missing(road.step(number).objections)
    found = []
    if number in (Aim.TARGETS, Aim.ADMISSIONS) and road.cultivation_full_on and road.cultivation_full_on > today:
        found.append(f"培养教育 {road.cultivation_full_on} 满期")
    if number == Aim.CONVERSIONS and road.probation_ends_on and road.probation_ends_on > today:
        found.append(f"预备期 {road.probation_ends_on} 满")
    open_steps = sum(road.step(before).state != "done" for before in range(1, number))
    found.append(f"之前还有 {open_steps} 步" if open_steps else "前序步骤已办结")
    return "，".join(found)


# --- The four determinations, the way, the consultation


def parts_of(plan, shown, remarks=()):
    """The four determinations of ``shown`` (the plan or a version) with what is missing and remarked on."""
    numbers = numbers_of(shown)
    facts = PlanFact(plan.year, shown.standard, shown.goal, shown.limits, numbers)
    missing = missing_parts(facts)
    asked = {remark.about for remark in remarks if remark.state == "待回应"}
    others = "，".join(
        f"{Aim(aim).label} {number}" for aim, number in numbers.items() if aim != Aim.ADMISSIONS and number is not None
    )
    found = []
    for part in (Part.STANDARD, Part.GOAL, Part.NUMBERS, Part.LIMITS):
        is_number = part == Part.NUMBERS
        found.append(
            PartShown(
                label=part.label,
                text="" if is_number else getattr(shown, part.value),
                is_missing=part in missing,
                has_remark=part.label in asked,
                number=getattr(shown, FIELD_OF[Aim.ADMISSIONS]) if is_number else None,
                others=others if is_number else "",
            )
        )
    return tuple(found)


def _remarks(page, user):
    rows = PlanRemark.objects.filter(plan=page.plan).visible_to(user)
    rows = rows.select_related("candidate__person", "written_by__person", "replied_by__person")
    return tuple(_remark(row, page) for row in rows)


def _remark(row, page):
    asks = row.kind in (RemarkKind.REMARK, RemarkKind.NOTE)
    of_branch = row.kind == RemarkKind.NOTE
    waits = asks and row.replied_at is None and not of_branch
    state = "待回应" if waits else "" if row.replied_at is None else "已采纳" if row.is_adopted else "已说明"
    about = row.candidate.person.name if row.candidate_id else "" if row.part == Part.WHOLE else row.get_part_display()
    return RemarkRow(
        pk=row.pk,
        at=row.written_at,
        who=f"{row.written_by.display_name}（{'支部' if of_branch else '党办'}）",
        about=about or (row.get_kind_display() if not asks else ""),
        text=row.text,
        state=state,
        reply=row.reply,
        replied_by=row.replied_by.display_name if row.replied_by_id else "",
        may_answer=asks and row.replied_at is None and (page.is_office if of_branch else page.is_branch),
    )


def _sub(page, drafting):
    plan = page.plan
    if plan is None:
        return "尚未拟定"
    if drafting:
        return f"第 {plan.number + 1} 稿，未报送"
    return f"第 {plan.number} 稿，{_day(plan.submitted_on)}提交" if plan.number else "支部拟定中，尚未报送"


def _way(page, today):
    plan = page.plan
    place = PLACE[plan.state] if plan else 0
    notes = (
        _drafted(page, today),
        _consulted(page),
        _reviewed(plan, page.year, today),
        _reported(plan, page.year, today),
    )
    return tuple(
        WayStep(label, "done" if at < place else "now" if at == place else "todo", note)
        for at, (label, note) in enumerate(zip(WAY_WORDS, notes, strict=True))
    )


def _drafted(page, today):
    plan = page.plan
    if plan and plan.state == PlanState.RETURNED and plan.return_reason:
        return f"党办退回：{plan.return_reason}"
    if plan and plan.studied_on:
        votes = f"，{plan.in_favour} / {plan.present} 同意" if plan.present and plan.in_favour is not None else ""
        return f"支委会 {_day(plan.studied_on)}研究{votes}"
    return f"{_day(due_day(PlanDue.DRAFT, page.year, today))}前报党办"


def _consulted(page):
    plan = page.plan
    if plan is None or not plan.number:
        return ""
    if plan.agreed_on:
        return f"{_day(plan.agreed_on)}同意提请审议"
    if page.waiting:
        until = f"，{_day(plan.reply_by_on)}前回应" if plan.reply_by_on else ""
        return f"{page.waiting} 条意见待支部回应{until}"
    return f"{_day(plan.submitted_on)}收到"


def _reviewed(plan, year, today):
    if plan and plan.reviewed_on and plan.state in SETTLED:
        return f"党委会 {_day(plan.reviewed_on)}审议通过"
    return f"{_day(due_day(PlanDue.REVIEW, year, today))}前"


def _reported(plan, year, today):
    if plan and plan.reported_on and plan.state == PlanState.REPORTED:
        return f"{_day(plan.reported_on)}　{plan.report_number}".strip()
    return f"{_day(due_day(PlanDue.REPORT, year, today))}前"


def _day(day):
    return f"{day.month} 月 {day.day} 日"


# --- Against what was done


def _carried(page, shown, today):
    """The plan of the page's own year where it runs and is in force, else that of the year before, for comparison."""
    plan, branch = page.plan, page.unit
    runs = plan is not None and plan.reviewed_number is not None and page.year <= today.year
    page.carried_year = page.year if runs else page.year - 1
    former = DevelopmentPlan.objects.filter(unit=branch, year=page.carried_year, reviewed_number__isnull=False).first()
    page.carried = carried_rows(branch, page.carried_year, former)


def carried_rows(branch, year, plan):
    """Carried per aim for ``year``; ``plan`` is the one in force then, None where there was none."""
    done = carried_out([branch.pk], [year])
    version = plan.versions.filter(number=plan.reviewed_number).first() if plan else None
    numbers = numbers_of(version) if version else {}
    if version and plan.admissions_in_force is not None:
        numbers[Aim.ADMISSIONS] = plan.admissions_in_force
    found = []
    for aim in Aim:
        actual, planned = done.get((branch.pk, year, aim), 0), numbers.get(aim)
        percent = min(100, round(actual / planned * 100)) if planned else 100 if actual else 0
        found.append(Carried(aim.label, actual, planned, percent))
    return tuple(found)
