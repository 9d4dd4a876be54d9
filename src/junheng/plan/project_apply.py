"""The tables as they will stand in a year to come: today's amounts, the pupils projected."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from junheng.plan.project import Projection

_UNKNOWN = ("classes", "migrant_pupils")
"""Of sections, what other pupils make unknown."""
_NEW_SPONSOR = "7"
"""Schools that are opened under a plan of the county are run by its bureau."""
_KINDS = {("primary",): "primary", ("junior",): "junior", ("junior", "primary"): "nine_year"}


def at_year(
    tables: Mapping[str, Any], found: Projection, year: int, scenario: str = "middle"
) -> dict[str, pl.LazyFrame]:
    """Give the tables of a projected year: areas, equipment and staff as in the base year.

    Sections that are closed by then are left out; schools that are opened have no known amounts.
    The numbers of classes and migrant pupils are unknown, and there is no list of classes.
    """
    now = {
        name: frame.lazy().filter(pl.col("year") == found.base).with_columns(
            pl.lit(year, pl.Int64).alias("year")
        ).collect()
        for name, frame in tables.items()
        if name != "classes"
    }  # fmt: skip
    wanted = found.pupils.filter(pl.col("scenario") == scenario, pl.col("year") == year)
    later = wanted.select("school", "level", "county", "pupils")
    sections = now["sections"].drop("pupils").join(later, on=["school", "level"], how="right")
    unknown = [pl.lit(None, pl.Float64).alias(name) for name in _UNKNOWN]
    sections = sections.with_columns(pl.lit(year, pl.Int64).alias("year"), *unknown)
    schools = now["schools"].filter(pl.col("school").is_in(later["school"].to_list()))
    now["schools"] = pl.concat([schools, _opened(later, schools, year)], how="diagonal")
    now["sections"] = sections.select(now["sections"].columns)
    return {name: frame.lazy() for name, frame in now.items()}


def _opened(later: pl.DataFrame, schools: pl.DataFrame, year: int) -> pl.DataFrame:
    """Give a row for each school that is not there yet."""
    new = later.filter(~pl.col("school").is_in(schools["school"].to_list()))
    rows = [
        {
            "year": year,
            "county": mine["county"][0],
            "school": school,
            "kind": _KINDS.get(tuple(sorted(mine["level"])), "twelve_year"),
            "sponsor": _NEW_SPONSOR,
        }
        for (school,), mine in new.group_by("school", maintain_order=True)
    ]
    names = ("county", "school", "kind", "sponsor")
    return pl.DataFrame(rows, schema={"year": pl.Int64} | dict.fromkeys(names, pl.String))
