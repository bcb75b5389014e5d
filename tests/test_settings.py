"""What the settings promise about production and secrets; each case reads them in a process of its own."""

import json
import os
import re
import subprocess
import sys

import pytest

from config.settings import BASE_DIR

PRODUCTION = {
    "YINLING_PRODUCTION": "1",
    "YINLING_SITE_URL": "https://yinling.example.org",
    "SECRET_KEY": "a-key-of-the-tests-that-is-long-enough-for-djangos-own-check-0123456789",
    "DATABASE_URL": "postgresql://yinling:secret@127.0.0.1:1/yinling",
    "REDIS_URL": "redis://127.0.0.1:1/0",
    "EMAIL_HOST": "mail.example.org",
    "DEFAULT_FROM_EMAIL": "yinling@example.org",
}

PRINT = """
import json, sys, django
from django.conf import settings
print(json.dumps({name: getattr(settings, name, None) for name in sys.argv[1:]}, default=str))
"""


def run_with(variables: dict[str, str], *arguments: str) -> subprocess.CompletedProcess:
    environment = {"PATH": os.environ["PATH"], "DJANGO_SETTINGS_MODULE": "config.settings", **variables}
    return subprocess.run([sys.executable, *arguments], cwd=BASE_DIR, env=environment, capture_output=True, text=True)


def settings_with(variables: dict[str, str], *names: str) -> dict:
    done = run_with(variables, "-c", PRINT, *names)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_production_passes_the_deployment_check_without_a_warning(tmp_path):
    variables = PRODUCTION | {"YINLING_VAR": str(tmp_path)}
    done = run_with(variables, "manage.py", "check", "--deploy", "--fail-level", "WARNING")
    assert done.returncode == 0, done.stderr


@pytest.mark.parametrize("name", sorted(PRODUCTION.keys() - {"YINLING_PRODUCTION"}))
def test_production_does_not_start_without(name, tmp_path):
    variables = PRODUCTION | {"YINLING_VAR": str(tmp_path)}
    del variables[name]
    done = run_with(variables, "-c", PRINT, "DEBUG")
    assert done.returncode != 0
    assert f"{name} (or {name}_FILE) must be set" in done.stderr


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"DEBUG": "1"}, "cannot be on in production"),
        ({"YINLING_SITE_URL": "http://yinling.example.org"}, "must begin with https://"),
        ({"ALLOWED_HOSTS": "*"}, "ALLOWED_HOSTS"),
        ({"DATABASE_URL": "mysql://127.0.0.1/yinling"}, "must begin with postgresql://"),
        ({"YINLING_DIGEST_HOUR": "24"}, "an hour from 0 to 23"),
        ({"YINLING_DIGEST_HOUR": "eight"}, "a whole number"),
        ({"YINLING_MASK_NAMES_IN_MAIL": "maybe"}, "must be 1 or 0"),
        ({"EMAIL_SECURITY": "tls"}, "none, starttls or ssl"),
    ],
)
def test_a_setting_that_cannot_be_is_refused_with_the_reason(change, reason, tmp_path):
    done = run_with(PRODUCTION | {"YINLING_VAR": str(tmp_path)} | change, "-c", PRINT, "DEBUG")
    assert done.returncode != 0
    assert reason in done.stderr


def test_a_secret_may_come_from_a_file(tmp_path):
    secret = tmp_path / "secret"
    secret.write_text("from-a-file-" * 5 + "\n")
    variables = PRODUCTION | {"YINLING_VAR": str(tmp_path), "SECRET_KEY_FILE": str(secret)}
    assert settings_with(variables, "SECRET_KEY") == {"SECRET_KEY": "from-a-file-" * 5}


def test_the_embedded_site_needs_no_variable_but_keeps_its_key_to_itself(tmp_path):
    variables = {"YINLING_VAR": str(tmp_path / "var")}
    names = ("SECRET_KEY", "DEBUG", "SESSION_COOKIE_SECURE", "CELERY_BROKER_URL", "EMAIL_BACKEND")
    first, second = settings_with(variables, *names), settings_with(variables, *names)
    assert first == second, "the second start must find the key of the first"
    assert not first["DEBUG"]
    assert first["CELERY_BROKER_URL"].startswith("files://")
    assert first["EMAIL_BACKEND"] == "committee.mailbox.MailboxBackend"
    assert (tmp_path / "var" / "secret_key").stat().st_mode & 0o077 == 0


def test_production_cookies_are_bound_to_the_host(tmp_path):
    names = ("SESSION_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_NAME", "CSRF_COOKIE_SECURE")
    assert settings_with(PRODUCTION | {"YINLING_VAR": str(tmp_path)}, *names) == {
        "SESSION_COOKIE_NAME": "__Host-sessionid",
        "SESSION_COOKIE_SECURE": True,
        "CSRF_COOKIE_NAME": "__Host-csrftoken",
        "CSRF_COOKIE_SECURE": True,
    }


def test_every_variable_is_in_the_example_for_deployment():
    """A variable that the settings read and the example does not name would be found by accident only."""
    read = set(re.findall(r'(?:text|flag|number)\(\s*"([A-Z_]+)"', (BASE_DIR / "config/settings.py").read_text()))
    named = set(re.findall(r"^#? ?([A-Z_]+)=", (BASE_DIR / "deploy/environment.example").read_text(), re.MULTILINE))
    named |= {name.removesuffix("_FILE") for name in named}
    assert len(read) > 15
    assert read - named == {"DEBUG"}, "DEBUG is for developers"
