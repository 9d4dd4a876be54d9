"""Small counties of one's own making, as the tables that the door gives."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping, Sequence
from functools import cache
from random import Random
from typing import Any

import polars as pl

from junheng.intake import typed
from junheng.model.load import load_standard
from junheng.model.standard import Standard

YEAR = 2025
Row = dict[str, Any]
Tables = dict[str, pl.LazyFrame]
LEVELS_OF = {
    "primary": ("primary",),
    "junior": ("junior",),
    "nine_year": ("primary", "junior"),
    "complete_secondary": ("junior", "senior"),
}
SCHOOL = {"county": "990101", "sponsor": "7", "setting": "town", "built": 2020}
PLENTY = {"teaching_area": 60_000.0, "indoor_sports_area": 0.0, "sports_ground_area": 90_000.0,
          "equipment_value": 3e7, "multimedia_rooms": 300.0}  # fmt: skip
STAFF = {"above_degree": 300.0, "backbone": 60.0, "pe_arts": 60.0, "teachers": 400.0}


@cache
def standard(year: int = YEAR, name: str = "cn-quality-2017") -> Standard:
    return load_standard(name).on(dt.date(year, 9, 1))


def school(code: str, kind: str = "primary", **cells: Any) -> Row:
    return {
        "year": YEAR,
        "school": code,
        "kind": kind,
        "name": f"模拟{code}",
        **SCHOOL,
        **PLENTY,
    } | cells


def section(code: str, level: str = "primary", pupils: int | None = 500, **cells: Any) -> Row:
    return {"year": YEAR, "school": code, "level": level, "pupils": pupils, **STAFF} | cells


def data(**rows: Sequence[Mapping[str, Any]]) -> Tables:
    """Let the door type and check the rows of each table."""
    frames = {
        name: pl.DataFrame(list(given), infer_schema_length=None) for name, given in rows.items()
    }
    return typed(frames).tables


def random_county(random: Random, schools: int = 5) -> dict[str, list[Row]]:
    """A county whose amounts lie around their limits, some at them and some not known."""
    rows: dict[str, list[Row]] = {"schools": [], "sections": []}
    for place in range(schools):
        code, kind = f"99010100{place:02}", random.choice(tuple(LEVELS_OF))
        levels = [section(code, level, random.choice((60, 137, 500, 1203)), **_staff(random))
                  for level in LEVELS_OF[kind]]  # fmt: skip
        pupils = sum(level["pupils"] for level in levels)
        rows["schools"].append(school(code, kind, **_campus(random, pupils)))
        rows["sections"] += levels
    return rows


def _staff(random: Random) -> Row:
    return {name: random.choice((0, 1, 5, 6, 25, 60, None)) for name in STAFF}


def _campus(random: Random, pupils: int) -> Row:
    each = {"teaching_area": 5.0, "sports_ground_area": 8.0, "equipment_value": 2100.0,
            "multimedia_rooms": 0.024}  # fmt: skip
    amounts: Row = {
        name: round(random.uniform(0, 2) * per * pupils, 2) for name, per in each.items()
    }
    amounts["multimedia_rooms"] = int(amounts["multimedia_rooms"])
    amounts["indoor_sports_area"] = 0
    amounts[random.choice(tuple(each))] = None
    return amounts
