"""The first login in a real Chromium: the page that must be done first stands still while the side bar asks for notices."""

import pytest
from django.urls import reverse
from playwright.sync_api import expect

from tests.cast import PASSWORD
from tests.test_story import sign_in

CHOSEN = "gletscher-wandern-am-morgen"
FIRST_PAGES = ["/password/", "/account/second-factor/"]


@pytest.fixture
def newcomer(cast, settings):
    """Somebody with a first password, who must then set up a second factor."""
    settings.YINLING_REQUIRE_SECOND_FACTOR = True
    user = cast.office
    user.must_change_password = True
    user.save()
    return user


@pytest.mark.browser
@pytest.mark.django_db(transaction=True)
def test_a_first_password_is_changed_and_a_second_factor_offered_without_the_page_moving(
    live_server, browser, newcomer
):
    page = browser.new_context(locale="zh-CN").new_page()
    asked = []
    page.on("response", lambda answer: asked.append(answer.status) if "/notices/mark/" in answer.url else None)
    sign_in(page, live_server, newcomer)
    expect(page).to_have_url(live_server.url + FIRST_PAGES[0])
    page.get_by_label("旧密码").fill(PASSWORD)
    page.wait_for_timeout(1000)
    page.get_by_label("新密码 *").fill(CHOSEN)
    page.get_by_label("新密码确认").fill(CHOSEN)
    page.get_by_role("button", name="修改密码").click()
    page.wait_for_url(live_server.url + FIRST_PAGES[1])
    page.wait_for_timeout(1000)
    expect(page.locator("main")).to_have_count(1)
    assert asked == [204, 204]
    newcomer.refresh_from_db()
    assert newcomer.check_password(CHOSEN)


@pytest.mark.django_db
@pytest.mark.parametrize("field", ["must_change_password", None], ids=["password", "second factor"])
def test_a_part_of_a_page_left_open_takes_the_whole_page_to_what_must_be_done_first(client, newcomer, field):
    newcomer.must_change_password = bool(field)
    newcomer.save()
    client.force_login(newcomer)
    wanted = FIRST_PAGES[0 if field else 1]
    asking = {"headers": {"HX-Request": "true", "HX-Current-URL": "http://testserver/candidates/"}}
    answer = client.get(reverse("notice-mark"), **asking)
    assert (answer.status_code, answer.headers["HX-Redirect"]) == (204, wanted)
    asking["headers"]["HX-Current-URL"] = f"http://testserver{wanted}"
    answer = client.get(reverse("notice-mark"), **asking)
    assert (answer.status_code, answer.headers.get("HX-Redirect")) == (204, None)
