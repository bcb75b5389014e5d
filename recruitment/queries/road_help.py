"""The road explained to one user: the table in words with the local limits that reach the user's units."""

from branches.models import Unit
from branches.offices import UnitKind
from recruitment.facts import LocalLimit
from recruitment.models import LocalLimitRow
from recruitment.rules.explained import explain, rule_set_titles
from recruitment.scope import scope_of


def road_help(user, *, today):
    """What the help page shows ``user`` on ``today``, in two queries: limits of every committee at or above the user's units."""
    paths = [post.unit_path for post in scope_of(user).posts if post.unit_path]
    committees = [
        unit.pk
        for unit in Unit.objects.filter(kind=UnitKind.COMMITTEE)
        if any(path.startswith(unit.path) for path in paths)
    ]
    rows = LocalLimitRow.objects.filter(unit_id__in=committees, until_on__isnull=True)
    local_limits = tuple(
        LocalLimit(code=row.code, value=row.value, since_on=row.since_on, set_by=row.basis) for row in rows
    )
    return {
        "today": today,
        "groups": explain(on=today, local_limits=local_limits),
        "rule_sets": rule_set_titles(),
        "has_local_limits": bool(local_limits),
    }
