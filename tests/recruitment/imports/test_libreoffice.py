"""What LibreOffice writes of the published layouts, the import reads as it was written."""

import pytest

from recruitment.imports.reading import read_file
from recruitment.imports.refusals import FileRefused
from tests.office import CSV_UTF8, saved_anew
from tests.recruitment.imports import ledgers

pytestmark = pytest.mark.slow


def test_the_published_roll_saved_by_libreoffice_reads_as_it_was_written(tmp_path):
    people = [
        {"姓名": "罗汉松", "学号/职工号": "00123", "所在党支部": "一支部", "联系人1": "叶知秋", "联系人2": "林见山"}
    ]
    rows = ledgers.activist_roll(people)
    files = {
        "openpyxl.xlsx": ledgers.xlsx(rows, merged=["A2:T2", "L4:M4"]),
        "xlsxwriter.xlsx": ledgers.xlsx_by_xlsxwriter(rows),
        "xlwt.xls": ledgers.xls(rows),
    }
    written = read_file(files["openpyxl.xlsx"])[0].sheets[0].rows
    for place, target in enumerate(("xlsx", "xls", CSV_UTF8)):
        for producer, content in saved_anew(tmp_path / str(place), files, target).items():
            read = read_file(content)[0].sheets[0].rows
            assert [[cell for cell in row if cell] for row in read] == [
                [cell for cell in row if cell] for row in written
            ], (producer, target)


@pytest.mark.parametrize("target", ["xlsx", "xls", CSV_UTF8], ids=["xlsx", "xls", "csv"])
def test_a_failed_formula_saved_by_libreoffice_is_no_empty_cell(tmp_path, target):
    """With few people in it, an .xls of LibreOffice keeps its sheets where short streams stand."""

    def fail(book):
        book.active["C2"], book.active["D3"] = "=NA()", "=1/0"

    sent = ledgers.xlsx([["姓名", "工号", "申请入党时间", "籍贯"], ["罗汉松", "T1"], ["水杉", "T2"]], prepare=fail)
    saved = saved_anew(tmp_path, {"a.xlsx": sent}, target)["a"]
    assert read_file(saved)[0].sheets[0].rows[1:] == [["罗汉松", "T1", "#N/A"], ["水杉", "T2", "", "#DIV/0!"]]


def test_an_opendocument_sheet_is_refused_with_what_to_do(tmp_path):
    saved = saved_anew(tmp_path, {"a.xlsx": ledgers.xlsx([["姓名", "工号"], ["罗汉松", "1"]])}, "ods")["a"]
    with pytest.raises(FileRefused, match="OpenDocument"):
        read_file(saved)
