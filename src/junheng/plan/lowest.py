"""Take what is unknown to be as low as the lowest that is known; each such figure is told."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl

from junheng.errors import Problem
from junheng.model.standard import Standard
from junheng.model.tables import amount_column, table_of


def with_lowest(
    tables: Mapping[str, pl.DataFrame], standard: Standard
) -> tuple[dict[str, pl.DataFrame], tuple[Problem, ...]]:
    """Fill unknown amounts that the standard's indicators need.

    An amount becomes the lowest one for each pupil that a school of the county (a section of the
    same level) reports, times the pupils. What nobody reports, and unknown pupils, stay unknown.
    """
    names = dict.fromkeys(n for i in standard.indicators for n in i.amount.names)
    filled, told = dict(tables), list[Problem]()
    pupils = tables["sections"].group_by("school").agg(pl.col("pupils").sum().alias("per:"))
    for table, by in (("schools", []), ("sections", ["level"])):
        frame = filled[table]
        mine = [n for n in names if table_of(n) == table and n in frame.columns]
        frame = frame.join(pupils, on="school", how="left") if table == "schools" else (
            frame.with_columns(pl.col("pupils").cast(pl.Float64).alias("per:")))  # fmt: skip
        for name in mine:
            told += _told(frame, name)
            frame = frame.with_columns(_lowest(name, by))
        filled[table] = frame.drop("per:")
    return filled, tuple(told)


def _lowest(name: str, by: list[str]) -> pl.Expr:
    each = pl.when(pl.col("per:") > 0).then(pl.col(name) / pl.col("per:")).min()
    least = (each.over(by) if by else each) * pl.col("per:")
    return pl.coalesce(pl.col(name).cast(pl.Float64), least.floor()).alias(name)


def _told(frame: pl.DataFrame, name: str) -> list[Problem]:
    unknown = frame.filter(pl.col(name).is_null(), pl.col("per:") > 0)
    if "level" in frame.columns:
        unknown = unknown.filter(pl.col("level") != "senior")
    return [
        Problem("plan.assumed_lowest", school=row["school"], column=amount_column(name))
        for row in unknown.iter_rows(named=True)
    ]
