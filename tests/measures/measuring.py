"""What the tests of the measures share: frames of three engines, answers as plain rows."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from functools import partial
from typing import Any

import duckdb
import narwhals as nw
import polars as pl
import pytest

from junheng import measures

Columns = Mapping[str, Sequence[Any]]
Row = dict[str, Any]
Schools = list[tuple[Any, ...]]
"""Amount and pupils of each school, and what else a test gives it."""
Frame = Any
"""A Narwhals frame, eager or lazy: which of the two is what the tests vary."""

SCHEMA = {"amount": pl.Float64, "pupils": pl.Int64, "setting": pl.String, "county": pl.String}


def polars_eager(columns: Columns) -> Frame:
    schema = {name: SCHEMA[name] for name in columns if name in SCHEMA}
    return nw.from_native(pl.DataFrame(columns, schema_overrides=schema))


def polars_lazy(columns: Columns) -> Frame:
    return nw.from_native(polars_eager(columns).to_native().lazy())


def on_duckdb(columns: Columns) -> Frame:
    return nw.from_native(duckdb.from_arrow(polars_eager(columns).to_arrow()))


ENGINES: dict[str, Callable[[Columns], Frame]] = {
    "polars_eager": polars_eager,
    "polars_lazy": polars_lazy,
    "duckdb": on_duckdb,
}

ONE: dict[str, Any] = {"amount": "amount", "pupils": "pupils"}
URBAN, RURAL = nw.col("setting") == "urban", nw.col("setting") == "rural"

GROUP_MEASURES: dict[str, Callable[..., Frame]] = {
    "cv": partial(measures.coefficient_of_variation, **ONE),
    "unweighted_cv": partial(measures.unweighted_coefficient_of_variation, **ONE),
    "gini": partial(measures.gini, **ONE),
    "theil_t": partial(measures.theil_t, **ONE),
    "theil_l": partial(measures.theil_l, **ONE),
    "atkinson_half": partial(measures.atkinson, **ONE, epsilon=0.5),
    "atkinson_one": partial(measures.atkinson, **ONE, epsilon=1),
    "atkinson_two": partial(measures.atkinson, **ONE, epsilon=2),
    "extreme_ratio": partial(measures.extreme_ratio, **ONE),
    "quantile_ratio": partial(measures.quantile_ratio, **ONE),
    "decompose_theil_t": partial(measures.decompose_theil_t, **ONE, part="setting"),
    "decompose_theil_l": partial(measures.decompose_theil_l, **ONE, part="setting"),
    "decompose_squared_cv": partial(measures.decompose_squared_cv, **ONE, part="setting"),
    "decompose_gini": partial(measures.decompose_gini, **ONE, part="setting"),
    "ratio_of_means": partial(measures.ratio_of_means, **ONE, of=(URBAN, RURAL)),
}
"""Measures that give one row a group. Each takes a frame and `by`."""

ROW_MEASURES: dict[str, Callable[..., Frame]] = {
    "lorenz": partial(measures.lorenz, **ONE),
    "contributions": partial(measures.contributions, **ONE),
    "cv_if": partial(measures.cv_if, **ONE, value=3.0),
}
"""Measures that give one row a school. Each takes a frame and `by`."""

EVERY_MEASURE = GROUP_MEASURES | ROW_MEASURES


def answer(frame: Frame) -> list[Row]:
    """Collect rows, in an order that does not hang on the engine's."""
    rows: list[Row] = frame.lazy().collect("polars").rows(named=True)
    return sorted(rows, key=lambda row: [_place(cell) for cell in row.values()])


def _place(cell: Any) -> tuple[bool, Any]:
    return cell is None, round(cell, 9) if isinstance(cell, float) else cell


def schools(amounts: Sequence[float | None], pupils: Sequence[int | None]) -> Frame:
    return polars_lazy({"amount": amounts, "pupils": pupils})


def figures(measure: str, frame: Frame) -> list[Any]:
    """Give what a measure comes to over all rows, one number or one for each column."""
    (row,) = answer(GROUP_MEASURES[measure](frame))
    return list(row.values())


def figure(measure: str, frame: Frame) -> Any:
    """Give the last column of a measure over all rows: the measure itself."""
    return figures(measure, frame)[-1]


def near(expected: Any, relative: float = 1e-9) -> Any:
    """Equal but for rounding; None only to None."""
    if isinstance(expected, list):
        return [near(one, relative) for one in expected]
    if isinstance(expected, dict):
        return {key: near(one, relative) for key, one in expected.items()}
    if isinstance(expected, float):
        return pytest.approx(expected, rel=relative, abs=1e-12)
    return expected
