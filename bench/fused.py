"""The bound of the measures: one compiled pass a group for mean, CV, Gini, Theil and its parts.

Numba compiles it once; the measured run finds it compiled. It knows the seven indicators by heart,
as the NumPy pass does, and takes its rows from the same hands.
"""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numba
import numpy as np
import polars as pl

from bench import numpy_pass

Array = np.ndarray[Any, np.dtype[Any]]
SETTINGS = {"urban": 0, "town": 1, "rural": 2}


def nation(folder: Path) -> dict[str, float]:
    """Measure every year of a folder: sums over counties, levels and indicators, to compare."""
    totals: dict[str, float] = {}
    for year in numpy_pass.years(folder):
        for name, number in _year(folder, year).items():
            totals[name] = totals.get(name, 0.0) + number
    return totals


def compiled() -> None:
    """Compile the pass, on two schools."""
    one = np.ones(2)
    _groups(np.array([0, 2]), np.zeros(2, np.int64), one, np.ones((1, 2)), np.zeros((5, 1, 1)))


def _year(folder: Path, year: int) -> dict[str, float]:
    rows = numpy_pass.rows_of(folder, year, more=("setting",))
    part = rows.more["setting"].replace_strict(SETTINGS, default=3, return_dtype=pl.Int64)
    _, place = np.unique(rows.county, return_inverse=True)
    group = place * 2 + rows.level
    order = np.argsort(group, kind="stable")
    present, first = np.unique(group[order], return_index=True)
    starts = np.append(first, len(order)).astype(np.int64)
    found = np.full((5, len(rows.amounts), len(present)), np.nan)
    amounts = np.ascontiguousarray(rows.amounts[:, order])
    _groups(starts, part.to_numpy()[order], rows.pupils[order], amounts, found)
    names = ("cv", "gini", "theil", "within", "between")
    sums = {f"{name}_sum": float(np.nansum(each)) for name, each in zip(names, found, strict=True)}
    return sums | {
        f"{n}_known": float((~np.isnan(e)).sum()) for n, e in zip(names, found, strict=True)
    }


@numba.njit(cache=True)
def _groups(starts: Array, part: Array, pupils: Array, amounts: Array, found: Array) -> None:
    for place in range(len(starts) - 1):
        low, high = starts[place], starts[place + 1]
        total = pupils[low:high].sum()
        for nth in range(len(amounts)):
            amount = amounts[nth, low:high]
            mean = amount.sum() / total
            if mean > 0:
                value = amount / pupils[low:high]
                _one(value, pupils[low:high] / total, part[low:high], mean, found[:, nth, place])


@numba.njit(cache=True)
def _one(value: Array, weight: Array, part: Array, mean: float, found: Array) -> None:
    known = True
    square = theil = 0.0
    share, of_mean = np.zeros(4), np.zeros(4)
    for i in range(len(value)):
        square += weight[i] * (value[i] - mean) ** 2
        relative = value[i] / mean
        if relative > 0:
            theil += weight[i] * relative * np.log(relative)
        share[part[i]] += weight[i]
        of_mean[part[i]] += weight[i] * relative
        known &= part[i] < 3
    between = 0.0
    for k in range(4):
        if of_mean[k] > 0:
            between += of_mean[k] * np.log(of_mean[k] / share[k])
    order = np.argsort(value)
    stands = gini = 0.0
    for i in order:
        gini += weight[i] * (value[i] - mean) * (stands + weight[i] / 2)
        stands += weight[i]
    found[0], found[1], found[2] = np.sqrt(square) / mean, 2 * gini / mean, theil
    if known:
        found[3], found[4] = theil - between, between
