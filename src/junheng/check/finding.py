"""A finding: one row for each place where a rule is broken, alike for every kind of rule."""

from __future__ import annotations

from collections.abc import Sequence

import narwhals as nw

from junheng.check.places import ID, NUMBER, TEXT, Frame, none
from junheng.check.rule import Rule

COLUMNS = ("rule", "family", "table", "year", "county", "school", "name", "level", "row", "columns",
           "found", "expected", "count", "text", "other")  # fmt: skip
"""`columns` names the cells, with commas; `found` … `other` fill the blanks of the message."""
Filled = dict[str, nw.Expr]
"""Blanks of the message: found, expected and count are numbers, text and other are words."""


def said(rows: Frame, rule: Rule, filled: Filled, cells: Sequence[str] | None = None) -> Frame:
    """Turn rows that break a rule into findings."""
    marked = ",".join(rule.cells() if cells is None else cells)
    names = dict(zip(ID, ("year", "county", "school", "name", "level", "row"), strict=True))
    return rows.select(
        nw.lit(rule.id).alias("rule"),
        nw.lit(rule.family).alias("family"),
        nw.lit(rule.table).alias("table"),
        *(nw.col(name).alias(called) for name, called in names.items()),
        nw.lit(marked).alias("columns"),
        *(
            filled.get(k, none(NUMBER)).cast(NUMBER).alias(k)
            for k in ("found", "expected", "count")
        ),
        *(filled.get(k, none()).cast(TEXT).alias(k) for k in ("text", "other")),
    )


def of_county(rows: Frame) -> Frame:
    """Give rows of counties the columns that say whom a finding is about."""
    return rows.with_columns(*(none().alias(name) for name in ("school", "who", "level", "row")))
