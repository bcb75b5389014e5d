"""What the environment says about the doors; each case reads the settings in a process of its own."""

import pytest

from tests.test_settings import PRINT, PRODUCTION, run_with, settings_with

SSO = {
    "YINLING_SSO_ISSUER": "https://passport.example.org/",
    "YINLING_SSO_CLIENT_ID": "yinling",
    "YINLING_SSO_CLIENT_SECRET": "secret",
}


@pytest.fixture
def production(tmp_path):
    return PRODUCTION | {"YINLING_VAR": str(tmp_path)}


def validators(variables):
    return [validator["NAME"] for validator in settings_with(variables, "AUTH_PASSWORD_VALIDATORS").popitem()[1]]


def test_production_requires_the_second_factor_unless_told_otherwise_and_the_embedded_site_does_not(
    production, tmp_path
):
    name = "YINLING_REQUIRE_SECOND_FACTOR"
    assert settings_with(production, name) == {name: True}
    assert settings_with(production | {name: "0"}, name) == {name: False}
    assert settings_with({"YINLING_VAR": str(tmp_path / "embedded")}, name) == {name: False}


def test_the_profile_of_passwords_is_chosen_by_name(production):
    assert "branches.passwords.ThreeKinds" not in validators(production)
    assert "branches.passwords.ThreeKinds" in validators(production | {"YINLING_PASSWORD_PROFILE": "dengbao"})


def test_single_sign_on_is_off_without_an_issuer(production):
    off = {"YINLING_SSO_ISSUER": "", "YINLING_SSO_NAME": ""}
    assert settings_with(production, *off) == off
    on = {"YINLING_SSO_ISSUER": "https://passport.example.org", "YINLING_SSO_NAME": "单位统一认证"}
    assert settings_with(production | SSO, *on) == on


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"YINLING_PASSWORD_PROFILE": "lax"}, "must be asvs or dengbao"),
        ({"YINLING_REQUIRE_SECOND_FACTOR": "maybe"}, "must be 1 or 0"),
        (SSO | {"YINLING_SSO_ISSUER": "http://passport.example.org"}, "must begin with https://"),
        (SSO | {"YINLING_SSO_CLIENT_ID": ""}, "YINLING_SSO_CLIENT_ID (or YINLING_SSO_CLIENT_ID_FILE) must be set"),
        (SSO | {"YINLING_SSO_CLIENT_SECRET": ""}, "YINLING_SSO_CLIENT_SECRET"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason(production, change, reason):
    done = run_with(production | change, "-c", PRINT, "DEBUG")
    assert done.returncode != 0
    assert reason in done.stderr


def test_production_binds_the_cookie_of_known_browsers_to_the_host(settings, cast, visitor):
    settings.SESSION_COOKIE_SECURE = True
    cookie = visitor.log_in("secretary").cookies["__Host-device"]
    assert cookie["secure"]
    assert cookie["httponly"]
    assert cookie["samesite"] == "Lax"
    assert cookie["path"] == "/"
    assert not cookie["domain"]
