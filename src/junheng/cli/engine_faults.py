"""What is wrong with tables too large to be brought here: how often, and a few examples."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

import narwhals as nw

from junheng.errors import Problem
from junheng.intake.labels import choices, label, listed, of, shown
from junheng.model.tables import SCHOOLS, TABLES, Column, Table

Frame = nw.LazyFrame[Any]
_EXAMPLES = 3
_COUNTS = ("whole", "number")
_LINK = ["year", "school"]


def all_of(tables: Mapping[str, Frame]) -> list[Problem]:
    """Tell every fault of the tables, typed and under machine names; two passes over each."""
    found = []
    for name, frame in tables.items():
        found += of_table(TABLES[name], frame)
    for name, frame in tables.items():
        if name != SCHOOLS.name and set(_LINK) <= set(frame.collect_schema().names()):
            found += list(_of_links(TABLES[name], frame, tables[SCHOOLS.name]))
    return found


def of_table(table: Table, frame: Frame) -> list[Problem]:
    """Tell the faults of one table, of the contract or not, by itself."""
    return [*_of_cells(table, frame), *_of_keys(table, frame)]


def _of_cells(table: Table, frame: Frame) -> Iterator[Problem]:
    """Count the faults of all cells in one pass; fetch examples only of those there are."""
    have = set(frame.collect_schema().names())
    faults = [
        (column, code, fault)
        for column in table.columns
        if column.name in have
        for code, fault in _faults(column).items()
    ]
    counts = {
        f"{column.name} {code}": nw.when(fault).then(1).otherwise(0).sum()
        for column, code, fault in faults
    }
    row = frame.select(nw.len().alias("rows"), **counts).collect("polars").rows(named=True)[0]
    if row["rows"] == 0 and table.required:
        yield of(table, "table_empty")
    for column, code, fault in faults:
        if many := row[f"{column.name} {code}"]:
            about = {"table": label(table), "column": label(column), "many": many}
            examples = _shown(frame.filter(fault), (*table.key, column.name))
            yield Problem(f"engine.{code}", **about, found=examples, **_fields(column))


def _fields(column: Column) -> dict[str, object]:
    low, high = column.low, column.high
    bounds = {} if low is None or high is None else {"low": f"{low:g}", "high": f"{high:g}"}
    return {"choices": choices(column), **bounds}


def _faults(column: Column) -> dict[str, nw.Expr]:
    cell = nw.col(column.name)
    found: dict[str, nw.Expr] = {}
    if column.required and column.kind not in _COUNTS:
        found["cell_empty"] = cell.is_null()
    if column.kind == "choice":
        return found | {"unknown_choice": ~cell.is_in(list(column.choices))}
    if column.name == "county":
        return found | {"county_code": ~cell.str.contains("^[0-9]{6}$")}
    if column.kind == "text":
        return found
    if column.kind == "flag":
        return found | {"not_a_flag": ~cell.is_in([0.0, 1.0])}
    return found | _number_faults(column)


def _number_faults(column: Column) -> dict[str, nw.Expr]:
    cell = nw.col(column.name)
    low, high = column.low, column.high
    if column.kind == "year":
        low, high = low or 0, high or 9999
        return {"out_of_range": (cell < int(low)) | (cell > int(high))}
    finite = cell.is_finite()
    found = {"not_finite": ~finite}
    if low is not None and high is not None:
        found["out_of_range"] = finite & ((cell < low) | (cell > high))
    else:
        found["negative"] = finite & (cell < 0)
    if column.kind == "whole":
        found["not_whole"] = finite & (cell != cell.floor())
    return found


def _of_keys(table: Table, frame: Frame) -> Iterator[Problem]:
    have = set(frame.collect_schema().names())
    if not table.key or not set(table.key) <= have:
        return
    groups = frame.group_by(*table.key).agg(nw.len().alias("rows"))
    twice = groups.filter(nw.col("rows") > 1)
    if many := _number(twice):
        columns = listed(table.column(name) for name in table.key)
        found = _shown(twice, table.key)
        yield Problem("engine.same_key", table=label(table), column=columns, many=many, found=found)


def _of_links(table: Table, frame: Frame, schools: Frame) -> Iterator[Problem]:
    alone = frame.join(schools.select(*_LINK), on=_LINK, how="anti")
    if many := _number(alone):
        found = _shown(alone, tuple(_LINK))
        yield Problem("engine.school_unknown", table=label(table), many=many, found=found)


def _number(frame: Frame) -> int:
    return int(frame.select(nw.len().alias("rows")).collect("polars").item())


def _shown(rows: Frame, names: tuple[str, ...]) -> str:
    """Show a few rows, the first in the order of their cells."""
    names = tuple(dict.fromkeys(names))
    few = rows.select(*names).sort(*names).head(_EXAMPLES).collect("polars").rows()
    each = ["/".join(shown("" if cell is None else cell) for cell in row) for row in few]
    return "; ".join(each)
