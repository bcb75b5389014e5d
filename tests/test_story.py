"""The main job, end to end, in a real Chromium with a real mail server: what the institute does with the product on one day."""

import re
from datetime import datetime, time, timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import Page, expect

from committee.delivery.rounds import deliver_due
from committee.delivery.schedule import create_due
from recruitment.actions.contacts import assign_contact
from recruitment.calendar import seed_calendar
from recruitment.models import Candidate
from recruitment.stages import Stage
from tests.cast import PASSWORD
from tests.recruitment.test_acts import apply

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


def sign_in(page: Page, live_server, user):
    page.set_default_timeout(10_000)
    page.goto(f"{live_server.url}/login/")
    page.get_by_label("账号").fill(user.username)
    page.get_by_label("密码").fill(PASSWORD)
    page.get_by_role("button", name="登录").click()
    expect(page.get_by_role("main")).to_be_visible()


def fill_date(page, label, day):
    page.get_by_label(label).first.fill(day.isoformat())


def no_refusals(page):
    """Every console error of the page: a blocked script or style would stand there.

    A request that leaving the page cuts off, such as the question for unread notices, is no error.
    """
    errors = []
    page.on("console", lambda message: errors.append(message.text) if message.type == "error" else None)
    page.on("requestfailed", lambda request: None if request.failure == "net::ERR_ABORTED" else errors.append(request.url))
    return errors


def open_step(page, number):
    """Follow 办理 of step ``number`` in the column 下一步."""
    page.get_by_label("下一步与联系人").locator(f'a[href$="/steps/{number}/"]').first.click()


def test_the_main_job_from_application_to_digest(live_server, browser, client, cast, smtp):
    person, today = cast.scientists[0], cast.today
    desk = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = desk.new_page()
    errors = no_refusals(page)

    # The secretary registers an applicant: once with a slip, which is explained and loses nothing, then rightly.
    sign_in(page, live_server, cast.secretary)
    expect(page.get_by_role("heading", name="待办", level=1)).to_be_visible()
    page.get_by_role("link", name="新增申请人").first.click()
    page.get_by_label("工号").fill(person.staff_number)
    page.get_by_label("姓名", exact=True).fill(person.name)
    fill_date(page, "递交入党申请书日期", today + timedelta(days=3))
    page.get_by_role("button", name="登记申请人").click()
    expect(page.get_by_role("alert")).to_contain_text("在今天")
    expect(page.get_by_label("工号")).to_have_value(person.staff_number)
    errors.clear()  # the refused form is a 422, which Chromium reports as a failed load
    fill_date(page, "递交入党申请书日期", today - timedelta(days=20))
    page.get_by_role("button", name="登记申请人").click()
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()

    # Talk, activist, filing, mentors: each step is where the page says it is.
    open_step(page, 2)
    fill_date(page, "谈话日期", today - timedelta(days=15))
    page.get_by_label("谈话人1").select_option(index=1)
    page.get_by_role("button", name="提交").click()
    open_step(page, 3)
    fill_date(page, "决定日期", today - timedelta(days=9))
    page.get_by_role("button", name="提交").click()
    expect(page.locator("h1")).to_contain_text("入党积极分子")
    open_step(page, 5)
    fill_date(page, "决定日期", today - timedelta(days=8))
    page.get_by_label("培养联系人1").select_option(index=1)
    page.get_by_role("button", name="提交").click()
    expect(page.get_by_role("heading", name=person.name)).to_be_visible()
    assert errors == []
    candidate = Candidate.objects.get(person=person)
    assert candidate.stage == Stage.ACTIVIST
    assert [number for number in range(1, 26) if candidate.has_done(number)] == [1, 2, 3, 5]
    desk.close()

    # The office sees the person, and gives her to a committee member to look after.
    office = browser.new_context(viewport={"width": 1440, "height": 900}, locale="zh-CN")
    page = office.new_page()
    sign_in(page, live_server, cast.office)
    expect(page.get_by_role("heading", name="总览")).to_be_visible()
    page.goto(f"{live_server.url}/candidates/?q={person.pinyin[:3]}")
    expect(page.get_by_role("link", name=person.name)).to_be_visible()
    office.close()
    assign_contact(
        by=cast.office,
        code=candidate.code,
        leader=cast.member.person,
        decided_on=today,
        reason="党委会分工",
        now=timezone.now(),
    )

    # The committee member records a talk on the phone.
    phone = browser.new_context(viewport={"width": 390, "height": 844}, locale="zh-CN", has_touch=True, is_mobile=True)
    page = phone.new_page()
    sign_in(page, live_server, cast.member)
    expect(page.get_by_text(person.name).first).to_be_visible()
    page.get_by_role("link", name="记录谈话").first.click()
    if page.get_by_label("日期").first.is_visible():
        fill_date(page, "日期", today)
    page.get_by_text("面谈", exact=True).first.click()
    page.locator("fieldset, .field").filter(has_text="谈了什么").locator("label").first.click()
    page.get_by_role("button", name="保存谈话记录").click()
    expect(page.get_by_role("main")).to_contain_text(person.name)
    assert page.evaluate("document.documentElement.scrollWidth") <= 390
    candidate.refresh_from_db()
    assert candidate.last_talk_on == today
    phone.close()

    # What has become due reaches the secretary by mail: an application whose month is over and nobody has talked.
    late = cast.scientists[1]
    apply(cast, person=late, days_ago=40)
    monday = seed_calendar().nth_workday(today + timedelta(days=1), 1)
    nine = timezone.make_aware(datetime.combine(monday, time(9)))
    create_due(nine)
    deliver_due(clock=lambda: nine)
    deliver_due(clock=lambda: nine)
    mails = [mail for mail in smtp.deliveries if mail.recipients == [cast.secretary.email]]
    assert len(mails) == 1
    message = mails[0].message
    text = message.get_body(("plain",)).get_content()
    assert "派人谈话" in text
    assert late.name not in text, "names are masked in mail"
    assert late.name[0] in text
    assert message["Auto-Submitted"] == "auto-generated"

    # The line in the mail leads, after login, to the form that settles it.
    link = re.search(r"http://\S+(/dues/\d+/)", text)
    client.force_login(cast.secretary)
    answer = client.get(link.group(1), follow=True)
    assert answer.status_code == 200
    assert (
        f"/candidates/{Candidate.objects.get(person=late).code}/steps/2/"
        in str(answer.redirect_chain) + answer.content.decode()
    )
