"""config/environment.py takes packages from where pip is told to, and leaves a good environment alone."""

import subprocess
import sys
from types import SimpleNamespace

import pytest

from config import environment

LISTED = """\
:env:.find-links='/one /two'
global.cert='/etc/ssl/institute.pem'
global.extra-index-url='https://a.example/simple https://b.example/simple'
global.index-url='https://global.example/simple'
global.timeout='60'
install.index-url='https://install.example/simple'
list.format='columns'
"""


@pytest.fixture
def pip_lists(monkeypatch):
    """Lets `pip config list` print the text."""

    def set_text(text: str) -> None:
        monkeypatch.setattr(environment, "pip", lambda *arguments, **options: SimpleNamespace(stdout=text))

    return set_text


def test_pips_settings_become_uvs_variables(pip_lists, monkeypatch):
    for name in environment.PIP_TO_UV.values():
        monkeypatch.delenv(name, raising=False)
    pip_lists(LISTED)
    found = environment.uv_environment()
    assert found["UV_DEFAULT_INDEX"] == "https://install.example/simple", "[install] is more special than [global]"
    assert found["UV_INDEX"] == "https://a.example/simple https://b.example/simple"
    assert found["UV_FIND_LINKS"] == "/one,/two"
    assert found["SSL_CERT_FILE"] == "/etc/ssl/institute.pem"
    assert found["UV_HTTP_TIMEOUT"] == "60"


def test_what_is_set_for_uv_itself_has_precedence(pip_lists, monkeypatch):
    pip_lists(LISTED)
    monkeypatch.setenv("UV_DEFAULT_INDEX", "https://uv.example/simple")
    assert environment.uv_environment()["UV_DEFAULT_INDEX"] == "https://uv.example/simple"


def test_no_index_is_named_without_pips_settings(pip_lists, monkeypatch):
    for name in environment.PIP_TO_UV.values():
        monkeypatch.delenv(name, raising=False)
    pip_lists("")
    assert not {"UV_DEFAULT_INDEX", "UV_INDEX", "UV_FIND_LINKS"} & environment.uv_environment().keys()


def test_the_tests_lock_holds_everything_the_site_needs_in_the_same_versions():
    runtime = environment.pins(environment.RUNTIME_LOCK)
    tests = environment.pins(environment.ROOT / "tests" / "requirements.lock")
    assert len(runtime) > 40
    assert runtime.items() <= tests.items()


@pytest.mark.slow
@pytest.mark.alone
def test_a_second_start_installs_nothing(tmp_path, monkeypatch):
    """An environment with the lock's digest is left alone; one whose Python went away or whose lock changed is not."""
    lock = tmp_path / "some.lock"
    lock.write_text("# nothing\n")
    monkeypatch.setattr(environment, "VENV", tmp_path / "venv")
    monkeypatch.setattr(environment, "PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setattr(environment, "DIGESTS", tmp_path / "venv" / "installed-locks")
    assert not environment.is_installed(lock)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", tmp_path / "venv"], check=True)
    environment.DIGESTS.write_text(environment.digest(lock) + "\n")
    assert environment.is_installed(lock)
    lock.write_text("# something else\n")
    assert not environment.is_installed(lock)
    environment.DIGESTS.write_text(environment.digest(lock) + "\n")
    environment.PYTHON.unlink()
    assert not environment.is_installed(lock)
