"""Every wrong mail setting is an error at the start, with an id and a hint."""

import pytest
from django.test import override_settings

from committee.checks import check_mail

SMTP = "django.core.mail.backends.smtp.EmailBackend"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"DEFAULT_FROM_EMAIL": "引领"}, "E001"),
        ({"DEFAULT_FROM_EMAIL": "引领 <yinling@localhost>", "YINLING_EMBEDDED": False, "EMAIL_BACKEND": SMTP}, "E001"),
        ({"YINLING_BOUNCE_ADDRESS": "bounces"}, "E002"),
        ({"YINLING_ALARM_ADDRESSES": ["a@institute.test", "b"]}, "E003"),
        ({"YINLING_SITE_URL": "fzdy.institute.test"}, "E004"),
        ({"YINLING_EMBEDDED": False, "EMAIL_BACKEND": "django.core.mail.backends.console.EmailBackend"}, "E005"),
        ({"EMAIL_USE_TLS": True, "EMAIL_PORT": 465}, "E006"),
        ({"EMAIL_USE_SSL": True, "EMAIL_PORT": 587}, "E007"),
        ({"EMAIL_HOST_USER": "fzdy"}, "E008"),
        ({"EMAIL_HOST_USER": "fzdy", "EMAIL_HOST_PASSWORD": "secret"}, "E009"),
        ({"EMAIL_TIMEOUT": None}, "E010"),
        ({"EMAIL_TIMEOUT": 900}, "E011"),
    ],
)
def test_a_wrong_setting_is_an_error_that_says_what_to_do(wrong, code):
    right = {"DEFAULT_FROM_EMAIL": "引领 <yinling@institute.test>"}
    with override_settings(**{**right, **wrong}):
        (error,) = check_mail(None)
    assert error.id == f"committee.{code}"
    assert error.hint


@override_settings(
    YINLING_EMBEDDED=False,
    EMAIL_BACKEND=SMTP,
    DEFAULT_FROM_EMAIL="发展党员工作提醒 <fzdy@institute.test>",
    YINLING_SITE_URL="https://fzdy.institute.test",
    EMAIL_USE_TLS=True,
    EMAIL_PORT=587,
    EMAIL_HOST_USER="fzdy",
    EMAIL_HOST_PASSWORD="secret",
)
def test_right_settings_pass():
    assert check_mail(None) == []


def test_the_embedded_defaults_pass():
    assert check_mail(None) == []
