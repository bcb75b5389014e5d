"""The office's part of an annual plan: return, agree, the committee's review, the report upward, the number (notice G1, T2, R5)."""

from django.db import transaction
from django.utils import timezone

from recruitment.actions import ledger
from recruitment.actions.plan_dues import waiting_remarks
from recruitment.actions.planned import lock_planned, replan
from recruitment.actions.plans import keep, locked_plan
from recruitment.actions.refusals import NotYours, Refused, Stale, refuse
from recruitment.models import DevelopmentPlan, PlannedPerson, PlanRemark
from recruitment.planning import ARTICLE, PERSON_AIMS, SETTLED, Part, PlanState, RemarkKind
from recruitment.queries.planned import is_of_office, plan_fact, planned_of
from recruitment.rules.plans import agreement_objections, planned_words


def _for_office(*, by, unit, year, version, states):
    """The locked plan, for the office over the branch, while it is in one of ``states``."""
    plan = locked_plan(by=by, unit=unit, year=year, version=version)
    if not is_of_office(by, plan.unit.path):
        raise NotYours
    if plan.state not in states:
        refuse("wrong_turn", f"计划现为“{plan.get_state_display()}”，不能办理这一项。请刷新页面查看。")
    return plan


@transaction.atomic
def agree_plan(*, by, unit, year, now, version=None):
    """Say that the version sent may go to the committee.

    Refused with all reasons: remarks the branch has not answered, persons planned before the first lawful day without an
    explanation. Returns the DevelopmentPlan.
    """
    plan = _for_office(by=by, unit=unit, year=year, version=version, states=(PlanState.WITH_OFFICE,))
    today = timezone.localdate(now)
    sent = plan.versions.get(number=plan.number)
    planned = planned_of(plan, user=by, today=today, number=plan.number)
    if found := agreement_objections(plan_fact(plan, sent, planned), waiting_remarks(plan)):
        raise Refused(found)
    plan.state, plan.agreed_on = PlanState.AGREED, today
    keep(plan, now=now, reason="党办同意提请审议")
    return plan


@transaction.atomic
def return_plan(*, by, unit, year, reason, now, version=None):
    """Give a plan back to the branch with a reason, from the consultation, from the committee, or to be changed later.

    What the committee has reviewed stays in force until a later version is reviewed. Returns the DevelopmentPlan.
    """
    states = (PlanState.WITH_OFFICE, PlanState.AGREED, *SETTLED)
    plan = _for_office(by=by, unit=unit, year=year, version=version, states=states)
    if not reason.strip():
        refuse("reason_required", "请写明退回原因。", field="reason")
    plan.state, plan.return_reason, plan.agreed_on = PlanState.RETURNED, reason.strip(), None
    _remark(plan, RemarkKind.RETURN, Part.WHOLE, reason, by, now)
    keep(plan, now=now, reason="退回支部修改")
    return plan


@transaction.atomic
def review_plan(*, by, unit, year, reviewed_on, now, version=None):
    """Record that the committee reviewed and passed the version agreed on, on ``reviewed_on``; it is in force from now on.

    The planned days of its persons reach their forecasts, and what is owed for them is settled anew, in this transaction.
    The candidates are locked before the plan: who says no first is not planned, who says no afterwards is taken out
    again. Refused: a day in the future or before the version was sent. Returns the DevelopmentPlan.
    """
    draft = DevelopmentPlan.objects.visible_to(by).get(unit__code=unit, year=year)
    named = PlannedPerson.objects.filter(plan=draft).values("candidate")
    candidates = lock_planned(named)
    plan = _for_office(by=by, unit=unit, year=year, version=version, states=(PlanState.AGREED,))
    if plan.version != draft.version:
        raise Stale(plan.version)
    today = timezone.localdate(now)
    if not plan.submitted_on <= reviewed_on <= today:
        message = f"审议日期应在报党办之日（{plan.submitted_on}）至今天（{today}）之间。"
        refuse("review_day", message, article=ARTICLE, field="reviewed_on")
    plan.state, plan.reviewed_on, plan.reviewed_number = PlanState.REVIEWED, reviewed_on, plan.number
    plan.admissions_in_force = plan.versions.get(number=plan.number).admissions
    keep(plan, now=now, reason="党委审议通过")
    replan(candidates, now=now, reason=f"{year} 年度计划经党委审议")
    _enter(plan, candidates, reviewed_on, by, now)
    return plan


@transaction.atomic
def report_plan(*, by, unit, year, reported_on, now, report_number="", version=None):
    """Record that the reviewed plan was sent upward (报分院) on ``reported_on`` under ``report_number``. Returns the plan."""
    plan = _for_office(by=by, unit=unit, year=year, version=version, states=(PlanState.REVIEWED,))
    today = timezone.localdate(now)
    if not plan.reviewed_on <= reported_on <= today:
        message = f"报送日期应在党委审议之日（{plan.reviewed_on}）至今天（{today}）之间。"
        refuse("report_day", message, article=ARTICLE, field="reported_on")
    plan.state, plan.reported_on, plan.report_number = PlanState.REPORTED, reported_on, report_number.strip()
    keep(plan, now=now, reason="报分院")
    return plan


@transaction.atomic
def adjust_number(*, by, unit, year, admissions, reason, now, version=None):
    """Change the yearly number of admissions of a plan in force, with a reason that stands in the consultation (G1).

    Refused: plans not in force, no change, no reason. Returns the DevelopmentPlan.
    """
    plan = locked_plan(by=by, unit=unit, year=year, version=version)
    if not is_of_office(by, plan.unit.path):
        raise NotYours
    if plan.reviewed_number is None or plan.closed_on:
        refuse("not_in_force", "党委审议通过并在执行的计划才能调整人数。")
    if admissions == plan.admissions_in_force:
        refuse("nothing_changes", "与现行人数相同，不需调整。", field="admissions")
    if not reason.strip():
        refuse("reason_required", "请写明调整原因。", field="reason")
    words = f"接收人数由 {plan.admissions_in_force} 人调整为 {admissions} 人：{reason.strip()}"
    plan.admissions_in_force = admissions
    _remark(plan, RemarkKind.ADJUSTMENT, Part.NUMBERS, words, by, now)
    keep(plan, now=now, reason="调整年度接收人数")
    return plan


def _remark(plan, kind, part, text, by, now):
    PlanRemark.objects.create(
        plan=plan, number=plan.number, kind=kind, part=part, text=text.strip()[:500], written_by=by, written_at=now
    )


def _enter(plan, candidates, on, by, now):
    """One entry for each person whom the reviewed version names."""
    rows = PlannedPerson.objects.of_version(plan.number).filter(plan=plan, candidate__in=candidates)
    by_pk = {candidate.pk: candidate for candidate in candidates}
    acts = [
        ledger.Act(
            candidate=by_pk[row.candidate_id],
            action="plan_reviewed",
            step=row.step,
            summary=f"党委审议 {plan.year} 年度计划：{PERSON_AIMS[row.step]}",
            decided_on=on,
            actor=by,
            now=now,
            details={"plan": plan.year, "planned": planned_words(row.planned_on, row.period)},
        )
        for row in rows
    ]
    ledger.append_many(acts)
