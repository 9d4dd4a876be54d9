"""Many indicators in one go: what the engine judges by."""

from __future__ import annotations

from fractions import Fraction
from math import sqrt
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from measuring import ENGINES, Frame, Row, Schools, answer, figures, near, polars_lazy

from junheng.measures import balance

COLUMNS: dict[str, Any] = {
    "county": ["a", "a", "b", "b", "b"],
    "pupils": [100, 300, 50, 60, 70],
    "books": [1000, 5000, 500, 600, 700],
    "rooms": [3, None, 4, 5, 6],
}
AMOUNTS = {"L1": "books", "L2": "rooms"}


@pytest.fixture(params=ENGINES)
def frame(request: pytest.FixtureRequest) -> Frame:
    return ENGINES[request.param](COLUMNS)


def by_county(frame: Frame, **options: Any) -> dict[str, Row]:
    rows = answer(balance(frame, amounts=AMOUNTS, pupils="pupils", by=["county"], **options))
    return {row.pop("county"): row for row in rows}


def test_it_gives_a_row_a_group_with_the_columns_in_order(frame: Frame) -> None:
    answers = by_county(frame)
    assert [*answers] == ["a", "b"]
    names = ["mean:L1", "mean:L2", "s:L1", "s:L2", "cv:L1", "cv:L2"]
    assert [*answers["a"]] == ["pupils", "schools", *names]


def test_it_counts_pupils_and_schools(frame: Frame) -> None:
    counted = {county: (row["pupils"], row["schools"]) for county, row in by_county(frame).items()}
    assert counted == {"a": (400.0, 2), "b": (180.0, 3)}


def test_it_measures_each_indicator(frame: Frame) -> None:
    row = by_county(frame)["a"]
    s = sqrt(0.25 * 5**2 + 0.75 * (5 / 3) ** 2)
    assert [row["mean:L1"], row["s:L1"], row["cv:L1"]] == near([15.0, s, s / 15], 1e-14)


def test_a_null_in_one_indicator_is_null_in_that_one_only(frame: Frame) -> None:
    row = by_county(frame)["a"]
    assert [row["mean:L2"], row["s:L2"], row["cv:L2"]] == [None] * 3
    assert None not in by_county(frame)["b"].values()


def test_unknown_pupils_are_unknown_in_all() -> None:
    columns = COLUMNS | {"pupils": [100, None, 50, 60, 0]}
    for row in by_county(polars_lazy(columns)).values():
        assert {cell for name, cell in row.items() if name != "schools"} == {None}


def test_schools_are_counted_though_nothing_else_is_known() -> None:
    columns = COLUMNS | {"pupils": [100, None, 50, 60, 0]}
    assert [row["schools"] for row in by_county(polars_lazy(columns)).values()] == [2, 3]


def test_a_mean_of_nil_is_a_mean_but_leaves_no_cv(frame: Frame) -> None:
    columns = COLUMNS | {"books": [0, 0, 0, 0, 1]}
    row = by_county(polars_lazy(columns))["a"]
    assert [row["mean:L1"], row["s:L1"], row["cv:L1"]] == [0.0, 0.0, None]


def test_unweighted_each_school_counts_once(frame: Frame) -> None:
    row = by_county(frame, weighted=False)["a"]
    mean, s = (10 + 50 / 3) / 2, (50 / 3 - 10) / 2
    assert [row["mean:L1"], row["s:L1"], row["cv:L1"]] == near([mean, s, s / mean], 1e-14)
    assert row["pupils"] == 400.0
    assert row["mean:L2"] is None


def test_indicators_may_share_a_column() -> None:
    amounts = {"once": "books", "again": "books"}
    (row,) = answer(balance(polars_lazy(COLUMNS), amounts=amounts, pupils="pupils"))
    assert row["cv:once"] == row["cv:again"]


def test_no_indicator_leaves_the_counts(frame: Frame) -> None:
    rows = answer(balance(frame, amounts={}, pupils="pupils", by=["county"]))
    assert [list(row.values()) for row in rows] == [["a", 400.0, 2], ["b", 180.0, 3]]


SCHOOLS = st.lists(st.tuples(st.integers(0, 10**9), st.integers(1, 10**4)), min_size=1, max_size=9)


@settings(max_examples=40, deadline=None)
@given(SCHOOLS)
def test_it_is_as_exact_as_fractions(rows: Schools) -> None:
    amounts, pupils = zip(*rows, strict=True)
    frame = polars_lazy({"amount": amounts, "pupils": pupils})
    mean = Fraction(sum(amounts), sum(pupils))
    square = sum(p * (Fraction(a, p) - mean) ** 2 for a, p in rows) / sum(pupils)
    found = figures("cv", frame)
    assert found[0] == pytest.approx(float(mean), rel=1e-14)
    assert found[1] == pytest.approx(sqrt(square), rel=1e-9, abs=1e-14 * float(mean))
    assert found[2] == (None if mean == 0 else pytest.approx(found[1] / found[0], rel=1e-15))
