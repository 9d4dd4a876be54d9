"""Count the people of a register, section by section, in three-valued logic.

Of each amount two numbers: `n:ID`, the rows that count for certain, and `unknown:ID`, the rows
of which it is not known. The amount is known where the second is 0.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import reduce
from operator import add, or_
from typing import Any

import narwhals as nw

from junheng.derive.definitions import Alternatives, Case, Count, Definitions
from junheng.derive.registers import REGISTERS, SECTION
from junheng.model.limit import Condition, Test

Frame = nw.LazyFrame[Any]
Sums = Mapping[str, tuple[str, ...]]
_SLACK = 1e-9
_TYPES: Mapping[str, Any] = {"text": nw.String, "choice": nw.String, "year": nw.Int64}


def register(registers: Mapping[str, Any], name: str) -> Frame | None:
    """Give one register with all its columns, absent ones unknown; None if it is absent itself."""
    if name not in registers:
        return None
    frame = nw.from_native(registers[name]).lazy()
    have = frame.collect_schema()
    columns = []
    for column in REGISTERS[name].columns:
        dtype = _TYPES.get(column.kind, nw.Float64)
        there = column.name in have
        cells = nw.col(column.name) if there else nw.lit(None, dtype=dtype)
        as_it_is = dtype == nw.Float64 and there and have[column.name].is_numeric()
        columns.append((cells if as_it_is else cells.cast(dtype)).alias(column.name))
    selected: Frame = frame.select(*columns)
    return selected


def counted(rows: Frame, counts: Sequence[Count], sums: Sums, by: Sequence[str] = SECTION) -> Frame:
    """Count by section: the keys, and of each amount `n:ID` and `unknown:ID`.

    A cell that decides and is unknown makes the row unknown; one that decides nothing does not:
    a teacher known to be part-time is no teacher above the required degree, whatever the degree.
    """
    for name, columns in sums.items():
        rows = rows.with_columns(*_totals(name, columns))
    both = []
    for count in counts:
        holds = _count(count, sums)
        if count.among:
            holds = _all_of([nw.col(f"is:{count.among}"), holds])
        rows = rows.with_columns(holds.alias(f"is:{count.id}"))
        counts_it = nw.col(f"is:{count.id}")
        both.append(counts_it.cast(nw.Int8).sum().cast(nw.Int64).alias(f"n:{count.id}"))
        both.append(counts_it.count().cast(nw.Int64).alias(f"known:{count.id}"))
    grouped = rows.group_by(*by).agg(nw.len().cast(nw.Int64).alias("rows:"), *both)
    unknown = {
        f"unknown:{count.id}": nw.col("rows:") - nw.col(f"known:{count.id}") for count in counts
    }
    return grouped.with_columns(**unknown).drop("rows:", *(f"known:{c.id}" for c in counts))


def sums_for(definitions: Definitions, register: str) -> Sums:
    """Give the sums that a register has the columns for."""
    have = {column.name for column in REGISTERS[register].columns}
    return {name: c for name, c in definitions.sums.items() if have >= set(c)}


def asked(count: Count) -> nw.Expr:
    """Say of a section whether the amount is defined for its level and year (never null)."""
    applies = [_applies(case, list(case.levels)) for case in count.cases]
    return nw.any_horizontal(*applies, ignore_nulls=False)


def _applies(case: Case, levels: Sequence[str]) -> nw.Expr:
    tests = [nw.col("level").is_in(levels), nw.col("year") >= case.first_year]
    if case.last_year is not None:
        tests.append(nw.col("year") <= case.last_year)
    return nw.all_horizontal(*tests, ignore_nulls=False)


def _count(count: Count, sums: Sums) -> nw.Expr:
    """Say of each row whether it counts, under the definition for its level and year.

    What is the same at every level and in every year is not tested level by level; whether the
    amount is asked for at all is seen from the section afterwards.
    """
    ways = [
        (case, levels, _any_of(same, sums))
        for case in count.cases
        for same, levels in _grouped(case).items()
    ]
    if len(ways) == 1:
        return ways[0][2]
    each = [_all_of([_applies(case, levels), holds]) for case, levels, holds in ways]
    return nw.any_horizontal(*each, ignore_nulls=False)


def _grouped(case: Case) -> dict[Alternatives, list[str]]:
    grouped: dict[Alternatives, list[str]] = {}
    for level, alternatives in case.levels.items():
        grouped.setdefault(alternatives, []).append(level)
    return grouped


def _any_of(alternatives: Alternatives, sums: Sums) -> nw.Expr:
    return nw.any_horizontal(*(_holds(each, sums) for each in alternatives), ignore_nulls=False)


def _holds(condition: Condition, sums: Sums) -> nw.Expr:
    return _all_of([_test(test, sums) for test in condition])


def _all_of(tests: Sequence[nw.Expr]) -> nw.Expr:
    return nw.all_horizontal(*tests, ignore_nulls=False) if tests else nw.lit(value=True)


def _test(test: Test, sums: Sums) -> nw.Expr:
    """Test a cell; of a sum, what is known of it may decide already, as nothing is below zero."""
    if test.column not in sums:
        return _compare(nw.col(test.column), test)
    both = [_compare(nw.col(name), test) for name in (f"least:{test.column}", test.column)]
    if test.op in ("at_least", "above"):
        return nw.any_horizontal(*both, ignore_nulls=False)
    return _all_of(both)


def _compare(cell: nw.Expr, test: Test) -> nw.Expr:
    slack = abs(test.number) * _SLACK
    match test.op:
        case "among":
            return reduce(or_, [cell == word for word in test.words])
        case "at_least":
            return cell >= test.number - slack
        case "at_most":
            return cell <= test.number + slack
        case "below":
            return cell < test.number - slack
        case "above":
            return cell > test.number + slack


def _totals(name: str, columns: Sequence[str]) -> tuple[nw.Expr, nw.Expr]:
    """Give a sum (unknown where one part is), and what is known of it."""
    cells = [nw.col(column).cast(nw.Float64) for column in columns]
    known = [cell.fill_null(0) for cell in cells]
    return reduce(add, cells).alias(name), reduce(add, known).alias(f"least:{name}")
