"""The side bar leads everybody only where they are let in, and everybody has a home."""

import re

from django.urls import reverse

from recruitment.navigation import HOMES, PAGES, home_of, navigation, parts_of


def links_of(user, rf):
    """The lines of the side bar of ``user``."""
    request = rf.get("/")
    request.user = user
    return [item for group in navigation(request)["nav"] for item in group.items]


def test_every_link_of_everybodys_side_bar_opens(client, cast, factory, rf):
    factory.candidate(3)
    for who, user in cast.users.items():
        client.force_login(user)
        links = links_of(user, rf)
        assert links, who
        for item in links:
            response = client.get(item.url, follow=True)  # a secretary is led on to the plan of the own branch
            assert response.status_code == 200, (who, item.url)
            assert not response.request["PATH_INFO"].startswith("/login"), (who, item.url)


def test_everybody_lands_on_a_page_that_opens(client, cast):
    for who, user in cast.users.items():
        client.force_login(user)
        response = client.get("/", follow=True)
        assert response.status_code == 200, who
        assert response.redirect_chain[-1][0] == reverse(home_of(user)), who


def test_a_phone_shows_at_most_four_pages_in_its_bottom_bar(cast, rf):
    for who, user in cast.users.items():
        bar = [item for item in links_of(user, rf) if not item.more]
        assert len(bar) <= 4, who


def test_whoever_holds_no_post_is_tied_to_single_people(cast):
    assert parts_of(cast.mentor) == ("tied",)
    assert parts_of(cast.former_secretary) == ("tied",)


def test_a_stand_in_works_as_a_branch_does(cast):
    assert home_of(cast.stand_in) == "todo"
    assert parts_of(cast.stand_in) == ("branch",)


def test_every_page_named_exists():
    for page in PAGES:
        reverse(page.name)
    for name in HOMES.values():
        reverse(name)


def test_the_number_of_late_acts_is_told_with_the_to_do_list(cast, factory, rf):
    factory.candidate(1, days_ago=60)
    [todo] = [item for item in links_of(cast.secretary, rf) if item.label == "待办"]
    assert todo.count == 1
    assert todo.overdue


def test_the_search_box_looks_where_the_user_may_look(client, cast):
    for who, leads_to in (
        ("secretary", "/candidates/"),
        ("mentor", "/candidates/"),
        ("hr", "/roster/"),
        ("auditor", None),
    ):
        client.force_login(cast.users[who])
        page = client.get("/account/").content.decode()
        found = re.search(r'role="search" action="([^"]*)"', page)
        assert (found and found.group(1)) == leads_to, who


def test_a_page_that_shows_no_side_bar_asks_nothing(rf, cast, django_assert_num_queries):
    request = rf.get("/")
    request.user = cast.secretary
    with django_assert_num_queries(0):
        navigation(request)


def test_the_side_bar_costs_the_scope_and_one_query(rf, cast, factory, django_assert_max_num_queries):
    factory.candidate(1)
    request = rf.get("/")
    request.user = type(cast.secretary).objects.select_related("person").get(pk=cast.secretary.pk)
    with django_assert_max_num_queries(3):
        context = navigation(request)
        list(context["nav"])
        str(context["post_name"]), str(context["scope_name"])
