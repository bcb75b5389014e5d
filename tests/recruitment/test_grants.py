"""An exception to what posts allow takes two persons, a reason and an end (notice R1)."""

from datetime import timedelta
from functools import partial

import pytest
from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils import timezone

from branches.models import Posting, User
from branches.offices import Office
from recruitment.actions.declines import decline
from recruitment.actions.grants import decide_grant, end_grant, propose_grant
from recruitment.actions.postings import fill_post, replace_post
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import Candidate, GrantProposal, LedgerEntry, UnitGrant
from recruitment.scope import scope_of


def propose(cast, *, by=None, user=None, days=30, reason="书记外出学习", **what):
    return propose_grant(
        by=by or cast.office,
        user=user or cast.stranger,
        reason=reason,
        ends_on=cast.today + timedelta(days=days),
        now=timezone.now(),
        **(what or {"unit": cast.glacier}),
    )


def afresh(user):
    return User.objects.select_related("person").get(pk=user.pk)


def test_nothing_is_granted_before_the_approval_and_everything_with_it(cast, factory):
    candidate = factory.candidate(2)
    proposal = propose(cast)
    assert not Candidate.objects.visible_to(afresh(cast.stranger)).exists()
    decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=True, now=timezone.now())
    stand_in = afresh(cast.stranger)
    assert Candidate.objects.visible_to(stand_in).get() == candidate
    assert stand_in.has_perm("recruitment.record_branch_step", candidate)


def test_a_grant_on_one_person_shows_that_person_and_lets_nobody_act(cast, factory):
    candidate, _ = factory.candidate(2), factory.candidate(2)
    proposal = propose(cast, candidate=candidate)
    decide_grant(by=cast.office_colleague, pk=proposal.pk, approve=True, now=timezone.now())
    grantee = afresh(cast.stranger)
    assert Candidate.objects.visible_to(grantee).get() == candidate
    assert not grantee.has_perm("recruitment.record_branch_step", candidate)
    assert LedgerEntry.objects.filter(candidate=candidate, action="granted").count() == 1


def test_who_proposes_does_not_approve(cast):
    proposal = propose(cast)
    with pytest.raises(Refused, match="另一位"):
        decide_grant(by=cast.office, pk=proposal.pk, approve=True, now=timezone.now())
    with pytest.raises(IntegrityError), transaction.atomic():
        GrantProposal.objects.filter(pk=proposal.pk).update(decided_by=cast.office)


def test_nobody_is_granted_what_they_decide(cast):
    proposal = propose(cast, user=cast.office_colleague)
    with pytest.raises(Refused):
        decide_grant(by=cast.office_colleague, pk=proposal.pk, approve=True, now=timezone.now())
    with pytest.raises(Refused, match="自己"):
        propose(cast, user=cast.office)


@pytest.mark.parametrize("who", ["auditor", "system_administrator", "security_administrator"])
def test_administrators_are_granted_nothing(cast, who):
    with pytest.raises(Refused, match="不能查看培养对象"):
        propose(cast, user=cast.users[who])


@pytest.mark.parametrize("who", ["hr", "department_liaison"])
def test_liaisons_are_granted_nothing_and_not_offered(client, cast, factory, who):
    """HR never sees whether someone is on the road, a department only what the office shares (notice R4)."""
    for what in ({"unit": cast.glacier}, {"candidate": factory.candidate(2)}):
        with pytest.raises(Refused, match="不查看培养对象"):
            propose(cast, user=cast.users[who], **what)
    client.force_login(cast.office)
    assert cast.users[who] not in client.get(reverse("grant-propose")).context["form"].fields["user"].queryset


def test_who_became_a_liaison_while_the_grant_waited_is_not_granted_it(cast):
    proposal = propose(cast)
    Posting.objects.create(
        person=cast.stranger.person, office=Office.HR_LIAISON, unit=cast.institute, starts_on=cast.today
    )
    with pytest.raises(Refused, match="不查看培养对象"):
        decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=True, now=timezone.now())
    decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=False, now=timezone.now())


def test_who_reads_candidates_by_a_grant_becomes_no_liaison(cast):
    hr = Posting.objects.get(person=cast.hr.person)
    acts = [
        partial(fill_post, person=cast.stand_in.person, office=Office.HR_LIAISON, unit=cast.institute, starts_on=cast.today),
        partial(replace_post, posting=hr, successor=cast.stand_in.person, on=cast.today),
    ]
    for act in acts:
        with pytest.raises(Refused, match="请先在“授权”中结束"):
            act(by=cast.office, reason="人事部门指定", now=timezone.now())
    UnitGrant.objects.filter(user=cast.stand_in).delete()
    assert acts[1](by=cast.office, reason="人事部门指定", now=timezone.now()).office == Office.HR_LIAISON


@pytest.mark.parametrize("changes", [{"political_status": "13"}, {"political_status": "02"}, {"is_suspended": True}])
def test_only_a_full_member_stands_in_for_a_secretary(cast, factory, changes):
    person = cast.stranger.person
    for name, value in changes.items():
        setattr(person, name, value)
    person.save()
    with pytest.raises(Refused, match="须由正式党员担任"):
        propose(cast)
    propose(cast, candidate=factory.candidate(2))  # to see one person takes no membership


def test_a_reason_and_an_end_within_a_year_are_required(cast):
    with pytest.raises(Refused, match="理由"):
        propose(cast, reason="  ")
    for days in (0, 367):
        with pytest.raises(Refused, match="截止日期"):
            propose(cast, days=days)


def test_the_same_grant_waits_once(cast, factory):
    first = propose(cast)
    with pytest.raises(Refused, match="正在等待核准"):
        propose(cast)
    propose(cast, candidate=factory.candidate(2))
    propose(cast, user=cast.group_leader)
    decide_grant(by=cast.security_administrator, pk=first.pk, approve=True, now=timezone.now())
    propose(cast, days=60)  # prolongs what is in force


@pytest.mark.parametrize("who", ["secretary", "committee_secretary", "security_administrator", "member", "hr"])
def test_only_the_office_proposes(cast, who):
    with pytest.raises(NotYours):
        propose(cast, by=cast.users[who])


def test_the_office_of_a_sub_committee_neither_proposes_nor_decides_elsewhere(cast):
    with pytest.raises(NotYours):
        propose(cast, by=cast.sub_office)
    proposal = propose(cast)
    with pytest.raises(GrantProposal.DoesNotExist):
        decide_grant(by=cast.sub_office, pk=proposal.pk, approve=True, now=timezone.now())


def test_a_grant_that_ended_early_is_gone_with_the_next_request(cast, factory):
    factory.candidate(2)
    proposal = propose(cast)
    decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=True, now=timezone.now())
    end_grant(by=cast.office, pk=proposal.pk, now=timezone.now())
    assert scope_of(afresh(cast.stranger)).granted_paths == ()
    assert not UnitGrant.objects.filter(user=cast.stranger).exists()


def test_a_grant_runs_out_by_itself(cast, factory, time_machine):
    factory.candidate(2)
    proposal = propose(cast, days=3)
    decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=True, now=timezone.now())
    time_machine.move_to(timezone.now() + timedelta(days=3))
    assert scope_of(afresh(cast.stranger)).granted_paths == ()


def test_a_no_wins_against_a_grant_under_way(cast, factory):
    candidate = factory.candidate(2)
    proposal = propose(cast, candidate=candidate)
    decline(by=cast.secretary, code=candidate.code, now=timezone.now())
    with pytest.raises(Refused, match="失效"):
        decide_grant(by=cast.office_colleague, pk=proposal.pk, approve=True, now=timezone.now())
    assert not Candidate.objects.visible_to(afresh(cast.stranger)).exists()


def test_a_decision_is_taken_once(cast):
    proposal = propose(cast)
    decide_grant(by=cast.security_administrator, pk=proposal.pk, approve=False, now=timezone.now())
    with pytest.raises(Refused, match="已办理"):
        decide_grant(by=cast.office_colleague, pk=proposal.pk, approve=True, now=timezone.now())


def test_the_security_administrator_decides_without_reading_names(client, cast, factory):
    candidate = factory.candidate(2)
    propose(cast, candidate=candidate)
    client.force_login(cast.security_administrator)
    page = client.get(reverse("grants")).content.decode()
    assert str(candidate.code)[:8] in page
    assert candidate.person.name not in page


def test_a_name_that_is_not_within_reach_cannot_be_proposed(client, cast, factory):
    hidden = factory.candidate(2, unit=cast.desert)
    client.force_login(cast.sub_office)
    response = client.post(
        reverse("grant-propose"),
        {
            "user": cast.stranger.pk, "person": hidden.person.name, "reason": "协助",
            "ends_on": (cast.today + timedelta(days=5)).isoformat(),
        },
    )  # fmt: skip
    assert response.status_code == 422
    assert "没有找到这个人" in response.content.decode()
