"""A department's head knows of those on the road whom the office shares, until the day it ends, and of nobody else."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Posting
from branches.offices import Office
from recruitment.actions.declines import decline
from recruitment.actions.departments import end_share, share_with_department
from recruitment.actions.refusals import NotYours, Refused
from recruitment.models import AccessEntry, Candidate, DepartmentShare, LedgerEntry
from recruitment.queries.departments import people_shared_with
from recruitment.stages import Stage


def fresh(user):
    """The user with a scope of its own, as another request would have it."""
    return type(user).objects.select_related("person").get(pk=user.pk)


@pytest.fixture
def share(cast):
    """Shares with the ice laboratory, as the office."""

    def shared(candidate=None, *, days=30, by=None, unit=None, department=None, reason="协助安排培训时间"):
        return share_with_department(
            by=fresh(by or cast.office),
            department=department or cast.ice_lab,
            unit=unit or cast.institute,
            candidate=candidate,
            reason=reason,
            ends_on=cast.today + timedelta(days=days),
            now=timezone.now(),
        )

    return shared


def seen(cast, today=None):
    return [person.name for person in people_shared_with(fresh(cast.department_liaison), today or cast.today)]


def test_nobody_is_shared_unless_it_was_decided(client, cast, factory):
    candidate = factory.candidate(3)
    client.force_login(cast.department_liaison)
    text = client.get(reverse("department")).text
    assert candidate.person.name not in text
    assert "没有告知本部门的人员" in text


def test_one_person_is_shared_until_the_day(cast, factory, share):
    candidate, _ = factory.candidate(3), factory.candidate(3)
    share(candidate, days=30)
    assert seen(cast) == [candidate.person.name]
    assert seen(cast, cast.today + timedelta(days=29)) == [candidate.person.name]
    assert seen(cast, cast.today + timedelta(days=30)) == []


def test_a_whole_department_is_shared_as_it_is_on_the_day(cast, factory, share):
    share()
    applied, prospect = factory.applicant(), factory.prospect()
    elsewhere = factory.candidate(3, person=factory.person(department=cast.sand_lab))
    assert seen(cast) == [applied.person.name]
    applied.person.department = cast.sand_lab
    applied.person.save()
    assert seen(cast) == []
    assert prospect.person.name and elsewhere.person.name


def test_what_is_shown_is_the_name_and_nothing_of_the_road(client, cast, factory, share):
    candidate = factory.candidate(5)
    share(candidate)
    client.force_login(cast.department_liaison)
    text = client.get(reverse("department")).text
    assert candidate.person.name in text
    assert str(candidate.code) not in text
    assert Stage(candidate.stage).label not in text
    assert client.get(reverse("candidate", args=[candidate.code])).status_code == 404


def test_every_look_is_logged_with_the_person(client, cast, factory, share):
    candidate = factory.candidate(3)
    share(candidate)
    client.force_login(cast.department_liaison)
    client.get(reverse("department"))
    entry = AccessEntry.objects.get(candidate=candidate)
    assert (entry.user, entry.what) == (cast.department_liaison, "部门页")


def test_a_share_can_be_ended_and_made_anew(cast, factory, share):
    candidate = factory.candidate(3)
    first = share(candidate)
    with pytest.raises(Refused, match="请先结束原来的"):
        share(candidate)
    end_share(by=fresh(cast.office_colleague), code=first.code, now=timezone.now())
    assert seen(cast) == []
    with pytest.raises(Refused, match="已经结束"):
        end_share(by=fresh(cast.office), code=first.code, now=timezone.now())
    share(candidate)
    assert seen(cast) == [candidate.person.name]
    acts = LedgerEntry.objects.filter(candidate=candidate).order_by("n").values_list("action", flat=True)
    assert list(acts)[-3:] == ["shared", "share_ended", "shared"]


def test_one_that_has_run_out_gives_way(cast, factory, share):
    candidate = factory.candidate(3)
    DepartmentShare.objects.filter(pk=share(candidate).pk).update(ends_on=cast.today)
    share(candidate)
    assert seen(cast) == [candidate.person.name]


def test_a_no_ends_it_at_once(cast, factory, share):
    candidate = factory.candidate(2)
    share(candidate)
    share()
    declined = factory.declined(2)
    decline(by=cast.secretary, code=candidate.code, now=timezone.now())
    assert seen(cast) == []
    with pytest.raises(Candidate.DoesNotExist):
        share(declined)
    assert DepartmentShare.objects.visible_to(fresh(cast.office)).filter(candidate__isnull=False).count() == 0


def test_nobody_sees_themselves(cast, factory, share):
    liaison = cast.department_liaison.person
    liaison.department, liaison.political_status = cast.ice_lab, "13"
    liaison.save()
    candidate = factory.applicant(person=liaison)
    share(candidate)
    assert seen(cast) == []


@pytest.mark.parametrize(
    ("changes", "words"),
    [
        ({"reason": " "}, "理由"),
        ({"days": 0}, "截止日期"),
        ({"days": 367}, "截止日期"),
    ],
)
def test_a_share_has_a_reason_and_an_end(cast, factory, share, changes, words):
    with pytest.raises(Refused, match=words):
        share(factory.candidate(2), **changes)


def test_only_those_who_applied_and_belong_there_are_shared(cast, factory, share):
    with pytest.raises(Refused, match="递交入党申请书以后"):
        share(factory.prospect())
    with pytest.raises(Refused, match="请核对部门"):
        share(factory.candidate(2), department=cast.sand_lab)


def test_only_the_office_over_the_people_shares(cast, factory, share):
    candidate = factory.candidate(2)
    for part in ("secretary", "committee_secretary", "mentor"):
        with pytest.raises((NotYours, Candidate.DoesNotExist)):
            share(candidate, by=getattr(cast, part))
    with pytest.raises(Candidate.DoesNotExist):
        share(candidate, by=cast.sub_office)
    with pytest.raises(NotYours):
        share(by=cast.sub_office)


def test_a_sub_office_shares_its_own_people_only(cast, factory, share):
    mine = factory.candidate(2, person=factory.person(unit=cast.ecology), unit=cast.ecology)
    factory.candidate(2)
    given = share(by=cast.sub_office, unit=cast.sub_committee)
    assert seen(cast) == [mine.person.name]
    assert DepartmentShare.objects.visible_to(fresh(cast.office)).get() == given
    other = share(factory.candidate(2))
    with pytest.raises(DepartmentShare.DoesNotExist):
        end_share(by=fresh(cast.sub_office), code=other.code, now=timezone.now())


def test_a_liaison_whose_post_ended_sees_nothing(client, cast, factory, share):
    share(factory.candidate(2))
    Posting.objects.filter(office=Office.DEPARTMENT_LIAISON).update(ends_on=cast.today)
    client.force_login(cast.department_liaison)
    assert client.get(reverse("department")).status_code == 404


# --- The pages


def test_the_office_decides_on_the_page(client, cast, factory):
    candidate = factory.candidate(2)
    client.force_login(cast.office)
    data = {
        "department": cast.ice_lab.pk,
        "person": candidate.person.staff_number,
        "reason": "协助安排",
        "ends_on": cast.today + timedelta(days=9),
    }
    answer = client.post(reverse("department-share"), data)
    assert answer.status_code == 302, answer.text
    page = client.get(reverse("department-shares")).text
    assert candidate.person.name in page
    assert client.post(reverse("department-share"), data | {"person": "查无此人"}).status_code == 422
    code = DepartmentShare.objects.get().code
    assert client.post(reverse("department-share-end", args=[code])).status_code == 302
    assert seen(cast) == []


@pytest.mark.parametrize("part", ["hr", "secretary", "department_liaison", "auditor", "stranger", "member"])
def test_others_find_no_shares(client, cast, part):
    client.force_login(getattr(cast, part))
    assert client.get(reverse("department-shares")).status_code == 404


@pytest.mark.parametrize("part", ["hr", "secretary", "office", "auditor", "stranger", "member"])
def test_others_find_no_department(client, cast, part):
    client.force_login(getattr(cast, part))
    assert client.get(reverse("department")).status_code == 404
