"""Local limits in force, with the national value beside each, for the office that may tighten them."""

from dataclasses import dataclass
from datetime import date

from branches.models import Unit
from branches.offices import Office, UnitKind
from recruitment.models import LocalLimitRow
from recruitment.rulesets import CURRENT, LIMITS, LOCAL_LIMITS, LimitUnit
from recruitment.scope import scope_of


@dataclass(frozen=True, slots=True)
class LimitLine:
    """One limit that may be tightened: national value, own setting, who set it, since when and on what basis."""

    code: str
    step: int
    title: str
    national: str
    own: str
    since_on: date | None
    basis: str
    set_by: str


def committees_of(user):
    """Committees whose limits ``user`` may set: those over which the user holds the party office."""
    paths = [post.unit_path for post in scope_of(user).posts if post.office == Office.PARTY_OFFICE and post.unit_path]
    return Unit.objects.filter(kind=UnitKind.COMMITTEE).under(paths)


def limit_lines(unit):
    """Every limit that ``unit`` may tighten, in the order of the road, in one query."""
    own = {row.code: row for row in LocalLimitRow.objects.filter(unit=unit, until_on__isnull=True).select_related("set_by__person")}
    lines = []
    for code, limit in LOCAL_LIMITS.items():
        row = own.get(code)
        lines.append(
            LimitLine(
                code=code,
                step=limit.step,
                title=limit.title,
                national=national_text(code),
                own=f"{row.value} {limit.local_unit.label}" if row else "",
                since_on=row.since_on if row else None,
                basis=row.basis if row else "",
                set_by=row.set_by.display_name if row else "",
            )
        )
    return sorted(lines, key=lambda line: line.step)


def national_text(code):
    """The national limit in words; 未规定 where the rules give no number."""
    base = LIMITS[code].base(CURRENT)
    if base is None:
        return "未规定"
    value, unit = base
    if LimitUnit(unit) is LimitUnit.SWITCH:
        return "是" if value else "否"
    return f"{value} {LimitUnit(unit).label}"


def past_limits(unit):
    """Settings that have been replaced or ended, newest first."""
    return LocalLimitRow.objects.filter(unit=unit, until_on__isnull=False).select_related("set_by__person").order_by("-until_on", "-pk")
