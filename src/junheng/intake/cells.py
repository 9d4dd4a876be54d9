"""What a cell says and what is wrong with it, as expressions, one kind of column after another.

An empty cell is null before it comes here. A fault is true where a cell is wrong, and false or
null everywhere else; of several faults in one cell the first is told.
"""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from junheng.intake import understood
from junheng.intake.workbook_words import NO_VALUE
from junheng.model.tables import Column

FLAGS = {"是": "1", "否": "0", "true": "1", "false": "0", "TRUE": "1", "FALSE": "0"}
SPREADSHEET_ERRORS = ("#DIV/0!", "#N/A", "#NAME?", "#NULL!", "#NUM!", "#REF!", "#VALUE!")
TYPES: Mapping[str, pl.DataType] = {"text": pl.String(), "choice": pl.String(), "year": pl.Int64()}
"""How the cells of a column are kept; kinds not named are numbers, Float64."""
_COUNTS = ("whole", "number")


def dtype_of(column: Column) -> pl.DataType:
    """Say how the cells of a column are kept."""
    return TYPES.get(column.kind, pl.Float64())


def fits(column: Column, dtype: pl.DataType) -> bool:
    """Say whether cells of this type can be read at all: no dates, bytes or lists."""
    if dtype == pl.Boolean:
        return column.kind == "flag"
    return dtype.is_numeric() or dtype in (pl.String, pl.Null)


def value(column: Column, dtype: pl.DataType) -> pl.Expr:
    """Read the cells of a column; null where there is none, and where the cell cannot be read."""
    cell = pl.col(column.name)
    if column.kind == "choice":
        return as_text(cell, dtype).replace_strict(
            _accepted(column), default=None, return_dtype=pl.String
        )
    if column.kind == "text":
        text = as_text(cell, dtype)
        return text.replace(_accepted(column)) if column.choices else text
    if column.kind == "flag" and dtype == pl.String:
        cell = cell.replace(FLAGS)
    if column.kind == "year" and dtype.is_integer():
        return cell if dtype == pl.Int64 else cell.cast(pl.Int64, strict=False)
    read = number(cell) if dtype == pl.String else cell.cast(pl.Float64)
    return read.cast(pl.Int64, strict=False) if column.kind == "year" else read


def number(text: pl.Expr) -> pl.Expr:
    """Read text as a number; null where it is none. What else may be typed: see `understood`."""
    return text.cast(pl.Float64, strict=False)


def faults(column: Column, dtype: pl.DataType) -> dict[str, pl.Expr]:
    """Tell the faults that the cells of a column can have, by the name of their sentence."""
    cell = pl.col(column.name)
    found: dict[str, pl.Expr] = {}
    if dtype == pl.String and column.kind == "text":  # anywhere else it is a fault already
        found["formula_error"] = formula_error(column) | (cell == NO_VALUE)
    if column.required and column.kind not in _COUNTS:  # a count may be unknown; a key may not
        found["cell_empty"] = cell.is_null()
    if column.kind == "choice":
        return found | {"unknown_choice": ~as_text(cell, dtype).is_in(list(_accepted(column)))}
    if column.kind == "text":
        return found | _text_faults(column, dtype)
    return found | _number_faults(column, dtype)


def formula_error(column: Column) -> pl.Expr:
    """Tell the cells of text in which a formula went wrong: worth a sentence of its own."""
    return pl.col(column.name).is_in(SPREADSHEET_ERRORS)


def reasons(column: Column) -> dict[str, pl.Expr]:
    """Tell why cells of text cannot be read, where more can be said than that they cannot."""
    cell = pl.col(column.name)
    told = {"formula_error": formula_error(column), "formula_no_value": cell == NO_VALUE}
    if column.kind in ("text", "choice", "flag"):
        return told
    told["number_none"] = cell.str.contains(understood.NONE)
    unit = understood.behind(column)
    told["number_percent"] = unit.str.contains(understood.PERCENT)
    return told | {"number_unit": unit.str.contains(understood.UNIT)}


def _text_faults(column: Column, dtype: pl.DataType) -> dict[str, pl.Expr]:
    found = {}
    if dtype.is_float():
        found["not_finite"] = ~pl.col(column.name).is_finite()
    if column.name == "county":
        found["county_code"] = ~value(column, dtype).str.contains("^[0-9]{6}$")
    return found


def _number_faults(column: Column, dtype: pl.DataType) -> dict[str, pl.Expr]:
    cell = pl.col(column.name)
    read = number(cell) if dtype == pl.String else cell.cast(pl.Float64)
    low, high = column.low, column.high
    if column.kind == "year":
        whole = read.is_between(low or 0, high or 9999) & (read == read.floor())
        return {"not_a_year": cell.is_not_null() & ~whole.fill_null(value=False)}
    if column.kind == "flag":
        flag = value(column, dtype).is_in((0.0, 1.0))
        return {"not_a_flag": cell.is_not_null() & ~flag.fill_null(value=False)}
    found = {}
    if dtype == pl.String:
        found["not_degrees" if column.kind == "degrees" else "not_a_number"] = (
            cell.is_not_null() & read.is_null()
        )
    if dtype == pl.String or dtype.is_float():
        found["not_finite"] = ~read.is_finite()
    if low is not None and high is not None:
        found["out_of_range"] = ~read.is_between(low, high)
    else:
        found["negative"] = read < 0
    if column.kind == "whole":
        found["not_whole"] = read != read.floor()
    return found


def as_text(cell: pl.Expr, dtype: pl.DataType) -> pl.Expr:
    """Give a cell as text: a number without the decimal point that spreadsheets add."""
    if not dtype.is_float() and not dtype.is_decimal():
        return cell.cast(pl.String)
    read = cell.cast(pl.Float64)
    whole = read.cast(pl.Int64, strict=False)
    return pl.when(read == whole).then(whole.cast(pl.String)).otherwise(read.cast(pl.String))


def _accepted(column: Column) -> dict[str, str]:
    pairs = column.choices.items()
    typed = {f"{value}.0": value for value in column.choices if value.isdigit()}
    return {zh: value for value, zh in pairs} | {value: value for value in column.choices} | typed
