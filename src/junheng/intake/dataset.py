"""What the door gives and what it works on: a checked data set, a table as it was handed in."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import NamedTuple

import polars as pl

from junheng.errors import Problem
from junheng.model.tables import Column, Table

UNREADABLE = (pl.exceptions.PolarsError, pl.exceptions.PanicException, OSError)
"""What Polars says of a table that it cannot read."""
ROW = "row"
"""The column that tells a person where a cell stands; no table of the contract has it."""


@dataclass(frozen=True)
class Dataset:
    """Checked tables, what is worth saying about them, and a fingerprint of the input."""

    tables: dict[str, pl.LazyFrame]
    """By machine name, only those handed in; every column of the contract, typed, in its order."""
    notices: list[Problem]
    """What was ignored, recognised or is not there: to be said, no reason to stop."""
    digest: str
    """SHA-256 over each table's name and content, wherever the files lie."""
    in_memory: bool = False
    """Whether all tables are small, and held in memory already."""


@dataclass(frozen=True)
class Raw:
    """A table as it was handed in: nothing typed, nothing left out."""

    table: Table
    origin: str
    """The file or sheet, as a person calls it."""
    headings: tuple[tuple[str, str], ...]
    """Column of the frame, and the heading a person sees over it."""
    frame: pl.LazyFrame
    first_row: int = 1
    lines: bool = False
    """Whether it comes from lines of text; see Sheet."""
    mend: Callable[[], pl.LazyFrame] | None = None
    """For a frame that cannot be read: gives another, or raises DataNeedsMending."""
    typed: Callable[[Mapping[str, pl.DataType]], pl.LazyFrame] | None = None
    """For large text: reads columns as these types; what does not fit is an error of Polars."""
    scanned: bool = False
    """Whether it is read anew each time, so that what need not be done to it is best left out."""


@dataclass(frozen=True)
class Sheet:
    """A table under machine names, cells trimmed, not yet typed."""

    table: Table
    cells: pl.LazyFrame
    """The columns handed in, and ROW."""
    dtypes: dict[str, pl.DataType]
    strange: dict[str, pl.DataType]
    """Columns whose cells are of a type that cannot be read, such as dates where numbers belong."""
    nameless: tuple[str, ...] = ()
    """Columns without a heading, as # and their place: read only to say so if they hold anything."""
    lines: bool = False
    """Whether it comes from lines of text, where a wholly empty row is no row."""
    typed: frozenset[str] = frozenset()
    """Columns that keep cells as they were typed, beside what they were understood to mean."""
    as_kept: frozenset[str] = frozenset()
    """Columns of text whose cells are known to stand there as they are kept."""
    source: pl.LazyFrame | None = None
    """The columns as they were handed in, without ROW, for a table that is read anew each time."""

    @property
    def columns(self) -> list[Column]:
        """The columns of the contract that were handed in, in its order."""
        return [column for column in self.table.columns if column.name in self.dtypes]

    def has(self, *names: str) -> bool:
        """Say whether all these columns were handed in."""
        return self.dtypes.keys() >= set(names)


class Counted(NamedTuple):
    """A table that can be read, and how many of its cells are wrong, by column."""

    sheet: Sheet
    counts: dict[str, int]
    links: pl.Series | None = None
    """Every year and school once, as numbers in order; see plain_tables."""
