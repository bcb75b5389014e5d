"""The list of people and the to-do list: who stands in them, in which order, at which price."""


import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from tests.recruitment.test_acts import apply

pytestmark = pytest.mark.django_db


def names_in(response):
    return [row.name for row in response.context["page"].object_list]


def test_everybody_sees_their_own_people_only(client, cast):
    candidate = apply(cast)
    for part, user in cast.users.items():
        client.force_login(user)
        answer = client.get(reverse("candidates"))
        sees = part in {
            "secretary", "deputy", "commissioner", "office", "office_colleague", "committee_secretary", "stand_in",
        }  # fmt: skip
        assert (candidate.person.name in names_in(answer)) is sees, part


def test_people_are_found_by_name_pinyin_and_initials(client, cast):
    candidate = apply(cast, person=cast.scientists[0])
    apply(cast, person=cast.scientists[1])
    client.force_login(cast.secretary)
    for typed in (
        candidate.person.name,
        candidate.person.name[1:],
        candidate.person.pinyin[:4],
        candidate.person.initials,
    ):
        assert names_in(client.get(reverse("candidates"), {"q": typed})) == [candidate.person.name], typed


def test_filters_that_make_no_sense_are_no_error(client, cast):
    apply(cast)
    client.force_login(cast.secretary)
    answer = client.get(reverse("candidates"), {"stage": "99", "age": "x", "unit": "nobody", "page": "-3", "sort": "'"})
    assert answer.status_code == 200


def test_the_nearest_last_day_comes_first(client, cast):
    later = apply(cast, person=cast.scientists[0], days_ago=2)
    sooner = apply(cast, person=cast.scientists[1], days_ago=25)
    client.force_login(cast.secretary)
    assert names_in(client.get(reverse("candidates"))) == [sooner.person.name, later.person.name]
    assert names_in(client.get(reverse("candidates"), {"sort": "-due"})) == [later.person.name, sooner.person.name]


@pytest.mark.parametrize(("url", "most"), [("candidates", 12), ("todo", 12)])
def test_thirty_rows_cost_what_three_cost(client, cast, url, most):
    client.force_login(cast.secretary)
    counts = []
    for people in (cast.scientists[:3], cast.scientists[3:8]):
        for person in people:
            apply(cast, person=person)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            assert client.get(reverse(url)).status_code == 200
        counts.append(len(queries))
    assert counts[0] == counts[1]
    assert counts[0] <= most


def test_the_page_of_a_person_costs_at_most_seventeen_queries(client, cast):
    candidate = apply(cast)
    client.force_login(cast.secretary)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(reverse("candidate", args=[candidate.code])).status_code == 200
    assert len(queries) <= 17, [query["sql"][:120] for query in queries]


def test_late_dues_stand_first_in_the_to_do_list(client, cast):
    apply(cast, person=cast.scientists[0], days_ago=60)
    apply(cast, person=cast.scientists[1], days_ago=5)
    client.force_login(cast.secretary)
    groups = client.get(reverse("todo")).context["groups"]
    assert groups[0].level == "overdue"
    assert groups[0].dues[0].name == cast.scientists[0].name
    assert groups[0].dues[0].due_on < cast.today
    with_a_day = [due for group in groups[1:] for due in group.dues if due.due_on]
    assert with_a_day and all(due.due_on >= cast.today for due in with_a_day)


def test_a_mentor_without_a_post_is_shown_people_and_no_branch_or_contacts(client, cast, factory):
    factory.candidate(5)
    client.force_login(cast.mentor)
    page = client.get("/todo/").text
    assert "我联系的人员一览" in page and "全部 1 人" in page
    assert "本支部" not in page and "定向联系" not in page
    client.force_login(cast.secretary)
    page = client.get("/todo/").text
    assert f"{cast.glacier.short_name}一览" in page or f"{cast.glacier.name}一览" in page
    assert "还没有指定联系对象" in page
