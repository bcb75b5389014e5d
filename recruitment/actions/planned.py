"""What plans mean for the people they name: their planned days, leaving every plan, the yearly number (notice G1, R6)."""

from django.utils import timezone

from recruitment.actions.dues import settle_due
from recruitment.actions.roads import settle
from recruitment.models import Candidate, DevelopmentPlan, PlannedPerson, PlanRemark
from recruitment.planning import Aim, PlanDue, PlanState
from recruitment.queries.planned import carried_out, planned_days_of
from recruitment.rules.plans import beyond_number
from recruitment.stages import Conclusion, RoadState


def lock_planned(candidate_ids):
    """The candidates among ``candidate_ids`` that have not declined, locked in the order of their keys.

    To be taken before the lock of the plan: every verb takes the candidate's row first, so that a no wins. Who said no
    while this waited is not among them.
    """
    return list(
        Candidate.objects.exclude(state=RoadState.DECLINED)
        .filter(pk__in=candidate_ids)
        .select_for_update(of=("self",))
        .select_related("person", "unit")
        .order_by("pk")
    )


def replan(candidates, *, now, reason):
    """Write the planned days of locked ``candidates`` as the plans in force say, and settle who has other ones now.

    Returns how many candidates changed. Part of the caller's transaction.
    """
    days = planned_days_of([candidate.pk for candidate in candidates])
    changed = [candidate for candidate in candidates if candidate.planned_days != days[candidate.pk]]
    for candidate in changed:
        candidate.planned_days = days[candidate.pk]
        settle(candidate, now=now, reason=reason)
    return len(changed)


def leave_plans(candidate, *, now):
    """Take a locked candidate out of every plan, submitted or not, without a trace in any of their versions (R6).

    The caller saves the candidate. A remark about the person waits for no answer any more.
    """
    plans = set()
    for row in PlannedPerson.objects.filter(candidate=candidate):
        row.until = row.since
        row.save()
        plans.add(row.plan_id)
    candidate.planned_days = {}
    asked = PlanRemark.objects.waiting().filter(candidate=candidate).values("plan")
    for plan in DevelopmentPlan.objects.filter(pk__in=asked).select_related("unit"):
        others = PlanRemark.objects.waiting().filter(plan=plan).exclude(candidate=candidate)
        others = others.exclude(candidate__state=RoadState.DECLINED)
        if plan.state == PlanState.WITH_OFFICE and not others.exists():
            settle_due(
                key=due_key(plan.year, PlanDue.REPLY),
                unit=plan.unit,
                settled_on=timezone.localdate(now),
                now=now,
                done=False,
            )


def due_key(year, kind):
    """The key of what is owed for the plan of ``year``; one open at a time per branch."""
    return f"plan:{year}:{kind}"


def number_objections(candidate, fact):
    """Why one more admission to ``candidate``'s branch is stopped in the year of ``fact`` (a StepFact) (G1).

    Nothing for other steps and conclusions, and nothing for a branch without a reviewed plan of that year: the number
    is the committee's own, no rule of the 细则. The plan is locked, so that two admissions at once do not both fit.
    """
    if fact.step != Aim.ADMISSIONS or fact.conclusion != Conclusion.PASSED:
        return []
    year = fact.decided_on.year
    plan = DevelopmentPlan.objects.in_force().filter(unit_id=candidate.unit_id, year=year).select_for_update().first()
    if plan is None or plan.admissions_in_force is None:
        return []
    admitted = carried_out([candidate.unit_id], [year]).get((candidate.unit_id, year, Aim.ADMISSIONS), 0)
    return beyond_number(plan.admissions_in_force, admitted, year)
