"""Through the years a school stays itself, while cohorts shrink and equipment grows."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest

from junheng.demo import Wanted, write


@pytest.fixture(scope="module")
def decade(tmp_path_factory: pytest.TempPathFactory) -> dict[str, pl.DataFrame]:
    folder = tmp_path_factory.mktemp("decade") / "demo"
    write(folder, Wanted(counties=6, years=range(2016, 2026)))
    return {name: pl.read_parquet(folder / f"{name}.parquet") for name in ("schools", "sections")}


def test_a_school_keeps_its_name_kind_and_place(decade: dict[str, pl.DataFrame]) -> None:
    kept = decade["schools"].group_by("school").agg(
        pl.col("name", "kind", "sponsor", "lon").drop_nulls().n_unique()
    )  # fmt: skip
    assert kept.select(pl.all_horizontal(pl.exclude("school") <= 1).all()).item()


def test_a_few_schools_open_and_close(decade: dict[str, pl.DataFrame]) -> None:
    years = decade["schools"].group_by("school").len()["len"]
    assert 0.02 < (years < 10).mean() < 0.25  # type: ignore[operator]


def test_primary_pupils_decline_by_about_two_in_a_hundred(decade: dict[str, pl.DataFrame]) -> None:
    totals = decade["sections"].filter(level="primary").group_by("year").agg(pl.col("pupils").sum())
    first, last = (totals.filter(year=year)["pupils"].item() for year in (2016, 2025))
    assert 0.965 < (last / first) ** (1 / 9) < 0.995


def test_equipment_grows(decade: dict[str, pl.DataFrame]) -> None:
    whole = decade["schools"].group_by("year").agg(pl.col("equipment_value").sum()).sort("year")
    assert whole["equipment_value"][-1] > 1.2 * whole["equipment_value"][0]


def test_a_year_is_the_same_whichever_years_are_asked_for(
    decade: dict[str, pl.DataFrame], tmp_path: Path
) -> None:
    write(tmp_path / "demo", Wanted(counties=6, years=range(2020, 2021)))
    alone = pl.read_parquet(tmp_path / "demo" / "sections.parquet")
    assert alone.equals(decade["sections"].filter(year=2020))
