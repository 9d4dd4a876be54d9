"""What if one cell were another? Every scenario is a county of its own, so that one run judges all."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import Any

import polars as pl
from random_counties import Tables, frames

from junheng.evaluate import Evaluation, evaluate
from junheng.inmemory import hold
from junheng.model.load import load_standard
from junheng.model.overlay import load_overlay
from junheng.model.standard import Standard
from junheng.model.tables import table_of

STANDARDS = ("cn-quality-2017", "cn-basic-2012")
YEAR = 2025
KEYS = ("county", "school", "level", "indicator", "cell")
Row = dict[str, Any]


@cache
def standard(name: str) -> Standard:
    """A standard as of a day; the basic one with the overlay that gives it limits and points."""
    read = load_standard(name)
    if name == "cn-basic-2012":
        read = load_overlay("example", name).change(read)
    return read.on(dt.date(YEAR, 9, 1))


def evaluated(tables: Tables, by: Standard) -> Evaluation:
    return evaluate(frames(tables), by, keep=hold)


def rows(frame: Any) -> list[Row]:
    """Collect a frame of the library, or one of the engine's own, and sort it."""
    lazy = frame if isinstance(frame, pl.LazyFrame) else frame.to_native().lazy()
    keys = [key for key in KEYS if key in lazy.collect_schema().names()]
    return list(lazy.sort(keys).collect().iter_rows(named=True))


@dataclass(frozen=True)
class Change:
    """Write a number into one cell of a section, or of its school where the campus shares it."""

    county: str
    school: str
    level: str
    column: str
    number: float

    def touches(self, table: str, row: Mapping[str, Any]) -> bool:
        here = row["school"] == self.school and row.get("level", self.level) == self.level
        return here and table == table_of(self.column)


class Counties:
    """The rows of each county of a data set, ready to be copied under another code."""

    def __init__(self, tables: Tables) -> None:
        self.rows: dict[str, list[tuple[str, Row]]] = defaultdict(list)
        for table in ("schools", "sections"):
            for row in tables[table]:
                self.rows[row["school"][:6]].append((table, row))

    def with_change(self, place: int, change: Change) -> list[tuple[str, Row]]:
        return [
            (table, self._copied(table, row, place, change))
            for table, row in self.rows[change.county]
        ]

    def _copied(self, table: str, row: Row, place: int, change: Change) -> Row:
        copy = row | {"school": _code(place, row["school"])}
        if table == "schools":
            copy["county"] = str(place)
        if change.touches(table, row):
            copy[change.column] = change.number
        return copy


def _code(place: int, school: str) -> str:
    return f"{place}-{school}"


@dataclass(frozen=True)
class Outcomes:
    """What came of each change: the sections and the balance of its county."""

    changes: Sequence[Change]
    sections: Mapping[tuple[str, str, str], Row]
    balance: Mapping[tuple[str, str, str], Row]

    def section(self, place: int) -> Row | None:
        change = self.changes[place]
        key = (str(place), _code(place, change.school), change.level)
        return self.sections.get(key)

    def spread(self, place: int, indicator: str) -> Row:
        return self.balance[str(place), self.changes[place].level, indicator]


def outcomes(tables: Tables, name: str, changes: Sequence[Change]) -> Outcomes:
    """Evaluate every change, each in a copy of its county."""
    counties, changed = Counties(tables), defaultdict(list)
    for place, change in enumerate(changes):
        for table, row in counties.with_change(place, change):
            changed[table].append(row)
    found = evaluated(dict(changed), standard(name))
    sections = {(r["county"], r["school"], r["level"]): r for r in rows(found.sections)}
    balance = {(r["county"], r["level"], r["indicator"]): r for r in rows(found.balance)}
    return Outcomes(changes, sections, balance)
