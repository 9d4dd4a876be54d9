"""Fill in a layout: from a bundle to the cells of a form."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import polars as pl

from junheng.errors import say
from junheng.model.tables import SPONSORS
from junheng.report.bundle import Bundle, section_name
from junheng.report.forms.figures import Figures
from junheng.report.forms.items import ItemRow, item_rows
from junheng.report.forms.layout import LEFT, UP, Block, Field, FormLayout, PageLayout
from junheng.report.forms.page import (
    UNKNOWN,
    Cell,
    Cells,
    Form,
    Page,
    digits_apart,
    figure,
    lines,
    printed,
    row_heights,
)

Row = Mapping[str, Any]
_WRITE = "______"
_CODES = {code: code for code in SPONSORS}


def footer(bundle: Bundle) -> str:
    """Say which verdict a document shows, by what program and which rules."""
    standard = bundle.standard
    names = " + ".join((standard.id, *standard.overlays))
    return say("report.footer", bundle.words.language, version=bundle.version, standard=names,
               made_up=say("report.made_up", bundle.words.language) if bundle.synthetic else "",
               rules=standard.digest[:8], day=standard.as_of, digest=bundle.digest[:16])  # fmt: skip


def fill(layout: FormLayout, bundle: Bundle) -> Form:
    """Fill in a form."""
    filler = _Filler(layout, bundle)
    made_up = (say("report.made_up_mark", "zh"),) if bundle.synthetic else ()
    return Form(
        title=layout.title,
        cover=(*(filler.said(line) for line in layout.cover), *made_up),
        pages=tuple(filler.page(page) for page in layout.pages),
        footer=footer(bundle),
    )


class _Filler:
    """Fills in the pages of one layout for one bundle."""

    def __init__(self, layout: FormLayout, bundle: Bundle) -> None:
        self.layout, self.bundle = layout, bundle
        self.figures = Figures(bundle)
        year = f"{bundle.year}–{bundle.year + 1}"
        self._known = {"county": bundle.code, "years": year}
        values: dict[tuple[str, str], dict[str, Row]] = {}
        for row in bundle.county.values.iter_rows(named=True):
            values.setdefault((row["school"], row["level"]), {})[row["indicator"]] = row
        self._values = values

    def page(self, page: PageLayout) -> Page:
        """Fill in one page."""
        head = _head(page)
        body, least = [], [0.0] * len(head)
        for block in page.blocks:
            for cells in self._rows(block, len(page.widths)):
                body.append(cells)
                least.append(block.height)
        heights = row_heights([*head, *body], page.widths, page.font, least)
        notes = [self.said(note) for note in page.notes]
        if any(cell and UNKNOWN in cell.text and cell.look != "head" for r in body for cell in r):
            notes.append(say("report.unknown_note", "zh", mark=UNKNOWN))
        return Page(page.sheet, self.said(page.title), page.paper, page.font, page.widths, head,
                    tuple(body), heights, tuple(notes))  # fmt: skip

    def said(self, sentence: str) -> str:
        """Fill in the blanks of a sentence."""
        blanks = self.layout.blanks
        filled = {name: self._blank(blanks[name]) for name in blanks if f"{{{name}}}" in sentence}
        return sentence.format(**self._known, **filled)

    def _blank(self, field: Field) -> str:
        if field.kind == "write":
            return _WRITE
        value = self.figures.number(field)
        if value is None:
            return UNKNOWN
        return printed(value, digits_apart(value, self.figures.limit(field), field.digits))

    def _rows(self, block: Block, width: int) -> Iterator[Cells]:
        if block.band:
            blank: Cells = (None,) * (width - 1)
            yield Cell(self.said(block.band), look="band", columns=width), *blank
        elif block.each == "section":
            mine = self.figures.judged.filter(pl.col("level") == block.of)
            for row in mine.iter_rows(named=True):
                yield tuple(self._section_cell(field, row) for field in block.cells)
        elif block.each == "item":
            for item in item_rows(self.bundle, block.of):
                yield tuple(self._item_cell(field, item) for field in block.cells)
        else:
            yield tuple(self._cell(field) for field in block.cells)

    def _cell(self, field: Field) -> Cell:
        if field.kind == "text":
            return Cell(self.said(field.name), look="left" if field.left else "centre")
        if field.kind == "write":
            return Cell(field.name, look="left" if field.left else "centre")
        return figure(self.figures.number(field), field.digits)

    def _section_cell(self, field: Field, row: Row) -> Cell:
        if field.kind == "value":
            found = self._values.get((row["school"], row["level"]), {}).get(field.name)
            look = "dark" if found and found["verdict"] in self.layout.shaded else "centre"
            return figure(found["value"] if found else None, field.digits, look)
        if field.kind == "of":
            return self._said_of(field, row)
        return self._cell(field)

    def _said_of(self, field: Field, row: Row) -> Cell:
        if field.name == "name":
            return Cell(section_name(row), look="left")
        if field.name == "verdict":
            return self._verdict(row["verdict"])
        if field.name == "remark":
            return Cell(self._remark(row), look="left")
        if field.name == "sponsor":
            return Cell(_CODES.get(row["sponsor"], UNKNOWN))
        return figure(row.get(field.name), field.digits)

    def _verdict(self, verdict: str) -> Cell:
        known = {"met": "pass", "unmet": "fail"}.get(verdict, verdict)
        said = self.layout.verdicts.get(known, UNKNOWN)
        return Cell(said, look="unknown" if known == "not_assessed" else "centre")

    def _remark(self, row: Row) -> str:
        """Say which indicators reach the limit, which 85 % of it, which not even that."""
        found = self._values.get((row["school"], row["level"]), {})
        said = []
        for verdict in ("met", "near", "unmet", "not_assessed"):
            numbers = [self.bundle.standard.indicator(name).number
                       for name, value in found.items() if value["verdict"] == verdict]  # fmt: skip
            if numbers:
                told = {"numbers": "、".join(numbers), "floor": self.bundle.words.floor}
                said.append(say(f"report.remark_{verdict}", "zh", **told))
        return "；".join(said)

    def _item_cell(self, field: Field, item: ItemRow) -> Cell:
        if field.name == "number":
            return Cell(item.number)
        if field.name == "text":
            return Cell(item.text, look="left")
        if field.name == "verdict":
            return self._verdict(item.verdict)
        if field.name == "most":
            return figure(item.most, field.digits)
        if field.name == "points":
            over = item.points and item.most and item.points > item.most
            return figure(item.points, field.digits, "unknown" if over else "centre")
        own = self.layout.sentences.get(item.id)
        return Cell(self.said(own) if own else item.found, look="left")


def _head(page: PageLayout) -> tuple[Cells, ...]:
    """Merge the cells of a heading that go on to the right or below."""
    filled: list[list[Cell | None]] = []
    for at, row in enumerate(page.head):
        filled.append([None] * len(row))
        for column, text in enumerate(row):
            if text not in (LEFT, UP):
                filled[at][column] = _reaching(page, at, column)
    return tuple(tuple(row) for row in filled)


def _reaching(page: PageLayout, at: int, column: int) -> Cell:
    """Give a cell of the heading; a unit that has no room beside the name goes below it."""
    rows, across = page.head, column + 1
    while across < len(rows[at]) and rows[at][across] == LEFT:
        across += 1
    down = at + 1
    while down < len(rows) and rows[down][column] == UP:
        down += 1
    text, width = rows[at][column], sum(page.widths[column:across])
    if lines(text, width, page.font) > 1 and text.endswith("）"):
        text = "\n（".join(text.rsplit("（", 1))
    return Cell(text, look="head", rows=down - at, columns=across - column)
