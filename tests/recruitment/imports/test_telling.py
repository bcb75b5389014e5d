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
from tests.recruitment.imports import ledgers

# Everything that ends a line or parts cells somewhere, beside ordinary letters.
CELLS = st.text(st.sampled_from("甲a1 \t\n\r\v\f\x1c\x1d\x1e\x1f\x85\u2028\u2029\u00a0\u3000\0\\\"',;{"), max_size=6)


@given(st.lists(st.lists(CELLS, max_size=4), max_size=6))
def test_rows_are_heard_as_they_were_read(rows):
    content = ledgers.csv_file([["姓名", "工号"], *rows])
    try:
        workbook = read_workbook(content)
    except FileRefused:  # control characters are not for a CSV
        return
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
