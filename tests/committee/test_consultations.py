"""Key candidates of the year: guidance before a step, confirmation after it (notice R7); and the democratic-party path (C3)."""

from datetime import timedelta
from uuid import uuid4

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from committee.actions.consultations import mark_key_candidate, record_united_front, write_consultation
from committee.models import Consultation, ConsultationKind
from recruitment.actions.contacts import assign_contact
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.situations import record_situation
from recruitment.facts import SituationFact
from recruitment.models import Candidate, DesignatedContact, Due, LedgerEntry
from recruitment.stages import RoadState, SituationKind


def mark(cast, candidate, *, by=None, year=None):
    return mark_key_candidate(
        by=User.objects.get(pk=(by or cast.office).pk),
        code=candidate.code,
        year=year if year is not None else cast.today.year,
        now=timezone.now(),
    )


def write(cast, candidate, kind, *, step=2, by=None, **fields):
    return write_consultation(
        by=User.objects.get(pk=(by or cast.office).pk),
        code=candidate.code,
        step=step,
        kind=kind,
        now=timezone.now(),
        **{"text": "请备齐谈话记录"} | fields,
    )


def owed(candidate, kind):
    return {due.key for due in Due.objects.open().filter(candidate=candidate, kind=kind)}


def test_becoming_a_key_candidate_opens_guidance_for_what_comes_next(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    assert owed(candidate, "guidance") == {"guidance:2"}
    due = Due.objects.open().get(candidate=candidate, kind="guidance")
    assert (due.step, due.owed_by) == (None, "party_office")


def test_guidance_settles_the_due_and_is_owed_once(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    write(cast, candidate, ConsultationKind.GUIDANCE)
    assert owed(candidate, "guidance") == set()
    candidate.refresh_from_db()
    mark(cast, candidate)
    assert owed(candidate, "guidance") == set()


def test_the_same_words_are_written_once_until_somebody_answers_or_they_are_owed_anew(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    first = write(cast, candidate, ConsultationKind.GUIDANCE)
    assert write(cast, candidate, ConsultationKind.GUIDANCE) == first
    assert write(cast, candidate, ConsultationKind.GUIDANCE, text="另请补谈话人签名") != first
    reply = write(cast, candidate, ConsultationKind.REPLY, by=cast.secretary, text="已补")
    assert write(cast, candidate, ConsultationKind.REPLY, by=cast.secretary, text="已补") == reply
    assert write(cast, candidate, ConsultationKind.GUIDANCE).pk > reply.pk
    assert candidate.consultations.count() == 4
    assert LedgerEntry.objects.filter(candidate=candidate, action="consultation").count() == 4


def test_a_recorded_step_turns_guidance_into_confirmation_and_the_next_step_into_guidance(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    with pytest.raises(Refused):
        write(cast, candidate, ConsultationKind.CONFIRMATION)
    factory.record(candidate, 2, cast.today - timedelta(days=1))
    assert owed(candidate, "confirmation") == {"confirmation:2"}
    assert "guidance:3" in owed(candidate, "guidance") and "guidance:2" not in owed(candidate, "guidance")
    write(cast, candidate, ConsultationKind.CONFIRMATION, text="")
    assert owed(candidate, "confirmation") == set()


def test_no_key_candidate_any_more_withdraws_what_was_owed(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    mark_key_candidate(by=cast.office, code=candidate.code, year=None, now=timezone.now())
    assert not Due.objects.open().filter(candidate=candidate, kind__in=("guidance", "confirmation")).exists()


def test_others_cost_nothing(cast, factory):
    candidate = factory.candidate(3)
    assert not Due.objects.filter(candidate=candidate, kind__in=("guidance", "confirmation")).exists()


def test_the_office_guides_and_the_branch_replies(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    write(cast, candidate, ConsultationKind.REPLY, by=cast.secretary)
    for kind, by in [
        (ConsultationKind.GUIDANCE, cast.secretary),
        (ConsultationKind.CONFIRMATION, cast.secretary),
        (ConsultationKind.REPLY, cast.office),
        (ConsultationKind.REPLY, cast.committee_secretary),
    ]:
        with pytest.raises(NotYours):
            write(cast, candidate, kind, by=by)
    with pytest.raises(Candidate.DoesNotExist):
        write(cast, candidate, ConsultationKind.REPLY, by=cast.neighbour_secretary)
    with pytest.raises(NotYours):
        mark(cast, candidate, by=cast.secretary)


def test_what_cannot_be_is_refused(cast, factory):
    candidate = factory.applicant()
    with pytest.raises(Refused):
        write(cast, candidate, ConsultationKind.GUIDANCE)
    for year in (cast.today.year - 1, cast.today.year + 2):
        with pytest.raises(Refused):
            mark(cast, candidate, year=year)
    mark(cast, candidate)
    with pytest.raises(Refused):
        write(cast, candidate, ConsultationKind.GUIDANCE, text=" ")
    token = uuid4()
    assert write(cast, candidate, ConsultationKind.GUIDANCE, form_token=token) == write(
        cast, candidate, ConsultationKind.GUIDANCE, form_token=token
    )


def test_papers_checked_are_those_of_the_step(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    row = write(cast, candidate, ConsultationKind.GUIDANCE, papers=["first_talk_record", "something_else"])
    assert row.papers == ["first_talk_record"]


def test_the_text_stays_out_of_the_ledgers_summary(cast, factory):
    candidate = factory.applicant()
    mark(cast, candidate)
    write(cast, candidate, ConsultationKind.GUIDANCE, text="金丝雀指导")
    entry = LedgerEntry.objects.get(candidate=candidate, action="consultation")
    assert "金丝雀" not in entry.summary + bytes(entry.payload).decode()


def test_the_pages_are_for_branch_and_office(client, cast, factory):
    candidate = factory.applicant()
    url = reverse("consultations", args=[candidate.code])
    client.force_login(cast.office)
    assert client.post(reverse("key-candidate", args=[candidate.code]), {"year": cast.today.year}).status_code == 302
    for year in ("x", "²", "20266", "9" * 5000):
        page = client.post(reverse("key-candidate", args=[candidate.code]), {"year": year}, follow=True)
        assert "年度重点对象按今年或明年确定" in page.text
        candidate.refresh_from_db()
        assert candidate.key_year == cast.today.year
    write_url = reverse("consultation-write", args=[candidate.code, 2])
    assert client.get(write_url).status_code == 200
    data = {"kind": "guidance", "text": "金丝雀指导", "papers": ["first_talk_record"], "form_token": uuid4()}
    assert client.post(write_url, data | {"text": ""}).status_code == 422
    assert client.post(write_url, data).status_code == 302
    assert Consultation.objects.count() == 1
    for part, status in {
        "office": 200,
        "secretary": 200,
        "stand_in": 404,
        "committee_secretary": 404,
        "member": 404,
        "neighbour_secretary": 404,
        "hr": 404,
        "auditor": 404,
    }.items():
        client.force_login(getattr(cast, part))
        answer = client.get(url)
        if part == "stand_in":
            assert answer.status_code == 200  # acts for the secretary
            continue
        assert answer.status_code == status, part
        assert ("金丝雀指导" in answer.text) is (status == 200)
    client.force_login(cast.secretary)
    assert client.post(reverse("key-candidate", args=[candidate.code]), {"year": ""}).status_code == 403
    assert client.get(reverse("consultation-write", args=[candidate.code, 26])).status_code == 404


# --- The path of a democratic party


def test_it_stops_reminders_ends_contact_and_asks_the_office_to_consult(client, cast, factory):
    candidate = factory.applicant()
    assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=cast.member.person,
        decided_on=cast.today,
        reason="研究",
        now=timezone.now(),
    )
    record_situation(
        by=cast.secretary,
        code=candidate.code,
        version=None,
        fact=SituationFact(kind=SituationKind.OTHER_PARTY, on=cast.today),
        now=timezone.now(),
    )
    candidate.refresh_from_db()
    assert candidate.state == RoadState.OTHER_PARTY
    assert not DesignatedContact.objects.open().filter(candidate=candidate).exists()
    (due,) = Due.objects.open().filter(candidate=candidate)
    assert (due.kind, due.owed_by) == ("other_party_consultation", "party_office")
    client.force_login(cast.office)
    url = reverse("due-other_party_consultation", args=[due.pk])
    assert client.get(url).status_code == 200
    assert client.post(url, {"consulted_on": cast.today + timedelta(days=1)}).status_code == 422
    assert client.post(url, {"consulted_on": cast.today}).status_code == 302
    assert not Due.objects.open().filter(candidate=candidate).exists()
    client.force_login(cast.secretary)
    assert client.get(url).status_code == 404


def test_only_the_office_records_the_consultation(cast, factory):
    candidate = factory.applicant()
    record_situation(
        by=cast.secretary,
        code=candidate.code,
        version=None,
        fact=SituationFact(kind=SituationKind.OTHER_PARTY, on=cast.today),
        now=timezone.now(),
    )
    due = Due.objects.open().get(candidate=candidate)
    with pytest.raises(NotYours):
        record_united_front(by=cast.secretary, due_id=due.pk, consulted_on=cast.today, now=timezone.now())
