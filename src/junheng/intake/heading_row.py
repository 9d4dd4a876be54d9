"""Where the headings stand: below title rows, perhaps in two rows, in words a little their own."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping, Sequence
from functools import cache
from typing import NamedTuple

from junheng.intake.limits import LIMITS
from junheng.intake.units import is_unit
from junheng.model.tables import Column, Table

LOOKED_AT = LIMITS.heading_rows + 1
"""Rows to hand to `locate`: a second row of headings may stand below the last."""
_ENOUGH = 2
_LONGEST = 100
_BLANKS = re.compile(r"\s+")
_BEHIND = re.compile(r"^(.+)\(([^()]+)\)$")


class Headings(NamedTuple):
    """The first row of the headings, counted from 0, how many rows they take, and what they say."""

    top: int
    depth: int
    cells: tuple[str, ...]


def locate(rows: Sequence[Sequence[str]], table: Table) -> Headings | None:
    """Find the row, or the two, with most headings of the table; else the first that is not empty.

    Where two rows are taken, the upper one heads the columns that the lower one leaves empty.
    """
    rows = [[cell.strip() for cell in row] for row in rows]
    single = [Headings(at, 1, tuple(row)) for at, row in enumerate(rows[: LIMITS.heading_rows])]
    double = [
        Headings(at, 2, _joined(rows[at], rows[at + 1]))
        for at in range(min(len(rows) - 1, LIMITS.heading_rows))
    ]
    best = max([*single, *double], key=lambda each: _score(each.cells, table), default=None)
    if best and _score(best.cells, table) >= _ENOUGH:
        return best
    return next((each for each in single if any(each.cells)), None)


def in_first_row(names: Sequence[str], below: Sequence[Sequence[str]], table: Table) -> bool:
    """Say whether headings stand in the first row alone, seen with the rows below it."""
    found = locate([names, *below], table)
    return found == (0, 1, tuple(name.strip() for name in names)) and any(
        meant(table, name) for name in names
    )


def meant(table: Table, heading: str) -> Column | None:
    """Find the column that a heading means: by either name, whatever spaces, marks or its unit."""
    return _meant(table, _names_of(table), heading)


def _meant(table: Table, names: Mapping[str, str], heading: str) -> Column | None:
    plain = heading.strip()
    if len(plain) > _LONGEST:
        return None
    if plain not in names:
        plain = _plain(plain)
    if plain not in names and (behind := _BEHIND.match(plain)):
        plain = behind[1]
        if plain in names and not is_unit(behind[2], table.column(names[plain]).unit):
            return None
    return table.column(names[plain]) if plain in names else None


def _names_of(table: Table) -> dict[str, str]:
    return _names(tuple((column.name, column.zh) for column in table.columns))


@cache
def _names(columns: tuple[tuple[str, str], ...]) -> dict[str, str]:
    """Give the names of the columns of a table, as they are and as plain as can be."""
    names = {each: name for name, zh in columns for each in (name, zh)}
    return {_plain(name): column for name, column in names.items()} | names


def _plain(heading: str) -> str:
    return _BLANKS.sub("", unicodedata.normalize("NFKC", heading)).strip("*")


def _score(cells: Sequence[str], table: Table) -> int:
    names = _names_of(table)
    found = (_meant(table, names, cell) for cell in cells if cell)
    return len({column.name for column in found if column})


def _joined(upper: Sequence[str], lower: Sequence[str]) -> tuple[str, ...]:
    width = max(len(upper), len(lower))
    above, below = ([*row, *[""] * (width - len(row))] for row in (upper, lower))
    return tuple(low or high for high, low in zip(above, below, strict=True))
