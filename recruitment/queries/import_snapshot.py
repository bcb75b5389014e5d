"""What a check needs to know of the database, in a number of queries that follows the file's size in slices, not in rows."""

import json
from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass

from django.db.models import F, Func, Q, TextField, Value

from branches.models import Department, Person, Posting, Unit
from branches.offices import Office
from recruitment.facts import UnitFact
from recruitment.imports.columns import Row
from recruitment.imports.fields import PROFILE_KEYS
from recruitment.imports.snapshot import TOLD, Frame, Known, Member, OnFile, Place, Reach, Record, Snapshot
from recruitment.imports.text import clean, name_of
from recruitment.models import Candidate, StepPerson, StepRecord
from recruitment.queries.declines import declined_among
from recruitment.queries.facts import (
    calendar_in_force,
    committees,
    facts_for,
    limits_for,
    person_fact,
    superior_of,
    unit_fact,
)
from recruitment.scope import scope_of
from recruitment.stages import RoadState

# Databases take so many values in one IN.
SLICE = 2000
_OPEN = (RoadState.ACTIVE, RoadState.DECLINED, RoadState.OTHER_PARTY)
_COMMITTEE = (Office.COMMITTEE_MEMBER, Office.COMMITTEE_SECRETARY)


@dataclass(frozen=True, slots=True)
class _Bearer:
    """A staff number as queries.declines asks for it."""

    pk: str
    staff_number: str


def reach_of(user) -> Reach:
    """The units that ``user`` may import for, and where they are the party office."""
    scope = scope_of(user)
    office = tuple(post.unit_path for post in scope.posts if post.office == Office.PARTY_OFFICE and post.unit_path)
    return Reach(scope.acting_paths or ("\0",), office, scope.person_id)


def snapshot_for(user, rows: list[Row]) -> Snapshot:
    """What the check of ``rows`` looks up, as ``user`` may know it."""
    people = _people(rows)
    numbers = {row.staff_number for row in rows} | {person.staff_number for person in people}
    return Snapshot(
        reach=reach_of(user),
        calendar=calendar_in_force(),
        places=_places(),
        frames=_frames(),
        people=[_known(person) for person in people],
        files=_files(people, rows, scope_of(user)),
        departments={clean(name): pk for name, pk in Department.objects.values_list("name", "pk")},
        declined=frozenset(declined_among(_Bearer(number, number) for number in numbers - {""})),
        members=_members({name for row in rows for parts in row.steps.values() for name in parts.get("persons", ())}),
    )


def facts_of(candidate_pks: Iterable[int]) -> dict:
    """{candidate pk: Facts} of files that rows add to."""
    found = {}
    for part in _slices(candidate_pks):
        found |= facts_for(Candidate.objects.filter(pk__in=part).select_related("person", "unit"))
    return found


def _slices(values: Iterable) -> Iterable[list]:
    values = list(values)
    return (values[start : start + SLICE] for start in range(0, len(values), SLICE))


class _Among(Func):
    """For ``__in``: texts, however many, as one parameter; written out one by one they cost more than the search."""

    template = "SELECT value FROM %(function)s(%(expressions)s)"
    function = "json_each"
    output_field = TextField()

    def __init__(self, texts: Iterable[str]):
        super().__init__(Value(json.dumps(list(texts), ensure_ascii=False)))

    def as_postgresql(self, compiler, connection, **extra):
        """SQL for PostgreSQL, which takes arrays apart under another name."""
        template = "SELECT jsonb_array_elements_text(CAST(%(expressions)s AS jsonb))"
        return self.as_sql(compiler, connection, template=template, **extra)


def _people(rows: list[Row]) -> list[Person]:
    """Everybody on the roster with a staff number or a name of the file, with the path of their unit."""
    numbers, names = {row.staff_number for row in rows} - {""}, {row.name for row in rows} - {""}
    asked = Q(staff_number__in=_Among(numbers)) | Q(name__in=_Among(_as_spelled(names)))
    return list(Person.objects.filter(asked).annotate(unit_path=F("unit__path")).order_by())


def _as_spelled(names: Iterable[str]) -> set[str]:
    """``names`` as the roster may have them: with the dot that a keyboard gives, too."""
    return {spelling for name in names for spelling in (name, name.replace("·", "."))}


def _known(person: Person) -> Known:
    return Known(
        pk=person.pk,
        staff_number=person.staff_number,
        name=person.name,
        birth_on=person.birth_on,
        unit_path=person.unit_path or "",
        fact=person_fact(person),
        has_left=person.left_on is not None,
        profile={key: getattr(person, key) for key in PROFILE_KEYS},
    )


def _places() -> list[Place]:
    branches = Unit.objects.branches().active().values_list("pk", "name", "short_name", "path")
    return [Place(*branch) for branch in branches]


def _frames() -> dict[int, Frame]:
    above = committees()
    frames = {}
    for unit in Unit.objects.branches().active():
        superior = superior_of(unit.path, above)
        frames[unit.pk] = Frame(
            unit_fact(unit), unit_fact(superior) if superior else UnitFact(kind=""), limits_for(unit.path, above)
        )
    return frames


_FILE = ("pk", "person_id", "unit__name", "unit_path", "state", "stage")


def _files(people: list[Person], rows: list[Row], scope) -> dict[int, OnFile]:
    """The file of each person: the open one, else the one closed last; with its steps where a row may be about it."""
    chosen = {}
    for part in _slices(person.pk for person in people):
        candidates = Candidate.objects.filter(person_id__in=part).order_by("pk")
        for candidate in candidates.values_list(*_FILE, named=True):
            there = chosen.get(candidate.person_id)
            if there is None or candidate.state in _OPEN or there.state not in _OPEN:
                chosen[candidate.person_id] = candidate
    meant = _meant(people, rows)
    steps = _records([candidate.pk for candidate in chosen.values() if candidate.person_id in meant])
    return {
        person_pk: OnFile(
            pk=candidate.pk,
            person_pk=person_pk,
            unit_path=candidate.unit_path,
            unit_name=candidate.unit__name,
            state=candidate.state,
            stage=candidate.stage,
            is_visible=scope.includes(candidate),
            steps=steps.get(candidate.pk, {}),
        )
        for person_pk, candidate in chosen.items()
    }


def _meant(people: list[Person], rows: list[Row]) -> set[int]:
    """Of ``people`` those whom a row may be about, not only somebody of the same name with another number and birth date."""
    numbers = {row.staff_number.lstrip("0") for row in rows}
    births = defaultdict(set)
    for row in rows:
        births[row.name].add(None if row.birth_is_month or not row.staff_number else row.birth_on)
    return {
        person.pk
        for person in people
        if person.staff_number.lstrip("0") in numbers
        or person.birth_on is None
        or None in births[name_of(person.name)]
        or person.birth_on in births[name_of(person.name)]
    }


def _records(candidate_pks: list[int]) -> dict[int, dict[int, list[Record]]]:
    steps: dict[int, dict[int, list[Record]]] = defaultdict(lambda: defaultdict(list))
    for part in _slices(candidate_pks):
        names = defaultdict(list)
        for record_id, name in (
            StepPerson.objects.filter(record__candidate_id__in=part, record__superseded_at__isnull=True)
            .order_by("pk")
            .values_list("record_id", "person__name")
        ):
            names[record_id].append(name)
        records = StepRecord.objects.standing().filter(candidate_id__in=part).order_by("decided_on", "pk")
        for pk, candidate_id, step, decided_on, listed_on, *told in records.values_list(
            "pk", "candidate_id", "step", "decided_on", "listed_on", *TOLD
        ):
            parts = dict(zip(TOLD, told, strict=True))
            steps[candidate_id][step].append(Record(decided_on, listed_on, tuple(names.get(pk, ())), parts))
    return steps


def _members(names: set[str]) -> dict[str, list[Member]]:
    """Full members with full rights who bear one of ``names``, with the posts that they hold and held."""
    named = Person.objects.full_members().filter(name__in=_Among(_as_spelled(names)))
    people = list(named.order_by("pk").select_related("unit"))
    posts, above = defaultdict(list), defaultdict(list)
    for part in _slices([person.pk for person in people]):
        for posting in Posting.objects.filter(person_id__in=part).select_related("unit"):
            posts[posting.person_id].append((posting.office, posting.starts_on, posting.ends_on))
            if posting.office in _COMMITTEE and posting.unit_id and posting.ends_on is None:
                above[posting.person_id].append(posting.unit.path)
    members = defaultdict(list)
    for person in people:
        members[name_of(person.name)].append(
            Member(
                pk=person.pk,
                fact=person_fact(person),
                unit_path=person.unit.path if person.unit_id else "",
                above=tuple(above[person.pk]),
                posts=tuple(posts[person.pk]),
            )
        )
    return dict(members)
