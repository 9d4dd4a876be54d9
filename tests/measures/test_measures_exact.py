"""Cases small enough to work out on paper."""

from __future__ import annotations

from math import exp, log, sqrt
from typing import Any

import narwhals as nw
import pytest
from measuring import (
    ENGINES,
    GROUP_MEASURES,
    Columns,
    Frame,
    answer,
    figure,
    figures,
    near,
    polars_lazy,
    schools,
)

from junheng.measures import atkinson, lorenz, per_pupil, quantile_ratio, ratio_of_means

ALL_TO_HALF = schools([0, 500], [100, 100])
ONE_TO_THREE = schools([100, 300], [100, 100])


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("cv", 1.0),
        ("unweighted_cv", 1.0),
        ("gini", 0.5),
        ("theil_t", log(2)),
        ("theil_l", None),
        ("atkinson_half", 0.5),
        ("atkinson_one", 1.0),
        ("atkinson_two", 1.0),
        ("extreme_ratio", None),
        ("quantile_ratio", None),
    ],
)
def test_half_of_the_pupils_have_all_there_is(measure: str, expected: Any) -> None:
    assert figure(measure, ALL_TO_HALF) == near(expected, 1e-14)


@pytest.mark.parametrize(
    ("measure", "expected"),
    [
        ("cv", 0.5),
        ("gini", 0.25),
        ("theil_t", 0.25 * log(0.5) + 0.75 * log(1.5)),
        ("theil_l", -0.5 * log(0.5) - 0.5 * log(1.5)),
        ("atkinson_half", 1 - (0.5 * sqrt(0.5) + 0.5 * sqrt(1.5)) ** 2),
        ("atkinson_one", 1 - exp(0.5 * log(0.75))),
        ("atkinson_two", 1 - 1 / (0.5 * 2 + 0.5 / 1.5)),
        ("extreme_ratio", 3.0),
        ("quantile_ratio", 3.0),
    ],
)
def test_one_half_of_the_pupils_has_three_times_as_much(measure: str, expected: Any) -> None:
    assert figure(measure, ONE_TO_THREE) == near(expected, 1e-14)


@pytest.mark.parametrize("measure", ["cv", "gini", "theil_t", "theil_l", "atkinson_one"])
def test_one_school_is_in_balance(measure: str) -> None:
    assert figure(measure, schools([7], [20])) == near(0.0)


def test_large_amounts_that_hardly_differ_keep_their_spread() -> None:
    assert figure("cv", schools([1e12 - 1, 1e12 + 1], [1, 1])) == pytest.approx(1e-12, rel=1e-9)


def test_a_value_exactly_at_a_limit_is_not_lost_to_rounding() -> None:
    frame = polars_lazy({"amount": [9.0], "pupils": [1000]})
    value = per_pupil(nw.col("amount"), nw.col("pupils"), per=100)
    assert answer(frame.select(value=value)) == [{"value": 0.9}]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_value_needs_an_amount_and_pupils(engine: str) -> None:
    columns: Columns = {"amount": [None, 9.0, 9.0, 9.0, 0.0], "pupils": [5, None, 0, -1, 5]}
    value = per_pupil(nw.col("amount"), nw.col("pupils"))
    rows = answer(ENGINES[engine](columns).select(value=value))
    assert [row["value"] for row in rows] == [0.0, None, None, None, None]


def test_big_whole_numbers_do_not_run_over() -> None:
    frame = polars_lazy({"yuan": [2_000_000_000], "pupils": [1000]})
    frame = frame.with_columns(nw.col("yuan").cast(nw.Int32()))
    value = per_pupil(nw.col("yuan"), nw.col("pupils"), per=100)
    assert answer(frame.select(value=value)) == [{"value": 200_000_000.0}]


@pytest.mark.parametrize("epsilon", [0, -1, float("nan"), float("inf")])
def test_atkinson_refuses_an_epsilon_that_says_nothing(epsilon: Any) -> None:
    with pytest.raises(ValueError, match="give a number above 0"):
        atkinson(ONE_TO_THREE, amount="amount", pupils="pupils", epsilon=epsilon)


def test_atkinson_below_one_allows_a_school_with_nothing() -> None:
    assert figure("atkinson_half", schools([0, 1, 1], [1, 1, 1])) == near(1 - 2 / 3)


def test_a_quantile_is_reached_exactly_at_its_share() -> None:
    frame = schools([9 * 1.0, 1 * 4.0], [9, 1])
    at_the_edge = quantile_ratio(frame, amount="amount", pupils="pupils", shares=(0.9, 0.1))
    just_past = quantile_ratio(frame, amount="amount", pupils="pupils", shares=(0.91, 0.1))
    assert answer(at_the_edge) == [{"quantile_ratio": 1.0}]
    assert answer(just_past) == [{"quantile_ratio": 4.0}]


def test_a_quantile_is_reached_though_a_product_is_rounded_up() -> None:
    frame = schools([55 * 1.0, 45 * 4.0], [55, 45])
    assert 0.55 * 100 > 55
    ratio = quantile_ratio(frame, amount="amount", pupils="pupils", shares=(0.55, 0.1))
    assert answer(ratio) == [{"quantile_ratio": 1.0}]


@pytest.mark.parametrize("shares", [(0.9, 0.0), (1.1, 0.5), (float("nan"), 0.1)])
def test_a_quantile_outside_the_line_is_refused(shares: tuple[float, float]) -> None:
    with pytest.raises(ValueError, match="give a part of the pupils"):
        quantile_ratio(ONE_TO_THREE, amount="amount", pupils="pupils", shares=shares)


def test_the_lorenz_curve_starts_at_nothing_and_ends_at_all() -> None:
    frame = schools([300, 100, 0], [100, 100, 200])
    points = answer(lorenz(frame, amount="amount", pupils="pupils"))
    assert [list(point.values()) for point in points] == near(
        [[0.0, 0.0], [0.5, 0.0], [0.75, 0.25], [1.0, 1.0]]
    )


def in_settings(amounts: list[Any], pupils: list[Any], settings: list[Any]) -> Frame:
    return polars_lazy({"amount": amounts, "pupils": pupils, "setting": settings})


def test_parts_that_are_alike_inside_differ_only_between() -> None:
    frame = in_settings([1, 2, 3, 6], [1, 2, 1, 2], ["rural", "rural", "urban", "urban"])
    for measure, whole in [("theil_t", "theil_t"), ("theil_l", "theil_l"), ("gini", "gini")]:
        within, between, *_, total = figures(f"decompose_{measure}", frame)
        assert [within, between, total] == near([0.0, figure(whole, frame), between], 1e-13)


def test_parts_with_one_mean_differ_only_within() -> None:
    frame = in_settings([1, 3, 0, 4], [1, 1, 1, 1], ["rural", "rural", "urban", "urban"])
    within, between, total = figures("decompose_squared_cv", frame)
    assert [within, between, total] == near([10 / 16, 0.0, 10 / 16], 1e-14)


def test_ranges_that_do_not_meet_have_no_overlap() -> None:
    frame = in_settings([1, 2, 5, 9], [1, 2, 3, 1], ["rural", "rural", "urban", "urban"])
    assert figures("decompose_gini", frame)[2] == near(0.0)


def test_ranges_that_cross_overlap() -> None:
    frame = in_settings([1, 5, 2, 9], [1, 1, 1, 1], ["rural", "rural", "urban", "urban"])
    assert figures("decompose_gini", frame)[2] > 0.01


def test_a_part_with_nothing_at_all_is_still_a_part() -> None:
    frame = in_settings([0, 0, 2, 2], [1, 1, 1, 1], ["rural", "rural", "urban", "urban"])
    assert figures("decompose_theil_t", frame) == near([0.0, log(2), log(2)])
    assert figures("decompose_squared_cv", frame) == near([0.0, 1.0, 1.0])
    assert figures("decompose_gini", frame) == near([0.0, 0.5, 0.0, 0.5])


def test_urban_pupils_have_so_many_times_what_rural_pupils_have() -> None:
    frame = in_settings([30, 7, 20, 10], [1, 1, 2, 1], ["urban", "town", "rural", "rural"])
    assert figure("ratio_of_means", frame) == 3.0


def test_a_school_outside_both_sides_may_be_unknown() -> None:
    frame = in_settings([30, None, 20], [1, None, 2], ["urban", "town", "rural"])
    assert figure("ratio_of_means", frame) == 3.0


@pytest.mark.parametrize(
    ("amounts", "pupils", "settings"),
    [
        ([30, None], [1, 2], ["urban", "rural"]),
        ([30, 20], [1, 0], ["urban", "rural"]),
        ([30, 0], [1, 2], ["urban", "rural"]),
        ([30, 20], [1, 2], ["urban", "town"]),
        ([30, 20, 5], [1, 2, 1], ["urban", "rural", None]),
    ],
    ids=["an unknown amount", "no pupils", "a mean of 0", "a side with no school", "no setting"],
)
def test_a_ratio_of_means_is_unknown_with(
    amounts: list[Any], pupils: list[Any], settings: list[Any]
) -> None:
    frame = in_settings(amounts, pupils, settings)
    assert figure("ratio_of_means", frame) is None


def test_sides_may_be_any_condition() -> None:
    frame = in_settings([30, 10, 20], [1, 1, 2], ["urban", "town", "rural"])
    of = nw.col("setting").is_in(["urban", "town"]), nw.col("setting") == "rural"
    ratio = ratio_of_means(frame, amount="amount", pupils="pupils", of=of)
    assert answer(ratio) == [{"ratio_of_means": 2.0}]


@pytest.mark.parametrize("measure", GROUP_MEASURES)
def test_each_group_is_measured_by_itself(measure: str) -> None:
    one: dict[str, Any] = {
        "amount": [4.0, 9.0, 2.0],
        "pupils": [3, 4, 5],
        "setting": ["urban", "rural", "urban"],
    }
    two: dict[str, Any] = {
        "amount": [1.0, 8.0, 3.0],
        "pupils": [7, 2, 5],
        "setting": ["urban", "rural", "rural"],
    }
    both = {name: [*one[name], *two[name]] for name in one} | {"county": ["1"] * 3 + ["2"] * 3}
    rows = answer(GROUP_MEASURES[measure](polars_lazy(both), by=["county"]))
    apart = [figures(measure, polars_lazy(one)), figures(measure, polars_lazy(two))]
    assert [list(row.values())[1:] for row in rows] == near(apart, 1e-12)
