"""What made-up campuses own and spend, and who teaches at each of their levels."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import polars as pl

from junheng.demo.counties import shape
from junheng.demo.dice import Dice

_USUAL_SIZE = {"primary": 750.0, "junior": 1000.0, "combined": 1100.0}
_LEAST_FUNDED_PUPILS = 100


def owned(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Add the amounts that the levels of a campus share."""
    dice = Dice(seed, "school_key")
    grouped = campuses.with_columns(_group=_group(), _better=dice.normal("better off"))
    with_amounts = grouped.with_columns(
        _amount(name, form, dice).alias(name) for name, form in shape()["amounts"].items()
    )
    return _spending(_halls(_multimedia(with_amounts, dice), dice), dice)


def _group() -> pl.Expr:
    kind = pl.col("kind")
    return (
        pl.when(kind.is_in(["nine_year", "twelve_year"]))
        .then(pl.lit("combined"))
        .when(kind.is_in(["primary", "teaching_point", "special"]))
        .then(pl.lit("primary"))
        .otherwise(pl.lit("junior"))
    )


def _of_group(values: Mapping[str, float]) -> pl.Expr:
    return pl.col("_group").replace_strict(values, return_dtype=pl.Float64)


def _amount(name: str, form: Mapping[str, Any], dice: Dice) -> pl.Expr:
    """Give an amount that follows the pupils of the base year, as buildings outlast cohorts."""
    spread = form["spread"] * pl.col("spread")
    usual = (
        _of_group(form["usual"])
        * (
            form["wealth"] * pl.col("wealth")
            + form["growth"] * pl.col("since_base")
            - spread**2 / 2
        ).exp()
    )
    small = (_of_group(_USUAL_SIZE) / pl.col("base_burden")).clip(0.25, 6.0) ** (
        form["small"] * pl.col("spread")
    )
    own = (spread * (0.4 * pl.col("_better") + 0.9165 * dice.normal(name))).exp()
    had = pl.col("base_burden") * usual * small * own
    aim = _of_group(form["aim"]) * pl.col("burden") * dice.uniform(f"{name} aim", 1.003, 1.1)
    made_good = dice.chance(f"{name} made good", pl.col("topped"))
    return pl.when(made_good).then(pl.max_horizontal(had, aim)).otherwise(had)


def _multimedia(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Equip most classrooms, and a few rooms beside them; a senior level adds its own."""
    senior = (pl.col("pupils_senior") / 48).ceil()
    classes = pl.col("classes_primary") + pl.col("classes_junior") + senior
    spread = 0.2 * pl.col("spread")
    rooms = classes * (0.06 + 0.04 * pl.col("wealth") + spread * dice.normal("multimedia")).exp()
    beside = (pl.col("burden") / 300 * dice.uniform("beside", 0, 1.2)).floor()
    aim = (0.02312 * pl.col("burden") * dice.uniform("multimedia aim", 1.0, 1.08)).ceil()
    made_good = dice.chance("multimedia made good", pl.col("topped"))
    had = (rooms.round() + beside).clip(1)
    return frame.with_columns(
        multimedia_rooms=pl.when(made_good).then(pl.max_horizontal(had, aim)).otherwise(had)
    )


def _halls(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Part the sports area into hall and ground; the hall counts as teaching area as well."""
    odds = pl.when(pl.col("setting") == "urban").then(0.55).otherwise(0.22)
    large = (
        pl.col("pupils_primary") + pl.col("pupils_junior") > shape()["bounds"]["hall_from_pupils"]
    )
    has_hall = dice.chance("hall", odds) & large
    hall = pl.col("sports_area") * dice.uniform("hall area", 0.06, 0.2)
    hall = pl.when(has_hall).then(hall.ceil()).otherwise(0.0)
    return frame.with_columns(indoor_sports_area=hall).with_columns(
        sports_ground_area=(pl.col("sports_area") - pl.col("indoor_sports_area")).ceil(),
        teaching_area=(pl.col("rooms_area") + pl.col("indoor_sports_area")).ceil(),
        equipment_value=(pl.col("equipment_value") / 100).ceil() * 100,
        computers=pl.col("computers").round(),
        books=pl.col("books").round(),
    )


def _spending(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Spend by the head, small schools as if they had a hundred pupils, special ones more."""
    yearly = dice.by("since_key")
    special = pl.col("kind") == "special"
    quota = (
        pl.when(special).then(8200.0).otherwise(1150.0)
        * (
            0.08 * pl.col("wealth") + 0.02 * pl.col("since_base") + 0.05 * yearly.normal("quota")
        ).exp()
    )
    heads = (
        pl.when(special)
        .then(pl.col("burden"))
        .otherwise(pl.col("burden").clip(_LEAST_FUNDED_PUPILS))
    )
    careless = dice.chance("careless", 0.05 - 0.05 * pl.col("topped"))
    share = pl.when(careless).then(0.043).otherwise(yearly.uniform("training", 0.052, 0.075))
    return frame.with_columns(public_funds=(quota * heads).round()).with_columns(
        public_funds_settled=(pl.col("public_funds") * yearly.uniform("settled", 0.94, 1.0)).round(),
        training_funds=(pl.col("public_funds") * share).ceil(),
    ).with_columns(
        training_funds_settled=(
            pl.col("training_funds") * yearly.uniform("training settled", 0.985, 1.0)
        ).ceil(),
    )  # fmt: skip


def staffed(sections: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Add the teachers of a level, and how many of them are of each sort; none for senior."""
    dice = Dice(seed, "section_key")
    judged = pl.col("level") != "senior"
    counted = _in_order(_sorts(_teachers(sections, dice), dice), dice)
    counts = [*_SORTS, "teachers", "certified", "trained_360h", "pe_arts_visiting"]
    return counted.with_columns(
        pl.when(judged).then(pl.col(name).cast(pl.Int32)).alias(name) for name in counts
    )


_SORTS = ("above_degree", "backbone", "pe_arts", "mid_title")
_VARIES = {"above_degree": 0.3, "backbone": 0.42, "pe_arts": 0.26, "mid_title": 0.65}
"""How far the share of a sort differs between schools, in log-odds."""


def _of_level(name: str) -> pl.Expr:
    staff = shape()["staff"]
    junior, primary = staff["junior"][name], staff["primary"][name]
    return pl.when(pl.col("level") == "junior").then(junior).otherwise(primary)


def _aim(name: str) -> pl.Expr:
    """Give the teachers of a sort that a section needs where the county has made it good."""
    aims = {level: form["aim"].get(name, 0.0) for level, form in shape()["staff"].items()}
    level = pl.col("level").replace_strict(aims, default=0.0, return_dtype=pl.Float64)
    needed = (level * pl.col("pupils") / 100).ceil()
    return pl.when(pl.col("staffed_up")).then(needed).otherwise(0.0)


def _teachers(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    spread, pupils = _of_level("spread") * pl.col("spread"), pl.col("pupils")
    usual = pl.when(pl.col("level") == "junior").then(1000.0).otherwise(750.0)
    small = (usual / pupils).clip(0.3, 8.0) ** (_of_level("small") * pl.col("spread"))
    own = _of_level("wealth") * pl.col("wealth") + spread * dice.normal("teachers") - spread**2 / 2
    teachers = (pupils * _of_level("teachers") * small * own.exp()).round()
    frame = frame.with_columns(staffed_up=dice.chance("staffed up", pl.col("topped")))
    needed = (_aim("above_degree") * 1.02).ceil()
    least = (pl.col("classes") * 1.2).ceil()
    return frame.with_columns(teachers=pl.max_horizontal(teachers, needed, least))


def _sorts(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    teachers = pl.col("teachers")
    for name in _SORTS:
        usual = _of_level(name)
        odds = (usual / (1 - usual)).log() + 0.1 * pl.col("effort")
        odds = odds + _VARIES[name] * pl.col("spread") * dice.normal(name)
        share = 1 / (1 + (-odds).exp())
        count = pl.max_horizontal((teachers * share).round(), _aim(name))
        frame = frame.with_columns(pl.min_horizontal(count, teachers).alias(name))
    return frame


def _in_order(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Give nearly all teachers their certificate and training, and visitors to small schools."""
    teachers, yearly, lax = pl.col("teachers"), dice.by("since_key"), 1 - pl.col("topped")
    without = yearly.chance("uncertified", 0.03 * lax).cast(pl.Float64)
    behind = 0.06 * yearly.chance("behind", 0.1 * lax).cast(pl.Float64)
    few = pl.col("pupils") < shape()["bounds"]["visited_under_pupils"]
    visited = (pl.col("setting") == "rural") & few & dice.chance("visited", 0.5)
    visitors = dice.uniform("visitors", 1, 3).floor()
    return frame.with_columns(
        certified=(teachers - without).clip(0),
        trained_360h=(teachers * (1 - behind)).floor(),
        pe_arts_visiting=pl.when(visited).then(visitors).otherwise(0.0),
    )
