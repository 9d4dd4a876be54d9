"""County means and 差异系数 of the sample lie where published county tables have theirs."""

from __future__ import annotations

from collections.abc import Mapping

import polars as pl
import pytest

# Least and most among published county tables of 2012 to 2017: mean, then coefficient of variation.
PUBLISHED = {
    ("primary", "teaching_area"): ((2.23, 5.33), (0.246, 0.881)),
    ("primary", "sports_area"): ((4.317, 8.94), (0.419, 1.299)),
    ("primary", "equipment_value"): ((961, 3854), (0.201, 0.977)),
    ("primary", "computers"): ((0.0693, 0.2034), (0.188, 0.58)),
    ("primary", "books"): ((12.07, 33.72), (0.101, 0.45)),
    ("primary", "teachers"): ((0.044, 0.076), (0.263, 0.475)),
    ("primary", "above_degree"): ((0.042, 0.075), (0.254, 0.479)),
    ("primary", "mid_title"): ((0.019, 0.059), (0.369, 0.541)),
    ("junior", "teaching_area"): ((3.76, 6.5), (0.285, 0.808)),
    ("junior", "sports_area"): ((5.831, 12.46), (0.298, 0.784)),
    ("junior", "equipment_value"): ((1393.56, 5806), (0.146, 0.637)),
    ("junior", "computers"): ((0.08109, 0.252), (0.212, 0.491)),
    ("junior", "books"): ((19.49, 52.41), (0.037, 0.544)),
    ("junior", "teachers"): ((0.065, 0.14), (0.226, 0.715)),
    ("junior", "above_degree"): ((0.057, 0.132), (0.223, 0.445)),
    ("junior", "mid_title"): ((0.032, 0.113), (0.253, 1.021)),
}
WEIGHTS = {"primary": 1.0, "junior": 1.1, "senior": 1.32}
SHARED = ["teaching_area", "sports_area", "equipment_value", "computers", "books"]


@pytest.fixture(scope="module")
def balance(sample: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Mean and student-weighted CV by county, level and indicator, worked out apart from junheng."""
    names = [name for level, name in PUBLISHED if level == "primary"]
    index = ["county", "level", "pupils"]
    long = in_scope(sample).unpivot(names, index=index, variable_name="indicator")
    mean = pl.col("value").sum() / pl.col("pupils").sum()
    gap = pl.col("value") / pl.col("pupils") - mean
    variance = (pl.col("pupils") * gap**2).sum() / pl.col("pupils").sum()
    return (
        long.group_by("county", "level", "indicator")
        .agg(known=pl.col("value").count() == pl.len(), mean=mean, cv=variance.sqrt() / mean)
        .filter(pl.col("known"))
    )


def in_scope(sample: Mapping[str, pl.DataFrame]) -> pl.DataFrame:
    """Sections that the published tables count, with their share of what the campus has."""
    schools = sample["schools"].with_columns(
        teaching_area=pl.col("teaching_area") - pl.col("indoor_sports_area"),
        sports_area=pl.col("indoor_sports_area") + pl.col("sports_ground_area"),
    )
    weight = pl.col("level").replace_strict(WEIGHTS, return_dtype=pl.Float64) * pl.col("pupils")
    share = weight / weight.sum().over("school")
    return (
        sample["sections"]
        .join(schools, on=["year", "school"])
        .with_columns(pl.col(name) * share for name in SHARED)
        .filter(
            pl.col("level") != "senior",
            pl.col("sponsor").is_in(["7", "8"]),
            ~pl.col("kind").is_in(["teaching_point", "special", "vocational"]),
        )
    )


@pytest.mark.parametrize(("level", "name"), list(PUBLISHED))
def test_the_median_county_could_have_been_published(
    balance: pl.DataFrame, level: str, name: str
) -> None:
    of_all = balance.filter(level=level, indicator=name)
    means, cvs = PUBLISHED[level, name]
    assert of_all.height >= 30
    assert means[0] <= of_all["mean"].median() <= means[1]  # type: ignore[operator]
    assert cvs[0] <= of_all["cv"].median() <= cvs[1]  # type: ignore[operator]


def test_counties_differ(balance: pl.DataFrame) -> None:
    cvs = balance.filter(level="primary", indicator="sports_area")["cv"]
    assert 0.2 < (cvs <= 0.5).mean() < 0.8  # type: ignore[operator]


def test_small_rural_schools_have_more_per_pupil(sample: Mapping[str, pl.DataFrame]) -> None:
    rural = sample["sections"].join(sample["schools"], on=["year", "school"]).filter(
        pl.col("kind") == "primary", pl.col("setting") == "rural"
    )  # fmt: skip
    each = pl.col("sports_ground_area") / pl.col("pupils")
    small = rural.filter(pl.col("pupils") < 100).select(each.median()).item()
    large = rural.filter(pl.col("pupils") > 400).select(each.median()).item()
    assert small > 1.2 * large
