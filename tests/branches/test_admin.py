"""The Django admin: the system administrator sets up the organisation, through the verbs."""

import gettext
import re

import pytest
from django.conf import settings
from django.urls import reverse

from branches.models import Person, Posting, Unit, User
from branches.offices import Office


@pytest.fixture
def admin(client, cast):
    client.force_login(cast.system_administrator)
    return client


def test_units_people_logins_and_posts_are_set_up_one_after_the_other(admin, cast):
    admin.post(
        reverse("admin:branches_unit_add"),
        {"name": "湖泊党支部", "short_name": "湖泊", "kind": "branch", "parent": cast.institute.pk, "digest_hour": 8},
    )
    unit = Unit.objects.get(name="湖泊党支部")
    assert unit.path == f"{cast.institute.path}{unit.pk:06d}/"

    admin.post(
        reverse("admin:branches_person_add"),
        {
            "staff_number": "N70000", "name": "曾湖生", "category": "staff", "unit": unit.pk, "political_status": "01",
            "member_since_on": "2010-07-01",
        },
    )  # fmt: skip
    person = Person.objects.get(staff_number="N70000")
    assert person.pinyin == "zenghusheng"

    page = admin.post(reverse("admin:branches_user_add"), {"person": person.pk, "username": "hu"}, follow=True)
    assert "初始密码：" in page.content.decode()
    assert User.objects.get(username="hu").must_change_password

    admin.post(
        reverse("admin:branches_posting_add"),
        {
            "person": person.pk, "office": Office.PARTY_OFFICE, "unit": cast.institute.pk, "starts_on": "2026-01-01",
            "reason": "任命",
        },
    )  # fmt: skip
    assert Posting.objects.get(person=person).office == Office.PARTY_OFFICE


def test_a_refusal_stands_beside_its_field_and_nothing_is_written(admin, cast):
    page = admin.post(
        reverse("admin:branches_unit_add"),
        {"name": "错位", "short_name": "错", "kind": "group", "parent": cast.institute.pk, "digest_hour": 8},
    )
    assert "不能设在" in page.content.decode()
    assert not Unit.objects.filter(name="错位").exists()


def test_posts_of_the_branches_are_seen_and_left_alone(admin, cast):
    posting = Posting.objects.get(person=cast.deputy.person)
    path = reverse("admin:branches_posting_change", args=[posting.pk])
    assert admin.get(path).status_code == 200
    assert admin.post(path, {"ends_on": "2026-11-01", "reason": "x"}).status_code == 403
    posting.refresh_from_db()
    assert posting.ends_on is None


def test_nothing_can_be_deleted(admin, cast):
    for name, pk in (("unit", cast.glacier.pk), ("person", cast.student.pk), ("user", cast.stranger.pk)):
        assert admin.post(reverse(f"admin:branches_{name}_delete", args=[pk]), {"post": "yes"}).status_code == 403


def test_a_login_is_switched_off_and_given_a_new_first_password(admin, cast):
    path = reverse("admin:branches_user_change", args=[cast.stranger.pk])
    page = admin.post(path, {"is_active": "on", "new_password": "on"}, follow=True)
    assert "初始密码：" in page.content.decode()
    admin.post(path, {})
    cast.stranger.refresh_from_db()
    assert not cast.stranger.is_active
    assert cast.stranger.must_change_password


def test_the_pages_speak_chinese_and_praise_nobody(admin, cast):
    page = admin.get(reverse("admin:index")).content.decode()
    headings = re.findall(r'<th scope="col">(.*?)</th>', page)
    assert "查看或修改" in headings
    assert not re.search("[A-Za-z]", "".join(headings))
    values = {"staff_number": "N70001", "name": "曾湖生", "category": "staff", "unit": cast.glacier.pk, "political_status": "13"}
    told = admin.post(reverse("admin:branches_person_add"), values, follow=True).content.decode()
    assert "已新增" in told and "成功" not in told


def test_the_compiled_words_are_those_that_were_written():
    folder = settings.LOCALE_PATHS[0] / "zh_Hans" / "LC_MESSAGES"
    written = re.findall(r'^msgid "(.+)"\nmsgstr "(.+)"$', (folder / "django.po").read_text(), re.M)
    with (folder / "django.mo").open("rb") as compiled:
        words = gettext.GNUTranslations(compiled)
    assert len(written) > 10
    for english, chinese in written:
        assert words.gettext(english) == chinese
