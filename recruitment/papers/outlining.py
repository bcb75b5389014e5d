"""Reading a Word document as paragraphs and tables, so that a page can show and print what the file holds."""

from docx.document import Document
from docx.enum.table import WD_CELL_VERTICAL_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH
from docx.oxml.ns import qn
from docx.table import Table, _Cell
from docx.text.paragraph import Paragraph

_ALIGNMENTS = {
    WD_ALIGN_PARAGRAPH.CENTER: "center",
    WD_ALIGN_PARAGRAPH.RIGHT: "right",
    WD_ALIGN_PARAGRAPH.LEFT: "left",
}
_BODY_POINTS = 16.0


def outline(document: Document) -> list[dict]:
    """The body in order: {"kind": "text", …} as _text gives it, and {"kind": "table", "columns", "rows"}.

    ``columns`` are widths in percent; a row has ``height`` in mm (0: as high as its text) and ``cells`` with ``span``,
    ``down``, ``is_top`` and ``texts``.
    """
    return [_table(block) if isinstance(block, Table) else _text(block) for block in document.iter_inner_content()]


def _text(paragraph: Paragraph) -> dict:
    """A paragraph: ``text``, ``align``, ``size`` in points, ``is_bold``, ``indent`` in characters, ``breaks`` before it."""
    size, is_bold = _look(paragraph)
    form = paragraph.paragraph_format
    indent = _inherited(paragraph, lambda it: it.first_line_indent)
    right = form.right_indent
    return {
        "kind": "text",
        "text": paragraph.text,
        "align": _ALIGNMENTS.get(_inherited(paragraph, lambda it: it.alignment), ""),
        "size": size,
        "is_bold": is_bold,
        "indent": round(indent.pt / size) if indent else 0,
        "inset": round(right.pt / size) if right else 0,
        "breaks": bool(form.page_break_before) or _has_page_break(paragraph),
    }


def _look(paragraph: Paragraph) -> tuple[float, bool]:
    """Size in points and weight of the first words."""
    run = next((run for run in paragraph.runs if run.text.strip()), None)
    size = run.font.size if run is not None and run.font.size else _style(paragraph, lambda style: style.font.size)
    bold = (
        run.font.bold
        if run is not None and run.font.bold is not None
        else _style(paragraph, lambda style: style.font.bold)
    )
    return (size.pt if size else _BODY_POINTS), bool(bold)


def _inherited(paragraph: Paragraph, of):
    """A property of the paragraph, else of its style, else of the style that that one rests on."""
    own = of(paragraph.paragraph_format)
    return own if own is not None else _style(paragraph, lambda style: of(style.paragraph_format))


def _style(paragraph: Paragraph, of):
    style = paragraph.style
    while style is not None:
        if (value := of(style)) is not None:
            return value
        style = style.base_style
    return None


def _has_page_break(paragraph: Paragraph) -> bool:
    return any(mark.get(qn("w:type")) == "page" for mark in paragraph._p.iter(qn("w:br")))


def _table(table: Table) -> dict:
    widths = [int(column.get(qn("w:w")) or 0) for column in table._tbl.tblGrid.iter(qn("w:gridCol"))]
    whole = sum(widths) or 1
    rows, open_cells = [], {}
    for row in table.rows:
        cells, place = [], 0
        for tc in row._tr.tc_lst:
            span = tc.grid_span
            if tc.vMerge == "continue" and place in open_cells:
                open_cells[place]["down"] += 1
            else:
                inner = _Cell(tc, table)
                is_top = inner.vertical_alignment in (None, WD_CELL_VERTICAL_ALIGNMENT.TOP)
                cell = {"span": span, "down": 1, "is_top": is_top, "texts": [_text(it) for it in inner.paragraphs]}
                cells.append(cell)
                if tc.vMerge == "restart":
                    open_cells[place] = cell
                else:
                    open_cells.pop(place, None)
            place += span
        rows.append({"height": round(row.height.mm) if row.height else 0, "cells": cells})
    return {"kind": "table", "columns": [round(100 * width / whole, 1) for width in widths], "rows": rows}
