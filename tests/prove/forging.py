"""Doctor made-up counties as a dishonest clerk would, and see which are found out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

import polars as pl

from junheng import intake
from junheng.check import check
from junheng.demo import Wanted, write
from junheng.model.load import load_standard

Frames = dict[str, pl.DataFrame]
COUNTY, SCHOOL, ROUND = "county", "school", 10
_AREAS = ("teaching_area", "sports_ground_area", "books")


def counties(folder: Path, number: int, seed: int) -> Frames:
    write(folder, Wanted(counties=number, seed=seed, detail=True))
    return {name: lazy.collect() for name, lazy in intake.read(folder).tables.items()}


def heaped(frames: Frames) -> Frames:
    """Guess the areas and books of every other school: round them to tens."""
    guessed = pl.col(SCHOOL).cast(pl.Int64) % 2 == 0
    rounded = ((pl.col(name) / ROUND).round() * ROUND for name in _AREAS)
    schools = frames["schools"].with_columns(
        pl.when(guessed).then(r).otherwise(pl.col(name)).alias(name)
        for name, r in zip(_AREAS, rounded, strict=True)
    )
    return frames | {"schools": schools}


def bunched(frames: Frames) -> Frames:
    """Write the sports ground of every school short of the limit up to just above it."""
    pupils = frames["sections"].group_by(SCHOOL).agg(
        pl.col("pupils").sum().alias("n"), pl.len().alias("levels"), pl.col("level").first().alias("l")
    )  # fmt: skip
    joined = frames["schools"].join(pupils, on=SCHOOL, how="left")
    need = pl.col("n") * pl.when(pl.col("l") == "primary").then(7.5).otherwise(10.2)
    aim = (need * (1.001 + (pl.col(SCHOOL).cast(pl.Int64) % 7) / 1000)).ceil()
    short = pl.col("sports_ground_area") + pl.col("indoor_sports_area") < need
    lifted = pl.when(short & (pl.col("levels") == 1)).then(aim - pl.col("indoor_sports_area"))
    schools = joined.with_columns(
        lifted.otherwise("sports_ground_area").alias("sports_ground_area")
    )
    return frames | {"schools": schools.drop("n", "levels", "l")}


def copied(frames: Frames) -> Frames:
    """Give one school of each county the figures of another."""
    names = ["teaching_area", "indoor_sports_area", "sports_ground_area", "equipment_value",
             "computers", "books", "multimedia_rooms"]  # fmt: skip
    serial = pl.col(SCHOOL).cum_count().over(COUNTY)
    schools = frames["schools"].with_columns(
        pl.when(serial == 2).then(pl.col(name).first().over(COUNTY)).otherwise(name).alias(name)
        for name in names
    )
    return frames | {"schools": schools}


def wrong_unit(frames: Frames) -> Frames:
    """Give one school's equipment in ten thousand yuan."""
    serial = pl.col(SCHOOL).cum_count().over(COUNTY)
    wrong = pl.when(serial == 3).then(pl.col("equipment_value") / 10_000)
    schools = frames["schools"].with_columns(
        wrong.otherwise("equipment_value").alias("equipment_value")
    )
    return frames | {"schools": schools}


def invented(frames: Frames) -> Frames:
    """Invent a tenth more pupils in one section of each county, beyond the class lists."""
    serial = pl.col(SCHOOL).cum_count().over(pl.col(SCHOOL).str.slice(0, 6))
    more = pl.when(serial == 4).then((pl.col("pupils") * 1.1).ceil().cast(pl.Int64))
    return frames | {"sections": frames["sections"].with_columns(more.otherwise("pupils").alias("pupils"))}  # fmt: skip


KINDS: Mapping[str, tuple[str, Callable[[Frames], Frames]]] = {
    "heaped": ("heaped_school_figures", heaped),
    "bunched": ("bunched_at_limit", bunched),
    "copied": ("copied_school", copied),
    "wrong_unit": ("equipment_of_peers", wrong_unit),
    "invented": ("class_pupils_add_up", invented),
}


def flagged(frames: Mapping[str, Any]) -> dict[str, set[str]]:
    """Give by rule the counties in which something was found."""
    standard = load_standard("cn-quality-2017").on(dt.date(2025, 9, 1))
    found = check(frames, standard=standard).collect("polars").to_native()
    return {str(rule): set(rows[COUNTY]) for (rule,), rows in found.group_by("rule")}


def doctored(honest: Frames, forged: Frames) -> set[str]:
    """Name the counties in which the forger found enough to do: six rows or more where he writes
    figures up to a limit (a rich county has nothing to write up), one row elsewhere."""
    schools = honest["schools"].select("year", SCHOOL, COUNTY)
    changed: dict[str, int] = {}
    for name in ("schools", "sections"):
        other = forged[name].select(honest[name].columns)
        rows = other.filter(~pl.Series(_same(honest[name], other)))
        codes = rows.select("year", SCHOOL).join(schools, on=["year", SCHOOL])[COUNTY]
        for code in codes:
            changed[code] = changed.get(code, 0) + 1
    least = 6 if sum(changed.values()) > 6 * len(changed) else 1
    return {code for code, rows_ in changed.items() if rows_ >= least}


def _same(one: pl.DataFrame, other: pl.DataFrame) -> list[bool]:
    return [a == b for a, b in zip(one.rows(), other.rows(), strict=True)]


def measured(folder: Path, number: int, seed: int = 2025) -> dict[str, tuple[float, int, float]]:
    """Give for each kind the share of doctored counties found, how many were doctored, and the
    share of clean counties flagged."""
    clean = flagged(counties(folder / "clean", number, seed))
    honest = counties(folder / "doctored", number, seed + 1)
    rates = {}
    for kind, (rule, doctor) in KINDS.items():
        forged = doctor(honest)
        guilty = doctored(honest, forged)
        caught = flagged(forged).get(rule, set()) & guilty
        alarms = len(clean.get(rule, set())) / number
        rates[kind] = (len(caught) / len(guilty), len(guilty), alarms)
    return rates
