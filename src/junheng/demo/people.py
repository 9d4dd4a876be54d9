"""What is said of one made-up teacher, so that who counts as what is what the section says."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import polars as pl

from junheng.demo.dice import Dice
from junheng.derive.registers import COURSES, HOURS

STEP = 1_000_003
"""A prime larger than any group of people, to walk through a group and meet each once."""
_PE_ARTS = ("pe", "arts", "music", "fine_arts")
_OTHERS = tuple(course for course in COURSES if course not in _PE_ARTS)


def pseudonym(letter: str, bits: int) -> pl.Expr:
    """Number people so that the number tells nothing: one odd step, modulo 2^bits, is one to one."""
    step, start = 0x9E3779B97F4A7C15, 0x2545F4914F6CDD1D
    walked = pl.col("person_key") * pl.lit(step, pl.UInt64) + pl.lit(start, pl.UInt64)
    number = (walked % pl.lit(2**bits, pl.UInt64)).cast(pl.String)
    return pl.concat_str(pl.lit(letter), number.str.zfill(len(str(2**bits))))


def described(dice: Dice) -> Iterator[pl.Expr]:
    """Give the columns of the register of teachers that tell what somebody is and has."""
    regular = pl.col("regular")
    yield regular.cast(pl.Int8).alias("full_time")
    yield _post(dice).alias("employment")
    yield _degree(dice).alias("degree")
    yield _title(dice).alias("title")
    yield _rank(dice).alias("backbone_rank")
    yield _course(dice).alias("course")
    yield pl.col("has:certified").cast(pl.Int8).alias("certificate")
    yield from _training(dice)
    yield from _years(dice)


def _one_of(dice: Dice, stream: str, odds: Sequence[tuple[str, float]]) -> pl.Expr:
    """Draw a word; the odds add up to 1."""
    draw, chosen, bound = dice.uniform(stream), pl.lit(odds[-1][0]), 1.0 - odds[-1][1]
    for word, share in reversed(odds[:-1]):
        chosen = pl.when(draw < bound).then(pl.lit(word)).otherwise(chosen)
        bound -= share
    return chosen


def _post(dice: Dice) -> pl.Expr:
    regular = _one_of(dice, "post", [("contract", 0.04), ("staff", 0.96)])
    visits = pl.col("n") < pl.col("teachers") + pl.col("pe_arts_visiting")
    return (
        pl.when("regular").then(regular).when(visits).then(pl.lit("visiting"))
        .otherwise(pl.lit("substitute"))
    )  # fmt: skip


def _degree(dice: Dice) -> pl.Expr:
    primary = _one_of(dice, "degree", [("associate", 0.25), ("bachelor", 0.7), ("master", 0.05)])
    junior = _one_of(dice, "degree", [("bachelor", 0.92), ("master", 0.079), ("doctor", 0.001)])
    is_primary = pl.col("level") == "primary"
    above = pl.when(is_primary).then(primary).otherwise(junior)
    below = pl.when(is_primary).then(pl.lit("secondary")).otherwise(pl.lit("associate"))
    return pl.when("has:above_degree").then(above).otherwise(below)


def _title(dice: Dice) -> pl.Expr:
    high = _one_of(dice, "title", [("full_senior", 0.01), ("senior", 0.24), ("middle", 0.75)])
    low = _one_of(dice, "title", [("none", 0.15), ("junior", 0.05), ("assistant", 0.8)])
    return pl.when("has:mid_title").then(high).otherwise(low)


def _rank(dice: Dice) -> pl.Expr:
    ranks = [("national", 0.005), ("provincial", 0.045), ("city", 0.2), ("county", 0.75)]
    others = _one_of(dice, "rank", [("school", 0.2), ("none", 0.8)])
    return pl.when("has:backbone").then(_one_of(dice, "rank", ranks)).otherwise(others)


def _course(dice: Dice) -> pl.Expr:
    sports = _one_of(
        dice, "course", [("pe", 0.5), ("arts", 0.05), ("music", 0.23), ("fine_arts", 0.22)]
    )
    share = 1 / len(_OTHERS)
    others = _one_of(dice, "course", [(course, share) for course in _OTHERS])
    visits = ~pl.col("regular") & (pl.col("n") < pl.col("teachers") + pl.col("pe_arts_visiting"))
    return pl.when(pl.col("has:pe_arts") | visits).then(sports).otherwise(others)


def _training(dice: Dice) -> Iterator[pl.Expr]:
    """Give the hours of five years: at least 72 a year, or at most 70 in each of them."""
    for name in HOURS:
        draw = dice.uniform(name)
        hours = pl.when("has:trained_360h").then(72 + 40 * draw).otherwise(71 * draw)
        yield hours.floor().cast(pl.Int16).alias(name)


def _years(dice: Dice) -> Iterator[pl.Expr]:
    """Give the years in this school; who moved this year was six or more in the one before."""
    draw = dice.uniform("years")
    long, short = (6 + 24 * draw).floor(), (6 * draw).floor()
    stayed = pl.when("waits").then(long).otherwise(short)
    yield pl.when("moves").then(0.0).otherwise(stayed).cast(pl.Int16).alias("years_in_school")
    yield pl.col("moves").cast(pl.Int8).alias("moved")
    yield pl.when("moves").then(long).cast(pl.Int16).alias("years_before_move")
