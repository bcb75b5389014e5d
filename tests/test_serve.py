"""./run keeps three processes together: they start, survive a crash, and end as one."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from config.settings import BASE_DIR
from tests.services import free_port

pytestmark = [pytest.mark.slow, pytest.mark.alone]

CREATE_SOMEBODY = (
    "from django.contrib.auth import get_user_model; get_user_model().objects.create_user('somebody', password=None)"
)


class Site:
    """A site started as ./run starts it, on the data folder."""

    def __init__(self, var: Path):
        self.port = free_port()
        self.environment = {"PATH": os.environ["PATH"], "YINLING_VAR": str(var)}
        self.output = var.parent / "output"
        self.process: subprocess.Popen | None = None

    def manage(self, *arguments: str) -> None:
        subprocess.run([sys.executable, "manage.py", *arguments], cwd=BASE_DIR, env=self.environment, check=True)

    def start(self) -> None:
        with self.output.open("w") as output:
            self.process = subprocess.Popen(
                [sys.executable, "-m", "config.serve", "--port", str(self.port)],
                cwd=BASE_DIR,
                env=self.environment,
                stdout=output,
                stderr=output,
            )
        assert until(lambda: "Ctrl-C stops it" in self.output.read_text(), 60), self.output.read_text()

    def refusal(self, *arguments: str) -> tuple[int, str]:
        """The exit code and the words of a start that is refused."""
        done = subprocess.run(
            [sys.executable, "-m", "config.serve", *arguments],
            cwd=BASE_DIR,
            env=self.environment,
            capture_output=True,
            text=True,
            timeout=60,
        )
        return done.returncode, done.stderr

    def children(self) -> dict[str, int]:
        """The process id of the web server, the worker and the beat, by name."""
        listed = subprocess.run(
            ["ps", "-ww", "-o", "pid=,args=", "--ppid", str(self.process.pid)], capture_output=True, text=True
        ).stdout
        return {
            match[1]: int(line.split()[0])
            for line in listed.splitlines()
            if (match := re.search(r"(?:-m|--quiet) (gunicorn|worker|beat) ", line))
        }

    def answers(self) -> bool:
        try:
            with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/healthz/", timeout=5) as answer:
                return answer.status == 200
        except OSError:
            return False


@pytest.fixture(scope="module")
def used_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A data folder where somebody is registered, so that a start loads no demonstration."""
    site = Site(tmp_path_factory.mktemp("used") / "var")
    site.manage("migrate", "--verbosity=0")
    site.manage("shell", "--verbosity=0", "--command", CREATE_SOMEBODY)
    return Path(site.environment["YINLING_VAR"])


@pytest.fixture
def site(tmp_path: Path, used_folder: Path) -> Iterator[Site]:
    site = Site(Path(shutil.copytree(used_folder, tmp_path / "var")))
    yield site
    if site.process and site.process.poll() is None:
        site.process.terminate()
        site.process.wait(30)


def until(condition: Callable[[], bool], seconds: float = 60) -> bool:
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.2)
    return True


def alive(pid: int) -> bool:
    try:
        return " Z " not in Path(f"/proc/{pid}/stat").read_text()
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_ctrl_c_ends_all_in_order_and_a_second_start_finds_the_data(site):
    site.start()
    children = site.children()
    assert children.keys() == {"gunicorn", "worker", "beat"}
    assert site.answers()
    site.process.send_signal(signal.SIGINT)
    assert site.process.wait(30) == 0
    assert not any(alive(pid) for pid in children.values())
    site.start()
    assert "First start" not in site.output.read_text()
    assert site.answers()
    site.process.terminate()
    assert site.process.wait(30) == 0


def test_a_second_start_on_the_same_data_folder_is_refused(site):
    site.start()
    code, words = site.refusal("--port", str(free_port()))
    assert code == 2
    assert f"Already running on the data folder {site.environment['YINLING_VAR']} (process {site.process.pid})" in words
    assert site.answers()


def test_a_crashed_child_is_started_again(site):
    site.start()
    before = site.children()
    for pid in before.values():
        os.kill(pid, signal.SIGKILL)
    assert until(
        lambda: site.children().keys() == before.keys() and not set(site.children().values()) & set(before.values())
    )
    assert until(site.answers)


def test_a_killed_supervisor_takes_its_children_with_it(site):
    site.start()
    children = site.children()
    site.process.kill()
    site.process.wait()
    assert until(lambda: not any(alive(pid) for pid in children.values()))


def test_a_busy_port_is_named(site):
    with socket.create_server(("127.0.0.1", site.port)):
        code, words = site.refusal("--port", str(site.port))
    assert code == 2
    assert f"Cannot listen on 127.0.0.1 port {site.port}: Address already in use" in words


def test_run_does_not_serve_a_production_site(site):
    site.environment["YINLING_PRODUCTION"] = "1"
    code, words = site.refusal("--port", str(site.port))
    assert code == 2
    assert "deploy/README.md" in words
