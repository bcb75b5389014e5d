"""An empty ledger in the customary columns, to be filled in and sent back."""

import io

from openpyxl import Workbook
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.datavalidation import DataValidation

from recruitment.imports.fields import FIELDS, SECTION_NAMES, Kind

_LINE = Side(style="thin", color="FF8A8175")
_BORDER = Border(_LINE, _LINE, _LINE, _LINE)
_BAND = PatternFill("solid", fgColor="FFEFE9DF")
_ROWS = 500
_LEFT_OUT = frozenset(("identity", "recommenders", "mentors", "recommended_how"))
_LISTS = {
    "sex": "男,女",
    "title_rank": "正高级,副高级,中级,初级",
    "review_result": "合格,不合格",
    "conversion_result": "按期,延长,取消",
}
_DATES = frozenset((Kind.DATE, Kind.BIRTH, Kind.MAYBE_DATE))


def blank_ledger() -> bytes:
    """An .xlsx with two header rows (sections, columns), text format for staff numbers, lists for what is chosen."""
    book = Workbook()
    sheet = book.active
    sheet.title = "发展党员台账"
    fields = [field for field in FIELDS if field.kind is not Kind.IGNORED and field.key not in _LEFT_OUT]
    start = 1
    for section, name in SECTION_NAMES.items():
        width = sum(field.section == section for field in fields)
        if not width:
            continue
        cell = sheet.cell(1, start, name)
        if width > 1:
            sheet.merge_cells(start_row=1, end_row=1, start_column=start, end_column=start + width - 1)
        cell.alignment, cell.font, cell.fill = Alignment(horizontal="center"), Font(bold=True), _BAND
        start += width
    for place, field in enumerate(fields, 1):
        cell = sheet.cell(2, place, field.label)
        cell.font, cell.fill, cell.border = Font(bold=True), _BAND, _BORDER
        cell.alignment = Alignment(wrap_text=True, vertical="center", horizontal="center")
        letter = get_column_letter(place)
        sheet.column_dimensions[letter].width = 13 if field.kind in _DATES else 15
        if field.key in ("staff_number", "phone", "form_number"):
            sheet.column_dimensions[letter].number_format = "@"
            for row in range(3, _ROWS + 3):
                sheet.cell(row, place).number_format = "@"
        if field.key in _LISTS:
            choice = DataValidation(type="list", formula1=f'"{_LISTS[field.key]}"', allow_blank=True)
            choice.add(f"{letter}3:{letter}{_ROWS + 2}")
            sheet.add_data_validation(choice)
    sheet.freeze_panes = "D3"
    sheet.row_dimensions[2].height = 32
    out = io.BytesIO()
    book.save(out)
    return out.getvalue()
