"""What else can happen to a person, and how a wrong record is put right: through the forms, on the database."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Person
from branches.offices import PoliticalStatus
from recruitment.actions.corrections import supersede
from recruitment.actions.limits import set_local_limit
from recruitment.actions.refusals import NotYours, Refused
from recruitment.actions.roads import recompute
from recruitment.models import Candidate, Due, LedgerEntry, Mentorship, Situation, StepRecord
from recruitment.stages import RoadState, Stage
from tests.recruitment.test_acts import tokens

pytestmark = pytest.mark.django_db


def send(client, url, **values):
    """Open the form and send it back with ``values``."""
    page = client.get(url)
    assert page.status_code == 200, url
    return client.post(url, {**tokens(page), **values})


def report(client, candidate, kind, on, **values):
    return send(client, reverse("situation-record", args=[candidate.code, kind]), on=on.isoformat(), **values)


def test_a_withdrawal_ends_dues_and_company_and_is_in_the_ledger(client, cast, factory):
    candidate = factory.candidate(5)
    client.force_login(cast.secretary)
    assert report(client, candidate, "withdrawn", cast.today).status_code == 302
    candidate.refresh_from_db()
    assert candidate.state == RoadState.WITHDRAWN
    assert not Due.objects.open().filter(candidate=candidate).exists()
    assert not Mentorship.objects.open().filter(candidate=candidate).exists()
    assert LedgerEntry.objects.filter(candidate=candidate, action="situation").count() == 1


def test_a_transfer_hands_the_file_over_and_the_old_branch_loses_sight_of_it(client, cast, factory):
    candidate = factory.candidate(5)
    client.force_login(cast.secretary)
    answer = report(
        client, candidate, "transferred", cast.today,
        unit=cast.desert.code, recognised="yes", recognised_by="沙漠党支部委员会会议", decided_by="沙漠党支部",
    )  # fmt: skip
    assert answer.status_code == 302
    assert answer.url == reverse("candidates")
    assert client.get(reverse("candidate", args=[candidate.code])).status_code == 404
    client.force_login(cast.neighbour_secretary)
    assert client.get(reverse("candidate", args=[candidate.code])).status_code == 200
    moved = Candidate.objects.get(pk=candidate.pk)
    assert (moved.unit, moved.unit_path) == (cast.desert, cast.desert.path)
    assert moved.activist_on == candidate.activist_on, "recognised cultivation counts on"
    assert set(Due.objects.open().filter(candidate=moved).values_list("unit", flat=True)) <= {cast.desert.pk}


def test_somebody_removed_from_the_activists_owes_and_is_owed_nothing(client, cast, factory):
    candidate = factory.candidate(5)
    client.force_login(cast.secretary)
    assert report(client, candidate, "removed", cast.today, decided_by="支部委员会会议").status_code == 302
    candidate.refresh_from_db()
    assert candidate.state == RoadState.REMOVED
    assert not Due.objects.open().filter(candidate=candidate).exists()


def test_a_situation_of_tomorrow_is_refused_and_what_was_typed_stays(client, cast, factory):
    candidate = factory.candidate(3)
    client.force_login(cast.secretary)
    answer = report(client, candidate, "withdrawn", cast.today + timedelta(days=1), remark="本人来函")
    assert answer.status_code == 422
    assert "本人来函" in answer.content.decode()
    assert not Situation.objects.exists()


def test_a_correction_shows_what_rests_on_the_record_and_keeps_both(client, cast, factory):
    candidate = factory.candidate(5)
    record = StepRecord.objects.get(candidate=candidate, step=3)
    client.force_login(cast.secretary)
    url = reverse("record-correct", args=[candidate.code, "step", record.code])
    page = client.get(url).content.decode()
    assert "上级党委备案" in page
    assert send(client, url, reason="会议日期写错").status_code == 302
    record.refresh_from_db()
    candidate.refresh_from_db()
    assert record.superseded_at is not None
    assert record.supersede_reason == "会议日期写错"
    assert candidate.stage == Stage.APPLICANT
    assert StepRecord.objects.filter(pk=record.pk).exists()
    entry = LedgerEntry.objects.filter(candidate=candidate).latest("n")
    assert entry.action == "superseded"
    assert client.get(url).status_code == 404, "what is superseded cannot be superseded again"


def test_a_step_superseded_in_a_closed_file_can_be_entered_anew(client, cast, factory):
    candidate = factory.candidate(25)
    record = StepRecord.objects.get(candidate=candidate, step=3)
    client.force_login(cast.secretary)
    send(client, reverse("record-correct", args=[candidate.code, "step", record.code]), reason="会议日期写错")
    url = reverse("step-record", args=[candidate.code, 3])
    assert f'href="{url}"' in client.get(reverse("candidate", args=[candidate.code])).content.decode()
    assert "材料已归档" in client.get(url).content.decode()
    again = send(client, url, decided_on=record.decided_on.isoformat(), body=record.body)
    assert again.status_code == 302
    assert StepRecord.objects.standing().filter(candidate=candidate, step=3).exists()
    assert f'href="{url}"' not in client.get(reverse("candidate", args=[candidate.code])).content.decode()


def test_a_correction_without_a_reason_is_refused(client, cast, factory):
    candidate = factory.candidate(2)
    record = StepRecord.objects.get(candidate=candidate, step=2)
    client.force_login(cast.secretary)
    answer = send(client, reverse("record-correct", args=[candidate.code, "step", record.code]), reason="  ")
    assert answer.status_code == 422
    assert StepRecord.objects.standing().filter(pk=record.pk).exists()


def test_the_secretary_cannot_supersede_an_act_of_the_committee(cast, factory):
    candidate = factory.candidate(8)
    record = StepRecord.objects.get(candidate=candidate, step=8)
    with pytest.raises(NotYours):
        supersede(
            by=cast.secretary,
            code=candidate.code,
            version=None,
            kind="step",
            record_code=record.code,
            reason="错",
            now=timezone.now(),
        )


def test_a_superseded_step_leaves_dues_as_if_it_had_not_been(cast, factory):
    candidate = factory.candidate(2)
    before = set(Due.objects.open().filter(candidate=candidate).values_list("key", "due_on"))
    factory.record(candidate, 3, cast.today)
    record = StepRecord.objects.get(candidate=candidate, step=3)
    supersede(
        by=cast.secretary,
        code=candidate.code,
        version=None,
        kind="step",
        record_code=record.code,
        reason="误填",
        now=timezone.now(),
    )
    assert set(Due.objects.open().filter(candidate=candidate).values_list("key", "due_on")) == before
    assert not any(
        recompute(
            [Candidate.objects.select_related("person", "unit").get(pk=candidate.pk)], now=timezone.now()
        ).values()
    )


def test_a_looser_local_limit_is_refused_and_a_stricter_one_says_whom_it_touches(client, cast, factory):
    for _ in range(3):
        factory.applicant()
    client.force_login(cast.office)
    url = reverse("limits")
    values = {
        "unit": cast.institute.code,
        "code": "first_talk_within",
        "since_on": (cast.today - timedelta(days=60)).isoformat(),
        "basis": "党委会会议",
    }
    refused = send(client, url, value=60, **values)
    assert refused.status_code == 422
    assert "只能更严" in refused.content.decode()
    before = dict(Due.objects.open().filter(step=2).values_list("pk", "due_on"))
    assert send(client, url, value=15, **values).status_code == 302
    after = dict(Due.objects.open().filter(step=2).values_list("pk", "due_on"))
    assert after.keys() == before.keys()
    assert all(after[pk] < day for pk, day in before.items())


def test_a_second_click_on_the_end_of_a_limit_is_told_that_there_is_none(client, cast):
    client.force_login(cast.office)
    set_local_limit(
        by=cast.office, unit=cast.institute, code="first_talk_within", value=10, since_on=cast.today, basis="党委会",
        now=timezone.now(),
    )  # fmt: skip
    url = reverse("limit-end", args=[cast.institute.code, "first_talk_within"])
    assert "已停用" in client.post(url, follow=True).text
    assert "这一项没有本单位规定" in client.post(url, follow=True).text


def test_only_the_office_of_a_committee_sets_its_limits(client, cast):
    for user in (cast.secretary, cast.member, cast.hr, cast.auditor, cast.stranger):
        client.force_login(user)
        assert client.get(reverse("limits")).status_code == 404
    with pytest.raises(NotYours):
        set_local_limit(
            by=cast.sub_office, unit=cast.institute, code="first_talk_within", value=10,
            since_on=cast.today, basis="无", now=timezone.now(),
        )  # fmt: skip


def test_the_calendar_is_the_office_s_and_changing_it_moves_provisional_dues(client, cast):
    client.force_login(cast.secretary)
    assert client.get(reverse("calendar")).status_code == 404
    client.force_login(cast.office)
    url = reverse("calendar")
    good = {"act": "day", "day": "2027-01-01", "kind": "off", "name": "元旦", "source": "通知"}
    assert client.post(url, good).status_code == 302
    assert client.post(url, {"act": "year", "year": "2027", "source": "通知"}).status_code == 302
    wrong = client.post(url, {**good, "day": "2027-01-02"})
    assert wrong.status_code == 422
    assert "周末" in wrong.content.decode()


def test_a_refused_act_writes_nothing_at_all(cast, factory):
    candidate = factory.candidate(5)
    counts = (StepRecord.objects.count(), LedgerEntry.objects.count(), Due.objects.count(), candidate.history.count())
    with pytest.raises(Refused):
        factory.record(candidate, 7, cast.today)
    assert counts == (
        StepRecord.objects.count(),
        LedgerEntry.objects.count(),
        Due.objects.count(),
        candidate.history.count(),
    )


def arrive(client, cast, person, **values):
    return send(
        client,
        reverse("candidate-arrival"),
        unit=cast.glacier.code,
        staff_number=person.staff_number,
        name=person.name,
        on=cast.today.isoformat(),
        recognised="yes",
        recognised_by="支部委员会会议决定",
        **values,
    )


def test_an_activist_arriving_from_outside_keeps_the_time_that_is_recognised(client, cast):
    client.force_login(cast.secretary)
    since = cast.today - timedelta(days=300)
    assert (
        arrive(client, cast, cast.scientists[0], kind="transferred", counts_from_on=since.isoformat()).status_code
        == 302
    )
    candidate = Candidate.objects.get(person=cast.scientists[0])
    assert candidate.stage == Stage.ACTIVIST
    assert Due.objects.open().filter(candidate=candidate).exists()
    assert LedgerEntry.objects.filter(candidate=candidate).count() == 1


def test_a_probationary_member_arriving_owes_the_conversion_at_the_original_day(client, cast):
    client.force_login(cast.secretary)
    until = cast.today + timedelta(days=90)
    answer = arrive(client, cast, cast.probationer, kind="probationer_transferred_in", until_on=until.isoformat())
    assert answer.status_code == 302
    candidate = Candidate.objects.get(person=cast.probationer)
    assert candidate.stage == Stage.PROBATIONARY_MEMBER
    assert candidate.probation_ends_on == until


def test_an_outsider_cannot_arrive_as_a_probationary_member(client, cast):
    client.force_login(cast.secretary)
    until = (cast.today + timedelta(days=90)).isoformat()
    answer = arrive(client, cast, cast.scientists[0], kind="probationer_transferred_in", until_on=until)
    assert answer.status_code == 422
    assert not Candidate.objects.exists()


def test_the_roster_follows_the_road_into_membership_and_back(cast, factory):
    candidate = factory.candidate(16)
    assert candidate.person.political_status == PoliticalStatus.MASSES
    factory.record(candidate, 17, cast.today)
    person = Person.objects.get(pk=candidate.person_id)
    meeting = StepRecord.objects.get(candidate=candidate, step=15)
    assert (person.political_status, person.member_since_on) == (
        PoliticalStatus.PROBATIONARY_MEMBER,
        meeting.decided_on,
    )
    approval = StepRecord.objects.get(candidate=candidate, step=17)
    supersede(
        by=cast.office,
        code=candidate.code,
        version=None,
        kind="step",
        record_code=approval.code,
        reason="误填",
        now=timezone.now(),
    )
    person.refresh_from_db()
    assert (person.political_status, person.member_since_on) == (PoliticalStatus.MASSES, None)


def test_a_converted_member_may_mentor_others(cast, factory):
    candidate = factory.candidate(24)
    assert Person.objects.full_members().filter(pk=candidate.person_id).exists()
