"""Registers that are plainly right: proven column by column, without a look at single cells.

A register of ten million people mostly comes from a program, typed and with machine names. What
proves that nothing in it is wrong reads each column once; where a proof fails, the patient way
tells every reason.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

import polars as pl

from junheng.derive.registers import PERSON, SECTION
from junheng.intake import cells
from junheng.intake.dataset import Raw
from junheng.model.tables import Column

_AT_ONCE = 20_000_000
"""So many people are told apart at one time: eight bytes each, twice."""
_MOBILE, _IDENTITY = 11, 18
"""Lengths from which on an identifier may be the number of a telephone, or of a person."""


@dataclass(frozen=True)
class Proof:
    """Whether a register is plainly right, how many rows it has, and whether an identifier has the
    length of a personal number, so that all have to be looked at.
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
    keys = raw.frame.select(SECTION).unique()
    faults = [fault for c in here if c.name in SECTION for fault in _key_faults(c)]
    once = raw.frame.select(raw.table.key).unique() if raw.table.key else raw.frame
    told, wrong, different = pl.collect_all(
        [raw.frame.select(pl.len().alias("rows:"), *facts), keys.select(reduce(or_, faults).any()),
         once.select(pl.len())],
        engine="streaming",
    )  # fmt: skip
    row = told.row(0, named=True)
    right = all(_holds(c, row) for c in here if c.name not in SECTION) and not wrong.item()
    right = right and different.item() == row["rows:"]
    doubtful = any(cell for name, cell in row.items() if name.startswith("doubtful "))
    return Proof(right, doubtful, row["rows:"])


def tell_apart(frame: pl.LazyFrame, person: str, flag: str, rows: int) -> bool:
    """Say whether no person with this flag is there twice in a year.

    People are told apart by a hash of 64 bits; two that fall together are only looked at closer.
    """
    some = frame.filter(pl.col(flag) == 1) if flag in frame.collect_schema() else frame
    keys = some.select(key=pl.col(person).hash() + pl.col("year").cast(pl.UInt64))
    parts = rows // _AT_ONCE + 1
    for part in range(parts):
        few = keys.filter(pl.col("key") % parts == part) if parts > 1 else keys
        ordered = few.collect(engine="streaming").to_series().sort()
        if (ordered == ordered.shift(1)).any():
            return False
    return True


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
        yield (~cell.is_in(list(column.choices))).any().alias(f"wrong {name}")
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
        yield ~cell.is_in(list(column.choices)).fill_null(value=False)
