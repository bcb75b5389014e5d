"""Turning a Word document into a PDF by LibreOffice, where the server has it."""

import os
import shutil
import subprocess
import tempfile
import threading
from pathlib import Path

SECONDS = 60
PROGRAMS = ("soffice", "libreoffice")
# One conversion takes some 300 MB; others wait their turn.
_turn = threading.Lock()


class NotConverted(Exception):
    """There is no LibreOffice, or it did not manage."""


def converter() -> str:
    """The path of LibreOffice, "" where there is none."""
    return next((path for name in PROGRAMS if (path := shutil.which(name))), "")


def as_pdf(document: bytes) -> bytes:
    """The PDF of a .docx; raises NotConverted."""
    program = converter()
    if not program:
        raise NotConverted
    with _turn, tempfile.TemporaryDirectory(prefix="yinling-") as folder:
        source = Path(folder) / "paper.docx"
        source.write_bytes(document)
        command = [
            program, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore", "--convert-to", "pdf",
            "--outdir", folder, str(source),
        ]  # fmt: skip
        env = {"PATH": os.environ.get("PATH", os.defpath), "HOME": folder, "LANG": "C.UTF-8"}
        try:
            subprocess.run(command, capture_output=True, env=env, timeout=SECONDS, check=True)
            return source.with_suffix(".pdf").read_bytes()
        except (OSError, subprocess.SubprocessError) as error:
            raise NotConverted from error
