"""What time and imports leave to be done is found again and again, and done once."""

from datetime import timedelta

from django.utils import timezone

from committee.actions.focus import list_person
from committee.actions.keeping_up import keep_up
from committee.models import FocusLevel, FocusListing
from committee.tasks import tick
from recruitment.models import DesignatedContact, Due, Mentorship


def test_contacts_and_mentors_who_were_imported_get_what_they_owe_once(cast, factory):
    candidate = factory.candidate(4)
    Mentorship.objects.create(candidate=candidate, party_member=cast.mentor.person, starts_on=cast.today)
    DesignatedContact.objects.create(candidate=candidate, leader=cast.member.person, starts_on=cast.today)
    assert keep_up(now=timezone.now()) == 2
    assert keep_up(now=timezone.now()) == 0
    kinds = Due.objects.open().filter(candidate=candidate).exclude(owed_by_person=None).values_list("kind", flat=True)
    assert sorted(kinds) == ["contact_talk", "mentor_opinion"]


def test_what_mentors_owed_ends_with_an_import_that_is_taken_back(cast, factory):
    candidate = factory.candidate(5)
    Mentorship.objects.filter(candidate=candidate).update(ends_on=cast.today)
    assert keep_up(now=timezone.now()) == 1
    assert keep_up(now=timezone.now()) == 0
    assert not Due.objects.open().filter(candidate=candidate, kind="mentor_opinion").exists()


def test_nothing_is_owed_for_somebody_who_said_no(cast, factory):
    candidate = factory.declined()
    DesignatedContact.objects.create(candidate=candidate, leader=cast.member.person, starts_on=cast.today)
    assert keep_up(now=timezone.now()) == 0
    assert not Due.objects.open().filter(candidate=candidate).exists()


def test_the_minutes_tick_ends_listings(cast):
    listing = list_person(
        by=cast.office,
        person=cast.scientists[0],
        unit=cast.glacier,
        purpose="联系",
        level=FocusLevel.GENERAL,
        starts_on=cast.today - timedelta(days=100),
        now=timezone.now(),
    )
    FocusListing.objects.filter(pk=listing.pk).update(ends_on=cast.today)
    tick()
    assert not FocusListing.objects.open().exists()
