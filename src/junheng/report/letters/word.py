"""Write a paper as a Word document: headings, tables and notes as Word knows them, Chinese fonts named.

Text is put in as text. The only fields are the numbers of pages, at the foot.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from io import BytesIO
from pathlib import Path
from typing import Any

from docx import Document
from docx.enum.table import WD_TABLE_ALIGNMENT
from docx.enum.text import WD_ALIGN_PARAGRAPH, WD_LINE_SPACING
from docx.oxml import OxmlElement
from docx.oxml.ns import qn
from docx.shared import Mm, Pt

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
from junheng.report.letters.word_look import (
    FANG,
    HEI,
    KAI,
    PALE,
    SONG,
    add_run,
    safe,
    set_page,
    set_styles,
    set_tight,
)
from junheng.report.office import chinese, save_word, word_bytes

_WIDTH, _HIGHEST = 158.0, 215.0
"""Of the text, and of the highest picture, in millimetres."""
_ALIGN = {
    "left": WD_ALIGN_PARAGRAPH.LEFT,
    "right": WD_ALIGN_PARAGRAPH.RIGHT,
    "centre": WD_ALIGN_PARAGRAPH.CENTER,
}
_BELOW_TABLE = 8
"""Points between a table and what follows."""


def write(paper: Paper, path: Path, language: str) -> None:
    """Write a paper; the same bytes each time. WrongUse when there is a file of that name."""
    save_word(_Writer(paper, language).document, path, _title(paper))


def docx(paper: Paper, language: str) -> bytes:
    """Give a paper as a Word document, for those who hand it on: the same bytes as the file."""
    return word_bytes(_Writer(paper, language).document, _title(paper))


def _title(paper: Paper) -> str:
    return paper.title.replace("\n", "")


class _Writer:
    """Puts a paper into a document, block by block."""

    def __init__(self, paper: Paper, language: str) -> None:
        self.document: Any = Document()
        self.language = language
        set_styles(self.document)
        set_page(self.document, safe(paper.foot), language)
        chinese(self.document)
        if paper.tight:
            set_tight(self.document)
        self._line(paper.title, SONG, 18, bold=True)
        if paper.subtitle:
            self._line(paper.subtitle, KAI, 14)
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
            if isinstance(block, Signature):
                self._keep_last()
            writers[type(block)](block)

    def _keep_last(self) -> None:
        """Keep what was written last with what follows: nobody signs an empty page."""
        for line in reversed(self.document.paragraphs):
            line.paragraph_format.keep_with_next = True
            if line.text:
                return

    def _line(self, text: str, font: str, size: float, *, bold: bool = False) -> None:
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.space_after = Pt(8)
        line.paragraph_format.first_line_indent = Pt(0)
        add_run(line, text, font, size).bold = bold

    def _heading(self, block: Heading) -> None:
        self.document.add_heading(safe(block.text), block.level)

    def _paragraph(self, block: Paragraph) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0 if block.plain else 28)
        line.paragraph_format.keep_with_next = block.plain
        for run in block.runs:
            _add(line, run)

    def _blank(self, block: Blank) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.keep_with_next = True
        asked = say("letters.write_here", self.language) + block.prompt
        add_run(line, asked, KAI, 12).font.color.rgb = PALE
        for left in reversed(range(block.lines)):
            ruled = self.document.add_paragraph()
            ruled.paragraph_format.first_line_indent = Pt(0)
            ruled.paragraph_format.keep_with_next = bool(left)
            _rule_below(ruled)

    def _caption(self, caption: str, note: int | None) -> None:
        line = self.document.add_paragraph()
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.keep_with_next = True
        line.paragraph_format.space_before = Pt(6)
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        add_run(line, caption, HEI, 11)
        _note(line, note)

    def _table(self, block: Table) -> None:
        self._caption(block.caption, block.note)
        if not block.rows:
            line = self.document.add_paragraph()
            line.alignment = WD_ALIGN_PARAGRAPH.CENTER
            add_run(line, block.empty, FANG, 12)
            return
        widths = [_WIDTH * width / sum(block.widths) for width in block.widths]
        self._grid((block.heads, *block.rows), widths, [_ALIGN[side] for side in block.sides])

    def _grid(
        self,
        rows: Sequence[Sequence[str]],
        widths: Sequence[float],
        sides: Sequence[Any],
        *,
        together: bool = False,
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
                line = _fill(cell, text, WD_ALIGN_PARAGRAPH.CENTER if not at else side, head=not at)
                line.paragraph_format.keep_with_next = not at or (together and at + 1 < len(rows))
        below = self.document.add_paragraph().paragraph_format
        below.line_spacing_rule, below.line_spacing = WD_LINE_SPACING.EXACTLY, Pt(_BELOW_TABLE)

    def _bars(self, block: Bars) -> None:
        self._caption(block.caption, block.note)
        name, value, limit, hint = block.heads
        rows = [(name, value, limit, "", hint)]
        rows += [
            (b.name, b.value, b.limit, _squares(b.ratio, block.full), f"{b.word}　{b.hint}")
            for b in block.rows
        ]
        sides = [_ALIGN[side] for side in ("left", "right", "right", "left", "left")]
        self._grid(rows, [44, 20, 20, 42, 32], sides, together=True)

    def _image(self, block: Image) -> None:
        png = block.picture.png()
        wide, high = (int.from_bytes(png[at : at + 4]) for at in (16, 20))
        width = min(_WIDTH, _HIGHEST * wide / high)
        line = self.document.add_paragraph()
        line.alignment = WD_ALIGN_PARAGRAPH.CENTER
        line.paragraph_format.first_line_indent = Pt(0)
        line.paragraph_format.line_spacing_rule = WD_LINE_SPACING.SINGLE
        drawn = line.add_run().add_picture(BytesIO(png), Mm(width))
        drawn._inline.docPr.set("descr", safe(f"{block.picture.title} {block.picture.answer}"))

    def _break(self, block: Break) -> None:  # noqa: ARG002  # every block is written alike
        self.document.add_page_break()

    def _signature(self, block: Signature) -> None:
        self.document.add_paragraph().paragraph_format.keep_with_next = True
        for at, text in enumerate(block.lines, 1):
            line = self.document.add_paragraph()
            line.paragraph_format.keep_with_next = at < len(block.lines)
            line.alignment = WD_ALIGN_PARAGRAPH.RIGHT
            line.paragraph_format.right_indent = Pt(56)
            line.paragraph_format.keep_together = True
            add_run(line, text, FANG, 14)


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


def _add(line: Any, run: Run) -> None:
    if run.blank:
        made = add_run(line, f"　（{run.text}）　", KAI, 12)
        made.underline, made.font.color.rgb = True, PALE
        return
    add_run(line, run.text, FANG, 14)
    _note(line, run.note)


def _note(line: Any, note: int | None) -> None:
    if note is not None:
        mark = add_run(line, f"[{note}]", FANG, 9)
        mark.font.superscript, mark.font.color.rgb = True, PALE


def _fill(cell: Any, text: str, side: Any, *, head: bool) -> Any:
    from docx.text.paragraph import Paragraph as Line

    line = Line(cell.p_lst[0], cell)
    line.alignment = side
    form = line.paragraph_format
    form.first_line_indent, form.space_after, form.line_spacing = Pt(0), Pt(0), 1.0
    add_run(line, text, HEI if head else SONG, 10)
    if head:
        shade = OxmlElement("w:shd")
        for name, value in (("val", "clear"), ("color", "auto"), ("fill", "EDEDED")):
            shade.set(qn(f"w:{name}"), value)
        cell.get_or_add_tcPr().append(shade)
    return line


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
