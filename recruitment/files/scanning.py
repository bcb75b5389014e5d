"""Asking the institute's own virus scanner about a file, where there is one."""

import os
import shlex
import subprocess

from recruitment.imports.refusals import FileRefused

SECONDS = 60
INFECTED = "病毒扫描没有通过，文件未收。请用杀毒软件检查这台电脑，并告诉系统管理员。"
UNSCANNED = "病毒扫描没有完成，为安全起见文件未收。请稍后再传；仍不行的，请告诉系统管理员。"


def scan(content: bytes, command: str) -> None:
    """Give ``content`` to ``command`` on standard input; exit code 0 lets it pass. Raises FileRefused.

    1 says that something was found, as clamdscan and clamscan do. Everything else, a scanner that cannot be started or
    does not answer included, is no pass. Without a command nothing is asked.
    """
    if not command:
        return
    try:
        done = subprocess.run(
            shlex.split(command),
            input=content,
            capture_output=True,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            timeout=SECONDS,
            check=False,
        )
    except (OSError, ValueError, subprocess.TimeoutExpired) as error:
        raise FileRefused(UNSCANNED) from error
    if done.returncode == 1:
        raise FileRefused(INFECTED)
    if done.returncode != 0:
        raise FileRefused(UNSCANNED)
