"""Printed forms on a phone: the sheet keeps its shape and is moved under the finger, the page about it fits the screen."""

import pytest
from playwright.sync_api import expect

from recruitment.papers.forms import FORMS
from tests.recruitment.imports.test_browser import sound
from tests.test_story import no_refusals, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_every_form_can_be_read_and_printed_on_a_phone(live_server, browser, cast, factory, scheme):
    candidate = factory.candidate(12)
    page = browser.new_context(viewport={"width": 390, "height": 844}, color_scheme=scheme, locale="zh-CN").new_page()
    errors = no_refusals(page)
    sign_in(page, live_server, cast.office)
    page.goto(f"{live_server.url}/candidates/{candidate.code}/papers/")
    sound(page)
    narrowest = page.locator("tbody td:first-child").evaluate_all("cells => Math.min(...cells.map(it => it.clientWidth))")
    assert narrowest > 120, "a title stands in lines, not in a column of letters"
    for form in FORMS:
        page.goto(f"{live_server.url}/candidates/{candidate.code}/papers/{form.code}/")
        expect(page.get_by_role("button", name="打印")).to_be_in_viewport()
        assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth"), form.code
    assert errors == []
