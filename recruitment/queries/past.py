"""What people were on a past day: their branch by the transfers on record, what changes in a life by the history."""

from collections import defaultdict
from copy import copy
from datetime import datetime, time, timedelta

from django.utils import timezone

from branches.models import Department, Person, Unit
from branches.offices import PoliticalStatus
from recruitment.models import Candidate, Situation
from recruitment.stages import SituationKind, Stage

# What a person was before may have been right then; of everything else only the last correction is right, whenever it
# was made, except where the ledger is asked for as it stood in the books.
CHANGING = (
    "department_id", "position", "title", "title_rank", "talent_programme", "overseas_experience", "political_status",
    "education", "degree",
)  # fmt: skip
SHOWN = (*CHANGING, "name", "sex", "ethnicity", "native_place", "birth_on", "joined_institute_on")
MEMBERS = {
    Stage.PROBATIONARY_MEMBER: PoliticalStatus.PROBATIONARY_MEMBER,
    Stage.FULL_MEMBER: PoliticalStatus.FULL_MEMBER,
}


def end_of(day):
    """The first instant after ``day``."""
    return timezone.make_aware(datetime.combine(day + timedelta(days=1), time.min))


def units_on(candidates, day, known_at=None):
    """{candidate id: the Unit, called as it was then} of loaded ``candidates`` on ``day``, in four queries at most.

    A transfer counts from its own date; before the first one the person was where the file was opened. With
    ``known_at`` only transfers count that were on record at that instant.
    """
    ids = [candidate.pk for candidate in candidates]
    all_transfers = Situation.objects.filter(
        candidate_id__in=ids, kind=SituationKind.TRANSFERRED, unit__isnull=False
    ).order_by("on", "pk")
    counting = all_transfers.standing() if known_at is None else all_transfers.known_at(known_at)
    moved = set(all_transfers.values_list("candidate_id", flat=True)) if ids else set()
    unit_ids = {candidate.pk: candidate.unit_id for candidate in candidates}
    if moved:
        opened = Candidate.history.filter(id__in=moved).order_by("-history_date", "-history_id")
        unit_ids |= dict(opened.values_list("id", "unit_id"))  # the oldest comes last and stays
        unit_ids |= dict(counting.filter(on__lte=day).values_list("candidate_id", "unit_id"))
    units = Unit.objects.in_bulk(set(unit_ids.values()))
    names = _as_of(Unit.history, units, end_of(day), ("name", "short_name"))
    for key, (name, short_name) in names.items():
        units[key].name, units[key].short_name = name, short_name
    return {key: units[unit_id] for key, unit_id in unit_ids.items()}


def as_they_were(candidates, day, standings, known_at=None):
    """Give loaded ``candidates`` the state and the particulars of ``day``; for showing only, they are not to be saved.

    ``standings`` are those of the day. Where the history does not reach back so far, its oldest word stands.
    """
    particulars = SHOWN if known_at else CHANGING
    people = _as_of(Person.history, {candidate.person_id for candidate in candidates}, end_of(day), particulars)
    departments = Department.objects.in_bulk({values[0] for values in people.values() if values[0]})
    for candidate in candidates:
        standing = standings[candidate.pk]
        candidate.stage, candidate.state = standing.stage, standing.state
        person = candidate.person = copy(candidate.person)
        if values := people.get(candidate.person_id):
            for name, value in zip(particulars, values, strict=True):
                setattr(person, name, value)
            person.department = departments.get(values[0])
        person.political_status = _political_status(person, standing.stage)


def _political_status(person, stage):
    """Membership follows from the road; before it, whatever was said of the person that is no membership."""
    if stage in MEMBERS:
        return MEMBERS[stage]
    return "" if person.political_status in MEMBERS.values() else person.political_status


def _as_of(history, keys, instant, fields):
    """{key: values of ``fields``} by the last row before ``instant``, or the oldest row where all are later."""
    rows = defaultdict(list)
    found = history.filter(id__in=keys).order_by("history_date", "history_id")
    for key, at, *values in found.values_list("id", "history_date", *fields):
        if not rows[key] or at < instant:
            rows[key] = values
    return dict(rows)
