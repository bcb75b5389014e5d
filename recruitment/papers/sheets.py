"""The pieces of an official paper in Word: page, title, addressee, paragraphs, signature, register (GB/T 9704-2012)."""

import io
from dataclasses import dataclass

from docx import Document
from docx.enum.section import WD_SECTION
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT, WD_ROW_HEIGHT_RULE, WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.opc.part import Part
from docx.oxml import OxmlElement, parse_xml
from docx.oxml.ns import nsdecls, qn
from docx.shared import Mm, Pt

BODY, TITLE, HEAD, KAI, LATIN = "仿宋_GB2312", "方正小标宋简体", "黑体", "楷体_GB2312", "Times New Roman"
# What a program takes that does not have the customary font.
INSTEAD = {BODY: "仿宋", TITLE: "宋体", HEAD: "SimHei", KAI: "楷体", "宋体": "SimSun", LATIN: "serif"}
# 二号, 三号, 四号, 小四 in points.
TITLE_SIZE, BODY_SIZE, PAGE_SIZE, CELL_SIZE = 22, 16, 14, 12
LINE, CELL_LINE = 28, 18
MARGINS = {"top": 37, "bottom": 35, "left": 28, "right": 26}
TYPE_AREA = 156
CENTER, LEFT, RIGHT, JUSTIFY = (
    WD_ALIGN_PARAGRAPH.CENTER,
    WD_ALIGN_PARAGRAPH.LEFT,
    WD_ALIGN_PARAGRAPH.RIGHT,
    WD_ALIGN_PARAGRAPH.JUSTIFY,
)


@dataclass(frozen=True, slots=True)
class Cell:
    """A cell of a register: ``text`` (lines parted by newlines), columns it spans, and how it stands.

    ``sign`` is a line at the foot of the cell, to the right: who signs, and when.
    """

    text: str = ""
    span: int = 1
    is_label: bool = False
    align: object = None
    sign: str = ""


def label(text, span=1):
    """A heading cell."""
    return Cell(text, span, is_label=True, align=CENTER)


class Sheet:
    """An A4 paper that grows from top to bottom."""

    def __init__(self):
        self.document = Document()
        self._set_page()
        self._set_styles()
        self._set_fonts()
        self._set_page_numbers()
        self.document.core_properties.author = ""

    # --- Running text

    def title(self, text, *, after=1):
        """The title: 二号小标宋, centred, with ``after`` empty lines below."""
        for line in text.split("\n"):
            self._paragraph(line, CENTER, font=TITLE, size=TITLE_SIZE, line=32)
        for _ in range(after):
            self._paragraph("")

    def line(self, text, *, align=JUSTIFY, indent=0, font=BODY, is_bold=False):
        """A line or paragraph in 三号; ``indent`` in characters for its first line."""
        return self._paragraph(text, align, font=font, indent=indent, is_bold=is_bold)

    def paragraph(self, text):
        """A paragraph, its first line two characters in."""
        return self.line(text, indent=2)

    def heading(self, text):
        """A heading of the first level: 黑体."""
        return self.line(text, indent=2, font=HEAD)

    def room(self, lines):
        """Empty lines to be filled by hand."""
        for _ in range(lines):
            self._paragraph("")

    def signature(self, who, day):
        """Who issues the paper and when: to the right, four characters in."""
        self.room(2)
        for text in (who, day):
            paragraph = self._paragraph(text, RIGHT)
            paragraph.paragraph_format.right_indent = Pt(BODY_SIZE * 4)
        # The last lines of the text stand above the signature, on the same page.
        for paragraph in self.document.paragraphs[-6:-1]:
            paragraph.paragraph_format.keep_with_next = True

    def mark(self, text):
        """A template's mark that stands for a whole paragraph."""
        self._paragraph(text)

    # --- Registers

    def table(self, widths, rows):
        """A register of columns ``widths`` (mm); a row is (height in mm, cells), or a mark that stands for a whole row."""
        whole = sum(widths)
        widths = [width * TYPE_AREA / whole for width in widths]
        table = self.document.add_table(0, len(widths))
        table.style, table.alignment, table.autofit = "Table Grid", WD_TABLE_ALIGNMENT.CENTER, False
        _set_cell_margins(table)
        for row in rows:
            if isinstance(row, str):
                self._mark_row(table, widths, row)
            else:
                self._row(table, widths, *row)
        for column, width in zip(table.columns, widths, strict=True):
            column.width = Mm(width)
        return table

    def _row(self, table, widths, height, cells):
        row = table.add_row()
        row.height, row.height_rule = Mm(height), WD_ROW_HEIGHT_RULE.AT_LEAST
        _keep_together(row)
        place = 0
        for it in cells:
            cell = row.cells[place]
            if it.span > 1:
                cell = cell.merge(row.cells[place + it.span - 1])
            cell.width = Mm(sum(widths[place : place + it.span]))
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.CENTER
            self._fill(cell, it)
            place += it.span

    def _fill(self, cell, it):
        first = True
        for text in it.text.split("\n"):
            paragraph = cell.paragraphs[0] if first else cell.add_paragraph()
            align = it.align if it.align is not None else (JUSTIFY if it.sign else CENTER)
            self._set(paragraph, text, align, size=CELL_SIZE, line=CELL_LINE, indent=2 if it.sign else 0)
            first = False
        if it.sign:
            cell.vertical_alignment = WD_CELL_VERTICAL_ALIGNMENT.TOP
            for text in ("", it.sign):
                self._set(cell.add_paragraph(), text, RIGHT, size=CELL_SIZE, line=CELL_LINE)

    def _mark_row(self, table, widths, text):
        row = table.add_row()
        cell = row.cells[0].merge(row.cells[-1])
        cell.width = Mm(sum(widths))
        self._set(cell.paragraphs[0], text, LEFT, size=CELL_SIZE, line=CELL_LINE)

    def note(self, text):
        """A small line below a register."""
        self._paragraph(text, LEFT, size=10.5, line=CELL_LINE)

    # --- The file

    def saved(self):
        """The .docx."""
        out = io.BytesIO()
        self.document.save(out)
        return out.getvalue()

    # --- How a paragraph looks

    def _paragraph(self, text, align=JUSTIFY, **look):
        return self._set(self.document.add_paragraph(), text, align, **look)

    def _set(self, paragraph, text, align, *, font=BODY, size=BODY_SIZE, line=LINE, indent=0, is_bold=False):
        form = paragraph.paragraph_format
        form.alignment, form.line_spacing_rule, form.line_spacing = align, WD_LINE_SPACING.EXACTLY, Pt(line)
        form.space_before = form.space_after = Pt(0)
        if indent:
            form.first_line_indent = Pt(size * indent)
        run = paragraph.add_run(text)
        run.font.name, run.font.size, run.font.bold = LATIN, Pt(size), is_bold or None
        run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), font)
        return paragraph

    # --- Page

    def _set_page(self):
        section = self.document.sections[0]
        section.start_type = WD_SECTION.NEW_PAGE
        section.page_width, section.page_height = Mm(210), Mm(297)
        for side, width in MARGINS.items():
            setattr(section, f"{side}_margin", Mm(width))
        section.header_distance, section.footer_distance = Mm(15), Mm(25)

    def _set_styles(self):
        normal = self.document.styles["Normal"]
        normal.font.name, normal.font.size = LATIN, Pt(BODY_SIZE)
        normal.element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), BODY)
        normal.paragraph_format.widow_control = False
        for marks in self.document.styles.element.iter(qn("w:lang")):
            marks.set(qn("w:eastAsia"), "zh-CN")

    def _set_fonts(self):
        """Name a substitute for every customary font that is not on every machine."""
        entries = "".join(
            f'<w:font w:name="{name}"><w:altName w:val="{other}"/></w:font>' for name, other in INSTEAD.items()
        )
        blob = f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:fonts {nsdecls("w")}>{entries}</w:fonts>'
        for part in self.document.part.package.iter_parts():
            if str(part.partname) == "/word/fontTable.xml" and isinstance(part, Part):
                part._blob = blob.encode()

    def _set_page_numbers(self):
        """— 1 — in 四号宋体: on odd pages at the right, on even ones at the left, one character in."""
        self.document.settings.odd_and_even_pages_header_footer = True
        section = self.document.sections[0]
        for footer, align, side in ((section.footer, RIGHT, "right"), (section.even_page_footer, LEFT, "left")):
            footer.is_linked_to_previous = False
            paragraph = footer.paragraphs[0]
            paragraph.style = self.document.styles["Normal"]
            paragraph.alignment = align
            setattr(paragraph.paragraph_format, f"{side}_indent", Pt(PAGE_SIZE))
            for piece in ("— ", None, " —"):
                run = paragraph.add_run(piece or "")
                run.font.name, run.font.size = "宋体", Pt(PAGE_SIZE)
                run._r.get_or_add_rPr().rFonts.set(qn("w:eastAsia"), "宋体")
                if piece is None:
                    _add_page_field(run)


def _add_page_field(run):
    for kind, text in (("begin", ""), ("", "PAGE"), ("end", "")):
        if kind:
            mark = OxmlElement("w:fldChar")
            mark.set(qn("w:fldCharType"), kind)
        else:
            mark = parse_xml(f'<w:instrText {nsdecls("w")} xml:space="preserve"> {text} </w:instrText>')
        run._r.append(mark)


def _keep_together(row):
    row._tr.get_or_add_trPr().append(OxmlElement("w:cantSplit"))


def _set_cell_margins(table):
    margins = "".join(f'<w:{side} w:w="57" w:type="dxa"/>' for side in ("left", "right"))
    table._tbl.tblPr.append(parse_xml(f"<w:tblCellMar {nsdecls('w')}>{margins}</w:tblCellMar>"))
