"""Made-up registers: teachers, classes and pupils that add up to the made-up sections and facts.

A teacher is the n-th of a section. Who has a degree, a title and so on is dealt out by a walk with
prime steps through the section, so that exactly as many have it as the section says.
"""

from __future__ import annotations

from collections.abc import Sequence

import polars as pl

from junheng.demo import details, people, surveys
from junheng.demo.campuses import campuses
from junheng.demo.counties import counties
from junheng.demo.dice import Dice
from junheng.demo.tables import levels_with_people
from junheng.derive.registers import CLASSES, PUPILS, TEACHERS

_LARGEST = 1024
"""More people than a section has; rooms for their numbers."""
_MOST_PUPILS = 8192
_SECTION = ("year", "county", "school", "level")
_COUNTY = ("year", "county")
_PRIMES = {"above_degree": 10_007, "backbone": 10_009, "pe_arts": 10_037, "mid_title": 10_039,
           "certified": 10_061, "trained_360h": 10_067}  # fmt: skip
"""Steps of the walks: primes, larger than any section, so that each teacher is met once."""
_MOVES = _ELIGIBLE, _ROTATED, _ROTATED_BACKBONE = (
    "rotation_eligible_teachers", "rotated_teachers", "rotated_backbone_teachers")  # fmt: skip


def teachers(cases: Sequence[tuple[int, str]], seed: int, noise: float = 0.0) -> pl.LazyFrame:
    """Give the register of teachers of some counties and years.

    `noise` is the odds with which a teacher is missing, or has no degree filled in, half each.
    """
    dice = Dice(seed, "person_key")
    made = campuses(counties(cases, seed), seed)
    sections = levels_with_people(made, seed).filter(pl.col("level") != "senior")
    rows = _dealt(_each(sections, seed), Dice(seed, "section_key"))
    moved = _moving(rows, surveys.facts(made, seed), Dice(seed, "county_key"))
    described = moved.with_columns(people.described(dice), teacher=people.pseudonym("T", 46))
    return _spoilt(described, noise, dice).select(column.name for column in TEACHERS.columns)


def _spoilt(rows: pl.LazyFrame, noise: float, dice: Dice) -> pl.LazyFrame:
    """Lose some teachers, and the degrees of others."""
    if not noise:
        return rows
    missing, unsaid = dice.chance("missing", noise / 2), dice.chance("unsaid", noise / 2)
    return rows.filter(~missing).with_columns(degree=pl.when(~unsaid).then("degree"))


def classes(cases: Sequence[tuple[int, str]], seed: int) -> pl.LazyFrame:
    """Give the register of classes: the made-up table of classes, with its county."""
    listed = details.classes(campuses(counties(cases, seed), seed), seed)
    return listed.with_columns(county=_county()).select(column.name for column in CLASSES.columns)


def pupils(cases: Sequence[tuple[int, str]], seed: int) -> pl.LazyFrame:
    """Give the register of pupils: as many in each class, and as many migrants, as the tables say."""
    made = campuses(counties(cases, seed), seed)
    everyone = levels_with_people(made, seed).select(
        "year", "school", "level", "section_key", of=pl.col("pupils"), migrants="migrant_pupils"
    )
    seated = pl.concat([details.classes(made, seed), _seniors(everyone)], how="diagonal_relaxed")
    link = ["year", "school", "level"]
    each = seated.with_columns(seat=pl.int_ranges(0, pl.col("pupils"))).explode("seat")
    placed = each.join(everyone, on=link, how="left", maintain_order="left").with_columns(
        n=pl.int_range(pl.len()).over(link)
    )
    walk = pl.col("n") * people.STEP % pl.col("of")
    return placed.with_columns(
        county=_county(),
        person_key=pl.col("section_key") * _MOST_PUPILS + pl.col("n").cast(pl.UInt64),
        registered=pl.lit(1, pl.Int8),
        migrant=(walk < pl.col("migrants")).cast(pl.Int8),
    ).with_columns(pupil=people.pseudonym("P", 49)).select(c.name for c in PUPILS.columns)  # fmt: skip


def _seniors(everyone: pl.LazyFrame) -> pl.LazyFrame:
    """Give the pupils of senior levels, whose classes are not listed."""
    return everyone.filter(pl.col("level") == "senior").select(
        "year", "school", "level", pupils="of"
    )


def _county() -> pl.Expr:
    return pl.col("school").str.slice(0, 6)


def _each(sections: pl.LazyFrame, seed: int) -> pl.LazyFrame:
    """Give a row for each teacher: full-time ones first, then visitors, then substitutes."""
    substitutes = Dice(seed, "since_key").uniform("substitutes", 0, 2.2).floor().cast(pl.Int32)
    everyone = pl.col("teachers") + pl.col("pe_arts_visiting") + substitutes
    numbered = sections.select(
        *_SECTION, *_PRIMES, "county_key", "section_key", "teachers", "pe_arts_visiting",
        n=pl.int_ranges(0, everyone),
    ).explode("n")  # fmt: skip
    return numbered.with_columns(
        person_key=pl.col("section_key") * _LARGEST + pl.col("n").cast(pl.UInt64),
        regular=pl.col("n") < pl.col("teachers"),
    )


def _dealt(rows: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Deal out what the section says: `has:…` is true for exactly that many of its teachers."""
    walks = {name: _walk(step, dice.bits(name) % 1000) for name, step in _PRIMES.items()}
    return rows.with_columns(
        (pl.col("regular") & (walk < pl.col(name))).alias(f"has:{name}")
        for name, walk in walks.items()
    )


def _walk(step: int, start: pl.Expr) -> pl.Expr:
    place = pl.col("n").cast(pl.Int64) * step + start.cast(pl.Int64)
    return place % pl.col("teachers").cast(pl.Int64).clip(1)


def _moving(rows: pl.LazyFrame, facts: pl.LazyFrame, dice: Dice) -> pl.LazyFrame:
    """Move as many teachers, and as many backbone ones, as the county says; others are due."""
    group = [*_COUNTY, "regular", "has:backbone"]
    placed = rows.join(_told(facts), on=_COUNTY, how="left", maintain_order="left").with_columns(
        _of=pl.len().over(group).cast(pl.Int64),
        _all=pl.col("regular").sum().over(_COUNTY).cast(pl.Int64),
        _nth=pl.int_range(pl.len()).over(group) * people.STEP,
    )
    place = (pl.col("_nth") + (dice.bits("moves") % 1000).cast(pl.Int64)) % pl.col("_of")
    eligible = pl.coalesce(_ELIGIBLE, pl.col("_all") // 2)
    rotated = pl.coalesce(_ROTATED, eligible // 9)
    of_backbone, due = pl.coalesce(_ROTATED_BACKBONE, rotated // 4), eligible - rotated
    theirs = due * pl.col("_of") // pl.col("_all")
    rest = due - due * (pl.col("_all") - pl.col("_of")) // pl.col("_all")
    backbone = pl.col("has:backbone")
    moving = pl.when(backbone).then(of_backbone).otherwise(rotated - of_backbone)
    waiting = pl.when(backbone).then(theirs).otherwise(rest)
    return placed.with_columns(
        moves=pl.col("regular") & (place < moving),
        waits=pl.col("regular") & (place >= moving) & (place < moving + waiting),
    )


def _told(facts: pl.LazyFrame) -> pl.LazyFrame:
    """Give the three county facts of each county in a row; null where the county left them empty."""
    known = [
        pl.col("value").filter(pl.col("item") == name).first().cast(pl.Int64).alias(name)
        for name in _MOVES
    ]
    return facts.filter(pl.col("item").is_in(_MOVES)).group_by(_COUNTY).agg(known)
