"""The cases of cases.yaml: tables that break a rule, and tables that come near and do not."""

from __future__ import annotations

import datetime as dt
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import polars as pl
import yaml

from junheng.check import check
from junheng.model.load import load_standard
from junheng.model.standard import Standard
from junheng.model.tables import TABLES, Column

HERE = Path(__file__).parent
Rows = dict[str, Any]
Frames = dict[str, pl.DataFrame]
_DTYPES: dict[str, Any] = {"text": pl.String, "choice": pl.String, "year": pl.Int32}


@dataclass(frozen=True)
class Case:
    rule: str
    spec: dict[str, Any]

    def frames(self, which: str) -> Frames:
        return frames_of(self._rows(which))

    def before(self, which: str) -> Frames | None:
        if "before" not in self.spec:
            return None
        rows = change(crowded(base(), self.spec, which), self.spec["before"])
        for name in rows:
            for row in rows[name] if name != "facts" else ():
                row["year"] -= 1
        rows.pop("facts")
        return frames_of(rows)

    def _rows(self, which: str) -> Rows:
        return change(crowded(base(), self.spec, which), self.spec[which])


@cache
def cases() -> tuple[Case, ...]:
    listed = yaml.safe_load((HERE / "cases.yaml").read_text("utf-8"))
    return tuple(Case(rule, spec) for rule, spec in listed.items())


@cache
def _base() -> Rows:
    read: Rows = yaml.safe_load((HERE / "base.yaml").read_text("utf-8"))
    return read


def base() -> Rows:
    return deepcopy(_base())


def change(rows: Rows, changes: dict[str, Any]) -> Rows:
    for path, value in changes.items():
        table, at, *column = path.split(".")
        if table == "facts":
            rows["facts"][at] = value
        elif at == "+":
            rows[table].append(value)
        elif column:
            _set(rows, table, int(at), {column[0]: value})
    gone = [path.split(".") for path, value in changes.items() if value is None]
    for table, at in sorted(each for each in gone if len(each) == 2 and each[1].isdigit()):
        rows[table][int(at)] = None
    return {
        name: [row for row in each if row is not None] if isinstance(each, list) else each
        for name, each in rows.items()
    }


def _set(rows: Rows, table: str, at: int, cell: dict[str, Any]) -> None:
    """Set a cell; a school that gets another code keeps its sections."""
    old = rows[table][at].get("school")
    rows[table][at] |= cell
    if table == "schools" and "school" in cell:
        for row in rows["sections"]:
            row["school"] = cell["school"] if row["school"] == old else row["school"]


def crowded(rows: Rows, spec: dict[str, Any], which: str) -> Rows:
    follow = spec.get("crowds", {}) | spec.get(f"{which}_crowds", {})
    for n in range(spec.get("crowd", 0)):
        pupils = 421 + (n * 37) % 400
        code, same = f"21110010{n:02}", {"year": 2025}
        school = same | {"county": "110101", "school": code, "name": f"第{n}路小学", "kind": "primary",
                         "sponsor": "7", "setting": "town", "built": 1980 + n % 30, "lon": 116.4 + n / 1000,
                         "lat": 39.9 + n / 990, "teaching_area": pupils * 6 + (n * 13) % 97,
                         "indoor_sports_area": 0, "sports_ground_area": pupils * 8 + (n * 29) % 111,
                         "equipment_value": pupils * 2300 + n * 100, "computers": pupils // 7,
                         "books": pupils * 24 + n % 7, "multimedia_rooms": pupils // 40 + 2,
                         "public_funds": pupils * 1200}  # fmt: skip
        teachers = pupils // 15
        section = same | {"school": code, "level": "primary", "pupils": pupils, "classes": pupils // 40 + 1,
                          "grades": 6, "teachers": teachers, "above_degree": teachers - n % 4,
                          "backbone": teachers // 6, "pe_arts": teachers // 7, "mid_title": teachers // 2}  # fmt: skip
        made = {"schools": school, "sections": section}
        for path, how in follow.items():
            table, column = path.split(".")
            made[table][column] = _following(how, made[table][column], pupils)
        rows["schools"].append(school)
        rows["sections"].append(section)
    return rows


def _following(how: Any, usual: float, pupils: int) -> float:
    if not isinstance(how, dict):
        return float(how)
    if "round" in how:
        return float(round(usual / how["round"]) * how["round"])
    return float(round(how["per_pupil"] * pupils))


def frames_of(rows: Rows) -> Frames:
    facts = rows.get("facts", {})
    listed = [{"year": 2025, "county": "110101", "item": k, "value": v} for k, v in facts.items()]
    rows = {name: each for name, each in rows.items() if name != "facts"} | {"facts": listed}
    return {name: _frame(each, TABLES[name].columns) for name, each in rows.items() if each}


def _frame(rows: list[dict[str, Any]], columns: tuple[Column, ...]) -> pl.DataFrame:
    schema = {c.name: _DTYPES.get(c.kind, pl.Float64) for c in columns}
    return pl.DataFrame(rows, schema=schema, orient="row", strict=False)


@cache
def standard() -> Standard:
    return load_standard("cn-quality-2017").on(dt.date(2025, 9, 1))


def found(tables: Any, previous: Any = None) -> pl.DataFrame:
    findings = check(tables, previous=previous, standard=standard())
    frame: pl.DataFrame = findings.collect("polars").to_native()
    return frame
