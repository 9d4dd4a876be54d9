"""A page of a form as cells, before it is written to a workbook or a document."""

from __future__ import annotations

import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

SMALL = 0.1
"""Below it two decimals say too little."""
UNKNOWN = "?"
"""Stands where a figure is unknown: never empty, never 0."""
_MOST_DIGITS = 9
_EM, _NARROW, _LEADING, _PADDING = 0.3528, 0.56, 1.5, 2.6
"""Millimetres a point; width of a Latin letter in em; line height in em; millimetres a cell loses."""


@dataclass(frozen=True, slots=True)
class Cell:
    """One cell: a text, or a number with its digits; how far it reaches, and how it looks."""

    text: str
    number: float | None = None
    digits: int = 0
    look: str = "centre"
    """head · centre · left · date · dark · unknown · band"""
    rows: int = 1
    columns: int = 1


Cells = tuple[Cell | None, ...]
"""A row; None where a cell to the left or above reaches."""


@dataclass(frozen=True, slots=True)
class Page:
    """One table, ready to be written."""

    sheet: str
    title: str
    paper: str
    font: float
    widths: tuple[float, ...]
    head: tuple[Cells, ...]
    body: tuple[Cells, ...]
    heights: tuple[float, ...]
    """The height of each row of head and body, in points."""
    notes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Form:
    """A whole form, ready to be written."""

    title: str
    cover: tuple[str, ...]
    pages: tuple[Page, ...]
    footer: str


def steady(value: float) -> float:
    """Keep twelve digits, beyond which the order of adding up shows.

    >>> steady(0.1 + 0.2)
    0.3
    """
    return float(f"{value:.12g}")


def printed(value: float, digits: int) -> str:
    """Write a number as a spreadsheet shows it: rounded half away from zero.

    >>> printed(2.675, 2), printed(0.4995, 3), printed(1234.5, 0), printed(-0.0001, 2)
    ('2.68', '0.500', '1235', '0.00')
    """
    exact = Decimal(repr(steady(value)))
    rounded = exact.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)
    return str(rounded if rounded else abs(rounded))


def digits_apart(value: float, limit: float | None, digits: int) -> int:
    """Give as many digits as tell a value from its limit: 99.96 is not to be read as 100.0.

    >>> digits_apart(99.96, 100.0, 1), digits_apart(97.3, 100.0, 1), digits_apart(100.0, 100.0, 1)
    (2, 1, 1)
    """
    if limit is None or steady(value) == steady(limit):
        return digits
    return next(
        (n for n in range(digits, _MOST_DIGITS) if printed(value, n) != printed(limit, n)),
        _MOST_DIGITS,
    )


def figure(value: float | None, digits: int, look: str = "centre") -> Cell:
    """Make a cell of a number; a visible mark where it is unknown."""
    if value is None:
        return Cell(UNKNOWN, look="unknown")
    return Cell(printed(value, digits), steady(value), digits, look)


def ems(text: str) -> float:
    """Measure a line of text in em: 1 for a Chinese character, about half for a Latin letter."""
    wide = sum(unicodedata.east_asian_width(each) in "WFA" for each in text)
    return wide + _NARROW * (len(text) - wide)


def lines(text: str, width: float, font: float) -> int:
    """Count the lines that a text takes in a cell of so many millimetres."""
    room = max((width - _PADDING) / (font * _EM), 1.0)
    return sum(max(1, -int(-ems(line) // room)) for line in text.split("\n"))


def row_heights(
    rows: Sequence[Cells], widths: Sequence[float], font: float, least: Sequence[float]
) -> tuple[float, ...]:
    """Give the height of each row in points, so that every text has room in its cell."""
    heights = [max(low * 72 / 25.4, _LEADING * font + 4) for low in least]
    for at, row in enumerate(rows):
        for column, cell in enumerate(row):
            if cell:
                width = sum(widths[column : column + cell.columns])
                need = lines(cell.text, width, font) * _LEADING * font + 4
                missing = need - sum(heights[at : at + cell.rows])
                heights[at + cell.rows - 1] += max(0.0, missing)
    return tuple(round(height, 1) for height in heights)
