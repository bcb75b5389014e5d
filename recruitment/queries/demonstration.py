"""What the loading of the demonstration looks up again."""

from recruitment.models import Candidate


def candidates_on_the_road():
    """Everybody whose road goes on, with person and unit."""
    return list(Candidate.objects.on_the_road().select_related("person", "unit"))


def people_on_the_road(unit):
    """Those of one branch, in the order of their keys."""
    return list(Candidate.objects.on_the_road().filter(unit=unit).select_related("person", "unit").order_by("pk"))


def standing_record(candidate, step):
    """The standing record of ``step`` of ``candidate``."""
    return candidate.steprecords.standing().get(step=step)
