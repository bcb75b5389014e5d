"""Rows turned into the frozen facts that the rules judge, any number of candidates in a fixed number of queries."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date

from django.db.models import CharField, DateField, Exists, F, OuterRef, Value
from django.db.models.functions import Cast, Concat, ExtractYear

from branches.models import CalendarYear, Person, Unit, Workday
from branches.models.calendar import DayKind
from branches.offices import UnitKind
from recruitment.calendar import Calendar
from recruitment.facts import Facts, LocalLimit, PersonFact, ReviewFact, SituationFact, StepFact, UnitFact, Votes
from recruitment.models import (
    DesignatedContact,
    Document,
    Mentorship,
    PeriodicReview,
    Recommender,
    Situation,
    StepPerson,
    StepRecord,
)

STEP_FIELDS = (
    "step",
    "decided_on",
    "body",
    "conclusion",
    "publicity_from_on",
    "publicity_until_on",
    "listed_on",
    "starts_on",
    "ends_on",
    "hours",
    "days",
    "extended_until_on",
    "form_number",
    "exception_reason",
    "late_reason",
    "rule_set",
)
VOTE_FIELDS = ("eligible", "present", "in_favour", "against", "abstained", "written")


def calendar_in_force():
    """The official calendar as the office keeps it, in one query; a year counts as known once its source is named."""
    known = Exists(CalendarYear.objects.filter(year=ExtractYear(OuterRef("day"))))
    days = list(Workday.objects.order_by().values_list("day", "kind", known))
    return Calendar(
        off=frozenset(day for day, kind, _ in days if kind == DayKind.OFF),
        work=frozenset(day for day, kind, _ in days if kind == DayKind.WORK),
        years=frozenset(day.year for day, _, is_known in days if is_known),
    )


def unit_fact(unit):
    """A unit row as the rules see it."""
    return UnitFact(key=str(unit.code), name=unit.name, kind=unit.kind, may_approve=unit.may_approve)


def person_fact(person, *, posts=(), standing=None, suspended=None):
    """A person row as the rules see it; ``standing`` and ``suspended`` override today's by those of the day."""
    return PersonFact(
        key=str(person.code),
        name=person.name,
        birth_on=person.birth_on,
        standing=person.standing if standing is None else standing,
        member_since_on=person.member_since_on,
        suspended=person.is_suspended if suspended is None else suspended,
        posts=tuple(posts),
        political_status=person.political_status,
    )


def committees():
    """All committees with the local limits in force, in one query; the superior of a unit is the nearest above it."""
    return list(
        Unit.objects.filter(kind=UnitKind.COMMITTEE)
        .order_by("-path")
        .annotate(
            limit_code=F("local_limits__code"),
            limit_value=F("local_limits__value"),
            limit_since_on=F("local_limits__since_on"),
            limit_until_on=F("local_limits__until_on"),
            limit_basis=F("local_limits__basis"),
        )
    )


def superior_of(unit_path, among):
    """The nearest committee above the unit at ``unit_path``; ``among`` comes from :func:`committees`."""
    return next((unit for unit in among if unit_path.startswith(unit.path) and unit_path != unit.path), None)


def limits_for(unit_path, among):
    """Local limits that reach the unit: those of every committee above it, ended ones too: they govern older events."""
    return tuple(
        LocalLimit(
            code=row.limit_code,
            value=row.limit_value,
            since_on=row.limit_since_on,
            set_by=row.name,
            until_on=row.limit_until_on,
        )
        for row in among
        if row.limit_code and unit_path.startswith(row.path)
    )


def step_fact(record, persons=()):
    """A step record as the rules see it."""
    votes = None
    if record.eligible is not None:
        votes = Votes(**{name: getattr(record, name) or 0 for name in VOTE_FIELDS})
    return StepFact(
        id=str(record.code),
        unit=unit_fact(record.unit) if record.unit_id else None,
        votes=votes,
        persons=tuple(persons),
        documents=tuple(record.documents),
        **{name: getattr(record, name) for name in STEP_FIELDS},
    )


def review_fact(row):
    """A review as the rules see it."""
    return ReviewFact(
        reviewed_on=row.reviewed_on,
        window=row.window,
        during_probation=row.during_probation,
        id=str(row.code),
        kind=row.kind,
        late_reason=row.late_reason,
    )


def situation_fact(row):
    """A special situation as the rules see it."""
    return SituationFact(
        kind=row.kind,
        on=row.on,
        id=str(row.code),
        unit=unit_fact(row.unit) if row.unit_id else None,
        recognised=row.recognised,
        recognised_by=row.recognised_by,
        until_on=row.until_on,
        counts_from_on=row.counts_from_on,
        votes=Votes(**row.votes) if row.votes else None,
        decided_by=row.decided_by,
    )


def posts_on(posts_by_person, person_id, day):
    """Offices the person held on ``day``."""
    return tuple(
        office
        for office, starts_on, ends_on in posts_by_person[person_id]
        if starts_on <= day and (ends_on is None or ends_on > day)
    )


COMPANION_FIELDS = (
    "code",
    "name",
    "birth_on",
    "political_status",
    "member_since_on",
    "is_suspended",
    "title",
    "position",
)
PERSON_FIELDS = ("code", "name", "birth_on", "political_status", "member_since_on")


def facts_for(candidates, known_at=None, beside=None):
    """{candidate id: Facts} for loaded candidates (with ``person`` and ``unit``), in six queries whatever their number.

    ``known_at`` is an instant: the facts as they stood in the books then, instead of those that stand now.
    ``beside`` is what :func:`beside_records` gives, where the caller has asked for it already.
    """
    candidates = list(candidates)
    ids = [candidate.pk for candidate in candidates]
    above = committees()

    def on_file(model):
        return model.objects.standing() if known_at is None else model.objects.known_at(known_at)

    persons = _persons_named(on_file(StepRecord).filter(candidate_id__in=ids))
    steps, reviews, situations = defaultdict(list), defaultdict(list), defaultdict(list)
    for record in on_file(StepRecord).filter(candidate_id__in=ids).select_related("unit"):
        steps[record.candidate_id].append(step_fact(record, persons.get(record.pk, ())))
    for row in on_file(PeriodicReview).filter(candidate_id__in=ids):
        reviews[row.candidate_id].append(review_fact(row))
    for row in on_file(Situation).filter(candidate_id__in=ids).select_related("unit"):
        situations[row.candidate_id].append(situation_fact(row))
    mentors, recommenders = defaultdict(list), defaultdict(list)
    beside = beside or beside_records(ids)
    for companion in beside.companions:
        if companion.kind != "contact":
            named = mentors if companion.kind == "mentor" else recommenders
            named[companion.candidate_id].append(person_fact(companion.person))
    return {
        candidate.pk: Facts(
            person=person_fact(candidate.person),
            unit=unit_fact(candidate.unit),
            superior=_superior_fact(candidate.unit_path, above),
            steps=tuple(steps[candidate.pk]),
            reviews=tuple(reviews[candidate.pk]),
            situations=tuple(situations[candidate.pk]),
            mentors=tuple(mentors[candidate.pk]),
            recommenders=tuple(recommenders[candidate.pk]),
            local_limits=limits_for(candidate.unit_path, above),
            papers=beside.papers.get(candidate.pk, frozenset()),
            plan=planned_days(candidate) if known_at is None else {},
        )
        for candidate in candidates
    }


def planned_days(candidate):
    """{step: the plan's day} of a loaded candidate, as the plans in force say; without a query (notice T2)."""
    return {int(step): date.fromisoformat(day) for step, day in candidate.planned_days.items()}


def _persons_named(records):
    """{step record id: PersonFacts} of those named in the StepRecords, with the posts of the day, in one query."""
    rows = (
        StepPerson.objects.filter(record__in=records.order_by().values("pk"))
        .order_by("record_id", "pk")
        .values_list(
            "pk",
            "record_id",
            "record__decided_on",
            "standing",
            "was_suspended",
            "person__postings__office",
            "person__postings__starts_on",
            "person__postings__ends_on",
            *(f"person__{name}" for name in PERSON_FIELDS),
        )
    )
    found, posts = {}, defaultdict(list)
    for key, record_id, decided_on, standing, suspended, office, starts_on, ends_on, *person in rows:
        found[key] = (record_id, standing, suspended, person)
        if office and starts_on <= decided_on and (ends_on is None or ends_on > decided_on):
            posts[key].append(office)
    named = defaultdict(list)
    for key, (record_id, standing, suspended, person) in found.items():
        code, name, birth_on, political_status, since_on = person
        fact = PersonFact(
            key=str(code),
            name=name,
            birth_on=birth_on,
            standing=standing,
            member_since_on=since_on,
            suspended=suspended,
            posts=tuple(posts[key]),
            political_status=political_status,
        )
        named[record_id].append(fact)
    return named


COMPANIONS = (
    (Mentorship, "mentor", "party_member"),
    (Recommender, "recommender", "party_member"),
    (DesignatedContact, "contact", "leader"),
)


@dataclass(frozen=True, slots=True)
class Companion:
    """Somebody who accompanies a candidate now: as mentor, recommender or (designated) contact."""

    kind: str
    candidate_id: int
    starts_on: date
    person: Person


@dataclass(frozen=True, slots=True)
class Beside:
    """What stands beside the records of some candidates: who accompanies them, oldest tie first; which papers are on file."""

    companions: list[Companion]
    papers: dict[int, frozenset[tuple[int, str]]]


PAPER = "paper"


def beside_records(ids):
    """Everybody who accompanies the candidates ``ids`` now, and the papers on file, in one query for both."""
    ties = [
        model.objects.open()
        .filter(candidate_id__in=ids)
        .order_by()
        .values_list(
            Value(kind, output_field=CharField()),
            "pk",
            "candidate_id",
            "starts_on",
            *(f"{person}__{name}" for name in COMPANION_FIELDS),
        )
        for model, kind, person in COMPANIONS
    ]
    rows = sorted(ties[0].union(*ties[1:], _papers(ids), all=True), key=lambda row: row[:2])
    companions, papers = [], defaultdict(set)
    for kind, _, candidate_id, starts_on, *rest in rows:
        if kind == PAPER:
            step, _, code = rest[1].partition(":")
            papers[candidate_id].add((int(step), code))
        else:
            person = Person(**dict(zip(COMPANION_FIELDS, rest, strict=True)))
            companions.append(Companion(kind, candidate_id, starts_on, person))
    return Beside(companions, {pk: frozenset(found) for pk, found in papers.items()})


def _papers(ids):
    """Standing documents in the columns of companions: "step:paper" where a name stands, nothing in the others."""
    on_file = Document.objects.standing().filter(candidate_id__in=ids).order_by()
    named = Concat(Cast("step", CharField()), Value(":"), "paper", output_field=CharField())
    kept = {"code": F("code"), "name": named}
    blank = {
        name: Value(None, output_field=Person._meta.get_field(name)) for name in COMPANION_FIELDS if name not in kept
    }
    return on_file.values_list(
        Value(PAPER, output_field=CharField()),
        "pk",
        "candidate_id",
        Value(None, output_field=DateField()),
        *(kept.get(name, blank.get(name)) for name in COMPANION_FIELDS),
    )


def papers_of(candidate):
    """The papers on file of one candidate as the rules see them."""
    return beside_records([candidate.pk]).papers.get(candidate.pk, frozenset())


def facts_of_newcomer(person, unit):
    """Facts of somebody with nothing on record yet, in one query."""
    above = committees()
    return Facts(
        person=person_fact(person),
        unit=unit_fact(unit),
        superior=_superior_fact(unit.path, above),
        local_limits=limits_for(unit.path, above),
        papers=frozenset(),
    )


def _superior_fact(unit_path, above):
    superior = superior_of(unit_path, above)
    return unit_fact(superior) if superior else UnitFact(kind="")
