"""The whole road through the browser's forms: each refused first, each taken once the one slip is put right."""

from datetime import timedelta

import pytest
from django.utils import timezone
from playwright.sync_api import expect

from recruitment import rules
from recruitment.calendar import add_months
from recruitment.queries.facts import calendar_in_force, facts_for
from recruitment.stages import RoadState
from recruitment.steps import STEPS
from tests.factory import REVIEW_MONTHS, ordinary_fact, plan_until
from tests.test_story import sign_in

OFFICE = "office"
pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]


def typed(form, fact, persons):
    """Fill every field of ``form`` that ``fact`` has something for."""
    values = {
        name: getattr(fact, name)
        for name in (
            "decided_on", "body", "publicity_from_on", "publicity_until_on", "listed_on", "starts_on", "ends_on", "days", "hours",
            "form_number", "rule_set",
        )
    }  # fmt: skip
    values |= {name: getattr(fact.votes, name) for name in ("eligible", "present", "in_favour")} if fact.votes else {}
    values |= {f"person_{place}": person.code for place, person in enumerate(persons, 1)}
    for name, value in values.items():
        field = form.locator(f"[name={name}]")
        if value in (None, "") or not field.count():
            continue
        if field.evaluate("field => field.tagName") == "SELECT":
            field.select_option(str(value))
        else:
            field.fill(str(value))
    if form.locator("[name=conclusion]").count():
        form.locator(f"[name=conclusion][value={fact.conclusion}]").check()
    for paper in fact.documents:
        form.locator(f"[name=documents][value={paper}]").check()


def sent(form):
    """Send ``form``; returns the status of the answer."""
    page = form.page
    with page.expect_navigation() as going:
        form.locator("[type=submit]").click()
    first = going.value.request
    while first.redirected_from:
        first = first.redirected_from
    return first.response().status


def fits(page):
    """Whether nothing hangs over the edge of the page, and no article over that of its panel."""
    return page.evaluate("document.documentElement.scrollWidth <= window.innerWidth") and page.locator(
        ".checks .law"
    ).evaluate_all("articles => articles.every(article => article.scrollWidth <= article.clientWidth)")


def test_every_step_is_refused_kept_and_taken_in_the_browser(live_server, browser, cast, factory):
    days = plan_until(25, cast.today - timedelta(days=5))
    candidate = factory.applicant(applied_on=days[1])
    pages = {}
    for who, user, width, scheme in ((OFFICE, cast.office, 1440, "light"), ("branch", cast.secretary, 390, "dark")):
        view = {"viewport": {"width": width, "height": 900}, "color_scheme": scheme, "locale": "zh-CN"}
        pages[who] = browser.new_context(**view).new_page()
        sign_in(pages[who], live_server, user)
    address = f"{live_server.url}/candidates/{candidate.code}/"
    for row in STEPS[1:]:
        page = pages[OFFICE if row.recorded_by == OFFICE else "branch"]
        form = page.locator("form.form")
        if row.number == 6:
            for months in REVIEW_MONTHS:
                page.goto(f"{address}review/")
                form.locator("[name=reviewed_on]").fill(str(add_months(days[3], months)))
                form.locator("[name=conclusion]").fill("表现良好，继续培养。")
                assert sent(form) == 302, months
        page.goto(f"{address}steps/{row.number}/")
        typed(form, ordinary_fact(row.number, days[row.number]), factory.named_in(row.number, candidate.unit))
        form.locator("[name=decided_on]").fill(str(cast.today + timedelta(days=1)))
        assert sent(form) == 422, row.name
        expect(page.locator(".errors")).to_contain_text("之后")
        assert fits(page), row.name
        form.locator("[name=decided_on]").fill(str(days[row.number]))
        assert sent(form) == 302, (row.name, page.locator(".errors").all_inner_texts())
        expect(page.get_by_role("status").or_(page.locator(".toast")).first).to_contain_text(row.name)
        assert fits(page), (row.name, "the person's page")
    road = rules.road(facts_for([candidate])[candidate.pk], today=timezone.localdate(), calendar=calendar_in_force())
    assert road.state == RoadState.CLOSED
    assert [(step.step, step.decided_on) for step in road.steps] == sorted(days.items())
    assert [step.objections for step in road.steps if step.objections] == []
    assert road.late_steps == ()
    for page in pages.values():
        page.context.close()
