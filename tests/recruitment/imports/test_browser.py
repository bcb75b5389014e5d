"""A secretary moves in with a ledger in a real browser, on a desk and on a phone; nothing is blocked, nothing is out of reach."""

from datetime import timedelta

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Page, expect

from recruitment.imports.states import BatchState
from recruitment.models import Candidate, ImportBatch
from recruitment.tasks import work_on_imports
from tests.recruitment.imports import ledgers
from tests.test_story import no_refusals, sign_in

pytestmark = [pytest.mark.django_db(transaction=True), pytest.mark.browser]
COLUMNS = [
    "序号",
    "所在党支部",
    "姓名",
    "工号",
    "出生日期",
    "递交入党申请书时间",
    "派人谈话时间",
    "确定为积极分子的时间",
    "培养联系人",
    "年龄",
]


def people(today):
    applied, talked, activist = (today - timedelta(days=days) for days in (400, 390, 200))
    good = ["1", "冰冻圈科学党支部", "罗汉松", "T0001", "1985-04-05", applied, talked, activist, "程门雪、孟春和", "41"]
    wrong = ["2", "冰冻圈科学党支部", "潘雨樵", "T0002", "1988年7月1日", "2025-02-30", "", "", "", "38"]
    crowd = [
        "3",
        "冰冻圈科学党支部",
        "汪乐川",
        "T0003",
        "1990.3.2",
        applied,
        talked,
        activist,
        "程门雪、孟春和、俞伯牙",
        "36",
    ]
    order = [
        "4",
        "冰冻圈科学党支部",
        "阎立恒",
        "T0004",
        "1979.11.2",
        applied,
        applied - timedelta(days=8),
        "",
        "",
        "47",
    ]
    same = ["5", "冰冻圈科学党支部", "吕晓明", "T0005", "1986-03-15", applied, "", "", "", "40"]
    return [good, wrong, crowd, order, same]


def sound(page: Page):
    """Chromium's accessibility check finds nothing, and nothing hangs over the edge of the screen."""
    assert Axe().run(page).response["violations"] == []
    assert page.evaluate("document.documentElement.scrollWidth <= window.innerWidth")


@pytest.mark.parametrize(("width", "height"), [(1440, 900), (390, 844)])
def test_a_ledger_moves_in(live_server, browser, cast, tmp_path, width, height):
    file = tmp_path / "人员补录-冰冻圈.xlsx"
    file.write_bytes(
        ledgers.xlsx(ledgers.table(COLUMNS, people(cast.today), above=[["冰冻圈科学党支部入党积极分子名册"]]))
    )
    page = browser.new_context(viewport={"width": width, "height": height}, locale="zh-CN").new_page()
    errors = no_refusals(page)
    sign_in(page, live_server, cast.secretary)

    page.goto(f"{live_server.url}/import/")
    sound(page)
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="上传并对应各列").click()

    expect(page.get_by_role("heading", name="各列的含义")).to_be_visible()
    expect(page.get_by_label("H 列“确定为积极分子的时间”")).to_have_value("activist_on")
    sound(page)
    page.get_by_role("button", name="按此校验").click()

    expect(page.get_by_text("3 行须更正，1 行请确认，1 行可写入")).to_be_visible()
    expect(page.get_by_text("日期不存在：2025 年 2 月只有 28 天")).to_be_visible()
    expect(page.get_by_text("培养联系人不超过 2 人")).to_be_visible()
    sound(page)
    page.get_by_label("第 7 行").select_option(label="是同一人")
    page.get_by_role("button", name="按所选重新校验").click()
    page.get_by_role("link", name="可写入 2").click()
    expect(page.get_by_role("cell", name="罗汉松")).to_be_visible()
    sound(page)
    assert not Candidate.objects.exists()

    page.get_by_role("button", name="写入 2 行").click()
    expect(page.get_by_text("等待写入")).to_be_visible()
    sound(page)
    work_on_imports()
    expect(page.get_by_role("heading", name="已写入 2 行")).to_be_visible()
    sound(page)
    assert Candidate.objects.count() == 2

    page.get_by_text("导错了？整批撤销").click()
    page.get_by_label("撤销原因").fill("传成了去年的名册")
    page.get_by_role("button", name="撤销这一批").click()
    expect(page.get_by_text("正在撤销", exact=True)).to_be_visible()
    work_on_imports()
    expect(page.get_by_role("heading", name="这一批已撤销")).to_be_visible()
    assert ImportBatch.objects.get().state == BatchState.UNDONE
    page.goto(f"{live_server.url}/import/history/")
    expect(page.get_by_text("人员补录-冰冻圈.xlsx", exact=True)).to_be_visible()
    sound(page)
    assert errors == []


def test_a_refused_file_says_why_where_it_was_chosen(live_server, browser, cast, tmp_path):
    file = tmp_path / "名册.xlsx"
    file.write_bytes(b"\x89PNG\r\n\x1a\n" + b"0" * 2000)
    page = browser.new_context(locale="zh-CN").new_page()
    sign_in(page, live_server, cast.secretary)
    page.goto(f"{live_server.url}/import/")
    page.set_input_files("input[type=file]", str(file))
    page.get_by_role("button", name="上传并对应各列").click()
    expect(page.get_by_role("alert")).to_contain_text("这是图片")
    sound(page)
