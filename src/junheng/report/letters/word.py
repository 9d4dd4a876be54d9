"""Write a paper as a Word document: headings, tables and notes as Word knows them, Chinese fonts named.

Text is put in as text. The only fields are the numbers of pages, at the foot.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt, RGBColor

from junheng.errors import say
from junheng.report.letters.paper import (
    Bars,
    Blank,
    Break,
    Heading,
    Image,
    Paper,
    Paragraph,
    Run,
    Signature,
    Table,
)
from junheng.report.office import chinese, save_word

_WIDTH, _HIGHEST = 158.0, 215.0
"""Of the text, and of the highest picture, in millimetres."""
_SONG, _FANG, _HEI, _KAI = "宋体", "仿宋", "黑体", "楷体"
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
}
_PALE = RGBColor(0x59, 0x59, 0x59)
_FORBIDDEN = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""Characters that XML cannot hold."""


def write(paper: Paper, path: Path, language: str) -> None:
    """Write a paper; the same bytes each time. WrongUse when there is a file of that name."""
    save_word(_Writer(paper, language).document, path, paper.title)


def _safe(text: str) -> str:
    return _FORBIDDEN.sub("\ufffd", text)


class _Writer:
    """Puts a paper into a document, block by block."""

    def __init__(self, paper: Paper, language: str) -> None:
        self.document: Any = Document()
        self.language = language
        _set_styles(self.document)
        _set_page(self.document, _safe(paper.foot), language)
        chinese(self.document)
        self._line(paper.title, _SONG, 18, bold=True)
        if paper.subtitle:
            self._line(paper.subtitle, _KAI, 14)
        writers: dict[type, Callable[[Any], None]] = {
            Heading: self._heading,
            Paragraph: self._paragraph,
            Blank: self._blank,
            Table: self._table,
            Bars: self._bars,
            Image: self._image,
            Break: self._break,
            Signature: self._signature,
        }
        for block in paper.blocks:
            writers[type(block)](block)

    def _line(self, text: str, font: str, size: float, *, bold: bool = False) -> None:
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(8)
        line.paragraph_format.first_line_indent = Pt(0)
        _run(line, text, font, size).bold = bold

    def _heading(self, block: Heading) -> None:
        self.document.add_heading(_safe(block.text), block.level)

    def _paragraph(self, block: Paragraph) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0 if block.plain else 28)
        for run in block.runs:
            _add(line, run)

    def _blank(self, block: Blank) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.keep_with_next = True
        asked = say("letters.write_here", self.language) + block.prompt
        _run(line, asked, _KAI, 12).font.color.rgb = _PALE
        for _ in range(block.lines):
            ruled = self.document.add_paragraph()
            ruled.paragraph_format.first_line_indent = Pt(0)
            _rule_below(ruled)

    def _caption(self, caption: str, note: int | None) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = Pt(6)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        _run(line, caption, _HEI, 11)
        _note(line, note)

    def _table(self, block: Table) -> None:
        self._caption(block.caption, block.note)
        if not block.rows:
            line = self.document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            _run(line, block.empty, _FANG, 12)
            return
        widths = [_WIDTH * width / sum(block.widths) for width in block.widths]
        self._grid((block.heads, *block.rows), widths, [_ALIGN[side] for side in block.sides])

    def _grid(
        self, rows: Sequence[Sequence[str]], widths: Sequence[float], sides: Sequence[Any]
    ) -> None:
        grid = self.document.add_table(len(rows), len(widths), style="Table Grid")
        # Rows and cells are taken from the XML itself: asking the table for each is slow.
        grid.alignment, grid.autofit = WD_TABLE_ALIGNMENT.CENTER, False
        for column, width in zip(grid._tbl.tblGrid.gridCol_lst, widths, strict=True):
            column.w = Mm(width)
        for at, (texts, row) in enumerate(zip(rows, grid._tbl.tr_lst, strict=True)):
            _row_mark(row, "w:cantSplit")
            if not at:
                _row_mark(row, "w:tblHeader")
            for cell, text, width, side in zip(row.tc_lst, texts, widths, sides, strict=True):
                cell.width = Mm(width)
                _fill(cell, text, WD_ALIGN_PARAGRAPH.CENTER if not at else side, head=not at)
        self.document.add_paragraph().paragraph_format.space_after = Pt(0)

    def _bars(self, block: Bars) -> None:
        self._caption(block.caption, block.note)
        name, value, limit, hint = block.heads
        rows = [(name, value, limit, "", hint)]
        rows += [
            (b.name, b.value, b.limit, _squares(b.ratio, block.full), f"{b.word}　{b.hint}")
            for b in block.rows
        ]
        sides = [_ALIGN[side] for side in ("left", "right", "right", "left", "left")]
        self._grid(rows, [48, 20, 18, 32, 40], sides)

    def _image(self, block: Image) -> None:
        png = block.picture.png()
        wide, high = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
        width = min(_WIDTH, _HIGHEST * wide / high)
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        drawn = line.add_run().add_picture(BytesIO(png), Mm(width))
        drawn._inline.docPr.set("descr", _safe(f"{block.picture.title} {block.picture.answer}"))

    def _break(self, block: Break) -> None:  # noqa: ARG002  # every block is written alike
        self.document.add_page_break()

    def _signature(self, block: Signature) -> None:
        self.document.add_paragraph()
        for text in block.lines:
            line = self.document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = Pt(56)
            line.paragraph_format.keep_together = True
            _run(line, text, _FANG, 14)


def _squares(ratio: float | None, full: float) -> str:
    """Draw a bar of ten squares: filled to the ratio, with a stroke after the limit.

    >>> _squares(0.8, 2), _squares(None, 2)
    ('■■■■□|□□□□□', '?')
    """
    if ratio is None:
        return "?"
    filled = min(10, int(10 * ratio / full + 1e-9))
    squares = "■" * filled + "□" * (10 - filled)
    at = round(10 / full)
    return f"{squares[:at]}|{squares[at:]}"


def _run(line: Any, text: str, font: str, size: float) -> Any:
    run = line.add_run(_safe(text))
    run.font.name, run.font.size = "Times New Roman", Pt(size)
    run._element.get_or_add_rPr().get_or_add_rFonts().set(qn("w:eastAsia"), font)
    return run


def _add(line: Any, run: Run) -> None:
    if run.blank:
        made = _run(line, f"　（{run.text}）　", _KAI, 12)
        made.underline, made.font.color.rgb = True, _PALE
        return
    _run(line, run.text, _FANG, 14)
    _note(line, run.note)


def _note(line: Any, note: int | None) -> None:
    if note is not None:
        mark = _run(line, f"[{note}]", _FANG, 9)
        mark.font.superscript, mark.font.color.rgb = True, _PALE


def _fill(cell: Any, text: str, side: Any, *, head: bool) -> None:
    from docx.text.paragraph import Paragraph as Line

    line = Line(cell.p_lst[0], cell)
    line.alignment = side
    form = line.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Pt(0), Pt(0), 1.0
    _run(line, text, _HEI if head else _SONG, 10)
    if head:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
            shade.set(qn(f"w:{name}"), value)
        cell.get_or_add_tcPr().append(shade)


def _row_mark(row: Any, name: str) -> None:
    row.get_or_add_trPr().append(OxmlElement(name))


def _rule_below(line: Any) -> None:
    borders, bottom = OxmlElement("w:pBdr"), OxmlElement("w:bottom")
    between = OxmlElement("w:between")
    for border in (bottom, between):
        for name, value in (("val", "single"), ("sz", "4"), ("space", "1"), ("color", "8C8C8C")):
            border.set(qn(f"w:{name}"), value)
        borders.append(border)
    form = line._p.get_or_add_pPr()
    form.insert_element_before(borders, "w:shd", "w:tabs", "w:spacing", "w:ind", "w:jc", "w:rPr")


def _set_styles(document: Any) -> None:
    normal = document.styles["Normal"]
    normal.font.name, normal.font.size = "Times New Roman", Pt(14)
    normal.paragraph_format.space_after = Pt(0)
    normal.paragraph_format.line_spacing = 1.5
    looks = {"Normal": (_FANG, 14), "Heading 1": (_HEI, 16), "Heading 2": (_KAI, 15)}
    for name, (font, size) in looks.items():
        style = document.styles[name]
        style.font.size, style.font.name, style.font.color.rgb = (
            Pt(size),
            "Times New Roman",
            RGBColor(0, 0, 0),
        )
        fonts = style.element.get_or_add_rPr().get_or_add_rFonts()
        for theme in ("asciiTheme", "eastAsiaTheme", "hAnsiTheme", "cstheme"):
            fonts.attrib.pop(qn(f"w:{theme}"), None)
        fonts.set(qn("w:eastAsia"), font)
        style.paragraph_format.keep_with_next = name != "Normal"


def _set_page(document: Any, foot: str, language: str) -> None:
    section = document.sections[0]
    section.page_width, section.page_height = Mm(210), Mm(297)
    section.left_margin = section.right_margin = Mm(26)
    section.top_margin, section.bottom_margin = Mm(30), Mm(28)
    line = section.footer.paragraphs[0]
    line.paragraph_format.line_spacing = 1.0
    _run(line, foot, _SONG, 8).font.color.rgb = _PALE
    pages = section.footer.add_paragraph()
    pages.alignment = WD_ALIGN_PARAGRAPH.CENTER
    before, between, after = re.split(
        r"\{\w+\}", say("letters.page_of", language, at="{at}", of="{of}")
    )
    _run(pages, before, _SONG, 9)
    _field(pages, "PAGE")
    _run(pages, between, _SONG, 9)
    _field(pages, "NUMPAGES")
    _run(pages, after, _SONG, 9)


def _field(line: Any, name: str) -> None:
    field = OxmlElement("w:fldSimple")
    field.set(qn("w:instr"), name)
    run = _run(line, "1", _SONG, 9)
    field.append(run._element)
    line._p.append(field)
