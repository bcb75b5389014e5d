"""The same ledger from several producers reads the same, and nothing that anybody can put in a cell breaks the reader."""

import io
import re
import zipfile
from datetime import date, datetime, time, timedelta

import openpyxl
import pytest
import xlsxwriter
import xlwt
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from openpyxl.comments import Comment

from recruitment.imports.cells import Sheet, Workbook, read_workbook
from recruitment.imports.columns import Problem
from recruitment.imports.fields import FIELDS
from recruitment.imports.headers import find_header
from recruitment.imports.reading import pack, read_file, unpack
from recruitment.imports.refusals import FileRefused
from recruitment.imports.rows import read_rows
from tests.recruitment.imports import hostile, ledgers

ROWS = [
    ["党委入党积极分子名册"],
    ["序号", "姓名", "工号", "出生日期", "申请入党时间"],
    [1, "罗汉松", "00123", date(1985, 4, 5), "2025.3.10"],
    [2, "白桦", 12345, date(1990, 12, 31), date(2024, 2, 29)],
]
READ = [
    ["党委入党积极分子名册"],
    ["序号", "姓名", "工号", "出生日期", "申请入党时间"],
    ["1", "罗汉松", "00123", "1985-04-05", "2025.3.10"],
    ["2", "白桦", "12345", "1990-12-31", "2024-02-29"],
]


@pytest.mark.parametrize(
    "content",
    [
        pytest.param(ledgers.xlsx(ROWS), id="openpyxl"),
        pytest.param(ledgers.xlsx_by_xlsxwriter(ROWS), id="XlsxWriter"),
        pytest.param(ledgers.xls(ROWS), id="xls"),
        pytest.param(ledgers.csv_file(ROWS), id="csv, UTF-8"),
        pytest.param(ledgers.csv_file(ROWS, "utf-8-sig"), id="csv, UTF-8 with BOM"),
        pytest.param(ledgers.csv_file(ROWS, "gb18030"), id="csv, GB18030"),
        pytest.param(ledgers.csv_file(ROWS, "utf-16"), id="csv, Excel's Unicode text"),
        pytest.param(ledgers.csv_file(ROWS).replace(b",", b"\t"), id="tabs"),
        pytest.param(ledgers.csv_file(ROWS).replace(b",", b";"), id="semicolons"),
    ],
)
def test_the_same_rows_read_the_same_from_every_producer(content):
    workbook, told = read_file(content)
    assert workbook.sheets[0].rows == READ
    assert unpack(pack(told)).sheets[0].rows == READ


STRICT = ("http://schemas.openxmlformats.org/spreadsheetml/2006/main", "http://purl.oclc.org/ooxml/spreadsheetml/main")
ODD = {
    "members that are not packed": lambda: hostile.packed(zipfile.ZIP_STORED),
    "the strict form of the standard": lambda: hostile.changed(
        replace={hostile.SHEET: lambda old: old.replace(*(name.encode() for name in STRICT))}
    ),
    "a dimension that lies": lambda: hostile.changed(
        replace={hostile.SHEET: lambda old: re.sub(rb'<dimension ref="[^"]*"', b'<dimension ref="A1:XFD1048576"', old)}
    ),
    "comments": lambda: ledgers.xlsx(
        hostile.ROWS, prepare=lambda book: setattr(book.active["A1"], "comment", Comment("批注", "甲"))
    ),
    "hidden rows and columns": lambda: ledgers.xlsx(hostile.ROWS, prepare=hide),
    "CSV of an old Mac": lambda: ledgers.csv_file(hostile.ROWS).replace(b"\r\n", b"\r"),
    "CSV in UTF-16, big end first": lambda: b"\xfe\xff" + ledgers.csv_file(hostile.ROWS, "utf-16-be"),
}


def hide(book):
    """Hides somebody's row and a column: what is hidden still belongs to the ledger."""
    book.active.row_dimensions[2].hidden = True
    book.active.column_dimensions["B"].hidden = True


@pytest.mark.parametrize("name", ODD)
def test_an_odd_file_reads_like_an_ordinary_one(name):
    read = [row for row in read_file(ODD[name]())[0].sheets[0].rows if row]
    assert read == [row for row in read_file(ledgers.xlsx(hostile.ROWS))[0].sheets[0].rows if row]


def test_a_formula_is_read_by_its_result():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "工号", "申请入党时间"])
    sheet.write_formula(1, 0, '="罗汉"&"松"', None, "罗汉松")
    sheet.write_formula(1, 1, '="T"&1', None, "T1")
    sheet.write_formula(1, 2, "=DATE(2025,3,1)", book.add_format({"num_format": "yyyy-mm-dd"}), 45717)
    book.close()
    assert read_file(out.getvalue())[0].sheets[0].rows[1] == ["罗汉松", "T1", "2025-03-01"]


def errors_by_xlsxwriter():
    """Two sheets with errors: the results of formulas, and one that somebody pasted."""
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True})
    for name in ("封面", "名册"):
        sheet = book.add_worksheet(name)
        sheet.write_row(0, 0, ["姓名", "工号", "申请入党时间"])
        sheet.write_row(4, 1, ["T1"])
        sheet.write_formula(4, 2, "=VLOOKUP(B5,X:Y,2,0)", None, "#N/A")
        sheet.write_formula(6, 0, "=A1+1", None, "#VALUE!")
    book.close()
    return out.getvalue()


def errors_by_xlwt():
    """The same by xlwt, which writes no results of formulas."""

    def put(book, first):
        for sheet in (first, book.add_sheet("二")):
            for x, heading in enumerate(["姓名", "工号", "申请入党时间"]):
                sheet.write(0, x, heading)
            sheet.write(4, 1, "T1")
            sheet.row(4).set_cell_error(2, 0x2A)
            sheet.row(6).set_cell_error(0, 0x0F)

    return ledgers.xls([["姓名", "工号", "申请入党时间"]], prepare=put)


@pytest.mark.parametrize("make", [errors_by_xlsxwriter, errors_by_xlwt])
def test_a_cell_with_an_error_is_not_empty(make):
    for sheet in read_file(make())[0].sheets:
        # The row of #VALUE! is beyond everything else in its sheet, and nobody's.
        assert sheet.rows[4] == ["", "T1", "#N/A"]


def test_an_error_that_does_not_say_where_it_stands_is_refused():
    content = hostile.changed(replace={hostile.SHEET: lambda old: re.sub(rb'<c r="[A-Z0-9]+"', b"<c", old)})
    assert read_file(content)[0].sheets[0].rows == read_file(ledgers.xlsx(hostile.ROWS))[0].sheets[0].rows
    content = hostile.changed(
        replace={hostile.SHEET: lambda old: old.replace(b"</row>", b'<c t="e"><v>#REF!</v></c></row>', 1)}
    )
    with pytest.raises(FileRefused, match="#REF!"):
        read_file(content)


def test_what_guards_a_text_in_csv_is_no_part_of_it():
    texts = ["'=1+1", "'-青海", "' ＠甲", "'00123", '="00123"', "=1+1", "'甲'", "", "'"]
    read = read_workbook(ledgers.csv_file([[*texts, "."]])).sheets[0].rows[0]
    assert read == ["=1+1", "-青海", "@甲", "00123", "00123", "=1+1", "'甲'", "", "'", "."]


def test_numbers_are_kept_as_they_were_typed():
    cells = [
        12345.0,
        0,
        -1.0,
        1.5,
        0.1,
        123456789012345,
        1e15,
        True,
        "１２３",
        "Ａ００１",
        " x ",
        "a\nb",
        "\u200e张\u200b三",
    ]
    read = read_workbook(ledgers.xlsx([["姓名", *cells]])).sheets[0].rows[0][1:]
    assert read == [
        "12345",
        "0",
        "-1",
        "1.5",
        "0.1",
        "123456789012345",
        "1000000000000000",
        "是",
        "123",
        "A001",
        "x",
        "a b",
        "张三",
    ]


def test_rows_keep_their_excel_number_and_columns_their_place():
    book = openpyxl.Workbook()
    book.active["C5"] = "姓名"
    book.active["E9"] = "罗汉松"
    out = io.BytesIO()
    book.save(out)
    rows = read_workbook(out.getvalue()).sheets[0].rows
    assert (rows[4][2], rows[8][4], len(rows)) == ("姓名", "罗汉松", 9)


def test_hidden_and_empty_sheets_are_left_out():
    def prepare(book):
        book.create_sheet("隐藏").append(["姓名"])
        book["隐藏"].sheet_state = "hidden"
        book.create_sheet("空")
        book.create_sheet("第二张").append(["姓名", "工号"])

    assert [sheet.name for sheet in read_workbook(ledgers.xlsx(ROWS, prepare=prepare)).sheets] == ["名册", "第二张"]


def test_a_workbook_without_content_is_refused():
    with pytest.raises(FileRefused, match="没有内容"):
        read_workbook(ledgers.xlsx([]))


def test_a_workbook_of_1904_says_so():
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "date_1904": True})
    sheet = book.add_worksheet()
    sheet.write_row(0, 0, ["姓名", "工号", "申请入党时间", "出生日期"])
    sheet.write_row(1, 0, ["罗汉松", "T1", 44200])
    sheet.write_datetime(1, 3, datetime(1985, 4, 5), book.add_format({"num_format": "yyyy-mm-dd"}))  # noqa: DTZ001
    book.close()
    sheet = read_workbook(out.getvalue()).sheets[0]
    header = find_header(sheet)
    row = read_rows(sheet, header, {c.index: c.key for c in header.columns}, today=date(2026, 11, 22))[0]
    assert row.steps[1]["decided_on"] == date(2025, 1, 5)
    assert row.birth_on == date(1985, 4, 5)


def test_an_old_workbook_of_1904_says_so_too():
    book = xlwt.Workbook()
    book.dates_1904 = True
    sheet = book.add_sheet("名册")
    sheet.write(0, 0, "姓名")
    sheet.write(1, 0, 44629, xlwt.easyxf(num_format_str="yyyy-mm-dd"))
    out = io.BytesIO()
    book.save(out)
    read = read_file(out.getvalue())[0].sheets[0]
    assert (read.from_1904, read.rows[1]) == (True, ["2026-03-10"])
    assert not read_file(ledgers.xls(ROWS))[0].sheets[0].from_1904


def test_merged_cells_of_the_header_are_told():
    assert read_workbook(ledgers.xlsx(ROWS, merged=["A1:E1"])).sheets[0].merged == [[0, 0, 0, 4]]
    old = ledgers.xls(ROWS, merged=[(0, 0, 0, 4, "名册")])
    assert read_workbook(old).sheets[0].merged == [[0, 0, 0, 4]]


CELLS = st.one_of(
    st.none(),
    st.text(st.characters(exclude_categories=("Cs", "Cc")), max_size=20),
    st.integers(-(10**12), 10**12),
    st.floats(allow_nan=False, allow_infinity=False, width=32),
    st.booleans(),
    st.dates(date(1900, 3, 1), date(2100, 1, 1)),
    st.datetimes(datetime(1900, 3, 1), datetime(2100, 1, 1)),  # noqa: DTZ001
    st.times(),
    st.timedeltas(timedelta(0), timedelta(days=999)),
    st.sampled_from(
        [
            "姓名",
            "工号",
            "申请入党时间",
            "培养联系人",
            "1",
            "合计",
            "2025.2.30",
            "张三、李四、王五",
            "=1+1",
            "#REF!",
            "6201021985040512345",
        ]
    ),
)


@given(st.lists(st.lists(CELLS, max_size=8), max_size=12))
@settings(max_examples=60, suppress_health_check=[HealthCheck.too_slow], deadline=None)
def test_no_sheet_breaks_the_way_from_cells_to_rows(grid):
    out = io.BytesIO()
    book = xlsxwriter.Workbook(out, {"in_memory": True, "default_date_format": "yyyy-mm-dd"})
    sheet = book.add_worksheet()
    for y, row in enumerate(grid):
        for x, cell in enumerate(row):
            if isinstance(cell, time | timedelta | datetime | date):
                sheet.write_datetime(y, x, cell)
            elif isinstance(cell, str):
                sheet.write_string(y, x, cell)
            elif cell is not None:
                sheet.write(y, x, cell)
    book.close()
    try:
        workbook = read_workbook(out.getvalue())
    except FileRefused as refusal:
        assert "没有内容" in str(refusal)
        return
    read_whatever_it_is(workbook)


HEADINGS = st.sampled_from([name for field in FIELDS for name in (field.label, *field.aliases, *field.local)])
WORDS = st.one_of(
    st.text(max_size=12),
    st.sampled_from(["罗汉松", "T001", "2025.3.10", "2025.2.30", "45000", "男", "合格", "按期", "12", "张三、李四"]),
)


@given(st.lists(HEADINGS, min_size=2, max_size=12), st.lists(st.lists(WORDS, max_size=12), max_size=8))
@settings(max_examples=200, deadline=None)
def test_no_ledger_breaks_the_reader_of_rows(headings, people):
    read_whatever_it_is(Workbook("csv", [Sheet("x", [["姓名", *headings], *people])]))


def read_whatever_it_is(workbook):
    for sheet in workbook.sheets:
        header = find_header(sheet)
        if header is None:
            continue
        mapping = {column.index: column.key for column in header.columns if column.key}
        for row in read_rows(sheet, header, mapping, today=date(2026, 11, 22)):
            assert header.bottom + 1 < row.number <= len(sheet.rows)
            assert all(isinstance(problem, Problem) and problem.message for problem in row.problems)
            assert all("decided_on" in parts for parts in row.steps.values())


@given(st.binary(max_size=4000))
@settings(max_examples=200, deadline=None)
def test_any_bytes_are_a_ledger_or_refused(content):
    try:
        read_whatever_it_is(read_workbook(content))
    except FileRefused as refusal:
        assert str(refusal).endswith("。")


GOOD_XLSX, GOOD_XLS = ledgers.xlsx(ROWS), ledgers.xls(ROWS)


@given(
    st.sampled_from([GOOD_XLSX, GOOD_XLS]),
    st.lists(st.tuples(st.integers(0, 10**6), st.integers(0, 255)), min_size=1, max_size=12),
)
@settings(max_examples=300, deadline=None)
def test_a_good_file_with_changed_bytes_is_a_ledger_or_refused(content, changes):
    data = bytearray(content)
    for place, byte in changes:
        data[place % len(data)] = byte
    try:
        read_whatever_it_is(read_workbook(bytes(data)))
    except FileRefused as refusal:
        assert str(refusal).endswith("。")


@given(st.integers(0, 40), st.binary(min_size=1, max_size=60))
@settings(max_examples=100, deadline=None)
def test_a_good_file_with_a_changed_member_is_a_ledger_or_refused(place, junk):
    out = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(GOOD_XLSX)) as good, zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as bad:
        for number, member in enumerate(good.infolist()):
            data = good.read(member)
            if number == place % len(good.infolist()):
                middle = len(data) // 2
                data = data[:middle] + junk + data[middle + len(junk) :]
            bad.writestr(member.filename, data)
    try:
        read_whatever_it_is(read_workbook(out.getvalue()))
    except FileRefused as refusal:
        assert str(refusal).endswith("。")
