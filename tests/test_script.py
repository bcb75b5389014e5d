"""app.js in a real Chromium, under the site's own content security policy."""

import re
from pathlib import Path

import pytest
from django import forms
from django.conf import settings
from django.template import Context, Template

ORIGIN = "http://site.test"
STATIC = Path(__file__).resolve().parent.parent / "static"
POLICY = "; ".join(
    f"{directive} {' '.join(sources)}" for directive, sources in settings.CONTENT_SECURITY_POLICY["DIRECTIVES"].items()
)


class BallotForm(forms.Form):
    eligible = forms.IntegerField(widget=forms.NumberInput(attrs={"data-vote": "eligible"}))
    present = forms.IntegerField(widget=forms.NumberInput(attrs={"data-vote": "present"}))
    in_favour = forms.IntegerField(widget=forms.NumberInput(attrs={"data-vote": "in_favour"}))
    against = forms.IntegerField(widget=forms.NumberInput(attrs={"data-vote": "against"}))
    minutes = forms.FileField()


@pytest.fixture
def show(page):
    """Opens a page with the given markup below the site's head; fails the test when the browser complains of anything."""
    complaints = []
    page.on("console", lambda message: message.type == "error" and complaints.append(message.text))
    page.on("pageerror", lambda error: complaints.append(str(error)))

    def open_page(markup, path="/", **context):
        template = '{% extends "bare.html" %}{% load design %}{% block body %}' + markup + "{% endblock %}"
        html = Template(template).render(Context(context))

        def answer(route):
            name = route.request.url.removeprefix(f"{ORIGIN}/static/")
            if name != route.request.url:
                kind = {"css": "text/css", "js": "text/javascript"}.get(name.rsplit(".", 1)[-1], "image/svg+xml")
                route.fulfill(body=(STATIC / name).read_bytes(), content_type=kind)
            else:
                route.fulfill(body=html, content_type="text/html", headers={"Content-Security-Policy": POLICY})

        page.unroute("**/*")
        page.route("**/*", answer)
        page.goto(ORIGIN + path)
        return page

    yield open_page
    assert complaints == []


def test_the_chosen_theme_is_remembered(show, page):
    show('<button data-theme-toggle aria-label="主题"></button>')
    page.emulate_media(color_scheme="light")
    page.click("[data-theme-toggle]")
    assert page.locator("html").get_attribute("data-theme") == "dark"
    assert {"name": "theme", "value": "dark"}.items() <= page.context.cookies(ORIGIN)[0].items()
    page.reload()
    assert page.locator("html").get_attribute("data-theme") == "dark"


def test_a_slash_goes_to_the_pages_filter_but_not_out_of_a_field(show, page):
    show('<input id="side" data-quick><input id="own" data-filter><textarea id="text"></textarea>')
    page.keyboard.press("/")
    assert page.evaluate("document.activeElement.id") == "own"
    page.focus("#text")
    page.keyboard.press("/")
    assert page.locator("#text").input_value() == "/"


def test_a_page_with_errors_starts_at_their_summary(show, page):
    form = BallotForm({}, {})
    show("{% error_summary form %}", form=form)
    assert "errors" in page.evaluate("document.activeElement.className")
    page.click("text=Minutes")
    assert page.url.endswith("#id_minutes")


def test_picking_rows_brings_up_what_can_be_done_with_them(show, page):
    show(
        '<table><tr><th><input type="checkbox" data-pick-all></th></tr>'
        '<tr><td><input type="checkbox" data-pick></td></tr><tr><td><input type="checkbox" data-pick></td></tr></table>'
        "<div data-bulk hidden><b data-picked></b><button data-clear>取消选择</button></div>"
    )
    bar, boxes = page.locator("[data-bulk]"), page.locator("[data-pick]")
    assert bar.is_hidden()
    boxes.first.check()
    assert page.locator("[data-picked]").inner_text() == "1"
    assert page.evaluate("document.querySelector('[data-pick-all]').indeterminate")
    page.check("[data-pick-all]")
    assert page.locator("[data-picked]").inner_text() == "2"
    page.click("[data-clear]")
    assert bar.is_hidden()


def test_quorum_and_majority_are_more_than_half_of_those_entitled(show, page):
    show(
        '<form data-ballot>{{ form }}<ul><li id="chk-present">{% glyph "wait" %}<b></b></li>'
        '<li id="chk-sum">{% glyph "wait" %}<b></b></li><li id="chk-in_favour">{% glyph "wait" %}<b></b></li></ul>'
        '<span id="num-in_favour"></span><div class="meter" id="bar-in_favour"><i></i><b></b></div></form>',
        form=BallotForm(),
    )
    for name, value in {"eligible": 12, "present": 7, "in_favour": 6, "against": 1}.items():
        page.fill(f"#id_{name}", str(value))
    assert page.locator("#chk-present").get_attribute("class") == "is-ok"
    assert page.locator("#chk-sum").get_attribute("class") == "is-ok"
    assert page.locator("#chk-in_favour").get_attribute("class") == "is-bad"
    assert page.locator("#chk-in_favour").inner_text().strip() == "赞成 6 票，须至少 7 票"
    page.fill("#id_in_favour", "7")
    page.fill("#id_against", "0")
    assert page.locator("#chk-in_favour").get_attribute("class") == "is-ok"
    assert page.locator("#num-in_favour").inner_text() == "7 / 12，至少 7"


def test_tabs_follow_the_arrow_keys_and_the_address(show, page):
    markup = (
        '<nav data-tabs><a href="#one">一</a><a href="#two">二</a></nav><div id="one">甲</div><div id="two">乙</div>'
    )
    show(markup, path="/#two")
    assert page.locator("#one").is_hidden()
    page.focus("a[href='#two']")
    page.keyboard.press("ArrowRight")
    assert page.locator("#one").is_visible()
    assert page.locator("#two").is_hidden()
    assert page.evaluate("document.activeElement.textContent") == "一"


def test_arrow_keys_walk_the_ledger_and_the_line_above_says_where_one_is(show, page):
    show(
        '<b data-cell></b><span data-cellval></span><div data-sheet tabindex="0"><table><thead>'
        '<tr><th class="fz" rowspan="2">姓名</th><th colspan="2">一</th></tr><tr><th>申请</th><th>谈话</th></tr></thead>'
        '<tbody><tr><td><a class="name">沈砚舟</a></td><td tabindex="-1">2025-05-06</td>'
        '<td tabindex="-1" title="2025-06-09，迟办 3 天">2025-06-09</td></tr></tbody></table></div>'
    )
    page.focus("[data-sheet]")
    page.keyboard.press("ArrowDown")
    page.keyboard.press("ArrowRight")
    assert page.locator("[data-cell]").inner_text() == "沈砚舟　谈话"
    assert page.locator("[data-cellval]").inner_text() == "2025-06-09，迟办 3 天"


def test_a_chosen_file_is_named_and_measured(show, page):
    show("{% field form.minutes %}", form=BallotForm())
    page.set_input_files("#id_minutes", {"name": "记录.pdf", "mimeType": "application/pdf", "buffer": b"x" * 2048})
    assert page.locator("[data-chosen]").inner_text() == "记录.pdf，2 KB"


def test_a_filter_is_sent_as_soon_as_something_else_is_chosen(show, page):
    show(
        '<form method="get" data-autosubmit><select name="unit"><option value=""></option><option>冰冻圈</option></select>'
        '<input name="q" value="syz"></form>'
    )
    with page.expect_navigation():
        page.select_option("select", "冰冻圈")
    assert re.search(r"unit=[^&]+&q=syz", page.url)


def test_two_clicks_send_a_form_once(show, page):
    show('<form method="post" action="/saved"><button type="submit">提交</button></form>')
    page.evaluate(
        "document.querySelector('form').addEventListener('submit', (event) => setTimeout(() => window.stop(), 1))"
    )
    page.click("button")
    page.wait_for_function("!document.querySelector('button') || document.querySelector('button').disabled")


def test_a_message_can_be_put_away(show, page):
    show('<div class="toast"><span>已办理</span><button type="button" data-close aria-label="关闭"></button></div>')
    page.click("[data-close]")
    assert page.locator(".toast").count() == 0
