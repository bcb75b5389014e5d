"""Files that harm nobody: each is refused within two seconds, in little memory, with a sentence that says what to do."""

import resource
import subprocess
import sys
import time

import pytest

from recruitment.imports.limits import LIMITS
from recruitment.imports.reading import read_file
from recruitment.imports.refusals import FileRefused
from tests.recruitment.imports import hostile, ledgers

SECONDS = 2.0
MEGABYTES = 300


@pytest.mark.parametrize("name", hostile.FILES)
def test_is_refused_with_a_sentence(name):
    make, word = hostile.FILES[name]
    content = make()
    spent = resource.getrusage(resource.RUSAGE_CHILDREN)
    with pytest.raises(FileRefused) as refusal:
        read_file(content)
    now = resource.getrusage(resource.RUSAGE_CHILDREN)
    sentence = str(refusal.value)
    assert word in sentence
    assert "请" in sentence and sentence.endswith("。")
    # Processor seconds: another test that runs beside this one does not count.
    assert now.ru_utime + now.ru_stime - spent.ru_utime - spent.ru_stime < SECONDS


def test_more_than_thirty_files_were_tried():
    assert len(hostile.FILES) > 30


@pytest.mark.parametrize(
    "name",
    ["one hundred thousand rows", "one word repeated in half a million cells", "a cell at the far end of the sheet"],
)
def test_the_child_stays_small(name):
    content = hostile.FILES[name][0]()
    assert peak_megabytes(content) < MEGABYTES


def test_the_child_stays_small_on_the_largest_ledger_allowed():
    people = [
        [f"甲{chr(0x4E00 + n % 2000)}", f"T{n:06d}", "2025-03-10", *["文字"] * 20] for n in range(LIMITS.rows - 1)
    ]
    content = ledgers.xlsx_by_xlsxwriter(
        ledgers.table(["姓名", "工号", "申请入党时间", *[f"列{n}" for n in range(20)]], people)
    )
    assert len(read_file(content)[0].sheets[0].rows) == LIMITS.rows
    assert peak_megabytes(content) < MEGABYTES


def test_a_good_file_is_read_after_a_bad_one():
    for name in ("a compound file that loops", "one word repeated in half a million cells"):
        with pytest.raises(FileRefused):
            read_file(hostile.FILES[name][0]())
    assert read_file(ledgers.xlsx(hostile.ROWS))[0].sheets[0].rows[1][0] == "罗汉松"


def test_formatted_blank_rows_do_not_count():
    rows = "".join(f'<row r="{n}"><c r="A{n}" s="0"/></row>' for n in range(3, 60_000))
    good = f'<row r="1"><c r="A1" t="inlineStr"><is><t>姓名</t></is></c></row>{rows}'
    sheet = f"<worksheet {hostile.MAIN}><sheetData>{good}</sheetData></worksheet>".encode()
    assert read_file(hostile.changed(replace={hostile.SHEET: sheet}))[0].sheets[0].rows == [["姓名"]]


def test_the_child_knows_nothing_of_the_site():
    code = "import os, sys; from recruitment.imports import child; print(sorted(os.environ)); print('django' in sys.modules)"
    from recruitment.imports import reading

    told = subprocess.run(
        [sys.executable, "-c", code],
        cwd=reading._ROOT,
        env={"PATH": "/bin", "LANG": "C.UTF-8"},
        capture_output=True,
        text=True,
        check=True,
    )
    assert told.stdout.splitlines()[1] == "False"


def test_the_processor_limit_ends_an_endless_reader(monkeypatch):
    began = time.perf_counter()
    code = (
        "from recruitment.imports.confinement import confine\n"
        "from recruitment.imports.limits import Limits\n"
        "confine(Limits(cpu_seconds=0.3))\n"
        "while True: pass"
    )
    from recruitment.imports import reading

    done = subprocess.run([sys.executable, "-c", code], cwd=reading._ROOT, check=False)
    assert done.returncode < 0
    assert time.perf_counter() - began < 10


def peak_megabytes(content):
    """The largest memory of a child, asked by a small process: a large one's own would be counted."""
    from recruitment.imports import reading

    ask = (
        "import resource, subprocess, sys;"
        "subprocess.run([sys.executable, '-m', 'recruitment.imports.child'], stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL);"
        "print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)"
    )
    told = subprocess.run(
        [sys.executable, "-c", ask], input=content, capture_output=True, check=True, cwd=reading._ROOT
    )
    return int(told.stdout) / 1024
