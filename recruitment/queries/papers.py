"""The facts that a printed form is filled with, the template in force, and the pages about both."""

from django.utils import timezone

from branches.models import Unit
from branches.offices import Office
from recruitment.calendar import add_months
from recruitment.models import (
    Candidate,
    LedgerEntry,
    MentorOpinion,
    Mentorship,
    PaperTemplate,
    PeriodicReview,
    Recommender,
    StepRecord,
)
from recruitment.papers.converting import converter
from recruitment.papers.facts import LEAST_REVIEWS, OPINION, REVIEW, chinese_date, chinese_month, empty_facts
from recruitment.papers.forms import BY_CODE, FORMS, WITH_TEMPLATES
from recruitment.queries.candidate_list import age_on
from recruitment.queries.candidate_tabs import digest
from recruitment.queries.facts import committees, superior_of
from recruitment.rules.standing import PROBATION_MONTHS
from recruitment.scope import scope_of
from recruitment.stages import Body, Conclusion, ReviewKind
from recruitment.steps import GROUPS, STEPS
from recruitment.steps import step as step_row

NUMERALS = "一二三四五六七八九十"
ADMISSION_APPROVAL, CONVERSION, CONVERSION_APPROVAL = 17, 23, 24
VOTES = ("eligible", "present", "in_favour", "against", "abstained", "written")
# What a publicity before the step of its key announces, and on what ground.
PUBLICITIES = {
    8: ("经党支部研究、上级党委同意", "拟将该同志列为发展对象"),
    15: ("经上级党委预审合格", "拟召开支部党员大会讨论接收该同志为中共预备党员"),
    23: ("该同志预备期将满，已提出书面转正申请", "拟召开支部党员大会讨论其转为中共正式党员"),
}


def may_print(user, candidate):
    """True for those who act for the candidate's unit: the forms hold the person's particulars."""
    return user.has_perm("recruitment.change_candidate", candidate)


def candidate_to_print(*, user, code):
    """The candidate with what the forms need; raises Candidate.DoesNotExist for strangers."""
    return Candidate.objects.visible_to(user).select_related("person__department", "unit").get(code=code)


def papers_page(candidate):
    """What templates/recruitment/papers.html asks for: every form with its step, whether it is on record, whose template."""
    own = {template.form: template for template in _in_force(candidate.unit_path).values()}
    return {
        "forms": [
            {
                "code": form.code,
                "title": form.title,
                "step": f"{form.step}　{step_row(form.step).name}",
                "is_done": candidate.has_done(form.step),
                "template": f"{own[form.template].unit.short_name}的模板" if form.template in own else "默认模板",
            }
            for form in FORMS
        ],
        "has_pdf": bool(converter()),
    }


# --- Templates


def _in_force(unit_path):
    """{template name: PaperTemplate} for the unit at ``unit_path``: that of the nearest unit above it wins."""
    found = {}
    for template in PaperTemplate.objects.standing().select_related("unit").defer("content").order_by("unit__path"):
        if unit_path.startswith(template.unit.path):
            found[template.form] = template
    return found


def template_for(form, unit_path):
    """The bytes of the template from which ``form`` (a Form) is drawn for the unit at ``unit_path``."""
    own = _in_force(unit_path).get(form.template)
    return bytes(own.content) if own else form.default_template


def units_with_templates(user):
    """The units for which ``user`` keeps templates: those of their posts in a Party office."""
    keys = [post.unit_id for post in scope_of(user).posts if post.office == Office.PARTY_OFFICE and post.unit_id]
    return Unit.objects.filter(pk__in=keys).order_by("path")


def templates_page(unit):
    """Every template with what is in force in ``unit``."""
    own = {it.form: it for it in _listed(unit).filter(ended_at__isnull=True)}
    found = {}
    for form in WITH_TEMPLATES:
        row = found.setdefault(form.template, {"code": form.template, "titles": [], "own": own.get(form.template)})
        row["titles"].append(form.title)
    return list(found.values())


def template_history(unit, name):
    """All templates that ``unit`` ever had for ``name``, the newest first."""
    return list(_listed(unit).filter(form=name))


def template_of(*, user, code):
    """The PaperTemplate ``code`` of a unit whose templates ``user`` keeps; raises PaperTemplate.DoesNotExist."""
    return PaperTemplate.objects.filter(unit__in=units_with_templates(user)).get(code=code)


def titles_of(name):
    """The forms drawn from the template ``name``; none for a name that there is not."""
    return [form.title for form in WITH_TEMPLATES if form.template == name]


def default_of(name):
    """The template ``name`` that comes with the system."""
    return next(form for form in WITH_TEMPLATES if form.template == name).default_template


def _listed(unit):
    return (
        PaperTemplate.objects.filter(unit=unit)
        .select_related("uploaded_by__person", "ended_by__person")
        .defer("content")
    )


# --- Facts


def paper_facts(*, candidate, form, user, now):
    """Everything that a template may ask for (recruitment.papers.facts) about ``candidate``, for ``form``, at ``now``."""
    today = timezone.localdate(now)
    records = _records(candidate)
    facts = empty_facts()
    facts["person"] |= _person(candidate.person, today)
    superior = superior_of(candidate.unit_path, committees())
    facts["unit"] |= {"name": candidate.unit.name, "superior": superior.name if superior else ""}
    for number, record in records.items():
        facts[f"s{number}"] |= _step(record)
    for name, model in (("mentor", Mentorship), ("recommender", Recommender)):
        ties = list(
            model.objects.open().filter(candidate=candidate).select_related("party_member").order_by("starts_on", "pk")
        )
        facts[f"{name}s"] = [_companion(tie) for tie in ties]
        facts[f"{name}_names"] = "、".join(tie.party_member.name for tie in ties)
    facts |= _reviews(candidate)
    facts["probation"] |= {
        "start": chinese_date(candidate.probation_from_on),
        "end": chinese_date(_probation_end(candidate, form, records)),
    }
    facts["groups"] = _process(records)
    facts["printed"] |= _printed(candidate, user, today)
    if form.publicity:
        basis, act = PUBLICITIES[form.publicity]
        step = facts[f"s{form.publicity}"]
        facts["publicity"] |= {
            "basis": basis,
            "act": act,
            "since": step["publicity_from"],
            "until": step["publicity_until"],
        }
    return facts


def _records(candidate):
    """{step: its latest standing record}."""
    rows = StepRecord.objects.standing().filter(candidate=candidate).select_related("unit")
    return {
        record.step: record for record in rows.prefetch_related("persons__person").order_by("step", "decided_on", "pk")
    }


def _probation_end(candidate, form, records):
    """The end of probation as it stood when the paper's decision was taken: an extension changes no earlier paper."""
    meeting, approval = records.get(CONVERSION), records.get(CONVERSION_APPROVAL)
    is_of_extension = (
        form.step in (CONVERSION, CONVERSION_APPROVAL)
        and approval is not None
        and approval.conclusion == Conclusion.EXTENDED
        and (meeting is None or approval.decided_on >= meeting.decided_on)
    )
    if candidate.probation_from_on and (form.step <= ADMISSION_APPROVAL or is_of_extension):
        return add_months(candidate.probation_from_on, PROBATION_MONTHS)
    return candidate.probation_ends_on


def _person(person, today):
    return {
        "name": person.name,
        "sex": person.get_sex_display() if person.sex in "12" else "",
        "birth_month": chinese_month(person.birth_on),
        "birth_date": chinese_date(person.birth_on),
        "age": str(age_on(person.birth_on, today)) if person.birth_on else "",
        "ethnicity": person.ethnicity,
        "native_place": person.native_place,
        "schooling": "，".join(part for part in (person.education, person.degree) if part),
        "education": person.education,
        "degree": person.degree,
        "department": str(person.department or ""),
        "post": _post(person),
        "position": person.position,
        "title": person.title,
        "programme": person.talent_programme,
        "overseas": person.overseas_experience,
        "staff_number": person.staff_number,
        "joined_on": chinese_date(person.joined_institute_on),
        "status": person.get_political_status_display(),
    }


def _post(person):
    return "，".join(part for part in (person.position, person.title) if part)


def _step(record):
    words = Body(record.body).label if record.body in Body.values else record.body
    votes = {name: "" if getattr(record, name) is None else str(getattr(record, name)) for name in VOTES}
    votes["written"] = str(record.written) if record.written else ""
    return votes | {
        "date": chinese_date(record.decided_on),
        "body": words,
        "unit": record.unit.name if record.unit_id else "",
        "conclusion": Conclusion(record.conclusion).label if record.conclusion != Conclusion.DONE else "",
        "code": record.conclusion,
        "number": record.document_number,
        "people": _people(record),
        "publicity_from": chinese_date(record.publicity_from_on),
        "publicity_until": chinese_date(record.publicity_until_on),
        "listed_on": chinese_date(record.listed_on),
        "days": str(record.days or ""),
        "hours": str(record.hours or ""),
        "extended_until": chinese_date(record.extended_until_on),
        "form_number": record.form_number,
        "remark": record.remark,
    }


def _people(record):
    return "、".join(named.person.name for named in record.persons.all())


def _companion(tie):
    person = tie.party_member
    return {
        "name": person.name,
        "title": person.title,
        "post": _post(person),
        "member_since": chinese_date(person.member_since_on),
        "since": chinese_date(tie.starts_on),
    }


def _reviews(candidate):
    """The branch's reviews before and during probation, and the mentors' opinions, each numbered and with room for more."""
    rows = PeriodicReview.objects.standing().filter(candidate=candidate, kind=ReviewKind.REVIEW)
    rows = list(rows.select_related("recorded_by__person").order_by("reviewed_on", "pk"))
    opinions = (
        MentorOpinion.objects.standing().filter(candidate=candidate).select_related("mentor").order_by("given_on", "pk")
    )
    return {
        "reviews": _numbered([_review(row) for row in rows if not row.during_probation], REVIEW),
        "checks": _numbered([_review(row) for row in rows if row.during_probation], REVIEW),
        "opinions": _numbered(
            [{"date": chinese_date(row.given_on), "text": row.opinion, "by": row.mentor.name} for row in opinions],
            OPINION,
        ),
    }


def _review(row):
    return {
        "date": chinese_date(row.reviewed_on),
        "text": row.conclusion,
        "evidence": row.evidence,
        "by": row.recorded_by.display_name,
    }


def _numbered(rows, names):
    rows = rows + [dict.fromkeys(names, "")] * (LEAST_REVIEWS - len(rows))
    return [
        {**row, "n": NUMERALS[place] if place < len(NUMERALS) else str(place + 1)} for place, row in enumerate(rows)
    ]


def _process(records):
    """The rows of 全程纪实表 by the five stages of the chart."""
    return [
        {
            "name": f"{group.numeral}、{group.name}",
            "rows": [_row(step, records.get(step.number)) for step in STEPS if step.group == group.number],
        }
        for group in GROUPS
    ]


def _row(step, record):
    row = {"n": str(step.number), "name": step.name, "date": "", "by": "", "result": "", "note": ""}
    if record is None:
        return row
    told = _step(record)
    votes = f"应到{told['eligible']}、实到{told['present']}、赞成{told['in_favour']}" if told["eligible"] else ""
    return row | {
        "date": told["date"],
        "by": "\n".join(part for part in (told["unit"] or told["body"], told["people"]) if part),
        "result": told["conclusion"] or "已办结",
        "note": "\n".join(part for part in (votes, told["number"] or told["form_number"]) if part),
    }


def _printed(candidate, user, today):
    last = LedgerEntry.objects.filter(candidate=candidate).order_by("-n").only("n", "hash").first()
    return {
        "date": chinese_date(today),
        "by": user.display_name,
        "entry": str(last.n) if last else "",
        "digest": digest(last.hash) if last else "",
    }


def form_named(code):
    """The Form ``code``; raises LookupError."""
    return BY_CODE[code]
