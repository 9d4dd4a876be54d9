"""What each school does to the 差异系数 of its county."""

from __future__ import annotations

from typing import Any

import narwhals as nw
import pytest
from hypothesis import assume, given, settings
from hypothesis import strategies as st
from measuring import ENGINES, Frame, Schools, answer, figure, near, polars_eager, schools

from junheng.measures import contributions, cv_if

ONE: dict[str, Any] = {"amount": "amount", "pupils": "pupils"}
SCHOOLS = st.lists(st.tuples(st.integers(0, 10_000), st.integers(1, 3000)), min_size=1, max_size=9)
some = settings(max_examples=25, deadline=None)


def frame_of(rows: Schools) -> Frame:
    amounts, pupils = zip(*rows, strict=True)
    return polars_eager({"amount": amounts, "pupils": pupils, "place": range(len(rows))})


@some
@given(SCHOOLS)
def test_the_contributions_add_up_to_one_and_the_terms_to_the_square_of_s(rows: Schools) -> None:
    frame = frame_of(rows)
    steps = answer(contributions(frame, **ONE))
    cv = figure("cv", frame)
    assume(cv is not None)
    mean = sum(amount for amount, _ in rows) / sum(pupils for _, pupils in rows)
    assert sum(step["term"] for step in steps) == pytest.approx((cv * mean) ** 2, rel=1e-12)
    assert sum(step["weight"] for step in steps) == pytest.approx(1, rel=1e-12)
    shares = [step["contribution"] for step in steps]
    if len({amount / pupils for amount, pupils in rows}) == 1:
        assert set(shares) == {None}
    else:
        assert sum(shares) == pytest.approx(1, rel=1e-12)


def test_schools_that_are_alike_but_for_rounding_share_out_nothing() -> None:
    rows = [(0.1 * pupils, pupils) for pupils in (3, 7, 11, 23)]
    assert {step["contribution"] for step in answer(contributions(frame_of(rows), **ONE))} == {None}


def test_a_school_below_the_mean_deviates_downward() -> None:
    steps = answer(contributions(schools([0, 400], [1, 1]), **ONE))
    assert [step["deviation"] for step in steps] == [-200.0, 200.0]


def test_a_school_of_another_group_has_no_part_in_it() -> None:
    columns: dict[str, Any] = {
        "amount": [0, 4, 1, 9],
        "pupils": [1, 1, 1, 1],
        "county": ["a", "a", "b", "b"],
    }
    for engine in ENGINES.values():
        steps = answer(contributions(engine(columns), **ONE, by=["county"]))
        away = {step["amount"]: step["deviation"] for step in steps}
        assert away == near({0.0: -2.0, 4.0: 2.0, 1.0: -4.0, 9.0: 4.0})
        assert [step["contribution"] for step in steps] == near([0.5] * 4)


@some
@given(SCHOOLS, st.sampled_from([0.0, 0.5, 3.0, 40.0]))
def test_the_cv_if_is_what_measuring_again_gives(rows: Schools, value: float) -> None:
    for row in answer(cv_if(frame_of(rows), **ONE, value=value)):
        _, pupils = rows[row["place"]]
        changed = [*rows]
        changed[row["place"]] = (value * pupils, pupils)
        again = figure("cv", frame_of(changed))
        if again is None:
            assert row["cv_if"] is None
        else:
            assert row["cv_if"] == pytest.approx(again, rel=1e-9, abs=1e-6)


def test_a_limit_may_be_a_column_of_the_frame() -> None:
    for engine in ENGINES.values():
        frame = engine({"amount": [300, 500], "pupils": [100, 100], "limit": [5.0, None]})
        rows = answer(cv_if(frame, **ONE, value=nw.col("limit")))
        assert [row["cv_if"] for row in rows] == [0.0, None]


def test_a_value_below_nil_is_no_value() -> None:
    assert answer(cv_if(schools([1], [1]), **ONE, value=-1.0))[0]["cv_if"] is None


def test_a_county_that_had_nothing_can_be_measured_once_a_school_has_something() -> None:
    rows = answer(cv_if(schools([0, 0], [1, 1]), **ONE, value=2.0))
    assert [row["cv_if"] for row in rows] == [1.0, 1.0]


def test_every_row_and_column_is_kept() -> None:
    frame = frame_of([(1, 2), (3, 4), (1, 2)])
    for measured in (contributions(frame, **ONE), cv_if(frame, **ONE, value=1)):
        assert answer(measured.select("amount", "pupils", "place")) == answer(frame)
    assert contributions(frame, **ONE).columns == [
        *("amount", "pupils", "place"),
        *("weight", "deviation", "term", "contribution"),
    ]
    assert cv_if(frame, **ONE, value=1).columns == ["amount", "pupils", "place", "cv_if"]
