"""LibreOffice itself, as tests/debs.sh found or fetched it: opens files and saves them anew."""

import os
import subprocess
from pathlib import Path

SECONDS = 300
# Comma, quotation mark, UTF-8, from the first line on.
CSV_UTF8 = "csv:Text - txt - csv (StarCalc):44,34,76,1"


def saved_anew(folder: Path, files: dict[str, bytes], target: str) -> dict[str, bytes]:
    """{stem: content} of ``files`` ({name: content}) opened and saved as ``target``, such as xlsx; one start for all.

    A file that LibreOffice does not open is missing from the answer.
    """
    sent, out = folder / "sent", folder / "out"
    sent.mkdir(parents=True)
    for name, content in files.items():
        (sent / name).write_bytes(content)
    command = [
        os.environ["SOFFICE"], f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
        "--convert-to", target, "--outdir", str(out), *(str(sent / name) for name in files),
    ]  # fmt: skip
    env = {"PATH": os.environ["PATH"], "HOME": str(folder), "LANG": "C.UTF-8"}
    subprocess.run(command, capture_output=True, env=env, timeout=SECONDS, check=True)
    return {path.stem: path.read_bytes() for path in out.iterdir()}
