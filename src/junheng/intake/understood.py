"""Cells as people type them, read as the plain text they mean, or left as they are.

Full-width digits and signs, thousands apart, dashes for what is not known, percent signs and units
behind numbers. Only columns with cells that are not plain are brought here.
"""

from __future__ import annotations

import polars as pl

from junheng.intake.units import factors
from junheng.model.tables import Column

NONE = "^(?:无|没有|暂无|none|无。)$"
"""Words that may mean zero or unknown: only who typed them can tell."""
PERCENT = "^[%‰]$"
UNIT = r"^(?:\p{Han}+|k?m2?|k?g|[GMT]B)$"
_UNKNOWN = r"^[-‐‑‒–—―−─ー_/\\]+$"
_MINUS = "^[‐‑‒–—−]"
_NUMBER = (
    r"^([+-]?(?:[0-9]{1,3}(?:,[0-9]{3})+|[0-9]+)?(?:\.[0-9]*)?(?:[eE][+-]?[0-9]{1,3})?)\s*(.*)$"
)
_EXACT = 10
"""Decimals kept when a unit is multiplied out: what is beyond comes of the multiplying."""


def plain(column: Column) -> pl.Expr:
    """Give the cells of a column of text as plain text; what is not understood as it was."""
    cell = pl.col(column.name)
    half = _half(cell)
    known = pl.when(half.str.contains(_UNKNOWN)).then(None)
    if column.kind in ("choice", "flag"):
        return known.otherwise(half).alias(column.name)
    return known.otherwise(pl.coalesce(_number(half, column), cell)).alias(column.name)


def behind(column: Column) -> pl.Expr:
    """Give what stands behind a number that is none of the units of its column; else null."""
    parts = _half(pl.col(column.name)).str.extract_groups(_NUMBER)
    number, unit = parts.struct.field("1"), parts.struct.field("2")
    strange = ~unit.is_in(list(factors(_unit(column))))
    return pl.when(number.str.contains("[0-9]") & strange).then(unit)


def _unit(column: Column) -> str:
    return "year" if column.kind == "year" else column.unit


def _half(cell: pl.Expr) -> pl.Expr:
    """Give full-width letters, digits and signs as plain ones."""
    return cell.str.normalize("NFKC").str.strip_chars().str.replace(_MINUS, "-")


def _number(text: pl.Expr, column: Column) -> pl.Expr:
    parts = text.str.extract_groups(_NUMBER)
    figures = parts.struct.field("1").str.replace_all(",", "", literal=True)
    number = figures.cast(pl.Float64, strict=False)
    known = factors(_unit(column))
    factor = parts.struct.field("2").replace_strict(known, default=None, return_dtype=pl.Float64)
    times = pl.when(factor == 1).then(figures)
    product = (number * factor).round(_EXACT).cast(pl.String)
    return pl.when(number.is_not_null()).then(times.otherwise(product))
