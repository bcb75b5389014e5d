"""Posts are filled by those who may, held by those who can, and handed over in one act (notice R1)."""

from datetime import timedelta

import pytest
from django.db import IntegrityError, transaction
from django.utils import timezone

from branches.actions.postings import end_posting, open_posting, replace_posting
from branches.actions.refusals import NotYours, Refused
from branches.models import Posting, Unit, User
from branches.offices import Office, UnitKind
from recruitment.scope import scope_of


def appoint(cast, *, by=None, person=None, office=Office.GROUP_LEADER, unit="glacier_group", **fields):
    return open_posting(
        by=by or cast.office,
        person=person or cast.full_members[0],
        office=office,
        unit=unit and getattr(cast, unit),
        starts_on=fields.pop("starts_on", cast.today),
        now=timezone.now(),
        **fields,
    )


def afresh(user):
    """The user as the next request loads it, with nothing remembered."""
    return User.objects.select_related("person").get(pk=user.pk)


def test_the_office_fills_a_post(cast):
    posting = appoint(cast, unit="glacier", office=Office.BRANCH_COMMITTEE_MEMBER)
    assert posting.ends_on is None
    assert posting.history.count() == 1


@pytest.mark.parametrize(
    ("office", "unit", "words"),
    [
        (Office.SECRETARY, "冰冻圈党支部", "冰冻圈党支部书记"),
        (Office.COMMITTEE_MEMBER, "研究院党委", "研究院党委委员"),
        (Office.GROUP_LEADER, "冰冻圈一组", "冰冻圈一组党小组长"),
        (Office.PARTY_OFFICE, "研究院党委", "研究院党委党办组织员"),
    ],
)
def test_a_post_is_called_by_its_unit_without_saying_the_kind_twice(office, unit, words):
    kind = {Office.SECRETARY: UnitKind.BRANCH, Office.GROUP_LEADER: UnitKind.GROUP}.get(office, UnitKind.COMMITTEE)
    assert str(Posting(office=office, unit=Unit(name=unit, kind=kind))) == words


def test_a_post_exists_only_in_its_kind_of_unit(cast):
    with pytest.raises(Refused, match="不设"):
        appoint(cast, office=Office.SECRETARY, unit="institute")
    with pytest.raises(Refused, match="不设"):
        appoint(cast, office=Office.COMMITTEE_MEMBER, unit="glacier")


def test_a_party_post_needs_a_full_member_in_good_standing(cast):
    for person in (cast.probationer, cast.suspended_member, cast.scientists[0]):
        with pytest.raises(Refused, match="正式党员"):
            appoint(cast, person=person)


def test_a_second_secretary_is_refused_by_name(cast):
    with pytest.raises(Refused, match="周维岳"):
        appoint(cast, office=Office.SECRETARY, unit="glacier")


def test_a_post_that_was_taken_back_before_its_first_day_bars_nobody(cast):
    today, soon = cast.today, cast.today + timedelta(days=34)
    first = Posting.objects.get(person=cast.secretary.person, ends_on=None)
    end_posting(by=cast.office, posting=first, ends_on=today, reason="支部换届", now=timezone.now())
    slip = appoint(cast, office=Office.SECRETARY, unit="glacier", starts_on=soon)
    end_posting(by=cast.office, posting=slip, ends_on=soon, reason="日期填错", now=timezone.now())
    assert appoint(cast, office=Office.SECRETARY, unit="glacier").starts_on < soon


def test_the_database_itself_refuses_a_second_secretary(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(
            person=cast.full_members[0], office=Office.SECRETARY, unit=cast.glacier, starts_on=cast.today
        )


def test_a_replaced_secretary_loses_access_the_same_day_and_the_successor_gains_it(cast):
    posting = Posting.objects.get(person=cast.secretary.person, ends_on=None)
    successor = cast.mentor
    replace_posting(
        by=cast.office,
        posting=posting,
        successor=successor.person,
        on=cast.today,
        reason="支部换届",
        now=timezone.now(),
    )
    assert scope_of(afresh(cast.secretary)).paths == ()
    assert scope_of(afresh(successor)).paths == (cast.glacier.path,)


def test_a_hand_over_that_cannot_be_leaves_everything_as_it_was(cast):
    posting = Posting.objects.get(person=cast.secretary.person, ends_on=None)
    with pytest.raises(Refused):
        replace_posting(
            by=cast.office,
            posting=posting,
            successor=cast.probationer,
            on=cast.today,
            reason="支部换届",
            now=timezone.now(),
        )
    posting.refresh_from_db()
    assert posting.ends_on is None


def test_ending_a_post_needs_a_reason_and_a_possible_day(cast):
    posting = Posting.objects.get(person=cast.deputy.person)
    with pytest.raises(Refused, match="依据"):
        end_posting(by=cast.office, posting=posting, ends_on=cast.today, reason=" ", now=timezone.now())
    with pytest.raises(Refused, match="不能早于"):
        end_posting(
            by=cast.office,
            posting=posting,
            ends_on=posting.starts_on - timedelta(days=1),
            reason="调离",
            now=timezone.now(),
        )


@pytest.mark.parametrize("office", [Office.AUDITOR, Office.SECURITY_ADMINISTRATOR, Office.SYSTEM_ADMINISTRATOR])
def test_an_administrator_holds_nothing_else(cast, office):
    with pytest.raises(Refused, match="不兼任"):
        appoint(cast, by=cast.system_administrator, person=cast.secretary.person, office=office, unit="institute")
    with pytest.raises(Refused, match="不兼任"):
        appoint(cast, person=cast.auditor.person)


def test_the_database_itself_refuses_two_administrators_in_one_person(cast):
    with pytest.raises(IntegrityError), transaction.atomic():
        Posting.objects.create(
            person=cast.auditor.person,
            office=Office.SECURITY_ADMINISTRATOR,
            unit=cast.institute,
            starts_on=cast.today,
        )


def test_nobody_fills_a_post_with_themselves(cast):
    with pytest.raises(Refused, match="自己的任职"):
        appoint(cast, person=cast.office.person)


def test_the_system_administrator_appoints_the_office_and_nobody_of_the_branches(cast):
    appoint(cast, by=cast.system_administrator, office=Office.PARTY_OFFICE, unit="institute")
    with pytest.raises(NotYours):
        appoint(cast, by=cast.system_administrator)


def test_the_office_appoints_no_colleague_of_its_own_and_no_administrator(cast):
    for office in (Office.PARTY_OFFICE, Office.AUDITOR):
        with pytest.raises(NotYours):
            appoint(cast, office=office, unit="institute")


@pytest.mark.parametrize("who", ["secretary", "member", "hr", "auditor", "security_administrator", "stranger"])
def test_others_appoint_nobody(cast, who):
    with pytest.raises(NotYours):
        appoint(cast, by=cast.users[who])


def test_the_sub_office_appoints_in_its_own_part_only(cast):
    with pytest.raises(NotYours):
        appoint(cast, by=cast.sub_office)
    appoint(cast, by=cast.sub_office, office=Office.DEPUTY_SECRETARY, unit="ecology")
