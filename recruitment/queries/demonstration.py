"""What the loading of the demonstration looks up again."""

from recruitment.models import Candidate


def candidates_on_the_road():
    """Everybody whose road goes on, with person and unit."""
    return list(Candidate.objects.on_the_road().select_related("person", "unit"))


def standing_record(candidate, step):
    """The standing record of ``step`` of ``candidate``."""
    return candidate.steprecords.standing().get(step=step)
