"""The tables of the made-up data set, column for column as the contract has them."""

from __future__ import annotations

import polars as pl

from junheng.demo.amounts import owned, staffed
from junheng.demo.counties import shape
from junheng.demo.dice import Dice
from junheng.model.tables import LEVELS, SCHOOL_KINDS, SCHOOLS, SECTIONS, Table

_WHOLE = {"indoor_sports_area", "sports_ground_area", "teaching_area", "equipment_value", "computers",
          "books", "multimedia_rooms", "public_funds", "public_funds_settled", "training_funds",
          "training_funds_settled"}  # fmt: skip


def schools(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of schools."""
    dice = Dice(seed, "school_key")
    named = owned(campuses, seed).with_columns(
        pl.col(_WHOLE).cast(pl.Int64), name=_name(dice), sponsor=_sponsor(dice)
    )
    return _columns(named, SCHOOLS, dice.by("since_key"))


def _name(dice: Dice) -> pl.Expr:
    places = shape()["places"]
    place = (dice.bits("place") % len(places)).cast(pl.Int64)
    named = pl.lit(pl.Series(places)).gather(place)
    kind = pl.col("kind").replace_strict(SCHOOL_KINDS, return_dtype=pl.String)
    return pl.concat_str(
        pl.lit("模拟"), named, pl.lit("第"), pl.col("serial").cast(pl.String), kind
    )


def _sponsor(dice: Dice) -> pl.Expr:
    """Most are run by the county's education authority, a few by others."""
    founders, rare = shape()["founders"], dice.uniform("sponsor")
    chosen, odds = pl.lit("7"), 1.0
    for founder, share in founders["other"]:
        odds -= share
        chosen = (
            pl.when(rare.is_between(odds, odds + share)).then(pl.lit(founder)).otherwise(chosen)
        )
    city, share = founders["city"]
    of_city = pl.col("kind").is_in(["complete_secondary", "twelve_year"]) & (rare < share)
    chosen = pl.when(of_city).then(pl.lit(city)).otherwise(chosen)
    return pl.when(pl.col("private")).then(pl.lit(founders["private"])).otherwise(chosen)


def sections(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of sections: a row for each level of a school that has pupils."""
    dice = Dice(seed, "since_key")
    return _columns(levels_with_people(campuses, seed), SECTIONS, dice)


def levels_with_people(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Part each campus into its levels, with pupils, teachers, and pupils from elsewhere."""
    dice = Dice(seed, "section_key")
    incoming = pl.when(pl.col("setting") == "urban").then(0.22).otherwise(0.05)
    share = (incoming * (0.3 * pl.col("wealth") + 0.6 * dice.normal("migrants")).exp()).clip(0, 0.8)
    judged = pl.col("level") != "senior"
    migrants = pl.when(judged).then((pl.col("pupils") * share).round().cast(pl.Int32))
    return staffed(levels(campuses), seed).with_columns(migrant_pupils=migrants)


def levels(campuses: pl.LazyFrame) -> pl.LazyFrame:
    """Part each campus into its levels, with the pupils, grades and classes of each."""
    names = list(LEVELS)
    apart = campuses.with_columns(level=pl.lit(names)).explode("level")
    place = pl.col("level").replace_strict(
        {name: n for n, name in enumerate(names)}, return_dtype=pl.UInt64
    )
    apart = apart.with_columns(
        pupils=_at_level("pupils", names),
        classes=_at_level("classes", names[:2]),
        grades=_at_level("grades", names[:2]),
        section_key=pl.col("school_key") * 4 + place,
    )
    return apart.filter(pl.col("pupils") > 0).with_columns(
        since_key=pl.col("section_key") * 4096 + pl.col("year").cast(pl.UInt64)
    )


def _at_level(name: str, known: list[str]) -> pl.Expr:
    cases = [pl.when(pl.col("level") == level).then(pl.col(f"{name}_{level}")) for level in known]
    return pl.coalesce(cases)


def _columns(frame: pl.LazyFrame, table: Table, dice: Dice) -> pl.LazyFrame:
    """Keep the columns of the contract in their order, and leave the odd cell empty."""
    often = shape()["gaps"]
    kept = [
        pl.col(column.name)
        if (column.required and column.name != "pupils") or often.get(column.name) == 0
        else pl.when(
            ~dice.chance(f"gap {column.name}", pl.col("gaps") * often.get(column.name, 1.0))
        )
        .then(pl.col(column.name))
        .alias(column.name)
        for column in table.columns
    ]
    return frame.select(kept)
