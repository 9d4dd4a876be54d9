"""What made-up counties report themselves, and what people in them say when asked."""

from __future__ import annotations

from collections.abc import Mapping
from fnmatch import fnmatch
from functools import cache
from importlib import resources
from typing import Any

import polars as pl
import yaml

from junheng.demo.amounts import owned
from junheng.demo.dice import Dice
from junheng.demo.tables import levels_with_people
from junheng.model.tables import CHANNELS, FACTS, GROUPS, OPINIONS

_COUNTY = ("year", "county")
_CHARACTER = ("county_key", "wealth", "topped", "gaps")


@cache
def declared() -> Mapping[str, str]:
    """Give the unit of every county fact that a standard of this installation declares."""
    units: dict[str, str] = {}
    for folder in sorted(
        resources.files("junheng.standards").iterdir(), key=lambda each: each.name
    ):
        listed = folder.joinpath("facts.yaml")
        if listed.is_file():
            read = yaml.safe_load(listed.read_text("utf-8"))
            units |= {fact["id"]: fact["unit"] for fact in read["facts"]}
    return units


@cache
def _recipes() -> Mapping[str, Mapping[str, Any]]:
    """Give how each declared fact comes about, those that others rest on first."""
    text = resources.files("junheng.demo").joinpath("facts.yaml").read_text("utf-8")
    known = yaml.safe_load(text)
    by_unit, recipes = known["units"], dict(known["facts"])
    for fact, unit in declared().items():
        alike = (recipe for pattern, recipe in known["alike"].items() if fnmatch(fact, pattern))
        recipes.setdefault(fact, next(alike, by_unit.get(unit, by_unit[""])))
    return recipes


def facts(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of facts: every declared fact of every county."""
    dice, names = Dice(seed, "report_key"), list(declared())
    frame = _totals(campuses, seed)
    for name, recipe in _recipes().items():
        frame = frame.with_columns(_fact(name, recipe, dice).alias(name))
    known = [
        pl.when(~dice.chance(f"gap {name}", pl.col("gaps"))).then(pl.col(name).cast(pl.Float64))
        for name in names
    ]
    listed = frame.with_columns(value=pl.concat_list(known), item=pl.lit(names))
    columns = [column.name for column in FACTS.columns]
    return listed.select(columns).explode("item", "value")


def _fact(name: str, recipe: Mapping[str, Any], dice: Dice) -> pl.Expr:
    kind = next(kind for kind in ("odds", "between", "times", "part") if kind in recipe)
    bad, good = map(float, recipe[kind])
    topped, draw = pl.col("topped"), dice.uniform(name)
    if kind == "odds":
        return (draw < topped * (good - bad) + bad).cast(pl.Int64)
    worth = (topped + (1 - topped) * draw) * (good - bad) + bad
    if "wealth" in recipe:
        worth = worth * (pl.col("wealth") * float(recipe["wealth"])).exp()
    if "of" in recipe:
        worth = worth * pl.col(recipe["of"])
    if kind == "part":
        worth = pl.min_horizontal(worth, recipe["of"])
    worth = worth.round(recipe.get("digits", 0))
    for other in recipe.get("plus", ()):
        worth = worth + pl.col(other)
    for other in recipe.get("minus", ()):
        worth = worth - pl.col(other)
    return worth


def _totals(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Add up, for each county, what its facts rest on; sums of whole numbers, so exact."""
    people = levels_with_people(campuses, seed).filter(pl.col("level") != "senior")
    totals = people.group_by(_COUNTY, maintain_order=True).agg(
        pl.col(_CHARACTER).first(), **_sums()
    )
    special = owned(campuses.filter(pl.col("kind") == "special"), seed)
    funds = special.group_by(_COUNTY).agg(special_funds=pl.col("public_funds").cast(pl.Int64).sum())
    return totals.join(funds, on=_COUNTY, how="left", maintain_order="left").with_columns(
        pl.col("special_funds").fill_null(0),
        report_key=pl.col("county_key") * 4096 + pl.col("year").cast(pl.UInt64),
    )


def _sums() -> dict[str, pl.Expr]:
    public, special = ~pl.col("private"), pl.col("kind") == "special"
    primary, junior = pl.col("level") == "primary", pl.col("level") == "junior"
    zoned = public & ~special & (pl.col("setting") != "rural") & (pl.col("boarding") == 0)
    pupils, teachers, migrants = pl.col("pupils"), pl.col("teachers"), pl.col("migrant_pupils")
    return {
        "pupils": pupils.sum(),
        "pupils_junior": pupils.filter(junior).sum(),
        "teachers": teachers.sum(),
        "teachers_primary": teachers.filter(primary).sum(),
        "teachers_junior": teachers.filter(junior).sum(),
        "zoned_primary": pupils.filter(zoned & primary).sum(),
        "zoned_junior": pupils.filter(zoned & junior).sum(),
        "special_pupils": pupils.filter(special).sum(),
        "migrants": migrants.sum(),
        "migrants_in_public": migrants.filter(public).sum(),
        "migrants_in_private": migrants.filter(~public).sum(),
    }


_LEAST_FORMS = 600
_FORMS_A_HEAD = 0.0015
_PARENTS = 0.52


def opinions(campuses: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give the table of opinions: forms sent, valid and satisfied, by group and channel."""
    pairs = [(group, channel) for channel in CHANNELS for group in GROUPS]
    groups, channels = [pair[0] for pair in pairs], [pair[1] for pair in pairs]
    each = _totals(campuses, seed).with_columns(
        group=pl.lit(groups), channel=pl.lit(channels), place=pl.lit(list(range(len(pairs))))
    ).explode("group", "channel", "place").with_columns(
        answer_key=pl.col("report_key") * 32 + pl.col("place").cast(pl.UInt64)
    )  # fmt: skip
    dice, asked = Dice(seed, "answer_key"), pl.col("channel") == "questionnaire"
    forms = (8.5 * pl.col("pupils") * _FORMS_A_HEAD).clip(_LEAST_FORMS)
    share = (
        pl.when(pl.col("group") == "parent")
        .then(_PARENTS)
        .otherwise((1 - _PARENTS) / (len(GROUPS) - 1))
    )
    sent = pl.when(asked).then(forms * share).otherwise(dice.uniform("visited", 6, 30)).ceil()
    returned = pl.when(asked).then(dice.uniform("returned", 0.82, 0.99)).otherwise(1.0)
    mood = Dice(seed, "report_key").uniform("mood", 0.82, 0.95) + 0.04 * pl.col("topped")
    pleased = (mood + 0.012 * dice.normal("pleased")).clip(0.7, 0.99)
    counted = each.with_columns(sent=sent.cast(pl.Int32)).with_columns(
        valid=(pl.col("sent") * returned).floor().cast(pl.Int32)
    ).with_columns(satisfied=(pl.col("valid") * pleased).round().cast(pl.Int32))  # fmt: skip
    return counted.select(column.name for column in OPINIONS.columns)
