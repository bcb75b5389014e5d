"""A post is handed over in one act: access, duties and contacts move the same day (notice R1, R2)."""

from datetime import timedelta

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

from branches.models import Posting, User
from branches.offices import Office
from committee.actions.talks import record_talk
from recruitment.actions.contacts import assign_contact
from recruitment.actions.postings import end_post, fill_post, replace_post
from recruitment.actions.refusals import Refused
from recruitment.actions.roads import recompute
from recruitment.actions.units import change_unit, move_unit
from recruitment.links import link_to
from recruitment.models import AccessEntry, Candidate, DesignatedContact, Due, UnitGrant
from recruitment.queries.overdue import overdue_owed


def afresh(user):
    return User.objects.select_related("person").get(pk=user.pk)


@pytest.fixture
def posting(cast):
    """The secretary's post of the glacier branch."""
    return Posting.objects.get(person=cast.secretary.person)


def hand_over(cast, posting, successor, **changes):
    values = {"on": cast.today, "reason": "支部换届", "now": timezone.now(), **changes}
    return replace_post(by=cast.office, posting=posting, successor=successor, **values)


def test_what_is_late_is_owed_by_the_successor_from_that_day_on(cast, factory, posting):
    factory.candidate(1, days_ago=60)
    assert overdue_owed(user=afresh(cast.secretary), today=cast.today) == 1
    hand_over(cast, posting, cast.stranger.person)
    assert overdue_owed(user=afresh(cast.secretary), today=cast.today) == 0
    assert overdue_owed(user=afresh(cast.stranger), today=cast.today) == 1


def test_a_predecessor_who_is_logged_in_loses_the_pages_with_the_next_request(client, cast, factory, posting):
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    path = reverse("candidate", args=[candidate.code])
    assert client.get(path).status_code == 200
    hand_over(cast, posting, cast.stranger.person)
    assert client.get(path).status_code in (302, 404)  # the session may have ended with the post


def test_a_predecessor_in_the_middle_of_a_form_is_told_in_plain_words_and_nothing_is_written(client, cast, factory, posting):
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    path = reverse("talk-record", args=[candidate.code])
    assert client.get(path).status_code == 200
    hand_over(cast, posting, cast.stranger.person)
    typed = {"held_on": cast.today, "way": "meeting", "topics": ["research"], "outlook": "未及提交"}
    login = client.post(path, typed, follow=True)
    assert login.redirect_chain == [(f"{reverse('login')}?next={path}", 302)]
    assert "任职变动、修改密码后须重新登录" in login.text
    client.force_login(cast.secretary)
    for answer in (client.get(path), client.post(path, typed)):
        assert answer.status_code == 404
        assert "或你的任职已变动" in answer.text
    assert not candidate.talks.exists()


def test_designated_contacts_held_by_the_post_end_with_it(cast, factory, posting):
    candidate = factory.candidate(2)
    contact = assign_contact(
        by=cast.office, code=candidate.code, leader=cast.secretary.person, decided_on=cast.today - timedelta(days=30),
        reason="支部书记联系", now=timezone.now(),
    )  # fmt: skip
    hand_over(cast, posting, cast.stranger.person)
    contact.refresh_from_db()
    assert contact.ends_on == cast.today
    assert not Candidate.objects.visible_to(afresh(cast.secretary)).exists()
    assert not Due.objects.open().filter(owed_by_person=cast.secretary.person).exists()


def test_a_post_with_contacts_is_not_ended_ahead(cast, factory, posting):
    candidate = factory.candidate(2)
    assign_contact(
        by=cast.office, code=candidate.code, leader=cast.secretary.person, decided_on=cast.today, reason="支部书记联系",
        now=timezone.now(),
    )  # fmt: skip
    with pytest.raises(Refused, match="定向联系"):
        end_post(
            by=cast.office, posting=posting, ends_on=cast.today + timedelta(days=9), reason="调任", now=timezone.now()
        )
    assert DesignatedContact.objects.open().exists()


def test_somebody_who_keeps_another_contact_post_keeps_their_people(cast, factory):
    candidate = factory.candidate(2)
    Posting.objects.create(
        person=cast.member.person, office=Office.COMMITTEE_SECRETARY, unit=cast.sub_committee, starts_on=cast.today
    )
    assign_contact(
        by=cast.office, code=candidate.code, leader=cast.member.person, decided_on=cast.today, reason="党委会",
        now=timezone.now(),
    )  # fmt: skip
    held = Posting.objects.get(person=cast.member.person, office=Office.COMMITTEE_MEMBER)
    end_post(by=cast.office, posting=held, ends_on=cast.today, reason="换届", now=timezone.now())
    assert DesignatedContact.objects.open().filter(leader=cast.member.person).exists()


def test_the_successor_finds_what_is_open_late_and_under_way(client, cast, factory, posting):
    late, ahead = factory.candidate(1, days_ago=60), factory.candidate(5)
    new = hand_over(cast, posting, cast.stranger.person)
    client.force_login(cast.stranger)
    page = client.get(reverse("handover", args=[new.pk])).content.decode()
    assert "接替 周维岳" in page
    assert late.person.name in page
    assert ahead.person.name in page
    assert "逾期 1 项" in page


def test_of_two_hand_overs_on_one_day_the_second_names_who_handed_over_last(client, cast, factory, posting):
    person = factory.candidate(2)
    assign_contact(
        by=cast.office, code=person.code, leader=cast.secretary.person, decided_on=cast.today - timedelta(days=30),
        reason="支部书记联系", now=timezone.now(),
    )  # fmt: skip
    first = hand_over(cast, posting, cast.stranger.person)
    second = hand_over(cast, first, cast.mentor.person)
    client.force_login(cast.office)
    page = client.get(reverse("handover", args=[second.pk])).text
    assert "接替 覃海（其于当日接替 周维岳）" in page
    assert f"下列联系已结束：{person.person.name}。" in page
    assert "接替 周维岳。" in client.get(reverse("handover", args=[first.pk])).text


def test_of_two_fillings_on_one_day_the_second_names_who_left_last(client, cast, posting):
    for holder in (cast.stranger.person, cast.mentor.person):
        end_post(by=cast.office, posting=posting, ends_on=cast.today, reason="调任", now=timezone.now())
        posting = fill_post(
            by=cast.office, person=holder, office=Office.SECRETARY, unit=cast.glacier, starts_on=cast.today,
            reason="选举", now=timezone.now(),
        )  # fmt: skip
    client.force_login(cast.office)
    assert "接替 覃海（其于当日接替 周维岳）" in client.get(reverse("handover", args=[posting.pk])).text


def test_of_members_replaced_on_one_day_each_takes_over_from_their_own_predecessor(client, cast):
    posts = [Posting.objects.get(person=who.person) for who in (cast.member, cast.other_member)]
    followers = cast.mentor.person, cast.second_mentor.person
    new = [hand_over(cast, post, person) for post, person in zip(posts, followers, strict=True)]
    client.force_login(cast.office)
    for post, name in zip(new, ("沈望舒", "杜衡"), strict=True):
        assert f"接替 {name}。" in client.get(reverse("handover", args=[post.pk])).text


def held_by(cast, user):
    """The due of taking over what ``user`` holds now."""
    return Due.objects.filter(kind="handover", owed_by_person=user.person)


def test_the_successor_owes_taking_over_and_settles_it_on_the_page(client, cast, posting):
    new = hand_over(cast, posting, cast.stranger.person)
    due = held_by(cast, cast.stranger).get()
    assert (due.due_on, due.owed_by, due.settled_at) == (cast.today + timedelta(days=7), Office.SECRETARY, None)
    client.force_login(cast.stranger)
    page = client.get(link_to(due), follow=True)
    assert page.redirect_chain[-1][0] == reverse("handover", args=[new.pk])
    assert "确认接手" in page.text
    assert client.get(reverse("handover-confirm", args=[new.pk])).status_code == 405
    assert client.post(reverse("handover-confirm", args=[new.pk])).status_code == 302
    due.refresh_from_db()
    assert (due.was_done, due.settled_on) == (True, cast.today)
    assert f"已于 {cast.today} 确认接手" in client.get(reverse("handover", args=[new.pk])).text


def test_only_the_holder_confirms(client, cast, posting):
    new = hand_over(cast, posting, cast.stranger.person)
    for part, status in {"office": 403, "secretary": 404, "deputy": 404, "hr": 404}.items():
        client.force_login(getattr(cast, part))
        assert client.post(reverse("handover-confirm", args=[new.pk])).status_code == status, part
    assert held_by(cast, cast.stranger).get().settled_at is None


def test_a_post_that_is_filled_is_taken_over_too_and_an_ended_one_no_more(cast, posting):
    end_post(by=cast.office, posting=posting, ends_on=cast.today, reason="调任", now=timezone.now())
    filled = fill_post(
        by=cast.office, person=cast.mentor.person, office=Office.SECRETARY, unit=cast.glacier, starts_on=cast.today,
        reason="选举", now=timezone.now(),
    )  # fmt: skip
    assert held_by(cast, cast.mentor).get().settled_at is None
    hand_over(cast, filled, cast.stranger.person)
    assert not held_by(cast, cast.mentor).get().was_done
    assert not held_by(cast, cast.mentor).open().exists()
    assert held_by(cast, cast.stranger).open().exists()


def test_a_post_entered_long_after_it_began_is_no_hand_over(cast):
    fill_post(
        by=cast.office, person=cast.mentor.person, office=Office.ORGANISATION_COMMISSIONER, unit=cast.glacier,
        starts_on=cast.today - timedelta(days=400), reason="补录", now=timezone.now(),
    )  # fmt: skip
    assert not held_by(cast, cast.mentor).exists()


def test_the_successor_finds_the_notes_nobody_showed_them_until_they_are_opened(client, cast, factory, posting):
    candidate = factory.candidate(5, days_ago=40)
    values = {"code": candidate.code, "way": "phone", "topics": ["study"], "now": timezone.now()}
    of_mentor = record_talk(by=afresh(cast.mentor), held_on=cast.today, outlook="金丝雀未读内容", **values)
    of_office = record_talk(by=afresh(cast.office), held_on=cast.today, **values)
    new = hand_over(cast, posting, cast.stranger.person)
    client.force_login(cast.stranger)
    address = reverse("handover", args=[new.pk])
    page = client.get(address).text
    assert "未读谈话 2 次" in page
    assert "金丝雀" not in page
    assert reverse("talk", args=[of_mentor.code]) in page and reverse("talk", args=[of_office.code]) in page
    assert not AccessEntry.objects.filter(user=cast.stranger, action="read_talk").exists()
    client.get(reverse("talk", args=[of_mentor.code]))
    page = client.get(address).text
    assert "未读谈话 1 次" in page
    assert reverse("talk", args=[of_mentor.code]) not in page
    client.force_login(cast.office)
    assert "未读谈话" not in client.get(address).text  # what the successor has read is not the office's business


def test_the_hand_over_page_costs_the_same_for_few_and_many(client, cast, factory, posting, django_assert_num_queries):
    def busy(candidate):
        record_talk(
            by=afresh(cast.office), code=candidate.code, held_on=cast.today, way="phone", topics=["study"],
            now=timezone.now(),
        )  # fmt: skip

    busy(factory.applicant())
    new = hand_over(cast, posting, cast.stranger.person)
    client.force_login(cast.stranger)
    address = reverse("handover", args=[new.pk])
    client.get(address)
    with CaptureQueriesContext(connection) as few:
        client.get(address)
    for _ in range(5):
        busy(factory.applicant())
    with django_assert_num_queries(len(few)):
        client.get(address)


def test_a_vacant_branch_is_shown_as_such(client, cast, posting):
    end_post(by=cast.office, posting=posting, ends_on=cast.today, reason="调任", now=timezone.now())
    client.force_login(cast.office)
    assert "书记空缺" in client.get(reverse("postings")).content.decode()


def test_a_vacant_secretarys_post_is_owed_by_the_office_until_it_is_filled(client, cast, posting):
    end_post(by=cast.office, posting=posting, ends_on=cast.today, reason="调任", now=timezone.now())
    [due] = Due.objects.visible_to(afresh(cast.office)).open().filter(kind="vacant_post")
    assert (due.unit, due.owed_by) == (cast.glacier, Office.PARTY_OFFICE)
    client.force_login(cast.office)
    page = client.get(link_to(due), follow=True)
    assert f'value="{cast.glacier.code}" selected' in page.content.decode()
    fill_post(
        by=cast.office, person=cast.mentor.person, office=Office.SECRETARY, unit=cast.glacier, starts_on=cast.today,
        reason="选举", now=timezone.now(),
    )  # fmt: skip
    assert not Due.objects.open().filter(kind="vacant_post").exists()


def test_what_a_branch_without_secretary_owes_falls_to_the_office_which_is_told_why(client, cast, factory, posting):
    factory.candidate(1, days_ago=60)
    end_post(by=cast.office, posting=posting, ends_on=cast.today, reason="支部调整", now=timezone.now())
    assert overdue_owed(user=afresh(cast.office), today=cast.today) == 0  # the stand-in acts
    UnitGrant.objects.filter(content_object=cast.glacier).delete()
    assert overdue_owed(user=afresh(cast.office), today=cast.today) == 1
    client.force_login(cast.office)
    page = client.get(reverse("todo")).content.decode()
    assert "派人谈话" in page
    assert "该支部书记空缺，由党办督办" in page
    assert overdue_owed(user=afresh(cast.deputy), today=cast.today) == 1  # and to the deputy as before
    assert overdue_owed(user=afresh(cast.sub_office), today=cast.today) == 0


def test_the_page_of_posts_costs_the_same_for_few_and_many(client, cast, django_assert_max_num_queries):
    for person in cast.full_members:
        Posting.objects.create(
            person=person, office=Office.BRANCH_COMMITTEE_MEMBER, unit=cast.glacier, starts_on=cast.today
        )
    client.force_login(cast.office)
    with django_assert_max_num_queries(12):
        client.get(reverse("postings"))


def test_a_moved_branch_takes_its_people_and_dues_along(cast, factory):
    candidate = factory.candidate(5)
    move_unit(by=cast.office, unit=cast.glacier, parent=cast.sub_committee, now=timezone.now())
    candidate.refresh_from_db()
    cast.glacier.refresh_from_db()
    assert candidate.unit_path == cast.glacier.path
    assert cast.glacier.path.startswith(cast.sub_committee.path)
    assert set(Due.objects.open().filter(candidate=candidate).values_list("unit_path", flat=True)) == {
        cast.glacier.path
    }
    assert Candidate.objects.visible_to(afresh(cast.sub_office)).filter(pk=candidate.pk).exists()
    assert recompute([factory.fresh(candidate)], now=timezone.now(), dry_run=True) == {}


def test_a_change_with_an_impossible_move_changes_nothing(cast):
    with pytest.raises(Refused):
        change_unit(
            by=cast.office, unit=cast.general, parent=cast.desert, name="新名", short_name="新", may_approve=False,
            digest_hour=8, is_active=True, now=timezone.now(),
        )  # fmt: skip
    cast.general.refresh_from_db()
    assert cast.general.name == "寒旱区党总支"
