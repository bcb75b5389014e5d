"""The facts that the paper of an annual plan is filled with: only people within reach of who prints it (notice T2)."""

from django.utils import timezone

from recruitment.models import DevelopmentPlan
from recruitment.papers.facts import chinese_date, chinese_month, empty_facts
from recruitment.planning import NUMBER_FIELDS, OPEN_FOR_THE_BRANCH, PERSON_AIMS
from recruitment.queries.baseline import baseline_of
from recruitment.queries.facts import committees, superior_of
from recruitment.queries.planned import is_of_branch, is_of_office, planned_of
from recruitment.queries.plans import branch_of_plan, carried_rows
from recruitment.rules.plans import planned_words, ready_first
from recruitment.scope import scope_of

TEXTS = ("standard", "goal", "limits", *NUMBER_FIELDS, "present", "in_favour")


def plan_to_print(*, user, unit, year):
    """The plan of the branch ``unit`` (its code), as far as there is one to read; raises DoesNotExist."""
    branch = branch_of_plan(user=user, unit=unit)
    if not branch.path.startswith(scope_of(user).paths or ("\0",)):
        raise DevelopmentPlan.DoesNotExist
    plans = DevelopmentPlan.objects.visible_to(user).select_related("unit")
    plan = plans.get(unit=branch, year=year)
    if not plan.number and not is_of_branch(user, branch.path):
        raise DevelopmentPlan.DoesNotExist
    return plan


def may_print_plan(user, plan):
    """True for the branch and the office."""
    return is_of_branch(user, plan.unit.path) or is_of_office(user, plan.unit.path)


def plan_facts(*, plan, user, now):
    """(everything that the template may ask for, the candidates named in it): the branch's draft, else the version sent."""
    today = timezone.localdate(now)
    drafting = plan.state in OPEN_FOR_THE_BRANCH and is_of_branch(user, plan.unit.path)
    number = None if drafting or not plan.number else plan.number
    shown = plan if number is None else plan.versions.get(number=number)
    planned = planned_of(plan, user=user, today=today, number=number)
    superior = superior_of(plan.unit.path, committees())
    key, *_ = baseline_of(plan.unit, today)
    facts = empty_facts()
    facts["unit"] |= {"name": plan.unit.name, "superior": superior.name if superior else ""}
    facts["printed"] |= {"date": chinese_date(today), "by": user.display_name}
    facts["plan"] |= {name: _text(getattr(shown, name)) for name in TEXTS} | {
        "year": str(plan.year),
        "number": str(number or plan.number + 1),
        "studied_on": chinese_date(shown.studied_on),
        "submitted_on": chinese_date(plan.submitted_on),
        "reviewed_on": chinese_date(plan.reviewed_on),
        "key_people": str(key.total),
        "key_members": str(key.members),
        "key_share": str(key.percent),
    }
    if planned:
        facts["planned"] = _people(planned, today)
    former = DevelopmentPlan.objects.filter(unit=plan.unit, year=plan.year - 1, reviewed_number__isnull=False).first()
    rows = carried_rows(plan.unit, plan.year - 1, former)
    facts["carried_year"] = str(plan.year - 1)
    facts["carried"] = [{"label": row.label, "planned": _text(row.planned), "actual": str(row.actual)} for row in rows]
    return facts, list({it.row.candidate_id: it.row.candidate for it in planned}.values())


def _people(planned, today):
    by_fact = {id(it.fact): it for it in planned}
    ordered = [by_fact[id(fact)] for fact in ready_first([it.fact for it in planned], today)]
    return [
        {
            "n": str(place),
            "name": it.row.candidate.person.name,
            "sex": it.row.candidate.person.get_sex_display() if it.row.candidate.person.sex in "12" else "",
            "birth_month": chinese_month(it.row.candidate.person.birth_on),
            "title": it.row.candidate.person.title,
            "stage": it.row.candidate.get_stage_display(),
            "aim": PERSON_AIMS[it.row.step],
            "by": planned_words(it.row.planned_on, it.row.period),
            "earliest": it.fact.earliest_on.isoformat() if it.fact.earliest_on else "",
            "note": it.row.explanation,
        }
        for place, it in enumerate(ordered, 1)
    ]


def _text(value):
    return "" if value is None else str(value)
