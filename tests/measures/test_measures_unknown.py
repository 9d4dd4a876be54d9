"""What is not known stays so: never 0, never a small number, and never a neighbour's problem."""

from __future__ import annotations

from typing import Any

import pytest
from measuring import ENGINES, EVERY_MEASURE, GROUP_MEASURES, Columns, Row, answer, figures, near

SOUND: dict[str, Any] = {
    "county": ["sound", "sound"],
    "setting": ["urban", "rural"],
    "amount": [3.0, 8.0],
    "pupils": [2, 4],
}
FAULTS: dict[str, dict[str, Any]] = {
    "a null amount": {"amount": None},
    "null pupils": {"pupils": None},
    "no pupils": {"pupils": 0},
    "pupils below 0": {"pupils": -3},
    "an amount below 0": {"amount": -1.0},
    "an amount that is no number": {"amount": float("nan")},
    "an amount without end": {"amount": float("inf")},
    "no key": {"county": None},
}
NEGATIVE = "an amount below 0"
MEASURES_OF_ANY_AMOUNT = {"cv", "unweighted_cv", "contributions", "cv_if"}
"""A difference of two cells may be below 0: a spread is still a spread, a Lorenz curve is not."""
KEPT = {"county", "setting", "amount", "pupils", "weight"}
"""Columns that are not the measure: keys, what was given, and a share of known pupils."""


def spoilt(county: str | None, fault: dict[str, Any]) -> Columns:
    """Make a county of two schools, the first of them with a fault."""
    columns = SOUND | {"county": [county, county]}
    return {name: [fault.get(name, cells[0]), cells[1]] for name, cells in columns.items()}


def one_country(*counties: Columns) -> Columns:
    return {name: [cell for county in counties for cell in county[name]] for name in SOUND}


def made(rows: list[Row], county: str | None) -> list[Any]:
    """Give all that was measured in a county."""
    inside = [row for row in rows if row["county"] == county]
    return [cell for row in inside for name, cell in row.items() if name not in KEPT]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("measure", EVERY_MEASURE)
def test_one_unknown_school_makes_its_county_unknown_and_no_other(
    measure: str, engine: str
) -> None:
    country = one_country(SOUND, *(spoilt(name, fault) for name, fault in FAULTS.items()))
    rows = answer(EVERY_MEASURE[measure](ENGINES[engine](country), by=["county"]))
    spared = {"no key", *([NEGATIVE] if measure in MEASURES_OF_ANY_AMOUNT else [])}
    unknown = {name: set(made(rows, name)) for name in FAULTS if name not in spared}
    assert unknown == {name: {None} for name in unknown}
    assert set(made(rows, None)) == {None}
    alone = answer(EVERY_MEASURE[measure](ENGINES[engine](SOUND), by=["county"]))
    assert made(rows, "sound") == near(made(alone, "sound"))
    assert None not in made(rows, "sound")


@pytest.mark.parametrize("measure", [name for name in GROUP_MEASURES if "decompose" in name])
def test_a_school_of_an_unknown_part_makes_the_pieces_unknown(measure: str) -> None:
    country = one_country(SOUND, spoilt("no part", {"setting": None}))
    rows = answer(GROUP_MEASURES[measure](ENGINES["polars_lazy"](country), by=["county"]))
    assert set(made(rows, "no part")) == {None}
    assert None not in made(rows, "sound")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("measure", GROUP_MEASURES)
def test_no_schools_give_one_unknown_row(measure: str, engine: str) -> None:
    frame = ENGINES[engine]({"amount": [], "pupils": [], "setting": []})
    assert set(figures(measure, frame)) == {None}


@pytest.mark.parametrize("measure", GROUP_MEASURES)
def test_no_schools_give_no_groups(measure: str) -> None:
    frame = ENGINES["polars_lazy"]({name: [] for name in SOUND})
    assert answer(GROUP_MEASURES[measure](frame, by=["county"])) == []


NOT_RELATIVE = {"mean", "s", "unweighted_mean", "unweighted_s", "deviation", "term"}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("measure", [name for name in EVERY_MEASURE if name != "cv_if"])
def test_where_no_school_has_anything_nothing_can_be_compared(measure: str, engine: str) -> None:
    columns = SOUND | {"amount": [0.0, 0.0]}
    rows = answer(EVERY_MEASURE[measure](ENGINES[engine](columns)))
    assert {
        cell for row in rows for name, cell in row.items() if name not in KEPT | NOT_RELATIVE
    } == {None}


@pytest.mark.parametrize("measure", ["theil_l", "decompose_theil_l", "extreme_ratio"])
def test_a_school_with_nothing_leaves_no_logarithm_and_no_ratio(measure: str) -> None:
    columns: dict[str, Any] = {
        "amount": [0.0, 4.0],
        "pupils": [3, 5],
        "setting": ["urban", "urban"],
    }
    assert set(figures(measure, ENGINES["polars_lazy"](columns))) == {None}
