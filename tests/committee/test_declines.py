"""A person's no: one step, at once, for everybody, and the only way back (notice R6, C3)."""

import threading
from datetime import timedelta

import pytest
from django.db import IntegrityError, connections, transaction
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from committee.actions.declines import decline
from committee.actions.focus import list_person
from committee.actions.talks import record_talk
from committee.models import FocusLevel, FocusListing, Talk
from recruitment.actions.contacts import assign_contact
from recruitment.actions.declines import approve_reopening, propose_reopening
from recruitment.actions.refusals import Refused
from recruitment.actions.registering import open_prospect, register_applicant
from recruitment.models import (
    Candidate,
    Decline,
    DesignatedContact,
    Due,
    LedgerEntry,
    Mentorship,
    Reopening,
)
from recruitment.queries.declines import declined_among, fingerprint_of, is_declined
from recruitment.stages import RoadState

EVERYBODY = "ask_the_office"


@pytest.fixture
def candidate(cast, factory):
    """An activist with mentor, contact and a place on the focus list."""
    candidate = factory.candidate(5, days_ago=40)
    now = timezone.now()
    assign_contact(
        by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today, reason="研究", now=now
    )
    list_person(
        by=cast.office,
        person=candidate.person,
        unit=cast.glacier,
        purpose="安排联系",
        level=FocusLevel.GENERAL,
        starts_on=cast.today,
        now=now,
    )
    return candidate


def says_no(user, candidate):
    return decline(by=User.objects.get(pk=user.pk), code=candidate.code, now=timezone.now())


def register(cast, person, *, by=None, applied_on=None):
    return register_applicant(
        by=by or cast.secretary,
        person=person,
        unit=cast.glacier,
        applied_on=applied_on or cast.today,
        now=timezone.now(),
    )


# --- At once


@pytest.mark.parametrize("part", ["member", "mentor", "secretary", "deputy", "office", "stand_in"])
def test_any_contact_records_it_in_one_step(cast, candidate, part):
    says_no(getattr(cast, part), candidate)
    candidate.refresh_from_db()
    assert candidate.state == RoadState.DECLINED


@pytest.mark.parametrize("part", ["neighbour_secretary", "other_member", "hr", "auditor", "stranger"])
def test_nobody_records_it_for_people_out_of_reach(cast, candidate, part):
    with pytest.raises(Candidate.DoesNotExist):
        says_no(getattr(cast, part), candidate)


def test_everything_ends_in_the_same_act(cast, candidate):
    says_no(cast.member, candidate)
    assert not Due.objects.open().filter(candidate=candidate).exists()
    assert not Due.objects.filter(candidate=candidate, settled_at__isnull=True).exists()
    assert not DesignatedContact.objects.open().filter(candidate=candidate).exists()
    assert not Mentorship.objects.open().filter(candidate=candidate).exists()
    assert not FocusListing.objects.filter(candidate=candidate, ended_on__isnull=True).exists()
    assert not FocusListing.objects.running(cast.today).filter(candidate=candidate).exists()


def test_nobody_sees_the_file_any_more(client, cast, candidate):
    says_no(cast.member, candidate)
    for name, user in cast.users.items():
        assert not Candidate.objects.visible_to(User.objects.get(pk=user.pk)).filter(pk=candidate.pk).exists(), name
    for part in ("member", "secretary", "office", "mentor", "committee_secretary"):
        client.force_login(getattr(cast, part))
        for url in (
            reverse("candidate", args=[candidate.code]),
            reverse("candidate-tab", args=[candidate.code, "talks"]),
            reverse("talk-record", args=[candidate.code]),
        ):
            assert client.get(url).status_code == 404, (part, url)


def test_no_reason_is_kept_and_ties_do_not_tell(cast, candidate):
    says_no(cast.member, candidate)
    assert {field.name for field in Decline._meta.get_fields()}.isdisjoint({"reason", "text", "remark", "note"})
    for model in (DesignatedContact, Mentorship):
        assert {tie.end_reason for tie in model.objects.filter(candidate=candidate)} == {""}


def test_the_fingerprint_is_keyed(cast, candidate, settings):
    says_no(cast.member, candidate)
    kept = Decline.objects.get()
    assert kept.fingerprint == fingerprint_of(candidate.person)
    assert candidate.person.staff_number not in kept.fingerprint
    settings.YINLING_DECLINE_KEY = "another key"
    assert fingerprint_of(candidate.person) != kept.fingerprint


def test_changing_the_secret_key_forgets_nobody_where_the_own_key_is_set(cast, factory, settings):
    settings.YINLING_DECLINE_KEY = "kept apart"
    candidate = factory.applicant()
    says_no(cast.secretary, candidate)
    settings.SECRET_KEY = "rotated"
    assert is_declined(candidate.person)


# --- Nobody enters the person again


def test_a_secretary_who_tries_is_told_to_ask_the_office_and_nothing_more(cast, candidate):
    says_no(cast.member, candidate)
    with pytest.raises(Refused) as refusal:
        register(cast, candidate.person)
    (objection,) = refusal.value.objections
    assert (objection.code, objection.message) == (EVERYBODY, "不予录入，请联系党办。")
    with pytest.raises(Refused) as refusal:
        open_prospect(by=cast.office, person=candidate.person, unit=cast.glacier, now=timezone.now())
    assert [objection.message for objection in refusal.value.objections] == ["不予录入，请联系党办。"]


def test_imports_ask_for_many_at_once(cast, candidate, django_assert_num_queries):
    says_no(cast.member, candidate)
    with django_assert_num_queries(1):
        assert declined_among([candidate.person, *cast.scientists]) == {candidate.person_id}


def test_the_office_cannot_list_the_person_again(cast, candidate):
    says_no(cast.member, candidate)
    with pytest.raises(Refused) as refusal:
        list_person(
            by=cast.office,
            person=candidate.person,
            unit=cast.glacier,
            purpose="安排联系",
            level=FocusLevel.GENERAL,
            starts_on=cast.today,
            now=timezone.now(),
        )
    assert [objection.code for objection in refusal.value.objections] == [EVERYBODY]


# --- On a phone


def test_it_is_one_submission_of_the_talk_form_which_keeps_nothing_else(client, cast, candidate):
    client.force_login(cast.member)
    url = reverse("talk-record", args=[candidate.code])
    assert client.post(url, {"willingness": "not_now", "outlook": "说了些话"}).status_code == 302
    candidate.refresh_from_db()
    assert candidate.state == RoadState.DECLINED
    assert not Talk.objects.exists()


def test_it_is_a_post(client, cast, candidate):
    client.force_login(cast.member)
    url = reverse("decline", args=[candidate.code])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert client.post(url).status_code == 404


# --- It wins


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
@pytest.mark.parametrize("rival", ["register", "talk", "contact", "listing"])
def test_it_wins_every_race(cast, factory, rival):
    candidate = factory.prospect() if rival == "register" else factory.applicant()
    now = timezone.now()
    acts = {
        "register": lambda: register(cast, candidate.person),
        "talk": lambda: record_talk(
            by=cast.office,
            code=candidate.code,
            held_on=cast.today,
            way="phone",
            topics=["study"],
            follow_up_on=cast.today + timedelta(days=3),
            now=now,
        ),
        "contact": lambda: assign_contact(
            by=cast.office,
            code=candidate.code,
            leader=cast.member.person,
            decided_on=cast.today,
            reason="研究",
            now=now,
        ),
        "listing": lambda: list_person(
            by=cast.office,
            person=candidate.person,
            unit=cast.glacier,
            purpose="联系",
            level=FocusLevel.CLOSE,
            starts_on=cast.today,
            now=now,
        ),
    }
    gate = threading.Barrier(2)

    def run(act):
        try:
            gate.wait()
            act()
        except (Refused, Candidate.DoesNotExist):
            pass
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=run, args=(act,))
        for act in (acts[rival], lambda: decline(by=cast.deputy, code=candidate.code, now=now))
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    candidate.refresh_from_db()
    assert candidate.state == RoadState.DECLINED
    assert Candidate.objects.filter(person=candidate.person).count() == 1
    assert not Due.objects.open().filter(candidate=candidate).exists()
    assert not DesignatedContact.objects.open().filter(candidate=candidate).exists()
    assert not FocusListing.objects.filter(candidate=candidate, ended_on__isnull=True).exists()


# --- The only way back


def reopen(cast, person):
    proposal = propose_reopening(
        by=cast.office, staff_number=person.staff_number, applied_on=cast.today, now=timezone.now()
    )
    return approve_reopening(by=cast.office_colleague, code=proposal.code, now=timezone.now())


def test_the_persons_own_application_approved_by_a_second_one_reopens(cast, candidate):
    says_no(cast.member, candidate)
    reopen(cast, candidate.person)
    assert not is_declined(candidate.person)
    again = register(cast, candidate.person)
    assert again.pk != candidate.pk and again.state == RoadState.ACTIVE
    candidate.refresh_from_db()
    assert candidate.state == RoadState.WITHDRAWN


def test_after_a_second_no_it_holds_again(cast, candidate):
    says_no(cast.member, candidate)
    reopen(cast, candidate.person)
    again = register(cast, candidate.person)
    says_no(cast.secretary, again)
    assert is_declined(candidate.person)
    assert Decline.objects.count() == 1


def test_nobody_approves_the_own_proposal(cast, candidate):
    says_no(cast.member, candidate)
    proposal = propose_reopening(
        by=cast.office, staff_number=candidate.person.staff_number, applied_on=cast.today, now=timezone.now()
    )
    with pytest.raises(Refused):
        approve_reopening(by=cast.office, code=proposal.code, now=timezone.now())
    assert is_declined(candidate.person)
    with pytest.raises(IntegrityError), transaction.atomic():
        Reopening.objects.filter(pk=proposal.pk).update(approved_by=cast.office)


def test_a_proposal_alone_changes_nothing(cast, candidate):
    says_no(cast.member, candidate)
    propose_reopening(
        by=cast.office, staff_number=candidate.person.staff_number, applied_on=cast.today, now=timezone.now()
    )
    with pytest.raises(Refused):
        register(cast, candidate.person)


def test_the_page_answers_alike_for_everybody_on_the_roster(client, cast, candidate):
    says_no(cast.member, candidate)
    client.force_login(cast.office)
    answers = []
    for person in (candidate.person, cast.scientists[3]):
        data = {"staff_number": person.staff_number, "applied_on": cast.today}
        answer = client.post(reverse("reopenings"), data, follow=True)
        answers.append(answer.text.replace(person.name, "某").count("已提出，请另一位组织员核准。"))
    assert answers == [1, 1]


def test_only_the_office_takes_up_again(client, cast, candidate):
    for part in ("secretary", "member", "committee_secretary", "hr", "stranger"):
        client.force_login(getattr(cast, part))
        assert client.get(reverse("reopenings")).status_code == 404, part


def test_the_ledger_entry_is_part_of_the_hidden_file(cast, candidate):
    says_no(cast.member, candidate)
    entry = LedgerEntry.objects.get(candidate=candidate, action="declined")
    assert entry.summary == "停止联系"
    assert not LedgerEntry.objects.visible_to(User.objects.get(pk=cast.office.pk)).filter(pk=entry.pk).exists()
