"""Made-up counties: their codes, which no real county has, and what makes one unlike another."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
from typing import Any

import polars as pl
import yaml

from junheng.demo.dice import Dice

PROVINCES = ("99", *map(str, range(98, 83, -1)), *map(str, range(80, 71, -1)), "70", "69", "68",
             "67", "66", *map(str, range(60, 54, -1)), "49", "48", "47", "40", "39", "38",
             *map(str, range(30, 23, -1)), *map(str, range(20, 15, -1)))  # fmt: skip
"""First two digits that no province has in GB/T 2260, nor any other register of the state."""
_CITIES, _COUNTIES_OF_A_CITY = 9, 11
MOST_COUNTIES = len(PROVINCES) * _CITIES * _COUNTIES_OF_A_CITY


@cache
def shape() -> Mapping[str, Any]:
    """Read what the made-up counties look like."""
    text = resources.files("junheng.demo").joinpath("shape.yaml").read_text("utf-8")
    read: Mapping[str, Any] = yaml.safe_load(text)
    return read


def code(number: int) -> str:
    """Give the code of a made-up county, counted from 0.

    >>> code(0), code(12), code(99)
    ('990101', '990202', '980101')
    """
    city, county = divmod(number, _COUNTIES_OF_A_CITY)
    province, city = divmod(city, _CITIES)
    return f"{PROVINCES[province]}{city + 1:02}{county + 1:02}"


def counties(cases: Sequence[tuple[int, str]], seed: int) -> pl.LazyFrame:
    """Give one row a year and county, with what its schools have in common.

    `wealth`, `effort` and `crowd` are about standard normal; `urban` is the share of its schools
    in the city, `spread` how far they differ (1 usual), `topped` the share of shortfalls that the
    county has made good, `gaps` the share of cells nobody filled in.
    """
    frame = pl.LazyFrame(cases, schema={"year": pl.Int32, "county": pl.String}, orient="row")
    dice = Dice(seed, "county")
    keyed = frame.with_columns(
        since_base=(pl.col("year") - shape()["base_year"]).cast(pl.Float64),
        county_key=pl.col("county").cast(pl.UInt64),
    )
    drawn = _character(keyed, dice.by("county_key"))
    return _circumstances(_cast_first(drawn), dice.by("county_key"))


def _character(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    city = dice.chance("is a city district", 0.33)
    often = dice.chance("leaves cells empty", 0.25)
    return frame.with_columns(
        wealth=dice.normal("wealth"),
        crowd=dice.normal("crowd"),
        urban=pl.when(city)
        .then(dice.uniform("urban", 0.6, 0.95))
        .otherwise(dice.uniform("urban", 0.08, 0.35)),
        schools=(64.0 * (0.45 * dice.normal("schools")).exp()).clip(12, 260).cast(pl.Int64),
        gaps=pl.when(often).then(dice.uniform("gaps", 0.001, 0.01)).otherwise(0.0),
    ).with_columns(
        effort=0.5 * pl.col("wealth") + 0.87 * dice.normal("effort"),
    ).with_columns(
        spread=(0.26 * dice.normal("spread") - 0.12 * pl.col("effort")).exp(),
    )  # fmt: skip


def _cast_first(frame: pl.LazyFrame) -> pl.LazyFrame:
    is_first = pl.col("county") == code(0)
    return frame.with_columns(
        pl.when(is_first).then(pl.lit(value)).otherwise(name).alias(name)
        for name, value in shape()["first"].items()
    )


def _circumstances(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    effort = pl.col("effort") + 0.04 * pl.col("since_base")
    return frame.with_columns(
        topped=(1.4 * (effort - 0.3)).clip(0, 1),
        class_size=(42.8 - 2.0 * effort).clip(36, 49),
        five_four=dice.chance("five years, then four", 0.04),
        centre_lon=dice.uniform("lon", 82, 122),
        centre_lat=dice.uniform("lat", 23, 45),
    )
