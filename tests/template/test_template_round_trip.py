"""Whatever is filled in, in every sheet and for every kind of school, is read back as it was."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from junheng.intake import read
from junheng.model.load import load_standard
from junheng.model.tables import GROUPS, SCHOOL_KINDS, TABLES, Column
from junheng.report.template import OF_SCHOOLS, Template, write

YEAR, COUNTY = 2025, "990101"
LEVELS = {"nine_year": ("primary", "junior"), "complete_secondary": ("junior", "senior"),
          "twelve_year": ("primary", "junior", "senior"), "junior": ("junior",),
          "vocational": ("junior",)}  # fmt: skip
# What is empty, or stands for nothing, when it is read back cannot be told from an empty cell.
TEXT = st.text("甲乙丙丁学校（）·-+=@#'\"&<>;, 0123456789abcＡ１", min_size=1, max_size=20).filter(
    lambda text: text == text.strip() and not text.startswith("#")
)
Rows = list[dict[str, Any]]


def cell(column: Column) -> st.SearchStrategy[Any]:
    """Draw what may stand in a cell of a column that is no key."""
    if column.choices:
        return st.sampled_from(sorted(column.choices))
    if column.kind == "flag":
        return st.none() | st.sampled_from([0.0, 1.0])
    if column.kind == "text":
        return st.none() | TEXT
    low, high = column.low or 0, column.high or 1e9
    if column.kind == "whole":
        return st.none() | st.integers(int(low), int(high)).map(float)
    return st.none() | amounts(low, high)


def amounts(low: float, high: float) -> st.SearchStrategy[float]:
    """Draw numbers of no more digits than a spreadsheet keeps."""
    return st.integers(int(low * 10_000), int(high * 10_000)).map(lambda drawn: drawn / 10_000)


def row_of(draw: Callable[..., Any], table: str, **known: Any) -> dict[str, Any]:
    return {
        column.name: known[column.name] if column.name in known else draw(cell(column))
        for column in TABLES[table].columns
    }


@st.composite
def counties(draw: Callable[..., Any]) -> dict[str, Rows]:
    """Draw a county with a school of each kind, and rows in every table."""
    tables: dict[str, Rows] = {name: [] for name in TABLES}
    for serial, kind in enumerate(SCHOOL_KINDS):
        school = {"year": YEAR, "school": f"0{COUNTY}{serial:04}"}
        tables["schools"].append(row_of(draw, "schools", county=COUNTY, kind=kind, **school))
        for level in LEVELS.get(kind, ("primary",)):
            tables["sections"].append(row_of(draw, "sections", level=level, **school))
            for number in range(draw(st.integers(0, 2))):
                named = {"level": level, "class": f"（{number + 1}）班", "grade": draw(TEXT)}
                tables["classes"].append(row_of(draw, "classes", **named, **school))
        tables["rooms"].append(row_of(draw, "rooms", **school))
    asked = sorted(load_standard("cn-quality-2017").facts)
    for item in draw(st.lists(st.sampled_from(asked), unique=True)):
        value = draw(amounts(0, 1e9))
        tables["facts"].append(
            row_of(draw, "facts", year=YEAR, county=COUNTY, item=item, value=value)
        )
    for group in draw(st.lists(st.sampled_from(sorted(GROUPS)), unique=True)):
        known = {"year": YEAR, "county": COUNTY, "group": group, "channel": "interview"}
        tables["opinions"].append(row_of(draw, "opinions", **known))
    return tables


@pytest.mark.parametrize("school", [None, "模拟学校"], ids=["county", "school"])
@settings(
    max_examples=6, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)
@given(tables=counties())
def test_what_is_filled_in_is_read_back(
    school: str | None, tables: dict[str, Rows], tmp_path_factory: pytest.TempPathFactory
) -> None:
    path: Path = tmp_path_factory.mktemp("filled") / "county.xlsx"
    write(Template(load_standard("cn-quality-2017"), COUNTY, YEAR, tables, school), path)
    found = read(path).tables

    for name in OF_SCHOOLS if school else TABLES:
        rows = found[name].collect().rows(named=True)
        if name == "facts":  # those that a standard asks for are all listed, most of them empty
            rows = [row for row in rows if row["value"] is not None]
        pairs = zip(_sorted(name, rows), _sorted(name, tables[name]), strict=True)
        assert [(a, b) for a, b in pairs if a != b] == [], name
    assert found.keys() == set(OF_SCHOOLS if school else TABLES)


def _sorted(table: str, rows: Rows) -> Rows:
    key = TABLES[table].key
    return sorted(rows, key=lambda row: [str(row[name]) for name in key])
