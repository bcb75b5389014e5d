"""Rows turned into the frozen facts that the rules judge, any number of candidates in a fixed number of queries."""

from collections import defaultdict

from branches.models import CalendarYear, Posting, Unit, Workday
from branches.models.calendar import DayKind
from branches.offices import UnitKind
from recruitment.calendar import Calendar
from recruitment.facts import Facts, LocalLimit, PersonFact, ReviewFact, SituationFact, StepFact, UnitFact, Votes
from recruitment.models import (
    LocalLimitRow,
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
    """The official calendar as the office keeps it, in two queries."""
    days = list(Workday.objects.values_list("day", "kind"))
    return Calendar(
        off=frozenset(day for day, kind in days if kind == DayKind.OFF),
        work=frozenset(day for day, kind in days if kind == DayKind.WORK),
        years=frozenset(CalendarYear.objects.values_list("year", flat=True)),
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
    """All committees, in one query; the superior of a unit is the nearest of them above it."""
    return list(Unit.objects.filter(kind=UnitKind.COMMITTEE).order_by("-path"))


def superior_of(unit_path, among):
    """The nearest committee above the unit at ``unit_path``; ``among`` comes from :func:`committees`."""
    return next((unit for unit in among if unit_path.startswith(unit.path) and unit_path != unit.path), None)


def limits_for(unit_path, among, rows):
    """Local limits that reach the unit: those of every committee above it."""
    above = {unit.pk for unit in among if unit_path.startswith(unit.path)}
    return tuple(
        LocalLimit(code=row.code, value=row.value, since_on=row.since_on, set_by=row.basis)
        for row in rows
        if row.unit_id in above
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


def facts_for(candidates):
    """{candidate id: Facts} for loaded candidates (with ``person`` and ``unit``), in nine queries whatever their number."""
    candidates = list(candidates)
    ids = [candidate.pk for candidate in candidates]
    above = committees()
    limits = list(LocalLimitRow.objects.filter(until_on__isnull=True).order_by("code", "since_on"))
    records = list(StepRecord.objects.standing().filter(candidate_id__in=ids).select_related("unit"))
    named = list(
        StepPerson.objects.filter(record__candidate_id__in=ids, record__superseded_at__isnull=True)
        .select_related("person")
        .order_by("pk")
    )
    posts = defaultdict(list)
    if named:
        for person_id, office, starts_on, ends_on in Posting.objects.filter(
            person_id__in={row.person_id for row in named}
        ).values_list("person_id", "office", "starts_on", "ends_on"):
            posts[person_id].append((office, starts_on, ends_on))
    decided_on = {record.pk: record.decided_on for record in records}
    persons = defaultdict(list)
    for row in named:
        persons[row.record_id].append(
            person_fact(
                row.person,
                standing=row.standing,
                suspended=row.was_suspended,
                posts=posts_on(posts, row.person_id, decided_on[row.record_id]),
            )
        )
    steps, reviews, situations = defaultdict(list), defaultdict(list), defaultdict(list)
    for record in records:
        steps[record.candidate_id].append(step_fact(record, persons[record.pk]))
    for row in PeriodicReview.objects.standing().filter(candidate_id__in=ids):
        reviews[row.candidate_id].append(
            ReviewFact(reviewed_on=row.reviewed_on, window=row.window, during_probation=row.during_probation, id=str(row.code))
        )
    for row in Situation.objects.standing().filter(candidate_id__in=ids).select_related("unit"):
        situations[row.candidate_id].append(situation_fact(row))
    mentors, recommenders = defaultdict(list), defaultdict(list)
    for model, found in ((Mentorship, mentors), (Recommender, recommenders)):
        for tie in model.objects.open().filter(candidate_id__in=ids).select_related("party_member").order_by("pk"):
            found[tie.candidate_id].append(person_fact(tie.party_member))
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
            local_limits=limits_for(candidate.unit_path, above, limits),
        )
        for candidate in candidates
    }


def facts_of_newcomer(person, unit):
    """Facts of somebody with nothing on record yet, in two queries."""
    above = committees()
    limits = LocalLimitRow.objects.filter(until_on__isnull=True).order_by("code", "since_on")
    return Facts(
        person=person_fact(person),
        unit=unit_fact(unit),
        superior=_superior_fact(unit.path, above),
        local_limits=limits_for(unit.path, above, limits),
    )


def _superior_fact(unit_path, above):
    superior = superior_of(unit_path, above)
    return unit_fact(superior) if superior else UnitFact(kind="")
