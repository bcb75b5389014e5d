"""What the child tells of a file is heard as it was read, whatever stands in its cells."""

import json
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from recruitment.imports.cells import Sheet, Workbook, read_workbook
from recruitment.imports.reading import unpack
from recruitment.imports.refusals import FileRefused
from recruitment.imports.telling import hear, tell, tell_refusal
from recruitment.imports.text import clean
from tests.recruitment.imports import ledgers

# Everything that ends a line or parts cells somewhere, beside ordinary letters; a CSV with the last of them is refused.
IN_A_CSV = "甲a1 \t\n\r\v\f\x85\u2028\u2029\u00a0\u3000\\\"',;{"
ANYTHING = f"{IN_A_CSV}\0\x1c\x1d\x1e\x1f"


def rows_of(letters):
    return st.lists(st.lists(st.text(st.sampled_from(letters), max_size=6), max_size=4), max_size=6)


@given(rows_of(ANYTHING))
def test_cells_in_one_spelling_are_heard_as_they_are(rows):
    rows = [[*map(clean, row), "末"] for row in rows]
    workbook = Workbook("xlsx", [Sheet("名册", rows)])
    assert hear(tell(workbook)) == workbook


@given(rows_of(IN_A_CSV))
def test_rows_of_a_file_are_heard_as_they_were_read(rows):
    workbook = read_workbook(ledgers.csv_file([["姓名", "工号"], *rows]))
    assert hear(tell(workbook)) == workbook


def test_several_sheets_keep_their_rows_apart():
    workbook = Workbook(
        "xls",
        [
            Sheet("一", [["甲", "", "乙"], [], ["丙"]], [[0, 1, 2, 1]]),
            Sheet("二\n", [[], ["丁"]], from_1904=True),
            Sheet("三", [["戊"]]),
        ],
    )
    assert hear(tell(workbook)) == workbook


def test_a_refusal_is_heard_as_one():
    with pytest.raises(FileRefused, match="请另存\n再传"):
        hear(tell_refusal("请另存\n再传"))


def test_what_was_kept_as_json_is_still_heard():
    sheet = {"name": "名册", "rows": [["姓名"], [], ["罗汉松", "1"]], "merged": [[0, 0, 0, 1]], "from_1904": False}
    kept = zlib.compress(json.dumps({"workbook": {"kind": "xlsx", "sheets": [sheet]}}, ensure_ascii=False).encode(), 1)
    assert unpack(kept) == Workbook("xlsx", [Sheet(**sheet)])
