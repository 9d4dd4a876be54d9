"""Run every worked case in this folder: tables go in, and what the case expects must come out.

A file holds one or more cases (YAML documents). A case gives `tables`, as rows in which what is
usual may be left out (`USUAL`, then the case's own `defaults`), and under `expect` the rows that it
answers for; only the fields that stand there are compared. A number is compared to one part in 10¹²,
or to so many `digits`; a number in quotes ("6.33") to the digits it is printed with. `starts_from`
names a file in `starting/` whose tables the case takes over; its own facts are laid over them.
"""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping
from decimal import ROUND_HALF_UP, Decimal
from functools import cache
from pathlib import Path
from typing import Any

import narwhals as nw
import polars as pl
import pytest
import yaml

from junheng.evaluate import evaluate
from junheng.evaluate.coefficients import judged_balance
from junheng.evaluate.explain import Group, explain_balance
from junheng.evaluate.regimes import regimes
from junheng.model.load import load_standard, with_options
from junheng.model.overlay import load_overlay
from junheng.model.standard import Standard
from junheng.model.tables import TABLES
from junheng.report.as_json import document
from junheng.report.collected import Collected, by_year, together

HERE = Path(__file__).parent
Case = dict[str, Any]
Row = dict[str, Any]

USUAL: Mapping[str, Row] = {
    "schools": {"county": "990101", "kind": "primary", "sponsor": "7"},
    "sections": {"level": "primary"},
    "classes": {"level": "primary", "grade": "1"},
    "facts": {"county": "990101"},
    "opinions": {"county": "990101", "group": "parent", "channel": "questionnaire"},
}
KEYS = ("year", "county", "school", "level", "indicator", "part", "item", "check")
TYPES: Mapping[str, Any] = {"text": pl.String, "choice": pl.String, "year": pl.Int64}


def cases() -> Iterator[Any]:
    for path in sorted(HERE.glob("cn-*/*.yaml")):
        for place, case in enumerate(yaml.safe_load_all(path.read_text("utf-8"))):
            name = f"{path.parent.name}/{path.stem}-{place + 1}"
            yield pytest.param(case, id=name)


@pytest.mark.parametrize("case", list(cases()))
def test_the_case_comes_out_as_worked_by_hand(case: Case) -> None:
    expected = dict(case["expect"])
    if "published" in case:
        check_published(case)
        return
    tables = frames(case)
    parts = list(by_year(tables, regimes_of(case, tables)))
    found = together(parts)
    check_workings(expected.pop("workings", None), case, found.regime.standard)
    check_json(expected.pop("json", None), parts, standard_of(case))
    for table, rows in expected.items():
        frame: pl.DataFrame = getattr(found, table)
        if table == "excluded":
            assert frame.height == len(rows), frame
        for row in as_rows(table, rows):
            check_row(frame, {"year": year_of(case), "county": "990101"} | row)


def year_of(case: Case) -> int:
    year: int = case.get("year", 2025)
    return year


@cache
def _read(name: str) -> Standard:
    return load_standard(name)


def standard_of(case: Case) -> Standard:
    return with_options(_read(case["standard"]), **case.get("options", {}))


def regimes_of(case: Case, tables: Mapping[str, pl.DataFrame]) -> Any:
    overlays = [load_overlay(_overlay(name), case["standard"]) for name in case.get("overlays", ())]
    as_of = dt.date.fromisoformat(str(case["as_of"])) if "as_of" in case else None
    years = sorted(set(tables["schools"]["year"]))
    return regimes(standard_of(case), years, overlays=overlays, as_of=as_of)


def _overlay(name: str) -> str:
    return str(HERE / "overlays" / name) if name.endswith(".yaml") else name


def frames(case: Case) -> dict[str, pl.DataFrame]:
    tables = _starting(case) | case.get("tables", {})
    facts = {**_starting(case).get("facts", {}), **case.get("tables", {}).get("facts", {})}
    tables |= {"facts": [{"item": item, "value": value} for item, value in facts.items()]}
    return {name: frame(name, rows, case) for name, rows in tables.items() if rows is not None}


def _starting(case: Case) -> dict[str, Any]:
    return _start(case["standard"], case["starts_from"]) if "starts_from" in case else {}


@cache
def _start(standard: str, name: str) -> dict[str, Any]:
    path = HERE / standard / "starting" / f"{name}.yaml"
    return dict(yaml.safe_load(path.read_text("utf-8")))


def frame(table: str, rows: list[Row], case: Case) -> pl.DataFrame:
    usual = {
        "year": year_of(case),
        **USUAL.get(table, {}),
        **case.get("defaults", {}).get(table, {}),
    }
    full = [usual | row for row in rows]
    known = {column.name: column for column in TABLES[table].columns}
    wanted = {name for row in full for name in row}
    assert wanted <= set(known), f"{table} has no column {wanted - set(known)}"
    return pl.DataFrame(
        {
            name: pl.Series(
                [_cell(row.get(name), column.kind) for row in full], dtype=_type(column)
            )
            for name, column in known.items()
            if name in wanted or column.required
        }
    )


def _type(column: Any) -> Any:
    return TYPES.get(column.kind, pl.Float64)


def _cell(cell: Any, kind: str) -> Any:
    return str(cell) if cell is not None and kind in ("text", "choice") else cell


def as_rows(table: str, rows: Any) -> list[Row]:
    """Read the short forms `parts: {resources: pass}` and `counties: {verdict: fail}`."""
    if isinstance(rows, list):
        return rows
    if table == "parts":
        return [{"part": part, "verdict": verdict} for part, verdict in rows.items()]
    return [rows]


def check_row(frame: pl.DataFrame, row: Row) -> None:
    """Find the one row that the case speaks of, and compare the fields that it gives."""
    keys = {key: row[key] for key in KEYS if key in row and key in frame.columns}
    rows = frame.filter(*[pl.col(key) == value for key, value in keys.items()])
    assert rows.height == 1, f"{rows.height} rows for {keys} in {frame}"
    check_fields(rows.row(0, named=True), row, keys)


def check_fields(found: Row, wanted: Row, about: object) -> None:
    digits, exactly = wanted.get("digits"), wanted.get("exactly", False)
    for name, value in wanted.items():
        if name not in (*KEYS, "digits", "exactly"):
            equal = found[name] == value if exactly else same(found[name], value, digits)
            assert equal, f"{name} of {about}: {found[name]!r}, and not {value!r}"


def same(found: Any, wanted: Any, digits: int | None = None) -> bool:
    if isinstance(found, float) and isinstance(wanted, str):
        return printed(found, len(wanted.partition(".")[2])) == Decimal(wanted)
    if isinstance(found, (int, float)) and isinstance(wanted, (int, float)):
        if digits is not None:
            return printed(found, digits) == printed(wanted, digits)
        return math.isclose(found, wanted, rel_tol=1e-12, abs_tol=0 if wanted else 1e-12)
    return bool(found == wanted)


def printed(number: float, digits: int) -> Decimal:
    return Decimal(repr(number)).quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP)


def check_workings(wanted: Row | None, case: Case, standard: Standard) -> None:
    """Compare the steps by which one coefficient of variation comes about."""
    if wanted is None:
        return
    wide = evaluate(frames(case), standard).wide
    group = Group(year_of(case), "990101", wanted["level"])
    workings = explain_balance(wide, standard, group, wanted["indicator"])
    total = workings.total.collect("polars").to_native()
    check_fields(total.row(0, named=True), wanted["total"], "the total")
    rows = workings.rows.collect("polars").to_native()
    for row in wanted["rows"]:
        check_row(rows, row)


def check_json(wanted: Row | None, found: list[Collected], standard: Standard) -> None:
    """Compare what the JSON says of the one county of a case."""
    if wanted is None:
        return
    (county,) = document(found, [one.regime for one in found], standard, "")["counties"]
    for name, value in wanted.items():
        assert county[name] == value, name


def check_published(case: Case) -> None:
    """Judge published coefficients as if they had been computed, and compare with what was printed."""
    standard = standard_of(case).on(dt.date(2017, 9, 1))
    rule = standard.balance_rule
    assert rule is not None
    rows = [
        {"year": 2017, "county": row["county"], "level": row["level"], "schools": 1, "pupils": 1.0}
        | {f"cv:{name}": cv for name, cv in zip(rule.indicators, row["cv"], strict=True)}
        | {f"mean:{name}": mean for name, mean in zip(rule.indicators, row["mean"], strict=True)}
        for row in case["published"]
    ]
    balance = nw.from_native(pl.LazyFrame(rows, infer_schema_length=None)).lazy()
    judged = judged_balance(balance, standard).collect("polars").to_native()
    found = judged.rename({"cv:composite": "composite", "met:composite": "met"})
    for row in case["expect"]["composites"]:
        check_row(found, row)
