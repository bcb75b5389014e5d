"""One candidate, if within reach."""

from recruitment.models import Candidate


def within_reach(*, user, code):
    """The candidate ``code`` as ``user`` may see it; raises Candidate.DoesNotExist for strangers and for nobody alike."""
    return Candidate.objects.visible_to(user).get(code=code)


def is_within_reach(*, user, code):
    """True while ``user`` may see the candidate ``code``: an act may have handed it to others."""
    return Candidate.objects.visible_to(user).filter(code=code).exists()
