"""Made-up campuses: which kinds a county has, where they lie, how many pupils each level has."""

from __future__ import annotations

import polars as pl

from junheng.demo.counties import shape
from junheng.demo.dice import Dice
from junheng.model.tables import LEVELS

WEIGHTS = {"primary": 1.0, "junior": 1.1, "senior": 1.32}


def campuses(counties: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give one row a year and school that is open then, with all that follows from being there."""
    dice = Dice(seed, "school_key")
    kinds = _kinds(counties, Dice(seed, "county_key"))
    settled = _settled(_keyed(kinds), dice)
    return _classes(_pupils(_places(settled, dice), dice), dice)


def _kinds(counties: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Make `schools` rows of each county; the last ones are of the rarer kinds."""
    number, rural = pl.col("schools"), 1 - pl.col("urban")
    quotas = {
        "special": pl.lit(1.0),
        "vocational": dice.chance("vocational", 0.12).cast(pl.Float64),
        "twelve_year": (number * dice.uniform("twelve", 0.0, 0.025)).round(),
        "complete_secondary": (number * dice.uniform("complete", 0.015, 0.05)).round().clip(1),
        "nine_year": (number * dice.uniform("nine", 0.04, 0.11)).round().clip(1),
        "junior": (number * dice.uniform("junior", 0.13, 0.19)).round().clip(2),
        "teaching_point": (number * rural * dice.uniform("point", 0.05, 0.28)).round(),
    }
    serials = counties.with_columns(serial=pl.int_ranges(1, number + 1)).with_columns(
        (pl.sum_horizontal(list(quotas.values())[: place + 1])).alias(f"_{kind}")
        for place, kind in enumerate(quotas)
    )
    from_last = pl.col("schools") - pl.col("serial")
    kind = pl.lit("primary")
    for name in reversed(quotas):
        kind = pl.when(from_last < pl.col(f"_{name}")).then(pl.lit(name)).otherwise(kind)
    return serials.explode("serial").with_columns(kind=kind)


def _keyed(frame: pl.LazyFrame) -> pl.LazyFrame:
    key = pl.col("county_key") * 10_000 + pl.col("serial").cast(pl.UInt64)
    return frame.with_columns(school_key=key).with_columns(
        school=pl.col("school_key").cast(pl.String),
        since_key=pl.col("school_key") * 4096 + pl.col("year").cast(pl.UInt64),
    )


def _settled(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Give each school its setting, founder and years, and drop those not open in the year."""
    kind, where = pl.col("kind"), dice.uniform("setting")
    in_city = pl.when(kind == "teaching_point").then(0.0).otherwise(pl.col("urban"))
    in_town = kind.replace_strict(shape()["town_share"], return_dtype=pl.Float64)
    setting = (
        pl.when(where < in_city)
        .then(pl.lit("urban"))
        .when(where < in_city + (1 - in_city) * in_town)
        .then(pl.lit("town"))
        .otherwise(pl.lit("rural"))
    )
    built = (2024 - 74 * dice.uniform("built") ** 0.7).floor().cast(pl.Int32)
    closes = (2010 + 31 * dice.uniform("closes")).floor()
    mortal = kind.replace_strict(shape()["mortal"], default=0.06, return_dtype=pl.Float64)
    return frame.with_columns(
        setting=setting, built=built, closes=pl.when(dice.chance("mortal", mortal)).then(closes)
    ).filter(
        pl.col("built") <= pl.col("year"),
        pl.col("closes").is_null() | (pl.col("closes") > pl.col("year")),
    )


def _places(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    setting, kind = pl.col("setting"), pl.col("kind")
    urban, rural = setting == "urban", setting == "rural"
    far = pl.when(urban).then(0.03).when(rural).then(0.16).otherwise(0.1)
    boards = pl.when(kind.is_in(["primary", "teaching_point"])).then(0.08).otherwise(0.45)
    return frame.with_columns(
        private=dice.chance("private", pl.when(urban).then(0.11).when(rural).then(0.02).otherwise(0.06))
        & ~kind.is_in(["teaching_point", "special"]),
        dense_centre=(urban & dice.chance("dense", 0.2)).cast(pl.Int8),
        boarding=(~urban & dice.chance("boarding", boards)).cast(pl.Int8),
        lon=(pl.col("centre_lon") + far * dice.normal("lon")).round(5),
        lat=(pl.col("centre_lat") + far * dice.normal("lat")).round(5),
    )  # fmt: skip


def _pupils(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Give the pupils of each level in the base year (`base_…`) and in the year of the row."""
    cell = pl.concat_str("kind", pl.lit("/"), "setting")
    frame = frame.with_columns(_cell=cell, _size=dice.normal("size"), _drift=_drift(dice))
    for level in LEVELS:
        usual = _by_kind_and_setting(level)
        middle = pl.col("_cell").replace_strict(
            {name: median for name, (median, _) in usual.items()}, default=0.0, return_dtype=pl.Float64
        )  # fmt: skip
        sigma = pl.col("_cell").replace_strict(
            {name: sigma for name, (_, sigma) in usual.items()}, default=0.0, return_dtype=pl.Float64
        )  # fmt: skip
        own = sigma * (0.9 * pl.col("_size") + 0.44 * dice.normal(f"{level} size"))
        base = middle * (0.15 * pl.col("crowd") + own).exp()
        trend = pl.col("_drift") + shape()["trend"][level]
        frame = frame.with_columns(base.alias(f"base_{level}")).with_columns(
            _headcount(pl.col(f"base_{level}"), trend, level)
        )
    return frame


def _headcount(base: pl.Expr, trend: pl.Expr, level: str) -> pl.Expr:
    now = base * (trend * pl.col("since_base")).exp()
    return (
        pl.when(base > 0).then(now.round().clip(_SMALLEST, _largest(level)).cast(pl.Int32)).otherwise(0)
        .alias(f"pupils_{level}")
    )  # fmt: skip


def _largest(level: str) -> pl.Expr:
    """A county that makes an effort parts its largest schools."""
    combined = pl.col("kind").is_in(["nine_year", "twelve_year"])
    aim = pl.when(combined).then(_LARGEST_COMBINED[level]).otherwise(_LARGEST_ALONE[level])
    return _LARGEST - (_LARGEST - aim) * pl.col("topped")


def _drift(dice: Dice) -> pl.Expr:
    trend, setting = shape()["trend"], pl.col("setting")
    moved = (
        pl.when(setting == "urban")
        .then(trend["urban"])
        .when(setting == "rural")
        .then(trend["rural"])
    )
    return moved.otherwise(0.0) + 0.008 * pl.col("wealth") + 0.01 * dice.normal("drift")


_SMALLEST, _LARGEST = 10, 5200
_LARGEST_ALONE = {"primary": 2000, "junior": 2000, "senior": 5200}
_LARGEST_COMBINED = {"primary": 1650, "junior": 850, "senior": 5200}


def _by_kind_and_setting(level: str) -> dict[str, tuple[float, float]]:
    return {
        f"{kind}/{setting}": (median, sigma)
        for kind, settings in shape()["pupils"][level].items()
        for setting, (median, sigma) in settings.items()
    }


def _classes(frame: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Give the grades and classes of the levels judged, and how heavy the campus is to share."""
    point = pl.col("kind") == "teaching_point"
    few = dice.uniform("grades", 1, 5).floor().cast(pl.Int32)
    five_four = pl.col("five_four").cast(pl.Int32)
    grades = {
        "primary": pl.when(point).then(few).otherwise(6 - five_four),
        "junior": 3 + five_four,
    }
    frame = frame.with_columns(value.alias(f"grades_{level}") for level, value in grades.items())
    uneven = 0.035 * (1 - 0.6 * pl.col("topped"))
    wanted = pl.col("class_size") * (1 + uneven * dice.normal("class size"))
    counted = {
        level: pl.max_horizontal(
            (pl.col(f"pupils_{level}") / (wanted + extra)).ceil().cast(pl.Int32), f"grades_{level}"
        )
        for level, extra in (("primary", 0.0), ("junior", 4.0))
    }
    return frame.with_columns(
        *(
            pl.when(pl.col(f"pupils_{level}") > 0).then(count).otherwise(0).alias(f"classes_{level}")
            for level, count in counted.items()
        ),
        burden=_burden("pupils"),
        base_burden=_burden("base"),
    )  # fmt: skip


def _burden(of: str) -> pl.Expr:
    """Add up weighted pupils, so that one pupil of the lowest level weighs 1."""
    total = pl.sum_horizontal(pl.col(f"{of}_{level}") * weight for level, weight in WEIGHTS.items())
    starts_later = pl.col("kind").is_in(["junior", "complete_secondary", "vocational"])
    return total / pl.when(starts_later).then(WEIGHTS["junior"]).otherwise(1.0)
