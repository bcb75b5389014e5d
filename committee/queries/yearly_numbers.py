"""计划与实际: what the branches admitted this year against the number the committee reviewed, for the office's picture (notice G1)."""

from django.db.models import Count, Q

from committee.charts import PlanRow, plan_bars
from recruitment.models import Candidate, DevelopmentPlan
from recruitment.planning import Aim
from recruitment.queries.planned import carried_out
from recruitment.scope import scope_of

# Between the pre-examination and the meeting that admits, somebody is in the admission procedure.
UNDER_WAY = (13, 14)


def yearly_numbers(*, user, today):
    """(Drawing of the branches within reach with a plan in force this year, a note); (None, "") without any. Three queries."""
    within = Q(pk__in=())
    for path in scope_of(user).paths:
        within |= Q(unit__path__startswith=path)
    plans = DevelopmentPlan.objects.in_force().filter(within, year=today.year, admissions_in_force__isnull=False)
    plans = list(plans.select_related("unit").order_by("unit__path"))
    if not plans:
        return None, ""
    units = [plan.unit_id for plan in plans]
    done = carried_out(units, [today.year])
    under_way = dict(
        Candidate.objects.visible_to(user)
        .on_the_road()
        .filter(unit__in=units, last_step__in=UNDER_WAY)
        .order_by()
        .values_list("unit")
        .annotate(Count("pk"))
    )
    rows = [
        PlanRow(
            label=plan.unit.short_name,
            actual=done.get((plan.unit_id, today.year, Aim.ADMISSIONS), 0),
            under_way=under_way.get(plan.unit_id, 0),
            planned=plan.admissions_in_force,
        )
        for plan in plans
    ]
    return plan_bars(rows), f"{today.year} 年接收预备党员"
