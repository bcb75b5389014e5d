"""The focus list: criteria as data, a purpose, an end, no score (notice F1, R6)."""

from datetime import date, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from branches.models import Person, User
from branches.offices import PoliticalStatus, TitleRank
from committee.actions.focus import end_listing, lapse_listings, list_person, renew_listing
from committee.models import CriterionKind, FocusCriterion, FocusLevel, FocusListing
from committee.queries.focus import as_criterion, condition, focus_list, proposals, roster_fact
from committee.rules.focus import default_end, meets
from recruitment.actions.refusals import NotYours, Refused
from recruitment.calendar import add_months
from recruitment.models import Candidate, Due
from recruitment.stages import RoadState, Stage

pytestmark = pytest.mark.django_db


def put_on_list(cast, person, *, by=None, **fields):
    values = {"purpose": "了解思想动向", "level": FocusLevel.GENERAL, "starts_on": cast.today} | fields
    return list_person(by=by or cast.office, person=person, unit=cast.glacier, now=timezone.now(), **values)


def codes(call, *args, **kwargs):
    with pytest.raises(Refused) as refusal:
        call(*args, **kwargs)
    return [objection.code for objection in refusal.value.objections]


@pytest.fixture
def criteria():
    """Four conditions as an office would set them, instead of those of the notice."""
    FocusCriterion.objects.all().delete()
    return FocusCriterion.objects.bulk_create(
        [
            FocusCriterion(name="副高级以上", kind=CriterionKind.TITLE_RANK, low=TitleRank.ASSOCIATE_SENIOR),
            FocusCriterion(name="45 岁以下", kind=CriterionKind.AGE, high=45),
            FocusCriterion(name="国家级人才计划", kind=CriterionKind.PROGRAMME, words="国家级、万人"),
            FocusCriterion(name="近五年回国", kind=CriterionKind.RETURNED, high=5),
        ]
    )


# --- Criteria


def test_the_query_and_the_rule_say_the_same_of_everybody(cast, factory, criteria):
    today = cast.today
    factory.person(talent_programme="国家级青年人才", birth_on=add_months(today, -12 * 46))
    factory.person(talent_programme="院百人", birth_on=add_months(today, -12 * 46) + timedelta(days=1))
    factory.person(title_rank=TitleRank.INTERMEDIATE, birth_on=None, returned_on=add_months(today, -60))
    factory.person(title_rank=TitleRank.NONE, returned_on=add_months(today, -60) + timedelta(days=1))
    factory.person(overseas_experience="瑞士，三年", title="", position="")
    more = [
        FocusCriterion(name="有计划", kind=CriterionKind.PROGRAMME),
        FocusCriterion(name="有海外经历", kind=CriterionKind.RETURNED),
        FocusCriterion(name="研究员", kind=CriterionKind.TITLE, words="研究员"),
        FocusCriterion(name="有职务", kind=CriterionKind.POSITION),
        FocusCriterion(name="35 到 45 岁", kind=CriterionKind.AGE, low=35, high=45),
    ]
    for row in [*criteria, *more]:
        by_query = set(Person.objects.filter(condition(row, today)).values_list("pk", flat=True))
        by_rule = {
            person.pk for person in Person.objects.all() if meets(roster_fact(person), as_criterion(row), today=today)
        }
        assert by_query == by_rule, row.name


def test_proposals_are_people_outside_the_party_by_name_with_the_criteria_they_meet(cast, factory, criteria):
    factory.person(name="阿一", political_status=PoliticalStatus.FULL_MEMBER)
    factory.person(name="阿二", left_on=cast.today)
    listed = factory.person(name="阿三")
    put_on_list(cast, listed)
    on_road = factory.applicant().person
    said_no = factory.declined().person
    page = proposals(user=cast.office, criterion="", number=1, today=cast.today)
    names = [row.name for row in page]
    assert {"阿一", "阿二", "阿三", on_road.name, said_no.name}.isdisjoint(names)
    assert names == [person.name for person in Person.objects.filter(name__in=names).order_by("pinyin", "pk")]
    assert {row.name: row.criteria for row in page}[cast.scientists[0].name] == ("副高级以上", "45 岁以下")


def test_a_single_criterion_narrows_the_proposals(cast, factory, criteria):
    factory.person(name="阿四", talent_programme="国家级青年人才")
    page = proposals(user=cast.office, criterion=str(criteria[2].pk), number=1, today=cast.today)
    assert [row.name for row in page] == ["阿四"]


def test_members_of_democratic_parties_are_marked_for_consultation(cast, factory, criteria):
    factory.person(name="阿五", political_status=PoliticalStatus.JIU_SAN)
    page = proposals(user=cast.office, criterion="", number=1, today=cast.today)
    assert {row.name: row.note for row in page}["阿五"] == "民主党派成员，先征求意见"


def test_the_criteria_of_the_notice_are_there_from_the_start(cast):
    names = FocusCriterion.objects.values_list("name", flat=True)
    assert list(names) == ["副高级以上", "中青年（45 岁以下）", "人才计划入选者", "海外回国"]


def test_without_criteria_nobody_is_proposed(cast):
    FocusCriterion.objects.update(is_active=False)
    assert not list(proposals(user=cast.office, criterion="", number=1, today=cast.today))


# --- Listings


def test_a_listing_opens_a_file_and_ends_after_six_months_unless_renewed(cast, criteria):
    listing = put_on_list(cast, cast.scientists[0])
    assert listing.ends_on == add_months(cast.today, 6)
    assert listing.criteria == ["副高级以上", "45 岁以下"]
    assert listing.candidate.stage == Stage.PROSPECT
    due = Due.objects.open().get(candidate=listing.candidate, kind="listing_end")
    assert (due.due_on, due.opens_on) == (listing.ends_on, listing.ends_on - timedelta(days=30))


def test_six_months_are_calendar_months():
    assert default_end(date(2026, 8, 31)) == date(2027, 2, 28)


def test_what_cannot_be_is_refused(cast):
    person = cast.scientists[0]
    assert codes(put_on_list, cast, person, purpose=" ") == ["purpose_required"]
    assert codes(put_on_list, cast, person, starts_on=cast.today + timedelta(days=1)) == ["listing_in_future"]
    assert codes(put_on_list, cast, person, ends_on=cast.today) == ["listing_without_term"]
    assert codes(put_on_list, cast, person, ends_on=add_months(cast.today, 12) + timedelta(days=1)) == [
        "listing_too_long"
    ]
    assert codes(put_on_list, cast, cast.full_members[0]) == ["already_a_member"]
    put_on_list(cast, person)
    assert codes(put_on_list, cast, person) == ["already_listed"]
    with pytest.raises(NotYours):
        put_on_list(cast, cast.scientists[1], by=cast.secretary)
    assert FocusListing.objects.count() == Candidate.objects.count() == 1


def test_renewing_is_a_new_decision(cast):
    listing = put_on_list(cast, cast.scientists[0], starts_on=cast.today - timedelta(days=170))
    ends_on = cast.today + timedelta(days=90)
    renew_listing(
        by=cast.office_colleague,
        code=listing.code,
        ends_on=ends_on,
        purpose="安排党委委员联系",
        level=FocusLevel.CLOSE,
        next_step="请支部书记谈心",
        now=timezone.now(),
    )
    listing.refresh_from_db()
    assert (listing.ends_on, listing.level, listing.decided_by) == (ends_on, FocusLevel.CLOSE, cast.office_colleague)
    assert Due.objects.open().get(candidate=listing.candidate, kind="listing_end").due_on == ends_on
    assert listing.history.count() == 2


def test_a_prospect_taken_off_the_list_is_contacted_no_more_and_may_be_listed_again(cast):
    listing = put_on_list(cast, cast.scientists[0])
    end_listing(by=cast.office, code=listing.code, now=timezone.now())
    candidate = Candidate.objects.get()
    assert candidate.state == RoadState.LAPSED
    assert not Due.objects.open().filter(candidate=candidate).exists()
    again = put_on_list(cast, cast.scientists[0])
    assert again.candidate_id != candidate.pk


def test_an_applicant_taken_off_the_list_goes_on(cast, factory):
    candidate = factory.applicant()
    listing = put_on_list(cast, candidate.person)
    end_listing(by=cast.office, code=listing.code, now=timezone.now())
    candidate.refresh_from_db()
    assert candidate.state == RoadState.ACTIVE
    assert Due.objects.open().filter(candidate=candidate).exists()


@pytest.mark.parametrize(("days", "lapsed"), [(1, 0), (0, 1), (-1, 1)])
def test_a_listing_lapses_on_the_day_its_term_is_over(cast, days, lapsed):
    listing = put_on_list(cast, cast.scientists[0], starts_on=cast.today - timedelta(days=100))
    FocusListing.objects.filter(pk=listing.pk).update(ends_on=cast.today + timedelta(days=days))
    assert lapse_listings(now=timezone.now()) == lapsed
    assert lapse_listings(now=timezone.now()) == 0
    assert Candidate.objects.filter(state=RoadState.LAPSED).count() == lapsed


def test_the_list_shows_each_office_its_own(cast, factory):
    put_on_list(cast, cast.scientists[0])
    office = User.objects.get(pk=cast.office.pk)
    assert [row.name for row in focus_list(user=office, number=1, today=cast.today)] == [cast.scientists[0].name]
    assert not list(focus_list(user=cast.sub_office, number=1, today=cast.today))
    assert not list(focus_list(user=cast.neighbour_secretary, number=1, today=cast.today))


# --- Pages


def test_the_office_lists_renews_and_ends_on_its_pages(client, cast, criteria):
    person = cast.scientists[0]
    client.force_login(cast.office)
    assert person.name in client.get(reverse("focus-proposals")).text
    url = reverse("focus-add", args=[person.code])
    assert client.get(url).status_code == 200
    data = {
        "unit": str(cast.glacier.code),
        "starts_on": cast.today,
        "ends_on": cast.today + timedelta(days=100),
        "purpose": "了解思想动向",
        "level": "general",
    }
    assert client.post(url, data | {"purpose": ""}).status_code == 422
    assert client.post(url, data).status_code == 302
    listing = FocusListing.objects.get()
    assert person.name in client.get(reverse("focus")).text
    url = reverse("focus-renew", args=[listing.code])
    assert client.get(url).status_code == 200
    assert client.post(url, data | {"ends_on": cast.today + timedelta(days=120)}).status_code == 302
    url = reverse("focus-end", args=[listing.code])
    assert client.get(url).status_code == 405
    assert client.post(url).status_code == 302
    assert not FocusListing.objects.open().exists()


def test_criteria_are_set_on_a_page(client, cast):
    client.force_login(cast.office)
    url = reverse("criterion-add")
    assert "3 副高级" in client.get(url).text, "ranks are numbers in the table and words for people"
    assert client.post(url, {"name": "青年", "kind": "age", "is_active": "on"}).status_code == 422
    assert client.post(url, {"name": "青年", "kind": "age", "high": 40, "is_active": "on"}).status_code == 302
    row = FocusCriterion.objects.get(name="青年")
    assert (
        client.post(reverse("criterion", args=[row.pk]), {"name": "青年", "kind": "age", "high": 38}).status_code == 302
    )
    row.refresh_from_db()
    assert (row.high, row.is_active, row.history.count()) == (38, False, 2)


def test_who_keeps_the_list_and_who_reads_it(client, cast):
    for part, listed, kept in [
        ("office", 200, 200),
        ("secretary", 200, 404),
        ("committee_secretary", 200, 404),
        ("member", 404, 404),
        ("hr", 404, 404),
        ("department_liaison", 404, 404),
        ("auditor", 404, 404),
        ("stranger", 404, 404),
    ]:
        client.force_login(getattr(cast, part))
        assert client.get(reverse("focus")).status_code == listed, part
        for url in (
            reverse("focus-proposals"),
            reverse("focus-add", args=[cast.scientists[0].code]),
            reverse("criterion-add"),
        ):
            assert client.get(url).status_code == kept, (part, url)


def test_nothing_anywhere_scores_a_person():
    names = {field.name for model in (FocusListing, FocusCriterion) for field in model._meta.get_fields()}
    assert names.isdisjoint({"score", "rank", "points", "weight", "probability"})
