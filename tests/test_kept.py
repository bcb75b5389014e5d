"""kept.js in a real Chromium: what somebody typed outlives the end of the session and an error of the site."""

import re

import pytest
from django.template.loader import render_to_string
from django.urls import reverse
from playwright.sync_api import expect

from tests.cast import PASSWORD

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]

TYPED = "<b>近期</b>研究进展顺利 =1+1 😀"
ASK_FOR_THE_MARK = "htmx.ajax('GET', document.getElementById('notice-mark').getAttribute('hx-get'), '#notice-mark')"


@pytest.fixture
def form(live_server, page, cast, factory):
    """The talk form of somebody, opened by the branch's secretary, with something typed into it."""
    person = factory.candidate(3)
    page.goto(f"{live_server.url}{reverse('login')}?next={reverse('talk-record', args=[person.code])}")
    log_in(page, cast.secretary)
    page.set_default_timeout(10_000)
    page.get_by_label("主要内容和思想状况").fill(TYPED)
    page.get_by_text("科研进展", exact=True).click()
    return page


def log_in(page, user):
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.locator("#main")).not_to_have_class(re.compile("login"))


def expect_it_back(page):
    expect(page.get_by_text("以下是上次填写、尚未提交的内容")).to_be_visible()
    expect(page.get_by_label("主要内容和思想状况")).to_have_value(TYPED)
    expect(page.get_by_label("科研进展")).to_be_checked()


@pytest.mark.parametrize("by_itself", [False, True], ids=["on sending", "by the mark that asks by itself"])
def test_a_session_that_ends_meanwhile_loses_nothing_typed(form, cast, by_itself):
    form.context.clear_cookies(name="sessionid")
    if by_itself:
        form.evaluate(ASK_FOR_THE_MARK)
    else:
        form.get_by_role("button", name="保存谈话记录").click()
    form.wait_for_url("**/login/**")
    log_in(form, cast.secretary)
    expect_it_back(form)
    form.reload()
    expect(form.get_by_label("主要内容和思想状况")).to_have_value("")


def test_somebody_else_who_logs_in_is_shown_nothing_of_it(form, cast):
    form.context.clear_cookies(name="sessionid")
    form.get_by_role("button", name="保存谈话记录").click()
    form.wait_for_url("**/login/**")
    log_in(form, cast.deputy)
    expect(form.get_by_label("主要内容和思想状况")).to_have_value("")
    assert form.evaluate("sessionStorage.getItem('kept-form')") is None


def test_an_error_of_the_site_loses_nothing_typed(form):
    broken = render_to_string("500.html")
    form.route(
        "**/talk/",
        lambda route: (
            route.fulfill(status=500, body=broken, content_type="text/html")
            if route.request.method == "POST"
            else route.continue_()
        ),
    )
    form.get_by_role("button", name="保存谈话记录").click()
    expect(form.get_by_role("heading", name="系统出错，内容未保存")).to_be_visible()
    # before its script has come, the link leads home
    form.wait_for_load_state("load")
    form.get_by_role("link", name="返回上一页").click()
    expect(form.get_by_label("主要内容和思想状况")).to_have_value(TYPED)
    expect(form.get_by_label("科研进展")).to_be_checked()


def test_what_was_taken_is_kept_no_longer(form):
    form.get_by_text("面谈", exact=True).click()
    form.get_by_role("button", name="保存谈话记录").click()
    expect(form.get_by_text("已记录与")).to_be_visible()
    assert form.evaluate("sessionStorage.getItem('kept-form')") is None
