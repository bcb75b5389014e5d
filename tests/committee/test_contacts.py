"""Designated contacts: gaps, a third one, decisions and what ends with them (notice R2, B3)."""

import threading
from datetime import timedelta

import pytest
from django.db import connections
from django.urls import reverse
from django.utils import timezone

from branches.models import User
from branches.offices import Office
from committee.actions.talks import record_talk
from committee.queries.contacts import coverage, leaders_with_load
from recruitment.actions.contacts import assign_contact, change_contact, end_contact
from recruitment.actions.refusals import NotYours, Refused, Stale
from recruitment.models import Candidate, DesignatedContact, Due, LedgerEntry


def assign(cast, candidate, leader, *, by=None, days_ago=0, **fields):
    return assign_contact(
        by=by or cast.office,
        code=candidate.code,
        leader=leader.person,
        decided_on=cast.today - timedelta(days=days_ago),
        now=timezone.now(),
        **{"reason": "党委会研究"} | fields,
    )


def refused(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return [objection.code for objection in refusal.value.objections]


def test_an_assignment_is_a_decision_with_date_reason_due_and_entry(cast, factory):
    candidate = factory.applicant()
    contact = assign(cast, candidate, cast.member, days_ago=3)
    assert (contact.starts_on, contact.reason, contact.decided_by) == (
        cast.today - timedelta(days=3),
        "党委会研究",
        cast.office,
    )
    due = Due.objects.open().get(candidate=candidate, kind="contact_talk")
    assert due.due_on == cast.today + timedelta(days=57)
    entry = LedgerEntry.objects.get(candidate=candidate, action="contact_assigned")
    assert entry.decided_on == contact.starts_on


def test_a_third_person_is_refused_unless_the_office_gives_a_reason(cast, factory):
    for _ in range(2):
        assign(cast, factory.applicant(), cast.member)
    third = factory.applicant()
    assert refused(assign, cast, third, cast.member) == ["third_contact"]
    assert not third.designatedcontacts.exists()
    contact = assign(cast, third, cast.member, exception_reason="本支部书记出国期间代为联系")
    assert "本支部书记出国期间代为联系" in contact.reason


def test_people_whose_road_ended_do_not_count_towards_two(cast, factory):
    first, second = factory.applicant(), factory.applicant()
    contact = assign(cast, first, cast.member)
    assign(cast, second, cast.member)
    end_contact(
        by=cast.office,
        code=first.code,
        contact_id=contact.pk,
        decided_on=cast.today,
        reason="分工调整",
        now=timezone.now(),
    )
    assert assign(cast, factory.applicant(), cast.member)


def test_what_cannot_be_is_refused(cast, factory):
    candidate = factory.applicant()
    assert refused(assign, cast, candidate, cast.mentor) == ["not_a_leader"]
    assert refused(assign, cast, candidate, cast.former_secretary) == ["not_a_leader"]
    assert refused(assign, cast, candidate, cast.member, reason=" ") == ["reason_required"]
    assert refused(assign, cast, candidate, cast.member, days_ago=-1) == ["decision_in_future"]
    assign(cast, candidate, cast.member)
    assert refused(assign, cast, candidate, cast.member) == ["contact_exists"]
    member = factory.candidate(18)
    assert "already_a_member" in refused(assign, cast, member, cast.member)


def test_only_the_office_decides(cast, factory):
    candidate = factory.applicant()
    for part in ("secretary", "committee_secretary", "mentor"):
        user = getattr(cast, part)
        with pytest.raises((NotYours, Candidate.DoesNotExist)):
            assign(cast, candidate, cast.member, by=user)
    with pytest.raises(Candidate.DoesNotExist):
        assign(cast, candidate, cast.member, by=cast.sub_office)
    assert assign(cast, factory.applicant(unit=cast.ecology), cast.ecology_secretary, by=cast.sub_office)


def test_a_stale_form_is_told_what_changed(cast, factory):
    candidate = factory.applicant()
    assign(cast, candidate, cast.member)
    with pytest.raises(Stale):
        assign(cast, candidate, cast.other_member, version=candidate.version)


def test_on_a_stale_form_the_office_reads_who_was_faster_and_what_was_typed_stays(client, cast, factory):
    candidate = factory.applicant()
    client.force_login(cast.office)
    url = reverse("contact-assign", args=[candidate.code])
    data = {"leader": str(cast.other_member.person.code), "decided_on": cast.today, "reason": "党委会", "version": candidate.version}
    assign(cast, candidate, cast.member, by=cast.office_colleague)
    page = client.post(url, data)
    assert page.status_code == 422
    assert f"路知远办理过此人的事项：确定定向联系人 {cast.today}" in page.text
    assert 'value="党委会"' in page.text
    candidate.refresh_from_db()
    assert f'name="version" value="{candidate.version}"' in page.text
    assert client.post(url, data | {"version": candidate.version}).status_code == 302
    assert candidate.designatedcontacts.open().count() == 2


def test_a_change_ends_one_and_begins_the_other_in_one_act(cast, factory):
    candidate = factory.applicant()
    former = assign(cast, candidate, cast.member, days_ago=30)
    record_talk(
        by=cast.member,
        code=candidate.code,
        held_on=cast.today,
        way="phone",
        topics=["study"],
        follow_up_on=cast.today + timedelta(days=9),
        now=timezone.now(),
    )
    contact = change_contact(
        by=cast.office,
        code=candidate.code,
        contact_id=former.pk,
        leader=cast.other_member.person,
        decided_on=cast.today,
        reason="分工调整",
        now=timezone.now(),
    )
    former.refresh_from_db()
    assert (former.ends_on, former.end_reason) == (cast.today, "分工调整")
    owed = Due.objects.open().filter(candidate=candidate).exclude(owed_by_person=None)
    assert {(due.kind, due.owed_by_person_id) for due in owed} == {("contact_talk", contact.leader_id)}
    for user, sees in ((cast.member, False), (cast.other_member, True)):
        now_logged_in = User.objects.get(pk=user.pk)
        assert Candidate.objects.visible_to(now_logged_in).filter(pk=candidate.pk).exists() is sees


def test_a_refused_change_leaves_the_former_contact(cast, factory):
    candidate = factory.applicant()
    former = assign(cast, candidate, cast.member)
    with pytest.raises(Refused):
        change_contact(
            by=cast.office,
            code=candidate.code,
            contact_id=former.pk,
            leader=cast.mentor.person,
            decided_on=cast.today,
            reason="分工调整",
            now=timezone.now(),
        )
    former.refresh_from_db()
    assert former.ends_on is None


@pytest.mark.postgres
@pytest.mark.django_db(transaction=True)
def test_two_decisions_at_once_do_not_make_a_third_contact(cast, factory):
    assign(cast, factory.applicant(), cast.member)
    candidates = [factory.applicant(), factory.applicant()]
    outcomes = []
    gate = threading.Barrier(2)

    def decide(candidate, by):
        try:
            gate.wait()
            assign(cast, candidate, cast.member, by=by)
            outcomes.append("assigned")
        except Refused as refusal:
            outcomes.append(refusal.objections[0].code)
        finally:
            connections.close_all()

    threads = [
        threading.Thread(target=decide, args=args)
        for args in zip(candidates, (cast.office, cast.office_colleague), strict=True)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["assigned", "third_contact"]
    assert DesignatedContact.objects.open().filter(leader=cast.member.person).count() == 2


# --- The pages


def test_the_coverage_shows_gaps_people_and_months(cast, factory):
    candidate, alone = factory.applicant(), factory.applicant()
    assign(cast, candidate, cast.member, days_ago=61)
    page = coverage(user=cast.office, today=cast.today)
    rows = {row.name: row for row in page.leaders}
    assert rows[cast.other_member.person.name].is_gap
    assert not rows[cast.member.person.name].is_gap
    (cell,) = rows[cast.member.person.name].contacts
    assert cell.days is None and cell.is_late and page.late == 1
    assert [row.code for row in page.unaccompanied] == [alone.code]
    assert {cast.secretary.person.name, cast.ecology_secretary.person.name} <= set(rows)
    record_talk(
        by=cast.member, code=candidate.code, held_on=cast.today, way="phone", topics=["study"], now=timezone.now()
    )
    rows = {row.name: row for row in coverage(user=cast.office, today=cast.today).leaders}
    assert rows[cast.member.person.name].months[-1] == 1


def test_the_coverage_of_a_sub_committee_is_its_own(cast, factory):
    factory.applicant()
    page = coverage(user=cast.sub_office, today=cast.today)
    assert [row.name for row in page.leaders] == [cast.ecology_secretary.person.name]
    assert page.unaccompanied == ()


def test_leaders_are_offered_with_their_load(cast, factory):
    candidate = factory.applicant()
    assign(cast, candidate, cast.member)
    loads = {person.name: person.load for person in leaders_with_load(factory.applicant(), cast.today)}
    assert loads[cast.member.person.name] == 1
    assert loads[cast.secretary.person.name] == 0
    assert cast.neighbour_secretary.person.name not in loads


def test_the_office_assigns_changes_and_ends_on_its_pages(client, cast, factory):
    candidate = factory.applicant()
    client.force_login(cast.office)
    assert candidate.person.name in client.get(reverse("contacts")).text
    url = reverse("contact-assign", args=[candidate.code])
    assert client.get(url).status_code == 200
    data = {
        "leader": str(cast.member.person.code),
        "decided_on": cast.today,
        "reason": "党委会研究",
        "version": candidate.version,
    }
    assert client.post(url, data).status_code == 302
    contact = candidate.designatedcontacts.get()
    candidate.refresh_from_db()
    url = reverse("contact-change", args=[candidate.code, contact.pk])
    data |= {"leader": str(cast.other_member.person.code), "version": candidate.version}
    assert client.post(url, data).status_code == 302
    contact = candidate.designatedcontacts.open().get()
    assert contact.leader == cast.other_member.person
    candidate.refresh_from_db()
    url = reverse("contact-end", args=[candidate.code, contact.pk])
    assert client.post(url, {"decided_on": cast.today, "reason": "", "version": candidate.version}).status_code == 422
    assert (
        client.post(url, {"decided_on": cast.today, "reason": "调整", "version": candidate.version}).status_code == 302
    )
    assert not candidate.designatedcontacts.open().exists()


@pytest.mark.parametrize("name", ["contact-change", "contact-end"])
def test_a_second_click_says_that_the_contact_has_ended(client, cast, factory, name):
    candidate = factory.applicant()
    contact = assign(cast, candidate, cast.member, days_ago=9)
    client.force_login(cast.office)
    data = {"decided_on": cast.today, "reason": "调整", "leader": str(cast.other_member.person.code)}
    url = reverse(name, args=[candidate.code, contact.pk])
    candidate.refresh_from_db()
    assert client.post(url, data | {"version": candidate.version}).status_code == 302
    kept = list(candidate.designatedcontacts.values("pk", "ends_on"))
    for answer in (client.post(url, data | {"version": candidate.version}, follow=True), client.get(url, follow=True)):
        assert answer.redirect_chain == [(reverse("contacts"), 302)]
        assert f"{contact.leader.name}对{candidate.person.name}的联系已于 {cast.today} 结束" in answer.text
    assert list(candidate.designatedcontacts.values("pk", "ends_on")) == kept


def test_the_pages_are_the_offices(client, cast, factory):
    candidate = factory.applicant()
    url = reverse("contact-assign", args=[candidate.code])
    for part, page, form in [
        ("secretary", 404, 403),
        ("committee_secretary", 200, 403),
        ("neighbour_secretary", 404, 404),
        ("member", 404, 404),
        ("hr", 404, 404),
        ("stranger", 404, 404),
    ]:
        client.force_login(getattr(cast, part))
        assert (client.get(reverse("contacts")).status_code, client.get(url).status_code) == (page, form), part


def test_a_due_of_a_secretary_names_that_post(cast, factory):
    candidate = factory.applicant()
    assign(cast, candidate, cast.secretary)
    assert Due.objects.open().get(candidate=candidate, kind="contact_talk").owed_by == Office.SECRETARY
