"""A small cast of teachers, classes and pupils, each told only by what sets them apart."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import polars as pl

from junheng.derive import Derived, derive, load_definitions
from junheng.derive.registers import REGISTERS

PLACE = {"year": 2025, "county": "990101", "school": "9901010001", "level": "primary"}
USUAL: Mapping[str, Mapping[str, Any]] = {
    "teachers": PLACE
    | {"full_time": 1, "employment": "staff", "degree": "bachelor", "title": "assistant"}
    | {"backbone_rank": "none", "course": "chinese", "certificate": 1}
    | {f"hours_{ago}": 72 for ago in range(5)}
    | {"years_in_school": 3, "moved": 0, "years_before_move": None},
    "classes": PLACE | {"grade": "一年级", "pupils": 40},
    "pupils": PLACE | {"grade": "一年级", "class": "1班", "registered": 1, "migrant": 0},
}
NAMED = {"teachers": "teacher", "classes": "class", "pupils": "pupil"}
_TYPES = {"text": pl.String, "choice": pl.String, "year": pl.Int64}


def register(name: str, rows: Sequence[Mapping[str, Any]]) -> pl.DataFrame:
    """Fill rows in with what is usual; each gets an identifier of its own."""
    schema = {c.name: _TYPES.get(c.kind, pl.Float64) for c in REGISTERS[name].columns}
    full = [
        USUAL[name] | {NAMED[name]: f"{NAMED[name]}-{n}"} | dict(row) for n, row in enumerate(rows)
    ]
    return pl.DataFrame(full, schema=schema)


def registers(told: Mapping[str, Sequence[Mapping[str, Any]]]) -> dict[str, pl.DataFrame]:
    return {name: register(name, rows) for name, rows in told.items()}


def derived(frames: Mapping[str, Any]) -> Derived:
    return derive(frames, load_definitions())


def section(found: Derived, school: str = "9901010001", level: str = "primary") -> dict[str, Any]:
    """Give the only row of a section."""
    rows = found.sections.filter(pl.col("school") == school, pl.col("level") == level)
    (row,) = rows.collect().iter_rows(named=True)
    return dict(row)


def facts(found: Derived) -> dict[str, float | None]:
    return {row["item"]: row["value"] for row in found.facts.collect().iter_rows(named=True)}
