"""The child process that reads a stranger's file: ``python -m recruitment.imports.child < file``.

On standard output it tells the workbook, or why it refuses the file (:mod:`recruitment.imports.telling`).
"""

import os
import sys

from recruitment.imports import collector
from recruitment.imports.cells import read_workbook
from recruitment.imports.confinement import confine
from recruitment.imports.limits import LIMITS
from recruitment.imports.refusals import FileRefused
from recruitment.imports.telling import tell, tell_refusal

TOO_MUCH_TEXT = "表格里的文字过多，不像名册。请只留名单所在的工作表和列，另存后再传。"


def main() -> None:
    confine(LIMITS)
    with collector.at_rest():
        try:
            told = tell(read_workbook(sys.stdin.buffer.read()))
        except FileRefused as refusal:
            told = tell_refusal(str(refusal))
    # Texts repeated in a hundred thousand cells take no room in the file, and much in whoever reads the answer.
    sys.stdout.buffer.write(told if len(told) <= LIMITS.answer_bytes else tell_refusal(TOO_MUCH_TEXT))
    sys.stdout.buffer.flush()
    os._exit(0)  # all is told; giving back each cell by itself would only keep the reader waiting


if __name__ == "__main__":
    main()
