"""Posts of the units that a party office looks after, and what a successor takes over."""

from dataclasses import dataclass

from django.db.models import Q

from branches.models import Department, Person, Posting, Unit
from branches.offices import BRANCH_OFFICES, Office, UnitKind
from branches.rules import GIVEN_BY_OFFICE
from recruitment.models import Candidate, DesignatedContact, Due
from recruitment.queries.grants import office_paths
from recruitment.scope import scope_of

PEOPLE_SHOWN = 200
OFFICE_ORDER = {office: place for place, office in enumerate(Office)}


@dataclass(frozen=True, slots=True)
class UnitPosts:
    """A unit with those who hold its posts; ``is_vacant`` is a branch without a secretary."""

    unit: Unit
    parent_name: str
    posts: tuple[Posting, ...]
    is_vacant: bool

    @property
    def leader_name(self):
        """Who leads the unit, or ""."""
        leaders = (Office.SECRETARY, Office.COMMITTEE_SECRETARY)
        return next((posting.person.name for posting in self.posts if posting.office in leaders), "")


def keeps_postings(user):
    """True for the party office."""
    return scope_of(user).holds(Office.PARTY_OFFICE)


def units_of_office(user):
    """Active units that the party office ``user`` looks after, in the order of the tree."""
    return Unit.objects.active().under(office_paths(user))


def postings_of(user):
    """Posts that ``user`` may end or hand over: those of its units, and of departments, without administrators."""
    within = Q(unit__in=units_of_office(user), office__in=GIVEN_BY_OFFICE) | Q(office=Office.DEPARTMENT_LIAISON)
    return Posting.objects.filter(within).select_related("person", "unit", "department")


def unit_posts(*, user, today):
    """(UnitPosts of every unit, liaisons of departments), in two queries."""
    by_unit = {}
    liaisons = []
    held = (
        Posting.objects.filter(Q(ends_on__isnull=True) | Q(ends_on__gt=today))
        .filter(Q(unit__in=units_of_office(user)) | Q(office=Office.DEPARTMENT_LIAISON))
        .select_related("person", "unit", "department")
    )
    for posting in sorted(held, key=lambda row: (OFFICE_ORDER[row.office], row.starts_on)):
        if posting.unit_id:
            by_unit.setdefault(posting.unit_id, []).append(posting)
        else:
            liaisons.append(posting)
    units = list(units_of_office(user))
    names = {unit.pk: unit.short_name for unit in units}
    rows = [
        UnitPosts(
            unit=unit,
            parent_name=names.get(unit.parent_id, ""),
            posts=tuple(by_unit.get(unit.pk, ())),
            is_vacant=unit.kind == UnitKind.BRANCH
            and not any(row.office == Office.SECRETARY for row in by_unit.get(unit.pk, ())),
        )
        for unit in units
    ]
    return rows, liaisons


def people_to_post(user):
    """Persons whom ``user`` may put into a post: present, in its part of the tree (the top reaches everybody)."""
    scope = scope_of(user)
    paths = office_paths(user)
    within = Q(pk__in=())
    for path in paths:
        within |= Q(unit__path__startswith=path)
        if path.count("/") == 1:
            within = Q()
            break
    return Person.objects.present().filter(within).exclude(pk=scope.person_id or 0)


def person_named(user, text):
    """At most two persons whom ``text`` (name, pinyin or staff number) names; an exact staff number comes alone."""
    people = people_to_post(user)
    exact = list(people.filter(staff_number=text.strip())[:1])
    return exact or list(people.search(text)[:2])


def departments():
    """All departments, for the liaison's form."""
    return Department.objects.all()


def vacancies_of(user):
    """Open dues for vacant secretaries' posts that ``user`` is to fill."""
    return Due.objects.visible_to(user).open().filter(kind="vacant_post").select_related("unit")


@dataclass(frozen=True, slots=True)
class HandOver:
    """What somebody takes over with a post; ``people`` are the first PEOPLE_SHOWN of ``people_count``.

    ``former`` is who handed the post over, ``before`` who had handed it over to them on that same day.
    """

    posting: Posting
    former: Posting | None
    before: tuple[Posting, ...]
    late: tuple[Due, ...]
    ahead: tuple[Due, ...]
    people: tuple[Candidate, ...]
    people_count: int
    contacts_ended: tuple[DesignatedContact, ...]


def posting_within(*, user, pk):
    """The posting ``pk``, for its holder and the party office that gives it; else Posting.DoesNotExist."""
    mine = Q(person_id=scope_of(user).person_id) if scope_of(user).person_id else Q(pk__in=())
    return (
        Posting.objects.filter(mine | Q(pk__in=postings_of(user).values("pk")))
        .select_related("person", "unit", "department", "succeeds__person")
        .get(pk=pk)
    )


def may_see_posting(*, user, pk):
    """True for the holder of the posting ``pk`` and the party office that gives it."""
    try:
        return bool(posting_within(user=user, pk=pk))
    except Posting.DoesNotExist:
        return False


def dues_taken_over(posting):
    """The dues of taking over ``posting``, open or settled."""
    return Due.objects.filter(candidate__isnull=True, unit=posting.unit, key=f"handover:{posting.pk}")


def _predecessors(posting):
    """Who held the post before ``posting``, latest first: one, and those before who held it on no whole day."""
    found = []
    while former := _former(posting):
        found.append(former)
        if former.starts_on < former.ends_on:
            break
        posting = former
    return found


def _former(posting):
    """The posting that was handed over to ``posting``; where nothing was, the last that ended on the day it began."""
    if posting.succeeds_id:
        return posting.succeeds
    return (
        Posting.objects.filter(
            office=posting.office,
            unit=posting.unit,
            department=posting.department,
            ends_on=posting.starts_on,
            pk__lt=posting.pk,
        )
        .exclude(pk__in=Posting.objects.filter(succeeds__isnull=False).values("succeeds"))
        .select_related("person")
        .order_by("-pk")
        .first()
    )


def hand_over(*, user, pk, today):
    """What the holder of the posting ``pk`` takes over; for the holder and the party office, else DoesNotExist."""
    posting = posting_within(user=user, pk=pk)
    former, *before = _predecessors(posting) or (None,)
    offices = BRANCH_OFFICES if posting.office in BRANCH_OFFICES else (posting.office,)
    path = posting.unit.path if posting.unit else "\0"
    dues = list(
        Due.objects.visible_to(user)
        .open()
        .filter(unit_path__startswith=path, owed_by__in=offices, owed_by_person__isnull=True)
        .select_related("candidate__person", "unit")
        .order_by("due_on", "pk")
    )
    people = Candidate.objects.visible_to(user).on_the_road().filter(unit_path__startswith=path)
    ended = DesignatedContact.objects.none()
    if former:
        ended = DesignatedContact.objects.filter(
            leader__in=[former.person, *(each.person for each in before)], ends_on__gte=posting.starts_on, candidate__in=people
        ).select_related("candidate__person")
    return HandOver(
        posting=posting,
        former=former,
        before=tuple(before),
        late=tuple(due for due in dues if due.is_overdue(today)),
        ahead=tuple(due for due in dues if not due.is_overdue(today)),
        people=tuple(people.select_related("person").order_by("-stage", "person__pinyin")[:PEOPLE_SHOWN]),
        people_count=people.count(),
        contacts_ended=tuple(ended),
    )
