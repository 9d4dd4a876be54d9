"""A form as a Word document: the same tables, one section a table, headings repeated on each page."""

from __future__ import annotations

import re
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.section import WD_ORIENT, WD_SECTION
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

from junheng.report.forms.page import Cell, Cells, Form, Page
from junheng.report.office import PAPER_SIZES, chinese, save_word

FONT, TITLE_FONT = "宋体", "黑体"
_DARK = {"head": "F2F2F2", "dark": "A6A6A6", "unknown": "FFF2CC", "band": "F2F2F2"}
_BOLD = ("head", "dark", "unknown", "band")
_MARGIN = 12.0
_TWIPS = 1440 / 25.4
_REFUSED = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|[\ud800-\udfff]")
"""Characters that XML cannot hold."""


def write(form: Form, path: Path) -> None:
    """Write a form as a Word document; raises WrongUse when there is a file of that name already."""
    document = Document()
    chinese(document)
    _cover(document, form)
    for page in form.pages:
        section = document.add_section(WD_SECTION.NEW_PAGE)
        _paper(section, page.paper)
        _line(document, page.title, 16, bold=True, centre=True, font=TITLE_FONT)
        document.element.body.insert(-1, _table(page))
        for note in page.notes:
            _line(document, note, max(page.font, 9))
        if not page.notes:
            _line(document, "", 2, after=0)
    _low_breaks(document)
    _footer(document, form.footer)
    save_word(document, path, form.title)


def _cover(document: Any, form: Form) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(20)
    for _ in range(5):
        _line(document, "", 16)
    _line(document, form.title, 20, bold=True, centre=True, font=TITLE_FONT)
    for _ in range(5):
        _line(document, "", 16)
    for text in form.cover:
        _line(document, text, 14, centre=True, after=14)


def _paper(section: Any, paper: str) -> None:
    width, height = PAPER_SIZES[paper]
    section.orientation = WD_ORIENT.LANDSCAPE
    section.page_width, section.page_height = Mm(width), Mm(height)
    section.left_margin = section.right_margin = Mm(_MARGIN)
    section.top_margin = section.bottom_margin = Mm(15)
    section.footer_distance = Mm(8)


def _low_breaks(document: Any) -> None:
    """Make the paragraphs that end a section a point high, so that none asks for a page of its own."""
    for end in document.element.body.iter(qn("w:sectPr")):
        about = end.getparent()
        if about.tag == qn("w:pPr"):
            spacing = OxmlElement("w:spacing")
            for name, value in (
                ("before", "0"),
                ("after", "0"),
                ("line", "20"),
                ("lineRule", "exact"),
            ):
                spacing.set(qn(f"w:{name}"), value)
            about.insert(0, spacing)


def _line(
    document: Any, text: str, size: float, *, bold: bool = False, centre: bool = False,
    font: str = FONT, after: float = 4,
) -> None:  # fmt: skip
    paragraph = document.add_paragraph()
    paragraph.paragraph_format.space_after = Pt(after)
    paragraph.paragraph_format.space_before = Pt(0)
    paragraph.alignment = 1 if centre else 0
    paragraph._p.append(_run(text, size, bold=bold, font=font))


def _footer(document: Any, text: str) -> None:
    """Put one line at the foot of every page: the verdict's mark, and the number of the page."""
    for number, section in enumerate(document.sections):
        section.footer.is_linked_to_previous = number > 0
        if number == 0:
            paragraph = section.footer.paragraphs[0]
            paragraph._p.append(_run(f"{text}    第 ", 7, bold=False, font=FONT))
            paragraph._p.append(_page_number())
            paragraph._p.append(_run(" 页", 7, bold=False, font=FONT))


def _page_number() -> Any:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), "PAGE")
    field.append(_run("1", 7, bold=False, font=FONT))
    return field


def _run(text: str, size: float, *, bold: bool, font: str) -> Any:
    """Make a run whose text is only text, whatever stands in it; a new line is a break."""
    run = OxmlElement("w:r")
    about = _add(run, "w:rPr")
    _add(
        about,
        "w:rFonts",
        ascii="Times New Roman",
        hAnsi="Times New Roman",
        eastAsia=font,
        hint="eastAsia",
    )
    if bold:
        _add(about, "w:b")
    _add(about, "w:sz", val=str(round(size * 2)))
    for number, line in enumerate(_REFUSED.sub("\ufffd", text).split("\n")):
        if number:
            _add(run, "w:br")
        written = _add(run, "w:t")
        written.text = line
        written.set(qn("xml:space"), "preserve")
    return run


def _add(parent: Any, tag: str, **attributes: str) -> Any:
    child = OxmlElement(tag)
    for name, value in attributes.items():
        child.set(qn(f"w:{name}"), value)
    parent.append(child)
    return child


def _table(page: Page) -> Any:
    paper = PAPER_SIZES[page.paper][0] - 2 * _MARGIN
    scale = min(1.0, paper / sum(page.widths))
    widths = [round(width * scale * _TWIPS) for width in page.widths]
    table = OxmlElement("w:tbl")
    about = _add(table, "w:tblPr")
    _add(about, "w:tblW", w=str(sum(widths)), type="dxa")
    _add(about, "w:jc", val="center")
    borders = _add(about, "w:tblBorders")
    for side in ("top", "left", "bottom", "right", "insideH", "insideV"):
        _add(borders, f"w:{side}", val="single", sz="4", space="0", color="000000")
    _add(about, "w:tblLayout", type="fixed")
    margins = _add(about, "w:tblCellMar")
    for side, room in (("top", 20), ("left", 40), ("bottom", 20), ("right", 40)):
        _add(margins, f"w:{side}", w=str(room), type="dxa")
    grid = _add(table, "w:tblGrid")
    for width in widths:
        _add(grid, "w:gridCol", w=str(width))
    rows = [*page.head, *page.body]
    for at in range(len(rows)):
        table.append(_row(page, rows, at, widths))
    return table


def _row(page: Page, rows: Sequence[Cells], at: int, widths: Sequence[int]) -> Any:
    row = OxmlElement("w:tr")
    about = _add(row, "w:trPr")
    _add(about, "w:cantSplit")
    _add(about, "w:trHeight", val=str(round(page.heights[at] * 20)), hRule="atLeast")
    if at < len(page.head):
        _add(about, "w:tblHeader")
    column = 0
    while column < len(widths):
        cell, up = _owner(rows, at, column)
        across = cell.columns
        row.append(_cell(cell, sum(widths[column : column + across]), page.font, up=up))
        column += across
    return row


def _owner(rows: Sequence[Cells], at: int, column: int) -> tuple[Cell, bool]:
    """Find the cell that a place belongs to, and whether it began in a row above."""
    for row in range(at, -1, -1):
        cell = rows[row][column]
        if cell:
            return cell, row < at
    raise ValueError("a cell belongs to nothing")


def _cell(cell: Cell, width: int, size: float, *, up: bool) -> Any:
    made = OxmlElement("w:tc")
    about = _add(made, "w:tcPr")
    _add(about, "w:tcW", w=str(width), type="dxa")
    if cell.columns > 1:
        _add(about, "w:gridSpan", val=str(cell.columns))
    if cell.rows > 1:
        _add(about, "w:vMerge", **({} if up else {"val": "restart"}))
    if cell.look in _DARK:
        _add(about, "w:shd", val="clear", color="auto", fill=_DARK[cell.look])
    _add(about, "w:vAlign", val="center")
    paragraph = _add(made, "w:p")
    style = _add(paragraph, "w:pPr")
    _add(style, "w:spacing", before="0", after="0", line="240", lineRule="auto")
    _add(style, "w:jc", val="left" if cell.look in ("left", "band") else "center")
    if not up:
        paragraph.append(_run(cell.text, size, bold=cell.look in _BOLD, font=FONT))
    return made
