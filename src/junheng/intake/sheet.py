"""One sheet of a workbook as a table: what it hides or joins is told."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import polars as pl

from junheng.errors import Problem
from junheng.intake.dataset import Raw
from junheng.intake.gathered import Gathered
from junheng.intake.heading_row import Headings, meant
from junheng.intake.labels import capped, of
from junheng.intake.plain_cells import letters
from junheng.model.tables import TABLES, Table

CELL = "cell"
"""What columns are called, with their place in the sheet, counted from 0, behind it."""
Facts = dict[str, Any]
"""What is known of a sheet: what the guard tells, and where its headings stand."""


def take(cells: pl.DataFrame, facts: Facts, name: str, found: Gathered) -> None:
    """Take the headings from where they stand, and all rows below them."""
    table = TABLES[name]
    if facts["headings"] is None:
        found.problems.append(of(table, "table_empty"))
        return
    headings = Headings(*facts["headings"])
    top = facts["before"] + headings.top + headings.depth
    named = tuple(zip(cells.columns, headings.cells, strict=True))
    found.problems += capped(list(_merged(table, facts, named, top)))
    if hidden := [row for row in facts["hidden"] if top <= row < facts["height"]]:
        found.notices.append(of(table, "rows_hidden", many=len(hidden), row=hidden[0] + 1))
    found.raws.append(Raw(table, table.zh, named, cells.lazy(), top + 1, lines=True))


def _merged(
    table: Table, facts: Facts, named: tuple[tuple[str, str], ...], top: int
) -> Iterator[Problem]:
    """Tell cells that are joined among those to be read: only one of them holds anything."""
    used = {int(name.removeprefix(CELL)) for name, over in named if over and meant(table, over)}
    for first_row, first, last_row, last in facts["merges"]:
        if last_row < top:
            continue
        touched = used.intersection(range(first, last + 1))
        if len(touched) > 1 or (touched and last_row > first_row):
            ref = f"{letters(first + 1)}{first_row + 1}:{letters(last + 1)}{last_row + 1}"
            yield of(table, "cells_merged", row=max(first_row, top) + 1, cells=ref)
