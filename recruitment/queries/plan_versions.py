"""What the forms of an annual plan offer, and what one version changed against another; only people within reach."""

from dataclasses import dataclass
from uuid import UUID

from recruitment.models import Candidate, DevelopmentPlan, PlannedPerson, PlanRemark
from recruitment.planning import FIELD_OF, PERSON_AIMS
from recruitment.queries.plans import branch_of_plan
from recruitment.rules.plans import planned_words
from recruitment.scope import scope_of

COMPARED = ("standard", "goal", *FIELD_OF.values(), "limits", "studied_on", "present", "in_favour")

# --- For the forms


def standing_row(*, user, plan, code="", step="", **_):
    """The row of the draft for the person ``code`` and the aim ``step``, as an address names them; None where there is none."""
    try:
        person, number = UUID(code), int(step)
    except ValueError:
        return None
    rows = PlannedPerson.objects.visible_to(user).standing().filter(plan=plan, candidate__code=person, step=number)
    return rows.select_related("candidate__person").first()


def candidates_to_plan(*, user, branch):
    """People of the branch within reach whose road goes on, for the form; nobody who declined."""
    found = Candidate.objects.visible_to(user).on_the_road().filter(unit=branch, last_step__gte=1)
    return found.select_related("person").order_by("person__pinyin", "pk")


def people_in_version(*, user, plan):
    """Candidates of the version that was sent, within reach, for the form of a remark."""
    rows = PlannedPerson.objects.visible_to(user).of_version(plan.number).filter(plan=plan)
    return list({row.candidate_id: row.candidate for row in rows.select_related("candidate__person")}.values())


def remark_to_answer(*, user, plan, pk):
    """The remark ``pk`` on ``plan`` within reach; raises PlanRemark.DoesNotExist."""
    return PlanRemark.objects.visible_to(user).select_related("candidate__person").get(pk=pk, plan=plan)


# --- Versions


@dataclass(frozen=True, slots=True)
class Change:
    """One line of a comparison of two versions."""

    label: str
    before: str
    after: str


def version_changes(*, user, unit, year, number):
    """(branch, plan, what differs between version ``number`` and the last one sent, as Changes).

    Only people within reach count: who has said no since differs in nothing. Raises DoesNotExist.
    """
    branch = branch_of_plan(user=user, unit=unit)
    plan = DevelopmentPlan.objects.visible_to(user).select_related("unit").get(unit=branch, year=year)
    if not branch.path.startswith(scope_of(user).paths or ("\0",)):
        raise DevelopmentPlan.DoesNotExist
    old, new = plan.versions.get(number=number), plan.versions.get(number=plan.number)
    found = [
        Change(name.verbose_name, _words(getattr(old, name.attname)), _words(getattr(new, name.attname)))
        for name in type(old)._meta.fields
        if name.attname in COMPARED and getattr(old, name.attname) != getattr(new, name.attname)
    ]
    rows = PlannedPerson.objects.visible_to(user).filter(plan=plan).select_related("candidate__person")
    before, after = _by_person(rows.of_version(number)), _by_person(rows.of_version(plan.number))
    for key in sorted({*before, *after}):
        if before.get(key) != after.get(key):
            name, step = key[0], key[2]
            found.append(Change(f"{name}　{PERSON_AIMS[step]}", before.get(key, "—"), after.get(key, "—")))
    return branch, plan, found


def _by_person(rows):
    return {
        (row.candidate.person.name, row.candidate_id, row.step): "，".join(
            part for part in (planned_words(row.planned_on, row.period), row.explanation) if part
        )
        for row in rows
    }


def _words(value):
    return "—" if value in (None, "") else str(value)
