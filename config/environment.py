"""Makes .venv hold what a lock file names: `python3 config/environment.py requirements.lock` (standard library only).

A second call finds the lock's digest in .venv and returns at once, without the network. Packages come from wherever pip
is configured to take them, and every file must have the digest that the lock gives for it.
"""

import ast
import contextlib
import fcntl
import hashlib
import importlib.util
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
DIGESTS = VENV / "installed-locks"  # the digests of the locks that .venv satisfies, one a line
RUNTIME_LOCK = ROOT / "requirements.lock"
INSTALLER_LOCK = ROOT / "config" / "installer.lock"
OLDEST_PYTHON = (3, 11)

# uv reads none of pip's settings, so each is handed over; what the user set for uv itself has precedence.
PIP_TO_UV = {
    "index-url": "UV_DEFAULT_INDEX",
    "extra-index-url": "UV_INDEX",
    "find-links": "UV_FIND_LINKS",
    "no-index": "UV_NO_INDEX",
    "trusted-host": "UV_INSECURE_HOST",
    "cert": "SSL_CERT_FILE",
    "proxy": "ALL_PROXY",
    "timeout": "UV_HTTP_TIMEOUT",
    "default-timeout": "UV_HTTP_TIMEOUT",
}


def main() -> None:
    if sys.version_info < OLDEST_PYTHON:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"Python 3.11 or newer is needed; {sys.executable} is {found}.\n需要 Python 3.11 或更新的版本。")
    lock = ROOT / sys.argv[1]
    with only_one_at_a_time():
        if not is_installed(lock):
            install(lock)


@contextlib.contextmanager
def only_one_at_a_time() -> Iterator[None]:
    """Lets a ./run and a ./test that start together take turns."""
    with Path(__file__).open() as me:
        fcntl.flock(me, fcntl.LOCK_EX)
        yield


def is_installed(lock: Path) -> bool:
    """Whether .venv works and satisfies the lock."""
    return DIGESTS.exists() and digest(lock) in DIGESTS.read_text().split() and venv_works()


def venv_works() -> bool:
    """Whether .venv has a Python, still of the version that made it; an upgrade of the system may have replaced it."""
    try:
        made_with = re.search(r"^version\s*=\s*(\d+\.\d+)", (VENV / "pyvenv.cfg").read_text(), re.MULTILINE)
        is_now = subprocess.run([PYTHON, "-V"], capture_output=True, text=True, check=True).stdout
    except (OSError, subprocess.CalledProcessError):
        return False
    return made_with is not None and is_now.startswith(f"Python {made_with[1]}.")


def install(lock: Path) -> None:
    """Makes .venv if need be and installs what the lock names."""
    say("Installing what is needed (only when it changed) ...", "正在安装所需软件（仅首次或有变化时）……")
    if not venv_works():
        make_venv()
    DIGESTS.unlink(missing_ok=True)
    if not install_with_uv(lock):
        say("uv is not to be had; installing with pip, which takes longer.", "无法使用 uv，改用 pip 安装，用时较长。")
        done = pip("install", "--require-hashes", "-r", lock)
        if done.returncode:
            sys.exit(
                "The packages could not be installed; the reason stands above. A proxy or an index of your own belongs"
                " in pip's configuration (pip config set global.index-url ...).\n"
                "软件包安装失败，原因见上。如需使用代理或内部软件源，请写入 pip 的配置。"
            )
    satisfied = [lock]
    if lock != RUNTIME_LOCK and pins(RUNTIME_LOCK).items() <= pins(lock).items():
        satisfied.append(RUNTIME_LOCK)
    DIGESTS.write_text("".join(f"{digest(path)}\n" for path in satisfied))


def make_venv() -> None:
    """Makes .venv anew; installs Debian's package for that when we are root, else names the command and ends."""
    if importlib.util.find_spec("ensurepip") is None:
        package = f"python{sys.version_info.major}.{sys.version_info.minor}-venv"
        if os.geteuid() == 0:
            say(f"Installing {package} with apt ...", f"正在用 apt 安装 {package}……")
            quiet = {"stdout": subprocess.DEVNULL, "env": {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}}
            subprocess.run(["apt-get", "-qq", "update"], **quiet)
            subprocess.run(["apt-get", "-qq", "install", "-y", "--no-install-recommends", package], **quiet)
            importlib.invalidate_caches()
        if importlib.util.find_spec("ensurepip") is None:
            sys.exit(
                f"Python's venv module lacks a part. Install it with:  sudo apt-get install {package}\n"
                "缺少 Python 的 venv 组件，请用上面的命令安装后重试。"
            )
    # In a process of its own: ensurepip may have been installed after this one started.
    subprocess.run([sys.executable, "-m", "venv", "--clear", VENV], check=True)


def install_with_uv(lock: Path) -> bool:
    """Installs with uv, which is some ten times faster than pip; False if it could not."""
    if pip("install", "--quiet", "--require-hashes", "-r", INSTALLER_LOCK, capture_output=True).returncode:
        return False
    sync = [PYTHON, "-m", "uv", "pip", "sync", "--require-hashes", "--python", PYTHON, lock]
    if not sys.stderr.isatty():
        sync.append("--quiet")  # the progress bars are for people
    return subprocess.run(sync, cwd=ROOT, env=uv_environment()).returncode == 0


def uv_environment() -> dict[str, str]:
    """The environment in which uv takes packages from where pip would."""
    environment = {
        "UV_PYTHON_DOWNLOADS": "never",
        # As pip does: any index may have the file. The lock's digests decide whether it is the right one.
        "UV_INDEX_STRATEGY": "unsafe-best-match",
    }
    for option, value in pip_settings().items():
        if name := PIP_TO_UV.get(option):
            separator = "," if option == "find-links" else " "
            environment[name] = separator.join(value.split())
    return environment | os.environ


def pip_settings() -> dict[str, str]:
    """pip's options by name, from all its configuration files and variables; the more special source wins."""
    listed = pip("config", "list", capture_output=True, text=True).stdout
    sources: dict[str, dict[str, str]] = {"global": {}, "install": {}, ":env:": {}}
    for line in listed.splitlines():
        name, _, value = line.partition("=")
        source, _, option = name.rpartition(".")
        if source in sources:
            with contextlib.suppress(ValueError, SyntaxError):
                sources[source][option] = ast.literal_eval(value)
    return {option: value for settings in sources.values() for option, value in settings.items()}


def pip(*arguments: str | Path, **options) -> subprocess.CompletedProcess:
    environment = {**os.environ, "PIP_DISABLE_PIP_VERSION_CHECK": "1"}
    return subprocess.run([PYTHON, "-m", "pip", *arguments], env=environment, cwd=ROOT, **options)


def pins(lock: Path) -> dict[str, str]:
    """What the lock names: the version by package."""
    return dict(re.findall(r"^([\w.\-\[\]]+)==([^\s;\\]+)", lock.read_text(), re.MULTILINE))


def digest(lock: Path) -> str:
    return hashlib.sha256(lock.read_bytes()).hexdigest()


def say(english: str, chinese: str) -> None:
    print(f"{english}\n{chinese}", file=sys.stderr, flush=True)


if __name__ == "__main__":
    main()
