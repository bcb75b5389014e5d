"""Who and which units may be chosen in forms; a list of choices leaks like any other list."""

from django.db.models import Count, Q

from branches.models import Person, Unit
from branches.offices import Office, UnitKind
from recruitment.rules.persons import TALKERS


def people_for(role, candidate, user, *, before_approval=False):
    """Persons who may be named as ``role`` (talker, mentor, recommender) for ``candidate``, with their load.

    Members of the candidate's own branch and its committees: full members only, never the candidate.
    ``before_approval``: the talk of the committee (step 16), not that of the branch (step 2).
    Outside scientists never appear here, so the list tells nobody who is on the road.
    """
    people = Person.objects.full_members().exclude(pk=candidate.person_id)
    committees = Unit.objects.filter(kind=UnitKind.COMMITTEE).values_list("path", "pk")
    above = [pk for path, pk in committees if candidate.unit_path.startswith(path)]
    if role == "talker":
        offices, _ = TALKERS[16 if before_approval else 2]
        where = above if before_approval else [candidate.unit_id]
        people = people.filter(postings__unit__in=where, postings__office__in=offices)
    else:
        people = people.filter(
            Q(unit=candidate.unit_id) | Q(postings__unit__in=above, postings__office=Office.COMMITTEE_MEMBER)
        )
    if role == "mentor":
        people = people.annotate(
            load=Count("mentorships", filter=Q(mentorships__ends_on__isnull=True), distinct=True)
        ).order_by("pinyin", "pk")
    return people.distinct()


def units_that_decide(candidate):
    """Units above the candidate's branch, nearest last."""
    pks = [pk for path, pk in Unit.objects.values_list("path", "pk") if candidate.unit_path.startswith(path)]
    return Unit.objects.filter(pk__in=pks).exclude(pk=candidate.unit_id).exclude(kind=UnitKind.GROUP)


def receiving_branches(candidate):
    """Branches that a file may be handed to: every branch in use but its own."""
    return Unit.objects.branches().active().exclude(pk=candidate.unit_id)


def person_on_roster(*, staff_number, name):
    """The person who has both this staff number and this name, or None: a form is no way to look people up."""
    return Person.objects.filter(staff_number=staff_number, name=name).first()
