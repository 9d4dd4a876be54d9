"""The bound: the resources part of cn-quality-2017 written by hand in NumPy for this one purpose.

It knows the seven indicators, their limits and the kinds of schools by heart, takes school codes
for numbers, and does nothing else: no unknown easements, no items, no messages. What it gives is
compared with what junheng gives, so that both do the same work.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl

Array = np.ndarray[Any, np.dtype[Any]]
LIMITS = {
    "primary": np.array([4.2, 1.0, 0.9, 4.5, 7.5, 2000.0, 2.3]),
    "junior": np.array([5.3, 1.0, 0.9, 5.8, 10.2, 2500.0, 2.4]),
}
CV = {"primary": 0.50, "junior": 0.45}
PER = np.array([100.0, 100.0, 100.0, 1.0, 1.0, 1.0, 100.0])
SHARED = ["teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value",
          "multimedia_rooms"]  # fmt: skip
OWN = ["above_degree", "backbone", "pe_arts"]
SLACK = 1e-9


@dataclass(frozen=True)
class Rows:
    """The sections in scope of one year, n of them; amounts are 7 × n, shared ones split."""

    amounts: Array
    pupils: Array
    level: Array
    county: Array
    more: pl.DataFrame
    """Other columns of the school that were asked for."""


def years(folder: Path) -> list[int]:
    """Give the years of a folder."""
    found = pl.scan_parquet(folder / "schools.parquet").select("year").unique().collect()["year"]
    return sorted(found)


def nation(folder: Path) -> dict[str, float]:
    """Judge every year of a folder; give how many of each verdict there are, and all CVs added."""
    totals: dict[str, float] = {}
    for year in years(folder):
        rows = rows_of(folder, year)
        for verdict, n in _judge(rows.amounts, rows.pupils, rows.level, rows.county).items():
            totals[verdict] = totals.get(verdict, 0) + n
    return totals


def rows_of(folder: Path, year: int, more: Sequence[str] = ()) -> Rows:
    """Read one year, and give its sections in scope."""
    columns = ["school", "county", "kind", *SHARED, *more]
    schools = _read(folder / "schools.parquet", year, columns)
    sections = _read(folder / "sections.parquet", year, ["school", "level", "pupils", *OWN])
    code, where = np.unique(schools["school"].cast(pl.Int64).to_numpy(), return_index=True)
    at_code = np.searchsorted(code, sections["school"].cast(pl.Int64).to_numpy())
    at = where[at_code]
    pupils = sections["pupils"].cast(pl.Float64).to_numpy()
    level = sections["level"].replace_strict({"primary": 0, "junior": 1, "senior": 2}).to_numpy()
    share = _share(at_code, pupils, level, len(code))
    kind = schools["kind"].to_numpy()[at]
    scope = (level < 2) & (pupils != 0) & (kind != "special") & (kind != "vocational")
    scope &= ~((kind == "teaching_point") & (pupils < 50))
    amounts = _amounts(schools, sections, at, share)[:, scope]
    county = schools["county"].cast(pl.Int64).to_numpy()[at][scope]
    asked = schools.select(more)[at[scope]] if more else pl.DataFrame()
    return Rows(amounts, pupils[scope], level[scope], county, asked)


def _read(path: Path, year: int, columns: list[str]) -> pl.DataFrame:
    return pl.scan_parquet(path).filter(pl.col("year") == year).select(columns).collect()


def _share(school: Array, pupils: Array, level: Array, schools: int) -> Array:
    weighted = np.array([1.0, 1.1, 1.32])[level] * pupils
    total = np.bincount(school, weighted, schools)  # unknown pupils are NaN and stay NaN
    with np.errstate(invalid="ignore", divide="ignore"):
        share: Array = weighted / total[school]
    return share


def _amounts(schools: pl.DataFrame, sections: pl.DataFrame, at: Array, share: Array) -> Array:
    shared = {name: schools[name].cast(pl.Float64).to_numpy()[at] * share for name in SHARED}
    own = [sections[name].cast(pl.Float64).to_numpy() for name in OWN]
    teaching = shared["teaching_area"] - shared["indoor_sports_area"]
    sports = shared["indoor_sports_area"] + shared["sports_ground_area"]
    return np.stack([*own, teaching, sports, shared["equipment_value"], shared["multimedia_rooms"]])


def _judge(amounts: Array, pupils: Array, level: Array, county: Array) -> dict[str, float]:
    codes, place = np.unique(county, return_inverse=True)
    groups = 2 * len(codes)
    group = place * 2 + level
    limits = np.stack([LIMITS["primary"], LIMITS["junior"]])[level].T
    values = PER[:, None] * amounts / pupils
    met, low = values >= limits * (1 - SLACK), values < 0.85 * limits * (1 - SLACK)
    unknown = np.isnan(values).sum(0)
    n_met, n_low = met.sum(0), low.sum(0)
    near = 7 - n_met - n_low - unknown
    failed = (n_low > 0) | (near > 1)
    passed = (n_met >= 6) & (n_low == 0) & (unknown == 0)
    over, open_, there, cvs = _balance(amounts, pupils, group, groups)
    n = np.bincount(place, minlength=len(codes))
    section_failed = np.bincount(place, failed, len(codes))
    section_open = np.bincount(place, ~(failed | passed), len(codes))
    fail = (section_failed > 0) | over.reshape(-1, 2).any(1)
    whole = (section_open == 0) & ~(open_ & there).reshape(-1, 2).any(1) & (n > 0)
    return {
        "sections_pass": int(passed.sum()),
        "sections_fail": int(failed.sum()),
        "resources_fail": int(fail.sum()),
        "resources_pass": int((whole & ~fail).sum()),
        "cv_over": int(over.sum()),
        "cv_sum": float(cvs),
    }


def _balance(
    amounts: Array, pupils: Array, group: Array, groups: int
) -> tuple[Array, Array, Array, float]:
    """Give for each county and level how many coefficients are over, whether one is unknown, their sum."""
    total = np.bincount(group, pupils, groups)
    limit = np.tile([CV["primary"], CV["junior"]], groups // 2)
    over, open_ = np.zeros(groups, int), np.zeros(groups, bool)
    added = 0.0
    with np.errstate(invalid="ignore", divide="ignore"):
        for amount in amounts:
            mean = np.bincount(group, amount, groups) / total
            square = pupils * (amount / pupils - mean[group]) ** 2
            cv = np.sqrt(np.bincount(group, square, groups) / total) / mean
            over += cv > limit * (1 + SLACK)
            open_ |= np.isnan(cv)
            added += float(np.nansum(cv))
    return over, open_, total > 0, added
