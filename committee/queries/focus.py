"""重点关注名单: who is listed until when, and whom the criteria propose from the roster (notice F1, R6)."""

import re
from dataclasses import dataclass
from datetime import date

from django.core.paginator import Paginator
from django.db.models import Exists, OuterRef, Prefetch, Q

from branches.models import Person
from branches.offices import OTHER_PARTIES, Office
from committee.models import CriterionKind, FocusCriterion, FocusListing
from committee.queries.composition import people_outside_within
from committee.rules.focus import REMIND_DAYS, Criterion, RosterFact, criteria_met
from recruitment.calendar import add_months
from recruitment.models import Candidate, DesignatedContact, Due
from recruitment.scope import scope_of
from recruitment.stages import RoadState

PER_PAGE = 50
# What the office owes before a term runs out; its key ends in ":" and the number of the listing.
KIND = "listing_end"


@dataclass(frozen=True, slots=True)
class ListingRow:
    """One person on the list."""

    code: object
    candidate_code: object
    name: str
    title: str
    unit_name: str
    level: str
    purpose: str
    criteria: tuple[str, ...]
    contact_names: str
    next_step: str
    starts_on: date
    ends_on: date
    ends_soon: bool
    stage: str


@dataclass(frozen=True, slots=True)
class Proposal:
    """Somebody of the roster who meets criteria and is neither listed nor on the road."""

    code: object
    name: str
    title: str
    where: str
    criteria: tuple[str, ...]
    note: str


def focus_list(*, user, number, today):
    """A page of the running listings within reach, those ending first on top."""
    listings = (
        FocusListing.objects.visible_to(user)
        .running(today)
        .select_related("candidate__person", "candidate__unit")
        .prefetch_related(
            Prefetch(
                "candidate__designatedcontacts",
                DesignatedContact.objects.open().select_related("leader"),
                to_attr="open_contacts",
            )
        )
        .order_by("ends_on", "pk")
    )
    page = Paginator(listings, PER_PAGE).get_page(number)
    page.object_list = [_listing_row(listing, today) for listing in page.object_list]
    return page


def _listing_row(listing, today):
    candidate = listing.candidate
    return ListingRow(
        code=listing.code,
        candidate_code=candidate.code,
        name=candidate.person.name,
        title=candidate.person.title,
        unit_name=candidate.unit.short_name,
        level=listing.get_level_display(),
        purpose=listing.purpose,
        criteria=tuple(listing.criteria),
        contact_names="、".join(tie.leader.name for tie in candidate.open_contacts),
        next_step=listing.next_step,
        starts_on=listing.starts_on,
        ends_on=listing.ends_on,
        ends_soon=(listing.ends_on - today).days <= REMIND_DAYS,
        stage=candidate.get_stage_display(),
    )


def proposals(*, user, criterion, number, today):
    """A page of people of the roster who meet the chosen criterion (or any), by name: nobody is ranked."""
    rows = FocusCriterion.objects.filter(is_active=True)
    chosen = [row for row in rows if criterion in ("", str(row.pk))]
    meets = Q(pk__in=())
    for row in chosen:
        meets |= condition(row, today)
    on_file = Candidate.objects.filter(person=OuterRef("pk")).exclude(
        state__in=(RoadState.LAPSED, RoadState.WITHDRAWN, RoadState.MOVED_AWAY)
    )
    people = (
        people_outside_within(user)
        .filter(meets, ~Exists(on_file))
        .select_related("department", "unit")
        .order_by("pinyin", "pk")
    )
    criteria = tuple(as_criterion(row) for row in rows)
    page = Paginator(people, PER_PAGE).get_page(number)
    page.object_list = [
        Proposal(
            code=person.code,
            name=person.name,
            title=person.title or person.position,
            where="，".join(str(part) for part in (person.department, person.unit and person.unit.short_name) if part),
            criteria=criteria_met(roster_fact(person), criteria, today=today),
            note="民主党派成员，先征求意见" if person.political_status in OTHER_PARTIES else "",
        )
        for person in page.object_list
    ]
    return page


def condition(row, today):
    """A criterion as Q over Person; the pure rule committee.rules.focus.meets says the same of one person."""
    kind = row.kind
    if kind == CriterionKind.TITLE_RANK:
        return Q(title_rank__gte=row.low or 0)
    if kind == CriterionKind.AGE:
        found = Q(birth_on__isnull=False)
        if row.low is not None:
            found &= Q(birth_on__lte=add_months(today, -12 * row.low))
        if row.high is not None:
            found &= Q(birth_on__gt=add_months(today, -12 * (row.high + 1)))
        return found
    if kind == CriterionKind.RETURNED:
        if row.high is not None:
            return Q(returned_on__gt=add_months(today, -12 * row.high))
        return ~Q(overseas_experience="") | Q(returned_on__isnull=False)
    column = {
        CriterionKind.PROGRAMME: "talent_programme",
        CriterionKind.TITLE: "title",
        CriterionKind.POSITION: "position",
    }[kind]
    words = words_of(row)
    if not words:
        return ~Q(**{column: ""})
    found = Q(pk__in=())
    for word in words:
        found |= Q(**{f"{column}__contains": word})
    return found


def words_of(row):
    """The keywords of a criterion, which the office separates by 、 or a space."""
    return tuple(word for word in re.split(r"[、，,\s]+", row.words) if word)


def as_criterion(row):
    """A criterion as the rules see it."""
    return Criterion(name=row.name, kind=row.kind, low=row.low, high=row.high, words=words_of(row))


def criteria_in_force():
    """The criteria the office uses, in one query."""
    return tuple(as_criterion(row) for row in FocusCriterion.objects.filter(is_active=True))


def criteria_rows():
    """All criteria as the office keeps them."""
    return list(FocusCriterion.objects.all())


def criterion_of(*, pk):
    """One criterion; raises FocusCriterion.DoesNotExist."""
    return FocusCriterion.objects.get(pk=pk)


def roster_fact(person):
    """What the roster says of a person, as the rules see it."""
    return RosterFact(
        title_rank=person.title_rank,
        title=person.title,
        position=person.position,
        birth_on=person.birth_on,
        talent_programme=person.talent_programme,
        overseas_experience=person.overseas_experience,
        returned_on=person.returned_on,
    )


def criteria_of(person, today):
    """Names of the criteria a person meets, in one query."""
    return criteria_met(roster_fact(person), criteria_in_force(), today=today)


def person_to_list(*, user, code):
    """Somebody outside the Party within reach of the office, to be listed; raises Person.DoesNotExist."""
    if not may_list(user):
        raise Person.DoesNotExist
    return people_outside_within(user).select_related("unit", "department").get(code=code)


def listing_within(*, user, code):
    """An open listing within reach of the office; raises FocusListing.DoesNotExist."""
    if not may_list(user):
        raise FocusListing.DoesNotExist
    return (
        FocusListing.objects.visible_to(user)
        .open()
        .select_related("candidate__person", "candidate__unit")
        .get(code=code)
    )


def listing_of_due(*, user, due_id):
    """The code of the listing that the due ``due_id`` is about, for the office; raises Due.DoesNotExist or FocusListing.DoesNotExist."""
    due = Due.objects.visible_to(user).get(pk=due_id, kind=KIND)
    listing = FocusListing.objects.get(pk=due.key.partition(":")[2])
    return listing_within(user=user, code=listing.code).code


def may_set_criteria(user):
    """The office at the top sets them for the whole institute."""
    return scope_of(user).holds_at_the_top(Office.PARTY_OFFICE)


def may_list(user):
    """The office keeps the list."""
    return scope_of(user).holds(Office.PARTY_OFFICE)
