"""A form that was sent empty says what is to be done, in the words of an office and not of a framework."""

import pytest
from django.urls import reverse

from committee.models import FocusCriterion

FORMS = {
    "office": ("grant-propose", "posting-open", "unit-open", "criterion-add", "department-share", "person-add"),
    "secretary": ("password_change",),
    "security_administrator": ("lost-phone",),
}


@pytest.mark.parametrize(("who", "name"), [(who, name) for who, names in FORMS.items() for name in names])
def test_an_empty_form_is_answered_in_plain_words(client, cast, who, name):
    client.force_login(getattr(cast, who))
    page = client.post(reverse(name), {"nothing": ""}).text
    assert 'class="errors"' in page
    assert "字段" not in page
    assert "请填写这一项。" in page


@pytest.mark.parametrize("name", FORMS["office"])
def test_a_choice_is_asked_for_and_not_dashed(client, cast, name):
    client.force_login(cast.office)
    page = client.get(reverse(name)).text
    assert "---------" not in page
    assert '<option value="" selected>请选择</option>' in page


def test_what_cannot_be_read_is_shown_how_to_write(client, cast):
    client.force_login(cast.office)
    page = client.post(reverse("grant-propose"), {"ends_on": "明年"}).text
    assert "日期写作 2026-11-18。" in page


def test_a_second_criterion_of_the_same_name_is_refused_in_plain_words(client, cast):
    FocusCriterion.objects.create(name="青年", kind="age", high=40)
    client.force_login(cast.office)
    page = client.post(reverse("criterion-add"), {"name": "青年", "kind": "age", "high": 38}).text
    assert "已有同名的条件" in page
