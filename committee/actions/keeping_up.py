"""What time and imports leave to be done about contacts, mentors, listings and campaigns; called again and again, it finds nothing twice."""

from django.db import transaction
from django.db.models import Exists, OuterRef

from committee.actions.completions import follow_units
from committee.actions.focus import lapse_listings
from recruitment.actions.contacts import KIND as CONTACT_TALK
from recruitment.actions.contacts import owe_talk
from recruitment.actions.opinions import KIND as OPINION
from recruitment.actions.opinions import owe_opinions
from recruitment.models import Candidate, DesignatedContact, Due, Mentorship
from recruitment.stages import RoadState, Stage

BATCH = 200


def keep_up(*, now):
    """Lapse listings whose term ran out, owe what imported (or withdrawn) contacts and mentors owe, and what units that
    came or went owe in campaigns; returns how much."""
    return lapse_listings(now=now) + _owe_talks(now) + _owe_opinions(now) + follow_units(now=now)


def _owe_talks(now):
    owed = Due.objects.open().filter(
        candidate=OuterRef("candidate"), kind=CONTACT_TALK, owed_by_person=OuterRef("leader")
    )
    missing = (
        DesignatedContact.objects.open()
        .filter(~Exists(owed), candidate__state=RoadState.ACTIVE)
        .values_list("pk", "candidate_id")[:BATCH]
    )
    for pk, candidate_id in missing:
        with transaction.atomic():
            _lock(candidate_id)
            contact = (
                DesignatedContact.objects.open()
                .filter(pk=pk, candidate__state=RoadState.ACTIVE)
                .select_related("candidate__unit", "leader")
                .first()
            )
            if contact:
                talks = contact.candidate.talks.standing().filter(talker=contact.leader).order_by("-held_on")
                owe_talk(contact, last_talk_on=talks.values_list("held_on", flat=True).first(), now=now)
    return len(missing)


def _owe_opinions(now):
    owed = Due.objects.open().filter(candidate=OuterRef("pk"), kind=OPINION)
    serving = Mentorship.objects.open().filter(candidate=OuterRef("pk"))
    missing = (
        Candidate.objects.on_the_road()
        .filter(Exists(serving), ~Exists(owed), stage__in=(Stage.ACTIVIST, Stage.DEVELOPMENT_TARGET))
        .order_by("pk")
        .values_list("pk", flat=True)[:BATCH]
    )
    without_mentor = (
        Due.objects.open()
        .filter(~Exists(Mentorship.objects.open().filter(candidate=OuterRef("candidate"))), kind=OPINION)
        .order_by("candidate_id")
        .values_list("candidate_id", flat=True)
        .distinct()[:BATCH]
    )
    found = [*missing, *without_mentor]
    for pk in found:
        with transaction.atomic():
            owe_opinions(_lock(pk), now=now)
    return len(found)


def _lock(candidate_id):
    return Candidate.objects.select_for_update(of=("self",)).select_related("unit").get(pk=candidate_id)
