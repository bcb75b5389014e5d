"""All branches' annual plans of one year: who has submitted, how far each has come, totals per committee (notice G1, T2)."""

from dataclasses import dataclass, field
from datetime import date

from branches.models import Unit
from branches.offices import UnitKind
from recruitment.models import DevelopmentPlan, Due, PlanVersion, paths_of_plans
from recruitment.planning import Aim, PlanDue, PlanState
from recruitment.queries.facts import committees, superior_of
from recruitment.queries.planned import carried_out, numbers_of
from recruitment.rules.plans import year_planned_on
from recruitment.scope import scope_of


@dataclass(frozen=True, slots=True)
class BranchRow:
    """One branch; ``numbers`` are those of the last version sent, None where none was."""

    unit: Unit
    state: str
    is_missing: bool
    number: int
    submitted_on: date | None
    waiting: int
    numbers: tuple[int | None, ...]
    admitted: int
    due_on: date | None


@dataclass
class CommitteeRows:
    """The branches below one committee with the sums of what they sent."""

    name: str
    rows: list[BranchRow] = field(default_factory=list)

    @property
    def totals(self):
        """Sums per aim over the branches that sent a plan."""
        return tuple(sum(row.numbers[place] or 0 for row in self.rows) for place in range(len(Aim)))

    @property
    def admitted(self):
        return sum(row.admitted for row in self.rows)

    @property
    def sent(self):
        return sum(row.number > 0 for row in self.rows)


@dataclass(frozen=True, slots=True)
class Overview:
    """Everything that templates/recruitment/plans/overview.html shows."""

    year: int
    years: tuple[int, ...]
    groups: tuple[CommitteeRows, ...]
    missing: tuple[str, ...]
    aims: tuple[str, ...]

    @property
    def branch_count(self):
        return sum(len(group.rows) for group in self.groups)

    @property
    def sent(self):
        return sum(group.sent for group in self.groups)


def own_branch(user):
    """The one branch whose plan the user works on, None for those over several units or above branches."""
    paths = paths_of_plans(user)
    posts = {post.unit_kind for post in scope_of(user).posts if post.unit_path in paths}
    branches = list(Unit.objects.branches().active().under(paths)[:2])
    return branches[0] if len(branches) == 1 and UnitKind.COMMITTEE not in posts else None


def branches_with_plans(user):
    """Active branches whose plans ``user`` may read."""
    return Unit.objects.branches().active().under(paths_of_plans(user)).order_by("path")


def plan_overview(*, user, today, year=None):
    """The overview of ``year``, by default the one that is planned now; as many queries for one branch as for many.

    Raises Unit.DoesNotExist for those who read no branch's plan.
    """
    year = year or year_planned_on(today)
    branches = list(branches_with_plans(user))
    if not branches:
        raise Unit.DoesNotExist
    plans = DevelopmentPlan.objects.filter(unit__in=branches, year=year).with_waiting()
    plans = {plan.unit_id: plan for plan in plans}
    sent = PlanVersion.objects.filter(plan__in=plans.values()).order_by("number")
    sent = {version.plan_id: version for version in sent}
    done = carried_out([branch.pk for branch in branches], [year])
    owed = Due.objects.open().filter(unit__in=branches, key=f"plan:{year}:{PlanDue.DRAFT}")
    owed = dict(owed.values_list("unit_id", "due_on"))
    above, groups = committees(), {}
    for branch in branches:
        committee = superior_of(branch.path, above)
        group = groups.setdefault(
            committee.pk if committee else 0, CommitteeRows(committee.name if committee else "其他")
        )
        plan = plans.get(branch.pk)
        group.rows.append(_row(branch, year, plan, sent.get(plan.pk) if plan else None, done, owed))
    rows = [row for group in groups.values() for row in group.rows]
    return Overview(
        year=year,
        years=(today.year - 1, today.year, today.year + 1),
        groups=tuple(groups.values()),
        missing=tuple(row.unit.short_name for row in rows if row.is_missing),
        aims=tuple(aim.label for aim in Aim),
    )


def _row(branch, year, plan, version, done, owed):
    numbers = numbers_of(version) if version else {}
    if plan and plan.admissions_in_force is not None:
        numbers[Aim.ADMISSIONS] = plan.admissions_in_force
    return BranchRow(
        unit=branch,
        state=PlanState(plan.state).label if plan else "未拟定",
        is_missing=plan is None or not plan.number,
        number=plan.number if plan else 0,
        submitted_on=plan.submitted_on if plan else None,
        waiting=plan.waiting if plan else 0,
        numbers=tuple(numbers.get(aim) for aim in Aim),
        admitted=done.get((branch.pk, year, Aim.ADMISSIONS), 0),
        due_on=owed.get(branch.pk),
    )


def plan_due(*, user, due_id):
    """(code of the branch, year) of a due for a plan within reach, open or settled; raises Due.DoesNotExist."""
    due = Due.objects.visible_to(user).select_related("unit").get(pk=due_id, kind__in=PlanDue.values)
    return due.unit.code, int(due.key.split(":")[1])
