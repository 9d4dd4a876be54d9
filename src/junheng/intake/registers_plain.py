"""Registers that are plainly right: proven column by column, without a look at single cells.

A register of ten million people mostly comes from a program, typed and with machine names. What
proves that nothing in it is wrong reads each column once; where a proof fails, the patient way
tells every reason.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from junheng.derive.registers import COUNTS, PERSON, SECTION
from junheng.intake import cells
from junheng.intake.dataset import Raw
from junheng.model.tables import Column, Table

_AT_ONCE = 12_000_000
"""So many people are told apart at one time; a million take some 70 MB on the way."""
_FEW = 8
"""Up to so many words a cell is compared with each; a table of words to look up pays beyond."""
_MOBILE, _IDENTITY = 11, 18
"""Lengths from which on an identifier may be the number of a telephone, or of a person."""


@dataclass(frozen=True)
class Proof:
    """Whether a register is plainly right, nobody there twice, how many rows it has, and whether an
    identifier has the length of a personal number, so that all have to be looked at.
    """

    right: bool
    doubtful: bool
    rows: int


def may_be_plain(raw: Raw) -> bool:
    """Say whether all columns have machine names and types that need no reading."""
    if raw.lines:
        return False
    schema, known = raw.frame.collect_schema(), {c.name: c for c in raw.table.columns}
    fits = all(name in known and _fits(known[name], dtype) for name, dtype in schema.items())
    return fits and all(c.name in schema for c in raw.table.columns if c.required)


def prove(raw: Raw) -> Proof:
    """Go over a register; `right` is certain, its contrary only a reason to look closer."""
    schema = raw.frame.collect_schema()
    here = [c for c in raw.table.columns if c.name in schema]
    facts = [fact for c in here if c.name not in SECTION for fact in _facts(c, schema[c.name])]
    people = list(_people(raw.frame, raw.table))
    facts += [part.implode().alias("people:") for part in people[:1]]
    faults = [fault for c in here if c.name in SECTION for fault in _key_faults(c)]
    once = raw.frame.select(raw.table.key).unique() if raw.table.key else raw.frame
    told, wrong, different = pl.collect_all(
        [raw.frame.select(pl.len().alias("rows:"), *facts),
         _sections(raw.frame).select(reduce(or_, faults).any()), once.select(pl.len())],
        engine="streaming",
    )  # fmt: skip
    apart = not people or _all_different(told["people:"][0])
    row = told.select(pl.exclude("people:")).row(0, named=True)
    right = all(_holds(c, row) for c in here if c.name not in SECTION) and not wrong.item()
    right = right and different.item() == row["rows:"]
    right = right and apart and _apart(raw.frame, people[1:])
    doubtful = any(cell for name, cell in row.items() if name.startswith("doubtful "))
    return Proof(right, doubtful, row["rows:"])


def tell_apart(frame: pl.LazyFrame, table: Table) -> bool:
    """Say whether no person who counts is there twice in a year; true where nobody is listed."""
    return _apart(frame, _people(frame, table))


def _people(frame: pl.LazyFrame, table: Table) -> Iterator[pl.Expr]:
    """Give those who count as numbers, as many at a time as are told apart at one time.

    A number is a hash of 64 bits; two people who fall together are only looked at closer.
    """
    if table.name not in PERSON:
        return
    keys = pl.col(PERSON[table.name]).hash() + pl.col("year").cast(pl.UInt64)
    if (flag := COUNTS[table.name]) in frame.collect_schema():
        keys = keys.filter(pl.col(flag) == 1)
    rows = frame.select(pl.len()).collect(engine="streaming").item()
    parts = rows // _AT_ONCE + 1
    for part in range(parts):
        yield keys.filter(keys % parts == part) if parts > 1 else keys


def _apart(frame: pl.LazyFrame, people: Iterable[pl.Expr]) -> bool:
    parts = (frame.select(part).collect(engine="streaming").to_series() for part in people)
    return all(_all_different(part) for part in parts)


def _all_different(numbers: pl.Series) -> bool:
    ordered = numbers.sort()
    return not (ordered == ordered.shift(1)).any()


def _sections(frame: pl.LazyFrame) -> pl.LazyFrame:
    """Give the keys of each section, left out where the row before has the same."""
    cells = [pl.col(name) for name in SECTION]
    changed = [cell.ne_missing(cell.shift(1)) for cell in cells]
    return frame.select(cells).filter(reduce(or_, changed) | cells[0].is_null())


def _fits(column: Column, dtype: pl.DataType) -> bool:
    if column.kind in ("text", "choice"):
        return dtype == pl.String
    return dtype.is_integer() if column.kind in ("year", "flag") else dtype.is_numeric()


def _facts(column: Column, dtype: pl.DataType) -> Iterator[pl.Expr]:
    """Give what decides whether all cells of a column are right, by `kind column`."""
    cell, name = pl.col(column.name), column.name
    if column.required:
        yield cell.has_nulls().alias(f"empty {name}")
    if column.kind == "choice":
        yield (~_among(cell, list(column.choices))).any().alias(f"wrong {name}")
    elif name in PERSON.values():
        yield (cell == "").any().alias(f"wrong {name}")
        yield _doubtful(cell).any().alias(f"doubtful {name}")
    elif column.kind == "text":
        yield _untidy(cell).any().alias(f"wrong {name}")
    else:
        yield cell.min().alias(f"low {name}")
        yield cell.max().alias(f"high {name}")
        yield ((~cell.is_finite()).any() if dtype.is_float() else pl.lit(value=False)).alias(
            f"wrong {name}"
        )


def _holds(column: Column, row: Mapping[str, Any]) -> bool:
    name = column.name
    if row.get(f"empty {name}") or row.get(f"wrong {name}"):
        return False
    low, high = row.get(f"low {name}"), row.get(f"high {name}")
    if low is None or high is None:
        return True
    return bool(low >= 0 and (column.kind != "flag" or high <= 1))


def _among(cell: pl.Expr, words: Sequence[str]) -> pl.Expr:
    if len(words) > _FEW:
        return cell.is_in(words)
    return reduce(or_, [cell == word for word in words])


def _untidy(cell: pl.Expr) -> pl.Expr:
    return (cell == "") | (cell.str.strip_chars() != cell) | (cell.str.len_bytes() >= _MOBILE)


def _doubtful(cell: pl.Expr) -> pl.Expr:
    """Say of an identifier whether it has the length of a personal number, or more."""
    length = cell.str.len_bytes()
    return (length == _MOBILE) | (length >= _IDENTITY)


def _key_faults(column: Column) -> Iterator[pl.Expr]:
    """Look at the keys, once for each section, as the patient way does."""
    faults = cells.faults(column, cells.dtype_of(column))
    yield from (fault.fill_null(value=False) for fault in faults.values())
    cell = pl.col(column.name)
    if column.kind == "text":
        yield _untidy(cell).fill_null(value=False)
    if column.kind == "choice":
        yield ~_among(cell, list(column.choices)).fill_null(value=False)
