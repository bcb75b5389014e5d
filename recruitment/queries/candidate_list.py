"""Everybody a user may see, fifty to a page, with the place on the road and the next last day."""

from collections import Counter
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Count, Exists, F, OuterRef, Prefetch, Subquery

from branches.offices import Office
from recruitment.models import Candidate, DesignatedContact, Due, Mentorship
from recruitment.scope import scope_of
from recruitment.stages import RoadState, Stage
from recruitment.steps import STEPS
from recruitment.track import Before, State, StepState, Track, track_of

PER_PAGE = 50
SHORT_NAMES = {step.number: step.short_name for step in STEPS}
OFFICE_STEPS = frozenset(step.number for step in STEPS if step.owed_by == Office.PARTY_OFFICE)
EXAMINED = 12
ADMISSION = "admission"  # 接收办理: development targets whom the branch committee has examined (step 12)


@dataclass(frozen=True, slots=True)
class Tag:
    """A talent programme or a return from abroad."""

    text: str
    hint: str = ""


@dataclass(frozen=True, slots=True)
class Row:
    """One person as templates/recruitment/candidate_list.html shows it."""

    code: object
    name: str
    title: str
    age: int | None
    unit_name: str
    tags: tuple[Tag, ...]
    track: Track
    step: int | None
    step_name: str
    status: str
    due_on: date | None
    waiting: bool
    is_overdue: bool
    mentors: str
    mentor_missing: bool
    contact_name: str
    talk_days: int | None
    is_off: bool


def age_on(birth_on, today):
    """Full years of age on ``today``, None without a birth date."""
    if birth_on is None:
        return None
    return today.year - birth_on.year - ((today.month, today.day) < (birth_on.month, birth_on.day))


def years_before(today, years):
    """The same day ``years`` ago; 29 February becomes the 28th."""
    try:
        return today.replace(year=today.year - years)
    except ValueError:
        return today.replace(year=today.year - years, day=28)


def with_open_dues(candidates):
    """Candidates with all that a row shows, in four further queries whatever their number."""
    return candidates.select_related("person", "unit").prefetch_related(
        Prefetch("dues", Due.objects.open().order_by("due_on", "pk"), to_attr="open_dues"),
        Prefetch(
            "mentorships",
            Mentorship.objects.open().select_related("party_member").order_by("pk"),
            to_attr="open_mentors",
        ),
        Prefetch(
            "designatedcontacts",
            DesignatedContact.objects.open().select_related("leader").order_by("pk"),
            to_attr="open_contacts",
        ),
    )


def states_of(candidate, open_dues, today):
    """{step: StepState} of one candidate from its columns and open dues, for the small track."""
    states = {step.number: StepState(State.DONE) for step in STEPS if candidate.has_done(step.number)}
    for due in open_dues:
        if not due.step or (candidate.has_done(due.step) and not due.is_overdue(today)):
            continue
        if due.is_overdue(today):
            states[due.step] = StepState(State.OVERDUE)
        elif states.get(due.step, StepState()).state is State.TODO:
            if due.step in OFFICE_STEPS:
                states[due.step] = StepState(State.WAIT)
            else:
                states[due.step] = StepState(State.CURRENT, percent_over(due, today))
    if (
        candidate.state == RoadState.ACTIVE
        and candidate.last_step
        and not any(state.state in (State.CURRENT, State.WAIT, State.OVERDUE) for state in states.values())
    ):
        following = next((step.number for step in STEPS if not candidate.has_done(step.number)), None)
        if following:
            states[following] = StepState(State.WAIT if following in OFFICE_STEPS else State.CURRENT, 0)
    return states


def percent_over(due, today):
    """How much of the time between opening and last day is over, in percent."""
    length = (due.due_on - due.opens_on).days
    return max(0, min(100, round((today - due.opens_on).days / length * 100))) if length > 0 else 50


def track_for(candidate, open_dues, today):
    """The small track of one candidate."""
    off = "" if candidate.state in (RoadState.ACTIVE, RoadState.CLOSED) else candidate.get_state_display()
    before = Before.CONTACT if getattr(candidate, "open_contacts", None) else Before.NOTHING
    if candidate.stage == Stage.PROSPECT:
        before = Before.FOCUS
    return track_of(states_of(candidate, open_dues, today), before=before, off_label=off)


def row_of(candidate, today):
    """One loaded candidate (see with_open_dues) as a row."""
    person = candidate.person
    next_due = next((due for due in candidate.open_dues if due.step), None) or next(iter(candidate.open_dues), None)
    active = candidate.state == RoadState.ACTIVE
    step = None
    if active and candidate.last_step:
        step = next_due.step if next_due and next_due.step else _following(candidate)
    tags = [Tag(person.talent_programme)] if person.talent_programme else []
    if person.overseas_experience:
        tags.append(Tag("归国", person.overseas_experience))
    return Row(
        code=candidate.code,
        name=person.name,
        title=person.title,
        age=age_on(person.birth_on, today),
        unit_name=candidate.unit.short_name,
        tags=tuple(tags),
        track=track_for(candidate, candidate.open_dues, today),
        step=step,
        step_name=SHORT_NAMES.get(step, ""),
        status="" if step else candidate.get_state_display() if not active else candidate.get_stage_display(),
        due_on=next_due.due_on if next_due and next_due.is_binding else None,
        waiting=bool(next_due and next_due.owed_by == Office.PARTY_OFFICE),
        is_overdue=bool(next_due and next_due.is_overdue(today)),
        mentors="、".join(tie.party_member.name for tie in candidate.open_mentors),
        mentor_missing=active and candidate.stage == Stage.ACTIVIST and not candidate.open_mentors,
        contact_name="、".join(tie.leader.name for tie in candidate.open_contacts),
        talk_days=(today - candidate.last_talk_on).days if candidate.last_talk_on else None,
        is_off=not active,
    )


def _following(candidate):
    return next((step.number for step in STEPS if not candidate.has_done(step.number)), None)


def filtered(candidates, filters, today):
    """Narrow ``candidates`` by cleaned form data (recruitment.forms.filters.CandidateFilter)."""
    candidates = matching(candidates, filters, today)
    if filters.get("ended"):
        return candidates.exclude(state=RoadState.ACTIVE)
    return candidates.filter(state__in=(RoadState.ACTIVE, RoadState.CLOSED))


def matching(candidates, filters, today):
    """The part of :func:`filtered` that does not ask whether the road goes on."""
    if filters.get("q"):
        candidates = candidates.search(filters["q"])
    stage = filters.get("stage")
    if stage == ADMISSION:
        candidates = candidates.filter(stage=Stage.DEVELOPMENT_TARGET, last_step__gte=EXAMINED)
    elif stage not in (None, ""):
        candidates = candidates.filter(stage=int(stage))
    if filters.get("unit"):
        candidates = candidates.filter(unit_path__startswith=filters["unit"])
    if filters.get("rank"):
        candidates = candidates.filter(person__title_rank=int(filters["rank"]))
    if filters.get("programme"):
        candidates = candidates.filter(person__talent_programme=filters["programme"])
    if filters.get("age"):
        youngest, oldest = filters["age"]
        candidates = candidates.filter(
            person__birth_on__lte=years_before(today, youngest), person__birth_on__gt=years_before(today, oldest + 1)
        )
    if filters.get("returned"):
        candidates = candidates.exclude(person__overseas_experience="")
    if filters.get("overdue"):
        candidates = candidates.filter(Exists(Due.objects.overdue(today).filter(candidate=OuterRef("pk"))))
    return candidates


def ordered(candidates, sort):
    """By next last day (the default), or by name."""
    if sort == "name":
        return candidates.order_by("person__pinyin", "pk")
    if sort == "-name":
        return candidates.order_by("-person__pinyin", "-pk")
    next_due = Due.objects.open().filter(candidate=OuterRef("pk")).order_by("due_on").values("due_on")[:1]
    candidates = candidates.annotate(next_due_on=Subquery(next_due))
    from_last = sort == "-due"
    day = F("next_due_on")
    return candidates.order_by(day.desc(nulls_last=True) if from_last else day.asc(nulls_last=True), "pk")


def candidate_list(*, user, filters, sort, number, today):
    """One page of the people ``user`` may see; ``filters`` is cleaned form data, ``number`` the page asked for."""
    visible = Candidate.objects.visible_to(user)
    found = ordered(filtered(visible, filters, today), sort)
    page = Paginator(with_open_dues(found), PER_PAGE).get_page(number)
    page.object_list = [row_of(candidate, today) for candidate in page.object_list]
    return page


def programmes_within(user):
    """Talent programmes of the people the user may see."""
    return (
        Candidate.objects.visible_to(user)
        .exclude(person__talent_programme="")
        .order_by("person__talent_programme")
        .values_list("person__talent_programme", flat=True)
        .distinct()
    )


@dataclass(frozen=True, slots=True)
class UnitChoice:
    """A branch that holds somebody within reach."""

    code: str
    short_name: str
    path: str


@dataclass(frozen=True, slots=True)
class Head:
    """What stands above the list: whose people, how many per identity, how many late, which branches."""

    scope_text: str
    overdue_count: int
    identities: tuple[tuple[str, str, int], ...]
    units: tuple[UnitChoice, ...]

    @property
    def show_unit(self):
        """A column for the branch is worth its width when there are several."""
        return len(self.units) > 1


def head(*, user, today):
    """Counts over everybody within reach, in one query; the filters do not touch them."""
    visible = Candidate.objects.visible_to(user).filter(state__in=(RoadState.ACTIVE, RoadState.CLOSED))
    late = Exists(Due.objects.overdue(today).filter(candidate=OuterRef("pk")))
    rows = (
        visible.order_by()
        .annotate(is_late=late)
        .values_list("stage", "last_step", "unit__code", "unit__short_name", "unit__path", "is_late")
        .annotate(Count("pk"))
    )
    per_stage, admission, overdue, units = Counter(), 0, 0, {}
    for stage, last_step, code, short_name, path, is_late, number in rows:
        per_stage[stage] += number
        units[path] = UnitChoice(str(code), short_name, path)
        overdue += number if is_late else 0
        if stage == Stage.DEVELOPMENT_TARGET and last_step >= EXAMINED:
            admission += number
    total = sum(per_stage.values())
    identities = [("全部", "", total)]
    for stage in Stage:
        identities.append((stage.label, str(int(stage)), per_stage[stage]))
        if stage == Stage.DEVELOPMENT_TARGET:
            identities.append(("接收办理", ADMISSION, admission))
    names = list(dict.fromkeys(post.unit_name for post in scope_of(user).posts if post.unit_name))
    whose = f"{len(units)} 个支部，" if len(units) > 1 else f"{names[0]}，" if len(names) == 1 else ""
    return Head(
        scope_text=f"{whose}{total} 人在册",
        overdue_count=overdue,
        identities=tuple(identities),
        units=tuple(units[path] for path in sorted(units)),
    )
