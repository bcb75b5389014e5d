"""The branch's part of an annual plan: draft, persons, submission, taking back, notes and replies (notice T2, T3, R5)."""

from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.models import Unit
from recruitment.actions import ledger
from recruitment.actions.plan_dues import owe_for_plan
from recruitment.actions.refusals import NotYours, Refused, Stale, refuse
from recruitment.actions.roads import locked
from recruitment.models import DevelopmentPlan, PlannedPerson, PlanRemark, PlanVersion, paths_of_plans
from recruitment.planning import (
    NUMBER_FIELDS,
    OPEN_FOR_THE_BRANCH,
    PERSON_AIMS,
    Part,
    PlanState,
    RemarkKind,
)
from recruitment.queries.planned import is_of_branch, is_of_office, plan_fact, planned_of
from recruitment.rules.plans import next_period_end, planned_day, planned_words, submission_objections
from recruitment.stages import RoadState

DETERMINATIONS = ("standard", "goal", *NUMBER_FIELDS, "limits", "studied_on", "present", "in_favour")
YEARS_AHEAD = 1


def locked_plan(*, by, unit, year, version=None):
    """The plan of the branch with the code ``unit`` for ``year``, locked, within reach of ``by``.

    Raises DevelopmentPlan.DoesNotExist for strangers, Stale where it is not at ``version`` (None: whichever) any more.
    """
    plan = (
        DevelopmentPlan.objects.visible_to(by)
        .select_for_update(of=("self",))
        .select_related("unit")
        .get(unit__code=unit, year=year)
    )
    if version is not None and version != plan.version:
        raise Stale(plan.version)
    return plan


def keep(plan, *, now, reason=""):
    """Save a locked plan after an act and bring what is owed for it in line."""
    plan.version += 1
    plan._change_reason = reason[:100]
    plan.save()
    owe_for_plan(plan, now=now)


# --- The draft


@transaction.atomic
def draft_plan(*, by, unit, year, now, version=None, **values):
    """Write the four determinations of the branch ``unit`` (its code) for ``year``; opens the plan the first time.

    ``values`` are fields of DETERMINATIONS. Refused: years other than this one and the next, plans that are not the
    branch's to change now. Raises Unit.DoesNotExist for strangers, NotYours, Stale. Returns the DevelopmentPlan.
    """
    branch = Unit.objects.branches().active().under(paths_of_plans(by)).get(code=unit)
    if not is_of_branch(by, branch.path):
        raise NotYours
    today = timezone.localdate(now)
    if not 0 <= year - today.year <= YEARS_AHEAD:
        refuse("year_out_of_range", "年度计划按今年或明年拟定。")
    _open(branch, year, by=by, now=now)
    plan = _for_branch(by=by, unit=unit, year=year, version=version)
    for name in DETERMINATIONS:
        if name in values:
            setattr(plan, name, values[name].strip() if isinstance(values[name], str) else values[name])
    keep(plan, now=now, reason="拟定四定")
    return plan


def _open(branch, year, *, by, now):
    """Two at once open one plan."""
    if DevelopmentPlan.objects.filter(unit=branch, year=year).exists():
        return
    try:
        with transaction.atomic():
            DevelopmentPlan.objects.create(unit=branch, year=year, drafted_by=by, drafted_at=now)
    except IntegrityError:
        return


def _for_branch(*, by, unit, year, version=None):
    """The locked plan, for those who act for the branch, while it is theirs to change."""
    plan = locked_plan(by=by, unit=unit, year=year, version=version)
    if not is_of_branch(by, plan.unit.path):
        raise NotYours
    if plan.state not in OPEN_FOR_THE_BRANCH:
        refuse("not_open", f"计划现为“{plan.get_state_display()}”，不能修改。报党办后要改，请先收回。")
    return plan


# --- Persons


@transaction.atomic
def plan_person(*, by, unit, year, code, step, month, period, now, day=None, explanation=""):
    """Name the candidate ``code`` of the branch, to come to ``step`` (a PERSON_AIMS) by a day of the plan's year.

    ``month`` 1-12, ``period`` a Period, ``day`` only with Period.DAY. Naming somebody again for the same step puts the new
    day in the place of the old one. Takes the candidate's lock first, so that a no wins. Refused: people of other
    branches, roads that have ended, steps on record. Returns the PlannedPerson.
    """
    candidate = locked(user=by, code=code)
    plan = _for_branch(by=by, unit=unit, year=year)
    _check_person(plan, candidate, step)
    try:
        planned_on = planned_day(year, month, period, day)
    except ValueError:
        refuse("no_such_day", f"{month} 月没有这一天。", field="day")
    old = PlannedPerson.objects.standing().filter(plan=plan, candidate=candidate, step=step).first()
    if old is not None:
        _end(old, plan)
    row = PlannedPerson.objects.create(
        plan=plan, candidate=candidate, step=step, planned_on=planned_on, period=period,
        explanation=explanation.strip(), since=plan.number + 1, added_by=by, added_at=now,
    )  # fmt: skip
    _enter(row, f"列入 {year} 年度计划：{PERSON_AIMS[step]}", by, now)
    keep(plan, now=now, reason="列人选")
    return row


@transaction.atomic
def unplan_person(*, by, unit, year, row, now):
    """Take the standing row ``row`` (its key) out of the draft; versions that hold it keep it. Returns the PlannedPerson.

    Raises PlannedPerson.DoesNotExist for rows that do not stand and people out of reach.
    """
    found = PlannedPerson.objects.visible_to(by).standing().select_related("candidate")
    found = found.get(pk=row, plan__unit__code=unit, plan__year=year)
    locked(user=by, code=found.candidate.code)
    plan = _for_branch(by=by, unit=unit, year=year)
    found = PlannedPerson.objects.standing().select_related("candidate").get(pk=row)
    _end(found, plan)
    _enter(found, f"移出 {year} 年度计划", by, now)
    keep(plan, now=now, reason="移出人选")
    return found


def _check_person(plan, candidate, step):
    if step not in PERSON_AIMS:
        refuse("no_such_aim", "请选择拟到的环节。", field="step")
    if candidate.unit_id != plan.unit_id:
        refuse("other_branch", f"{candidate.person.name}不在本支部，由所在支部列入计划。", field="code")
    if candidate.state != RoadState.ACTIVE:
        refuse("road_has_ended", f"{candidate.person.name}的进程已停止。", field="code")
    if candidate.has_done(step):
        refuse("already_done", f"{candidate.person.name}已{PERSON_AIMS[step]}，请选择下一步。", field="step")


def _end(row, plan):
    """The row is in no version from the one that is drafted on."""
    row.until = plan.number + 1
    row.save()


def _enter(row, summary, by, now):
    details = {"plan": row.plan.year, "planned": planned_words(row.planned_on, row.period)}
    ledger.append(
        candidate=row.candidate, action="planned", step=row.step, summary=summary, actor=by, now=now, details=details
    )


# --- To the office and back


@transaction.atomic
def submit_plan(*, by, unit, year, now, version=None):
    """Send the draft to the Party office as the next version, which is kept as it is.

    Refused with all reasons at once: parts of the four determinations missing, no day of the branch committee's
    meeting, more persons than the number, persons whose step is done or whose road has ended. Returns the PlanVersion.
    """
    plan = _for_branch(by=by, unit=unit, year=year, version=version)
    today = timezone.localdate(now)
    found = submission_objections(plan_fact(plan, plan, planned_of(plan, user=by, today=today)))
    if plan.studied_on and plan.studied_on > today:
        refuse("future_date", f"支委会研究日期不能晚于今天（{today}）。", field="studied_on")
    if found:
        raise Refused(found)
    plan.number += 1
    values = {name: getattr(plan, name) for name in DETERMINATIONS}
    frozen = PlanVersion.objects.create(plan=plan, number=plan.number, submitted_by=by, submitted_at=now, **values)
    plan.state, plan.submitted_on, plan.return_reason, plan.reply_by_on = PlanState.WITH_OFFICE, today, "", None
    plan.agreed_on = None
    keep(plan, now=now, reason=f"报党办（第 {plan.number} 稿）")
    return frozen


@transaction.atomic
def take_back_plan(*, by, unit, year, now, version=None):
    """Take a plan that lies with the office back for changes; the version sent stays as it was. Returns the plan."""
    plan = locked_plan(by=by, unit=unit, year=year, version=version)
    if not is_of_branch(by, plan.unit.path):
        raise NotYours
    if plan.state != PlanState.WITH_OFFICE:
        refuse("not_with_office", f"计划现为“{plan.get_state_display()}”，不能收回。需调整请与党办联系。")
    plan.state = PlanState.RETURNED
    keep(plan, now=now, reason="支部收回修改")
    return plan


# --- The consultation


@transaction.atomic
def write_remark(*, by, unit, year, text, now, part=Part.WHOLE, code=None, form_token=None):
    """Write into the consultation about the version that lies with the office: the office a remark, the branch a note.

    ``code`` is the candidate that it is about, if one. A remark of the office waits for the branch's answer. The same
    ``form_token`` twice is one, and so is what repeats the last one word for word. Refused: empty text, nothing submitted
    yet. Returns the PlanRemark.
    """
    candidate = locked(user=by, code=code) if code else None
    plan = locked_plan(by=by, unit=unit, year=year)
    if form_token and (again := PlanRemark.objects.filter(plan=plan, form_token=form_token).first()):
        return again
    of_office = is_of_office(by, plan.unit.path)
    if not (of_office or is_of_branch(by, plan.unit.path)):
        raise NotYours
    if plan.state not in (PlanState.WITH_OFFICE, PlanState.RETURNED) or not plan.number:
        refuse("nothing_to_discuss", f"计划现为“{plan.get_state_display()}”，不在沟通阶段。")
    if not text.strip():
        refuse("text_required", "请写明内容。", field="text")
    if candidate and not PlannedPerson.objects.of_version(plan.number).filter(plan=plan, candidate=candidate).exists():
        refuse("not_planned", "此人不在所报计划中。", field="code")
    said = {
        "number": plan.number,
        "kind": RemarkKind.REMARK if of_office else RemarkKind.NOTE,
        "part": Part.PERSON if candidate else part,
        "candidate": candidate,
        "text": text.strip(),
        "written_by": by,
    }
    last = PlanRemark.objects.filter(plan=plan).order_by("-pk").first()
    if last and all(getattr(last, name) == value for name, value in said.items()):
        return last
    remark = PlanRemark.objects.create(
        plan=plan, **said, written_at=now, **({"form_token": form_token} if form_token else {})
    )
    if of_office:
        plan.reply_by_on = _reply_by(plan, timezone.localdate(now))
    keep(plan, now=now, reason=remark.get_kind_display())
    return remark


def _reply_by(plan, today):
    """The day stays while remarks of the same version wait."""
    stands = plan.reply_by_on is not None and plan.reply_by_on >= today
    return plan.reply_by_on if stands else next_period_end(today)


@transaction.atomic
def answer_remark(*, by, unit, year, remark, reply, is_adopted, now):
    """Answer ``remark`` (its key): the branch one of the office's, the office one of the branch's; once.

    ``is_adopted`` says whether it is taken up or explained. Refused: an empty explanation, answered already.
    Raises PlanRemark.DoesNotExist for those about people out of reach. Returns the PlanRemark.
    """
    plan = locked_plan(by=by, unit=unit, year=year)
    row = PlanRemark.objects.visible_to(by).select_for_update(of=("self",)).get(pk=remark, plan=plan)
    may = {RemarkKind.REMARK: is_of_branch, RemarkKind.NOTE: is_of_office}.get(row.kind)
    if may is None or not may(by, plan.unit.path):
        raise NotYours
    if row.replied_at:
        refuse("already_answered", "这一条已经回应，请刷新页面查看。")
    if not is_adopted and not reply.strip():
        refuse("reply_required", "不采纳的，请写明理由。", field="reply")
    row.reply, row.is_adopted, row.replied_by, row.replied_at = reply.strip(), is_adopted, by, now
    row.save()
    keep(plan, now=now, reason="回应意见")
    return row
