"""The county that `junheng demo` writes by default has something to show of everything."""

from __future__ import annotations

from pathlib import Path

import polars as pl
import pytest


@pytest.fixture(scope="module")
def county(first_county: Path) -> dict[str, pl.DataFrame]:
    text = {"school": pl.String, "sponsor": pl.String, "county": pl.String}
    return {
        path.stem: pl.read_csv(path, schema_overrides=text if path.stem == "schools" else {"school": pl.String})
        for path in first_county.glob("*.csv")
    }  # fmt: skip


def test_it_is_990101_with_about_sixty_schools(county: dict[str, pl.DataFrame]) -> None:
    assert set(county["schools"]["county"]) == {"990101"}
    assert 55 <= county["schools"].height <= 65


def test_it_has_combined_schools_and_a_small_teaching_point(
    county: dict[str, pl.DataFrame],
) -> None:
    kinds = county["schools"]["kind"].to_list()
    assert sum(kind in {"nine_year", "twelve_year", "complete_secondary"} for kind in kinds) >= 4
    points = county["schools"].filter(kind="teaching_point").join(county["sections"], on="school")
    assert 1 <= (points["pupils"] < 50).sum() < points.height


def test_cells_that_decide_are_missing(county: dict[str, pl.DataFrame]) -> None:
    unknown = sum(frame.null_count().sum_horizontal()[0] for frame in (
        county["schools"], county["sections"].filter(pl.col("level") != "senior"),
    ))  # fmt: skip
    assert 3 <= unknown <= 25
    assert county["sections"]["pupils"].null_count() == 0
