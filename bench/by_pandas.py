"""The same rules in vectorised pandas: whole columns, group sums by `groupby`, no loop over rows."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from bench.numpy_pass import CV, LIMITS, OWN, PER, SHARED, SLACK

_NAMES = [*OWN, "teaching", "sports", "equipment_value", "multimedia_rooms"]
_WEIGHT = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
_COUNTY, _GROUP = ["year", "county"], ["year", "county", "level"]


def nation(folder: Path) -> dict[str, float]:
    """Judge every year of a folder, all years at once."""
    scope = _scope(folder)
    verdict = _sections(scope)
    cvs = _cvs(scope)
    limit = cvs.index.get_level_values("level").map(CV).to_numpy(float)[:, None]
    over = (cvs > limit * (1 + SLACK)).sum(axis=1).groupby(level=_COUNTY).sum()
    open_ = cvs.isna().any(axis=1).groupby(level=_COUNTY).any()
    each = verdict.groupby(_COUNTY).agg(failed=("failed", "sum"), unknown=("unknown", "sum"))
    failed = (each["failed"] > 0) | (over > 0)
    return {
        "sections_pass": int(verdict["passed"].sum()),
        "sections_fail": int(verdict["failed"].sum()),
        "resources_fail": int(failed.sum()),
        "resources_pass": int((~failed & (each["unknown"] == 0) & ~open_).sum()),
        "cv_over": int(over.sum()),
        "cv_sum": float(np.nansum(cvs.to_numpy())),
    }


def _scope(folder: Path) -> Any:
    """Give the sections in scope with their amounts, shared ones split."""
    sections = pd.read_parquet(
        folder / "sections.parquet", columns=["year", "school", "level", "pupils", *OWN]
    )
    schools = pd.read_parquet(
        folder / "schools.parquet", columns=["year", "school", "county", "kind", *SHARED]
    )
    weighted = sections["level"].map(_WEIGHT) * sections["pupils"]
    campus = weighted.groupby([sections["year"], sections["school"]])
    whole = campus.transform("sum").where(campus.transform("count") == campus.transform("size"))
    rows = sections.assign(share=weighted / whole).merge(schools, on=["year", "school"])
    small = (rows["kind"] == "teaching_point") & (rows["pupils"] < 50)
    scope = (rows["level"] != "senior") & (rows["pupils"] != 0) & ~small
    rows = rows[scope & ~rows["kind"].isin(["special", "vocational"])].copy()
    shared = rows[SHARED].mul(rows["share"], axis=0)
    rows["teaching"] = shared["teaching_area"] - shared["indoor_sports_area"]
    rows["sports"] = shared["indoor_sports_area"] + shared["sports_ground_area"]
    rows[["equipment_value", "multimedia_rooms"]] = shared[["equipment_value", "multimedia_rooms"]]
    return rows


def _sections(rows: Any) -> Any:
    values = rows[_NAMES].to_numpy(float) * PER / rows["pupils"].to_numpy(float)[:, None]
    primary = (rows["level"] == "primary").to_numpy()[:, None]
    limits = np.where(primary, LIMITS["primary"], LIMITS["junior"])
    met = (values >= limits * (1 - SLACK)).sum(axis=1)
    low = (values < 0.85 * limits * (1 - SLACK)).sum(axis=1)
    unknown = np.isnan(values).sum(axis=1)
    failed = (low > 0) | (7 - met - low - unknown > 1)
    passed = (met >= 6) & (low == 0) & (unknown == 0)
    found = rows[_COUNTY].assign(failed=failed, passed=passed)
    return found.assign(unknown=~(failed | passed))


def _cvs(rows: Any) -> Any:
    """Give the coefficients of every county and level: a column an indicator."""
    keys = [rows[name] for name in _GROUP]
    pupils = rows["pupils"].groupby(keys)
    amounts = rows[_NAMES].astype(float)
    total = pupils.transform("sum").where(pupils.transform("count") == pupils.transform("size"))
    whole = amounts.notna().groupby(keys).transform("all")
    mean = amounts.groupby(keys).transform("sum").where(whole).div(total, axis=0)
    far = amounts.div(rows["pupils"], axis=0) - mean
    squares = far.pow(2).mul(rows["pupils"], axis=0).groupby(keys).sum(min_count=1)
    first = mean.groupby(keys).first()
    spread = np.sqrt(squares.div(pupils.sum(), axis=0))
    found: Any = spread.div(first.where(first > 0)).where(first.notna())
    return found
