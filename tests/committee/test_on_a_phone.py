"""The pages of the three tiers at 390 pixels in a real Chromium: nothing hangs over, lies on other words, or is too small."""

import pytest
from django.urls import reverse

from tests.access_world import make_world
from tests.test_story import sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser, pytest.mark.slow]

WIDTH = 390
FINGER = 44  # pixels
PAGES = {
    "office": ("contacts", "problems", "focus", "focus-proposals", "units", "postings", "department-shares"),
    "office_colleague": ("grants",),
    "secretary": ("mentors", "talks", "todo"),
    "mentor": ("candidates",),
    "hr": ("roster", "movements-sent"),
    "auditor": ("access-log",),
}
HANGS_OVER = "document.documentElement.scrollWidth - screen.width"
# Cells of one person whose words lie on one another.
LIE_ON_ONE_ANOTHER = """
() => [...document.querySelectorAll('.people tbody tr')].flatMap(row => {
  const boxes = [...row.querySelectorAll('.is-key')].map(cell => {
    const walk = document.createTreeWalker(cell, NodeFilter.SHOW_TEXT, node => node.data.trim() ? 1 : 2);
    const words = document.createRange();
    if (!walk.nextNode()) return new DOMRect();
    words.selectNodeContents(walk.currentNode);
    return words.getBoundingClientRect();
  });
  return boxes.flatMap((a, n) => boxes.slice(n + 1).filter(b => a.left < b.right - 1 && b.left < a.right - 1
    && a.top < b.bottom - 1 && b.top < a.bottom - 1)).map(() => row.innerText);
})
"""
# Columns in which a word of Chinese stands upright, fewer than three characters a line.
SQUEEZED = """
() => [...document.querySelectorAll('td, .issue > span, .row--person > a')].filter(part => {
  const words = part.innerText.trim().match(/[\u4e00-\u9fff]{2,}/), style = getComputedStyle(part);
  const inner = part.getBoundingClientRect().width - parseFloat(style.paddingLeft) - parseFloat(style.paddingRight);
  return words && part.offsetParent && inner < Math.min(3, words[0].length) * parseFloat(style.fontSize) * 0.9;
}).map(part => part.innerText)
"""
# Where a finger does something; a link amid a sentence or a list of names follows the line (WCAG 2.5.8).
TOO_SMALL = f"""
() => [...document.querySelectorAll('.btn, .chip, .choice, .crumbs a, .issue a, .feed b a, .row--person a, td.nowrap > a')]
  .filter(part => part.offsetParent && part.getBoundingClientRect().height < {FINGER}).map(part => part.innerText)
"""


@pytest.fixture
def phones(live_server, browser, cast, factory):
    """Opens a page of the cast's world as somebody of the cast, on a phone."""
    world = make_world(cast, factory)
    opened = {}

    def page_of(who, name, *args):
        if who not in opened:
            view = {
                "viewport": {"width": WIDTH, "height": 844},
                "is_mobile": True,
                "has_touch": True,
                "locale": "zh-CN",
            }
            opened[who] = browser.new_context(**view).new_page()
            sign_in(opened[who], live_server, getattr(cast, who))
        assert opened[who].goto(live_server.url + reverse(name, args=args)).status == 200, name
        return opened[who]

    yield world, page_of
    for page in opened.values():
        page.context.close()


def test_no_page_hangs_over_the_edge_or_squeezes_words(phones):
    _, page_of = phones
    for who, names in PAGES.items():
        for name in names:
            page = page_of(who, name)
            assert page.evaluate(HANGS_OVER) <= 0, (who, name)
            assert page.evaluate(LIE_ON_ONE_ANOTHER) == [], (who, name)
            assert page.evaluate(SQUEEZED) == [], (who, name)
            assert page.evaluate(TOO_SMALL) == [], (who, name)


def test_forms_are_made_for_fingers(phones):
    world, page_of = phones
    for who, name in (("member", "talk-record"), ("secretary", "mentors-change"), ("mentor", "opinion-record")):
        page = page_of(who, name, world.own.code)
        assert page.evaluate(HANGS_OVER) <= 0, name
        assert page.evaluate(TOO_SMALL) == [], name


def test_what_a_wide_screen_has_in_the_head_of_a_persons_page_is_there_too(phones):
    world, page_of = phones
    links = (
        page_of("office", "candidate", world.own.code).get_by_role("navigation", name="其他事项").get_by_role("link")
    )
    assert links.all_inner_texts() == ["培养联系人", "逐环节沟通", "特殊情形", "打印材料"]
