"""Every class and every special room of the made-up schools."""

from __future__ import annotations

import polars as pl

from junheng.demo.counties import shape
from junheng.demo.dice import Dice
from junheng.demo.tables import levels
from junheng.model.tables import CLASSES, ROOM_USES, ROOMS

_GRADES = [f"{number}年级" for number in "一二三四五六七八九"]


def classes(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of classes: their pupils add up to those of the section."""
    dice = Dice(seed, "since_key")
    numbered = levels(campuses).filter(pl.col("level") != "senior").with_columns(
        place=pl.int_ranges(0, pl.col("classes"))
    ).explode("place")  # fmt: skip
    grade = (pl.col("place") * pl.col("grades")) // pl.col("classes")
    first_of_grade = (grade * pl.col("classes") / pl.col("grades")).ceil().cast(pl.Int64)
    before = pl.when(pl.col("level") == "junior").then(6 - pl.col("five_four").cast(pl.Int32))
    named = numbered.with_columns(
        pl.lit(pl.Series(_GRADES)).gather(before.otherwise(0) + grade).alias("grade"),
        pl.format("{}班", pl.col("place") - first_of_grade + 1).alias("class"),
        (_pupils_before(pl.col("place") + 1, dice) - _pupils_before(pl.col("place"), dice)).alias("pupils"),
    )  # fmt: skip
    return named.select(column.name for column in CLASSES.columns)


def _pupils_before(place: pl.Expr, dice: Dice) -> pl.Expr:
    """Say how many pupils sit in the classes before this one: shared evenly, but not quite."""
    pupils, number = pl.col("pupils"), pl.col("classes")
    seat = dice.normal("class", pl.col("since_key") * 512 + place.cast(pl.UInt64))
    uneven = pupils / number * (0.05 - 0.035 * pl.col("topped"))
    share = (pupils * place / number + uneven * seat).floor().cast(pl.Int32)
    return pl.when(place == 0).then(0).when(place == number).then(pupils).otherwise(share)


_LEAST = {"music": (96.0, 74.0, 54.0), "art": (90.0, 68.0, 54.0)}
"""Least area of a room in a new school, in an old one, and in a small rural one."""


def rooms(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of rooms: about one for music and one for art for each twelve classes."""
    dice = Dice(seed, "room_key")
    uses = list(_LEAST)
    place = pl.col("use").replace_strict(
        {use: n for n, use in enumerate(uses)}, return_dtype=pl.UInt64
    )
    apart = campuses.with_columns(use=pl.lit(uses)).explode("use").with_columns(
        room_key=pl.col("school_key") * 2 + place
    )  # fmt: skip
    needed = ((pl.col("classes_primary") + pl.col("classes_junior")) / 12).ceil()
    short = dice.chance("short", 0.22 * (1 - pl.col("topped"))).cast(pl.Int64)
    spare = dice.chance("spare", 0.15).cast(pl.Int64)
    number = (needed.cast(pl.Int64) + spare - short).clip(0)
    each = apart.with_columns(number=pl.int_ranges(1, number + 1), area=_area(dice)).filter(
        pl.col("number").list.len() > 0
    )
    use = pl.col("use").replace_strict(ROOM_USES, return_dtype=pl.String)
    named = each.explode("number").with_columns(
        name=pl.concat_str(use, pl.lit("教室"), pl.col("number").cast(pl.String))
    )
    return named.select(column.name for column in ROOMS.columns)


def _area(dice: Dice) -> pl.Expr:
    """Give the area of the rooms of one use in a school, which are alike."""
    bounds = shape()["bounds"]
    pupils = pl.col("pupils_primary") + pl.col("pupils_junior")
    widened = dice.by("school_key").chance("widened", 0.35 + 0.65 * pl.col("topped"))
    new = (pl.col("built") > bounds["wide_rooms_after"]) | widened
    small = (pl.col("setting") == "rural") & (pupils < bounds["small_rooms_under_pupils"])
    least = [
        pl.col("use").replace_strict(
            {use: areas[n] for use, areas in _LEAST.items()}, return_dtype=pl.Float64
        )
        for n in range(3)
    ]
    fits = pl.when(new).then(least[0]).when(small).then(least[2]).otherwise(least[1])
    return (fits * dice.uniform("area", 1.0, 1.35)).round()
