"""Every template compiles, and none needs what the content security policy or an intranet refuses."""

import re
from pathlib import Path

import pytest
from django.template.loader import get_template

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(path for path in (ROOT / "templates").rglob("*") if path.is_file())
PAGES = [path for path in TEMPLATES if path.suffix == ".html" and path.parent.name != "emails"]
STYLE = re.compile(r'style="([^"]*)"')
GEOMETRY = re.compile(r"(--[pxn]:[^;]+;?)+")


def name_of(path):
    return str(path.relative_to(ROOT / "templates"))


@pytest.mark.parametrize("path", TEMPLATES, ids=name_of)
def test_every_template_compiles(path):
    get_template(name_of(path))


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_styles_carry_numbers_only(path):
    for style in STYLE.findall(path.read_text(encoding="utf-8")):
        assert GEOMETRY.fullmatch(re.sub(r"\{[{%].*?[%}]\}", "0", style)), style


@pytest.mark.parametrize("path", PAGES, ids=name_of)
def test_no_script_stands_in_a_page(path):
    text = path.read_text(encoding="utf-8")
    assert not re.search(r"<script(?![^>]*\bsrc=)|\son[a-z]+\s*=|javascript:|hx-on", text)


@pytest.mark.parametrize(
    "path", [*TEMPLATES, *(ROOT / "static/css").iterdir(), *(ROOT / "static/js").iterdir()], ids=lambda path: path.name
)
def test_nothing_is_loaded_from_another_host(path):
    hosts = set(re.findall(r"(?:https?:)?//([a-z0-9.-]+\.[a-z]{2,})", path.read_text(encoding="utf-8")))
    assert hosts <= {"www.w3.org"}


def test_the_error_page_needs_neither_a_request_nor_context_processors():
    html = get_template("500.html").render()
    assert "系统出错，内容未保存" in html
    assert "/static/css/components" in html


def test_a_request_that_cannot_be_read_is_answered_in_chinese(client, settings):
    settings.DATA_UPLOAD_MAX_MEMORY_SIZE = 100
    for answer in (client.get("/login/", headers={"host": "evil.example"}), client.post("/login/", {"username": "x" * 999})):
        assert answer.status_code == 400
        assert "无法处理这个请求" in answer.text
        assert "evil.example" not in answer.text


def test_the_hand_written_styles_stay_below_forty_kilobytes():
    assert sum(path.stat().st_size for path in (ROOT / "static/css").iterdir()) <= 40 * 1024
