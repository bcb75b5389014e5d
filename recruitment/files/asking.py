"""Asking a child process about a stranger's file: whatever the file does, it does it to the child."""

import json
import os
import struct
import subprocess
import sys
from pathlib import Path

from recruitment.imports.confinement import confine
from recruitment.imports.limits import Limits
from recruitment.imports.refusals import FileRefused

_ROOT = Path(__file__).resolve().parent.parent.parent
TOO_COSTLY = "读取这个文件要的时间或内存超出限度，可能结构异常或页面过大。请用“打印为 PDF”另存一份，或分成几份再传。"


def ask(module: str, question: dict, parts: list[bytes], limits: Limits) -> tuple[dict, list[bytes]]:
    """What ``python -m module`` answers to ``question`` (plain JSON) about ``parts``; raises FileRefused.

    The child has nothing of the site's environment: no keys, no database, no path but the system's own.
    """
    try:
        done = subprocess.run(
            [sys.executable, "-m", module],
            input=_packed(question, parts),
            capture_output=True,
            cwd=_ROOT,
            env={"PATH": os.defpath, "LANG": "C.UTF-8"},
            timeout=limits.wall_seconds,
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise FileRefused(TOO_COSTLY) from error
    if done.returncode != 0:
        raise FileRefused(TOO_COSTLY)
    answer, found = _unpacked(done.stdout)
    if sentence := answer.get("refused"):
        raise FileRefused(sentence)
    return answer, found


def answer_with(work, limits_of) -> None:
    """The child's side: confine this process, call ``work(question, parts)`` and send what it returns or refuses.

    ``limits_of(question, parts)`` says which Limits hold for the question.
    """
    question, parts = _unpacked(sys.stdin.buffer.read())
    confine(limits_of(question, parts))
    try:
        answer, found = work(question, parts)
    except FileRefused as refusal:
        answer, found = {"refused": str(refusal)}, []
    sys.stdout.buffer.write(_packed(answer, found))


def _packed(head: dict, parts: list[bytes]) -> bytes:
    told = json.dumps({"head": head, "sizes": [len(part) for part in parts]}, ensure_ascii=False).encode()
    return b"".join([struct.pack(">I", len(told)), told, *parts])


def _unpacked(data: bytes) -> tuple[dict, list[bytes]]:
    length = struct.unpack_from(">I", data)[0]
    told = json.loads(data[4 : 4 + length])
    place, parts = 4 + length, []
    for size in told["sizes"]:
        parts.append(data[place : place + size])
        place += size
    return told["head"], parts
