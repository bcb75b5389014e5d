"""Serves the site with its worker and its clock until told to stop: what ./run does once the environment is made.

Three processes are kept alive: the web server, the Celery worker and the Celery beat. They end with this one, however
it ends. A lock in the data folder keeps a second set away.
"""

import argparse
import ctypes
import fcntl
import http.client
import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from config.terminal import give_up, say

ROOT = Path(__file__).resolve().parent.parent
PR_SET_PDEATHSIG = 1
STOP_SECONDS = 15  # for requests and tasks under way
WEB_START_SECONDS = 60
ANY_ADDRESS = {"0.0.0.0", "::"}  # noqa: S104  # only compared with

# Celery advises against running as root; on a machine of one's own, to try the site out, it is no harm.
CELERY = ["-W", "ignore:You're running the worker with superuser", "-m", "celery", "-A", "config", "--quiet"]
QUIET_WORKER = ["--without-gossip", "--without-mingle", "--without-heartbeat"]

_libc = ctypes.CDLL(None)


class Child:
    """A process that is started again when it ends without being told to."""

    def __init__(self, name: str, arguments: list[str], inherits: tuple[int, ...] = ()):
        self.name = name
        self.command = [sys.executable, *arguments]
        self.inherits = inherits
        self.early_ends = 0
        self.start()

    def start(self) -> None:
        parent = os.getpid()

        def detach() -> None:
            os.setpgid(0, 0)  # Ctrl-C is for the supervisor, which then stops its children in order
            _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
            if os.getppid() != parent:
                os._exit(1)

        self.process = subprocess.Popen(
            self.command, cwd=ROOT, stdin=subprocess.DEVNULL, pass_fds=self.inherits, preexec_fn=detach
        )
        self.started = time.monotonic()
        self.start_again_at: float | None = None

    def keep_alive(self) -> None:
        """Starts the process again if it ended; ever later if it keeps ending at once."""
        if self.process.poll() is None:
            return
        now = time.monotonic()
        if self.start_again_at is None:
            self.early_ends = self.early_ends + 1 if now - self.started < 10 else 0
            pause = min(2**self.early_ends, 60)
            self.start_again_at = now + pause
            code = self.process.returncode
            say(
                f"The {self.name} process ended ({code}); starting it again in {pause} s.",
                f"{self.name} 进程意外结束（{code}），{pause} 秒后重新启动。",
            )
        elif now >= self.start_again_at:
            self.start()

    def stop(self, sig: signal.Signals) -> None:
        if self.process.poll() is None:
            self.process.send_signal(sig)

    def wait(self, seconds: float) -> bool:
        """Whether the process ended within the time."""
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            return False
        return True


class StopRequests:
    """Counts the signals that ask for an end: the first asks for an orderly one, the second for one at once."""

    def __init__(self) -> None:
        self.count = 0
        for sig in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(sig, self.note)

    def note(self, *_) -> None:
        self.count += 1

    def __bool__(self) -> bool:
        return self.count > 0


def main() -> None:
    options = read_options()
    if os.environ.get("YINLING_PRODUCTION"):
        give_up(2, "./run serves the embedded site; deploy/README.md tells how to run a production site.",
                "./run 只用于内嵌方式运行；正式部署见 deploy/README.md。")  # fmt: skip
    var = data_folder()
    stop_requests = StopRequests()
    with only_one_on(var), listen(options.host, options.port) as listener:
        tell_settings(var, options)
        prepare(options.empty, stop_requests)
        if not stop_requests:
            serve(listener, var, stop_requests)
    say("Stopped.", "已停止。")


def read_options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="./run", description="Starts the site. 启动本系统。")
    parser.add_argument(
        "--port", type=int, default=os.environ.get("PORT", "8000"), help="端口 (default: $PORT or 8000)"
    )
    parser.add_argument("--host", default="127.0.0.1", help="监听地址 (default: 127.0.0.1, this machine only)")
    parser.add_argument("--empty", action="store_true", help="不载入演示数据 (first start without demonstration data)")
    return parser.parse_args()


def data_folder() -> Path:
    """The folder that everything is kept in, readable by its owner only."""
    var = Path(os.environ.get("YINLING_VAR") or ROOT / "var").resolve()
    try:
        var.mkdir(mode=0o700, parents=True, exist_ok=True)
        (var / "lock").touch(mode=0o600)
    except OSError as error:
        give_up(2, f"Cannot write to the data folder {var}: {error.strerror}.", f"无法写入数据目录 {var}。")
    return var


@contextmanager
def only_one_on(var: Path) -> Iterator[None]:
    """Holds the data folder's lock; two sets of processes on one folder would mean two clocks."""
    with (var / "lock").open("r+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            holder = lock.read().strip()
            give_up(2, f"Already running on the data folder {var} (process {holder}).",
                    f"已有一个实例正在使用数据目录 {var}（进程 {holder}）。")  # fmt: skip
        lock.truncate()
        lock.write(str(os.getpid()))
        lock.flush()
        yield


def listen(host: str, port: int) -> socket.socket:
    """The socket that the web server will answer on; held by us, so that it survives a restart of that process."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=128)
    except (OSError, OverflowError) as error:
        reason = str(getattr(error, "strerror", None) or error).partition(" (")[0].rstrip(".")
        give_up(2, f"Cannot listen on {host} port {port}: {reason}. Choose another port, such as  ./run --port 8001",
                f"无法监听 {host} 的端口 {port}，可能已被占用；请用 --port 另选一个端口。")  # fmt: skip


def tell_settings(var: Path, options: argparse.Namespace) -> None:
    """Puts into the environment what the settings need to know about this start."""
    os.environ["YINLING_VAR"] = str(var)
    os.environ.setdefault("YINLING_SITE_URL", address(options.host, options.port))
    if options.host in ANY_ADDRESS:
        os.environ.setdefault("ALLOWED_HOSTS", "*")
    if not (options.host.startswith("127.") or options.host in {"localhost", "::1"}):
        say("Attention: other machines can reach the site, and what they send is not encrypted. Only to try it out.",
            "注意：其他电脑可以访问本站，且传输未加密，仅供试用。")  # fmt: skip


def address(host: str, port: int) -> str:
    if host in ANY_ADDRESS:
        host = "127.0.0.1"
    return f"http://[{host}]:{port}" if ":" in host else f"http://{host}:{port}"


def prepare(empty: bool, stop_requests: StopRequests) -> None:
    """Migrates and fills the database in a process of its own; ends this one if that fails."""
    command = [sys.executable, "-m", "config.prepare", *(["--empty"] if empty else [])]
    with subprocess.Popen(
        command, cwd=ROOT, preexec_fn=lambda: _libc.prctl(PR_SET_PDEATHSIG, signal.SIGTERM)
    ) as process:
        while process.poll() is None:
            time.sleep(0.1)
            if stop_requests:
                process.terminate()
    if process.returncode and not stop_requests:
        give_up(1, "The database could not be prepared; the reason stands above.", "数据库准备失败，原因见上。")


def serve(listener: socket.socket, var: Path, stop_requests: StopRequests) -> None:
    """Runs the three processes until asked to stop."""
    web = ["-m", "gunicorn", "config.wsgi", "--bind", f"fd://{listener.fileno()}", "--workers", "1"]
    web += ["--worker-class", "gthread", "--threads", "8", "--graceful-timeout", "8", "--no-control-socket"]
    children = [
        Child("web", [*web, "--log-level", "error"], inherits=(listener.fileno(),)),
        Child("worker", [*CELERY, "worker", "-P", "threads", "-c", "2", "-l", "WARNING", *QUIET_WORKER]),
        Child("beat", [*CELERY, "beat", "-l", "WARNING", "--pidfile="]),
    ]
    greeting = Greeting(listener, var)
    try:
        while not stop_requests:
            for child in children:
                child.keep_alive()
            greeting.give_when_ready()
            time.sleep(0.2)
    finally:
        stop_all(children, stop_requests)


class Greeting:
    """Says, once the site answers, where it is and, in a demonstration, who may log in."""

    def __init__(self, listener: socket.socket, var: Path):
        self.listener = listener
        self.demonstration = (var / "demonstration").exists()
        self.given = False
        self.patient_until = time.monotonic() + WEB_START_SECONDS

    def give_when_ready(self) -> None:
        if self.given:
            return
        if answers(self.listener):
            self.given = True
            url = os.environ["YINLING_SITE_URL"]
            say(f"\n  Yinling is running at  {url}/\n  Ctrl-C stops it.",
                "  引领已启动，请在浏览器中打开上面的地址；按 Ctrl-C 停止。\n")  # fmt: skip
            if self.demonstration:
                subprocess.run([sys.executable, "manage.py", "demo_logins"], cwd=ROOT)
        elif time.monotonic() > self.patient_until:
            self.patient_until = float("inf")
            say("The site does not answer yet; the reason may stand above.", "网站尚未响应，原因可能见上。")


def answers(listener: socket.socket) -> bool:
    """Whether the web server answers that all is well."""
    host, port = listener.getsockname()[:2]
    connection = http.client.HTTPConnection("127.0.0.1" if host in ANY_ADDRESS else host, port, timeout=1)
    try:
        connection.request("GET", "/healthz/")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()


def stop_all(children: list[Child], stop_requests: StopRequests) -> None:
    """Stops the clock, the web server and the worker, giving them time to finish; a second request takes it away."""
    say("Stopping ...", "正在停止……")
    asked = stop_requests.count
    for child in reversed(children):
        child.stop(signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    for child in children:
        while not child.wait(0.2):
            if stop_requests.count > asked or time.monotonic() > deadline:
                child.stop(signal.SIGKILL)


if __name__ == "__main__":
    main()
