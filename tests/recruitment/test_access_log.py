"""Who looked at what is written down before it is shown, and read by those who may."""

from datetime import timedelta

from django.urls import reverse
from django.utils import timezone

from recruitment.actions.access import EXPORTED, log_view
from recruitment.actions.declines import decline
from recruitment.models import AccessEntry


def test_looking_at_a_person_is_logged_with_who_when_what_and_whence(client, cast, factory):
    candidate = factory.candidate(2)
    client.force_login(cast.secretary)
    client.get(reverse("candidate", args=[candidate.code]), REMOTE_ADDR="10.1.2.3")
    entry = AccessEntry.objects.get(candidate=candidate)
    assert (entry.user, entry.address) == (cast.secretary, "10.1.2.3")
    assert timezone.now() - entry.at < timedelta(minutes=1)


def test_a_look_that_was_refused_is_no_look(client, cast, factory):
    candidate = factory.candidate(2)
    client.force_login(cast.neighbour_secretary)
    assert client.get(reverse("candidate", args=[candidate.code])).status_code == 404
    assert not AccessEntry.objects.filter(candidate=candidate).exists()


def test_the_auditor_reads_who_and_when_without_names_of_candidates(client, cast, factory):
    candidate = factory.candidate(2)
    log_view(user=cast.secretary, candidate=candidate, what="过程纪实", now=timezone.now(), address="10.1.2.3")
    client.force_login(cast.auditor)
    page = client.get(reverse("access-log")).content.decode()
    assert cast.secretary.person.name in page
    assert str(candidate.code)[:8] in page
    assert candidate.person.name not in page


def test_no_code_stands_in_full_where_somebody_reads_what_was_looked_at(client, cast, factory):
    candidate, code = factory.candidate(2), "451748cc-a3f5-4195-b716-6ff8cb0a4b57"
    log_view(user=cast.office, candidate=candidate, what=f"谈心谈话 {code}", action="read_talk", now=timezone.now())
    pages = {"auditor": reverse("access-log"), "secretary": reverse("candidate-tab", args=[candidate.code, "reads"])}
    for who, page in pages.items():
        client.force_login(getattr(cast, who))
        text = client.get(page).content.decode()
        assert "谈心谈话 451748cc<" in text, who
        assert "读谈话记录" in text, who
        assert code not in text, who


def test_the_office_reads_about_its_people_only(client, cast, factory):
    near, far = factory.candidate(2), factory.candidate(2, unit=cast.ecology)
    for candidate in (near, far):
        log_view(user=cast.secretary, candidate=candidate, what="过程纪实", now=timezone.now())
    client.force_login(cast.sub_office)
    page = client.get(reverse("access-log")).content.decode()
    assert far.person.name in page
    assert near.person.name not in page


def test_who_said_no_is_gone_from_the_log_of_whoever_looked(client, cast, factory):
    candidate = factory.candidate(2)
    log_view(user=cast.office, candidate=candidate, what="过程纪实", now=timezone.now())
    log_view(user=cast.office, action=EXPORTED, what="乙档", people_count=7, reason="年报", now=timezone.now())
    client.force_login(cast.office)
    assert candidate.person.name in client.get(reverse("access-log")).content.decode()
    decline(by=cast.office, code=candidate.code, now=timezone.now())
    page = client.get(reverse("access-log")).content.decode()
    assert candidate.person.name not in page
    assert "乙档" in page
    client.force_login(cast.auditor)
    assert str(candidate.code)[:8] in client.get(reverse("access-log")).content.decode()


def test_the_log_is_narrowed_by_person_way_and_days(client, cast, factory):
    candidate = factory.candidate(2)
    log_view(user=cast.secretary, candidate=candidate, what="甲页", now=timezone.now() - timedelta(days=3))
    log_view(user=cast.office, action=EXPORTED, what="乙档", people_count=7, reason="年报", now=timezone.now())
    client.force_login(cast.auditor)

    def seen(query):
        page = client.get(f"{reverse('access-log')}?{query}").content.decode()
        return "甲页" in page, "乙档" in page

    assert seen("") == (True, True)
    assert seen(f"who={cast.secretary.person.name}") == (True, False)
    assert seen("action=exported") == (False, True)
    assert seen(f"from_on={cast.today}") == (False, True)
    assert seen(f"until_on={cast.today - timedelta(days=3)}") == (True, False)
    assert seen("from_on=nonsense") == (True, True)


def test_the_log_costs_the_same_for_three_and_for_ninety(client, cast, factory, django_assert_max_num_queries):
    candidate = factory.candidate(2)
    for _ in range(90):
        log_view(user=cast.secretary, candidate=candidate, what="页", now=timezone.now())
    client.force_login(cast.auditor)
    with django_assert_max_num_queries(8):
        client.get(reverse("access-log"))
