"""What the loading of the demonstration looks up again."""

from recruitment.models import Candidate, Mentorship


def candidates_on_the_road():
    """Everybody whose road goes on, with person and unit."""
    return list(Candidate.objects.on_the_road().select_related("person", "unit"))


def people_on_the_road(unit):
    """Those of one branch, in the order of their keys."""
    return list(Candidate.objects.on_the_road().filter(unit=unit).select_related("person", "unit").order_by("pk"))


def people_of_mentor(person):
    """Those on the road whom ``person`` mentors, with person and unit."""
    ties = Mentorship.objects.open().filter(party_member=person)
    on_the_road = Candidate.objects.on_the_road().filter(mentorships__in=ties)
    return list(on_the_road.select_related("person", "unit").order_by("pk"))


def standing_record(candidate, step):
    """The standing record of ``step`` of ``candidate``."""
    return candidate.steprecords.standing().get(step=step)
