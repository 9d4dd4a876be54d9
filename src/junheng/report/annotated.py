"""A workbook with the findings in it: cells marked by colour, a comment each, and a list of all.

The original is never touched. What a finding is about is found by the keys in the cells, so rows
and columns may stand in any order, below any title.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any
from uuid import uuid4

import polars as pl
from openpyxl import Workbook, load_workbook
from openpyxl.cell.cell import ILLEGAL_CHARACTERS_RE, Cell, MergedCell
from openpyxl.comments import Comment
from openpyxl.styles import Alignment, Font, PatternFill
from openpyxl.worksheet.worksheet import Worksheet

from junheng.check import rules, say_finding
from junheng.check.words import say_columns, say_mend, say_row, say_what
from junheng.errors import say
from junheng.model.tables import LEVELS, TABLES, Table
from junheng.report.checked import Checked, Row
from junheng.report.sheet_places import Places, cell_key, finding_key, key_columns

FILLS = {"logic": "FFC7CE", "experience": "FFEB9C"}
AUTHOR = "junheng"
"""Who signs the comments; those of an earlier check give way."""
MOST_ROWS = 20_000
"""A table with more rows is written with only those that something was found in."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
_WIDE = {1: 10, 3: 12, 4: 24, 10: 70, 11: 50, 12: 50}


def write(
    data: Path, tables: Mapping[str, pl.LazyFrame], found: Checked, out: Path, language: str
) -> None:
    """Write the marked workbook beside the data: a copy of a workbook, or a new one of a folder."""
    book = load_workbook(data) if data.is_file() else _new(tables, found)
    for sheet in book.worksheets:
        table = next((t for t in TABLES.values() if sheet.title.strip() in (t.name, t.zh)), None)
        if table:
            _mark(sheet, table, found, language)
    _list(book, found, language)
    draft = out.with_name(f".{out.name}.{uuid4().hex}")
    try:
        book.save(draft)
        os.replace(draft, out)  # noqa: PTH105  # all of it or nothing, in one step
    finally:
        draft.unlink(missing_ok=True)


def put(cell: Cell | MergedCell, value: object) -> None:
    """Write a value; text stays text, whatever it begins with."""
    if isinstance(value, str):
        value = ILLEGAL_CHARACTERS_RE.sub("\N{REPLACEMENT CHARACTER}", value)
    cell.value = value  # type: ignore[assignment]  # what the tables hold, a workbook can hold
    if isinstance(value, str) and value.startswith(_FORMULA):
        cell.data_type = "s"
        cell.quotePrefix = True


def _new(tables: Mapping[str, pl.LazyFrame], found: Checked) -> Workbook:
    book = Workbook()
    book.remove(book.worksheets[0])
    for name, lazy in tables.items():
        table = TABLES[name]
        sheet = book.create_sheet(table.zh)
        for nth, column in enumerate(table.columns, 1):
            put(sheet.cell(1, nth), column.zh)
            sheet.cell(1, nth).font = Font(bold=True)
        for at, row in enumerate(_rows(table, lazy, found), 2):
            for nth, value in enumerate(row, 1):
                put(sheet.cell(at, nth), value)
        sheet.freeze_panes = "A2"
    return book


def _rows(table: Table, lazy: pl.LazyFrame, found: Checked) -> Iterable[tuple[Any, ...]]:
    frame = lazy.collect()
    words = [
        pl.col(c.name).replace(dict(c.choices))
        for c in table.columns
        if c.choices and c.name != "sponsor"
    ]
    shown = frame.select(c.name for c in table.columns).with_columns(words)
    if frame.height > MOST_ROWS:
        wanted = {finding_key(row) for row in found.findings if row["table"] == table.name}
        keys = frame.select(key_columns(table)).rows()
        kept = [tuple(map(cell_key, key)) in wanted for key in keys]
        shown = shown.filter(pl.Series(kept, dtype=pl.Boolean))
    return shown.iter_rows()


def _mark(sheet: Worksheet, table: Table, found: Checked, language: str) -> None:
    places = Places(sheet, table)
    said: Mapping[tuple[int, int], list[Row]] = defaultdict(list)
    for row in found.findings:
        if row["table"] == table.name:
            for at in places.of(row):
                said[at].append(row)
    for (line, column), rows in said.items():
        _mark_cell(sheet.cell(line, column), rows, language)


def _mark_cell(cell: Cell | MergedCell, rows: list[Row], language: str) -> None:
    if isinstance(cell, MergedCell):
        return
    worst = "logic" if any(row["family"] == "logic" for row in rows) else "experience"
    cell.fill = PatternFill("solid", fgColor=FILLS[worst])
    said = ((say(f"check.{row['family']}", language), say_finding(row, language)) for row in rows)
    text = "\n".join(f"[{family}] {sentence}" for family, sentence in said)
    old = cell.comment.text + "\n" if cell.comment and cell.comment.author != AUTHOR else ""
    cell.comment = Comment(ILLEGAL_CHARACTERS_RE.sub("", old + text), AUTHOR, 160, 360)


def _list(book: Workbook, found: Checked, language: str) -> None:
    """Add the sheet that lists all findings; an earlier one of the same name gives way."""
    title = say("check.sheet_findings", language)
    if title in book.sheetnames:
        book.remove(book[title])
    sheet = book.create_sheet(title, 0)
    names = ("family", "rule", "year", "school", "code", "level", "row", "table", "columns",
             "found", "mend", "explanation")  # fmt: skip
    for nth, name in enumerate(names, 1):
        put(sheet.cell(1, nth), say(f"check.h_{name}", language))
        sheet.cell(1, nth).font = Font(bold=True)
        sheet.column_dimensions[sheet.cell(1, nth).column_letter].width = _WIDE.get(nth, 16)
    for line, row in enumerate(found.findings, 2):
        for nth, value in enumerate(_listed(row, language), 1):
            put(sheet.cell(line, nth), value)
            sheet.cell(line, nth).alignment = Alignment(wrap_text=True, vertical="top")
        sheet.cell(line, 1).fill = PatternFill("solid", fgColor=FILLS[row["family"]])
    sheet.freeze_panes = "A2"


def _listed(row: Row, language: str) -> tuple[object, ...]:
    chinese = language == "zh"
    level = row["level"] or ""
    table = TABLES[row["table"]]
    return (
        say(f"check.{row['family']}", language),
        rules()[row["rule"]].label.say(language),
        row["year"],
        row["name"] or "",
        row["school"] or row["county"] or "",
        LEVELS.get(level, level) if chinese else level,
        say_row(row, language),
        table.zh if chinese else table.name,
        say_columns(row, language),
        say_what(row, language),
        say_mend(row, language),
        row["explanation"].explanation if row["explanation"] else "",
    )
