"""What branch and office owe on the way of an annual plan: draft, consultation, reply, review, report (notice T2, R9)."""

from django.db import transaction
from django.utils import timezone

from branches.models import Unit
from branches.offices import Office
from recruitment.actions.dues import open_due, settle_due
from recruitment.actions.planned import due_key, lock_planned, replan
from recruitment.models import DevelopmentPlan, Due, PlannedPerson, PlanRemark
from recruitment.planning import ARTICLE, PlanDue
from recruitment.rules.plans import drafting_opens_on, due_day, owed_for
from recruitment.stages import RoadState

OWED_BY = {
    PlanDue.DRAFT: Office.SECRETARY,
    PlanDue.REPLY: Office.SECRETARY,
    PlanDue.CONSULTATION: Office.PARTY_OFFICE,
    PlanDue.REVIEW: Office.PARTY_OFFICE,
    PlanDue.REPORT: Office.PARTY_OFFICE,
}


def waiting_remarks(plan):
    """How many remarks of the office the branch has not answered; remarks about people who said no are none."""
    return PlanRemark.objects.waiting().filter(plan=plan).exclude(candidate__state=RoadState.DECLINED).count()


def owe_for_plan(plan, *, now):
    """Bring what is owed for ``plan`` in line with its state; part of the transaction of whatever changed it."""
    _owe(plan.unit, plan.year, owed_for(plan.state, waiting_remarks(plan)), now=now, reply_by_on=plan.reply_by_on)


def owe_plans(*, today, now):
    """Open and settle what is owed for plans by ``today``, of every branch; safe to call at any time, six queries at rest.

    A branch without a plan of next year owes a draft from November on. Of past years nothing is owed any more.
    """
    open_keys = set(Due.objects.open().filter(kind__in=PlanDue.values).values_list("unit_id", "key"))
    branches = {unit.pk: unit for unit in Unit.objects.branches().active()}
    wanted = {}
    for plan in DevelopmentPlan.objects.filter(year__gte=today.year, unit__in=branches).with_waiting():
        kind = owed_for(plan.state, plan.waiting)
        wanted[plan.unit_id, plan.year] = (kind, plan.reply_by_on)
    if today >= drafting_opens_on(today.year + 1):
        for pk in branches:
            wanted.setdefault((pk, today.year + 1), (PlanDue.DRAFT, None))
    kept = {(pk, due_key(year, kind)) for (pk, year), (kind, _) in wanted.items() if kind}
    # a draft that was owed in November stays owed while its year runs
    kept |= {(pk, due_key(today.year, PlanDue.DRAFT)) for pk in branches if (pk, today.year) not in wanted}
    for unit_id, key in open_keys - kept:
        settle_due(key=key, unit=Unit(pk=unit_id), settled_on=today, now=now, done=False)
    for (pk, year), (kind, reply_by_on) in wanted.items():
        if kind and (pk, due_key(year, kind)) not in open_keys:
            with transaction.atomic():
                # Two workers at once must not open one due twice: no unique key stops a due without a candidate.
                Unit.objects.select_for_update(of=("self",)).get(pk=pk)
                _owe(branches[pk], year, kind, now=now, reply_by_on=reply_by_on)


def close_past_plans(*, today, now):
    """Close plans whose year is over: their days plan nothing any more. Returns how many were closed."""
    past = DevelopmentPlan.objects.filter(year__lt=today.year, closed_on__isnull=True).select_related("unit")
    plans = list(past.order_by("pk"))
    for plan in plans:
        close_plan(plan=plan, today=today, now=now)
    return len(plans)


@transaction.atomic
def close_plan(*, plan, today, now):
    """Close a plan whose year is over and settle anew what its people owe; who said no is not touched. Returns the plan."""
    candidates = lock_planned(PlannedPerson.objects.filter(plan=plan).values("candidate"))
    plan = DevelopmentPlan.objects.select_for_update(of=("self",)).select_related("unit").get(pk=plan.pk)
    plan.closed_on = today
    plan.save()
    replan(candidates, now=now, reason=f"{plan.year} 年度计划到期")
    return plan


def _owe(unit, year, wanted, *, now, reply_by_on=None):
    """Open ``wanted`` (a PlanDue or "") for ``unit``'s plan of ``year`` and settle whatever else was owed for it."""
    today = timezone.localdate(now)
    open_kinds = set(
        Due.objects.open().filter(unit=unit, key__startswith=f"plan:{year}:").values_list("kind", flat=True)
    )
    for kind in open_kinds - {wanted}:
        settle_due(key=due_key(year, kind), unit=unit, settled_on=today, now=now)
    if not wanted or wanted in open_kinds:
        return
    due_on = reply_by_on if wanted == PlanDue.REPLY and reply_by_on else due_day(wanted, year, today)
    open_due(
        candidate=None,
        unit=unit,
        kind=PlanDue(wanted).value,
        key=due_key(year, wanted),
        title=f"{PlanDue(wanted).label}（{year} 年）",
        article=ARTICLE,
        opens_on=min(today, due_on),
        due_on=due_on,
        owed_by=OWED_BY[wanted],
        now=now,
    )
